// Guardrails, clicked through in Chromium and Firefox: outcomes, what is said instead, what was found, what it used.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

async function begin(page, path, mode = "apply") {
  await page.open("#guardrail");
  await page.until("the view is there", () => page.exists("#guardrail-text"));
  await page.connect(path);
  await page.press(`#guardrail-mode-${mode}`);
}

async function check(page, text) {
  await page.set("#guardrail-text", text);
  await page.press("#guardrail-check");
  await page.until("it is checked", async () => /^Checked in/.test(await page.text("#guardrail-status")));
  await page.until("it is shown", () => page.exists("#guardrail-verdict"));
}

const found = (page) =>
  page.browser.run(() =>
    [...document.querySelectorAll("#guardrail-found tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    ),
  );

playground((page) => {
  test("a guardrail blocks, masks, or has nothing against it", async () => {
    await begin(page, "/run/apply");
    await page.set("#guardrail-id", "abcd1234");
    await page.set("#guardrail-version", "3");
    await check(page, "A forbidden word");
    assert.equal(await page.text("#guardrail-verdict"), "The guardrail intervenedGuardrail blocked.");
    assert.deepEqual(await page.all(".view-guardrail .output"), ["Sorry, the model cannot answer this question."]);
    assert.deepEqual(await found(page), [["Word", "own list", "“forbidden”", "blocked"]]);
    assert.match(await page.text("#guardrail-usage"), /Words1 unit/);
    assert.deepEqual(await page.sent(), {
      source: "INPUT",
      content: [{ text: { text: "A forbidden word" } }],
      outputScope: "INTERVENTIONS",
    });
    await page.press("nav.views a[href='#guardrail']");

    await page.set("#guardrail-source", "OUTPUT");
    await page.set("#guardrail-scope", "FULL");
    await check(page, "Write to jo@example.com");
    await page.until("it is masked", async () => (await page.text("#guardrail-verdict")).includes("Guardrail masked."));
    assert.deepEqual(await page.all(".view-guardrail .output"), ["Write to {EMAIL}"]);
    assert.deepEqual(await found(page), [
      ["Word", "own list", "“forbidden” not found", "none"],
      ["Personal data", "email", "“jo@example.com”", "anonymized"],
    ]);

    await check(page, "Granite");
    await page.until("it passes", async () => (await page.text("#guardrail-verdict")).includes("Nothing to object to"));
    assert.deepEqual(await page.all(".view-guardrail .output"), []);
    assert.match(await page.text("#guardrail-result"), /Looked at 7 of 7 characters/);
    const attempts = await page.bedrock.ended("apply", 3);
    assert.ok(
      attempts.every(
        ({ path, signature }) => path.endsWith("/guardrail/abcd1234/version/3/apply") && signature === "ok",
      ),
    );
    await page.quiet();
  });

  test("an image goes along, and what grounds an answer", async () => {
    await begin(page, "/run/image");
    await page.set("#guardrail-id", "abcd1234");
    await page.set("#guardrail-grounding", "Granite is hard.");
    await page.set("#guardrail-query", "Is it?");
    await page.browser.run(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 3 });
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      const given = new DataTransfer();
      given.items.add(new File([blob], "rock.png", { type: "image/png" }));
      const field = document.querySelector("#guardrail-image");
      field.files = given.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.until("it is shown", async () =>
      page.browser.run(() => document.querySelector(".thumb img")?.naturalWidth === 4),
    );
    await check(page, "Yes");
    assert.match(await page.text("#guardrail-usage"), /Content, images1 unit/);
    const { content } = await page.sent();
    assert.deepEqual(content.slice(0, 3), [
      { text: { text: "Granite is hard.", qualifiers: ["grounding_source"] } },
      { text: { text: "Is it?", qualifiers: ["query"] } },
      { text: { text: "Yes", qualifiers: ["guard_content"] } },
    ]);
    assert.equal(content[3].image.format, "png");
    assert.ok(content[3].image.source.bytes.startsWith("iVBOR"));
    await page.quiet();
  });

  test("checks without a guardrail: scores, and personal data where it stands", async () => {
    await begin(page, "/run/checks", "checks");
    await page.until("the choice is there", () => page.exists("#guardrail-jailbreak"));
    await page.press("#guardrail-hate");
    await check(page, "🪨 This is a prompt injection by jo@example.com, ok?");
    assert.equal(await page.text("#guardrail-verdict"), "Prompt injection, 1 × personal data");
    const scores = await page.browser.run(() =>
      Object.fromEntries(
        [...document.querySelectorAll(".scores > div")].map((one) => [
          one.querySelector("dt").textContent,
          [one.querySelector("meter").value, one.querySelector(".score").textContent],
        ]),
      ),
    );
    assert.deepEqual(scores["Prompt injection"], [0.875, "0.88"]);
    assert.deepEqual(scores.Violence, [0.125, "0.13"]);
    assert.equal("Hate" in scores, false);
    assert.equal(
      await page.text("#guardrail-marked"),
      "🪨 This is a prompt injection by jo@example.com Email, 88 %, ok?",
    );
    assert.equal(await page.text("#guardrail-marked mark"), "jo@example.com Email, 88 %");
    assert.match(await page.text("#guardrail-usage"), /content filter1 text unit.*sensitive information1 text unit/);
    await page.quiet();
  });

  test("what is missing is told, and what the service refuses", async () => {
    await begin(page, "/run/refused");
    await page.set("#guardrail-text", "Granite");
    await page.press("#guardrail-check");
    const error = (part) => page.until(part, async () => (await page.text(".view-guardrail .error")).includes(part));
    await error("The guardrail's id or ARN is missing.");
    await page.set("#guardrail-id", "missing");
    await page.press("#guardrail-check");
    await error("ResourceNotFoundException");
    assert.equal((await page.bedrock.ended("refused")).length, 1);
    await page.quiet("404");
  });
});
