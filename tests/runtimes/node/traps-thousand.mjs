// A thousand forced traps, each of which fails one call and not the next one, and leaves neither a pending promise nor
// an instance behind. In a process of its own, whose heap holds nothing of other tests.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { app, emulator, place } from "./context.mjs";

const run = promisify(execFile);
// Traps by kind: half each of so many.
const ROUNDS = 1_000;

const code = `
  import { Session } from "node:inspector/promises";
  const [many, endpoint, credentials, rounds] = process.argv.slice(1);
  const { left, meddle, storm } = await import(many);
  const { BedrockRuntime } = await import("outcrop");
  const unhandled = [];
  process.on("unhandledRejection", (reason) => unhandled.push(String(reason)));
  const session = new Session();
  session.connect();
  const post = (...command) => session.post(...command);
  const state = meddle();
  const options = { region: "us-east-1", endpoint, credentials: JSON.parse(credentials) };
  // What Node itself keeps for its connections is there from then on.
  await storm({ BedrockRuntime }, options, 20, state);
  const before = await left(post);
  const told = await storm({ BedrockRuntime }, options, +rounds, state);
  const after = await left(post);
  // That the heap is really looked at.
  const kept = Array.from({ length: 5 }, () => new Promise(() => {}));
  const seen = await left(post);
  console.log(JSON.stringify({ told, before, after, seen: seen.pending, kept: kept.length, unhandled }));
`;

test(`${ROUNDS} traps: as many calls fail, as many next calls succeed, and nothing is left`, async (t) => {
  // No pause between events, and an answer of a few words.
  const { endpoint } = place("/words/6/pace/0");
  const many = new URL("traps-many.mjs", import.meta.url).href;
  const given = [many, endpoint, JSON.stringify(emulator.credentials), `${ROUNDS}`];
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code, ...given], { cwd: app });
  const { told, before, after, seen, kept, unhandled } = JSON.parse(stdout);
  const { wrong, rejected, next, beside, whole, unnoticed, late, traps, given: promises, pending } = told;
  assert.deepEqual(wrong, []);
  assert.deepEqual({ rejected, next, beside, whole }, { rejected: ROUNDS, next: ROUNDS, beside: 100, whole: 100 });
  assert.equal(unnoticed, true);
  assert.equal(late, 0, "a trapped instance was called again");
  for (const kind of ["sign", "decode"]) assert.ok(traps[kind] >= ROUNDS, kind);
  assert.equal(pending, 0);
  assert.ok(promises > 3 * ROUNDS, `${promises} promises`);
  assert.deepEqual(unhandled, []);
  assert.ok(after.pending <= before.pending, `${after.pending} promises pending, ${before.pending} before`);
  assert.ok(after.instances <= before.instances, `${after.instances} instances, ${before.instances} before`);
  assert.equal(seen, after.pending + kept);
  t.diagnostic(`${promises} promises given and settled; ${after.pending} of Node's own pending, as before`);
});
