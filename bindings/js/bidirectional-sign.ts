// Signatures of event-stream chunks, each made over the one before it, with WebCrypto: few pages need them, so nothing
// of this is in the wasm. `sign_chunk` of the crate is the same natively. It writes no frame and keeps no secret but keys.
import { OutcropError, own } from "./core.js";
import type { Bytes } from "./host.js";
import { hex } from "./sign-scheme.js";

const encoder = /* @__PURE__ */ new TextEncoder();
const SHA256 = "SHA-256";
// The header `:date` as a frame has it: 5 bytes of name behind their length, type 8, then 8 bytes of Unix milliseconds.
const DATE = /* @__PURE__ */ encoder.encode("\x05:date\x08");
const TIME = 8;

const sha256 = async (bytes: Bytes): Promise<string> => hex(await crypto.subtle.digest(SHA256, bytes));

/** Refuses a page that has no WebCrypto: one that came over http:// and not from this machine. It has no microphone either. */
export function checkCrypto(): void {
  if (globalThis.crypto?.subtle) return;
  const message = "a conversation needs WebCrypto, which a page has over https:// (or from this machine) only";
  throw new OutcropError(message, "caller", { code: "InsecureContext" });
}

/**
 * Signs one chunk after the other. `prior` is the request's own signature in hexadecimal, `time` what the chunk's
 * `:date` says in Unix milliseconds. One signature must have come before the next is asked for.
 */
export function chunkSigner(
  secret: string,
  region: string,
  service: string,
  prior: string,
): (time: number, payload: Bytes) => Promise<Bytes> {
  const hmac = async (key: BufferSource, text: string): Promise<Bytes> => {
    const imported = await crypto.subtle.importKey("raw", key, own({ name: "HMAC", hash: SHA256 }), false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text)));
  };
  // The derived key is good for a day.
  let day: string | undefined;
  let key: Bytes;
  return async (time, payload) => {
    // 20260101T010203Z
    const date = new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
    const scope = [date.slice(0, 8), region, service, "aws4_request"];
    if (day !== scope[0]) {
      key = encoder.encode(`AWS4${secret}`);
      for (const part of scope) key = await hmac(key, part);
      day = scope[0];
    }
    const header = new Uint8Array(DATE.length + TIME);
    header.set(DATE);
    new DataView(header.buffer).setBigInt64(DATE.length, BigInt(time));
    const hashes = [await sha256(header), await sha256(payload)];
    const signature = await hmac(key, ["AWS4-HMAC-SHA256-PAYLOAD", date, scope.join("/"), prior, ...hashes].join("\n"));
    prior = hex(signature.buffer);
    return signature;
  };
}
