// What the tests of the examples in JavaScript share: their packages, installed once with the packed outcrop among them;
// an emulator; a Chromium. It changes no file of an example, and it ends every program that it starts.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { emulator, root } from "../browser/programs.mjs";
import { chromium } from "../browser/webdriver.mjs";
import { installed, start, stop } from "../packages/context.mjs";
import { registry } from "../packages/registry.mjs";

export const here = join(root, "tests/examples");
/** Milliseconds for one test: a browser's first page, or a development server's first answer, may take some. */
export const limit = { timeout: 60_000 };

let things, tarball, bedrock, browser;
const cleaning = [];
/** Does it after all tests; `after` of node:test, called within a test, would do it after that one. */
export const atEnd = (work) => cleaning.push(work);

/** The packages of all examples, in a folder above them, where each finds them; and an emulator. */
export async function shared() {
  things ??= (async () => {
    tarball = await start();
    await installed("../examples");
    bedrock = await emulator();
    return bedrock;
  })();
  return things;
}

/** A registry on this machine that has the packed outcrop and nothing else. */
export async function ownRegistry() {
  const manifest = JSON.parse(readFileSync(join(root, "bindings/package.json"), "utf8"));
  // Port 1, where nobody listens: no other package is asked for.
  const { address, stop } = await registry(tarball, manifest, "http://127.0.0.1:1/");
  atEnd(stop);
  return address;
}

/** The one Chromium. */
export async function page() {
  browser ??= chromium();
  return browser;
}

// The last that was started ends first.
after(async () => {
  await (await browser)?.quit();
  for (const work of cleaning.reverse()) await work();
  await bedrock?.stop();
  await stop();
});

/** A folder outside of the repository, gone after the tests. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `outcrop-${name}-`));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of variables, as `.dev.vars` is; it holds the emulator's keys. */
export function variables(name, values) {
  const file = join(scratch(name), "variables");
  // Between single quotes dotenv changes nothing.
  const lines = Object.entries(values).map(([key, value]) => `${key}='${value}'`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** The variables of a process or a Worker that lead it to a path of the emulator. */
export function leading(path, { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials) {
  return {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.address + path,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** `wrangler dev` of an example, for `listening`; the folder is that of all examples. */
export const dev =
  (name, ...more) =>
  (port) => {
    const at = ["--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", "0"];
    // What it keeps lies outside of the repository.
    const kept = ["--persist-to", scratch("wrangler")];
    return ["wrangler", "dev", "--cwd", name, ...at, ...kept, ...more];
  };

/** Asks a chat as its page does: one question, unless there is more. */
export function ask(address, text, { messages = [{ role: "user", text }], headers, ...init } = {}) {
  return fetch(`${address}/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ messages }),
    ...init,
  });
}

/** Status and error of an answer that is none. */
export async function refusal(answer) {
  const { status } = await answer;
  return [status, (await (await answer).json()).error];
}

/** The chat's page at an address, with its form. */
export async function opened(address) {
  const chromium = await page();
  await chromium.goto(`${address}/`);
  await chromium.until("the page has its form", () => chromium.run(() => document.querySelector("#ask") !== null));
  await chromium.log();
  return chromium;
}

/** What a chat's page shows now: its last answer, and what went wrong. */
export const shown = () =>
  browser.then((chromium) =>
    chromium.run(() => {
      const answers = [...document.querySelectorAll("#conversation .assistant")];
      return {
        answers: answers.length,
        text: answers.at(-1)?.textContent ?? "",
        busy: answers.at(-1)?.getAttribute("aria-busy") === "true",
        trouble: document.querySelector("#trouble")?.textContent ?? "",
      };
    }),
  );

/** Asks in the page, and answers once the answer has begun. */
export async function asked(question, begun = /\w/) {
  const chromium = await page();
  const before = (await shown()).answers;
  await chromium.fill("#question", question);
  await chromium.click("#ask");
  await chromium.until("an answer's words", async () => {
    const now = await shown();
    return now.answers > before && (begun.test(now.text) || !now.busy);
  });
}

/** What the page shows when the answer has ended. */
export async function settled() {
  const chromium = await page();
  let now;
  await chromium.until("the answer has ended", async () => !(now = await shown()).busy);
  return now;
}

/** The texts that the page shows one after the other, until the answer has ended. */
export async function growing(question) {
  await asked(question);
  const texts = [];
  let now = { busy: true };
  while (now.busy) {
    now = await shown();
    if (now.text !== texts.at(-1)) texts.push(now.text);
  }
  assert.equal(now.trouble, "");
  assert.ok(texts.length > 5, `${texts.length} texts`);
  for (const [at, text] of texts.entries()) assert.ok(now.text.startsWith(text), `${at}: ${text}`);
  return now.text;
}

/** Console lines that tell of something wrong, but for what Chromium itself writes of requests that ended so. */
export async function complaints(own = /status of (429|5\d\d)|net::ERR_/) {
  const lines = await (await page()).log();
  const bad = lines.filter(({ level }) => level === "SEVERE" || level === "WARNING").map(({ message }) => message);
  return bad.filter((message) => !own.test(message));
}

/** How the run's requests ended at the emulator, once all of them have. */
export async function ends(run, attempts = 1) {
  const seen = await bedrock.ended(run, attempts);
  assert.ok(
    seen.every(({ signature }) => signature === "ok" || signature === "bearer"),
    "each request is rightly signed",
  );
  return seen.map(({ responseEnded }) => responseEnded);
}
