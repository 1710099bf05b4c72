// The chat, clicked through in Chromium and Firefox against the emulator: what a person does, and what they see.
// `cargo xtask demo --once` builds what it needs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

playground((page) => {
  test("an answer streams onto the page, piece by piece, with its figures", async (t) => {
    await page.connect("/words/40/pace/25/run/streams");
    await page.browser.run(() => {
      const log = document.querySelector("#log");
      log.dataset.samples = "";
      new MutationObserver(() => {
        const answer = document.querySelector("#answer");
        if (answer) log.dataset.samples += `${answer.textContent.length},`;
      }).observe(log, { childList: true, characterData: true, subtree: true });
    });
    await page.browser.fill("#prompt", "Tell me about granite");
    await page.browser.click("#send");
    await page.status("Done");

    const samples = await page.browser.run(() => document.querySelector("#log").dataset.samples);
    const lengths = new Set(samples.split(",").filter((length) => Number(length) > 0));
    t.diagnostic(`the text appeared in ${lengths.size} steps`);
    assert.ok(lengths.size > 5, `40 words 25 ms apart came in ${lengths.size} steps`);
    assert.match(await page.text(".turn.assistant .markdown"), /granite/);
    for (const figure of ["input-tokens", "output-tokens", "total-tokens", "rate"]) {
      assert.match(await page.text(`.figure.${figure} dd`), /^[1-9]/, figure);
    }
    const [first, whole] = await Promise.all(
      ["first-text", "whole"].map(async (name) => Number((await page.text(`.figure.${name} dd`)).replace(/\D/g, ""))),
    );
    t.diagnostic(`first piece after ${first} ms, whole answer ${whole} ms`);
    assert.ok(first > 0 && first < whole, `first piece after ${first} ms of ${whole} ms`);
    assert.match(await page.text(".figure.service dd"), /^\d.* ms$/);
    assert.equal(await page.text(".figure.output-tokens dd"), "40");

    const [attempt, ...more] = await page.bedrock.ended("streams");
    assert.deepEqual(more, []);
    assert.equal(attempt.signature, "ok");
    assert.equal(attempt.responseEnded, "complete");
    await page.quiet();
  });
});
