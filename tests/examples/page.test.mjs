// The page in Rust (page-rs) in Chromium, as `cargo xtask test examples` built it, under its own policy and against the
// emulator: words appear while they come, stopping and leaving end the request, and half an answer is never shown as a
// whole one. Nothing is skipped.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible } from "../browser/axe.mjs";
import { emulator, root, server } from "../browser/programs.mjs";
import { chromium } from "../browser/webdriver.mjs";

const built = join(process.env.OUTCROP_EXAMPLES ?? join(root, "target/examples"), "page");
/** 30 seconds: a browser's first page may take some. */
const limit = { timeout: 30_000 };
/** The page's folder as a server of one's own would have it: with credentials, and here with the emulator's address. */
const folder = mkdtempSync(join(tmpdir(), "outcrop-page-"));

let bedrock, files, browser;
before(async () => {
  bedrock = await emulator();
  symlinkSync(join(built, "pkg"), join(folder, "pkg"));
  symlinkSync(join(built, "start.mjs"), join(folder, "start.mjs"));
  write("");
  files = await server({ "/": folder });
  browser = await chromium();
});
after(async () => {
  await Promise.all([browser?.quit(), files?.stop(), bedrock?.stop()]);
  rmSync(folder, { recursive: true });
});

/** The page, with its model at this path of the emulator, and what its server gives as credentials. */
function write(path, credentials = bedrock.temporaryCredentials) {
  const once = (text, from, to) => {
    assert.equal(text.split(from).length, 2, from);
    return text.replace(from, to);
  };
  let html = readFileSync(join(built, "index.html"), "utf8");
  html = once(html, "https://bedrock-runtime.us-east-1.amazonaws.com", bedrock.address);
  html = once(html, 'data-region="us-east-1"', `data-region="us-east-1" data-endpoint="${bedrock.address}${path}"`);
  writeFileSync(join(folder, "index.html"), html);
  give(credentials);
}

function give(credentials) {
  if (credentials) writeFileSync(join(folder, "credentials.json"), JSON.stringify(credentials));
  else rmSync(join(folder, "credentials.json"), { force: true });
}

let opened = 0;
async function open(path, credentials) {
  write(path, credentials);
  // Another address each time: files are told apart by the second, and the browser would show the one before.
  await browser.goto(`${files.address}/?${++opened}`);
  await browser.until("the page has its form", () => browser.run(() => document.querySelector("#ask") !== null));
}

async function ask(question) {
  await browser.fill("#question", question);
  await browser.click("#ask");
}

/** What the page shows now. */
const shown = () =>
  browser.run(() => {
    const answer = document.querySelector("#answer");
    return {
      text: answer.textContent,
      busy: answer.getAttribute("aria-busy") === "true",
      trouble: document.querySelector("#trouble")?.textContent ?? null,
    };
  });
const settled = async () => {
  let now;
  await browser.until("the answer has ended", async () => !(now = await shown()).busy);
  return now;
};
const begun = (of = /\w/) => browser.until("words", async () => of.test((await shown()).text));

test("words appear while they come, from a request that the page signed itself", limit, async () => {
  await open("/words/60/pace/30/run/page");
  await ask("Where is granite found?");
  const texts = [];
  let now = { busy: true };
  while (now.busy) {
    now = await shown();
    if (now.text !== texts.at(-1)) texts.push(now.text);
  }
  assert.equal(now.trouble, null);
  assert.match(now.text, /granite/);
  assert.ok(texts.length > 5, `${texts.length}`);
  for (const [at, text] of texts.entries()) assert.ok(now.text.startsWith(text), `${at}: ${text}`);
  const { attempts, preflights } = await bedrock.seen("page");
  assert.deepEqual(
    attempts.map(({ signature, responseEnded }) => [signature, responseEnded]),
    [["ok", "complete"]],
  );
  // Of one run the emulator keeps how often the browser asked beforehand.
  assert.notEqual(preflights, 0);
});

test("Stop ends the request; what came stays", limit, async () => {
  await open("/words/200/pace/50/run/page-stop");
  await ask("Hello");
  await begun();
  await browser.click("#stop");
  const { text, busy, trouble } = await settled();
  assert.deepEqual([busy, trouble], [false, null]);
  const [{ responseEnded }] = await bedrock.ended("page-stop");
  assert.equal(responseEnded, "client closed");
  // 300 ms are six words of the emulator's.
  await new Promise((done) => setTimeout(done, 300));
  assert.equal((await shown()).text, text);
  await accessible(browser);
});

test("a second question ends the first, and only its own words are shown", limit, async () => {
  await open("/words/20/pace/20/run/page-twice");
  await ask("The first question, which is about basalt");
  await begun();
  await ask("The second question, which is about gneiss");
  await begun(/gneiss/);
  const { text, trouble } = await settled();
  assert.equal(trouble, null);
  assert.match(text, /gneiss/);
  assert.doesNotMatch(text, /basalt/);
  const attempts = await bedrock.ended("page-twice", 2);
  assert.deepEqual(
    attempts.map(({ responseEnded }) => responseEnded),
    ["client closed", "complete"],
  );
});

test("leaving the page ends the request", limit, async () => {
  await open("/words/200/pace/50/run/page-left");
  await ask("Hello");
  await begun();
  await browser.goto("about:blank");
  const [{ responseEnded }] = await bedrock.ended("page-left");
  assert.equal(responseEnded, "client closed");
});

for (const [name, words] of [
  ["stream-cut-before-metadata", /cut short/],
  ["stream-reset-midway", /cut short.*broke off/],
  ["stream-throttled-midway", /Too many requests/],
]) {
  test(`${name}: what came stays, and beside it that it is not all`, limit, async () => {
    await open(`/case/${name}/page-${name}`);
    await ask("Hello");
    await begun();
    const { text, trouble } = await settled();
    assert.ok(text.length > 0);
    assert.match(trouble ?? "no trouble", words);
  });
}

test("credentials come from the page's own server, again when they are refused", limit, async () => {
  await open("/run/page-keys", null);
  await ask("Hello");
  const none = await settled();
  assert.equal(none.text, "");
  assert.match(none.trouble, /credentials\.json: HTTP status 404/);

  give({ ...bedrock.temporaryCredentials, sessionToken: bedrock.expiredSessionToken });
  await ask("Hello");
  assert.match((await settled()).trouble, /expired/i);

  give(bedrock.temporaryCredentials);
  await ask("Hello");
  const { text, trouble } = await settled();
  assert.equal(trouble, null);
  assert.ok(text.length > 0);
});

test("the page's policy was never broken, and nothing panicked", limit, async () => {
  const log = (await browser.log()).filter(({ level }) => level === "SEVERE").map(({ message }) => message);
  // What Chromium itself writes of requests that were answered so, or cut off.
  const own = /status of 4\d\d|net::ERR_(CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|ABORTED)/;
  assert.deepEqual(
    log.filter((message) => !own.test(message)),
    [],
  );
});
