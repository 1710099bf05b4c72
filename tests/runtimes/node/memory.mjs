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
const line = ["POST", "a.b", "/", "", "us-east-1", "bedrock", "AKID", SECRET, TOKEN, 1_700_000_000_000, "", ""];
const signed = [...line, "x-amzn-header", "canary-of-a-header"].join("\0");

test("nothing that went through is left in the memory", () => {
  const { sign, decode, memory } = create(module);
  const held = (text) => Buffer.from(memory.buffer).includes(text);
  const body = Buffer.from("canary of a prompt ".repeat(10_000));
  const answer = sign(signed, body);
  const signature = /Signature=([0-9a-f]{64})/.exec(answer)[1];
  assert.ok(answer.includes(TOKEN));
  for (const text of ["canary", "secret+access", "session-token", "AKID", signature])
    assert.equal(held(text), false, text);
  // Refused, it is wiped too.
  assert.match(sign(signed.replace("AKID", "A/B"), body), /^!caller\0InvalidCredentials/);
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
