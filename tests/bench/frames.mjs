// The bytes that everyone decodes: ConverseStream's answers of so many text events, with the padding that Bedrock adds.
// They are made by Smithy's codec, not by us.

import { EventStreamCodec } from "@smithy/eventstream-codec";
import { fromUtf8, toUtf8 } from "@smithy/util-utf8";

export const codec = new EventStreamCodec(toUtf8, fromUtf8);
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const string = (value) => ({ type: "string", value });

export const frame = (type, value) =>
  codec.encode({
    headers: {
      ":event-type": string(type),
      ":content-type": string("application/json"),
      ":message-type": string("event"),
    },
    body: fromUtf8(JSON.stringify(value)),
  });

const delta = (text, padding) => frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text }, p: padding });
const start = frame("messageStart", { p: LETTERS.slice(0, 20), role: "assistant" });
const end = [
  frame("contentBlockStop", { contentBlockIndex: 0, p: "abc" }),
  frame("messageStop", { p: "abcdef", stopReason: "end_turn" }),
  frame("metadata", {
    metrics: { latencyMs: 1234 },
    p: "ab",
    usage: { inputTokens: 10, outputTokens: 10, totalTokens: 20 },
  }),
];

/** An answer with that many text events, and 4 more around them. */
export function answer(events) {
  const frames = [start];
  // 977 texts and 62 lengths of padding: neither repeats with the other, as in real answers.
  for (let at = 0; at < events; at++) frames.push(delta(` token${at % 977}`, LETTERS.slice(0, (at * 7) % 62)));
  return [...frames, ...end];
}

/** An answer whose one text event has that many bytes of text. */
export const large = (bytes) => [start, delta("x".repeat(bytes), ""), ...end];

export function joined(frames) {
  const all = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of frames) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

/** Pieces of that many bytes, each with memory of its own, as from a network. */
export function cut(bytes, size) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  return pieces;
}

let block;

/** The same for answers of so many events that they are better not all in memory: blocks of 10,000, again and again. */
export function long(events, size) {
  // Made once, and before anything is measured.
  block ??= answer(10_000).slice(1, -end.length);
  const middle = joined(block);
  const times = events / block.length;
  return {
    *[Symbol.iterator]() {
      let piece = new Uint8Array(size);
      let filled = 0;
      for (let part = 0; part < times + 2; part++) {
        const bytes = part === 0 ? start : part <= times ? middle : joined(end);
        for (let at = 0; at < bytes.length; ) {
          const more = bytes.subarray(at, at + size - filled);
          piece.set(more, filled);
          at += more.length;
          filled += more.length;
          if (filled < size) continue;
          yield piece;
          piece = new Uint8Array(size);
          filled = 0;
        }
      }
      if (filled > 0) yield piece.subarray(0, filled);
    },
  };
}
