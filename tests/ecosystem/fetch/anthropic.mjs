// Anthropic's package for Bedrock, unmodified, with our fetch, and with our credentials alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import AnthropicBedrock from "@anthropic-ai/bedrock-sdk";
import Anthropic from "@anthropic-ai/sdk";
import { runtimeUrl, signedFetch } from "outcrop/sign";
import { CLAUDE, client, collect, emulator, messages, place } from "./context.mjs";

const asked = { model: CLAUDE, max_tokens: 50, messages };

async function withFetch(at, options = {}) {
  const bedrock = client(at.endpoint, options);
  return new AnthropicBedrock({
    awsRegion: "us-east-1",
    baseURL: await runtimeUrl(bedrock),
    // It signs nothing then.
    skipAuth: true,
    fetch: signedFetch(bedrock),
    maxRetries: 0,
  });
}

/** Only the provider is ours. */
const withCredentials = async (at) =>
  new AnthropicBedrock({
    awsRegion: "us-east-1",
    baseURL: at.endpoint,
    providerChainResolver: async () => async () => emulator.temporaryCredentials,
    maxRetries: 0,
  });

for (const [name, made] of Object.entries({ "our fetch": withFetch, "our credentials": withCredentials })) {
  test(`@anthropic-ai/bedrock-sdk with ${name}: a message, whole and streamed`, async () => {
    const at = place({ prefix: "/pace/0" });
    const api = await made(at);
    const message = await api.messages.create(asked);
    assert.ok(message.content[0].text.startsWith("You said: Hello"));
    const events = await collect(await api.messages.create({ ...asked, stream: true }));
    const text = events.map(({ delta }) => delta?.text ?? "").join("");
    assert.equal(text, message.content[0].text);
    assert.equal(await api.messages.stream(asked).finalText(), text);
    assert.deepEqual(
      (await at.ended(3)).map(({ signature }) => signature),
      ["ok", "ok", "ok"],
    );
  });
}

test("@anthropic-ai/bedrock-sdk with our fetch: errors, retries, clocks and aborts", async () => {
  await assert.rejects((await withFetch(place({ name: "access-denied" }))).messages.create(asked), (error) => {
    assert.ok(error instanceof Anthropic.PermissionDeniedError);
    return true;
  });
  for (const name of ["unavailable-once", "clock-behind", "clock-ahead-date-hidden"]) {
    const at = place({ name });
    assert.equal((await (await withFetch(at)).messages.create(asked)).stop_reason, "end_turn", name);
    assert.equal((await at.ended(2)).length, 2, name);
  }
  const at = place({ prefix: "/words/1000/pace/10" });
  const controller = new AbortController();
  const stream = await (await withFetch(at)).messages.create({ ...asked, stream: true }, { signal: controller.signal });
  let count = 0;
  await assert.doesNotReject(async () => {
    for await (const _ of stream) if (++count === 3) controller.abort();
  });
  assert.equal((await at.ended())[0].responseEnded, "client closed");
});
