// The Rust client as wasm where there is nothing of Node's: in workerd, in a Chromium page and in a worker of it, over
// each one's own fetch. Every case runs in workerd; a page is asked what only a page does: preflights and redirects that
// it may not look into. Nothing here is skipped.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { emulator, root, server } from "../../browser/programs.mjs";
import { chromium } from "../../browser/webdriver.mjs";

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const node = process.env.OUTCROP_RUST_WASM ?? join(target, "rust-wasm/outcrop_rust_wasm.js");
/** The same module with the loader for everything but Node. */
const folder = join(dirname(node), "web");
const script = "outcrop_rust_wasm.js";
const wasm = "outcrop_rust_wasm_bg.wasm";
/** 30 seconds: a browser's first page may take some. */
const limit = { timeout: 30_000 };

const { Miniflare } = createRequire(new URL("../workerd/package.json", import.meta.url))("miniflare");

let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

const keys = () => Object.values(bedrock.temporaryCredentials);

/** What is asked in each of them; `ask` calls an export, or a method of a client for an endpoint. */
function checks(kind, ask) {
  test(`${kind}: Converse and ConverseStream give the same text, signed`, limit, async () => {
    const run = `elsewhere-${kind}`;
    const endpoint = `${bedrock.address}/pace/0/run/${run}`;
    const whole = await ask({ endpoint, name: "converse", args: ["Where is granite found?"] });
    assert.match(whole.text ?? whole.message, /granite/);
    const stream = await ask({ endpoint, name: "converse_stream", args: ["Where is granite found?", 1_000] });
    assert.deepEqual([stream.text, stream.ended], [whole.text, true]);
    const attempts = await bedrock.ended(run, 2);
    assert.deepEqual(
      attempts.map(({ signature, responseEnded }) => [signature, responseEnded]),
      Array(2).fill(["ok", "complete"]),
    );
  });

  for (const [name, args] of [
    ["converse_stream", ["Hello", 3]],
    ["drop_while_reading", [3, 50]],
  ]) {
    test(`${kind}: ${name}: dropping the stream ends the request`, limit, async () => {
      const run = `elsewhere-${kind}-${name}`;
      const told = await ask({ endpoint: `${bedrock.address}/words/200/pace/500/run/${run}`, name, args });
      assert.equal(told.error, undefined);
      const [{ responseEnded }] = await bedrock.ended(run);
      assert.equal(responseEnded, "client closed");
    });
  }

  test(`${kind}: dropping a call before its answer ends the request`, limit, async () => {
    const run = `elsewhere-${kind}-early`;
    const endpoint = `${bedrock.address}/case/abort-sent/${run}`;
    assert.deepEqual(await ask({ endpoint, name: "drop_before_answer", args: [100] }), { pending: true });
    const [{ responseEnded }] = await bedrock.ended(run);
    assert.equal(responseEnded, "client closed");
  });

  for (const status of [301, 307]) {
    test(`${kind}: ${status}: a redirect is not followed`, limit, async () => {
      const run = `elsewhere-${kind}-${status}`;
      const endpoint = `${bedrock.address}/case/redirect-${status}/${run}`;
      const told = await ask({ endpoint, name: "converse", args: ["Hello"] });
      assert.deepEqual([told.error, told.attempts], ["NetworkError", 1], told.message);
      const seen = await bedrock.seen(run);
      assert.deepEqual([seen.attempts.length, seen.elsewhere], [1, 0]);
    });
  }

  test(`${kind}: a month's sleep is no error and does not end`, limit, async () => {
    assert.equal(await ask({ name: "sleeps_on", args: ["default", "2592000", 0, 30] }), true);
  });
}

// --- workerd ---

let workerd;
before(async () => {
  const contents = (file) => readFileSync(join(folder, file));
  workerd = new Miniflare({
    modules: [
      {
        type: "ESModule",
        path: "worker.mjs",
        contents: `
          import * as rust from "./${script}";
          import module from "./${wasm}";
          rust.initSync({ module });
          import { called } from "./called.mjs";
          export default {
            async fetch(request) {
              return new Response(JSON.stringify(await called(rust, await request.json()) ?? null));
            },
          };`,
      },
      { type: "ESModule", path: "called.mjs", contents: readFileSync(new URL("called.mjs", import.meta.url)) },
      { type: "ESModule", path: script, contents: contents(script) },
      { type: "CompiledWasm", path: wasm, contents: contents(wasm) },
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
  await workerd.ready;
});
after(() => workerd?.dispose());

async function inWorkerd(asked) {
  const body = JSON.stringify({ ...asked, keys: keys() });
  return (await fetch(await workerd.ready, { method: "POST", body })).json();
}
checks("workerd", inWorkerd);

// Most of a case's time is waiting; the slowest waits some seconds, and eight run at once.
test("workerd: every case has its verdict", { timeout: 180_000 }, async () => {
  const cases = readdirSync(join(root, "tests/cases"))
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(root, "tests/cases", file), "utf8")))
    .filter(({ applies }) => applies.includes("rust"));
  assert.ok(cases.length >= 45, `${cases.length}`);
  const { stop, seen, ended, ...hello } = bedrock;
  const args = ["default", JSON.stringify(hello), JSON.stringify(cases)];
  const { table, wrong } = await inWorkerd({ name: "run_cases", args });
  console.log(table);
  assert.deepEqual(wrong, []);
});

// --- Chromium ---

let files, browser;
before(async () => {
  // One after the other, so that what has started is stopped if the next fails.
  files = await server({ "/": "tests/browser/page", "/rust": folder, "/here": "tests/runtimes/rust-wasm" });
  browser = await chromium();
  await browser.goto(`${files.address}/`);
});
after(() => Promise.all([browser?.quit(), files?.stop()]));

checks("page", (asked) =>
  browser.run(
    async (asked) => {
      const { called, loaded } = await import("/here/called.mjs");
      return called(await loaded(), asked);
    },
    { ...asked, keys: keys() },
  ),
);

checks("page-worker", (asked) =>
  browser.run(
    (asked) => {
      const worker = new Worker("/here/called.mjs", { type: "module" });
      return new Promise((done, refused) => {
        worker.onerror = ({ message }) => refused(new Error(message ?? "the worker did not load"));
        worker.onmessage = ({ data: { answer, failed } }) => {
          worker.terminate();
          if (failed) refused(new Error(failed));
          else done(answer);
        };
        worker.postMessage(asked);
      });
    },
    { ...asked, keys: keys() },
  ),
);
