// The chat, clicked through in Chromium and Firefox against the emulator: what a person does, and what they see.
// `cargo xtask demo --once` builds what it needs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keys } from "../webdriver.mjs";
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

  test("the history goes along, with the system prompt and the parameters that were set, and nothing else", async () => {
    await page.connect("/pace/0/run/history");
    await page.set("#system", "You are a geologist.");
    await page.ask("What is granite?");
    await page.set("#temperature", "0.3");
    await page.set("#topK", "40");
    await page.set("#maxTokens", "7");
    await page.set("#stop-sequences", "END\n###");
    await page.ask("And basalt?", "Done: max_tokens");

    const body = await page.sent();
    assert.deepEqual(
      body.messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
    assert.deepEqual(body.messages[0].content, [{ text: "What is granite?" }]);
    assert.match(body.messages[1].content[0].text, /What is granite/);
    assert.deepEqual(body.system, [{ text: "You are a geologist." }]);
    assert.deepEqual(body.inferenceConfig, { temperature: 0.3, maxTokens: 7, stopSequences: ["END", "###"] });
    // Nova's word for it, and place.
    assert.deepEqual(body.additionalModelRequestFields, { inferenceConfig: { topK: 40 } });
    assert.equal((await page.all(".figure.output-tokens dd")).at(-1), "7");
    // Of the first call nothing was set.
    const first = await page.sent(1);
    assert.deepEqual(Object.keys(first).sort(), ["messages", "system"]);
    assert.equal((await page.bedrock.ended("history", 2)).filter(({ signature }) => signature === "ok").length, 2);
    await page.quiet();
  });

  test("the sliders have each model's own range and default", async () => {
    const slider = (id) =>
      page.browser.run((id) => {
        const { min, max, value } = document.getElementById(id);
        return { min, max, value, hint: document.getElementById(`${id}-hint`).textContent };
      }, id);
    await page.model("cohere.command-r-v1:0");
    await page.until("it is Cohere's range", async () => (await slider("topP")).max === "0.99");
    assert.deepEqual(await slider("topP"), {
      min: "0.01",
      max: "0.99",
      value: "0.75",
      hint: "0.01 to 0.99, default 0.75",
    });
    await page.model("mistral.mistral-7b-instruct-v0:2");
    await page.until("it is Mistral's range", async () => (await slider("topK")).max === "200");
    assert.equal((await slider("topK")).value, "50");
    assert.equal((await slider("maxTokens")).max, "8192");
    await page.model("amazon.nova-lite-v1:0");
    await page.until("it is Nova's range", async () => (await slider("topK")).max === "128");
    // Set, it is sent until it is given back.
    await page.set("#topK", "9");
    await page.until("it can be given back", () => page.exists('button[aria-label="Top K: default"]:not([hidden])'));
    await page.press('button[aria-label="Top K: default"]');
    await page.connect("/pace/0/run/defaults");
    await page.ask("Hello");
    assert.equal((await page.sent()).additionalModelRequestFields, undefined);
  });

  test("Stop and Escape end the request at the emulator, and what came is kept and marked", async (t) => {
    for (const [name, stop] of [
      ["stop", () => page.browser.click("#stop")],
      ["escape", () => page.browser.press("#prompt", keys.escape)],
    ]) {
      await page.connect(`/words/1000/pace/20/run/${name}`);
      await page.set("#prompt", "Go on and on");
      await page.press("#send");
      await page.until("some text is there", async () => (await page.text("#answer")).length > 20);
      const clicked = Date.now();
      await stop();
      await page.status("Stopped");
      const [attempt] = await page.bedrock.ended(name);
      assert.equal(attempt.responseEnded, "client closed", name);
      t.diagnostic(`${name}: ended at the emulator ${Math.round(attempt.ended - clicked)} ms after the wish`);
      assert.match(await page.text(".turn.assistant .cut"), /did not come to its end/);
      assert.equal(await page.exists("#log .error"), false);
      await page.press("#new");
    }
    await page.quiet();
  });

  test("an answer can be asked for again, a turn edited, deleted; a new conversation is empty", async () => {
    await page.connect("/pace/0/run/turns");
    await page.ask("First question");
    await page.ask("Second question");
    assert.equal((await page.all(".turn")).length, 4);
    // A person's click: browsers let nobody else write to the clipboard.
    await page.browser.click(".turn.assistant .copy");
    await page.until("it is copied", async () => (await page.text(".turn.assistant .copy")) === "Copied");

    await page.press("#retry");
    await page.until("the answer is there again", async () => (await page.all(".turn")).length === 4);
    await page.status("Done");
    assert.deepEqual(
      (await page.sent()).messages.map(({ content }) => content[0].text.slice(0, 15)),
      ["First question", "You said: First", "Second question"],
    );

    // Edited and asked again: what came after it is gone.
    await page.press(".turn:nth-child(1) .edit");
    await page.until("the editor is open", () => page.exists(".turn:nth-child(1) textarea"));
    await page.set(".turn:nth-child(1) textarea", "Another question");
    await page.press(".turn:nth-child(1) .ask-again");
    await page.until("two turns are left", async () => (await page.all(".turn")).length === 2);
    await page.status("Done");
    assert.match((await page.all(".turn.assistant"))[0], /Another question/);

    // The model's words can be changed too, and are sent so.
    await page.press(".turn:nth-child(2) .edit");
    await page.until("the editor is open", () => page.exists(".turn:nth-child(2) textarea"));
    await page.set(".turn:nth-child(2) textarea", "I never said that.");
    await page.press(".turn:nth-child(2) .save");
    await page.ask("What did you say?");
    assert.deepEqual((await page.sent()).messages[1].content, [{ text: "I never said that." }]);

    await page.press(".turn:nth-child(1) .delete");
    await page.until("it is gone", async () => (await page.all(".turn")).length === 3);
    await page.press("#new");
    await page.until("all is gone", async () => (await page.all(".turn")).length === 0);
    assert.equal(await page.text("#status"), "Nothing asked yet");
    assert.equal(await page.browser.run(() => document.activeElement.id), "prompt");
  });

  test("tokens are counted before anything is asked, and estimated where the model has no counting", async () => {
    await page.connect("/pace/0/run/count");
    await page.set("#prompt", "one two three four");
    await page.press("#count");
    await page.until("it was counted", async () => (await page.text("#counted")).startsWith("4 input tokens"));
    const [attempt] = await page.bedrock.ended("count");
    assert.match(attempt.path, /count-tokens$/);
    assert.equal(attempt.signature, "ok");
    // The draft is still there.
    assert.equal(await page.browser.run(() => document.querySelector("#prompt").value), "one two three four");
  });

  test("a model of one's own is called by the name that was typed, by Ctrl and Enter", async () => {
    await page.connect("/pace/0/run/own-model");
    await page.model("arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0");
    await page.browser.fill("#prompt", "Hello");
    await page.browser.press("#prompt", keys.control + keys.enter);
    await page.status("Done");
    const [attempt] = await page.bedrock.ended("own-model");
    assert.equal(attempt.signature, "ok");
    assert.match(attempt.path, /arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Feu\.amazon/);
    await page.quiet();
  });

  test("the account is asked for its models and profiles, and they can be chosen", async () => {
    await page.connect("/pace/0/run/account");
    await page.press(".settings .model-more button");
    const options = () =>
      page.browser.run(() =>
        [...document.querySelectorAll("#model optgroup")]
          .filter(({ label }) => label.startsWith("This account"))
          .map(({ label, children }) => [label, [...children].map(({ value }) => value)]),
      );
    await page.until("they are listed", async () => (await options()).length === 2);
    const [[, models], [, profiles]] = await options();
    assert.ok(models.length > 3 && !models.includes("amazon.titan-embed-text-v2:0"), models.join());
    const profile = profiles.find((id) => id.startsWith("us."));
    await page.model(profile);
    await page.ask("Hello");
    const attempts = await page.bedrock.ended("account", 3);
    assert.ok(
      attempts.some(({ path }) => path.includes(encodeURIComponent(profile))),
      attempts.map(({ path }) => path).join(),
    );
  });
});
