// A worker with @langchain/aws on outcrop/aws-sdk, and outcrop/tools, and nothing of Node's: answers with the
// conversation, and with a value that was checked against a schema, as JSON.

import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { BedrockRuntime } from "outcrop";
import { imageBlock, structured } from "outcrop/tools";
import { conversation, modelId } from "./langchain.mjs";

/** A value for a schema with a pattern; workerd forbids code from strings. */
async function checked(options) {
  const bedrock = new BedrockRuntime(options);
  const messages = [{ role: "user", content: [{ text: "use the tool answer" }] }];
  const schema = { type: "object", properties: { city: { type: "string", pattern: "^use" } }, required: ["city"] };
  const { value } = await structured(bedrock, { modelId, messages }, schema);
  const path = await imageBlock("picture.png").catch(({ message }) => message);
  return { value, path };
}

export default {
  async fetch(request) {
    try {
      const { region, credentials, endpoint, slow } = await request.json();
      // Both ways: a client that is given, and one that the library makes itself.
      const on = (endpoint) => ({ region, client: new BedrockRuntimeClient({ region, credentials, endpoint }) });
      const answer = await conversation(ChatBedrockConverse, on(endpoint), on(slow));
      const tools = await checked({ region, credentials, endpoint });
      return Response.json({ ...answer, tools, process: typeof process });
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
