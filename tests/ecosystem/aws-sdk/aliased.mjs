// A program written for AWS's client: it reads what it is to do from its stdin and knows nothing of outcrop.
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { conversation } from "./langchain.mjs";

let text = "";
for await (const piece of process.stdin) text += piece;
const { region, credentials, endpoint, slow } = JSON.parse(text);
process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = endpoint;
// The library makes its own client, of whatever class it imports; where the answers are slow it is given one.
const answer = await conversation(
  ChatBedrockConverse,
  { region, credentials },
  { region, client: new BedrockRuntimeClient({ region, credentials, endpoint: slow }) },
);
const middlewares = new BedrockRuntimeClient({ region }).middlewareStack.identify();
console.log(JSON.stringify({ ...answer, aws: middlewares.some((name) => name.startsWith("longPollMiddleware")) }));
