// What `cargo xtask build` holds to its budget too: converse, converseStream and Cognito.

import { BedrockRuntime, fromCognitoIdentityPool } from "outcrop";

const credentials = fromCognitoIdentityPool({ identityPoolId: "us-east-1:00000000-0000-0000-0000-000000000000" });
const bedrock = new BedrockRuntime({ region: "us-east-1", credentials });
const modelId = "amazon.nova-lite-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
console.log(await bedrock.converse({ modelId, messages }));
const { stream } = await bedrock.converseStream({ modelId, messages });
for await (const event of stream) console.log(event);
