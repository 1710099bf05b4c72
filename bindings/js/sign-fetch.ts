// The loop behind `signedFetch`: sign, send, judge, wait, again, as the client's own calls do it, with the host's
// Response as the answer. It never follows a redirect, and sends no signature to a place that nobody has named.

import {
  base,
  clock,
  ERROR_BODY,
  Failed,
  FIRST_BYTE,
  lifetime,
  member,
  NetworkError,
  OutcropError,
  own,
  tries,
} from "./core.js";
import type { Client } from "./driver.js";
import type { AbortSignalLike, Bytes } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import type { Limiter } from "./options.js";
import type { Scheme } from "./sign-scheme.js";
import { authorization, isS3, known, place, scheme, sendable, teller } from "./sign-scheme.js";
import type { SignedFetchOptions } from "./sign-types.js";

// ms for the body of an error: its status and headers have come, and say enough.
const ERROR_TIME = 5_000;

const TALKATIVE = /^(user-agent|x-stainless-.*|anthropic-dangerous-direct-browser-access)$/;

// The suffixes in botocore's partitions.json, of the usual and of the dual-stack endpoints, and Lambda's own URLs.
const AWS =
  /(^|\.)(amazonaws\.(com|com\.cn|eu)|api\.aws|api\.amazonwebservices\.(com\.cn|eu)|on\.aws|(c2s|api\.aws|csp\.hci|api\.aws\.hci)\.ic\.gov|sc2s\.sgov\.gov|api\.aws\.scloud|(cloud|api\.cloud-aws)\.adc-e\.uk)$/;

// What stands before those: service and region.
const BEDROCK = /^bedrock(-[a-z-]+)?\.[a-z]+(-[a-z]+)+-\d+$/;

const encoder = /* @__PURE__ */ new TextEncoder();

/** Settings of a Request that are not its line, headers and body. */
const SETTINGS = ["cache", "credentials", "integrity", "keepalive", "mode", "referrer", "referrerPolicy", "cf"];

/** What `fetch` takes beside an address, or a Request. */
type Settings = Record<string, any>;

// Not instanceof: a frame's or a sandbox's object is of another class.
const kind = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const isRequest = (value: unknown): boolean => kind(value) === "Request";

/** Of a Request what goes over into another. */
export function settingsOf(request: Settings): Settings {
  const list = SETTINGS.filter((name) => request[name] != null && request[name] !== "navigate");
  return Object.fromEntries(list.map((name) => [name, request[name]]));
}

/** A stream, whoever made it: it can be sent once only. */
const isStream = (body: any): boolean =>
  kind(body) === "ReadableStream" || (body === Object(body) && Symbol.asyncIterator in body);

interface Read {
  /** In upper case. */
  readonly method: string;
  readonly body: Bytes;
  /** The content type that the body brings along. */
  readonly type?: string | null | undefined;
}

/** A body's bytes, whatever `fetch` takes as one: at once, if they need not be waited for. */
export function readBody(request: Settings): Read | Promise<Read> {
  const given = member(request, "body");
  const method = (member(request, "method") ?? (given == null ? "GET" : "POST")).toUpperCase();
  const read = async (from: Settings, type?: string | null): Promise<Read> => ({
    method,
    body: new Uint8Array(await from.arrayBuffer()),
    type,
  });
  if (isRequest(request) && !/^(GET|HEAD)$/.test(method)) return read(request);
  if (isRequest(request) || given == null) return { method, body: new Uint8Array(), type: undefined };
  if (ArrayBuffer.isView(given) && given.buffer instanceof ArrayBuffer) {
    return { method, body: new Uint8Array(given.buffer, given.byteOffset, given.byteLength), type: undefined };
  }
  // What a Response makes of it, at a fiftieth of its cost.
  if (typeof given === "string") return { method, body: encoder.encode(given), type: "text/plain;charset=UTF-8" };
  // The host would send "[object Object]".
  if (kind(given) === "Object" && !isStream(given)) {
    throw new OutcropError(
      "the body is an object: what fetch sends is text, bytes, a Blob, a form or a stream",
      "caller",
    );
  }
  const response = new Response(given);
  return read(response, response.headers.get("content-type"));
}

/** Whether a signature for that place may be sent there; an API key, which holds anywhere, only to Bedrock's hosts. */
function trust(url: URL, { _client, _bearer }: Scheme, options: SignedFetchOptions): void {
  const { endpoint } = _client._options;
  const named = [...(options.origins ?? []), ...(endpoint == null ? [] : [base(endpoint)])];
  const { protocol, hostname } = url;
  const before = AWS.test(hostname) && hostname.replace(AWS, "");
  const known = protocol === "https:" && before !== false && (!_bearer || BEDROCK.test(before));
  // `base` refuses what is in the clear, but for this machine.
  if (!known && !named.some((place) => new URL(base(place)).origin === url.origin)) {
    const message = `${url.origin} is neither AWS's nor the client's endpoint: name it in \`origins\` to sign for it`;
    throw new OutcropError(message, "caller", { code: "UnknownOrigin" });
  }
}

/** What AWS says about a failure, whichever way a service writes it: in JSON, in OpenAI's JSON, in XML. */
function said(text: string): Record<string, any> {
  const tag = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  let body: any;
  try {
    body = JSON.parse(text);
  } catch {
    return { code: tag("Code"), message: tag("Message"), time: tag("ServerTime") };
  }
  const { error } = own(Object(body));
  // OpenAI's own codes are no names of AWS's.
  if (error === Object(error)) {
    const { message, code } = own(error);
    return { message, code: /Exception$/.exec(code) ? code : "" };
  }
  return body === Object(body) ? own(body) : {};
}

/** The start of an error's body; what the caller reads of it stays whole. */
async function beginning(response: Response, life: Lifetime): Promise<string> {
  // A fetch of the caller's own may answer with less than a Response: its status must do.
  const reader = response.clone?.().body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    life._limit("firstByte", ERROR_TIME);
    while (reader && text.length < ERROR_BODY) {
      const { value, done } = await life._wait(reader.read());
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Cut short or too slow. If the call has ended, the loop sees that.
  }
  life._limit("firstByte");
  reader?.cancel().catch(() => {});
  return text;
}

/** The attempt's own end, or the caller's: also while the answer is read, which is after this call. */
function either(own: AbortController, signal: AbortSignal | undefined): AbortSignal {
  if (!signal) return own.signal;
  const { any } = AbortSignal as { any?: (signals: AbortSignal[]) => AbortSignal };
  if (any) return any.call(AbortSignal, [signal, own.signal]);
  signal.addEventListener("abort", () => own.abort(signal.reason));
  return own.signal;
}

/** One call of the `fetch` that signs. */
export async function sending(
  client: Client,
  options: SignedFetchOptions,
  input: unknown,
  init: Settings = {},
): Promise<Response> {
  const signal: AbortSignal | undefined =
    member(init, "signal") ?? (isRequest(input) ? (input as Request).signal : undefined);
  // The body of the answer is the caller's to read: no idle limit.
  const life = lifetime(signal as AbortSignalLike | undefined, 0);
  try {
    return await attempts(client, options, input, init, signal, life);
  } catch (error) {
    // As `fetch` has it.
    throw life._reason && signal?.aborted ? signal.reason : error;
  } finally {
    life._end();
  }
}

async function attempts(
  client: Client,
  options: SignedFetchOptions,
  input: unknown,
  init: Settings,
  signal: AbortSignal | undefined,
  life: Lifetime,
): Promise<Response> {
  const { signal: _, body: _body, method: _method, headers: _headers, ...more } = init;
  const [given, wanted, carried] = ["body", "method", "headers"].map((name) => member(init, name));
  const settings = own({ ...client._options, ...options });
  const timeouts = own({ ...client._options.timeouts, ...options.timeouts });
  life._limit("total", timeouts.total, true);
  const the = scheme(client, options);
  const request = isRequest(input) ? (input as Settings) : undefined;
  // A page's own address is what a relative one is relative to, as `fetch` has it.
  const address = member(input, "href") ?? request?.url ?? `${input}`;
  const home = member(globalThis, "location")?.href;
  const url = place(address, isS3(the._service), home);
  trust(url, the, options);

  // A body of `init` takes the place of the Request's.
  const raw: Settings = given == null && request ? request : { method: wanted ?? request?.method, body: given };
  const stream = options.unsignedPayload && isStream(raw.body) ? raw.body : undefined;
  const read = stream
    ? { method: `${wanted ?? request?.method ?? "POST"}`.toUpperCase(), body: undefined, type: undefined }
    : await life._wait(readBody(raw));
  const method = wanted ? `${wanted}`.toUpperCase() : read.method;
  const headers = sendable(new Headers(carried ?? request?.headers), options.dropHeaders ?? TALKATIVE);
  if (read.type && !headers.some(([name]) => name === "content-type")) headers.push(["content-type", read.type]);
  const parts = {
    _method: method,
    _url: url,
    _headers: headers,
    _body: options.unsignedPayload ? undefined : read.body,
  };
  const passed: Settings = own({ ...(request && settingsOf(request)), ...more, method, redirect: "manual" });
  if (stream) Object.assign(passed, { body: stream, duplex: "half" });
  else if (read.body?.length) passed.body = read.body;
  // workerd has no cookies, and refuses to be told so.
  if ("credentials" in Request.prototype) {
    passed.cache ??= "no-store";
    passed.credentials ??= "omit";
  }
  const send = (settings.fetch ?? fetch) as unknown as (url: string, init: Settings) => Promise<Response>;

  const about = {
    "rpc.system.name": "aws-api",
    "rpc.method": the._service,
    "http.request.method": method,
    "server.address": url.hostname,
  };
  const log = teller(settings.logger, about);
  const limiter: Limiter | undefined = typeof settings.retryMode === "object" ? settings.retryMode : undefined;
  const most = stream ? 1 : settings.maxAttempts;
  const maySkew = !the._bearer && !stream;
  const mayRenew = typeof the._identity === "function" && !stream;
  const tried = tries(client, life, log, most, the._identity, maySkew, mayRenew);

  for (;;) {
    const controller = new AbortController();
    if (limiter) {
      const late = () => life._reason && limiter.after({ throttled: false, retried: false }, controller.signal);
      try {
        await life._wait(Promise.resolve(limiter.before(controller.signal)).then(late));
      } catch (reason) {
        controller.abort();
        throw reason;
      }
    }
    let response: Response | undefined;
    let error: unknown;
    let judgement: ReturnType<typeof tried._judge> | undefined;
    let identity: unknown;
    let retried = false;
    let since = 0;
    try {
      tried._begin();
      const set = await known(the, life);
      identity = set;
      const added = await authorization(the, parts, set, tried._now(), life);
      since = clock();
      tried._send();
      life._limit("firstByte", timeouts.firstByte ?? FIRST_BYTE);
      const signed: Settings = { ...passed, headers: { ...Object.fromEntries(headers), ...added } };
      const sending = send(url.href, own({ ...signed, signal: either(controller, signal) }));
      try {
        response = await life._wait(sending);
      } catch (failed) {
        error = failed;
        // An answer that comes after all, from a fetch that heeds no signal.
        sending.then((late) => late.body?.cancel()).catch(() => {});
      }
      life._limit("firstByte");
      if (life._reason) throw life._reason;
      const type = response?.headers.get("x-amzn-errortype");
      const redirected = response && (!response.status || (response.status > 299 && response.status < 400));
      if (redirected && own(more).redirect === "error") throw new TypeError(`${url.host} answered with a redirect`);
      // Good, or a redirect, which is an answer too.
      if (response && !type && response.status < 400) {
        tried._succeed();
        return response;
      }

      const told = response ? said(await beginning(response, life)) : {};
      if (life._reason) throw life._reason;
      const message = told.message ?? told.Message ?? response?.headers.get("x-amzn-errormessage");
      const failure = new NetworkError(`no answer from ${url.host}`, "network", { cause: error });
      const failed = new Failed(response?.status, type, { ...told, message }, response ? undefined : failure);
      judgement = tried._judge(failed, response?.headers, response?.headers.get("date") ?? told.time);
      retried = !!judgement._action;
      if (!retried) {
        if (response) return response;
        throw error;
      }
    } catch (reason) {
      controller.abort();
      throw reason;
    } finally {
      const status = response?.status;
      const name = judgement?._error.name;
      if (since) {
        log("debug", "attempt.ended", {
          "http.response.status_code": status,
          "error.type": name,
          "outcrop.duration_ms": clock() - since,
        });
      }
      try {
        limiter?.after({ throttled: !!judgement?._throttled, retried }, controller.signal);
      } catch {
        // Its errors are no reason to fail.
      }
    }

    controller.abort();
    await tried._again(judgement, identity);
  }
}
