// The same app with aws4fetch, Smithy's codec and what one has to write oneself; it retries nothing.

import { make } from "../clients/fetch-codec.mjs";

const ask = async (operation, body) => {
  const response = await fetch("https://cognito-identity.us-east-1.amazonaws.com/", {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityService.${operation}`,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  return response.json();
};
const { IdentityId } = await ask("GetId", { IdentityPoolId: "us-east-1:00000000-0000-0000-0000-000000000000" });
const { Credentials } = await ask("GetCredentialsForIdentity", { IdentityId });
const { AccessKeyId: accessKeyId, SecretKey: secretAccessKey, SessionToken: sessionToken } = Credentials;
const bedrock = make({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
const modelId = "amazon.nova-lite-v1:0";
console.log(await bedrock.converse(modelId, "Hello"));
for await (const event of await bedrock.stream(modelId, "Hello")) console.log(event);
