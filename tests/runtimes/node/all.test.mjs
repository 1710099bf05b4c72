// The npm package in Node, against the emulator: `node --test tests/runtimes/node/`. One process, so that nothing
// is packed twice and a rejection that nobody handles is seen whichever test it came from.
import assert from "node:assert/strict";
import { after, test } from "node:test";

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

const { stopEmulator } = await import("./context.mjs");
after(stopEmulator);

for (const part of [
  "package",
  "operations",
  "calls",
  "bodies",
  "credentials",
  "renewal",
  "identity",
  "limits",
  "flow",
  "conversation",
  "aws",
  "aws-sdk",
  "tools",
  "abandoned",
  "errors",
  "judged",
  "streams",
  "memory",
  "preludes",
  "keys",
  "secrets",
  "traps",
  "traps-thousand",
  "cases",
  "replay",
  "models",
  "told",
  "catalog",
  "readme",
  "boundary-names",
  "boundary-getters",
  "boundary-bytes",
  "boundary-again",
  "boundary",
]) {
  await import(`./${part}.mjs`);
}

test("no rejection went unhandled", async () => {
  await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(unhandled, []);
});
