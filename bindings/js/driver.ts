// One call: sign, send, classify, wait, again. The verdicts are the wasm's; this loop does the waiting and the
// talking. Every attempt is signed anew, and the answer of a failed one is read to its name and cancelled.

import type { Blobs } from "./body.js";
import { Blob, blobBytes, jsonBytes, revive } from "./body.js";
import type { ApiKey, ApiKeyProvider, AwsCredentials } from "./credentials.js";
import { checked, current } from "./credentials.js";
import {
  AnswerError,
  BedrockRuntimeServiceException,
  CredentialsProviderError,
  EventStreamError,
  NetworkError,
  OutcropError,
} from "./errors.js";
import type { Fetch, RequestLike, ResponseLike } from "./host.js";
import type { Engine } from "./instance.js";
import { joined } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import { lifetime } from "./lifetime.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { events } from "./stream.js";
import type { ResponseMetadata } from "./types/index.js";

// Bytes. Below, hashing in the wasm with the rest of the signature is faster than a WebCrypto digest (measured in
// Node: equal at about 4 KB).
const DIGEST_ABOVE = 4096;
// Attempts, the first one included, as AWS's clients make.
const MAX_ATTEMPTS = 3;
// Retry tokens of a client, as AWS's clients have: what a retry takes comes back when it succeeds.
const QUOTA = 500;
// Bytes of an error's body that are read: AWS's are below 1 KB, a proxy's page may be long.
const ERROR_BODY = 65_536;
// Bytes of an answer of the wrong kind that an error shows.
const SHOWN = 200;

/** A client's settings and what it remembers between calls. */
export interface Client extends ClientOptions {
  _engine: Engine;
  _quota?: number | undefined;
}

/** What is to be sent, and what will come: the wasm's answer to `prepare`. */
interface Plan {
  _method: string;
  _url: URL;
  /** What the body is made of, and the kind of the answer. */
  _payload: string;
  _answer: string;
  _region: string;
  _service: string;
  _used: string[];
  /** Headers of the answer and their members, by turns. */
  _out: string[];
  /** Names and values of headers, by turns. */
  _headers: string[];
}

/** Origin and path of the caller's own endpoint, as the parser has them that `fetch` itself uses. */
function base(endpoint: string): string {
  let url: URL | undefined;
  try {
    url = new URL(endpoint);
  } catch {
    // Said below.
  }
  if (
    !url ||
    url.username + url.password + url.search + url.hash ||
    // In the clear only to this machine itself.
    !/^(https:\/\/|http:\/\/(([\w-]+\.)*localhost|127(\.\d+){3}|\[::1\])(:|$))/.test(url.origin)
  ) {
    throw new OutcropError(
      "an endpoint is https:// (or http:// on this machine), a host and perhaps a path, and nothing else",
      "caller",
      { code: "InvalidEndpoint" },
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

export async function call(
  client: Client,
  operation: string,
  input: object,
  blobs: Blobs,
  options: CallOptions = {},
): Promise<any> {
  const life = lifetime(options.abortSignal, options.requestTimeout);
  try {
    const settings: Client & CallOptions = {
      ...client,
      region: options.region ?? client.region,
      endpoint: options.endpoint ?? client.endpoint,
      maxAttempts: options.maxAttempts ?? client.maxAttempts,
      credentials: options.credentials ?? client.credentials,
      // A call's own credentials come before the client's API key.
      token: options.credentials ? undefined : client.token,
      headers: options.headers,
    };
    return await attempts(settings, client, operation, input, blobs, life);
  } catch (error) {
    // Also ends what the call had open.
    life._end(error);
    throw error;
  }
}

async function attempts(
  settings: Client & CallOptions,
  client: Client,
  operation: string,
  input: object,
  blobs: Blobs,
  life: Lifetime,
): Promise<unknown> {
  const engine = client._engine;
  if (!input || typeof input !== "object") throw new OutcropError("the input is not an object", "caller");
  await life._wait(engine.load());

  const entries = Object.entries(input);
  const text = [
    operation,
    settings.region ?? "",
    settings.endpoint == null ? "" : base(settings.endpoint),
    settings.useFipsEndpoint ? "fips" : "",
    settings.useDualstackEndpoint ? "dualstack" : "",
  ];
  for (const [name, value] of entries) {
    if (name !== "body" && /^[snb](tring|umber|oolean)$/.test(typeof value)) text.push(name, String(value));
  }
  const prepared = joined(text);
  const [method, url, payload, kind, region, service, used, out, ...headers] = engine
    ._pure((glue) => glue.prepare(prepared))
    .split("\0") as [string, string, string, string, string, string, string, string, ...string[]];
  const plan: Plan = {
    _method: method,
    _url: new URL(url),
    _payload: payload,
    _answer: kind,
    _region: region,
    _service: service,
    _used: used.split(" "),
    _out: out.split(" "),
    _headers: headers,
  };
  const body =
    plan._payload === "json"
      ? jsonBytes(Object.fromEntries(entries.filter(([name]) => !plan._used.includes(name))))
      : plan._payload === "blob"
        ? blobBytes((input as { body?: unknown }).body)
        : new Uint8Array();
  const send: Fetch = settings.fetch ?? fetch;
  const sign = signer(settings, plan, body, life);
  const most = settings.maxAttempts ?? MAX_ATTEMPTS;
  let waited = 0;
  let taken = 0;

  for (let attempt = 1; ; attempt++) {
    const meta: ResponseMetadata = { attempts: attempt, totalRetryDelay: waited };
    let failure: { status: number | string; name: string; after: string; error: OutcropError };
    const init: RequestLike = {
      method: plan._method,
      headers: await sign(),
      // A redirect is never followed: the signature is for this host only. (workerd has no "error".)
      redirect: "manual",
      signal: life._signal,
    };
    if (body.length) init.body = body;
    // workerd's Request has neither, and refuses both.
    if ("cache" in Request.prototype) init.cache = "no-store";
    if ("credentials" in Request.prototype) init.credentials = "omit";
    try {
      const response = await life._wait(send(plan._url.href, init));
      const { status, headers } = response;
      meta.httpStatusCode = status;
      const id = headers.get("x-amzn-requestid");
      if (id) meta.requestId = id;
      // A redirect that a page may not look into has the status 0.
      if (!status) throw new Error("redirected");
      if (status >= 200 && status < 300 && !headers.get("x-amzn-errortype")) {
        const output = await answer(engine, plan, response, blobs, life, meta);
        client._quota = Math.min((client._quota ?? QUOTA) + (taken || 1), QUOTA);
        return output;
      }
      failure = {
        status,
        after: headers.get("retry-after") ?? "",
        ...(await serviceError(engine, response, life, meta)),
      };
    } catch (cause) {
      if (cause instanceof OutcropError) throw cause;
      const error = new NetworkError(`no answer from ${plan._url.host}: ${(cause as Error)?.message}`, "network", {
        cause,
        $metadata: meta,
      });
      failure = { status: "", name: "", after: "", error };
    }
    const { name, after, error } = failure;
    const state = joined([
      attempt,
      most,
      failure.status,
      name,
      after,
      // 32 random bits.
      (Math.random() * 2 ** 32) >>> 0,
      client._quota ?? QUOTA,
    ]);
    const [delay, cost] = engine._pure((glue) => glue.retry(state)).split("\0");
    if (!delay) throw error;
    taken = +cost!;
    client._quota = (client._quota ?? QUOTA) - taken;
    waited += +delay!;
    await life._sleep(+delay!);
  }
}

/** What makes the headers of an attempt. */
function signer(settings: Client & CallOptions, plan: Plan, body: Uint8Array<ArrayBuffer>, life: Lifetime) {
  const signed = [...plan._headers];
  const unsigned: string[] = [];
  for (const [name, value] of Object.entries(settings.headers ?? {})) {
    const lower = name.toLowerCase();
    (lower.startsWith("x-amz") ? signed : unsigned).push(lower, value);
  }
  let hash: Uint8Array | undefined;
  return async () => {
    const headers: Record<string, string> = {};
    const add = (list: string[]) => {
      for (let at = 0; at < list.length; at += 2) {
        // Checked here, as the host's error would show the value.
        if (!/^[\t -~]*$/.test(list[at + 1]!) || !/^[\w!#$%&'*+.^`|~-]+$/.test(list[at]!)) {
          throw new OutcropError(`the header ${list[at]} has a character that it cannot have`, "caller");
        }
        headers[list[at]!] = list[at + 1]!;
      }
    };
    add(unsigned);
    add(signed);
    const { token, credentials } = settings;
    if (token) {
      const key = await life._wait(current<ApiKey>(token as ApiKey | ApiKeyProvider));
      add(["authorization", `Bearer ${checked(typeof key === "string" ? key : key.token, "the API key")}`]);
      return headers;
    }
    if (!credentials) throw new CredentialsProviderError("no credentials and no token were given", "caller");
    const { accessKeyId, secretAccessKey, sessionToken } = await life._wait(current<AwsCredentials>(credentials));
    const keys = [checked(accessKeyId, "the access key id"), checked(secretAccessKey, "the secret access key")];
    keys.push(sessionToken == null || sessionToken === "" ? "" : checked(sessionToken, "the session token"));
    // Not there on a page without https.
    if (!hash && body.length > DIGEST_ABOVE && globalThis.crypto?.subtle) {
      hash = new Uint8Array(await life._wait(crypto.subtle.digest("SHA-256", body)));
    }
    const { host, pathname, search } = plan._url;
    const where = [plan._method, host, pathname, search.slice(1), plan._region, plan._service];
    const text = joined([...where, ...keys, Date.now(), hash ? 1 : "", ...signed]);
    add(
      settings._engine
        ._pure((glue) => glue.sign(text, hash ?? body))
        .split("\0")
        .slice(1),
    );
    return headers;
  };
}

/** The answer of a successful attempt, in AWS's shape. */
async function answer(
  engine: Engine,
  plan: Plan,
  response: ResponseLike,
  blobs: Blobs,
  life: Lifetime,
  $metadata: ResponseMetadata,
): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  const output: Record<string, unknown> = {};
  if (plan._answer === "json") {
    const text = await life._wait(response.text());
    let value;
    try {
      value = JSON.parse(text);
      revive(value, blobs);
    } catch {
      value = undefined;
    }
    if (!value || typeof value !== "object" || Array.isArray(value)) {
      throw new AnswerError(wrongKind("JSON", type, text), "aws", { $metadata });
    }
    // An operation that AWS does not know, in an answer of 200; a page may not see the header that says so.
    if (value.Output?.__type) throw serviceException(engine, 200, "", value.Output, $metadata).error;
    life._end();
    return Object.assign(value, { $metadata });
  }
  for (let at = 0; at + 1 < plan._out.length; at += 2) {
    const value = response.headers.get(plan._out[at]!);
    if (value != null) output[plan._out[at + 1]!] = value;
  }
  output.$metadata = $metadata;
  if (plan._answer === "blob") {
    output.body = new Blob(await life._wait(response.arrayBuffer()));
    life._end();
  } else {
    if (!/^application\/vnd\.amazon\.eventstream\b/i.test(type)) {
      const shown = wrongKind("an event stream", type, await start(response, life, SHOWN));
      throw new EventStreamError(shown, "aws", { events: 0, $metadata });
    }
    life._untimed();
    const stream = events(engine, plan._answer, response, blobs, life, $metadata);
    output[plan._answer === "converse" ? "stream" : "body"] = stream;
  }
  return output;
}

function wrongKind(due: string, type: string, text: string): string {
  return `the answer is not ${due} but ${type || "of no type"}, and begins: ${text.slice(0, SHOWN).replace(/[^ -~]+/g, " ")}`;
}

/** The start of a body, as text; the rest is not waited for. */
async function start(response: ResponseLike, life: Lifetime, limit: number): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader && text.length < limit) {
    const { done, value } = await life._wait(reader.read());
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  reader?.cancel().catch(() => {});
  return text;
}

/** What AWS says about a failure: the header names it, else the body. */
async function serviceError(engine: Engine, response: ResponseLike, life: Lifetime, $metadata: ResponseMetadata) {
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(await start(response, life, ERROR_BODY)) ?? {};
  } catch (error) {
    // Not JSON (a proxy's page) or cut short: the status and the headers say enough.
    if (life._reason) throw error;
  }
  const { status, headers } = response;
  return serviceException(
    engine,
    status,
    headers.get("x-amzn-errortype") ?? "",
    body,
    $metadata,
    headers.get("x-amzn-errormessage"),
  );
}

export function serviceException(
  engine: Engine,
  status: number,
  type: string,
  body: Record<string, unknown>,
  $metadata: ResponseMetadata,
  message?: string | null,
) {
  const plain = (value: unknown) => (typeof value === "string" ? value.replaceAll("\0", "") : "");
  const text = joined([status, plain(type), plain(body.code), plain(body.__type)]);
  const [name, server, retryable, throttling] = engine._pure((glue) => glue.error_name(text)).split("\0");
  const more: Record<string, unknown> = { name, $fault: server ? "server" : "client", $metadata };
  if (retryable) more.$retryable = { throttling: !!throttling };
  for (const key of ["originalStatusCode", "originalMessage", "resourceName"]) {
    if (Object.hasOwn(body, key)) more[key] = body[key];
  }
  const said = plain(body.message) || plain(body.Message) || message || `HTTP ${$metadata.httpStatusCode}`;
  const error = new BedrockRuntimeServiceException(said, server ? "aws" : "caller", more);
  return { name: name as string, error };
}
