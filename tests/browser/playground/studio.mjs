// What a person has done in the studio views when their looks are judged (look.test.mjs): something is shown in each.

export const studio = {
  async images(page) {
    await page.connect("/pace/0/run/look");
    await page.set("#images-prompt", "A granite outcrop above a pine forest at dawn");
    await page.set("#images-count", "2");
    await page.set("#images-size", "512x512");
    await page.set("#images-seed", "3");
    await page.press("#images-make");
    await page.until("two are decoded", () =>
      page.browser.run(() => {
        const all = [...document.querySelectorAll(".shot img")];
        return all.length === 2 && all.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
      }),
    );
    await page.until("the figures are there", () => page.exists(".view-images .figure.cost"));
  },
  async embeddings(page) {
    await page.connect("/pace/0/run/look");
    await page.press("#embeddings-embed");
    await page.until("the picture is there", () => page.exists(".map svg"));
    await page.press(".map summary");
  },
  async speech(page) {
    await page.connect("/pace/0/run/look");
    for (const text of ["Hello, what is an outcrop?", "interrupt yourself"]) {
      await page.set("#speech-text", text);
      await page.browser.click("#speech-type");
      await page.until("it is answered", async () => (await page.text("#speech-transcript")).includes(`said: ${text}`));
    }
    await page.browser.click("#speech-end");
    await page.until("it has ended", async () => /^Ended/.test(await page.text("#speech-status")));
  },
  async guardrail(page) {
    await page.connect("/run/look");
    await page.set("#guardrail-id", "abcd1234");
    await page.set("#guardrail-scope", "FULL");
    await page.set("#guardrail-text", "Write a forbidden word to jo@example.com");
    await page.press("#guardrail-check");
    await page.until("it is checked", () => page.exists("#guardrail-verdict"));
  },
  /** The guardrail view's other half. */
  async checks(page) {
    await page.connect("/run/look");
    await page.press("#guardrail-mode-checks");
    await page.until("the choices are there", () => page.exists("#guardrail-jailbreak"));
    await page.set("#guardrail-text", "This is a prompt injection by jo@example.com");
    await page.press("#guardrail-check");
    await page.until("it is checked", () => page.exists("#guardrail-verdict"));
    await page.press(".view-guardrail aside summary");
  },
};
