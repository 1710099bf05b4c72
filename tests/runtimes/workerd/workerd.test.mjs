// The npm package in workerd against the emulator: in miniflare's and in the newest, without nodejs_compat and with it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { emulator } from "../../browser/programs.mjs";
import { runCases, table } from "../cases.mjs";
import * as checked from "../checked.mjs";
import { allCases, keep } from "../verdicts.mjs";
import { HOSTS } from "./hosts.mjs";

let bedrock;
const hosts = {};
before(async () => {
  bedrock = await emulator();
  for (const [name, { start }] of Object.entries(HOSTS)) hosts[name] = await start();
});
after(() => Promise.all([...Object.values(hosts).map(({ stop }) => stop()), bedrock?.stop()]));

const options = (path, more) => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
  ...more,
});

/** Asks a worker over HTTP, as its clients do. */
const post = async (host, path, body) =>
  fetch(new URL(path, host.address), {
    method: "POST",
    body: JSON.stringify(body),
    // Miniflare compresses for whoever lets it, and a compressed word waits until a block of them is full.
    headers: { "accept-encoding": "identity" },
  });

const cases = allCases();

for (const [name, { start, compat, version }] of Object.entries(HOSTS)) {
  describe(`${name} ${version}`, () => {
    /** Runs one of tests/runtimes/checks.mjs in the worker. */
    async function check(check, ...args) {
      const answer = await (await post(hosts[name], "/check", { name: check, args })).json();
      assert.equal(answer.failed, undefined);
      return answer;
    }

    test(`the worker has ${compat ? "Node's names" : "nothing of Node's"}`, async () => {
      const [process, Buffer] = compat ? ["object", "function"] : ["undefined", "undefined"];
      assert.deepEqual(await check("globals"), { process, Buffer });
    });

    for (const [keys, more] of [
      ["temporary keys", () => ({})],
      ["keys without a session token", () => ({ credentials: bedrock.credentials })],
      ["an API key", () => ({ credentials: undefined, token: bedrock.apiKey })],
    ]) {
      test(`four operations with ${keys}`, async () => {
        const run = `${name}-four-${keys.replaceAll(" ", "-")}`;
        const answer = await check("operations", options(`/pace/0/run/${run}`, more()));
        checked.operations(answer, await bedrock.ended(run, 4), more().token ? "bearer" : "ok");
      });
    }

    for (const [end, error] of [
      ["abort", "AbortError"],
      ["leave", undefined],
    ]) {
      test(`${end} in the middle of a stream ends the request at the emulator`, async (t) => {
        const result = await check(end, options(`/words/1000/pace/20/run/${name}-${end}`));
        t.diagnostic(checked.ended(result, await bedrock.ended(`${name}-${end}`), error));
      });
    }

    test("an answer streams through a Response to the worker's client", async (t) => {
      const prompt = "Tell me about granite";
      const asked = { options: options(`/words/40/pace/25/run/${name}-through`), prompt };
      const response = await post(hosts[name], "/stream", asked);
      const pieces = [];
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        if (piece !== "") pieces.push(piece);
      }
      t.diagnostic(`the text came in ${pieces.length} pieces`);
      assert.match(pieces.join(""), /granite/);
      assert.ok(pieces.length > 5, `40 words 25 ms apart came in ${pieces.length} pieces`);
      const [attempt] = await bedrock.ended(`${name}-through`);
      assert.equal(attempt.responseEnded, "complete");
    });

    test("when the worker's client goes away, the request to Bedrock ends", async (t) => {
      const response = await post(hosts[name], "/stream", {
        options: options(`/words/1000/pace/20/run/${name}-gone`),
        prompt: "granite",
      });
      const reader = response.body.getReader();
      await reader.read();
      const at = Date.now();
      await reader.cancel();
      const [attempt] = await bedrock.ended(`${name}-gone`);
      assert.equal(attempt.responseEnded, "client closed");
      t.diagnostic(`${(attempt.ended - at).toFixed(1)} ms until the emulator saw it`);
    });

    test("a trap in one of three streams fails that one alone, and the next call works", async () => {
      // A worker of its own: its wasm is tampered with before the first instance.
      const own = await start();
      try {
        const ask = async (name, ...args) => (await post(own, "/check", { name, args })).json();
        assert.deepEqual(await ask("bugWebAssembly"), {});
        checked.trapped(await ask("trap", options(`/words/60/pace/10/run/${name}-trap`)));
      } finally {
        await own.stop();
      }
    });

    test("an entry that compiles its module says which does not", async () => {
      const { message, ...error } = await check("inline");
      assert.deepEqual(error, { own: true, who: "caller", code: "NoWebAssembly" });
      assert.match(message, /^no WebAssembly here \(CompileError: .*\)\. .*, a Worker import "outcrop\/slim"; /);
    });

    test("a rejection that nobody handles is noticed", async () => {
      const own = await start();
      try {
        const ask = async (name, ...args) => (await post(own, "/check", { name, args })).json();
        assert.deepEqual(await ask("reject"), {});
        assert.match((await ask("unhandled")).join("\n"), /^Error: nobody handles this one/);
      } finally {
        await own.stop();
      }
    });
  });
}

// All at once, as each waits most of its time for the same slow cases.
test("every case reaches its verdict", { concurrency: true }, async (t) => {
  await Promise.all(
    Object.entries(HOSTS).map(([name, { version }]) =>
      t.test(`in ${name}`, async (t) => {
        const ask = async (check, ...args) => {
          const answer = await (await post(hosts[name], "/check", { name: check, args })).json();
          assert.equal(answer.failed, undefined);
          return answer;
        };
        // A request of its own for each, as in a worker's life.
        const results = await runCases(cases, (testCase) => ask("runCase", testCase, bedrock, "workerd"));
        console.log(`\n${name} ${version}\n${table(results)}`);
        keep(name, version, results);
        assert.ok(process.env.OUTCROP_CASES || results.length >= 45, `${results.length} cases`);
        for (const { name, skipped, pass, wrong } of results) {
          await t.test(`case ${name}`, (t) => {
            if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
            assert.ok(pass, wrong?.join("; "));
          });
        }
        assert.deepEqual(await ask("unhandled"), []);
      }),
    ),
  );
});
