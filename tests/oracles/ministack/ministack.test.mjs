// ministack, somebody else's AWS with its own signature check, against the npm package in Node: it must let
// our signatures in and keep a wrong secret out. It says nothing of the answers' meaning, which it makes up.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BedrockRuntime } from "outcrop";
import { member, ministack, policy, region } from "./ministack.mjs";

// The colon must be encoded once on the wire and twice in what is signed.
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const body = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 20,
  messages: [{ role: "user", content: "Hello" }],
};

let aws;
const keys = {};

before(async () => {
  aws = await ministack();
  Object.assign(keys, await vend());
});

after(() => aws?.stop());

/** Has ministack make a user and a role that may call Bedrock, and give out keys for each. */
async function vend() {
  const bedrock = policy({ Effect: "Allow", Action: "bedrock:*", Resource: "*" });
  const trust = policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" });
  const { iam, sts } = aws;
  await iam({ Action: "CreateUser", UserName: "outcrop" });
  await iam({ Action: "PutUserPolicy", UserName: "outcrop", PolicyName: "bedrock", PolicyDocument: bedrock });
  const user = await iam({ Action: "CreateAccessKey", UserName: "outcrop" });
  const role = await iam({ Action: "CreateRole", RoleName: "page", AssumeRolePolicyDocument: trust });
  await iam({ Action: "PutRolePolicy", RoleName: "page", PolicyName: "bedrock", PolicyDocument: bedrock });
  const assumed = await sts({ Action: "AssumeRole", RoleArn: member(role, "Arn"), RoleSessionName: "test" });
  const from = (xml) => ({ accessKeyId: member(xml, "AccessKeyId"), secretAccessKey: member(xml, "SecretAccessKey") });
  return { user: from(user), role: { ...from(assumed), sessionToken: member(assumed, "SessionToken") } };
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
      new BedrockRuntime({ region, endpoint: aws.address, credentials: { ...keys[who], ...changes } });

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
