// Services on this machine that say what a test tells them to, and keep what they were asked; Cognito's two answers.
import { once } from "node:events";
import { createServer } from "node:http";
import { after } from "node:test";
import { emulator } from "./context.mjs";

const servers = [];

/** A service whose answers are these, one a request, the last one repeating; and what it was asked. */
export async function serving(...answers) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const target = request.headers["x-amz-target"]?.replace("AWSCognitoIdentityService.", "");
    asked.push({ target, body: target ? JSON.parse(body) : new URLSearchParams(body), headers: request.headers });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    const {
      status = 200,
      headers = {},
      body: told = answer,
    } = typeof answer === "function" ? answer(asked.at(-1)) : answer;
    if (status === "hang") return;
    response.writeHead(status, headers).end(typeof told === "string" ? told : JSON.stringify(told));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return { asked, clientConfig: { endpoint: `http://127.0.0.1:${server.address().port}` } };
}
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

export const ID = "eu-west-1:00000000-0000-0000-0000-00000000000a";
export const secrets = emulator.temporaryCredentials;
export const hour = () => Date.now() / 1000 + 3_600;
export const id = (IdentityId = ID) => ({ body: { IdentityId } });
export const set = (IdentityId = ID, Expiration = hour()) => ({
  body: {
    IdentityId,
    Credentials: {
      AccessKeyId: secrets.accessKeyId,
      SecretKey: secrets.secretAccessKey,
      SessionToken: secrets.sessionToken,
      Expiration,
    },
  },
});
