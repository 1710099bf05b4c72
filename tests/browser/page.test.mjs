// The playground, clicked through in headless Chromium against the emulator: what a person would do, and
// what they would see. `cargo xtask demo --once` builds what it needs.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { emulator, server } from "./programs.mjs";
import { chromium, keys } from "./webdriver.mjs";

let bedrock, files, browser;

before(async () => {
  // One after the other, so that what has started is stopped if the next fails.
  bedrock = await emulator();
  files = await server({ "/": "www/dist" });
  browser = await chromium();
});
after(() => Promise.all([browser?.quit(), files?.stop(), bedrock?.stop()]));

beforeEach(async () => {
  await browser.goto(`${files.address}/`);
  await browser.until("the page is ready", () => browser.enabled("#send"));
});

/** Fills in the connection: an endpoint of the emulator's, and its temporary keys with changes. */
async function connect(path, changes = {}) {
  const open = await browser.run(() => document.querySelector("#connection").open);
  if (!open) await browser.click("#connection > summary");
  const { accessKeyId, secretAccessKey, sessionToken } = { ...bedrock.temporaryCredentials, ...changes };
  await browser.fill("#endpoint", bedrock.address + path);
  await browser.fill("#access-key-id", accessKeyId);
  await browser.fill("#secret-access-key", secretAccessKey);
  await browser.fill("#session-token", sessionToken);
}

const status = (wanted) =>
  browser.until(`the status is ${wanted}`, async () => (await browser.text("#status")) === wanted);

/** Console lines that nobody provoked. A status that a test asks for is logged by Chromium as an error. */
async function complaints(...provoked) {
  const lines = await browser.log();
  return lines.filter(
    ({ level, message }) =>
      (level === "SEVERE" || level === "WARNING") && !provoked.some((part) => message.includes(part)),
  );
}

test("an answer streams onto the page, word by word, with its usage and times", async (t) => {
  await connect("/words/40/pace/25/run/streams");
  await browser.fill("#prompt", "Tell me about granite");
  await browser.run(() => {
    const answer = document.querySelector("#answer");
    window.samples = [];
    new MutationObserver(() => window.samples.push(answer.textContent.length)).observe(answer, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await browser.click("#send");
  await status("Done");

  const samples = await browser.run(() => window.samples);
  const lengths = new Set(samples.filter((length) => length > 0));
  t.diagnostic(`the text appeared in ${lengths.size} steps`);
  assert.ok(lengths.size > 5, `40 words 25 ms apart came in ${lengths.size} steps`);
  const answer = await browser.text("#answer");
  assert.match(answer, /granite/);
  assert.equal(await browser.run(() => document.querySelector("#answer").getAttribute("aria-busy")), "false");
  for (const figure of ["input-tokens", "output-tokens", "total-tokens"]) {
    assert.match(await browser.text(`#${figure}`), /^[1-9]/, figure);
  }
  const [first, whole] = await Promise.all(
    ["#first-text", "#whole"].map(async (figure) => Number((await browser.text(figure)).replace(/\D/g, ""))),
  );
  t.diagnostic(`first text after ${first} ms, whole answer ${whole} ms`);
  assert.ok(first > 0 && first < whole, `first text after ${first} ms of ${whole} ms`);
  assert.match(await browser.text("#service"), /^\d.* ms$/);

  const [attempt, ...more] = await bedrock.ended("streams");
  assert.deepEqual(more, []);
  assert.equal(attempt.signature, "ok");
  assert.equal(attempt.responseEnded, "complete");
  assert.deepEqual(await complaints(), []);
});

test("a model of one's own is called by the name that was typed", async () => {
  await connect("/pace/0/run/own-model");
  await browser.run(() => {
    const model = document.querySelector("#model");
    model.value = "another";
    model.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await browser.fill(
    "#other-model",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
  );
  await browser.press("#prompt", keys.control + keys.enter);
  await status("Done");
  const [attempt] = await bedrock.ended("own-model");
  assert.equal(attempt.signature, "ok");
  assert.match(attempt.path, /arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Feu\.amazon/);
  assert.deepEqual(await complaints(), []);
});

test("an API key is enough", async () => {
  await connect("/pace/0/run/api-key");
  await browser.click("input[value=api-key]");
  await browser.fill("#api-key", bedrock.apiKey);
  await browser.click("#send");
  await status("Done");
  assert.equal((await bedrock.ended("api-key"))[0].signature, "bearer");
  assert.deepEqual(await complaints(), []);
});

test("a wrong key is an error that says what to do", async () => {
  await connect("/run/wrong-key", { secretAccessKey: "not-the-secret" });
  await browser.click("#send");
  await status("Failed");
  assert.equal(await browser.text("#error-name"), "InvalidSignatureException");
  assert.match(await browser.text("#error-message"), /signature/);
  assert.match(await browser.text("#error-advice"), /secret access key/);
  assert.match(await browser.text("#error-request"), /^Request \S+/);
  assert.equal(await browser.text("#answer"), "");
  assert.doesNotMatch(await browser.text("body"), /not-the-secret/);
  assert.deepEqual(await complaints("status of 403"), []);

  // And the page is not stuck: with the right key the error goes.
  await connect("/pace/0/run/right-key");
  await browser.click("#send");
  await status("Done");
  assert.equal(await browser.displayed("#error"), false);
});

test("what is missing in the form is asked for, and nothing is sent", async () => {
  await connect("/run/nothing-sent", { accessKeyId: "" });
  await browser.click("#send");
  await status("Failed");
  assert.equal(await browser.text("#error-message"), "The access key ID is missing.");
  assert.equal(await browser.run(() => document.activeElement.id), "access-key-id");
  assert.deepEqual((await bedrock.seen("nothing-sent")).attempts, []);
});

test("a stream cut short keeps its text and says that it was cut", async () => {
  await connect("/case/stream-cut-before-metadata/page-cut");
  await browser.click("#send");
  await status("Failed");
  assert.equal(await browser.text("#error-name"), "TruncatedStreamError");
  assert.notEqual(await browser.text("#answer"), "");
});

test("an endpoint that the policy forbids is named as that", async () => {
  await connect("/run/forbidden");
  await browser.fill("#endpoint", "https://bedrock.example");
  await browser.click("#send");
  await status("Failed");
  assert.equal(await browser.text("#error-name"), "NetworkError");
  assert.match(await browser.text("#error-advice"), /connect-src/);
  // This also shows that the log sees violations.
  assert.notDeepEqual(await complaints(), []);
});

test("a long-lived key is warned of", async () => {
  const alarming = () => browser.run(() => document.querySelector("#warning").classList.contains("alarming"));
  await connect("/run/warned");
  assert.equal(await alarming(), false);
  await connect("/run/warned", { accessKeyId: bedrock.credentials.accessKeyId });
  assert.equal(await alarming(), true);
});

test("Stop ends the request at the emulator, 20 times", async (t) => {
  const waits = [];
  await connect("");
  for (let round = 0; round < 20; round += 1) {
    const run = `stop-${round}`;
    await browser.fill("#endpoint", `${bedrock.address}/words/1000/pace/20/run/${run}`);
    await browser.run(() => {
      window.clickedAt = undefined;
      document
        .querySelector("#stop")
        .addEventListener("click", () => (window.clickedAt = Date.now()), { capture: true, once: true });
    });
    await browser.click("#send");
    await browser.until("some text is there", async () => (await browser.text("#answer")).length > 20);
    await browser.click("#stop");
    await status("Stopped");
    const [attempt] = await bedrock.ended(run);
    assert.equal(attempt.responseEnded, "client closed", run);
    assert.equal(await browser.displayed("#error"), false);
    waits.push(attempt.ended - (await browser.run(() => window.clickedAt)));
  }
  waits.sort((a, b) => a - b);
  const shown = (value) => `${value.toFixed(1)} ms`;
  t.diagnostic(
    `from the click on Stop to the end at the emulator: median ${shown((waits[9] + waits[10]) / 2)}, ` +
      `fastest ${shown(waits[0])}, slowest ${shown(waits[19])}`,
  );
  assert.deepEqual(await complaints(), []);
});

test("the page's policy refuses inline scripts and eval, by header and by meta element alike", async () => {
  const header = (await fetch(`${files.address}/`)).headers.get("content-security-policy");
  const meta = await browser.run(() => document.querySelector("meta[http-equiv=Content-Security-Policy]").content);
  assert.equal(header, `${meta}; frame-ancestors 'none'`);
  assert.match(meta, /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src /);
  assert.doesNotMatch(meta, /unsafe-inline|'unsafe-eval'|nonce-|sha256-| \* /);

  const ran = await browser.run(() => {
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.inlineRan = true" }));
    return window.inlineRan === true;
  });
  assert.equal(ran, false);
  // In a task of its own: the driver lifts the ban for the scripts that it brings, while they run.
  const evaluated = await browser.run(async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    try {
      return new Function("return true")();
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(evaluated, "EvalError");
});

test("the log that the tests read shows violations, console errors and unhandled rejections", async () => {
  await browser.run(() => {
    console.error("an error of the test's own");
    void Promise.reject(new Error("a rejection of the test's own"));
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.inlineRan = true" }));
  });
  const found = [];
  await browser.until("all three are in the log", async () => {
    found.push(...(await complaints()));
    return [/an error of/, /a rejection of/, /inline script/].every((kind) =>
      found.some(({ message }) => kind.test(message)),
    );
  });
});

test("it fits a screen of 360 px, light and dark", async () => {
  for (const dark of [false, true]) {
    await browser.screen(360, 740, { dark });
    await browser.goto(`${files.address}/`);
    await browser.until("the page is ready", () => browser.enabled("#send"));
    await connect("/words/60/pace/0/run/narrow");
    await browser.click("#send");
    await status("Done");
    const { outside, scrolls } = await browser.run(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      const outside = [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
        .map((element) => element.id || element.tagName);
      return { outside, scrolls: scrollWidth > clientWidth };
    });
    assert.deepEqual({ outside, scrolls }, { outside: [], scrolls: false });
  }
});
