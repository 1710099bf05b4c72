// Credentials: asked for once, kept while they are good, never used when expired, never seen in an error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { client, emulator, messages, modelId, outcrop, place } from "./context.mjs";

const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const minutes = (count) => new Date(Date.now() + count * 60_000);

test("ten first calls ask the provider once, and later calls not at all", async () => {
  const { endpoint, seen } = place();
  let asked = 0;
  const credentials = async () => {
    asked++;
    await new Promise((done) => setTimeout(done, 10));
    return { ...emulator.temporaryCredentials, expiration: minutes(60) };
  };
  const [one, two] = [client(endpoint, { credentials }), client(endpoint, { credentials })];
  await Promise.all(Array.from({ length: 10 }, (_, at) => (at % 2 ? one : two).converse(input)));
  await one.converse(input);
  assert.equal(asked, 1);
  assert.ok((await seen()).attempts.every(({ signature }) => signature === "ok"));
});

test("an expired set is not used", async () => {
  const { endpoint, seen } = place();
  const expired = { ...emulator.credentials, expiration: minutes(-1) };
  for (const credentials of [expired, async () => expired, { ...expired, expiration: new Date(NaN) }]) {
    const error = await fails(client(endpoint, { credentials }).converse(input));
    assert.equal(error.name, "CredentialsProviderError");
    assert.equal(error.who, "caller");
  }
  assert.equal((await seen()).attempts.length, 0);
});

test("a provider that fails is asked again by the next call", async () => {
  const { endpoint } = place();
  const cause = new Error("no network");
  let good = false;
  const bedrock = client(endpoint, { credentials: async () => (good ? emulator.credentials : Promise.reject(cause)) });
  const error = await fails(bedrock.converse(input));
  assert.equal(error.name, "CredentialsProviderError");
  assert.equal(error.cause, cause);
  good = true;
  await bedrock.converse(input);
});

test("a provider that throws, or answers something else, is a CredentialsProviderError", async () => {
  const { endpoint } = place();
  const answers = [
    () => {
      throw new Error("at once");
    },
    () => undefined,
    () => ({}),
    () => ({ accessKeyId: 1, secretAccessKey: "s" }),
    () => "text",
  ];
  for (const credentials of answers) {
    assert.equal(
      (await fails(client(endpoint, { credentials }).converse(input))).name,
      "CredentialsProviderError",
      `${credentials}`,
    );
  }
});

test("an abort does not wait for the provider, and does not spoil it for others", async () => {
  const { endpoint } = place();
  let give;
  const credentials = () => new Promise((done) => (give = done));
  const bedrock = client(endpoint, { credentials });
  const controller = new AbortController();
  const first = fails(bedrock.converse(input, { abortSignal: controller.signal }));
  const second = bedrock.converse(input);
  await new Promise((done) => setTimeout(done, 20));
  controller.abort();
  assert.equal((await first).name, "AbortError");
  give(emulator.credentials);
  assert.equal((await second).stopReason, "end_turn");
});

test("neither credentials nor token", async () => {
  const error = await fails(client(place().endpoint, { credentials: undefined }).converse(input));
  assert.equal(error.name, "CredentialsProviderError");
});

test("an API key goes over https only, or to this machine", async () => {
  let sent = 0;
  const fetch = async () => (sent++, new Response("{}"));
  const error = await fails(
    client("http://bedrock.example", { credentials: undefined, token: "secret-key", fetch }).converse(input),
  );
  assert.equal(error.who, "caller");
  assert.equal(sent, 0);
});

test("no error shows a secret", async () => {
  const secrets = { accessKeyId: "AKIASECRETID", secretAccessKey: "s3cretKey", sessionToken: "t0kenText" };
  const { endpoint } = place();
  const cut = async () => new Response("<html>", { status: 200 });
  const options = [
    { credentials: secrets },
    { credentials: { ...secrets, sessionToken: "t0kenText\nx: y" } },
    { credentials: { ...secrets, secretAccessKey: "s3cretKey\0" } },
    { credentials: { ...secrets, accessKeyId: "AKIASECRETID é" } },
    { credentials: undefined, token: "t0kenText\r\n" },
    { credentials: undefined, token: "t0kenText" },
    { credentials: secrets, fetch: cut },
    { credentials: secrets, endpoint: "http://127.0.0.1:1" },
  ];
  for (const option of options) {
    const bedrock = client(endpoint, { maxAttempts: 1, ...option });
    const errors = [
      await fails(bedrock.converse(input)),
      await fails(bedrock.converseStream(input)),
      await fails(bedrock.converse(input, { headers: { "x-own": "v4lue\nnext" } })),
      await fails(bedrock.converse(input, { headers: { "x-amzn-own": "v4lue\u00ff" } })),
    ];
    for (const error of errors) {
      assert.ok(error instanceof outcrop.OutcropError, inspect(error));
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack;
      for (const secret of ["AKIASECRETID", "s3cretKey", "t0kenText", "v4lue"])
        assert.ok(!shown.includes(secret), `${secret}: ${shown}`);
    }
    assert.ok(!inspect(bedrock, { depth: 9, showHidden: true }).includes("s3cretKey"));
  }
});
