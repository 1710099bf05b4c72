// Every file of tests/cases in Node, with the verdict for all that is no page. It prints the table of all verdicts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runCase, runCases, table, unhandled } from "../cases.mjs";
import { allCases, keep } from "../verdicts.mjs";
import { emulator, outcrop } from "./context.mjs";

const all = allCases("");
const cases = allCases();

test("every case reaches its verdict", async (t) => {
  const results = await runCases(cases, (testCase) => runCase(outcrop, testCase, emulator, "node"));
  console.log(table(results));
  keep("node", process.versions.node, results);
  assert.ok(process.env.OUTCROP_CASES || results.length >= 45, `${results.length} cases`);
  for (const { name, skipped, pass, wrong } of results) {
    await t.test(`case ${name}`, (t) => {
      if (skipped) return t.diagnostic(`does not apply: ${skipped}`);
      assert.ok(pass, wrong?.join("; "));
    });
  }
  await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(unhandled(), []);
});

test("the runner notices what is wrong", async () => {
  const named = (name) => structuredClone(all.find((testCase) => testCase.name === name));
  const changed = (name, verdict, more) => {
    const testCase = Object.assign(named(name), more);
    Object.assign(testCase.verdict.other, verdict);
    return testCase;
  };
  // Ends its calls, and lets their requests go on.
  class Deaf extends outcrop.BedrockRuntime {
    constructor(options) {
      super({ ...options, fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(3_000) }) });
    }
  }
  const wrong = [
    [changed("max-attempts-one", { attempts: 2 }), /^attempts: got 1, want 2/],
    [changed("max-attempts-one", { error: "NetworkError" }), /^error: got Serv/],
    [changed("max-attempts-one", { who: "network" }), /^who: got aws/],
    [changed("max-attempts-one", { seen: 3 }), /^seen: got 1, want 3/],
    [changed("reset-once", { ok: undefined, error: "NetworkError" }), /^ok: got true/],
    [changed("stream-complete", { events: 19 }), /^events: got 20/],
    [changed("provider-fails", { providerCalls: 2 }), /^providerCalls: got 1/],
    [changed("retry-after-in-milliseconds", { minDelayMs: 1_500 }), /^waited \d+ ms, not 1500/],
    [changed("retry-after-in-milliseconds", { maxDelayMs: 600 }), /^waited \d+ ms, above 600/],
    [changed("request-timeout-spares-streams", {}, { limitMs: 200 }), /^it took longer than 200 ms/],
    [changed("stream-complete", {}, { stop: { at: "waiting", how: "abort" } }), /^it ended before it could be stopped/],
    [named("abort-sent"), /^1 requests are still open/, { ...outcrop, BedrockRuntime: Deaf }],
  ];
  for (const [testCase, said, from = outcrop] of wrong) {
    const result = await runCase(from, testCase, emulator, "node");
    assert.equal(result.pass, false, `${said}`);
    assert.ok(
      result.wrong.some((line) => said.test(line)),
      `${said}: ${result.wrong}`,
    );
    assert.match(table([result]), /WRONG: .*\n1 cases, 0 passed$/s);
  }
});
