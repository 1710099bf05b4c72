// ministack, somebody else's AWS with its own signature check, against the npm package in Node: it must let
// our signatures in and keep a wrong secret out. It says nothing of the answers' meaning, which it makes up.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { BedrockRuntime } from "outcrop";

const region = "us-east-1";
// The colon must be encoded once on the wire and twice in what is signed.
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const body = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 20,
  messages: [{ role: "user", content: "Hello" }],
};

let ministack, folder, address;
let output = "";
const keys = {};

before(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  folder = await mkdtemp(join(tmpdir(), "outcrop-ministack-"));
  ministack = spawn(process.env.PYTHON ?? "python3", ["-m", "ministack"], {
    cwd: folder,
    env: { ...process.env, BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port), AUTH: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [ministack.stdout, ministack.stderr]) stream.on("data", (text) => (output += text));
  process.once("exit", () => ministack.kill("SIGKILL"));
  await listening();
  Object.assign(keys, await vend());
});

after(async () => {
  if (ministack?.exitCode === null && ministack.kill()) await new Promise((resolve) => ministack.once("exit", resolve));
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening() {
  // 30 s: it loads ninety services on a machine that may be busy.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const health = await fetch(`${address}/_ministack/health`).catch(() => undefined);
    if (health?.ok) return;
    if (ministack.exitCode !== null || Date.now() > deadline) throw new Error(`ministack does not listen:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Has ministack make a user and a role that may call Bedrock, and give out keys for each. */
async function vend() {
  const may = (effect) => JSON.stringify({ Version: "2012-10-17", Statement: [effect] });
  const bedrock = may({ Effect: "Allow", Action: "bedrock:*", Resource: "*" });
  const trust = may({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" });
  await asRoot("iam", { Action: "CreateUser", UserName: "outcrop" });
  await asRoot("iam", { Action: "PutUserPolicy", UserName: "outcrop", PolicyName: "bedrock", PolicyDocument: bedrock });
  const user = await asRoot("iam", { Action: "CreateAccessKey", UserName: "outcrop" });
  const role = await asRoot("iam", { Action: "CreateRole", RoleName: "page", AssumeRolePolicyDocument: trust });
  await asRoot("iam", { Action: "PutRolePolicy", RoleName: "page", PolicyName: "bedrock", PolicyDocument: bedrock });
  const assumed = await asRoot("sts", { Action: "AssumeRole", RoleArn: member(role, "Arn"), RoleSessionName: "test" });
  const from = (xml) => ({ accessKeyId: member(xml, "AccessKeyId"), secretAccessKey: member(xml, "SecretAccessKey") });
  return { user: from(user), role: { ...from(assumed), sessionToken: member(assumed, "SessionToken") } };
}

const member = (xml, name) => {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml);
  assert.ok(found, `ministack's answer has no ${name}: ${xml}`);
  return found[1];
};

/** Calls an API as ministack's root, whose key is `test` and whose signature it does not check. */
async function asRoot(service, parameters) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "x-amz-date": date,
      authorization:
        `AWS4-HMAC-SHA256 Credential=test/${date.slice(0, 8)}/${region}/${service}/aws4_request, ` +
        `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body: new URLSearchParams({ Version: service === "iam" ? "2010-05-08" : "2011-06-15", ...parameters }),
  });
  const xml = await response.text();
  assert.ok(response.ok, `${parameters.Action}: ${xml}`);
  return xml;
}

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

const operations = {
  async Converse(bedrock) {
    const { output: answer } = await bedrock.converse({ modelId, messages });
    assert.match(answer.message.content[0].text, /ministack/);
  },
  async ConverseStream(bedrock) {
    const { stream } = await bedrock.converseStream({ modelId, messages });
    const events = await collect(stream);
    const text = events.map((event) => event.contentBlockDelta?.delta.text ?? "").join("");
    assert.match(text, /ministack/);
    assert.ok(events.at(-1).metadata, "metadata comes last");
  },
  async InvokeModel(bedrock) {
    const answer = await bedrock.invokeModel({ modelId, body });
    assert.match(answer.body.json().content[0].text, /ministack/);
  },
  async InvokeModelWithResponseStream(bedrock) {
    const { body: stream } = await bedrock.invokeModelWithResponseStream({ modelId, body });
    let text = "";
    // AWS ends every invoke stream with a chunk of invocationMetrics. ministack leaves it out, and a stream
    // that has not said that it is complete is truncated to us: all its text, then that error.
    await assert.rejects(
      async () => {
        for await (const { chunk } of stream)
          text += JSON.parse(new TextDecoder().decode(chunk.bytes)).delta?.text ?? "";
      },
      { name: "TruncatedStreamError" },
    );
    assert.match(text, /ministack/);
  },
};

for (const who of ["user", "role"]) {
  describe(`with the keys of a ${who}`, () => {
    const client = (changes) =>
      new BedrockRuntime({ region, endpoint: address, credentials: { ...keys[who], ...changes } });

    for (const [name, call] of Object.entries(operations)) {
      test(`${name} is accepted`, () => call(client()));

      test(`${name} is refused with a wrong secret`, () =>
        assert.rejects(call(client({ secretAccessKey: "x".repeat(40) })), {
          name: "InvalidSignatureException",
          $fault: "client",
        }));
    }
  });
}
