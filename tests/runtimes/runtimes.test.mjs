// Every case and check in Deno, Bun, the newest Node, Vercel's edge-runtime and a function of AWS Lambda, each in a
// process of its own that loads the packed package by its name. A runtime that is not there fails: DENO, BUN,
// NODE_NEWEST and NODE_LAMBDA name programs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emulator, root } from "../browser/programs.mjs";
import * as checked from "./checked.mjs";
import { allCases, keep, markdown } from "./verdicts.mjs";

const here = (path) => join(root, "tests/runtimes", path);
const cases = allCases();

/** The program that a variable names, or the first of these in the folder's node_modules. */
function program(variable, folder, paths) {
  const given = process.env[variable];
  if (given) return given;
  const found = paths.map((path) => here(`${folder}/node_modules/${path}`)).find((path) => existsSync(path));
  return found ?? assert.fail(`${folder} has no program for this machine: npm ci there, or ${variable} names one`);
}

const { platform, arch } = process;
const exe = platform === "win32" ? ".exe" : "";
const os = platform === "win32" ? "windows" : platform;
const bun = `@oven/bun-${os}-${arch === "arm64" ? "aarch64" : arch}/bin/bun${exe}`;
const nodes = [`node-${platform === "win32" ? "win" : platform}-${arch}`, `node-bin-${platform}-${arch}`];

/** How each is started, and the package's file that it must take. */
const RUNTIMES = {
  deno: {
    // No right to the environment, of which the package asks for a key.
    start: () => [
      program("DENO", "deno", ["@deno/linux-x64-glibc/deno"]),
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-read=node_modules/outcrop",
    ],
    entry: "web.js",
  },
  bun: { start: () => [program("BUN", "bun", [bun])], entry: "node.js" },
  "node-newest": {
    start: () => [
      program(
        "NODE_NEWEST",
        "node-newest",
        nodes.map((name) => `${name}/bin/node${exe}`),
      ),
    ],
    entry: "node.js",
  },
  "edge-runtime": { start: () => [process.execPath], entry: "edge-light.js" },
  lambda: { start: () => [process.execPath], entry: "node.js" },
};

let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

/** What the runtime prints, and how it ends. */
async function ran(runtime, told) {
  const [name, ...args] = RUNTIMES[runtime].start();
  const child = spawn(name, [...args, here(`${runtime}/run.mjs`)], { cwd: root, stdio: "pipe" });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (some) => (text[stream] += some));
  // 90 s: the longest case waits for 20, and the check has 120 s.
  const timer = setTimeout(() => child.kill("SIGKILL"), 90_000);
  child.stdin.end(JSON.stringify(told));
  const ended = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code, signal) => resolve(code ?? signal));
  });
  clearTimeout(timer);
  const lines = text.stdout.trimEnd().split("\n");
  assert.equal(ended, 0, `${runtime} ended with ${ended}: ${text.stderr}\n${text.stdout.slice(-2_000)}`);
  return { ...JSON.parse(lines.pop()), shown: lines.join("\n"), stderr: text.stderr };
}

// Three at a time, as each waits most of its time for the same slow cases.
test("every case reaches its verdict", { concurrency: 3 }, async (t) => {
  await Promise.all(
    Object.keys(RUNTIMES).map((runtime) =>
      t.test(`in ${runtime}`, async (t) => {
        const answer = await ran(runtime, { emulator: bedrock, cases });
        console.log(`\n${runtime} ${answer.version}\n${answer.shown}`);
        keep(runtime, answer.version, answer.results);
        assert.equal(answer.results.length, cases.length);
        assert.ok(process.env.OUTCROP_CASES || cases.length >= 45, `${cases.length} cases`);
        assert.match(
          answer.entry.replaceAll("\\", "/"),
          new RegExp(`/node_modules/outcrop/dist/${RUNTIMES[runtime].entry}$`),
        );
        for (const { name, skipped, pass, wrong } of answer.results) {
          await t.test(`case ${name}`, (t) => {
            if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
            assert.ok(pass, wrong?.join("; "));
          });
        }
        assert.equal(answer.over, "TimeoutError");
        assert.equal(answer.stderr, "", "it warned of something");
        assert.equal(answer.unhandled.length, 1, answer.unhandled.join("\n"));
        assert.match(answer.unhandled[0], /nobody handles this one/);
        if (runtime === "edge-runtime")
          assert.deepEqual([answer.process, answer.runtime], ["undefined", "edge-runtime"]);
      }),
    ),
  );
});

test("a wrong verdict is told by every runtime", { concurrency: 3 }, async (t) => {
  const wrong = structuredClone(allCases("^max-attempts-one$")[0]);
  wrong.verdict.other.attempts = 7;
  await Promise.all(
    Object.keys(RUNTIMES).map((runtime) =>
      t.test(`in ${runtime}`, async () => {
        const { results, shown } = await ran(runtime, { emulator: bedrock, cases: [wrong] });
        assert.equal(results[0].pass, false);
        assert.match(shown, /WRONG: attempts: got \d+, want 7.*\n1 cases, 0 passed$/);
      }),
    ),
  );
});

test("what the network says when no answer comes is tried again and told", { concurrency: 3 }, async (t) => {
  const own = allCases("^(refused-connection|reset-always)$");
  await Promise.all(
    Object.keys(RUNTIMES).map((runtime) =>
      t.test(`in ${runtime}`, async (t) => {
        const { results } = await ran(runtime, { emulator: bedrock, cases: own });
        assert.equal(results.length, 2);
        for (const { name, got } of results) {
          t.diagnostic(`${name}: ${got.message}`);
          assert.deepEqual([got.error, got.who, got.attempts], ["NetworkError", "network", 3]);
          assert.match(got.message, /^no answer from 127\.0\.0\.1:\d+: \w/);
        }
      }),
    ),
  );
});

const options = (path, more) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
  ...more,
});

test("four operations, ends in the middle of a stream, a trap", { concurrency: 3 }, async (t) => {
  await Promise.all(
    Object.keys(RUNTIMES).map((runtime) =>
      t.test(`in ${runtime}`, async (t) => {
        const check = async (check, options) => (await ran(runtime, { check, args: [options] })).answer;
        for (const [name, more, signature] of [
          ["temporary", {}, "ok"],
          ["lasting", { credentials: bedrock.credentials }, "ok"],
          ["token", { credentials: undefined, token: bedrock.apiKey }, "bearer"],
        ]) {
          const run = `${runtime}-four-${name}`;
          const answer = await check("operations", options(`/pace/0/run/${run}`, more));
          checked.operations(answer, await bedrock.ended(run, 4), signature);
        }
        for (const [name, error] of [
          ["abort", "AbortError"],
          ["leave", undefined],
        ]) {
          const run = `${runtime}-${name}`;
          const answer = await check(name, options(`/words/1000/pace/20/run/${run}`));
          t.diagnostic(`${name}: ${checked.ended(answer, await bedrock.ended(run), error)}`);
        }
        checked.trapped(await check("trap", options(`/words/60/pace/10/run/${runtime}-trap`)));
      }),
    ),
  );
});

test("the table has no row of another package", () => {
  const own = (runtime, about) => ({ runtime, about, version: "1", cases: 4, right: 2, wrong: 1, apart: 1 });
  const said = markdown([own("deno", "this"), own("bun", "that")], "this");
  assert.match(said, /^\| Deno +\| 1 +\| +4 \| +2 \| +1 \| +1 \|$/m);
  assert.doesNotMatch(said, /^\| Bun/m);
  assert.match(said, /^Not run with this package and these cases: .*Bun/m);
});
