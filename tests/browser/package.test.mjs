// The npm package in a Chromium page, as files, unbundled, against the emulator on another origin: every
// call passes a strict CORS preflight. `cargo xtask demo --once` builds what it needs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { table } from "../runtimes/cases.mjs";
import * as checked from "../runtimes/checked.mjs";
import { allCases, keep } from "../runtimes/verdicts.mjs";
import { emulator, root, server } from "./programs.mjs";
import { chromium } from "./webdriver.mjs";

// The file that a page gets when it imports the package.
const { exports } = JSON.parse(readFileSync(`${root}/node_modules/outcrop/package.json`, "utf8"));
const entry = exports["."].browser.replace(/^\./, "/outcrop");

let bedrock, files, browser;

before(async () => {
  const mounts = { "/": "tests/browser/page", "/outcrop": "node_modules/outcrop", "/runtimes": "tests/runtimes" };
  // One after the other, so that what has started is stopped if the next fails.
  bedrock = await emulator();
  files = await server(mounts);
  browser = await chromium();
});
after(() => Promise.all([browser?.quit(), files?.stop(), bedrock?.stop()]));

// A new page each time: nothing of the package is loaded yet.
beforeEach(() => browser.goto(`${files.address}/`));

const options = (path, more) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
  ...more,
});

/** Runs one of tests/runtimes/checks.mjs in the page. */
const check = (name, ...args) =>
  browser.run(
    async (entry, name, ...args) => {
      const checks = await import("/runtimes/checks.mjs");
      return checks[name](await import(entry), ...args);
    },
    entry,
    name,
    ...args,
  );

async function nothingLogged() {
  const lines = (await browser.log()).filter(({ level }) => level === "SEVERE" || level === "WARNING");
  assert.deepEqual(lines, []);
}

for (const [name, more] of [
  ["temporary keys", () => ({})],
  ["keys without a session token", () => ({ credentials: bedrock.credentials })],
  ["an API key", () => ({ credentials: undefined, token: bedrock.apiKey })],
]) {
  test(`four operations across origins with ${name}`, async () => {
    const run = `page-four-${name.replaceAll(" ", "-")}`;
    const answer = await check("operations", options(`/pace/0/run/${run}`, more()));
    checked.operations(answer, await bedrock.ended(run, 4), more().token ? "bearer" : "ok");
    await nothingLogged();
  });
}

for (const [name, error] of [
  ["abort", "AbortError"],
  ["leave", undefined],
]) {
  test(`${name} in the middle of a stream ends the request at the emulator`, async (t) => {
    const result = await check(name, options(`/words/1000/pace/20/run/page-${name}`));
    t.diagnostic(checked.ended(result, await bedrock.ended(`page-${name}`), error));
    await nothingLogged();
  });
}

test("a trap in one of three streams fails that one alone, and the next call works", async () => {
  await browser.run(async () => (await import("/runtimes/checks.mjs")).bugWebAssembly());
  checked.trapped(await check("trap", options("/words/60/pace/10/run/page-trap")));
  await nothingLogged();
});

test("every case reaches its verdict", async (t) => {
  // All in one page, four at a time: it has six connections to a host, and asks the emulator meanwhile. An emulator
  // of its own, as the page keeps connections to the other: a request on one that breaks it would repeat unasked.
  const own = await emulator();
  t.after(() => own.stop());
  const { results, unhandled } = await browser.run(
    async (entry, cases, emulator) => {
      const { runCase, runCases, unhandled } = await import("/runtimes/cases.mjs");
      const outcrop = await import(entry);
      const results = await runCases(cases, (testCase) => runCase(outcrop, testCase, emulator, "page"), 4);
      await new Promise((done) => setTimeout(done, 50));
      return { results, unhandled: unhandled() };
    },
    entry,
    allCases(),
    own,
  );
  console.log(table(results));
  const agent = await browser.run(() => navigator.userAgent);
  keep("page", /Chrome\/([\d.]+)/.exec(agent)[1], results);
  assert.ok(process.env.OUTCROP_CASES || results.length >= 45, `${results.length} cases`);
  for (const { name, skipped, pass, wrong } of results) {
    await t.test(`case ${name}`, (t) => {
      if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
      assert.ok(pass, wrong?.join("; "));
    });
  }
  assert.deepEqual(unhandled, []);
  // What a case itself provokes (a status, a refused preflight) is logged as a network or CORS error.
  const bad = (await browser.log()).filter(({ message }) =>
    /Uncaught|Content Security Policy|Unsafe attempt/.test(message),
  );
  assert.deepEqual(bad, []);
});
