// Every recorded stream, cut short after every byte, as the package reads it: the client's own stream ends with an error
// at every cut but the last, and `outcrop/event-stream` within every frame. Which bytes are frames, and what they say, is
// the recording's word. Of a stream above 4 KiB each frame is cut behind the stream's first one, not behind all that came
// before it: nothing is kept from one frame to the next, and a hundred thousand cuts would read 13 GB.
// `node tests/runtimes/node/cuts.mjs [--every N]`: only each Nth cut, and all around the ends of frames. It needs no
// emulator: `fetch` is ours.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BedrockRuntime } from "outcrop";
import { encode, events } from "outcrop/event-stream";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const vectors = join(root, "../shared/vectors/recorded");
const every = Number(process.argv[process.argv.indexOf("--every") + 1 || Infinity] ?? 1);
// Nobody reads where an error was made, and to find out takes a third of the time.
Error.stackTraceLimit = 0;

// Bytes: below, a stream's cuts read less than 1 GB together.
const SHORT = 4096;
// Bytes before and after a frame's end: the closing checksum and the next total, and some.
const AROUND = 6;

/** The recorded ones, read in place. */
function recorded() {
  if (!existsSync(vectors)) {
    console.log("102 skipped: no ../shared/vectors");
    return [];
  }
  const records = readdirSync(vectors)
    .filter((file) => file.endsWith(".jsonl"))
    .sort()
    .flatMap((file) => readFileSync(join(vectors, file), "utf8").split("\n"))
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ response }) => typeof response.body_hex === "string");
  assert.equal(records.length, 102, "the number of recorded streams has changed");
  return records;
}

/** What no recording has: events without a payload or of unknown names, headers of every type, an exception, an error. */
function generated() {
  const headers = {
    long: 2n ** 63n - 1n,
    short: { type: "short", value: -1 },
    byte: { type: "byte", value: 1 },
    true: true,
    time: new Date(0),
    uuid: { type: "uuid", value: "00010203-0405-0607-0809-0a0b0c0d0e0f" },
    binary: new Uint8Array(40),
  };
  const event = (name, payload = {}, more = {}) => [
    { ":event-type": name, ":message-type": "event", ...more },
    JSON.stringify(payload),
  ];
  const delta = (text) => event("contentBlockDelta", { contentBlockIndex: 0, delta: { text }, p: "abc" });
  const start = event("messageStart", { role: "assistant" });
  const stop = [event("contentBlockStop", { contentBlockIndex: 0 }), event("messageStop", { stopReason: "end_turn" })];
  const end = event("metadata", { usage: { inputTokens: 1 }, metrics: { latencyMs: 1 } });
  const exception = [{ ":exception-type": "throttlingException", ":message-type": "exception" }, '{"message":"slow"}'];
  const empty = [{ ":event-type": "later", ":message-type": "event" }, ""];
  return [
    [end],
    [start, delta("a"), ...stop, end],
    [
      start,
      delta('"\\é🦀\u0000'),
      empty,
      event("__proto__", { a: 1 }, headers),
      ...stop,
      event("other", {}, headers),
      end,
    ],
    [start, delta("x".repeat(500)), exception],
    [exception],
  ].map((frames, index) => ({
    id: `generated ${index}`,
    operation: "ConverseStream",
    response: {
      body_hex: Buffer.concat(frames.map(([headers, payload]) => encode(headers, payload))).toString("hex"),
      events: frames.map(([headers]) => ({ message_type: headers[":message-type"] })),
    },
  }));
}

const found = recorded();
const records = [...found, ...generated()];

const TYPE = "application/vnd.amazon.eventstream";
/** An answer of these bytes, in one piece; nothing of the host's. */
let answer;
const reader = () => {
  let left = answer;
  return {
    read: async () => {
      const value = left;
      left = undefined;
      return value?.length ? { value, done: false } : { done: true };
    },
    cancel: async () => {},
    releaseLock() {},
  };
};
const headers = { get: (name) => (name === "content-type" ? TYPE : null) };
const response = () => ({ status: 200, ok: true, headers, body: { getReader: reader } });
const bedrock = new BedrockRuntime({
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
  fetch: async () => response(),
});
const body = new Uint8Array(2).fill(32);
const modelId = "m";
const calls = {
  ConverseStream: async () => (await bedrock.converseStream({ modelId, messages: [] })).stream,
  InvokeModelWithResponseStream: async () => (await bedrock.invokeModelWithResponseStream({ modelId, body })).body,
};

/** How many events came, and what ended them: nothing, or an error. */
async function read(open) {
  let count = 0;
  try {
    for await (const _ of await open()) count++;
  } catch (error) {
    return [count, error.name];
  }
  return [count, undefined];
}

const began = performance.now();
let cuts = 0;
let left = 0;

/** One cut: of these bytes, which hold so many whole events before whatever ends them. */
async function check(operation, bytes, { whole, thrown, complete, between, where }) {
  cuts++;
  answer = bytes;
  const [count, error] = await read(calls[operation]);
  const [frames, fault] = await read(async () => events(response()));
  assert.equal(count, whole, where);
  assert.equal(frames, whole, where);
  if (thrown) {
    // Its name as AWS's clients have it.
    assert.match(error, /Exception$/, where);
    assert.equal(fault, error, where);
    return;
  }
  assert.equal(error, complete ? undefined : "TruncatedStreamError", where);
  // It does not know which event is the last one: between two frames it takes a stream for whole.
  assert.equal(fault, between ? undefined : "TruncatedStreamError", where);
}

for (const { id, operation, response: told } of records) {
  const bytes = new Uint8Array(Buffer.from(told.body_hex, "hex"));
  const view = new DataView(bytes.buffer);
  const ends = [];
  for (let at = 0; at < bytes.length; ) ends.push((at += view.getUint32(at)));
  assert.equal(ends.length, told.events.length, id);
  // The frame that is an exception, if one is: what follows it is not read.
  const exception = told.events.findIndex((event) => event.message_type === "exception");
  const short = bytes.length <= SHORT;
  await check(operation, bytes.subarray(0, 0), { whole: 0, between: true, where: `${id} cut at 0` });
  for (const [frame, end] of ends.entries()) {
    const begin = ends[frame - 1] ?? 0;
    // What stands before the frame: all, or the first one.
    const before = short ? begin : Math.min(begin, ends[0]);
    const events = short ? frame : Math.min(frame, 1);
    const part = new Uint8Array([...bytes.subarray(0, before), ...bytes.subarray(begin, end)]);
    for (let cut = begin + 1; cut <= end; cut++) {
      if (cut - begin > AROUND && end - cut > AROUND && cut % every) {
        left++;
        continue;
      }
      const gone = exception >= 0 && exception < frame && short;
      await check(operation, part.subarray(0, before + cut - begin), {
        whole: gone ? exception : events + (cut === end && frame !== exception ? 1 : 0),
        thrown: gone || (frame === exception && cut === end),
        // All streams end well when whole, but for those that end with an exception.
        complete: cut === bytes.length,
        between: cut === end,
        where: `${id} cut at ${cut} of ${bytes.length}`,
      });
    }
  }
}
const seconds = Math.round((performance.now() - began) / 100) / 10;
const note = left ? `${left} cuts far from a frame's end left out` : "all of them";
console.log(
  `${cuts} cuts of ${found.length} recorded and ${records.length - found.length} generated streams in ${seconds} s, ${note}: an error or the right end each`,
);

const trust = process.env.OUTCROP_TRUST ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "trust");
mkdirSync(trust, { recursive: true });
const row = {
  part: "cuts",
  what: `cuts of ${found.length} recorded and ${records.length - found.length} generated streams, by the npm package's stream and outcrop/event-stream`,
  against: "the recordings",
  count: cuts,
  unit: "cuts",
  findings: 0,
  seed: "",
  command: `node tests/runtimes/node/cuts.mjs${left ? ` --every ${every}` : ""}`,
  seconds,
  date: new Date().toISOString().slice(0, 10),
  note,
};
writeFileSync(join(trust, "cuts-npm.json"), `${JSON.stringify([row], null, 2)}\n`);
