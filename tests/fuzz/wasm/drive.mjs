// drive.mjs <outcrop.wasm> <executions> <seed> <program> [<argument> …]: the calls that the target `surface` makes
// natively, which the program writes with their answers (tests/fuzz/src/surface.rs), on two instances of the built wasm,
// in random order; every 50th on a fresh instance too. No call may trap or answer otherwise, nothing of one may be seen
// in another, and the memory may not grow. Prints a row for the ledger.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const [path, count, seed, program, ...given] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));

function instance() {
  const { memory, room, run } = new WebAssembly.Instance(module).exports;
  return {
    memory,
    call(kind, input) {
      const at = room(input.length);
      new Uint8Array(memory.buffer).set(input, at);
      const length = run(kind, at, input.length) >>> 0;
      return Buffer.from(memory.buffer, at, length);
    },
  };
}

const instances = [instance(), instance()];
const began = Date.now();
// xorshift32 (Marsaglia 2003).
let random = Number(BigInt(seed) & 0xffff_ffffn) | 1;
const next = () => {
  random ^= random << 13;
  random ^= random >>> 17;
  random ^= random << 5;
  return random >>> 0;
};

let calls = 0;
let kinds = 0;
// Bytes of both memories after the first thousand calls.
let memory = 0;
const held = () => instances.reduce((sum, { memory }) => sum + memory.buffer.byteLength, 0);

function made(kind, input, due) {
  const told = instances[next() & 1].call(kind, input);
  if (!told.equals(due)) assert.fail(`call ${calls}: ${kind} ${input.toString("hex")}: ${told} where ${due} is due`);
  if (calls % 50 === 0) assert.ok(instance().call(kind, input).equals(due), `call ${calls} on a fresh instance`);
  kinds |= 1 << (kind & 7);
  calls++;
  if (calls === 1000) memory = held();
}

const child = spawn(program, given, {
  stdio: ["ignore", "pipe", "pipe"],
  env: { ...process.env, OUTCROP_CALLS: "1" },
});
// Told if it fails: libFuzzer speaks a lot.
let said = "";
child.stderr.on("data", (text) => {
  said += text;
});
const ended = new Promise((resolve) => child.on("close", resolve));
let rest = Buffer.alloc(0);
for await (const chunk of child.stdout) {
  const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
  let at = 0;
  for (;;) {
    if (bytes.length < at + 8) break;
    const size = bytes.readUInt32LE(at + 4);
    if (bytes.length < at + 12 + size) break;
    const answer = bytes.readUInt32LE(at + 8 + size);
    const end = at + 12 + size + answer;
    if (bytes.length < end) break;
    made(bytes.readUInt32LE(at), bytes.subarray(at + 8, at + 8 + size), bytes.subarray(at + 12 + size, end));
    at = end;
  }
  rest = bytes.subarray(at);
}
assert.equal(rest.length, 0, "a call is cut");
assert.equal(await ended, 0, `the native side failed: ${said}`);
assert.ok(calls >= Number(count), `${calls} calls`);
assert.equal(kinds, 255, "a kind was not called");
assert.equal(held(), memory, "the memory has grown");

console.log(
  JSON.stringify({
    part: "fuzz",
    what: "wasm",
    against: "the same natively",
    count: calls,
    unit: "executions",
    findings: 0,
    seed: `0x${Number(seed).toString(16)}`,
    command: `drive.mjs ${seed}`,
    seconds: Math.round((Date.now() - began) / 1000),
    date: new Date().toISOString().slice(0, 10),
    note: `two instances interleaved, ${memory / 65_536} pages of memory in all after 1,000 calls and at the end; Node ${process.versions.node}`,
  }),
);
