// The same app with AWS's own client.

import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-provider-cognito-identity";

const credentials = fromCognitoIdentityPool({
  identityPoolId: "us-east-1:00000000-0000-0000-0000-000000000000",
  clientConfig: { region: "us-east-1" },
});
const bedrock = new BedrockRuntimeClient({ region: "us-east-1", credentials });
const modelId = "amazon.nova-lite-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
console.log(await bedrock.send(new ConverseCommand({ modelId, messages })));
const { stream } = await bedrock.send(new ConverseStreamCommand({ modelId, messages }));
for await (const event of stream) console.log(event);
