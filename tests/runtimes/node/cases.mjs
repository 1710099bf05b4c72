// Every file of tests/cases that applies to Node, with the verdict for all that is no page.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCase } from "../cases.mjs";
import { emulator, outcrop, root } from "./context.mjs";

const folder = join(root, "tests/cases");
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")))
  .filter(({ applies }) => applies.includes("node"));

test("there are cases", () => assert.ok(cases.length >= 15, `${cases.length}`));
for (const testCase of cases) {
  test(`case ${testCase.name}`, async () => {
    const { pass, got, want, detail } = await runCase(outcrop, testCase, emulator);
    assert.deepEqual(got, want, detail);
    assert.ok(pass, detail);
  });
}
