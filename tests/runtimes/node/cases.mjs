// Every file of tests/cases in Node, with the verdict for all that is no page. It prints the table of all verdicts.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCase, runCases, table, unhandled } from "../cases.mjs";
import { emulator, outcrop, root } from "./context.mjs";

const folder = join(root, "tests/cases");
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")))
  .filter(({ name }) => new RegExp(process.env.OUTCROP_CASES ?? "").test(name));

test("every case reaches its verdict", async (t) => {
  const results = await runCases(cases, (testCase) => runCase(outcrop, testCase, emulator, "node"));
  console.log(table(results));
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
