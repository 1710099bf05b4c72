// Models side by side, in Chromium and Firefox: one prompt, each answer with its own figures and its own stop.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

playground((page) => {
  const side = (number, selector) => `.side:nth-child(${number}) ${selector}`;
  const state = (number) => page.text(side(number, "[role=status]"));
  const open = async (path) => {
    await page.open("#compare");
    await page.connect(path);
  };

  test("two models answer one prompt, with figures of each and a table of both", async () => {
    await open("/words/25/pace/10/run/both");
    await page.model("anthropic.claude-3-haiku-20240307-v1:0", "compare-model-1");
    await page.set("#compare-system", "You are a geologist.");
    await page.set("#compare-maxTokens", "64");
    await page.set("#compare-prompt", "What is granite?");
    await page.press("#compare-send");
    await page.until("both are done", async () => (await state(1)) === "Done" && (await state(2)) === "Done");
    for (const number of [1, 2]) {
      assert.match(await page.text(side(number, ".side-answer")), /What is granite/);
      assert.equal(await page.text(side(number, ".figure.output-tokens dd")), "25");
    }
    assert.match(await page.text(side(1, ".figure.cost dd")), /USD$/);
    assert.equal(await page.text(side(2, ".figure.cost dd")), "no price known");
    await page.until("the table is there", () => page.exists(".summary tbody tr"));
    assert.deepEqual(await page.all(".summary tbody th"), ["Claude 3 Haiku", "Nova Micro"]);
    const attempts = await page.bedrock.ended("both", 2);
    assert.deepEqual(attempts.map(({ path }) => decodeURIComponent(path.split("/model/")[1].split("/")[0])).sort(), [
      "amazon.nova-micro-v1:0",
      "anthropic.claude-3-haiku-20240307-v1:0",
    ]);
    assert.equal(attempts[0].bodySha256, attempts[1].bodySha256);
    await page.quiet();
  });

  test("each can be stopped alone, or all at once, and one that fails leaves the others", async () => {
    await open("/words/500/pace/10/run/stops");
    await page.press("#compare-add");
    await page.until("there are three", async () => (await page.all(".side")).length === 3);
    await page.model("no-such-maker.model", "compare-model-3");
    await page.set("#compare-prompt", "Go on");
    await page.press("#compare-send");
    await page.until("the third has failed", async () => (await state(3)) === "Failed");
    assert.match(await page.text(side(3, ".error-name")), /Exception/);
    await page.until("the first says something", async () => (await page.text(side(1, ".side-answer"))).length > 10);
    await page.press(side(1, ".stop"));
    await page.until("the first is stopped", async () => (await state(1)) === "Stopped");
    assert.equal(await state(2), "Streaming…");
    await page.press("#compare-stop");
    await page.until("the second is stopped too", async () => (await state(2)) === "Stopped");
    const attempts = await page.bedrock.ended("stops", 3);
    assert.equal(attempts.filter(({ responseEnded }) => responseEnded === "client closed").length, 2);
  });

  test("the models are in the address, four at most, and a link brings them back", async () => {
    await page.open("#compare?compare.models=amazon.nova-pro-v1%3A0%2Cmistral.mistral-large-2402-v1%3A0");
    assert.deepEqual(
      await page.browser.run(() => [1, 2].map((number) => document.getElementById(`compare-model-${number}`).value)),
      ["amazon.nova-pro-v1:0", "mistral.mistral-large-2402-v1:0"],
    );
    await page.press("#compare-add");
    await page.press("#compare-add");
    await page.until("there are four", async () => (await page.all(".side")).length === 4);
    assert.equal(await page.browser.run(() => document.querySelector("#compare-add").disabled), true);
    await page.press(side(2, ".title button"));
    await page.until("there are three", async () => (await page.all(".side")).length === 3);
    await page.until("the address has them", async () =>
      decodeURIComponent(await page.browser.run(() => location.hash)).includes(
        "compare.models=amazon.nova-pro-v1:0,anthropic.claude-3-haiku-20240307-v1:0,anthropic",
      ),
    );
  });

  test("without a prompt nothing is sent, and it is asked for", async () => {
    await open("/run/no-prompt");
    await page.press("#compare-send");
    await page.until("it is said", async () => /The prompt is empty/.test(await page.text(".compare .error")));
    assert.equal(await page.browser.run(() => document.activeElement.id), "compare-prompt");
    assert.deepEqual((await page.bedrock.seen("no-prompt")).attempts, []);
  });
});
