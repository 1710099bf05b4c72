// A request's signature in header or in query form, for any service: what SigV4 wants written how is here, hashing
// and HMAC are the wasm's. It sends nothing, and refuses what a host would send otherwise than it was signed.

import {
  again,
  authorise,
  base,
  CredentialsProviderError,
  checked,
  current,
  DIGEST_ABOVE,
  lifetime,
  member,
  OutcropError,
  own,
  scoped,
  signature,
  tidied,
} from "./core.js";
import type { Identity } from "./credentials.js";
import type { Client } from "./driver.js";
import type { AbortSignalLike, Bytes } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import type { ClientOptions, Logger } from "./options.js";
import type { SigningOptions } from "./sign-types.js";
import type { Scope } from "./signature.js";

// ms: the end of the year 9999, behind which a date has more than four digits of a year.
const MAX_TIME = 253_402_300_800_000;
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

const NO_BYTES = /* @__PURE__ */ new Uint8Array();

/** In place of a body's hash. */
const UNSIGNED = "UNSIGNED-PAYLOAD";

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
const sorted = (list: [string, string][]): string => {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return list
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map((pair) => pair.join("="))
    .join("&");
};

/** A URL's query in SigV4's form. */
const canonical = (search: string): string => search && sorted(pairs(search));

/**
 * A URL as it is sent and signed. A `+` in a query is a space to those who wrote it (a form) and to those who read it,
 * but not to all signers: it becomes `%20`. In a path it is itself, which S3 (`s3`) believes of `%2B` only. The fragment
 * is not sent.
 */
export function place(given: unknown, s3: boolean, home?: string): URL {
  let url: URL | undefined;
  try {
    const parsed = new URL(`${member(given, "href") ?? given}`, home);
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
export function scheme(client: Client, given: SigningOptions, keys?: boolean): Scheme {
  const options = own(given);
  const settings: ClientOptions = client._options;
  const { service = "bedrock", region = settings.region } = options;
  if (!/^[\w.-]+$/.test(service)) throw bad("a service's name is letters, digits, dots and hyphens", "InvalidService");
  let token = options.token ?? (options.credentials ? undefined : settings.token);
  const credentials = options.credentials ?? settings.credentials;
  if (!token && !credentials) {
    try {
      token = member(member(globalThis, "process")?.env, "AWS_BEARER_TOKEN_BEDROCK");
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
    _region: region,
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

/** The wasm is there, and so are credentials (at once, if nothing is to be waited for): asked for once by all who wait, as the client's own calls do. */
export function known({ _client, _identity, _region }: Scheme, life: Lifetime): Identity | Promise<Identity> {
  const { _engine, _options } = _client;
  const ask = () => current(_identity, _region, life, teller(_options.logger, {}));
  return _engine._ready() ? ask() : life._wait(_engine.load()).then(ask);
}

/** The host's clock, corrected by what the client has learnt, in ms. */
export const now = (client: Client): number => Date.now() + (client._offset ?? 0);

export const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What both forms have in common, made ready. */
interface Ready {
  readonly _scope: Scope;
  /** Method, path and what stands before the query, in canonical form. */
  readonly _line: string;
  readonly _payload: Bytes;
  /** The payload is a hash, or there is none. */
  readonly _hashed: boolean;
  /** `x-amz-content-sha256`, where it is wanted. */
  readonly _checksum: string | undefined;
}

/** The body's hash, where the host makes it: nothing elsewhere, and for what is not signed. */
function hashed(the: Scheme, { _body }: Parts, life: Lifetime): Promise<ArrayBuffer> | undefined {
  const { applyChecksum = isS3(the._service) } = the._options;
  // Not there on a page without https.
  if (_body && (applyChecksum || _body.length > DIGEST_ABOVE) && globalThis.crypto?.subtle) {
    return life._wait(crypto.subtle.digest("SHA-256", _body));
  }
  return;
}

function ready(the: Scheme, parts: Parts, identity: Identity, time: number, hash: ArrayBuffer | undefined): Ready {
  const { _options, _service, _region } = the;
  const s3 = isS3(_service);
  const { applyChecksum = s3, uriEscapePath = !s3 } = _options;
  if (!(time >= 0 && time < MAX_TIME)) throw bad("the signing date is no date since 1970", "InvalidDate");
  const scope = scoped(identity, _region, _service, time);

  const payload = hash || applyChecksum ? undefined : parts._body;
  let path = parts._url.pathname;
  if (uriEscapePath) {
    // Dot segments went when the URL was parsed.
    path = again(path);
  } else {
    try {
      decodeURIComponent(path);
    } catch (cause) {
      throw new OutcropError("the path is not percent-encoded UTF-8", "caller", { code: "InvalidUrl", cause });
    }
    // S3 signs the object's name, encoded once, however the URL has it.
    path = encoded(path).replaceAll("%2F", "/");
  }
  return {
    _scope: scope,
    _line: `${parts._method}\n${path}\n`,
    _payload: hash ? new Uint8Array(hash) : (payload ?? NO_BYTES),
    _hashed: !!hash || !payload,
    _checksum: applyChecksum ? (hash ? hex(hash) : UNSIGNED) : undefined,
  };
}

/** Those to be signed. Hosts send Latin-1, and what others make of it is no matter of agreement. */
function plain(headers: Headers, wanted: (name: string) => boolean): Record<string, string> {
  const found = headers.filter(([name]) => wanted(name));
  for (const [name, value] of found) if (!/^[\t -~]*$/.test(value)) throw unfit(name);
  return tidied(found);
}

/** The headers that authorise the request. `parts` has none of them. At once, if nothing is to be waited for. */
export function authorization(
  the: Scheme,
  parts: Parts,
  identity: Identity,
  time: number,
  life: Lifetime,
): Record<string, string> | Promise<Record<string, string>> {
  if (the._bearer) {
    return { authorization: `Bearer ${checked(identity.token, "the API key")}` };
  }
  const sign = (hash?: ArrayBuffer) => {
    const { _scope, _line, _payload, _hashed, _checksum } = ready(the, parts, identity, time, hash);
    const { signableHeaders } = the._options;
    const more = signableHeaders && new Set([...signableHeaders].map((name) => name.toLowerCase()));
    const signable = (name: string) =>
      (name === "content-type" || name.startsWith("x-amz-") || !!more?.has(name)) && !NEVER_SIGNED.test(name);
    const signed = plain(parts._headers, signable);
    const checksum = _checksum ?? (parts._body ? undefined : UNSIGNED);
    if (checksum) signed["x-amz-content-sha256"] = checksum;
    const { search, host } = parts._url;
    const line = _line + canonical(search);
    const added = authorise(the._client._engine, _scope, line, signed, host, _payload, _hashed);
    if (checksum) added["x-amz-content-sha256"] = checksum;
    return added;
  };
  const hashing = hashed(the, parts, life);
  return hashing ? hashing.then(sign) : sign();
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
  const { _scope, _line, _payload, _hashed } = ready(the, parts, identity, time, await hashed(the, parts, life));
  const { origin, pathname, search, host } = parts._url;
  const headers = plain(parts._headers, (name) => !NEVER_SIGNED.test(name));
  headers.host = host;
  const names = Object.keys(headers).sort();
  const own: [string, string][] = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${_scope._id}/${_scope._scope}`],
    ["X-Amz-Date", _scope._date],
    ["X-Amz-Expires", `${expires}`],
    ["X-Amz-SignedHeaders", names.join(";")],
  ];
  if (_scope._token) own.push(["X-Amz-Security-Token", _scope._token]);
  const given = pairs(search).filter(([name]) => !PRESIGNED.test(name));
  const all = [...given, ...own.map(([name, value]): [string, string] => [name, encoded(encodeURIComponent(value))])];
  const query = sorted(all);
  const digits = signature(the._client._engine, _scope, _line + query, headers, names, _payload, _hashed);
  return `${origin}${pathname}?${query}&X-Amz-Signature=${digits}`;
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
