// The component of this folder under wasmtime, against the emulator: its words come as they are written, it stops when
// it has enough, a stream that was cut is an error, and every case has its verdict over its own transport. Nothing here
// is skipped. PYTHON has the packages of requirements.txt; OUTCROP_WASI is the folder of the built components.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { emulator, root } from "../../browser/programs.mjs";
import { allCases } from "../../runtimes/verdicts.mjs";

const folder = process.env.OUTCROP_WASI ?? join(root, "target/wasm32-wasip2/release");
// 60 seconds: wasmtime compiles a component for 5 s on a busy machine.
const limit = { timeout: 60_000 };

let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

/** Runs a component to its end: `{status, out, error}`, and when each piece of its output came, in milliseconds. */
async function component(name, environment, args, input = "") {
  const runner = fileURLToPath(new URL("run.py", import.meta.url));
  const { PYTHON = "python3", PYTHONPATH, PATH } = process.env;
  // Only what is given: the component sees the whole environment.
  const env = { PATH, ...(PYTHONPATH && { PYTHONPATH }), ...environment };
  const child = spawn(PYTHON, [runner, join(folder, name), ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const pieces = [];
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text) => pieces.push({ text, at: performance.now() }));
  child.stderr.setEncoding("utf8").on("data", (text) => {
    error += text;
  });
  const status = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { status, out: pieces.map(({ text }) => text).join(""), error, pieces, ended: performance.now() };
}

/** What a person gives the example. */
function ask(path, ...more) {
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.address + path,
  };
  const args = ["Where is granite found?", "anthropic.claude-3-haiku-20240307-v1:0", ...more];
  return component("outcrop-example-wasi.wasm", environment, args);
}

test("the words come as they are written, signed", limit, async (t) => {
  // 40 words, one every 50 ms: two seconds.
  const { status, out, error, pieces } = await ask("/words/40/pace/50/run/wasi-words");
  assert.deepEqual([status, error], [0, ""]);
  assert.match(out, /granite/);
  const [{ signature, responseEnded }] = await bedrock.ended("wasi-words");
  assert.deepEqual([signature, responseEnded], ["ok", "complete"]);
  const took = pieces.at(-1).at - pieces[0].at;
  t.diagnostic(`${pieces.length} pieces in ${Math.round(took)} ms`);
  // An answer that was gathered first would come in one.
  assert.ok(pieces.length >= 20 && took > 1_000, `${pieces.length} pieces in ${took} ms`);
});

test("it reads no more than it was told to, and the request ends", limit, async () => {
  const { status, out, error, ended } = await ask("/words/1000/pace/50/run/wasi-enough", "3");
  assert.deepEqual([status, error], [0, ""]);
  assert.equal(out.trim().split(" ").length, 3, out);
  const [attempt] = await bedrock.ended("wasi-enough");
  assert.equal(attempt.responseEnded, "client closed");
  assert.ok(performance.now() - ended < 2_000);
});

test("a stream that was cut is an error after its words", limit, async () => {
  const { status, out, error } = await ask("/case/stream-cut-before-metadata/wasi-cut");
  assert.equal(status, 1);
  assert.match(out, /\S/);
  assert.match(error, /^\n.*cut short.*$/m);
  assert.doesNotMatch(error, /outcrop-emulator-session-token|panicked/);
});

test("without credentials it says what its environment lacks", limit, async () => {
  const { status, error } = await component("outcrop-example-wasi.wasm", {}, []);
  assert.equal(status, 1);
  assert.match(error, /environment lacks AWS_REGION and AWS_ACCESS_KEY_ID/);
});

// Most of a case's time is waiting; the slowest waits some seconds, and eight run at once.
test("every case has its verdict over wasi-http", { timeout: 240_000 }, async () => {
  const cases = allCases().filter(({ applies }) => applies.includes("rust"));
  assert.ok(process.env.OUTCROP_CASES || cases.length >= 45, `${cases.length}`);
  const { stop, seen, ended, ...hello } = bedrock;
  const { status, out, error } = await component("cases.wasm", {}, [], JSON.stringify({ hello, cases }));
  console.log(out);
  assert.deepEqual([status, error], [0, ""]);
  assert.match(out, /^(\d+) cases, \1 passed$/m);
});
