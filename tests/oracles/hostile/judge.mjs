// What AWS's JavaScript client (@smithy/core), `outcrop/event-stream` and the package's wasm make of hostile frames. Reads
// batches from stdin and writes, for every frame, one record of each of the three; it compares nothing.
//
// A batch: two numbers of four bytes, frames and bytes; each frame with its length before it. Its answer: a number of
// bytes; each record with its length before it: `W` waits for more, `X` refused and the word for it, or `T` taken: how
// many headers, each name, type (src/verdicts.rs) and value; the payload; what the message is, and its name.

import { readFileSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { EventStreamError, TruncatedStreamError } from "outcrop";
import { decode, EventStreamException, events } from "outcrop/event-stream";

// As @aws-sdk/client-bedrock-runtime resolves it.
const require = createRequire(new URL("../clients/package.json", import.meta.url));
const { EventStreamCodec, getChunkedStream, getMessageUnmarshaller } = require("@smithy/core/event-streams");
const { fromUtf8, toUtf8 } = require("@smithy/core/serde");

// Nobody reads where an error was made, and to find out takes longer than the rest.
Error.stackTraceLimit = 0;

// Bytes. @smithy/core allocates what a frame promises, up to 4 GiB: above this it is let do so a few times only.
const PROMISED = 1 << 20;
let promises = 8;

/** An answer to a batch, which grows. */
let out = Buffer.alloc(1 << 20);
let end = 4;
const room = (size) => {
  if (end + size <= out.length) return;
  const more = Buffer.alloc((end + size) * 2);
  out.copy(more, 0, 0, end);
  out = more;
};
const number = (value) => {
  room(4);
  end = out.writeUInt32BE(value, end);
};
const sized = (bytes) => {
  number(bytes.length);
  room(bytes.length);
  out.set(bytes, end);
  end += bytes.length;
};
const text = (value) => sized(Buffer.from(value, "utf8"));
const record = (write) => {
  const from = end;
  number(0);
  write();
  out.writeUInt32BE(end - from - 4, from);
};
const letter = (value) => {
  room(1);
  out[end++] = value.charCodeAt(0);
};
const waits = () => letter("W");
const refused = (word) => {
  letter("X");
  room(word.length * 3);
  end += out.write(word, end);
};
const wide = Buffer.alloc(8);
const long = (value) => {
  wide.writeBigInt64BE(BigInt(value));
  return wide;
};
const TRUE = Buffer.of(1);
const FALSE = Buffer.of(0);
const time = (date) => (Number.isNaN(date.getTime()) ? Buffer.from("NaN") : long(date.getTime()));

const taken = (headers, value, payload, kind, label) => {
  letter("T");
  const names = Object.keys(headers);
  number(names.length);
  for (const name of names) {
    text(name);
    value(headers[name]);
  }
  sized(payload);
  text(kind);
  text(label);
};

// --- @smithy/core

const codec = new EventStreamCodec(toUtf8, fromUtf8);

const smithyValue = ({ type, value }) => {
  switch (type) {
    case "boolean":
      letter("b");
      return sized(value ? TRUE : FALSE);
    case "byte":
      letter("1");
      return sized(long(value));
    case "short":
      letter("2");
      return sized(long(value));
    case "integer":
      letter("4");
      return sized(long(value));
    case "long":
      letter("8");
      return sized(value.bytes);
    case "binary":
      letter("y");
      return sized(value);
    case "string":
      letter("s");
      return text(value);
    case "timestamp":
      letter("t");
      return sized(time(value));
    case "uuid":
      letter("u");
      return sized(Buffer.from(value.replaceAll("-", ""), "hex"));
    default:
      throw new Error(`a new type: ${type}`);
  }
};

// The first words of its errors, and what they are called here.
const WORDS = [
  ["Provided message too short", "TooShort"],
  ["Reported message length", "LengthMismatch"],
  ["The prelude checksum", "PreludeChecksum"],
  ["The message checksum", "MessageChecksum"],
  ["Unrecognized header type tag", "UnrecognizedHeaderType"],
  ["Unrecognizable event type", "UnrecognizableEventType"],
  ["Truncated event message received.", "waits"],
];
const smithyWord = (error) => {
  const known = WORDS.find(([start]) => error.message.startsWith(start));
  return known ? known[1] : error.constructor.name;
};

let asked;
const NOT_ASKED = {};
const unmarshall = getMessageUnmarshaller((event) => {
  asked = event;
  return event;
}, toUtf8);

async function smithySaid(message) {
  asked = NOT_ASKED;
  const { headers } = message;
  const named = (name, kind) => [headers[name].type === "string" ? kind : `${kind} of no text`, Object.keys(asked)[0]];
  try {
    await unmarshall(message);
    return named(":event-type", "event");
  } catch (thrown) {
    // What it throws of an exception is what the deserialiser gave.
    if (asked !== NOT_ASKED) return named(":exception-type", "exception");
    if (thrown.constructor === Error && headers[":message-type"]?.value === "error") {
      const [code, said] = [headers[":error-code"], headers[":error-message"]];
      const texts = code.type === "string" && said.type === "string";
      return [texts ? "error" : "error of no text", `${thrown.name}\0${said.value ? thrown.message : ""}`];
    }
    return [smithyWord(thrown), ""];
  }
}

async function smithy(bytes) {
  if (bytes.length >= 4 && bytes.readUInt32BE(0) > PROMISED && bytes.length < PROMISED && promises-- <= 0) {
    return record(waits);
  }
  let message;
  try {
    const source = (async function* () {
      yield bytes;
    })();
    const { value, done } = await getChunkedStream(source)[Symbol.asyncIterator]().next();
    if (done) return record(waits);
    message = codec.decode(value);
  } catch (error) {
    const word = smithyWord(error);
    return record(() => (word === "waits" ? waits() : refused(word)));
  }
  const [kind, label] = await smithySaid(message);
  record(() => taken(message.headers, smithyValue, message.body, kind, label));
}

// --- outcrop/event-stream

const plain = (value) => {
  switch (typeof value) {
    case "boolean":
      letter("b");
      return sized(value ? TRUE : FALSE);
    case "number":
      letter("n");
      return sized(long(value));
    case "bigint":
      letter("8");
      return sized(long(value));
    case "string":
      letter("s");
      return text(value);
    default:
      if (value instanceof Date) {
        letter("t");
        return sized(time(value));
      }
      letter("y");
      return sized(value);
  }
};

/** What the stream of these bytes tells first. */
async function first(bytes) {
  try {
    const { value } = await events(once(bytes)).next();
    return value ? ["event", value.headers[":event-type"]] : ["nothing", ""];
  } catch (error) {
    if (error instanceof TruncatedStreamError) return ["waits", ""];
    if (error instanceof EventStreamException) {
      const { code, headers, message } = error;
      // Where a message says nothing, an error does.
      const said = (text, name) => (headers[name] !== text && (text === code || text === "UnknownError") ? "" : text);
      return headers[":message-type"] === "error"
        ? ["error", `${said(code, ":error-code")}\0${said(message, ":error-message")}`]
        : ["exception", said(code, ":exception-type")];
    }
    if (error instanceof EventStreamError) return [error.code, ""];
    throw error;
  }
}

async function* once(bytes) {
  yield bytes;
}

async function npm(bytes, whole) {
  const [kind, label] = await first(bytes);
  let message;
  try {
    // A frame that is not all there is judged by its prelude alone.
    message = whole && decode(whole);
  } catch (error) {
    if (error.code !== kind) throw new Error(`a frame is ${error.code}, and in a stream ${kind}`);
  }
  record(() => {
    if (message) taken(message.headers, plain, message.body, kind, label);
    else if (kind === "waits") waits();
    else if (kind === "nothing") waits();
    else refused(kind);
  });
}

// --- the package's wasm, called as its glue calls it

const place = fileURLToPath(import.meta.resolve("outcrop/outcrop.wasm"));
const wasm = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(place))).exports;
// 3: decode (bindings/src/lib.rs).
const DECODE = 3;
const utf8 = new TextDecoder();

function told(bytes) {
  const at = wasm.room(bytes.length);
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
  const length = wasm.run(DECODE, at, bytes.length);
  return utf8.decode(new Uint8Array(wasm.memory.buffer, at, length));
}

/** It tells no headers: those of a frame that it takes are left out. */
function module(bytes, whole) {
  const answer = told(whole ?? bytes);
  const says = (kind, label) => record(() => taken({}, undefined, Buffer.alloc(0), kind, label));
  const numbers = /^\[(?:(.*),)?(\d+),(\d+)\]$/s.exec(answer);
  if (numbers) {
    const [, event, , left] = numbers;
    if (event === undefined) return left === "0" && bytes.length ? says("nothing", "") : record(waits);
    // A text of the usual event, with its content block's number before it or not.
    const name = /^\{("(?:[^"\\]|\\.)*"):/s.exec(event);
    return says("event", name ? JSON.parse(name[1]) : "contentBlockDelta");
  }
  const [{ error, exception, wire, text }] = JSON.parse(answer);
  if (error) return record(() => refused(error));
  if (exception === undefined) throw new Error(answer);
  return text === undefined ? says("exception", wire) : says("error", `${wire}\0${text}`);
}

// --- batches

function read(size) {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const count = readSync(0, bytes, at, size - at, null);
    if (!count) return undefined;
    at += count;
  }
  return bytes;
}

for (;;) {
  const head = read(8);
  if (!head) break;
  const count = head.readUInt32BE(0);
  const batch = read(head.readUInt32BE(4));
  end = 4;
  for (let frame = 0, at = 0; frame < count; frame++) {
    const size = batch.readUInt32BE(at);
    const bytes = batch.subarray(at + 4, at + 4 + size);
    at += 4 + size;
    const total = size >= 16 ? bytes.readUInt32BE(0) : 0;
    const whole = total >= 12 && total <= size ? bytes.subarray(0, total) : undefined;
    await smithy(bytes);
    await npm(bytes, whole);
    module(bytes, whole);
  }
  out.writeUInt32BE(end - 4, 0);
  for (let at = 0; at < end; ) at += writeSync(1, out, at, end - at);
}
