// outcrop/bidirectional in a Chromium page and in a module worker, as files, unbundled, against the emulator on another
// origin.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { conversations } from "../runtimes/conversations.mjs";
import { emulator, root, server } from "./programs.mjs";
import { chromium } from "./webdriver.mjs";

// The files that a page gets when it imports the package.
const { exports } = JSON.parse(readFileSync(`${root}/node_modules/outcrop/package.json`, "utf8"));
const entries = [exports["."].browser, exports["./bidirectional"].default].map((path) =>
  path.replace(/^\./, "/outcrop"),
);

let bedrock, files, browser;

before(async () => {
  const mounts = {
    "/": "tests/browser/conversation-page",
    "/outcrop": "node_modules/outcrop",
    "/runtimes": "tests/runtimes",
  };
  // One after the other, so that what has started is stopped if the next fails.
  bedrock = await emulator();
  files = await server(mounts);
  browser = await chromium();
  await browser.goto(`${files.address}/`);
});
after(() => Promise.all([browser?.quit(), files?.stop(), bedrock?.stop()]));

const options = (path, script) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: script.noCredentials ? undefined : bedrock.temporaryCredentials,
});

const hold = (path, script = {}, more = {}) =>
  browser.run(
    async (entries, ...given) => {
      const { converse } = await import("/runtimes/conversation.mjs");
      return converse(...(await Promise.all(entries.map((entry) => import(entry)))), ...given);
    },
    entries,
    options(path, script),
    script,
    more,
  );

const ended = (run, attempts) => bedrock.ended(run, attempts);
for (const [name, check] of Object.entries(conversations({ name: "page", waits: true }, hold, ended))) {
  test(name, check);
}

test("in a module worker", async () => {
  const script = { lockstep: true };
  const { error, heard, order } = await browser.run(
    (entries, ...given) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.mjs", { type: "module" });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage([entries, given]);
      }),
    entries,
    options("/pace/0/run/page-worker", script),
    script,
  );
  assert.deepEqual([error, heard, order.length], [null, 6, 11]);
  const [{ duplex }] = await ended("page-worker", 1);
  assert.deepEqual([duplex.form, duplex.chunks, duplex.halfClosed], ["websocket", 5, true]);
});
