// Cognito and STS on this machine, as the manual's blocks need them: they give out the emulator's temporary
// credentials. They check nothing; tests/oracles does.
import { once } from "node:events";
import { createServer } from "node:http";

/** Starts it: `{ endpoint, stop }`. */
export async function identity({ accessKeyId, secretAccessKey, sessionToken }) {
  // Seconds: an hour, as Cognito's sets live.
  const ends = () => Math.floor(Date.now() / 1000) + 3_600;
  const id = "us-east-1:00000000-0000-0000-0000-00000000000a";
  const json = {
    GetId: () => ({ IdentityId: id }),
    GetOpenIdToken: () => ({ IdentityId: id, Token: "header.claims.signature" }),
    GetCredentialsForIdentity: () => ({
      IdentityId: id,
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: ends(),
      },
    }),
  };
  const xml = () =>
    `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(ends() * 1000).toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const name = request.headers["x-amz-target"]?.replace("AWSCognitoIdentityService.", "");
    if (!name) response.end(xml());
    else if (json[name]) response.end(JSON.stringify(json[name]()));
    else response.writeHead(400).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
