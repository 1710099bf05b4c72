// outcrop/models in workerd without nodejs_compat, against the emulator: a stream goes through the worker to its client
// as server-sent events, and ends when that client goes away.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { emulator, root } from "../../browser/programs.mjs";

const place = join(root, "node_modules", "outcrop");
const { exports } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));

let bedrock, workerd;

before(async () => {
  bedrock = await emulator();
  const script = readFileSync(new URL("models-worker.mjs", import.meta.url), "utf8")
    .replace('from "outcrop"', `from "${exports["."].workerd}"`)
    .replace('from "outcrop/models"', `from "${exports["./models"].default}"`);
  const files = ["core.js", "workerd.js", "models.js", "outcrop.wasm"];
  for (const file of files) assert.ok(readdirSync(join(place, "dist")).includes(file), `dist/${file}`);
  workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: script },
      ...files.map((file) => ({
        type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
        path: `dist/${file}`,
        contents: readFileSync(join(place, "dist", file)),
      })),
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
  await workerd.ready;
});
after(() => Promise.all([workerd?.dispose(), bedrock?.stop()]));

const ask = async (path, place) =>
  fetch(new URL(path, await workerd.ready), {
    method: "POST",
    body: JSON.stringify({
      prompt: "Tell me about granite",
      options: { region: "us-east-1", endpoint: bedrock.address + place, credentials: bedrock.temporaryCredentials },
    }),
    // Miniflare compresses for whoever lets it, and a compressed event waits until a block of them is full.
    headers: { "accept-encoding": "identity" },
  });

/** A body of lines `event:` and `data:`, as it came: [name, data, milliseconds]. */
async function events(response) {
  const found = [];
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + piece).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(part);
      found.push([name, JSON.parse(data), Date.now()]);
    }
  }
  assert.equal(rest, "");
  return found;
}

test("events go through a worker as they come, and the last one says that it is the last", async () => {
  const response = await ask("/events", "/words/40/pace/25/run/workerd-events");
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("x-own"), "1");
  const found = await events(response);
  const names = found.map(([name]) => name);
  assert.deepEqual([names[0], names.at(-2), names.at(-1)], ["messageStart", "metadata", "end"]);
  assert.match(found.map(([, data]) => data.delta?.text ?? "").join(""), /granite/);
  // 40 words 25 ms apart, not all at once.
  assert.ok(found.at(-1)[2] - found[0][2] > 500);
  const [attempt] = await bedrock.ended("workerd-events");
  assert.equal(attempt.responseEnded, "complete");
});

test("words alone, and the whole message", async () => {
  const found = await events(await ask("/words", "/pace/0/run/workerd-words"));
  assert.deepEqual([...new Set(found.map(([name]) => name))], ["text", "end"]);
  const words = found.map(([name, data]) => (name === "text" ? data : "")).join("");
  const whole = await (await ask("/whole", "/pace/0/run/workerd-whole")).json();
  assert.equal(whole.text, words);
  assert.deepEqual(whole.output.message, { role: "assistant", content: [{ text: words }] });
  assert.equal(whole.stopReason, "end_turn");
  assert.ok(whole.usage.totalTokens > 0);
});

test("when the worker's client goes away, the request to Bedrock ends", async () => {
  const response = await ask("/events", "/words/1000/pace/20/run/workerd-left");
  const reader = response.body.getReader();
  await reader.read();
  await reader.cancel();
  const [attempt] = await bedrock.ended("workerd-left");
  assert.equal(attempt.responseEnded, "client closed");
});

test("an exception within the stream is an event, and no end follows", async () => {
  const found = await events(await ask("/events", "/case/stream-throttled-midway/workerd-models"));
  assert.deepEqual(found.at(-1).slice(0, 2), [
    "error",
    { name: "ThrottlingException", message: "Too many requests, please wait before trying again." },
  ]);
});
