// What a signature is made over, written as SigV4 has it, and the headers that carry it: twin of crate/src/sigv4's
// canonical.rs and sign.rs. Hashes and keys are the wasm's. It sends nothing; what cannot stand in a signature is refused.

import type { Identity } from "./credentials.js";
import { checked } from "./credentials.js";
import { checkedRegion } from "./endpoint.js";
import { OutcropError } from "./errors.js";
import type { Engine } from "./instance.js";
import { own } from "./own.js";

// Bytes. Below, hashing in the wasm with the rest of the signature takes less than a WebCrypto digest (CPU time in
// Node: 8 KB 75 µs against 102, 12 KB 134 against 120).
export const DIGEST_ABOVE = 8192;

/** Where and when a signature holds, and for whom. */
export interface Scope {
  /** As `x-amz-date` has it. */
  readonly _date: string;
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly _scope: string;
  readonly _id: string;
  readonly _secret: string;
  readonly _token: string | undefined;
}

let second: number | undefined;
let stamp = "";

/** As SigV4 writes a time in milliseconds; of one second once. */
function amzDate(time: number): string {
  const wanted = Math.floor(time / 1000);
  if (second !== wanted) {
    stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
    second = wanted;
  }
  return stamp;
}

/** `service` is the signing name: `bedrock`, not `bedrock-runtime`. */
export function scoped(
  { accessKeyId, secretAccessKey, sessionToken }: Identity,
  region: string,
  service: string,
  time: number,
): Scope {
  const place = checkedRegion(region);
  const _date = amzDate(time);
  const _id = checked(accessKeyId, "accessKeyId");
  // They would end it within the scope, and within the header.
  if (/[/,]/.test(_id))
    throw new OutcropError("accessKeyId is not as AWS issues it", "caller", { code: "InvalidCredentials" });
  return {
    _date,
    _scope: `${_date.slice(0, 8)}/${place}/${service}/aws4_request`,
    _id,
    _secret: checked(secretAccessKey, "secretAccessKey"),
    _token: sessionToken ? checked(sessionToken, "sessionToken") : undefined,
  };
}

let path = "/";
let encoded = "/";

/** A path as it is sent, encoded once more: every service but S3. Of one path, which is a model's, once. */
export function again(sent: string): string {
  if (sent !== path) {
    // A URL parser leaves nothing but printable ASCII. Doubled slashes are one, as AWS has it.
    const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
    encoded = sent.replace(/\/{2,}/g, "/").replace(/[^\w.~/-]/g, escaped);
    path = sent;
  }
  return encoded;
}

/** Headers as they are signed: values trimmed, of white space within them one space left. */
export function tidied(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const tidy: Record<string, string> = own();
  for (const [name, value] of headers) tidy[name] = value.trim().replace(/[ \t]+/g, " ");
  return tidy;
}

/**
 * The digits of a signature over headers that are `tidied`, with their names sorted, of a request whose `line` (method,
 * path and query) is in canonical form. `payload` is the body, or its SHA-256 (`hashed`), or nothing (`hashed`): it is
 * not signed.
 */
export function signature(
  engine: Engine,
  { _secret, _date, _scope }: Scope,
  line: string,
  headers: Record<string, string>,
  names: readonly string[],
  payload: Uint8Array,
  hashed: unknown,
): string {
  let text = `${_secret}\0${_date}\0${_scope}\0${hashed ? 1 : ""}\0${line}\n`;
  for (const name of names) text += `${name}:${headers[name]}\n`;
  text += `\n${names.join(";")}\n`;
  return engine._pure((glue) => glue.sign(text, payload));
}

/** Signs a request with `headers` (which are changed) and its host, which hosts send: what is to be added authorises it. */
export function authorise(
  engine: Engine,
  scope: Scope,
  line: string,
  headers: Record<string, string>,
  host: string,
  payload: Uint8Array,
  hashed: unknown,
): Record<string, string> {
  const { _id, _date, _scope, _token } = scope;
  const added: Record<string, string> = { "x-amz-date": _date };
  if (_token) added["x-amz-security-token"] = _token;
  Object.assign(headers, added).host = host;
  const names = Object.keys(headers).sort();
  const digits = signature(engine, scope, line, headers, names, payload, hashed);
  const said = `Credential=${_id}/${_scope}, SignedHeaders=${names.join(";")}, Signature=${digits}`;
  added.authorization = `AWS4-HMAC-SHA256 ${said}`;
  return added;
}
