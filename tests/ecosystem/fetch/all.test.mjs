// Packages that take a fetch or credentials, unmodified, with ours, against the emulator: `node --test` here, or
// `cargo xtask test ecosystem`. One process: a rejection that nobody handles is seen, whichever test it came from.
import assert from "node:assert/strict";
import { test } from "node:test";

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

for (const part of ["fetch", "oracles", "event-stream", "openai", "anthropic", "ai-sdk", "types"])
  await import(`./${part}.mjs`);

test("no rejection went unhandled", async () => {
  await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(unhandled, []);
});
