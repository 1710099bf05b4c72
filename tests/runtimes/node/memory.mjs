// What the WebAssembly's memory holds after a call: nothing of what went through it, and no more room than the largest
// call needed. It calls the module through the factory that the build writes, without the rest of the package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { create } from "../../../bindings/js/glue.js";
import { file } from "./context.mjs";

const module = new WebAssembly.Module(readFileSync(new URL(file("dist/outcrop.wasm"))));
const SECRET = "canary+of+a+secret+access+key/0123456789";
const TOKEN = "canary-of-a-session-token".repeat(40);
const canonical = `POST\n/\n\nhost:a.b\nx-amz-security-token:${TOKEN}\nx-amzn-header:canary-of-a-header\n\nnames\n`;
const signed = [SECRET, "20260101T000000Z", "20260101/us-east-1/bedrock/aws4_request", "", canonical].join("\0");

test("nothing that went through is left in the memory", () => {
  const { sign, decode, memory } = create(module);
  const held = (text) => Buffer.from(memory.buffer).includes(text);
  const body = Buffer.from("canary of a prompt ".repeat(10_000));
  const signature = sign(signed, body);
  assert.match(signature, /^[0-9a-f]{64}$/);
  for (const text of ["canary", "secret+access", "session-token", "20260101", signature])
    assert.equal(held(text), false, text);
  // What is not as it should be is wiped too.
  assert.match(sign(TOKEN, body), /^[0-9a-f]{64}$/);
  assert.equal(held("canary"), false);
  assert.equal(decode([Buffer.from("canary of an answer ".repeat(1000))]), '[{"error":"PreludeChecksumMismatch"}]');
  assert.equal(held("canary"), false);
  // It can be found where it is.
  new Uint8Array(memory.buffer).set(Buffer.from("canary"), 70_000);
  assert.equal(held("canary"), true);
});

test("the memory does not grow with the number of calls", () => {
  const { sign, decode, memory } = create(module);
  const bytes = Buffer.alloc(20_000, 1);
  const all = () => {
    const answer = sign(signed, bytes);
    // No frame: it is refused after its first 12 bytes.
    assert.equal(decode([bytes]), '[{"error":"PreludeChecksumMismatch"}]');
    return answer;
  };
  const [first, size] = [all(), memory.buffer.byteLength];
  for (let round = 0; round < 300; round++) assert.equal(all(), first);
  assert.equal(memory.buffer.byteLength, size);
});
