// The Worker of this folder under `wrangler dev`, with its page in Chromium, against the emulator: it streams, stops when
// nobody listens, limits each client, and takes no half answer for a whole one. Nothing is skipped.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, test } from "node:test";
import { accessible } from "../../browser/axe.mjs";
import { listening } from "../../packages/context.mjs";
import * as context from "../context.mjs";

const { ask, asked, limit, refusal } = context;
const run = "example-worker-stream";

describe("worker-stream", () => {
  let address, bedrock;
  before(async () => {
    bedrock = await context.shared();
    const file = context.variables("worker-stream", context.leading(`/words/60/pace/30/run/${run}`));
    address = await listening(context.here, context.dev("worker-stream", "--env-file", file));
  });
  // Each client has an address of its own.
  const client = (number) => ({ headers: { "cf-connecting-ip": `192.0.2.${number}` } });

  test("the page shows the words as they come, and asks on with the conversation", limit, async () => {
    const chromium = await context.opened(address);
    assert.match(await context.growing("Where is granite found?"), /granite/);
    await asked("And basalt?");
    assert.match((await context.settled()).text, /basalt/);
    assert.deepEqual(await context.ends(run, 2), ["complete", "complete"]);
    const [first, second] = (await bedrock.seen(run)).attempts;
    assert.ok(second.bodyBytes > 2 * first.bodyBytes, "the second question brings the first and its answer");
    const policy = (await fetch(address)).headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'.*script-src 'self'/);
    assert.deepEqual(await context.complaints(), []);
    // Once more, and stopped: the model is not asked on.
    await asked("Tell me more");
    await chromium.click("#stop");
    const { text, trouble } = await context.settled();
    assert.equal(trouble, "");
    assert.equal((await context.ends(run, 3)).at(-1), "client closed");
    // 200 ms are six words of the emulator's.
    await new Promise((done) => setTimeout(done, 200));
    assert.equal((await context.shown()).text, text);
    await accessible(chromium);
  });

  test("leaving the page ends the request to the model", limit, async () => {
    const had = (await bedrock.seen(run)).attempts.length;
    await asked("Hello");
    await (await context.page()).goto("about:blank");
    assert.equal((await context.ends(run, had + 1)).at(-1), "client closed");
  });

  test("each client may ask ten times a minute; another one still may", limit, async () => {
    const answers = [];
    for (let at = 0; at < 11; at++) {
      const answer = await ask(address, "Hello", client(2));
      answers.push(answer);
      await answer.body.cancel();
    }
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array(10).fill(200), 429],
    );
    assert.equal(answers.at(-1).headers.get("retry-after"), "60");
    const other = await ask(address, "Hello", client(3));
    assert.equal(other.status, 200);
    assert.match(await other.text(), /\nevent: end\ndata: \{\}\n\n$/);
    // What the emulator was sent: the question, and that the answer ends at MAX_TOKENS.
    const body = { messages: [{ role: "user", content: [{ text: "Hello" }] }], inferenceConfig: { maxTokens: 1000 } };
    const { bodySha256 } = (await bedrock.ended(run)).at(-1);
    assert.equal(bodySha256, createHash("sha256").update(JSON.stringify(body)).digest("hex"));
  });

  test("what it is not made for is refused, and nothing is asked", limit, async () => {
    const had = (await bedrock.seen(run)).attempts.length;
    const other = client(4);
    const wrong = /a conversation is/;
    for (const [answer, status, why] of [
      [fetch(`${address}/nothing`, { headers: other.headers }), 404, /only \/chat/],
      [fetch(`${address}/chat`, { headers: other.headers }), 405, /POST/],
      [ask(address, "Hello", { headers: { ...other.headers, "content-type": "text/plain" } }), 415, /json/],
      [ask(address, "", { ...other, body: "{" }), 400, /not JSON/],
      [ask(address, " ", other), 400, wrong],
      [ask(address, "", { ...other, messages: [] }), 400, wrong],
      [ask(address, "", { ...other, messages: [null] }), 400, wrong],
      [ask(address, "", { ...other, messages: [{ role: "system", text: "Hello" }] }), 400, wrong],
      [ask(address, "", { ...other, messages: [{ role: "user", text: { a: 1 } }] }), 400, wrong],
      [ask(address, "a".repeat(20_001), other), 413, /20000 characters/],
      [ask(address, "a".repeat(200_000), other), 413, /120000 bytes/],
    ]) {
      const [found, error] = await refusal(answer);
      assert.equal(found, status, error);
      assert.match(error, why);
    }
    assert.equal((await bedrock.seen(run)).attempts.length, had);
  });
});

for (const [name, status, event] of [
  ["stream-cut-before-metadata", 200, "TruncatedStreamError"],
  ["stream-throttled-midway", 200, "ThrottlingException"],
  ["throttled-always", 429, undefined],
  ["access-denied", 502, undefined],
]) {
  test(`worker-stream, ${name}: never as if it were a whole answer`, limit, async () => {
    await context.shared();
    const file = context.variables("worker-stream", context.leading(`/case/${name}/example-${name}`));
    const address = await listening(context.here, context.dev("worker-stream", "--env-file", file));
    const answer = await ask(address, "Hello");
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    if (event) assert.match(text, new RegExp(`\nevent: error\ndata: \\{"name":"${event}"[^\n]*\n\n$`));
    else assert.deepEqual(Object.keys(JSON.parse(text)), ["error"]);
    assert.doesNotMatch(text, /event: end/);
  });
}
