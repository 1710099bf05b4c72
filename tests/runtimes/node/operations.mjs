// The four operations in AWS's shapes, each signed so that the emulator accepts it, with each kind of credentials.
import assert from "node:assert/strict";
import { test } from "node:test";
import { claude, client, collect, emulator, messages, modelId, place, text } from "./context.mjs";

const kinds = {
  "static credentials": { credentials: emulator.credentials },
  "a session token": { credentials: emulator.temporaryCredentials },
  "a provider": {
    credentials: async () => ({ ...emulator.temporaryCredentials, expiration: new Date(Date.now() + 3_600_000) }),
  },
  "an API key": { credentials: undefined, token: emulator.apiKey },
  "an API key's provider": { credentials: undefined, token: async () => ({ token: emulator.apiKey }) },
};

for (const [kind, options] of Object.entries(kinds)) {
  test(`the four operations with ${kind}`, async () => {
    const { endpoint, seen } = place("/pace/1");
    const bedrock = client(endpoint, options);

    const answer = await bedrock.converse({ modelId, messages });
    assert.match(answer.output.message.content[0].text, /Hello/);
    assert.equal(answer.stopReason, "end_turn");
    assert.equal(answer.$metadata.httpStatusCode, 200);
    assert.equal(answer.$metadata.attempts, 1);
    assert.match(answer.$metadata.requestId, /^[0-9a-f-]{36}$/);

    const { stream, $metadata } = await bedrock.converseStream({ modelId, messages });
    assert.equal($metadata.httpStatusCode, 200);
    const events = await collect(stream);
    assert.deepEqual(events[0], { messageStart: { role: "assistant" } });
    assert.equal(text(events), answer.output.message.content[0].text);
    assert.ok(events.at(-1).metadata.usage.totalTokens > 0);

    const invoked = await bedrock.invokeModel({ modelId, body: claude });
    assert.equal(invoked.contentType, "application/json");
    assert.ok(invoked.body instanceof Uint8Array);
    assert.match(invoked.body.json().content[0].text, /Hello/);
    assert.deepEqual(JSON.parse(invoked.body.transformToString()), invoked.body.json());
    assert.equal(invoked.body.transformToString("base64"), Buffer.from(invoked.body).toString("base64"));

    const chunks = await collect((await bedrock.invokeModelWithResponseStream({ modelId, body: claude })).body);
    const parts = chunks.map(({ chunk }) => JSON.parse(new TextDecoder().decode(chunk.bytes)));
    assert.equal(parts[0].type, "message_start");
    assert.ok(parts.at(-1)["amazon-bedrock-invocationMetrics"]);
    assert.equal(parts.map((part) => part.delta?.text ?? "").join(""), invoked.body.json().content[0].text);

    const { attempts } = await seen();
    assert.equal(attempts.length, 4);
    const bearer = "token" in options;
    for (const { signature } of attempts) assert.equal(signature, bearer ? "bearer" : "ok");
  });
}

test("adds no headers but the four", async () => {
  const { endpoint, seen } = place();
  const hosts =
    (await fetch(`${endpoint}/model/x/converse`, { method: "POST", body: new Uint8Array(1), cache: "no-store" }),
    new Set((await seen()).attempts[0].headers.map(([name]) => name.toLowerCase())));
  await client(endpoint, { credentials: emulator.temporaryCredentials }).converse({ modelId, messages });
  const [, { headers }] = (await seen()).attempts;
  const added = headers.map(([name]) => name.toLowerCase()).filter((name) => !hosts.has(name));
  assert.deepEqual(added.sort(), ["authorization", "content-type", "x-amz-date", "x-amz-security-token"]);
});

test("a call's own region, endpoint, credentials and headers", async () => {
  const { endpoint, seen } = place();
  const bedrock = client("http://127.0.0.1:1", { region: "eu-west-1", token: "not used" });
  await bedrock.converse(
    { modelId, messages },
    {
      region: "us-west-2",
      endpoint,
      credentials: emulator.temporaryCredentials,
      headers: { "X-Amzn-Trace": "signed", "x-other": "sent", Authorization: "not sent" },
    },
  );
  const [attempt] = (await seen()).attempts;
  assert.equal(attempt.signature, "ok");
  const headers = Object.fromEntries(attempt.headers);
  assert.match(
    headers.authorization,
    /\/us-west-2\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amzn-trace,/,
  );
  assert.equal(headers["x-amzn-trace"], "signed");
  assert.equal(headers["x-other"], "sent");
});

test("members that are headers travel as headers, with the answer's back as members", async () => {
  const { endpoint, seen } = place();
  const answer = await client(endpoint).invokeModel({
    modelId,
    body: JSON.stringify(claude),
    accept: "application/json",
    performanceConfigLatency: "optimized",
    requestMetadata: '{"team":"a b"}',
  });
  assert.equal(answer.contentType, "application/json");
  const [{ headers, signature }] = (await seen()).attempts;
  const sent = Object.fromEntries(headers);
  assert.equal(signature, "ok");
  assert.equal(sent.accept, "application/json");
  assert.equal(sent["x-amzn-bedrock-performanceconfig-latency"], "optimized");
  assert.equal(sent["x-amzn-bedrock-request-metadata"], '{"team":"a b"}');
});

test("ids with a colon, a slash and more are signed as they are sent", async () => {
  const { endpoint, seen } = place();
  for (const id of [
    "us.anthropic.claude-3-haiku-20240307-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0",
    "a b+c%d~é/ü",
  ]) {
    await client(endpoint)
      .converse({ modelId: id, messages })
      .catch((error) => {
        assert.ok(!/Signature/.test(error.name), `${id}: ${error}`);
      });
    const attempt = (await seen()).attempts.at(-1);
    assert.equal(attempt.signature, "ok", id);
    assert.ok(attempt.path.endsWith(`/model/${encodeURIComponent(id)}/converse`), attempt.path);
  }
});

test("an own fetch is used", async () => {
  const { endpoint } = place();
  const urls = [];
  const bedrock = client(endpoint, { fetch: (url, init) => (urls.push(url), fetch(url, init)) });
  await bedrock.converse({ modelId, messages });
  assert.deepEqual(urls, [`${endpoint}/model/${encodeURIComponent(modelId)}/converse`]);
});

test("a host's fetch is asked for no cookie, no cached answer and no redirect", async () => {
  const asked = [];
  const fetch = async (_, init) => (asked.push(init), Response.json({ stopReason: "end_turn" }));
  await client("http://127.0.0.1:1", { fetch }).converse({ modelId, messages });
  const [{ redirect, cache, credentials, mode, referrer, keepalive, integrity }] = asked;
  assert.deepEqual([redirect, cache, credentials], ["manual", "no-store", "omit"]);
  for (const left of [mode, referrer, keepalive, integrity]) assert.equal(left, undefined);
});

test("a header of a million spaces is signed in the time that its length takes", async () => {
  const fetch = async () => Response.json({ stopReason: "end_turn" });
  const value = `a${" ".repeat(1_000_000)}b`;
  const began = performance.now();
  for (const name of ["x-amz-own", "x-own"]) {
    await client("http://127.0.0.1:1", { fetch }).converse({ modelId, messages }, { headers: { [name]: value } });
  }
  // Squared it would be hours.
  assert.ok(performance.now() - began < 5_000);
});
