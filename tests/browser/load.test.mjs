// How the package is loaded and what a trap leaves behind, in Chromium, Firefox and WebKit: lazily, once, again after a
// failure, under policies, from several addresses, in workers that are killed, and after a thousand traps. No browser is
// left out because it is not there; what one of them cannot be asked is said.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as checked from "../runtimes/checked.mjs";
import { left } from "../runtimes/node/traps-many.mjs";
import { firefox } from "./firefox.mjs";
import { site as start } from "./load-site.mjs";
import { emulator } from "./programs.mjs";
import { chromium } from "./webdriver.mjs";
import { webkit } from "./webkit.mjs";

const chosen = new RegExp(process.env.OUTCROP_BROWSERS ?? "");
const browsers = Object.entries({ chromium, firefox, webkit }).filter(([name]) => chosen.test(name));
// Forced traps: a thousand in Chromium in tenths, as a driver waits two minutes for a script, and a few elsewhere.
const TRAPS = { chromium: 1_000, firefox: 40, webkit: 40 };
const TENTH = 100;
const CURE = 'If a bundler lost it, copy it beside the bundle or import "outcrop/inline"';
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http://127.0.0.1:*";

let bedrock, site, elsewhere;

before(async () => {
  // One after the other, so that what has started is stopped if the next fails.
  bedrock = await emulator();
  site = await start();
  elsewhere = await start();
});
after(() => Promise.all([elsewhere?.stop(), site?.stop(), bedrock?.stop()]));

const options = (path = "/pace/0") => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
});
const entry = ({ address }, folder = "outcrop") => `${address}/${folder}/dist/web.js`;
const good = ({ text }) => assert.match(text, /granite/);

for (const [name, begin] of browsers) {
  test(name, async (t) => {
    const browser = await begin();
    t.after(() => browser.quit());

    /** A new page of that place. */
    const open = async (place) => {
      await browser.goto(`${place.address}/`);
      // WebKit's driver does not wait for modules.
      await browser.until("the page is ready", () => browser.run(() => "task" in window));
      return place;
    };
    const value = ({ value, error }, task) => {
      if (error !== undefined) throw new Error(`${task}: ${error}`);
      return value;
    };
    const ask = async (task, ...given) =>
      value(await browser.run((given) => window.task(...given), [task, ...given]), task);
    const askWorker = async (task, ...given) =>
      value(await browser.run((given) => window.taskInWorker(...given), [task, ...given]), task);

    await t.test("nothing is loaded at import, and once for all clients", async () => {
      const place = await open(site.place());
      assert.ok((await ask("import", entry(place))) > 10);
      assert.equal(place.asked, 0);
      const told = await ask("calls", entry(place), options(), 5);
      told.forEach(good);
      assert.equal(told.length, 5);
      await ask("calls", entry(place), options());
      assert.equal(place.asked, 1);
    });

    await t.test("compiled by streaming as application/wasm, and otherwise not", async () => {
      for (const [settings, without, streamed] of [
        [{}, false, 1],
        [{}, true, 0],
        // compileStreaming refuses a type with a parameter.
        [{ type: "application/wasm; charset=utf-8" }, false, 0],
        [{ type: "application/octet-stream" }, false, 0],
        [{ type: "text/plain" }, false, 0],
        [{ type: "" }, false, 0],
      ]) {
        const place = await open(site.place(settings));
        await ask("count", without);
        (await ask("calls", entry(place), options(), 2)).forEach(good);
        const due = { compileStreaming: streamed, compile: 1 - streamed };
        assert.deepEqual(await ask("counted"), due, JSON.stringify([settings, without]));
        assert.equal(place.asked, 1);
      }
    });

    await t.test("a load that failed says the cure and is tried again", async () => {
      const place = await open(site.place());
      for (const way of ["reset", "missing", "page", "short"]) {
        place.way = way;
        const before = place.asked;
        const told = await ask("calls", entry(place), options(), 3);
        for (const { name, who, message } of told) {
          assert.deepEqual([name, who], ["NetworkError", "network"], way);
          assert.ok(message.startsWith("outcrop.wasm could not be loaded (") && message.endsWith(CURE), message);
        }
        // A browser repeats a request whose connection was lost before an answer, as often as it has other ones.
        if (way !== "reset") assert.equal(place.asked, before + 1, way);
      }
      place.way = undefined;
      const before = place.asked;
      (await ask("calls", entry(place), options(), 3)).forEach(good);
      assert.equal(place.asked, before + 1);
    });

    await t.test("under default-src 'none'; script-src 'self' 'wasm-unsafe-eval'", async () => {
      const place = await open(site.place({ policy: STRICT }));
      const run = `${name}-policy`;
      checked.operations(
        await ask("operations", entry(place), options(`/pace/0/run/${run}`)),
        await bedrock.ended(run, 4),
      );
    });

    await t.test("without 'wasm-unsafe-eval' the error says what the policy needs", async (t) => {
      const place = await open(site.place({ policy: STRICT.replace(" 'wasm-unsafe-eval'", "") }));
      const told = await ask("calls", entry(place), options(), 2);
      t.diagnostic(told[0].message);
      for (const { name, who, code, message } of told) {
        assert.deepEqual([name, who, code], ["OutcropError", "caller", "NoWebAssembly"], message);
        assert.match(message, /^no WebAssembly here \(.+\)\. A page's policy needs script-src 'wasm-unsafe-eval'/s);
      }
    });

    await t.test("in a cross-origin isolated page and its worker", async (t) => {
      const place = await open(site.place({ isolated: true }));
      for (const [where, ask_] of [
        ["page", ask],
        ["worker", askWorker],
      ]) {
        const run = `${name}-isolated-${where}`;
        const told = await ask_("isolated", entry(place), options(`/pace/0/run/${run}`), options());
        // WebKitGTK gives such a page none.
        if (name === "webkit" && told.shared === "no SharedArrayBuffer") t.diagnostic(`${where}: ${told.shared}`);
        else assert.equal(told.shared.filter((text) => /granite/.test(text)).length, 2, `${told.shared}`);
        assert.equal(told.isolated, true, where);
        checked.operations(told.operations, await bedrock.ended(run, 4));
      }
    });

    await t.test("without FinalizationRegistry and without iteration of a ReadableStream", async () => {
      const place = await open(site.place());
      const [run, endless] = [`${name}-without`, `${name}-without-left`];
      const told = await ask(
        "without",
        entry(place),
        options(`/pace/0/run/${run}`),
        options(`/words/1000/pace/20/run/${endless}`),
      );
      assert.deepEqual(told.gone, Array(3).fill("undefined"));
      checked.operations(told.operations, await bedrock.ended(run, 4));
      checked.ended(told.left, await bedrock.ended(endless));
    });

    await t.test("three copies on one page, one from another origin: a trap in one is no other's", async () => {
      const place = await open(site.place());
      const far = elsewhere.place({ cors: true });
      const entries = [entry(place), entry(place, "other"), entry(far)];
      const told = await ask("copies", entries, options("/words/60/pace/10"));
      assert.equal(told.classes, 3);
      const [trapped, ...others] = told.streams;
      assert.equal(told.armed, 0, "the trap was met");
      assert.deepEqual([trapped.error, trapped.cause], ["OutcropError", "RuntimeError"], JSON.stringify(trapped));
      for (const { text, events, error } of others) {
        assert.equal(error, undefined);
        assert.equal(text, others[0].text);
        assert.ok(events > trapped.events && trapped.events >= 5, `${trapped.events} of ${events} events`);
      }
      told.next.forEach(good);
      // Two traps are two instances more; the others keep theirs.
      assert.deepEqual(told.made, [3, 1, 1]);
      assert.equal(told.late, 0);
      assert.deepEqual([place.asked, far.asked], [2, 1]);
    });

    await t.test(`${TRAPS[name]} traps: as many next calls succeed, and no promise is pending`, async (t) => {
      const place = await open(site.place());
      const at = options("/words/6/pace/0");
      const post = (...command) => browser.cdp(...command);
      const looks = name === "chromium";
      if (looks) await ask("storm", entry(place), at, 20);
      const before = looks && (await left(post));
      const sum = { rejected: 0, next: 0, beside: 0, whole: 0, pending: 0, given: 0 };
      for (let rounds = TRAPS[name]; rounds > 0; rounds -= TENTH) {
        const told = await ask("storm", entry(place), at, Math.min(rounds, TENTH));
        assert.deepEqual(told.wrong, []);
        assert.equal(told.unnoticed, true);
        assert.equal(told.late, 0, "a trapped instance was called again");
        for (const key of Object.keys(sum)) sum[key] += told[key];
      }
      const { given, ...counts } = sum;
      const beside = TRAPS[name] / 10;
      assert.deepEqual(counts, { rejected: TRAPS[name], next: TRAPS[name], beside, whole: beside, pending: 0 });
      t.diagnostic(`${given} promises given and settled`);
      assert.equal(place.asked, 1);
      if (!looks) return t.diagnostic(`${name} tells nobody what is on its heap: the promises given out were counted`);
      const after = await left(post);
      assert.ok(after.pending <= before.pending, `${after.pending} promises pending, ${before.pending} before`);
      assert.ok(after.instances <= before.instances, `${after.instances} instances, ${before.instances} before`);
      // That the heap is really looked at.
      await browser.run(() => {
        window.kept = Array.from({ length: 5 }, () => new Promise(() => {}));
      });
      assert.equal((await left(post)).pending, after.pending + 5);
      t.diagnostic(`on the heap ${after.pending} pending, as before, and ${after.instances} instances`);
    });

    await t.test("a module worker that ends in the middle of a stream; the next one works", async (t) => {
      const place = await open(site.place());
      const run = `${name}-terminated`;
      const endless = options(`/words/1000/pace/20/run/${run}`);
      const told = await ask("terminate", entry(place), endless, entry(place), options());
      assert.ok(told.events >= 5);
      value(told.next, "next").forEach(good);
      const [attempt] = await bedrock.ended(run);
      assert.equal(attempt.responseEnded, "client closed");
      t.diagnostic(`${(attempt.ended - told.at).toFixed(1)} ms until the emulator saw it`);
    });

    if (name !== "chromium") {
      t.diagnostic(`not tried in ${name}: a killed service worker, as its driver has no command to stop one`);
      return;
    }

    await t.test("a service worker that is stopped while it loads, and in the middle of a stream", async () => {
      const place = await open(site.place());
      await ask("register");
      await browser.cdp("ServiceWorker.enable");
      const stop = () => browser.cdp("ServiceWorker.stopAllWorkers");
      const whole = async () => {
        const { first, failed } = await ask("ask", options());
        assert.equal(failed, undefined);
        const { text, broken } = await ask("rest");
        assert.equal(broken, undefined);
        assert.match(first + text, /granite.*event: end\n/s);
      };

      let go;
      place.held = new Promise((done) => {
        go = done;
      });
      await ask("begin", options());
      await browser.until("the wasm was asked for", () => place.asked === 1);
      await stop();
      // Chromium starts another, and asks it the same.
      await browser.until("the wasm was asked for by another worker", () => place.asked === 2);
      go();
      const { first: begun } = await ask("asked");
      assert.match(begun, /^event: messageStart/);
      assert.match(begun + (await ask("rest")).text, /event: end\n/);
      await whole();
      assert.equal(place.asked, 2);

      const run = "chromium-service-worker-stopped";
      const { first } = await ask("ask", options(`/words/1000/pace/20/run/${run}`));
      assert.match(first, /^event: messageStart/);
      await stop();
      const { text, broken } = await ask("rest");
      assert.doesNotMatch(text, /event: end/);
      assert.ok(broken, "the page was told that the answer broke off");
      const [attempt] = await bedrock.ended(run);
      assert.equal(attempt.responseEnded, "client closed");
      await whole();
      assert.equal(place.asked, 3);
    });
  });
}
