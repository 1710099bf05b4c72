// Bytes and JSON: a call's body, and the blobs and times in an answer. It changes nothing but those.
import { fromBase64, toBase64 } from "./base64.js";
import { AnswerError, OutcropError } from "./errors.js";
import type { Bytes, ResponseLike } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import type { DocumentType } from "./types/index.js";

// ms for an error's body: its status and headers have come, and say enough.
const START_TIME = 5_000;
// 128 MiB, five times the 25,000,000 bytes of the longest body. More is not kept, were it a few bytes when packed.
const MOST = 134_217_728;

const encoder = /* @__PURE__ */ new TextEncoder();

// Not instanceof: a frame's or a sandbox's object is of another class.
export const kind = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** A copy of bytes in whatever shape, or nothing: what is signed is sent, and sent again, whatever becomes of theirs. */
function bytes(value: unknown): Bytes | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength).slice();
  }
  return /^(Shared)?ArrayBuffer$/.test(kind(value)) ? bytes(new Uint8Array(value as ArrayBuffer)) : undefined;
}

// The value before toJSON, which Node's Buffer has.
function replacer(this: any, key: string, value: unknown): unknown {
  const blob = bytes(this[key]);
  if (blob) return toBase64(blob);
  // A Blob, a stream, a promise, a Map: JSON would make `{}` of it.
  if (value && typeof value === "object" && !/^(Object|Array)$/.test(kind(value)) && !Object.keys(value).length) {
    throw new TypeError(`${kind(value)} is neither bytes nor JSON`);
  }
  return value;
}

/** A value as the JSON text's bytes. */
export function jsonBytes(value: unknown): Bytes {
  try {
    // Of a function there is no JSON, and so no text.
    return encoder.encode(JSON.stringify(value, replacer).toString());
  } catch (cause) {
    throw new OutcropError("the input cannot be written as JSON", "caller", { cause });
  }
}

/** A body that is bytes already, text, or a value to be sent as JSON. */
export function blobBytes(value: unknown): Bytes {
  return value == null
    ? new Uint8Array()
    : typeof value === "string"
      ? encoder.encode(value)
      : (bytes(value) ?? jsonBytes(value));
}

/** Bytes with AWS's `transformToString()`, and `json()`. */
export class Blob extends Uint8Array {
  transformToString(encoding = "utf-8"): string {
    return encoding === "base64" ? toBase64(this) : new TextDecoder(encoding).decode(this);
  }
  json<T = DocumentType>(): T {
    return JSON.parse(this.transformToString());
  }
}

/** A whole body. */
export async function whole(response: ResponseLike, life: Lifetime): Promise<Bytes> {
  // No body, or a fetch that does not stream.
  if (!response.body) return new Uint8Array(await life._wait(response.arrayBuffer()));
  const chunks: Uint8Array[] = [];
  let length = 0;
  life._open(response);
  for (let chunk; (chunk = await life._read()); chunks.push(chunk)) {
    if ((length += chunk.length) > MOST) throw new AnswerError("the answer is longer than 128 MiB", "aws");
  }
  return concat(chunks);
}

/**
 * Refuses bytes that broke off, as most hosts do themselves: WebKitGTK takes the end of a connection for the end of the
 * body. Not to be asked where the bytes show it: a fetch of the caller's own may leave a content-length that is wrong.
 */
export function unbroken({ headers }: ResponseLike, bytes: Bytes): void {
  // Of a packed body the length is another.
  if (bytes.length < Number(headers.get("content-length")) && !headers.get("content-encoding")) {
    throw new Error("the body is shorter than its content-length");
  }
}

/** The start of a body as text: what has come when there are so many bytes, when it breaks off or takes too long. */
export async function start(response: ResponseLike, life: Lifetime, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  life._open(response, START_TIME);
  try {
    for (let chunk; text.length < limit && (chunk = await life._read()); ) {
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    // As said. If the call has ended, the driver sees that.
  }
  return text;
}

export function concat(chunks: Uint8Array[]): Bytes {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Where blobs (1; 3: `Blob`) and times (2) are: a key leads to one or further down; lists are passed through. */
export interface Marks {
  readonly [key: string]: 1 | 2 | 3 | Marks;
}

/** Turns the base64 texts at those places into bytes, and the times there into Dates. */
export function revive(value: any, marks: Marks): void {
  if (Array.isArray(value)) {
    for (const item of value) revive(item, marks);
  } else if (value && typeof value === "object") {
    for (const key of Object.keys(marks)) {
      if (Object.hasOwn(value, key)) {
        const below = marks[key]!;
        const found = value[key];
        if (typeof below === "object") revive(found, below);
        else if (below === 2) {
          // ISO 8601, or seconds; what is neither stays as it is.
          const time = new Date(found > 0 ? found * 1000 : found);
          if (found != null && !Number.isNaN(+time)) value[key] = time;
        } else if (typeof found === "string") {
          const bytes = fromBase64(found);
          value[key] = below === 3 ? new Blob(bytes.buffer) : bytes;
        }
      }
    }
  }
}
