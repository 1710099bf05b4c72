// The unmodified package `openai` with our fetch: Chat Completions, Responses, errors, aborts, retries, wrong clocks.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { openaiBaseUrl, signedFetch } from "outcrop/sign";
import { client, collect, dateless, emulator, MODEL, messages, place } from "./context.mjs";

/** Its own retries are off, so that what is counted is ours. */
async function openai(at, options = {}, more = {}) {
  const bedrock = client(at.endpoint, options);
  return new OpenAI({
    apiKey: "not used",
    baseURL: await openaiBaseUrl(bedrock),
    fetch: signedFetch(bedrock),
    maxRetries: 0,
    ...more,
  });
}

const chat = { model: MODEL, messages };
const SAID = "You said: Hello";

for (const [name, options, signature] of [
  ["temporary credentials", {}, "ok"],
  ["a provider", { credentials: async () => emulator.temporaryCredentials }, "ok"],
  ["an API key", { credentials: undefined, token: emulator.apiKey }, "bearer"],
]) {
  test(`openai: chat completions and responses, whole and streamed, with ${name}`, async () => {
    const at = place({ prefix: "/pace/0" });
    const api = await openai(at, options);
    const completion = await api.chat.completions.create(chat);
    assert.ok(completion.choices[0].message.content.startsWith(SAID));
    assert.equal(completion.choices[0].finish_reason, "stop");

    const stream = await api.chat.completions.create({
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    assert.equal(text, completion.choices[0].message.content);
    assert.deepEqual(chunks.at(-1).usage, completion.usage);

    const response = await api.responses.create({ model: MODEL, input: "Hello" });
    assert.equal(response.output_text, text);
    const events = await collect(await api.responses.create({ model: MODEL, input: messages, stream: true }));
    const deltas = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
    assert.equal(deltas.join(""), text);
    assert.equal(events.at(-1).response.output[0].content[0].text, text);

    const models = await collect(await api.models.list());
    assert.ok(models.some(({ id }) => id === MODEL));

    const attempts = await at.ended(5);
    assert.deepEqual(
      attempts.map((attempt) => attempt.signature),
      Array(5).fill(signature),
    );
    for (const { headers } of attempts) {
      const names = Object.keys(headers).filter((name) => /^(x-|openai-|user-)/.test(name));
      const own = signature === "ok" ? ["x-amz-date", "x-amz-security-token"] : [];
      // Node's fetch names itself.
      assert.deepEqual(names.filter((name) => name !== "user-agent").sort(), own);
      assert.doesNotMatch(JSON.stringify(headers), /not used|OpenAI\/JS/);
    }
  });
}

test("openai: the package's helpers for streams and tools work on it", async () => {
  const api = await openai(place({ prefix: "/pace/0" }));
  const tools = [
    {
      type: "function",
      function: {
        name: "weather",
        parameters: { type: "object", properties: { place: { type: "string" } } },
        parse: JSON.parse,
        function: ({ place }) => `sunny: ${place}`,
      },
    },
  ];
  const asked = [{ role: "user", content: "use the tool weather" }];
  const { choices } = await api.chat.completions.create({
    model: MODEL,
    messages: asked,
    tools: [
      {
        type: "function",
        function: { name: "weather", parameters: { type: "object", properties: { place: { type: "string" } } } },
      },
    ],
  });
  assert.equal(choices[0].finish_reason, "tool_calls");
  const runner = api.chat.completions.runTools(
    { model: MODEL, messages: asked, tools, stream: true },
    { maxChatCompletions: 1 },
  );
  const calls = [];
  runner.on("functionToolCallResult", (result) => calls.push(result));
  await runner.done().catch(() => {});
  assert.deepEqual(calls, ["sunny: use the tool weather"]);
});

test("openai: what the service refuses is the package's own error", async () => {
  const api = await openai(place());
  await assert.rejects(api.chat.completions.create({ model: "", messages }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.match(error.message, /you must provide a model parameter/);
    assert.ok(error.requestID === null || typeof error.requestID === "string" || error.requestID === undefined);
    return true;
  });
  const wrong = { ...emulator.temporaryCredentials, secretAccessKey: "wrong" };
  await assert.rejects((await openai(place(), { credentials: wrong })).chat.completions.create(chat), (error) => {
    assert.ok(error instanceof OpenAI.PermissionDeniedError);
    assert.match(error.headers.get("x-amzn-errortype"), /^InvalidSignatureException/);
    return true;
  });
});

for (const [name, count, options] of [
  ["unavailable-once", 2, {}],
  ["throttled-twice", 3, {}],
  ["reset-once", 2, {}],
  ["clock-ahead", 2, {}],
  ["clock-behind", 2, {}],
  ["clock-ahead-date-hidden", 2, { fetch: dateless }],
  ["clock-behind-date-hidden", 2, { fetch: dateless }],
]) {
  test(`openai: ${name} is mended`, async () => {
    const at = place({ name });
    const api = await openai(at, options);
    const completion = await api.chat.completions.create(chat);
    assert.ok(completion.choices[0].message.content.startsWith(SAID));
    assert.equal((await at.ended(count)).length, count);
    if (name.startsWith("clock")) {
      // The client remembers.
      await api.chat.completions.create(chat);
      assert.equal((await at.ended(count + 1)).length, count + 1);
    }
  });
}

test("openai: an expired token is renewed", async () => {
  let asked = 0;
  const credentials = async () =>
    ++asked === 1
      ? { ...emulator.temporaryCredentials, sessionToken: emulator.expiredSessionToken }
      : emulator.temporaryCredentials;
  const at = place();
  const api = await openai(at, { credentials });
  await Promise.all([1, 2, 3].map(() => api.chat.completions.create(chat)));
  assert.equal(asked, 2);
});

test("openai: what stays unavailable is told after the client's attempts", async () => {
  const at = place({ name: "unavailable-always" });
  const api = await openai(at, { maxAttempts: 2 });
  await assert.rejects(api.chat.completions.create(chat), (error) => error.status === 503);
  assert.equal((await at.ended(2)).length, 2);
});

test("openai: an abort ends the request, before the answer and within it", async () => {
  const silent = place({ name: "silent-before-head" });
  const early = new AbortController();
  const api = await openai(silent);
  const waiting = api.chat.completions.create(chat, { signal: early.signal });
  setTimeout(() => early.abort(), 100);
  await assert.rejects(waiting, OpenAI.APIUserAbortError);

  const at = place({ prefix: "/words/1000/pace/10" });
  const controller = new AbortController();
  const stream = await (await openai(at)).chat.completions.create(
    { ...chat, stream: true },
    { signal: controller.signal },
  );
  let count = 0;
  for await (const _ of stream) if (++count === 3) controller.abort();
  assert.equal(count, 3);
  assert.equal((await at.ended())[0].responseEnded, "client closed");

  // And by leaving the loop.
  const other = place({ prefix: "/words/1000/pace/10" });
  for await (const _ of await (await openai(other)).chat.completions.create({ ...chat, stream: true })) break;
  assert.equal((await other.ended())[0].responseEnded, "client closed");
});
