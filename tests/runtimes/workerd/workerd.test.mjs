// The npm package in workerd without nodejs_compat, against the emulator. The package's files are taken as
// they are packed, its wasm as a module: no bundler helps.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { emulator, root } from "../../browser/programs.mjs";
import { runCases, table } from "../cases.mjs";
import * as checked from "../checked.mjs";
import { allCases, keep } from "../verdicts.mjs";

const place = join(root, "node_modules", "outcrop");
const entry = JSON.parse(readFileSync(join(place, "package.json"), "utf8")).exports["."].workerd;

/** A worker with the package and the checks beside it. */
function worker() {
  const read = (path) => readFileSync(path);
  const script = readFileSync(new URL("worker.mjs", import.meta.url), "utf8").replace(
    'from "outcrop"',
    `from "${entry}"`,
  );
  const packaged = readdirSync(join(place, "dist"))
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: `dist/${file}`,
      contents: read(join(place, "dist", file)),
    }));
  const shared = ["checks.mjs", "cases.mjs"].map((path) => ({
    type: "ESModule",
    path,
    contents: read(new URL(`../${path}`, import.meta.url)),
  }));
  return new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: script }, ...shared, ...packaged],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
}

let bedrock, workerd;

before(async () => {
  bedrock = await emulator();
  workerd = worker();
  await workerd.ready;
});
after(() => Promise.all([workerd?.dispose(), bedrock?.stop()]));

const options = (path, more) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
  ...more,
});

/** Asks the worker over HTTP, as its clients do. */
const post = async (path, body, at = workerd) =>
  // Miniflare compresses for whoever lets it, and a compressed word waits until a block of them is full.
  fetch(new URL(path, await at.ready), {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "accept-encoding": "identity" },
  });

/** Runs one of tests/runtimes/checks.mjs in the worker. */
async function check(name, ...args) {
  const answer = await (await post("/check", { name, args })).json();
  assert.equal(answer.failed, undefined);
  return answer;
}

test("the worker has nothing of Node's", async () => {
  assert.deepEqual(await check("globals"), { process: "undefined", Buffer: "undefined" });
});

for (const [name, more] of [
  ["temporary keys", () => ({})],
  ["keys without a session token", () => ({ credentials: bedrock.credentials })],
  ["an API key", () => ({ credentials: undefined, token: bedrock.apiKey })],
]) {
  test(`four operations with ${name}`, async () => {
    const run = `workerd-four-${name.replaceAll(" ", "-")}`;
    const answer = await check("operations", options(`/pace/0/run/${run}`, more()));
    checked.operations(answer, await bedrock.ended(run, 4), more().token ? "bearer" : "ok");
  });
}

for (const [name, error] of [
  ["abort", "AbortError"],
  ["leave", undefined],
]) {
  test(`${name} in the middle of a stream ends the request at the emulator`, async (t) => {
    const result = await check(name, options(`/words/1000/pace/20/run/workerd-${name}`));
    t.diagnostic(checked.ended(result, await bedrock.ended(`workerd-${name}`), error));
  });
}

test("an answer streams through a Response to the worker's client", async (t) => {
  const prompt = "Tell me about granite";
  const response = await post("/stream", { options: options("/words/40/pace/25/run/workerd-through"), prompt });
  const pieces = [];
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) if (piece !== "") pieces.push(piece);
  t.diagnostic(`the text came in ${pieces.length} pieces`);
  assert.match(pieces.join(""), /granite/);
  assert.ok(pieces.length > 5, `40 words 25 ms apart came in ${pieces.length} pieces`);
  const [attempt] = await bedrock.ended("workerd-through");
  assert.equal(attempt.responseEnded, "complete");
});

test("when the worker's client goes away, the request to Bedrock ends", async (t) => {
  const response = await post("/stream", {
    options: options("/words/1000/pace/20/run/workerd-gone"),
    prompt: "granite",
  });
  const reader = response.body.getReader();
  await reader.read();
  const at = Date.now();
  await reader.cancel();
  const [attempt] = await bedrock.ended("workerd-gone");
  assert.equal(attempt.responseEnded, "client closed");
  t.diagnostic(`${(attempt.ended - at).toFixed(1)} ms until the emulator saw it`);
});

test("a trap in one of three streams fails that one alone, and the next call works", async () => {
  // A worker of its own: its wasm is tampered with before the first instance.
  const own = worker();
  try {
    const ask = async (name, ...args) => (await post("/check", { name, args }, own)).json();
    assert.deepEqual(await ask("bugWebAssembly"), {});
    checked.trapped(await ask("trap", options("/words/60/pace/10/run/workerd-trap")));
  } finally {
    await own.dispose();
  }
});

const cases = allCases();
const { version } = createRequire(import.meta.resolve("miniflare"))("workerd/package.json");

test("every case reaches its verdict", async (t) => {
  // A request of its own for each, as in a worker's life.
  const results = await runCases(cases, (testCase) => check("runCase", testCase, bedrock, "workerd"));
  console.log(table(results));
  keep("workerd", version, results);
  assert.ok(process.env.OUTCROP_CASES || results.length >= 45, `${results.length} cases`);
  for (const { name, skipped, pass, wrong } of results) {
    await t.test(`case ${name}`, (t) => {
      if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
      assert.ok(pass, wrong?.join("; "));
    });
  }
  assert.deepEqual(await check("unhandled"), []);
});
