// What the WebAssembly's memory holds after a call: nothing of what went through it, and no more room than the largest
// call needed. It calls the module through the factory that the build writes, without the rest of the package.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { create } from "../../../bindings/js/glue.js";
import { file } from "./context.mjs";
import { keys } from "./secrets-search.mjs";

const { encode } = await import(file("dist/event-stream.js"));

const module = new WebAssembly.Module(readFileSync(new URL(file("dist/outcrop.wasm"))));
const SECRET = "canary+of+a+secret+access+key/0123456789";
const TOKEN = "canary-of-a-session-token".repeat(40);
const SCOPE = "20260101/us-east-1/bedrock/aws4_request";
const canonical = `POST\n/\n\nhost:a.b\nx-amz-security-token:${TOKEN}\nx-amzn-header:canary-of-a-header\n\nnames\n`;
const signed = [SECRET, "20260101T000000Z", SCOPE, "", canonical].join("\0");

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

/** SHA-256's state behind one block, as the wasm has its words: little-endian. FIPS 180-4, sections 4.2.2 and 6.2.2. */
function behind(block) {
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  // 32 bits behind the point of a root, by whole numbers: a double has too few.
  const bits = (prime, power) => {
    const wanted = BigInt(prime) << BigInt(32 * power);
    let [low, high] = [0n, 1n << 40n];
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (middle ** BigInt(power) <= wanted) low = middle;
      else high = middle;
    }
    return Number(low & 0xffff_ffffn);
  };
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const words = Array.from({ length: 16 }, (_, at) => block.readUInt32BE(at * 4));
  for (let at = 16; at < 64; at++) {
    const [one, two] = [words[at - 15], words[at - 2]];
    const low = turn(one, 7) ^ turn(one, 18) ^ (one >>> 3);
    const high = turn(two, 17) ^ turn(two, 19) ^ (two >>> 10);
    words.push((words[at - 16] + low + words[at - 7] + high) | 0);
  }
  const start = primes.slice(0, 8).map((prime) => bits(prime, 2));
  let [a, b, c, d, e, f, g, h] = start;
  for (let at = 0; at < 64; at++) {
    const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (g ^ (e & (f ^ g))) + bits(primes[at], 3) + words[at];
    const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) | (c & (a | b)));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  const state = Buffer.alloc(32);
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state.writeInt32LE((word + start[at]) | 0, at * 4);
  return state;
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

test("the state behind a block is SHA-256's", () => {
  // A text of 55 bytes is one block, with what is put behind it: then the state is the hash.
  const block = Buffer.alloc(64, "a");
  block[55] = 0x80;
  block.fill(0, 56);
  block.writeUInt16BE(55 * 8, 62);
  const words = behind(block);
  assert.deepEqual(words.swap32(), sha256("a".repeat(55)));
});

test("of a secret there is the day's signing key, and a hash to know it by: each once, and nothing else", (t) => {
  const { sign, decode, memory } = create(module);
  const day = "20260101";
  const scope = SCOPE;
  const times = (bytes) => {
    const all = Buffer.from(memory.buffer);
    let count = 0;
    for (let at = all.indexOf(bytes); at >= 0; at = all.indexOf(bytes, at + 1)) count++;
    return count;
  };
  let searched = 0;
  /** Looks at the whole memory. `kept`: whose key may be there. */
  const check = (secret, kept, after) => {
    const never = { secret, "its beginning": secret.slice(0, 12), "its end": secret.slice(-12) };
    // A key is known by its beginning, a state by all of it.
    let [key, name] = [Buffer.from(`AWS4${secret}`), "AWS4 and the secret"];
    for (const [next, derived] of [...keys(secret, day), ["", undefined]]) {
      const padded = Buffer.alloc(64);
      (key.length > 64 ? sha256(key) : key).copy(padded);
      if (key.length > 64) never[`the hash of ${name}`] = sha256(key);
      for (const pad of [0x36, 0x5c]) {
        const block = padded.map((byte) => byte ^ pad);
        never[`${name} with the pad ${pad}`] = block.subarray(0, 12);
        never[`the state behind ${name} with the pad ${pad}`] = behind(block);
      }
      if (derived && next !== "kSigning") never[next] = derived.subarray(0, 12);
      [key, name] = [derived, next];
    }
    for (const text of ["canary", TOKEN.slice(0, 12), day, "us-east-1", "aws4_request"]) never[text] = text;
    for (const [what, bytes] of Object.entries(never)) {
      assert.equal(times(bytes), 0, `${what} after ${after}`);
      searched++;
    }
    const [, signing] = keys(secret, day).at(-1);
    assert.equal(times(signing), +kept, `kSigning after ${after}`);
    assert.equal(times(sha256(`${secret}\0${scope}`)), +kept, `the hash after ${after}`);
  };
  const one = SECRET;
  // Longer than a block of the hash, so that its hash is the key.
  const two = "another+canary/of+a+secret".repeat(4);
  const order = (secret) => [secret, `${day}T000000Z`, scope, "", canonical].join("\0");
  const prompt = Buffer.from("canary of a prompt ".repeat(1_000));
  const event = encode({ ":message-type": "event", ":event-type": "x" }, '{"text":"canary of an answer"}');
  const exception = encode({ ":message-type": "exception", ":exception-type": "x" }, '{"message":"canary"}');
  const spoilt = Uint8Array.from(event);
  spoilt[30] ^= 1;

  const signature = sign(order(one), prompt);
  check(one, true, "a signature");
  assert.equal(sign(order(one), prompt), signature);
  check(one, true, "a signature with the kept key");
  const calls = {
    "a whole frame": [event],
    "frames in pieces": [event.subarray(0, 20), event.subarray(20), exception],
    "a frame that is cut": [event.subarray(0, event.length - 5)],
    "a frame that is spoilt": [spoilt],
    "no frame": [Buffer.from("canary of an answer ".repeat(100))],
    "an exception": [exception],
  };
  for (const [what, pieces] of Object.entries(calls)) {
    decode(pieces);
    check(one, true, what);
  }
  // Neither a hash nor nothing: not signed, but signed for.
  sign([one, `${day}T000000Z`, scope, "1", canonical].join("\0"), Buffer.from("canary"));
  check(one, true, "a hash that is none");
  for (const bad of ["", one, `${one}\0`]) {
    sign(bad, Buffer.from("canary"));
    check(one, false, "what is not as it should be");
  }
  sign(order(one), prompt);
  check(one, true, "its own signature again");
  sign(order(two), prompt);
  check(two, true, "another's signature");
  check(one, false, "another's signature");
  t.diagnostic(`${searched} searches of ${memory.buffer.byteLength} bytes`);
});

test("two secrets leave memories that differ in those two places only", () => {
  const left = (secret, token, prompt) => {
    const { sign, memory } = create(module);
    const text = [secret, "20260101T000000Z", SCOPE, "", canonical + token];
    for (let round = 0; round < 3; round++) sign(text.join("\0"), Buffer.from(prompt));
    return Buffer.from(memory.buffer.slice(0));
  };
  const kept = (secret) => [keys(secret, "20260101").at(-1)[1], sha256(`${secret}\0${SCOPE}`)];
  const [one, two] = [SECRET, SECRET.replaceAll("a", "b")];
  const [before, after] = [left(one, "token", "a prompt"), left(two, "nekot", "tpmorp a")];
  const places = kept(two).map((bytes) => after.indexOf(bytes));
  const within = (at) => places.some((place) => at >= place && at < place + 32);
  let differ = 0;
  for (const [at, byte] of after.entries()) {
    if (byte === before[at]) continue;
    assert.ok(within(at), `byte ${at}`);
    differ++;
  }
  // Of 64 bytes at random a few are alike.
  assert.ok(differ > 50 && before.length === after.length, `${differ}`);
});

test("an instance that trapped in the middle of a signature is wiped", async () => {
  const { Instance } = WebAssembly;
  const memories = [];
  let written = 0;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, given) {
      const { exports } = new Instance(...given);
      const bytes = () => Buffer.from(exports.memory.buffer);
      memories.push(bytes);
      const run = (what, _, length) => {
        written += +bytes().includes(SECRET);
        return exports.run(what, 0xffff_ff00, length);
      };
      return { exports: { ...exports, run } };
    },
  });
  try {
    const { BedrockRuntime } = await import(file("dist/node.js", "?wiped"));
    const credentials = { accessKeyId: "AKID", secretAccessKey: SECRET, sessionToken: TOKEN };
    const error = await new BedrockRuntime({ region: "us-east-1", credentials, endpoint: "http://127.0.0.1:1" })
      .converse({ modelId: "m", messages: [] })
      .catch((error) => error);
    assert.equal(error.who, "outcrop");
  } finally {
    WebAssembly.Instance = Instance;
  }
  // It was there: the call was made on two instances.
  assert.equal(written, 2);
  for (const bytes of memories) assert.ok(bytes().every((byte) => byte === 0));
});
