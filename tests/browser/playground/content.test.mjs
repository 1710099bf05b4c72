// What goes into the chat beside text, and what comes out of it: images, documents, reasoning, Markdown that must not
// run, a guardrail's trace, in Chromium and Firefox. The emulator answers from the scripts in cases/.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { playground } from "./page.mjs";

// One red pixel, as any program writes it.
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "outcrop-files-"));
  await writeFile(join(folder, "pixel.png"), Buffer.from(PIXEL, "base64"));
  await writeFile(join(folder, "rocks.csv"), "rock,age\ngranite,300\n");
});
after(() => rm(folder, { recursive: true, force: true }));

playground(
  (page) => {
    test("an image and a document go with the message, from the picker", async () => {
      await page.connect("/run/files");
      for (const name of ["pixel.png", "rocks.csv"]) {
        await page.browser.press("#files", join(folder, name));
        await page.until(`${name} is attached`, async () => (await page.text(".attached")).includes(name));
      }
      await page.ask("What is this?");
      assert.equal(await page.exists(".attached"), false);
      const [{ content }] = (await page.sent()).messages;
      assert.deepEqual(content, [
        { image: { format: "png", source: { bytes: PIXEL } } },
        {
          document: {
            format: "csv",
            name: "rocks",
            source: { bytes: Buffer.from("rock,age\ngranite,300\n").toString("base64") },
          },
        },
        { text: "What is this?" },
      ]);
      // Shown in the turn: the picture itself, and the document's name.
      assert.equal(await page.browser.run(() => document.querySelector(".turn .picture").naturalWidth), 1);
      assert.match(await page.text(".turn .file"), /rocks csv, 21 B/);
      assert.equal((await page.bedrock.ended("files"))[0].signature, "ok");
      await page.quiet();
    });

    const drop = () =>
      page.browser.run((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "given.png", { type: "image/png" }));
        const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
        document.querySelector("#prompt").dispatchEvent(event);
      }, PIXEL);
    const paste = () => page.script("/in-page/paste.js", { file: PIXEL });
    for (const [how, give] of Object.entries({ dropped: drop, pasted: paste })) {
      test(`a file can be ${how}, and taken off again`, async () => {
        await give();
        await page.until("it is attached", async () => (await page.text(".attached")).includes("given.png"));
        await page.press(".attached button");
        await page.until("it is off again", async () => !(await page.exists(".attached")));
      });
    }

    test("what the service would refuse is refused at once, and said", async () => {
      await page.connect("/run/refused-files");
      await writeFile(join(folder, "big.png"), Buffer.concat([Buffer.from(PIXEL, "base64"), Buffer.alloc(4_000_000)]));
      await page.browser.press("#files", join(folder, "big.png"));
      await page.until("it is refused", async () => /3\.6 MiB for one image/.test(await page.text("#composer .error")));
      await writeFile(join(folder, "strange.bin"), "what is this");
      await page.browser.press("#files", join(folder, "strange.bin"));
      await page.until("it is refused", async () => /format/.test(await page.text("#composer .error-message")));
      assert.equal(await page.exists(".attached"), false);
      // A document without words is none that Bedrock takes.
      await page.browser.press("#files", join(folder, "rocks.csv"));
      await page.until("it is attached", () => page.exists(".attached"));
      await page.press("#send");
      await page.until("words are asked for", async () => /Say what is to be done/.test(await page.text("#composer")));
      assert.deepEqual((await page.bedrock.seen("refused-files")).attempts, []);
    });

    test("reasoning stands apart, Markdown is shown, and nothing of it runs", async () => {
      await page.connect("/case/reasoning/thinks");
      await page.ask("What is granite?");
      assert.equal(
        await page.text(".turn.assistant .reasoning-text"),
        "The reader asks what granite is. It is **igneous**.",
      );
      assert.equal(await page.browser.run(() => document.querySelector(".turn.assistant .reasoning").open), false);
      assert.equal(await page.text(".markdown strong"), "igneous");
      assert.equal(await page.text(".markdown td"), "quartz");
      assert.equal(await page.text(".markdown pre code").then((text) => text.trim()), "const rock = 'granite';");
      // An answer's headings stand below the turn's.
      assert.equal(await page.text(".markdown h4"), "Granite");
      const link = await page.browser.run(() => {
        const { href, target, rel } = document.querySelector(".markdown a");
        return { href, target, rel };
      });
      assert.deepEqual(link, { href: "https://example.com/granite", target: "_blank", rel: "noopener noreferrer" });
      assert.equal(await page.exists(".markdown img, .markdown script, .markdown [onerror]"), false);
      // What was no Markdown is shown as what it is.
      assert.match(await page.text(".markdown"), /<img src=x onerror=alert\(1\)><script>/);
      assert.equal(await page.text(".figure.cache-read dd"), "1,000");
      assert.equal(await page.text(".figure.cache-write dd"), "500");
      assert.equal(await page.text(".figure.service dd"), "321 ms");

      // The next question takes the reasoning along, with its signature: the service wants it so.
      await page.ask("And?");
      const [, { content }] = (await page.sent()).messages;
      assert.deepEqual(content[0].reasoningContent.reasoningText, {
        text: "The reader asks what granite is. It is **igneous**.",
        signature: "c2lnbmF0dXJl",
      });
      await page.quiet();
    });

    test("the system prompt is cached when that is wished", async () => {
      await page.connect("/case/reasoning/cached");
      await page.set("#system", "You are a geologist.");
      await page.until("it can be wished", () => page.exists("#cache"));
      await page.press("#cache");
      await page.ask("What is granite?");
      assert.deepEqual((await page.sent()).system, [
        { text: "You are a geologist." },
        { cachePoint: { type: "default" } },
      ]);
    });

    test("a model that thinks when told is told how many tokens it may", async () => {
      await page.connect("/case/reasoning/told");
      await page.model("us.anthropic.claude-sonnet-4-20250514-v1:0");
      await page.until("there is a slider for it", () => page.exists("#thinking"));
      await page.set("#thinking", "2048");
      await page.ask("Think");
      assert.deepEqual((await page.sent()).additionalModelRequestFields, {
        thinking: { type: "enabled", budget_tokens: 2048 },
      });
    });

    test("a guardrail goes along, and what it found is shown", async () => {
      await page.connect("/case/guarded/guard");
      await page.set("#guardrail-id", "gr1");
      await page.set("#guardrail-version", "3");
      await page.ask("Tell me a secret", "Done: guardrail_intervened");
      assert.match(await page.text(".trace"), /"name": "secrets"/);
      assert.deepEqual((await page.sent()).guardrailConfig, {
        guardrailIdentifier: "gr1",
        guardrailVersion: "3",
        trace: "enabled",
      });
    });

    test("where the model has no counting, a number that is not exceeded is told", async () => {
      await page.connect("/case/uncounted/no-count");
      await page.set("#prompt", "one two three four");
      await page.press("#count");
      await page.until("it is estimated", async () => /^At most \d+ tokens/.test(await page.text("#counted")));
      assert.match(await page.text("#counted"), /doesn't support counting/);
    });
  },
  { emulator: ["--cases", "tests/browser/playground/cases"] },
);
