// What the WebAssembly's memory holds after a call: nothing of the secrets that went through it, and no more of it than
// the largest call needed. It calls the module itself, without the package's JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { file } from "./context.mjs";

const module = new WebAssembly.Module(readFileSync(new URL(file("dist/outcrop.wasm"))));
const SECRET = "canary+of+a+secret+access+key/0123456789";
const TOKEN = "canary-of-a-session-token".repeat(40);
const [ENDPOINT, SIGN, DECODE] = [0, 1, 3];

function instance() {
  const { memory, run, __wbindgen_malloc: room } = new WebAssembly.Instance(module).exports;
  const call = (kind, text, bytes = new Uint8Array()) => {
    const head = new TextEncoder().encode(text);
    const size = head.length + bytes.length;
    const at = room(size, 1) >>> 0;
    new Uint8Array(memory.buffer).set(head, at);
    new Uint8Array(memory.buffer).set(bytes, at + head.length);
    const [from, length] = run(head.length * 8 + kind, at, size);
    return Buffer.from(memory.buffer, from >>> 0, length).toString();
  };
  return { call, memory };
}

const line = ["POST", "a.b", "/", "", "us-east-1", "bedrock", "AKID", SECRET, TOKEN, 1_700_000_000_000, "", ""];
const endpoint = ["bedrock-runtime", "us-east-1", "", "", ""].join("\0");

test("no secret is left in the memory", () => {
  const { call, memory } = instance();
  const held = (text) => Buffer.from(memory.buffer).includes(text);
  const body = Buffer.from("canary of a prompt ".repeat(10_000));
  const signed = call(SIGN, [...line, "x-amzn-canary", "value-of-a-header"].join("\0"), body);
  assert.match(signed, /Signature=[0-9a-f]{64}/);
  for (const text of ["canary+of", "secret+access", "canary of a prompt", "value-of-a-header"]) {
    assert.equal(held(text), false, text);
  }
  // The answer is what is left, with the token, until the next call.
  assert.equal(held(TOKEN), true);
  assert.equal(call(ENDPOINT, endpoint), "https://bedrock-runtime.us-east-1.amazonaws.com");
  assert.equal(held(TOKEN.slice(0, 100)), false);
  assert.equal(held(/[0-9a-f]{64}/.exec(signed)[0]), false);
  // Refused, it is wiped too.
  assert.match(call(SIGN, line.join("\0").replace("AKID", "A/B")), /^!caller/);
  assert.equal(held("canary"), false);
});

test("the memory does not grow with the number of calls", () => {
  const { call, memory } = instance();
  const bytes = Buffer.alloc(20_000, 1);
  const all = () => {
    const signed = call(SIGN, line.join("\0"), bytes);
    // No frame: it is refused after its first 12 bytes.
    assert.equal(call(DECODE, "", bytes), '[{"error":"PreludeChecksumMismatch"}]');
    call(ENDPOINT, endpoint);
    return signed;
  };
  const [first, size] = [all(), memory.buffer.byteLength];
  for (let round = 0; round < 300; round++) assert.equal(all(), first);
  assert.equal(memory.buffer.byteLength, size);
});
