// Vercel's provider for Bedrock, unmodified, with our fetch, and with our credentials alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { APICallError, generateText, streamText } from "ai";
import { runtimeUrl, signedFetch } from "outcrop/sign";
import { CLAUDE, client, collect, emulator, place } from "./context.mjs";

async function withFetch(at, options = {}) {
  const bedrock = client(at.endpoint, options);
  return createAmazonBedrock({
    region: "us-east-1",
    baseURL: await runtimeUrl(bedrock),
    // With one it signs nothing; our fetch puts the signature in its place.
    apiKey: "not used",
    fetch: signedFetch(bedrock),
  });
}

const withCredentials = async (at) =>
  createAmazonBedrock({
    region: "us-east-1",
    baseURL: at.endpoint,
    credentialProvider: async () => emulator.temporaryCredentials,
  });

const asked = (api, more) => ({ model: api(CLAUDE), prompt: "Hello", maxRetries: 0, ...more });

for (const [name, made] of Object.entries({ "our fetch": withFetch, "our credentials": withCredentials })) {
  test(`@ai-sdk/amazon-bedrock with ${name}: a text, whole and streamed`, async () => {
    const at = place({ prefix: "/pace/0" });
    const api = await made(at);
    const { text } = await generateText(asked(api));
    assert.ok(text.startsWith("You said: Hello"));
    assert.equal((await collect(streamText(asked(api)).textStream)).join(""), text);
    assert.deepEqual(
      (await at.ended(2)).map(({ signature }) => signature),
      ["ok", "ok"],
    );
  });
}

test("@ai-sdk/amazon-bedrock with our fetch: errors, retries, clocks and aborts", async () => {
  const denied = await withFetch(place({ name: "access-denied" }));
  await assert.rejects(generateText(asked(denied)), (error) => {
    assert.ok(APICallError.isInstance(error));
    assert.equal(error.statusCode, 403);
    return true;
  });
  for (const name of ["unavailable-once", "clock-behind", "clock-ahead-date-hidden"]) {
    const at = place({ name });
    assert.ok((await generateText(asked(await withFetch(at)))).text, name);
    assert.equal((await at.ended(2)).length, 2, name);
  }
  const at = place({ prefix: "/words/1000/pace/10" });
  const controller = new AbortController();
  const { textStream } = streamText(asked(await withFetch(at), { abortSignal: controller.signal }));
  let count = 0;
  try {
    for await (const _ of textStream) if (++count === 3) controller.abort();
  } catch (error) {
    assert.equal(error.name, "AbortError");
  }
  assert.equal((await at.ended())[0].responseEnded, "client closed");
});
