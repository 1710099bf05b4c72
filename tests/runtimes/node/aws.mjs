// AWS's JavaScript SDK beside the package: it takes our providers, and we take its providers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { app, client, emulator, messages, modelId, outcrop, place, root } from "./context.mjs";

const clients = join(root, "tests/oracles/clients");
const there = existsSync(join(clients, "node_modules/@aws-sdk/client-bedrock-runtime"));
const skip = there ? false : "1 skipped: tests/oracles/clients is not installed (cargo xtask test clients)";
const load = createRequire(join(clients, "package.json"));
const input = { modelId, messages };
const secrets = emulator.temporaryCredentials;

/** Sends a call with AWS's client and this provider. */
async function sent(endpoint, credentials) {
  const { BedrockRuntimeClient, ConverseCommand } = load("@aws-sdk/client-bedrock-runtime");
  const { NodeHttpHandler } = load("@smithy/node-http-handler");
  const aws = new BedrockRuntimeClient({
    region: "eu-north-1",
    endpoint,
    credentials,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  try {
    assert.equal((await aws.send(new ConverseCommand(input))).stopReason, "end_turn");
    assert.equal((await aws.send(new ConverseCommand(input))).stopReason, "end_turn");
  } finally {
    aws.destroy();
  }
}

test("AWS's client takes our providers, asks each once, and tells it its region", { skip }, async () => {
  const { endpoint, seen } = place();
  let asked = 0;
  const set = {
    AccessKeyId: secrets.accessKeyId,
    SecretKey: secrets.secretAccessKey,
    SessionToken: secrets.sessionToken,
    Expiration: Date.now() / 1000 + 3_600,
  };
  const cognito = async () => (asked++, Response.json({ IdentityId: "eu-west-1:id", Credentials: set }));
  await sent(
    endpoint,
    outcrop.fromCognitoIdentityPool({ identityPoolId: "eu-west-1:pool", clientConfig: { fetch: cognito } }),
  );
  assert.equal(asked, 2);
  const hosts = [];
  const sts = async (url) => {
    hosts.push(new URL(url).host);
    const { SecretKey, Expiration, ...rest } = set;
    const members = { ...rest, SecretAccessKey: SecretKey, Expiration: new Date(Expiration * 1000).toISOString() };
    const credentials = Object.entries(members).map(([name, value]) => `<${name}>${value}</${name}>`);
    return new Response(
      `<R><AssumeRoleWithWebIdentityResult><Credentials>${credentials.join("")}</Credentials></AssumeRoleWithWebIdentityResult></R>`,
    );
  };
  const role = outcrop.fromWebToken({ roleArn: "arn:role", webIdentityToken: "token", clientConfig: { fetch: sts } });
  const nothing = async () => {
    throw new Error("none here");
  };
  await sent(endpoint, outcrop.createCredentialChain(nothing, role));
  assert.deepEqual(hosts, ["sts.eu-north-1.amazonaws.com"]);
  await sent(
    endpoint,
    outcrop.fromEnv({
      AWS_ACCESS_KEY_ID: secrets.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
      AWS_SESSION_TOKEN: secrets.sessionToken,
    }),
  );
  const { attempts } = await seen();
  assert.deepEqual(
    attempts.map(({ signature }) => signature),
    Array(6).fill("ok"),
  );
});

test("AWS's types and ours fit both ways", { skip }, () => {
  const source = `
import type { AwsCredentialIdentityProvider } from "${join(clients, "node_modules/@smithy/types").replaceAll("\\", "/")}";
import { BedrockRuntime, createCredentialChain, fromCognitoIdentityPool, fromWebToken } from "outcrop";
const ours: AwsCredentialIdentityProvider[] = [
  fromCognitoIdentityPool({ identityPoolId: "p" }),
  fromWebToken({ roleArn: "r", webIdentityToken: "t" }),
];
declare const theirs: AwsCredentialIdentityProvider;
new BedrockRuntime({ region: "r", credentials: theirs });
createCredentialChain(theirs, ...ours);
`;
  const folder = join(app, "aws-types");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "app.mts"), source);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        types: [],
        target: "ES2022",
        module: "ESNext",
        moduleResolution: "bundler",
        lib: ["ES2022", "DOM"],
        skipLibCheck: true,
      },
      files: ["app.mts"],
    }),
  );
  try {
    execFileSync(process.execPath, [join(root, "bindings/node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
    });
  } catch (error) {
    assert.fail(error.stdout);
  }
});

test("we take AWS's providers: from the environment, over HTTP, a chain of both kinds", { skip }, async (t) => {
  const saved = { ...process.env };
  t.after(() => (process.env = saved));
  const { endpoint, seen } = place();
  const { fromEnv } = load("@aws-sdk/credential-provider-env");
  const { fromHttp } = load("@aws-sdk/credential-provider-http");
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: secrets.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
    AWS_SESSION_TOKEN: secrets.sessionToken,
  });
  await client(endpoint, { credentials: fromEnv() }).converse(input);
  delete process.env.AWS_ACCESS_KEY_ID;

  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        AccessKeyId: secrets.accessKeyId,
        SecretAccessKey: secrets.secretAccessKey,
        Token: secrets.sessionToken,
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const http = fromHttp({ awsContainerCredentialsFullUri: `http://127.0.0.1:${server.address().port}/` });
  const bedrock = client(endpoint, { credentials: outcrop.createCredentialChain(fromEnv(), http) });
  await Promise.all(Array.from({ length: 20 }, () => bedrock.converse(input)));
  assert.equal(asked, 1);
  const { attempts } = await seen();
  assert.equal(attempts.length, 21);
  assert.ok(attempts.every(({ signature }) => signature === "ok"));
});
