// One message of an AWS event stream, from bytes and to bytes: lengths, checksums, all ten types of headers. It
// believes no length before its checksum, and refuses what is cut short, doubled or longer than AWS sends.

import { EventStreamError, OutcropError } from "./core.js";
import type { Bytes } from "./host.js";

// Bytes: two lengths and their checksum; and those around headers and payload, the message's checksum included.
export const PRELUDE = 12;
const OVERHEAD = 16;
// 128 KiB of headers and 24 MiB of payload (botocore's limits), 1,024 headers (aws-c-event-stream's), as in the core.
const MAX_HEADERS_BYTES = 131_072;
const MAX_PAYLOAD = 25_165_824;
const MAX_HEADERS = 1024;

/** A header's value: `byte`, `short` and `integer` are numbers, `long` a bigint, `uuid` its text. */
export type HeaderValue = boolean | number | bigint | Bytes | string | Date;

/** By name, without a prototype: a header may have any name. */
export type MessageHeaders = Record<string, HeaderValue>;

/** A message as it came. */
export interface Message {
  readonly headers: MessageHeaders;
  readonly body: Bytes;
}

/** A value whose type its JavaScript one does not tell, as Smithy's codec has them. */
export interface TypedHeaderValue {
  readonly type: "boolean" | "byte" | "short" | "integer" | "long" | "binary" | "string" | "timestamp" | "uuid";
  readonly value: HeaderValue;
}

// Reversed polynomial of CRC-32 (IEEE 802.3), as the event stream's specification names it.
const POLYNOMIAL = 0xedb88320;
let table: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const damaged = (code: string, events = 0): EventStreamError =>
  new EventStreamError(`not an event stream from here on (${code})`, "aws", { code, events });

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = /* @__PURE__ */ new TextEncoder();

function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged("HeaderNotUtf8");
  }
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** How long the message is that begins so, once its prelude is there and good. Nothing else of it is needed. */
export function length(bytes: Uint8Array): number {
  const prelude = view(bytes.subarray(0, PRELUDE));
  if (crc32(bytes.subarray(0, 8)) !== prelude.getUint32(8)) throw damaged("PreludeChecksumMismatch");
  const [total, headers] = [prelude.getUint32(0), prelude.getUint32(4)];
  if (total < OVERHEAD) throw damaged("FrameTooShort");
  if (headers > MAX_HEADERS_BYTES || headers > total - OVERHEAD) throw damaged("InvalidHeadersLength");
  if (total - OVERHEAD - headers > MAX_PAYLOAD) throw damaged("PayloadTooLong");
  return total;
}

/**
 * A whole message, from its first byte to its last, whose `length` was found good. Headers that are texts are put into
 * `texts` too: a UUID is a text to JavaScript, and none to the protocol.
 */
export function message(bytes: Bytes, texts: Record<string, string> = Object.create(null)): Message {
  const end = bytes.length - 4;
  if (crc32(bytes.subarray(0, end)) !== view(bytes).getUint32(end)) throw damaged("MessageChecksumMismatch");
  const body = PRELUDE + view(bytes).getUint32(4);
  return { headers: headersOf(bytes.subarray(PRELUDE, body), texts), body: bytes.subarray(body, end) };
}

function headersOf(bytes: Bytes, texts: Record<string, string>): MessageHeaders {
  const headers: MessageHeaders = Object.create(null);
  let at = 0;
  const take = (size: number): Bytes => {
    const from = at;
    at += size;
    if (at > bytes.length) throw damaged("HeaderCutShort");
    return bytes.subarray(from, at);
  };
  const sized = () => take(view(take(2)).getUint16(0));
  const value = (type: number): HeaderValue => {
    switch (type) {
      case 0:
      case 1:
        return !type;
      case 2:
        return view(take(1)).getInt8(0);
      case 3:
        return view(take(2)).getInt16(0);
      case 4:
        return view(take(4)).getInt32(0);
      case 5:
        return view(take(8)).getBigInt64(0);
      case 6:
        return sized();
      case 7:
        return text(sized());
      case 8:
        return new Date(Number(view(take(8)).getBigInt64(0)));
      case 9:
        return hex(take(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      default:
        throw damaged("UnknownHeaderType");
    }
  };
  for (let count = 1; at < bytes.length; count++) {
    const size = take(1)[0]!;
    if (!size) throw damaged("EmptyHeaderName");
    const name = text(take(size));
    const type = take(1)[0]!;
    const known = value(type);
    if (count > MAX_HEADERS) throw damaged("TooManyHeaders");
    // Two values for one name would leave open which of them counts.
    if (name in headers) throw damaged("DuplicateHeader");
    headers[name] = known;
    if (type === 7) texts[name] = known as string;
  }
  return headers;
}

const TYPES = ["", "boolean", "byte", "short", "integer", "long", "binary", "string", "timestamp", "uuid"];

const typed = (value: HeaderValue | TypedHeaderValue): TypedHeaderValue => {
  if (Object.prototype.toString.call(value) === "[object Date]") return { type: "timestamp", value: value as Date };
  if (ArrayBuffer.isView(value)) return { type: "binary", value };
  switch (typeof value) {
    case "boolean":
      return { type: "boolean", value };
    case "number":
      return { type: "integer", value };
    case "bigint":
      return { type: "long", value };
    case "string":
      return { type: "string", value };
    default:
      return (value ?? {}) as TypedHeaderValue;
  }
};

const refused = (name: string): OutcropError =>
  new OutcropError(`the header ${name} cannot be written: its value does not fit its type`, "caller", {
    code: "InvalidHeader",
  });

/** A header's type byte and value. */
function written(name: string, given: HeaderValue | TypedHeaderValue): Uint8Array {
  const { type, value } = typed(given);
  const kind = TYPES.indexOf(type, 1);
  // Type byte, then at most 16 more of a fixed size.
  const fixed = new Uint8Array(17);
  const out = view(fixed);
  fixed[0] = kind;
  const whole = (bits: number): number => {
    const most = 2 ** (bits - 1);
    if (typeof value === "number" && Number.isInteger(value) && value >= -most && value < most) return value;
    throw refused(name);
  };
  const bytes = (given: Uint8Array): Uint8Array => {
    // As its length field holds.
    if (given.length > 65_535) throw refused(name);
    const all = new Uint8Array(3 + given.length);
    all[0] = kind;
    view(all).setUint16(1, given.length);
    all.set(given, 3);
    return all;
  };
  switch (type) {
    case "boolean":
      fixed[0] = value === true ? 0 : 1;
      if (typeof value !== "boolean") throw refused(name);
      return fixed.subarray(0, 1);
    case "byte":
      out.setInt8(1, whole(8));
      return fixed.subarray(0, 2);
    case "short":
      out.setInt16(1, whole(16));
      return fixed.subarray(0, 3);
    case "integer":
      out.setInt32(1, whole(32));
      return fixed.subarray(0, 5);
    case "long":
      if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) throw refused(name);
      out.setBigInt64(1, value);
      return fixed.subarray(0, 9);
    case "timestamp":
      if (!Number.isFinite(+(value as Date))) throw refused(name);
      out.setBigInt64(1, BigInt(Math.floor(+(value as Date))));
      return fixed.subarray(0, 9);
    case "uuid": {
      const digits = `${value}`.replaceAll("-", "");
      if (!/^[\da-f]{32}$/i.test(digits)) throw refused(name);
      for (let at = 0; at < 16; at++) fixed[at + 1] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
      return fixed;
    }
    case "string":
      if (typeof value === "string") return bytes(encoder.encode(value));
      throw refused(name);
    case "binary":
      if (ArrayBuffer.isView(value)) return bytes(value);
      throw refused(name);
    default:
      throw refused(name);
  }
}

/**
 * A message's bytes. Plain values are boolean, integer (numbers), long (bigints), binary, string, timestamp (Dates);
 * `{ type, value }` says another type. Errors: OutcropError, the caller's, with the `code` InvalidHeader or TooLong.
 */
export function encode(
  headers: Readonly<Record<string, HeaderValue | TypedHeaderValue>>,
  body: Uint8Array | string = "",
): Bytes {
  const payload = typeof body === "string" ? encoder.encode(body) : body;
  const long = () => new OutcropError("the message is longer than AWS takes", "caller", { code: "TooLong" });
  const named = Object.entries(headers);
  if (named.length > MAX_HEADERS) throw long();
  const parts = named.flatMap(([name, value]) => {
    const bytes = encoder.encode(name);
    if (!bytes.length || bytes.length > 255) throw refused(name);
    return [Uint8Array.of(bytes.length), bytes, written(name, value)];
  });
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > MAX_HEADERS_BYTES || payload.length > MAX_PAYLOAD) throw long();
  const all = new Uint8Array(OVERHEAD + size + payload.length);
  const out = view(all);
  out.setUint32(0, all.length);
  out.setUint32(4, size);
  out.setUint32(8, crc32(all.subarray(0, 8)));
  let at = PRELUDE;
  for (const part of [...parts, payload]) {
    all.set(part, at);
    at += part.length;
  }
  out.setUint32(at, crc32(all.subarray(0, at)));
  return all;
}
