// Images, clicked through in Chromium and Firefox: what is asked for is what is shown, can be kept, and can be stopped.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

/** Opens the view and connects. */
async function begin(page, path) {
  await page.open("#images");
  await page.until("the view is there", () => page.exists("#images-prompt"));
  await page.connect(path);
}

const status = (page, wanted) =>
  page.until(`the status is ${wanted}`, async () => wanted.test(await page.text("#images-status")));

/** What is shown, once all of it is decoded: sizes, alternative texts, a digest of the pixels. */
async function pictures(page) {
  await page.until("all are decoded", () =>
    page.browser.run(() => [...document.querySelectorAll(".shot img")].every((one) => one.complete)),
  );
  return page.browser.run(() =>
    Promise.all(
      [...document.querySelectorAll(".shot")].map(async (figure) => {
        const image = figure.querySelector("img");
        const link = figure.querySelector("a[download]");
        const { naturalWidth: width, naturalHeight: height, alt } = image;
        const drawing = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
        drawing.drawImage(image, 0, 0);
        const digest = await crypto.subtle.digest("SHA-256", drawing.getImageData(0, 0, width, height).data);
        const text = figure.querySelector(".about").textContent;
        const kept = link.href === image.src && link.href.startsWith("blob:");
        return { width, height, alt, text, kept, name: link.download, all: [...new Uint8Array(digest)].join() };
      }),
    ),
  );
}

playground((page) => {
  test("Titan Image makes as many as are wanted, of the size that is wanted", async () => {
    await begin(page, "/pace/5/run/titan");
    await page.set("#images-prompt", "A grey rock");
    await page.set("#images-negative", "trees");
    await page.set("#images-count", "3");
    await page.set("#images-size", "768x1152");
    await page.set("#images-seed", "7");
    await page.press("#images-make");
    await status(page, /^3 images in /);
    const shown = await pictures(page);
    assert.deepEqual(
      shown.map(({ width, height, alt, name }) => [width, height, alt, name]),
      [1, 2, 3].map((number) => [768, 1152, `A grey rock (image ${number} of 3)`, `a-grey-rock-${number}.png`]),
    );
    for (const { kept, text } of shown) {
      assert.ok(kept, "what is downloaded is what is shown");
      assert.match(text, /^768 × 1152 px, \d/);
    }
    assert.equal(new Set(shown.map(({ all }) => all)).size, 3, "each is another picture");
    assert.deepEqual(await page.sent(), {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A grey rock", negativeText: "trees" },
      imageGenerationConfig: { numberOfImages: 3, width: 768, height: 1152, seed: 7 },
    });
    const [attempt] = await page.bedrock.ended("titan");
    assert.deepEqual([attempt.signature, attempt.status], ["ok", 200]);
    await page.quiet();
  });

  test("the same seed makes the same picture, another one another, and its cost is told", async () => {
    await begin(page, "/pace/0/run/seeds");
    await page.model("amazon.titan-image-generator-v1", "images-model");
    await page.set("#images-prompt", "Granite");
    await page.set("#images-size", "512x512");
    for (const [number, seed] of ["5", "5", "6"].entries()) {
      await page.set("#images-seed", seed);
      await page.press("#images-make");
      await page.until("it is there", async () => (await page.all(".shot")).length === number + 1);
      await status(page, /^1 image in /);
    }
    const [third, second, first] = (await pictures(page)).map(({ all }) => all);
    assert.equal(first, second);
    assert.notEqual(first, third);
    // 0.008 USD for an image up to 512 pixels, by the catalog's source of 2024.
    assert.equal((await page.all(".view-images .figure.cost dd"))[0], "0.008 USD");
    await page.browser.run(() =>
      [...document.querySelectorAll("button")].find((one) => one.textContent === "Clear").click(),
    );
    await page.until("all are gone", async () => (await page.all(".shot")).length === 0);
    await page.quiet();
  });

  test("the ranges are the model's own, and Stable Image is asked for each image apart", async () => {
    await begin(page, "/pace/0/run/stable");
    const range = (id) =>
      page.browser.run((id) => {
        const { min, max, value } = document.getElementById(id);
        return [min, max, value];
      }, id);
    const cfg = "images-imageGenerationConfig-cfgScale";
    assert.deepEqual(await range(cfg), ["1.1", "10", "8"]);
    await page.model("amazon.nova-canvas-v1:0", "images-model");
    await page.until("it is Nova Canvas's default", async () => (await range(cfg))[2] === "6.5");
    await page.model("stability.stable-image-core-v1:1", "images-model");
    await page.until("there are ratios", async () => (await page.text("#images-size")).includes("16:9"));
    assert.equal(await page.exists(`#${cfg}`), false);
    await page.set("#images-prompt", "Basalt");
    await page.set("#images-size", "16:9");
    await page.set("#images-count", "2");
    await page.set("#images-seed", "11");
    await page.press("#images-make");
    await status(page, /^2 images in /);
    const shown = await pictures(page);
    assert.deepEqual(
      shown.map(({ width, height }) => [width, height]),
      [
        [1344, 768],
        [1344, 768],
      ],
    );
    assert.match(shown[0].text, /seed 11$/);
    assert.match(shown[1].text, /seed 12$/);
    assert.deepEqual(await page.sent(), { prompt: "Basalt", aspect_ratio: "16:9", seed: 12, output_format: "png" });
    assert.equal((await page.bedrock.ended("stable", 2)).length, 2);

    await page.press("nav.views a[href='#images']");
    await page.set("#images-prompt", "something forbidden");
    await page.set("#images-count", "1");
    await page.press("#images-make");
    await status(page, /^Failed$/);
    assert.match(await page.text(".view-images .error"), /Filter reason: prompt/);
    await page.quiet();
  });

  test("it can be stopped, and wrong input is told at the field", async () => {
    // A picture takes ten pauses: half a minute here.
    await begin(page, "/pace/3000/run/stopped");
    await page.press("#images-make");
    await status(page, /^Failed$/);
    assert.match(await page.text(".view-images .error"), /Say what the image is to show/);
    await page.set("#images-prompt", "A rock");
    await page.set("#images-seed", "-1");
    await page.press("#images-make");
    await page.until("the seed is refused", async () => (await page.text(".view-images .error")).includes("A seed is"));
    await page.set("#images-seed", "");
    await page.press("#images-make");
    await status(page, /^Making…$/);
    await page.until("the request is there", async () => (await page.bedrock.seen("stopped")).open === 1);
    await page.press(".view-images .progress .stop");
    await status(page, /^Stopped, 0 images$/);
    const [attempt] = await page.bedrock.ended("stopped");
    assert.equal(attempt.responseEnded, "client closed");
    await page.quiet();
  });
});
