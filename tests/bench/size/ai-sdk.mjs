// The same app with Vercel's provider, without the package `ai` above it, and AWS's own Cognito.

import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-provider-cognito-identity";

const credentialProvider = fromCognitoIdentityPool({
  identityPoolId: "us-east-1:00000000-0000-0000-0000-000000000000",
  clientConfig: { region: "us-east-1" },
});
const model = createAmazonBedrock({ region: "us-east-1", credentialProvider })("amazon.nova-lite-v1:0");
const prompt = [{ role: "user", content: [{ type: "text", text: "Hello" }] }];
console.log(await model.doGenerate({ prompt }));
const { stream } = await model.doStream({ prompt });
for await (const event of stream) console.log(event);
