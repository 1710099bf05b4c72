// The app of this folder, built by `next build` and started by `next start`, with its page in Chromium, against the
// emulator: it streams, stops when nobody listens, and takes no half answer for a whole one. Nothing is skipped.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { accessible } from "../../browser/axe.mjs";
import { listening, run as ran } from "../../packages/context.mjs";
import * as context from "../context.mjs";

const { ask, asked, limit, refusal } = context;
const run = "example-next-edge";

describe("next-edge", () => {
  let address, bedrock;
  const start = (path) =>
    listening(
      context.here,
      (port) => ["next", "start", "next-edge", "-H", "127.0.0.1", "-p", `${port}`],
      context.leading(path),
    );
  before(async () => {
    bedrock = await context.shared();
    await ran(context.here, ["next", "build", "next-edge"]);
    address = await start(`/words/60/pace/30/run/${run}`);
  });

  test("the page shows the words as they come, and asks on with the conversation", limit, async () => {
    const chromium = await context.opened(address);
    assert.match(await context.growing("Where is granite found?"), /granite/);
    await asked("And basalt?", /basalt/);
    await chromium.click("#stop");
    const { text, trouble } = await context.settled();
    assert.equal(trouble, "");
    assert.deepEqual(await context.ends(run, 2), ["complete", "client closed"]);
    const [first, second] = (await bedrock.seen(run)).attempts;
    assert.ok(second.bodyBytes > 2 * first.bodyBytes, "the second question brings the first and its answer");
    // 200 ms are six words of the emulator's.
    await new Promise((done) => setTimeout(done, 200));
    assert.equal((await context.shown()).text, text);
    await accessible(chromium);
    assert.deepEqual(await context.complaints(), []);
  });

  test("a second question ends the first; leaving the page ends the request", limit, async () => {
    await context.opened(address);
    await asked("The first question, which is about schist");
    await asked("The second question, which is about gneiss", /gneiss/);
    await (await context.page()).goto("about:blank");
    assert.deepEqual((await context.ends(run, 4)).slice(2), ["client closed", "client closed"]);
  });

  test("what it is not made for is refused, and nothing is asked", limit, async () => {
    for (const [answer, status] of [
      [ask(address, "Hello", { headers: { "content-type": "text/plain" } }), 415],
      [ask(address, "", { body: "{" }), 400],
      [ask(address, " "), 400],
      [ask(address, "a".repeat(20_001)), 413],
    ])
      assert.equal((await refusal(answer))[0], status);
    assert.equal((await fetch(`${address}/chat`)).status, 405);
    assert.equal((await bedrock.seen(run)).attempts.length, 4);
  });

  test(
    "an answer that was cut off ends with an error; what fails before the first word is a status",
    limit,
    async () => {
      const cut = await ask(await start(`/case/stream-cut-before-metadata/${run}-cut`), "Hello");
      assert.equal(cut.status, 200);
      const text = await cut.text();
      assert.match(text, /\nevent: error\ndata: \{"name":"TruncatedStreamError"[^\n]*\n\n$/);
      assert.doesNotMatch(text, /event: end/);
      const denied = await start(`/case/access-denied/${run}-denied`);
      assert.deepEqual(await refusal(ask(denied, "Hello")), [502, "AccessDeniedException"]);
      await context.opened(denied);
      await asked("Hello");
      assert.match((await context.settled()).trouble, /AccessDeniedException/);
    },
  );
});
