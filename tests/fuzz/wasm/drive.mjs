// drive.mjs <outcrop.wasm> <executions> <seed> <program> [<argument> …]: the calls that the target `surface` makes
// natively, which the program writes with their answers (tests/fuzz/src/surface.rs), on two instances of the built wasm,
// in random order; every 50th on a fresh instance too. No call may trap or answer otherwise, nothing of one may be seen
// in another, and the memory may not grow. Prints a row for the ledger.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [path, count, seed, program, ...given] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));
// The package's other decoder, which is TypeScript.
const { decode } = await import(new URL("event-stream.js", pathToFileURL(path)).href);

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

/** That a stream's first frame, as far as it is one, is to both decoders of the package what it is to the other. */
function twice(stream) {
  const size = stream.length < 12 ? 0 : stream.readUInt32BE(0);
  const frame = size >= 12 && size <= stream.length ? stream.subarray(0, size) : stream;
  let wrong = "";
  try {
    decode(frame);
  } catch (error) {
    assert.equal(error.name, "EventStreamError", `${frame.toString("hex")}: ${error.stack}`);
    wrong = error.code;
  }
  const told = `${instances[0].call(3, frame)}`;
  const [, error] = /^\[\{"error":"(\w+)"\}\]$/.exec(told) ?? [];
  // A frame's meaning is no matter of this decoder; and it knows whole frames only.
  const due = /^(InvalidMessageType|InvalidEventType|InvalidPayload)$/.test(error) ? "" : (error ?? "");
  const cut = wrong === "FrameTooShort" && (frame.length < 12 || size > frame.length) && !due;
  if (!cut) assert.equal(wrong, due, frame.toString("hex"));
  framed++;
}

let calls = 0;
let kinds = 0;
let framed = 0;
// Bytes of both memories after the first thousand calls.
let memory = 0;
const held = () => instances.reduce((sum, { memory }) => sum + memory.buffer.byteLength, 0);

function made(kind, input, due) {
  const told = instances[next() & 1].call(kind, input);
  if (!told.equals(due)) assert.fail(`call ${calls}: ${kind} ${input.toString("hex")}: ${told} where ${due} is due`);
  if (calls % 50 === 0) assert.ok(instance().call(kind, input).equals(due), `call ${calls} on a fresh instance`);
  kinds |= 1 << (kind & 7);
  if (kind === 3 && calls % 8 === 1) twice(input);
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
    note: `two instances interleaved, ${memory / 65_536} pages of memory in all after 1,000 calls and at the end; ${framed} frames by outcrop/event-stream too; Node ${process.versions.node}`,
  }),
);
