// Twelve hostile bytes, as the package takes them: refused at the twelfth, before anything more is read, and with no page
// of memory more in the wasm. What is a right checksum is zlib's word.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as zlib from "node:zlib";
import { file, outcrop, root } from "./context.mjs";

const { events } = await import(file("dist/event-stream.js"));
const bytes = readFileSync(fileURLToPath(file("dist/outcrop.wasm")));
const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
// bindings/src/lib.rs: 3 reads frames.
const DECODE = 3;
// Bytes: botocore's limits.
const [PAYLOAD, HEADERS] = [25_165_824, 131_072];

/** CRC-32 a bit at a time, where Node has none (before 20.15). */
const checksum = (data) =>
  zlib.crc32?.(data) ??
  ~data.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  }, -1) >>> 0;

function prelude(total, headers) {
  const made = Buffer.alloc(12);
  made.writeUInt32BE(total, 0);
  made.writeUInt32BE(headers, 4);
  made.writeUInt32BE(checksum(made.subarray(0, 8)), 8);
  return made;
}

/** What the wasm says of bytes, and how many bytes its memory grew by. */
function told(given) {
  const before = wasm.memory.buffer.byteLength;
  const at = wasm.room(given.length);
  new Uint8Array(wasm.memory.buffer).set(given, at);
  const length = wasm.run(DECODE, at, given.length);
  const answer = Buffer.from(wasm.memory.buffer, at, length).toString();
  return [answer, wasm.memory.buffer.byteLength - before];
}

/** An answer of these bytes, after which nothing comes, for ever: who reads on never ends. */
const silent = (given) => {
  let left = given;
  const read = () => {
    const value = left;
    left = undefined;
    return value ? Promise.resolve({ value, done: false }) : new Promise(() => {});
  };
  const headers = { get: (name) => (name === "content-type" ? "application/vnd.amazon.eventstream" : null) };
  return {
    status: 200,
    ok: true,
    headers,
    body: { getReader: () => ({ read, cancel: async () => {}, releaseLock() {} }) },
  };
};

test("hostile preludes are refused at byte 12, in the wasm's memory as it is", async () => {
  const began = performance.now();
  let preludes = 0;
  let grown = 0;
  for (const [total, headers, word] of [
    [0xffff_ffff, 0, "PayloadTooLong"],
    [0xffff_ffff, HEADERS, "PayloadTooLong"],
    [0xffff_ffff, 0xffff_ffff, "InvalidHeadersLength"],
    [0x8000_0000, 0, "PayloadTooLong"],
    [0x7fff_ffff, 0x7fff_ffef, "InvalidHeadersLength"],
    [PAYLOAD + 17, 0, "PayloadTooLong"],
    [PAYLOAD + 17 + HEADERS, HEADERS, "PayloadTooLong"],
    [HEADERS + 17, HEADERS + 1, "InvalidHeadersLength"],
    [16, 1, "InvalidHeadersLength"],
    [16, 0xffff_ffff, "InvalidHeadersLength"],
    [15, 0, "FrameTooShort"],
    [0, 0, "FrameTooShort"],
    [0, 0xffff_ffff, "FrameTooShort"],
  ]) {
    for (let bit = -1; bit < 96; bit++) {
      const given = prelude(total, headers);
      if (bit >= 0) given[bit >> 3] ^= 1 << (bit & 7);
      // A wrong checksum, by one bit, is always found first.
      const due = bit < 0 ? word : "PreludeChecksumMismatch";
      const [answer, more] = told(given);
      assert.equal(answer, `[{"error":"${due}"}]`);
      assert.equal(told(given.subarray(0, 11))[0], "[1,11]");
      grown = Math.max(grown, more);
      await assert.rejects(events(silent(given)).next(), { name: "EventStreamError", code: due });
      const fetch = async () => silent(given);
      const bedrock = new outcrop.BedrockRuntime({
        region: "us-east-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
        maxAttempts: 1,
        fetch,
      });
      const stream = bedrock.converseStream({ modelId: "m", messages: [] }).then((output) => output.stream.next());
      await assert.rejects(stream, { name: "EventStreamError", code: due });
      preludes++;
    }
  }
  assert.equal(grown, 0);

  // The largest promise that is allowed takes no memory either before the bytes come.
  const [answer, more] = told(prelude(PAYLOAD + 16, 0));
  assert.equal(answer, `[${PAYLOAD + 4},12]`);
  assert.equal(more, 0);

  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const trust = process.env.OUTCROP_TRUST ?? join(target, "trust");
  mkdirSync(trust, { recursive: true });
  const row = {
    part: "preludes",
    what: "hostile preludes refused at byte 12, by the wasm, a client's stream and outcrop/event-stream",
    against: "",
    count: preludes,
    unit: "preludes",
    findings: 0,
    seed: "",
    command: "cargo xtask test node",
    seconds: Math.round((performance.now() - began) / 100) / 10,
    date: new Date().toISOString().slice(0, 10),
    note: `the wasm's memory grew by ${grown} bytes`,
  };
  writeFileSync(join(trust, "preludes-npm.json"), `${JSON.stringify([row], null, 2)}\n`);
});
