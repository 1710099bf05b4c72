// The frames that answers are made of, by Smithy's codec and with what each event is to be read as; it breaks nothing:
// what goes wrong with them is of faults.mjs.

import { codec, frame } from "../bench/frames.mjs";

// Text events of the longest answer. Real ones have hundreds; what a stream costs at its ends is what a soak is about.
const MOST_TEXTS = 10;
// Bytes of the one large event: a Claude tool call or a document; the wasm's memory grows once for it.
const LARGE = 100_000;
// Names of the exceptions a stream may send, as the service model's union members have them; each stands in both unions.
const EXCEPTIONS = [
  "internalServerException",
  "modelStreamErrorException",
  "serviceUnavailableException",
  "throttlingException",
  "validationException",
];

const string = (value) => ({ type: "string", value });
const bytesOf = (text) => new TextEncoder().encode(text);

const exception = (name) =>
  codec.encode({
    headers: {
      ":exception-type": string(name),
      ":content-type": string("application/json"),
      ":message-type": string("exception"),
    },
    body: bytesOf(JSON.stringify({ message: `no: ${name}` })),
  });

/** Frames, and what their events are as text: `told` of run.mjs says the same of what was read. */
function converse(texts, size = 0) {
  const events = [
    ["messageStart", { role: "assistant" }],
    ...texts.map((text) => ["contentBlockDelta", { contentBlockIndex: 0, delta: { text } }]),
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ["messageStop", { stopReason: "end_turn" }],
    ["metadata", { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 4 } }],
  ];
  if (size) events.splice(1, 0, ["contentBlockDelta", { contentBlockIndex: 1, delta: { text: "x".repeat(size) } }]);
  return {
    frames: events.map(([type, value], at) => frame(type, { ...value, p: "abcdefghij".slice(0, at % 10) })),
    told: events.map(([type, value]) => JSON.stringify({ [type]: value })),
  };
}

function invoke(texts, size = 0) {
  const chunks = [
    { type: "message_start" },
    ...texts.map((text) => ({ type: "content_block_delta", delta: { text } })),
    { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 1, outputTokenCount: 2 } },
  ];
  if (size) chunks.splice(1, 0, { type: "content_block_delta", delta: { text: "x".repeat(size) } });
  const jsons = chunks.map((chunk) => JSON.stringify(chunk));
  return {
    frames: jsons.map((json, at) =>
      frame("chunk", { bytes: Buffer.from(json).toString("base64"), p: "abcdefghij".slice(0, at % 10) }),
    ),
    told: jsons,
  };
}

/** The first 12 bytes of a frame that promises so many, with the checksum that belongs to them. */
function prelude(total, headers) {
  // The first 8 bytes of any frame have their checksum behind them: a frame's whole length is what is changed here, so
  // the sum is taken anew, the slow way that fits on a line.
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, total);
  view.setUint32(4, headers);
  let sum = -1;
  for (let at = 0; at < 8; at++) {
    sum ^= view.getUint8(at);
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  view.setUint32(8, ~sum);
  return new Uint8Array(view.buffer);
}

/** All of it, made once. */
export function pool() {
  const answers = { converse: [], invoke: [] };
  for (let texts = 0; texts <= MOST_TEXTS; texts++) {
    const words = Array.from({ length: texts }, (_, at) => [` word${texts}.${at}`, ' "quoted"\n', " é😀"][at % 3]);
    answers.converse.push(converse(words));
    answers.invoke.push(invoke(words));
  }
  return {
    answers,
    large: { converse: converse([" and"], LARGE), invoke: invoke([" and"], LARGE) },
    exceptions: Object.fromEntries(EXCEPTIONS.map((name) => [name, exception(name)])),
    // More than a frame may have: the whole of it, its headers; and 20 MiB, which it may.
    promises: {
      refused: [prelude(0x7fff_ffff, 0), prelude(0x0200_0000, 90), prelude(200_000, 150_000)],
      kept: prelude(0x0140_0000, 90),
    },
  };
}

/** The pool as text for a page, and back. */
export const written = (pool) =>
  JSON.stringify(pool, (_, value) =>
    ArrayBuffer.isView(value) ? { base64: Buffer.from(value).toString("base64") } : value,
  );
