// The npm package in Chromium, Firefox and WebKit, in each in a page, a module worker and a service worker: as files,
// unbundled, against the emulator on another origin, so that every call passes a strict CORS preflight. `cargo xtask
// demo --once` builds what it needs. OUTCROP_BROWSERS and OUTCROP_CASES choose some, for a person; no browser that is
// asked for is left out because it is not there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { table } from "../runtimes/cases.mjs";
import * as checked from "../runtimes/checked.mjs";
import { allCases, keep } from "../runtimes/verdicts.mjs";
import { firefox } from "./firefox.mjs";
import { emulator, root, server } from "./programs.mjs";
import { chromium } from "./webdriver.mjs";
import { webkit } from "./webkit.mjs";

const chosen = new RegExp(process.env.OUTCROP_BROWSERS ?? "");
const browsers = Object.entries({ chromium, firefox, webkit }).filter(([name]) => chosen.test(name));
/** Each place, and what its global object is. */
const scopes = {
  page: "Window",
  worker: "DedicatedWorkerGlobalScope",
  "service worker": "ServiceWorkerGlobalScope",
};
const places = Object.keys(scopes);

const cases = allCases();

let bedrock, files;
const verdicts = [];

before(async () => {
  // One after the other, so that what has started is stopped if the next fails.
  bedrock = await emulator();
  files = await server({
    "/": "tests/browser/places",
    "/outcrop": "node_modules/outcrop",
    "/runtimes": "tests/runtimes",
  });
});
after(async () => {
  console.log(verdicts.join("\n"));
  await Promise.all([files?.stop(), bedrock?.stop()]);
});

test("a page gets the file that the tasks import", () => {
  const { exports } = JSON.parse(readFileSync(`${root}/node_modules/outcrop/package.json`, "utf8"));
  assert.equal(exports["."].browser, "./dist/web.js");
});

const options = (path, more) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
  ...more,
});

/** Tasks in a new page, each `[place, task, …]`, all at once; their answers. */
async function ask(browser, ...tasks) {
  await browser.goto(`${files.address}/`);
  // WebKit's driver does not wait for modules.
  await browser.until("the page is ready", () => browser.run(() => "ask" in window));
  const answers = await browser.run((tasks) => Promise.all(tasks.map((task) => window.ask(...task))), tasks);
  return answers.map(({ value, error }, index) => {
    if (error !== undefined) throw new Error(`in the ${tasks[index][0]}: ${error}`);
    return value;
  });
}

/** The console's lines that tell of something bad; only Chromium tells them. */
async function logged(browser, bad) {
  if (browser.name === "chrome") assert.deepEqual((await browser.log()).filter(bad), []);
}
const any = ({ level }) => level === "SEVERE" || level === "WARNING";
// What a case itself provokes (a status, a refused preflight) is logged as a network or CORS error.
const grave = ({ message }) => /Uncaught|Content Security Policy|Unsafe attempt/.test(message);

for (const [name, start] of browsers) {
  test(name, async (t) => {
    const browser = await start();
    t.after(() => browser.quit());

    for (const place of places) {
      const path = (about) => `${name}-${place}-${about}`.replaceAll(" ", "-");

      for (const [key, more] of [
        ["temporary keys", {}],
        ["keys without a session token", { credentials: bedrock.credentials }],
        ["an API key", { credentials: undefined, token: bedrock.apiKey }],
      ]) {
        await t.test(`${place}: four operations across origins with ${key}`, async () => {
          const run = path(key);
          const [answer] = await ask(browser, [place, "operations", options(`/pace/0/run/${run}`, more)]);
          checked.operations(answer, await bedrock.ended(run, 4), more.token ? "bearer" : "ok");
          await logged(browser, any);
        });
      }

      for (const [check, error] of [
        ["abort", "AbortError"],
        ["leave", undefined],
      ]) {
        await t.test(`${place}: ${check} in the middle of a stream ends the request at the emulator`, async (t) => {
          const run = path(check);
          const [result] = await ask(browser, [place, check, options(`/words/1000/pace/20/run/${run}`)]);
          t.diagnostic(checked.ended(result, await bedrock.ended(run), error));
          await logged(browser, any);
        });
      }

      await t.test(`${place}: a trap in one of three streams fails that one alone`, async () => {
        const [result] = await ask(browser, [place, "trap", options(`/words/60/pace/10/run/${path("trap")}`)]);
        checked.trapped(result);
        await logged(browser, any);
      });
    }

    // The three places at once, as cases wait more than they work. Each with an emulator of its own, because a browser
    // keeps connections to the one above: a request on one that breaks it would repeat unasked.
    const own = [];
    t.after(() => Promise.all(own.map((one) => one.stop())));
    for (const _ of places) own.push(await emulator());
    const told = own.map(({ stop, seen, ended, ...told }) => told);
    const answers = await ask(browser, ...places.map((place, index) => [place, "cases", cases, told[index]]));
    await t.test("nothing grave is logged", () => logged(browser, grave));
    for (const [index, { results, unhandled, scope }] of answers.entries()) {
      const place = places[index];
      const where = `${name} (${browser.name} ${browser.version}), ${place}`;
      console.log(`${where}\n${table(results)}`);
      keep(`${name}-${place.replaceAll(" ", "-")}`, browser.version, results);
      const ran = results.filter(({ skipped }) => !skipped);
      const right = ran.filter(({ pass }) => pass).length;
      verdicts.push(`${where}: ${right} of ${ran.length} cases right, ${results.length - ran.length} do not apply`);
      await t.test(`${place}: every case reaches its verdict`, async (t) => {
        assert.equal(scope, scopes[place]);
        assert.ok(process.env.OUTCROP_CASES || results.length >= 45, `${results.length} cases`);
        for (const { name, skipped, pass, wrong } of results) {
          await t.test(`case ${name}`, (t) => {
            if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
            assert.ok(pass, wrong?.join("; "));
          });
        }
        assert.deepEqual(unhandled, []);
      });
    }
  });
}
