// A request's signature in header or in query form, for any service: what SigV4 wants written how is here, hashing
// and HMAC are the wasm's. It sends nothing, and refuses what a host would send otherwise than it was signed.

import {
  base,
  CredentialsProviderError,
  checked,
  checkedRegion,
  current,
  joined,
  lifetime,
  OutcropError,
} from "./core.js";
import type { Identity } from "./credentials.js";
import type { Client } from "./driver.js";
import type { AbortSignalLike, Bytes } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import type { ClientOptions, Logger } from "./options.js";
import type { SigningOptions } from "./sign-types.js";

// Bytes. Below, hashing in the wasm with the rest of the signature takes less than a WebCrypto digest (as in driver.ts).
const DIGEST_ABOVE = 8192;
// Seconds: seven days, the longest that AWS lets a presigned URL live.
const MAX_EXPIRES = 604_800;

export type Headers = [name: string, value: string][];

/** A request's parts as they will be sent. */
export interface Parts {
  readonly _method: string;
  readonly _url: URL;
  readonly _headers: Headers;
  /** Nothing: it is not signed. */
  readonly _body: Bytes | undefined;
}

/** What botocore never signs: proxies, browsers and tracers may change it on the way. */
const NEVER_SIGNED =
  /^(authorization|baggage|connection|expect|keep-alive|proxy-auth\w+|te|trace(parent|state)|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id)$/;
/** Headers of SigV4 and of other ways to prove who one is: ours take their place. And `host`, which hosts set. */
const REPLACED = /^(authorization|x-api-key|x-amz-(date|security-token|content-sha256)|host|content-length)$/;
/** Parameters of a presigned URL. */
const PRESIGNED = /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature)$/i;

/** S3 and what is like it (`s3express`, `s3-object-lambda`): their rules are their own. */
export const isS3 = (service: string): boolean => service.startsWith("s3");

const bad = (message: string, code: string): OutcropError => new OutcropError(message, "caller", { code });

const unfit = (name: string) => bad(`the header ${name} has a character that it cannot have`, "InvalidHeader");

/** A text as a URL parser left it, in SigV4's form: all but unreserved characters as `%XX`, whatever it was before. */
const encoded = (text: string): string =>
  text.replace(/%([\da-f]{2})|[^\w.~-]/gi, (char, hex) => {
    const code: number = hex ? Number.parseInt(hex, 16) : char.charCodeAt(0);
    const plain = String.fromCharCode(code);
    return /[\w.~-]/.test(plain) ? plain : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  });

/** Name and value of each parameter, encoded. */
const pairs = (search: string): [string, string][] =>
  search
    .slice(1)
    .split("&")
    .filter((part) => part)
    .map((part) => {
      const [name, ...value] = part.split("=");
      return [encoded(name!), encoded(value.join("="))];
    });

/** Sorted by name, then value, as bytes: all of it is ASCII. */
const canonical = (list: [string, string][]): string => {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return list
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map((pair) => pair.join("="))
    .join("&");
};

/**
 * A URL as it is sent and signed. A `+` in a query is a space to those who wrote it (a form) and to those who read it,
 * but not to all signers: it becomes `%20`. In a path it is itself, which S3 (`s3`) believes of `%2B` only. The fragment
 * is not sent.
 */
export function place(given: unknown, s3: boolean, home?: string): URL {
  let url: URL | undefined;
  try {
    const parsed = new URL(`${(given as { href?: string }).href ?? given}`, home);
    // In the clear only to this machine itself.
    if (parsed.protocol !== "https:") base(parsed.origin);
    if (!(parsed.username + parsed.password)) url = parsed;
  } catch {
    // Said below.
  }
  if (!url) throw bad("a URL to sign is whole, https:// (http:// on this machine), and names no user", "InvalidUrl");
  // Setting a part of a URL parses all of it again.
  if (url.href.includes("#")) url.hash = "";
  if (url.search) url.search = url.search.replaceAll("+", "%20");
  if (s3) url.pathname = url.pathname.replaceAll("+", "%2B");
  return url;
}

/** Without those that the signature brings itself, each name once, as `fetch` would send them. */
export function sendable(given: Iterable<readonly [string, string]>, also = /^$/): Headers {
  const headers = new Map<string, string>();
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (REPLACED.test(lower) || also.test(lower)) continue;
    // Checked here, as the host's error would show the value.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(lower) || !/^[\t -~\x80-\xff]*$/.test(value)) throw unfit(lower);
    const before = headers.get(lower);
    headers.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return [...headers];
}

/** Settings of a client and of one signature. */
export interface Scheme {
  readonly _client: Client;
  readonly _options: SigningOptions;
  readonly _service: string;
  readonly _region: string;
  /** Credentials, an API key, or who gives them. */
  readonly _identity: unknown;
  readonly _bearer: boolean;
}

/** `keys`: an API key will not do. */
export function scheme(client: Client, options: SigningOptions, keys?: boolean): Scheme {
  const settings: ClientOptions = client._options;
  const { service = "bedrock", region = settings.region } = options;
  if (!/^[\w.-]+$/.test(service)) throw bad("a service's name is letters, digits, dots and hyphens", "InvalidService");
  let token = options.token ?? (options.credentials ? undefined : settings.token);
  const credentials = options.credentials ?? settings.credentials;
  if (!token && !credentials) {
    try {
      token = (globalThis as { process?: { env?: Record<string, string> } }).process?.env?.AWS_BEARER_TOKEN_BEDROCK;
    } catch {
      // Deno asks the user whether the environment may be read, who may say no.
    }
  }
  const bearer = !!token && service === "bedrock" && !keys;
  const identity = bearer ? token : credentials;
  if (!identity) {
    const more = token ? ", and an API key does not do here" : "";
    throw new CredentialsProviderError(`no credentials were given to sign with${more}`, "caller");
  }
  return {
    _client: client,
    _options: options,
    _service: service,
    _region: checkedRegion(region),
    _identity: identity,
    _bearer: bearer,
  };
}

/** Tells the client's logger, whatever it does then. */
export function teller(logger: Logger | undefined, about: Record<string, unknown>) {
  return (level: "debug" | "warn", name: string, more: Record<string, unknown>): void => {
    try {
      logger?.[level]?.(`outcrop.${name}`, { ...about, ...more });
    } catch {
      // Its errors are no reason to fail.
    }
  };
}

/** The wasm is there, and so are credentials: asked for once by all who wait, as the client's own calls do. */
export async function known({ _client, _identity, _region }: Scheme, life: Lifetime): Promise<Identity> {
  await life._wait(_client._engine.load());
  return current(_identity, _region, life, teller(_client._options.logger, {}));
}

/** The host's clock, corrected by what the client has learnt, in ms. */
export const now = (client: Client): number => Date.now() + (client._offset ?? 0);

export const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const NO_BYTES = /* @__PURE__ */ new Uint8Array();

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

const SIGNATURE = "Signature=";
// Digits of a signature.
const HEX = 64;

/** What both forms have in common, made ready. */
interface Ready {
  readonly _identity: Identity;
  readonly _date: string;
  readonly _credential: string;
  /** `x-amz-content-sha256`, where it is wanted. */
  readonly _checksum: string | undefined;
  _sign(headers: Headers, query: string): string;
}

async function ready(the: Scheme, parts: Parts, identity: Identity, time: number, life: Lifetime): Promise<Ready> {
  const { _client, _options, _service, _region } = the;
  const s3 = isS3(_service);
  const { applyChecksum = s3, uriEscapePath = !s3 } = _options;
  const { accessKeyId, secretAccessKey, sessionToken } = identity;
  const keys = [checked(accessKeyId, "accessKeyId"), checked(secretAccessKey, "secretAccessKey")];
  keys.push(sessionToken ? checked(sessionToken, "sessionToken") : "");
  if (!Number.isFinite(time) || time < 0) throw bad("the signing date is no date since 1970", "InvalidDate");

  let payload = parts._body;
  let hash: ArrayBuffer | undefined;
  // Not there on a page without https.
  if (payload && (applyChecksum || payload.length > DIGEST_ABOVE) && globalThis.crypto?.subtle) {
    hash = await life._wait(crypto.subtle.digest("SHA-256", payload));
  } else if (payload && applyChecksum) {
    payload = undefined;
  }
  let path = parts._url.pathname;
  if (uriEscapePath) {
    // As AWS has it: doubled slashes are one. (Dot segments went when the URL was parsed.)
    path = path.replace(/\/{2,}/g, "/");
  } else {
    try {
      // Encoded by the wasm. S3 signs the object's name, encoded once, however the URL has it.
      path = decodeURIComponent(path);
    } catch (cause) {
      throw new OutcropError("the path is not percent-encoded UTF-8", "caller", { code: "InvalidUrl", cause });
    }
  }
  const date = amzDate(time);
  return {
    _identity: identity,
    _date: date,
    _credential: `${keys[0]}/${date.slice(0, 8)}/${_region}/${_service}/aws4_request`,
    _checksum: applyChecksum ? (hash ? hex(hash) : "UNSIGNED-PAYLOAD") : undefined,
    _sign(headers, query) {
      const where = [parts._method, parts._url.host, path, query, _region, _service];
      // Bare: what is given is signed and nothing else but the host.
      const text = joined([...where, ...keys, time, 1, hash || !payload ? 1 : "", ...headers.flat()]);
      const bytes = hash ? new Uint8Array(hash) : (payload ?? NO_BYTES);
      // The whole `authorization` header, whose last part is the signature.
      const told = _client._engine._pure((glue) => glue.sign(text, bytes));
      const at = told.indexOf(SIGNATURE) + SIGNATURE.length;
      return told.slice(at, at + HEX);
    },
  };
}

/** Those to be signed. Hosts send Latin-1, and what others make of it is no matter of agreement. */
function plain(headers: Headers, wanted: (name: string) => boolean): Headers {
  const found = headers.filter(([name]) => wanted(name));
  for (const [name, value] of found) if (!/^[\t -~]*$/.test(value)) throw unfit(name);
  return found;
}

/** The names of headers that are signed, and `host`, as SigV4 lists them. */
const listed = (headers: Headers): string => ["host", ...headers.map(([name]) => name)].sort().join(";");

/** The headers that authorise the request. `parts` has none of them. */
export async function authorization(
  the: Scheme,
  parts: Parts,
  identity: Identity,
  time: number,
  life: Lifetime,
): Promise<Headers> {
  if (the._bearer) {
    const key = typeof identity === "string" ? identity : identity.token;
    return [["authorization", `Bearer ${checked(key, "the API key")}`]];
  }
  const { _date, _credential, _checksum, _sign } = await ready(the, parts, identity, time, life);
  const added: Headers = [["x-amz-date", _date]];
  if (identity.sessionToken) added.push(["x-amz-security-token", identity.sessionToken]);
  if (_checksum) added.push(["x-amz-content-sha256", _checksum]);
  else if (!parts._body) added.push(["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]);
  const more = new Set([...(the._options.signableHeaders ?? [])].map((name) => name.toLowerCase()));
  const signable = (name: string) =>
    (name === "content-type" || name.startsWith("x-amz-") || more.has(name)) && !NEVER_SIGNED.test(name);
  const signed = [...plain(parts._headers, signable), ...added];
  const signature = _sign(signed, canonical(pairs(parts._url.search)));
  const said = `Credential=${_credential}, SignedHeaders=${listed(signed)}, Signature=${signature}`;
  return [["authorization", `AWS4-HMAC-SHA256 ${said}`], ...added];
}

/** The URL that carries its own signature. All given headers are signed: they must be sent with it. */
export async function presigned(
  the: Scheme,
  parts: Parts,
  identity: Identity,
  time: number,
  expires: number,
  life: Lifetime,
): Promise<string> {
  if (!(Number.isInteger(expires) && expires >= 1 && expires <= MAX_EXPIRES)) {
    throw bad(`a presigned URL lives for 1 to ${MAX_EXPIRES} seconds`, "InvalidExpires");
  }
  const { _date, _credential, _sign } = await ready(the, parts, identity, time, life);
  const headers = plain(parts._headers, (name) => !NEVER_SIGNED.test(name));
  const own: [string, string][] = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", _credential],
    ["X-Amz-Date", _date],
    ["X-Amz-Expires", `${expires}`],
    ["X-Amz-SignedHeaders", listed(headers)],
  ];
  if (identity.sessionToken) own.push(["X-Amz-Security-Token", identity.sessionToken]);
  const given = pairs(parts._url.search).filter(([name]) => !PRESIGNED.test(name));
  const all = [...given, ...own.map(([name, value]): [string, string] => [name, encoded(encodeURIComponent(value))])];
  const query = canonical(all);
  const { origin, pathname } = parts._url;
  return `${origin}${pathname}?${query}&X-Amz-Signature=${_sign(headers, query)}`;
}

/** Runs one signature, which can be aborted. */
export async function within<T>(signal: AbortSignalLike | undefined, run: (life: Lifetime) => Promise<T>): Promise<T> {
  // No idle limit: no body is read.
  const life = lifetime(signal, 0);
  try {
    return await run(life);
  } finally {
    life._end();
  }
}
