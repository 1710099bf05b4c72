// Embeddings, clicked through in Chromium and Firefox: the likeness that is shown is that of the vectors which the emulator
// answers, computed here once more, and the picture lies as those numbers say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

const lines = ["The cat sat on the mat", "A cat sits on the mat", "Granite is a hard rock", "Basalt is a dark rock"];

async function begin(page, path) {
  await page.open("#embeddings");
  await page.until("the view is there", () => page.exists("#embeddings-texts"));
  await page.connect(path);
}

const status = (page, wanted) =>
  page.until(`the status is ${wanted}`, async () => wanted.test(await page.text("#embeddings-status")));

/** What the emulator answers, asked with its API key: no code of this page. */
async function ask(page, model, body) {
  const answer = await fetch(`${page.bedrock.address}/model/${encodeURIComponent(model)}/invoke`, {
    method: "POST",
    headers: { authorization: `Bearer ${page.bedrock.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** By angles: acos and cos, another way than the page's. */
function likeness(a, b) {
  const dot = (x, y) => x.reduce((sum, value, index) => sum + value * y[index], 0);
  return dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));
}

const cells = (page) =>
  page.browser.run(() =>
    [...document.querySelectorAll("#embeddings-heat tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].map(({ textContent }) => textContent),
    ),
  );

const expected = (vectors) => vectors.map((a) => vectors.map((b) => likeness(a, b).toFixed(2)));

playground((page) => {
  test("Titan's vectors: the matrix, the plane, the figures, the copy", async () => {
    await begin(page, "/run/titan");
    await page.set("#embeddings-texts", lines.join("\n"));
    await page.set("#embeddings-dimension", "256");
    await page.press("#embeddings-embed");
    await status(page, /^4 texts, 256 dimensions, /);
    const model = "amazon.titan-embed-text-v2:0";
    const answers = [];
    for (const inputText of lines) {
      answers.push(await ask(page, model, { inputText, dimensions: 256, normalize: true }));
    }
    const vectors = answers.map(({ embedding }) => embedding);
    assert.deepEqual(await cells(page), expected(vectors));
    // What shares words is near, and what does not is not: a picture that shows something.
    assert.ok(likeness(vectors[0], vectors[1]) > 2 * likeness(vectors[0], vectors[2]));

    const points = await page.browser.run(() =>
      [...document.querySelectorAll(".points tbody tr")].map((row) =>
        [...row.querySelectorAll("td")].map(({ textContent }) => Number(textContent)),
      ),
    );
    const apart = (a, b) => Math.hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]);
    assert.ok(apart(0, 1) < apart(0, 2) && apart(2, 3) < apart(0, 3), JSON.stringify(points));
    const far = (a, b) => Math.hypot(...vectors[a].map((value, index) => value - vectors[b][index]));
    for (const [a, b] of [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b]))) {
      assert.ok(apart(a, b) <= far(a, b) + 0.01, "a picture in two dimensions draws nothing further apart than it is");
    }
    const words = await page.browser.run(() => document.querySelector(".map svg").getAttribute("aria-label"));
    assert.match(words, /^4 texts as points\. Most alike are 1 \(The cat sat on the mat\) and 2 /);

    const tokens = answers.reduce((sum, { inputTextTokenCount }) => sum + inputTextTokenCount, 0);
    assert.equal(await page.text(".view-embeddings .figure.input-tokens dd"), String(tokens));
    assert.equal((await page.bedrock.ended("titan", 4)).filter(({ signature }) => signature === "ok").length, 4);

    await page.browser.run(() => {
      Object.defineProperty(navigator, "clipboard", {
        configurable: true,
        value: { writeText: async (text) => (document.documentElement.dataset.copied = text) },
      });
    });
    await page.press("#embeddings-result .copy");
    await page.until("it is copied", async () => (await page.text("#embeddings-result .copy")) === "Copied");
    const copied = JSON.parse(await page.browser.run(() => document.documentElement.dataset.copied));
    assert.deepEqual(
      copied,
      lines.map((text, index) => ({ name: text, text, embedding: vectors[index] })),
    );
    await page.quiet();
  });

  test("Cohere takes all texts at once, files among them", async () => {
    await begin(page, "/run/cohere");
    await page.model("cohere.embed-english-v3", "embeddings-model");
    await page.set("#embeddings-texts", lines.slice(0, 2).join("\n\n  \n"));
    await page.browser.run(() => {
      const given = new DataTransfer();
      given.items.add(new File(["Granite is a hard rock,\nand an old one."], "granite.txt", { type: "text/plain" }));
      const field = document.querySelector("#embeddings-files");
      field.files = given.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.until("the file is listed", async () =>
      (await page.text(".view-embeddings .chips")).includes("granite.txt"),
    );
    await page.press("#embeddings-embed");
    await status(page, /^3 texts, 1024 dimensions, /);
    const texts = [...lines.slice(0, 2), "Granite is a hard rock,\nand an old one."];
    const body = { texts, input_type: "clustering" };
    assert.deepEqual(await page.sent(), body);
    const { embeddings } = await ask(page, "cohere.embed-english-v3", body);
    assert.deepEqual(await cells(page), expected(embeddings));
    assert.equal((await page.bedrock.ended("cohere")).length, 1);
    await page.quiet();
  });

  test("Nova's and the others' bodies, each with its own lengths", async () => {
    await begin(page, "/run/others");
    await page.set("#embeddings-texts", lines.join("\n"));
    for (const [model, length] of [
      ["amazon.nova-2-multimodal-embeddings-v1:0", 3072],
      ["amazon.titan-embed-text-v1", 1536],
      ["amazon.titan-embed-image-v1", 1024],
      ["cohere.embed-v4:0", 1536],
    ]) {
      await page.model(model, "embeddings-model");
      await page.press("#embeddings-embed");
      await status(page, new RegExp(`^4 texts, ${length} dimensions, `));
      assert.equal((await cells(page)).length, 4);
    }
    await page.quiet();
  });

  test("too few texts, and a file that is no text, are told", async () => {
    await begin(page, "/run/none");
    await page.set("#embeddings-texts", "one");
    await page.press("#embeddings-embed");
    await page.until("it is told", async () =>
      (await page.text(".view-embeddings .error")).includes("Two texts are the least"),
    );
    await page.browser.run(() => {
      const given = new DataTransfer();
      given.items.add(new File([new Uint8Array([255, 254, 0])], "picture.bin"));
      const field = document.querySelector("#embeddings-files");
      field.files = given.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.until("it is told", async () =>
      (await page.text(".view-embeddings .error")).includes("picture.bin is no text"),
    );
    assert.deepEqual((await page.bedrock.seen("none")).attempts, []);
    await page.quiet();
  });
});
