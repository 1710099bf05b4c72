// Bytes and JSON: a call's body, and the blobs in an answer. It changes nothing but blobs.
import { fromBase64, toBase64 } from "./base64.js";
import { OutcropError } from "./errors.js";
import type { DocumentType } from "./types/index.js";

const encoder = /* @__PURE__ */ new TextEncoder();

/** Bytes in whatever shape, or nothing. */
function bytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  // Not instanceof: a frame's or a sandbox's ArrayBuffer is another class.
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value))
    ? new Uint8Array(value as ArrayBuffer)
    : undefined;
}

// The value before toJSON, which Node's Buffer has.
function replacer(this: any, key: string, value: unknown): unknown {
  const blob = bytes(this[key]);
  return blob ? toBase64(blob) : value;
}

/** A value as the JSON text's bytes. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  let text;
  try {
    text = JSON.stringify(value, replacer);
  } catch (cause) {
    throw new OutcropError("the input cannot be written as JSON", "caller", { cause });
  }
  return encoder.encode(text);
}

/** A body that is bytes already, text, or a value to be sent as JSON. */
export function blobBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return value == null
    ? new Uint8Array()
    : typeof value === "string"
      ? encoder.encode(value)
      : (bytes(value) ?? jsonBytes(value));
}

/** Bytes with AWS's `transformToString()`, and `json()`. */
export class Blob extends Uint8Array<ArrayBuffer> {
  transformToString(encoding = "utf-8"): string {
    return encoding === "base64" ? toBase64(this) : new TextDecoder(encoding).decode(this);
  }
  json<T = DocumentType>(): T {
    return JSON.parse(this.transformToString());
  }
}

/** Where blobs are: a key leads to a blob (1) or further down; lists are passed through. */
export interface Blobs {
  readonly [key: string]: 1 | Blobs;
}

/** Turns the base64 texts at those places into bytes. */
export function revive(value: any, blobs: Blobs): void {
  if (Array.isArray(value)) {
    for (const item of value) revive(item, blobs);
  } else if (value && typeof value === "object") {
    for (const key in blobs) {
      if (Object.hasOwn(value, key)) {
        const below = blobs[key]!;
        if (below !== 1) revive(value[key], below);
        else if (typeof value[key] === "string") value[key] = fromBase64(value[key]);
      }
    }
  }
}
