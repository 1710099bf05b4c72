// The messages of an AWS event stream as they are on the wire: offsets, lengths, both checksums, headers with their types,
// the payload. Read plainly, byte by byte; whether the checksums are right is the package's decoder's to say.

import { decode } from "outcrop/event-stream";
import type { Chunk } from "../../app/traffic.js";

/** A header with its type's name on the wire. */
export interface Header {
  name: string;
  type: string;
  value: string;
}

export interface Frame {
  /** Bytes from the start of the stream. */
  offset: number;
  /** Bytes in all. */
  length: number;
  headersLength: number;
  preludeChecksum: number;
  messageChecksum: number;
  headers: Header[];
  payload: Uint8Array;
  bytes: Uint8Array;
  /** Milliseconds until its last byte was there. */
  at: number;
  way: Chunk["way"];
  /** Why the decoder refuses it, if it does. */
  wrong: string | undefined;
}

export interface Read {
  frames: Frame[];
  /** Bytes at the end that are no whole frame. */
  rest: Uint8Array;
}

/** Bytes before the headers: two lengths of four and their checksum; after the payload: the message's checksum. */
const PRELUDE = 12;
const CHECKSUM = 4;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** The nine types of a header's value, by their number on the wire, with the bytes of those of a fixed size. */
const types: [name: string, size: number | undefined][] = [
  ["true", 0],
  ["false", 0],
  ["byte", 1],
  ["short", 2],
  ["integer", 4],
  ["long", 8],
  ["bytes", undefined],
  ["string", undefined],
  ["timestamp", 8],
  ["uuid", 16],
];

function shown(type: string, bytes: Uint8Array): string {
  const data = view(bytes);
  switch (type) {
    case "true":
    case "false":
      return type;
    case "byte":
      return `${data.getInt8(0)}`;
    case "short":
      return `${data.getInt16(0)}`;
    case "integer":
      return `${data.getInt32(0)}`;
    case "long":
      return `${data.getBigInt64(0)}`;
    case "timestamp": {
      const time = Number(data.getBigInt64(0));
      // The range of a Date, in ms.
      return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time}`;
    }
    case "string":
      return new TextDecoder().decode(bytes);
    default:
      return hex(bytes);
  }
}

function headersOf(bytes: Uint8Array): Header[] {
  const found: Header[] = [];
  const data = view(bytes);
  let at = 0;
  while (at < bytes.length) {
    const nameLength = data.getUint8(at);
    const name = new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + nameLength));
    at += 1 + nameLength;
    const [type, fixed] = types[data.getUint8(at)] ?? ["unknown", bytes.length];
    at += 1;
    let size = fixed;
    if (size === undefined) {
      size = data.getUint16(at);
      at += 2;
    }
    found.push({ name, type, value: shown(type, bytes.subarray(at, at + size)) });
    at += size;
  }
  return found;
}

/** One frame at the start of these bytes, or undefined where there is no whole one. */
function first(bytes: Uint8Array): Omit<Frame, "at" | "way" | "offset"> | undefined {
  if (bytes.length < PRELUDE + CHECKSUM) return undefined;
  const data = view(bytes);
  const [length, headersLength] = [data.getUint32(0), data.getUint32(4)];
  if (length < PRELUDE + CHECKSUM || length > bytes.length || headersLength > length - PRELUDE - CHECKSUM)
    return undefined;
  // Of its own memory: the decoder's messages are views of what they are given.
  const own = bytes.slice(0, length);
  let wrong: string | undefined;
  try {
    decode(own);
  } catch (error) {
    wrong = (error as Error).message;
  }
  let headers: Header[] = [];
  try {
    headers = headersOf(own.subarray(PRELUDE, PRELUDE + headersLength));
  } catch {
    wrong ??= "the headers cannot be read";
  }
  return {
    length,
    headersLength,
    preludeChecksum: data.getUint32(8),
    messageChecksum: data.getUint32(length - CHECKSUM),
    headers,
    payload: own.subarray(PRELUDE + headersLength, length - CHECKSUM),
    bytes: own,
    wrong,
  };
}

/** All frames of what went one way. */
export function framesOf(chunks: readonly Chunk[], way: Chunk["way"]): Read {
  const mine = chunks.filter((chunk) => chunk.way === way);
  const all = joined(mine.map(({ bytes }) => bytes));
  const ends: [end: number, at: number][] = [];
  let total = 0;
  for (const { bytes, at } of mine) ends.push([(total += bytes.length), at]);
  const frames: Frame[] = [];
  let offset = 0;
  let chunk = 0;
  for (;;) {
    const frame = first(all.subarray(offset));
    if (!frame) return { frames, rest: all.subarray(offset) };
    const end = offset + frame.length;
    while ((ends[chunk]?.[0] ?? Infinity) < end) chunk++;
    frames.push({ ...frame, offset, way, at: ends[chunk]?.[1] ?? 0 });
    offset = end;
  }
}

/** The frame inside a signed chunk of a conversation, if this is one. */
export function inner(frame: Frame): Frame | undefined {
  if (!frame.headers.some(({ name }) => name === ":chunk-signature")) return undefined;
  const found = first(frame.payload);
  return found && { ...found, offset: frame.offset, at: frame.at, way: frame.way };
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** JSON of the bytes, also of what an event carries as base64; else undefined. */
export function jsonOf(bytes: Uint8Array): { outer: unknown; inner?: unknown } | undefined {
  try {
    const outer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const base64 = (outer as { bytes?: unknown })?.bytes;
    if (typeof base64 !== "string") return { outer };
    try {
      const text = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return { outer, inner: JSON.parse(new TextDecoder().decode(text)) };
    } catch {
      return { outer };
    }
  } catch {
    return undefined;
  }
}

/** Bytes as a dump: offset, sixteen bytes in hexadecimal, and as ASCII. */
export function dump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const ascii = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex(row).padEnd(47)}  ${ascii}`);
  }
  return lines.join("\n");
}
