// `outcrop/bidirectional`: InvokeModelWithBidirectionalStream, a conversation with a speech model, over a WebSocket. It
// opens one (bidirectional-socket.ts), sends what the caller says as signed chunks, and hands on what the model says.
// It records and plays no sound, and opens nothing again once something was said.

import { checkCrypto, chunkSigner } from "./bidirectional-sign.js";
import type { Opening, SocketConstructor } from "./bidirectional-socket.js";
import { opened, reason, told, withoutQuery } from "./bidirectional-socket.js";
import type { BedrockRuntimeClient } from "./client.js";
import {
  type BedrockRuntimeServiceException,
  bind,
  clock,
  endpoint,
  events,
  Failed,
  internals,
  iterator,
  jsonBytes,
  judged,
  LEFT,
  lifetime,
  member,
  NetworkError,
  OutcropError,
  own,
  TimeoutError,
  tries,
} from "./core.js";
import type { Identity } from "./credentials.js";
import type { Client } from "./driver.js";
import { encode } from "./event-stream-frame.js";
import type { Bytes, ResponseLike } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import type { CallOptions, Limiter } from "./options.js";
import type { Scheme } from "./sign-scheme.js";
import { known, now, presigned, scheme, teller } from "./sign-scheme.js";
import type { Stream } from "./stream.js";
import type {
  InvokeModelWithBidirectionalStreamInput,
  InvokeModelWithBidirectionalStreamOutput,
  ResponseMetadata,
} from "./types/index.js";
import { invokeStreamMarks } from "./types/marks.js";

export type { SocketConstructor, SocketLike } from "./bidirectional-socket.js";

const LINE =
  "InvokeModelWithBidirectionalStream bedrock-runtime POST /model/{modelId}/invoke-with-bidirectional-stream bidirectional bidirectional";
// Seconds for which the URL is signed, as AWS's client has it.
const EXPIRES = 60;
// ms. 3 s to open, as AWS's client has it; 5 minutes of silence, as the other streams here.
const CONNECTION = 3_000;
const IDLE = 300_000;
// Bytes that wait to be sent before more is asked for: 256 KiB, some seconds of speech on a slow line.
const AHEAD = 262_144;

/** What one conversation is told otherwise than its client. Times are in milliseconds. */
export interface BidirectionalOptions
  extends Pick<
    CallOptions,
    "abortSignal" | "credentials" | "endpoint" | "logger" | "maxAttempts" | "region" | "retryMode" | "timeouts"
  > {
  /** Milliseconds until a WebSocket must be open; 3,000 unless given. What takes longer is tried again. */
  connectionTimeout?: number | undefined;
  /** The host's own unless given. Node has one from 22 on; before, that of the package `ws` does. */
  WebSocket?: SocketConstructor | undefined;
}

/**
 * Talks with a speech model: `input.body` goes out while the answer's `body` comes in.
 *
 * It resolves when the WebSocket is open; until then nothing of `input.body` is asked for, so what fails is tried again
 * (a clock that is off, expired credentials, throttling, the network). Hosts do not say why they could not open one:
 * but in workerd, which does, the reason is asked for by `fetch` from the same address.
 *
 * Sending: `input.body` is asked for more when less than 256 KiB wait to be sent (workerd does not tell how much does).
 * Its end ends our half, the answer goes on until the service ends it. Receiving: a WebSocket cannot be told to wait
 * (that of `ws` can, and is), so what is not read is kept, up to 32 MiB: more is an error.
 *
 * Leaving the loop, or `body.return()`, closes with code 1000; an abort, a time limit or an error with 4000. A
 * connection that ends otherwise than by code 1000 is a TruncatedStreamError. API keys cannot sign: credentials can.
 */
export async function invokeModelWithBidirectionalStream(
  client: BedrockRuntimeClient,
  input: InvokeModelWithBidirectionalStreamInput,
  given: BidirectionalOptions = {},
): Promise<InvokeModelWithBidirectionalStreamOutput> {
  const inner = internals(client);
  const options = own(given);
  const timeouts = own({ ...inner._options.timeouts, ...options.timeouts });
  const life = lifetime(options.abortSignal, timeouts.idle ?? IDLE);
  const log = teller(options.logger ?? inner._options.logger, {
    "rpc.system.name": "aws-api",
    "rpc.method": "BedrockRuntime/InvokeModelWithBidirectionalStream",
    "gen_ai.request.model": input?.modelId,
  });
  const began = clock();
  let talk: Talk | undefined;
  life._onend = (reason) => {
    talk?._over();
    const ended = { "error.type": (reason as Error | undefined)?.name, "outcrop.duration_ms": clock() - began };
    log("debug", "call.ended", ended);
  };
  try {
    life._limit("total", timeouts.total, true);
    const said = member(input, "body")?.[Symbol.asyncIterator]?.();
    if (!said) throw new OutcropError("body is an AsyncIterable of events", "caller", { code: "InvalidInput" });
    const opened = await open(inner, input, options, life, log);
    talk = new Talk(inner, opened, said, life);
    return { body: iterator(talk), $metadata: life._meta };
  } catch (error) {
    if (error instanceof OutcropError) (error as { $metadata?: ResponseMetadata }).$metadata ??= life._meta;
    life._end(error);
    throw error;
  }
}

/** What an attempt has come to. */
interface Opened {
  readonly _socket: Opening;
  readonly _the: Scheme;
  readonly _identity: Identity;
  /** The signature that the chunks' begin with. */
  readonly _signature: string;
}

/** Opens a WebSocket, as often as the verdicts say. */
async function open(
  client: Client,
  input: InvokeModelWithBidirectionalStreamInput,
  options: BidirectionalOptions,
  life: Lifetime,
  log: ReturnType<typeof teller>,
): Promise<Opened> {
  const settings = own({
    ...client._options,
    ...Object.fromEntries(Object.entries(options).filter(([, told]) => told != null)),
  });
  const { retryMode } = settings;
  if (typeof retryMode === "string" && retryMode !== "standard") {
    throw new OutcropError(`retryMode: import { ${retryMode} } from "outcrop/flow" and call it`, "caller");
  }
  const limiter: Limiter | undefined = typeof retryMode === "object" ? retryMode : undefined;
  const the = scheme(client, { region: settings.region, credentials: options.credentials }, true);
  checkCrypto();
  await life._wait(client._engine.load());
  const { _target } = bind(LINE.split(" ")[3]!, [], input, undefined);
  const url = new URL(`${endpoint("bedrock-runtime", settings)}${_target}-websocket`);
  const parts = { _method: "GET", _url: url, _headers: [], _body: new Uint8Array() };

  const host = { "server.address": url.hostname };
  const tell: typeof log = (level, name, more) => log(level, name, { ...host, ...more });
  const tried = tries(client, life, tell, settings.maxAttempts, the._identity);
  for (;;) {
    const meta = tried._begin();
    const signal = life._attempt();
    let passed = false;
    if (limiter) {
      const pass = () => {
        passed = true;
        if (life._reason) limiter.after({ throttled: false, retried: false }, signal);
      };
      await life._wait(Promise.resolve(limiter.before(signal)).then(pass));
    }
    const identity = await known(the, life);
    const { sessionToken = "" } = identity;
    // As a URL has it, too.
    life._tokens = [sessionToken, encodeURIComponent(sessionToken)];
    const address = await presigned(the, parts, identity, tried._now(), EXPIRES, life);
    const since = clock();
    tried._send();
    life._limit("connectionTimeout", options.connectionTimeout ?? CONNECTION);
    const opening = opened(address, settings, options.WebSocket, signal);
    const ended = (error: OutcropError | undefined, retried: boolean) => {
      log("debug", "attempt.ended", {
        "http.response.status_code": meta.httpStatusCode,
        "error.type": error?.name,
        "outcrop.duration_ms": clock() - since,
      });
      const throttled = !!(error as BedrockRuntimeServiceException | undefined)?.$retryable?.throttling;
      if (passed) quiet(() => limiter?.after({ throttled, retried }, signal));
    };
    let failed: unknown;
    let headers: { get(name: string): string | null } | undefined;
    try {
      const response = await life._wait(opening._opened);
      life._limit("connectionTimeout");
      // From here on it is closed, with a code, and not aborted, which in workerd would leave no time for one.
      life._attempt();
      // 101: Switching Protocols.
      meta.httpStatusCode = 101;
      const id = response?.headers.get("x-amzn-requestid");
      if (id) meta.requestId = id;
      tried._succeed();
      ended(undefined, false);
      return { _socket: opening, _the: the, _identity: identity, _signature: address.slice(-64) };
    } catch (error) {
      failed = error;
    }
    opening._close();
    life._limit("connectionTimeout");
    if (life._reason) throw life._reason;
    if (failed instanceof OutcropError && failed.who !== "network") throw failed;
    const error =
      failed instanceof OutcropError
        ? failed
        : new NetworkError(
            `no WebSocket to ${url.host}: ${withoutQuery((failed as Error | undefined)?.message ?? "no reason told")}`,
            "network",
            { cause: told(failed) },
          );
    let refusal = new Failed(undefined, "", {}, error);
    // What was not answered in time would not answer that either.
    const answered = error instanceof TimeoutError ? undefined : await reason(opening, address, settings, life);
    if (answered) {
      ({ headers } = answered);
      meta.httpStatusCode = answered.status;
      const id = headers.get("x-amzn-requestid");
      if (id) meta.requestId = id;
      refusal = new Failed(answered.status, headers.get("x-amzn-errortype"), answered.body);
    }
    if (life._reason) throw life._reason;
    life._close();
    const verdict = tried._judge(refusal, headers);
    ended(verdict._error, !!verdict._action);
    if (!verdict._action) throw verdict._error;
    await tried._again(verdict, identity);
  }
}

/** Runs what is not ours; its errors are no reason to fail. */
function quiet(run: () => unknown): void {
  try {
    run();
  } catch {
    // As said.
  }
}

/** An event as its own frame. */
function frame(event: any): Bytes {
  const [type, ...more] = event === Object(event) ? Object.keys(event).filter((key) => event[key] !== undefined) : [];
  const told = type === undefined ? undefined : event[type];
  const { bytes } = own<any>(told);
  if (!type || more.length || told !== Object(told) || (bytes !== undefined && !ArrayBuffer.isView(bytes))) {
    const message = "an event is { chunk: { bytes } }, and bytes is a Uint8Array";
    throw new OutcropError(message, "caller", { code: "InvalidInput" });
  }
  const headers = { ":event-type": type, ":content-type": "application/json", ":message-type": "event" };
  return encode(headers, jsonBytes(told));
}

/** A conversation that has begun: what is said goes out by itself, what is heard when it is asked for. */
class Talk implements Stream {
  _kept?: unknown;
  readonly _tie: Stream["_tie"];
  readonly #stream: Stream;
  readonly #over: () => void;
  #began: Promise<void> | undefined;
  #turns = 0;
  readonly #begin: () => Promise<void>;

  constructor(client: Client, opened: Opened, said: AsyncIterator<unknown>, life: Lifetime) {
    const { _socket, _the, _identity } = opened;
    let over = false;
    this.#over = () => {
      over = true;
      // Nobody waits for it: a generator that waits itself does not answer before.
      quiet(() => Promise.resolve(said.return?.()).catch(() => {}));
      // Also when nothing of it was read.
      _socket._close(!life._reason || life._reason === LEFT ? 1000 : 4000);
    };
    // The call's end closes it, with a code that says how it ended.
    const cancel = async () => {};
    const body = { getReader: () => ({ read: _socket._read, cancel }) };
    const none = { text: async () => "", arrayBuffer: async () => new ArrayBuffer(0) };
    const response: ResponseLike = { status: 101, headers: { get: () => null }, body, ...none };
    this.#stream = events(client._engine, "bidirectional", response, invokeStreamMarks, life);
    this._tie = this.#stream._tie;
    this.#begin = async () => {
      try {
        await this.#stream._begin();
      } catch (failed) {
        const error = failed instanceof Failed ? judged(failed, life)._error : failed;
        life._end(error);
        throw error;
      }
    };

    const sign = chunkSigner(_identity.secretAccessKey!, _the._region, _the._service, opened._signature);
    const send = async (payload: Bytes) => {
      // ms, of whole seconds: so AWS's Rust signer dates chunks, and the service compares what is said with them.
      const time = Math.floor(now(client) / 1000) * 1000;
      const signature = await sign(time, payload);
      if (!over) _socket._send(encode({ ":date": new Date(time), ":chunk-signature": signature }, payload));
    };
    (async () => {
      try {
        for (;;) {
          // ms: doubled up to 50; hosts do not tell when there is room again.
          for (let pause = 1; !over && _socket._waiting() > AHEAD; pause = Math.min(pause * 2, 50)) {
            await new Promise((resolve) => setTimeout(resolve, pause));
          }
          if (over) return;
          const { done, value } = await said.next();
          if (over) return;
          if (done) break;
          await send(frame(value));
        }
        // A signed chunk with nothing in it: all has been said.
        await send(new Uint8Array());
      } catch (cause) {
        if (over) return;
        const error =
          cause instanceof OutcropError ? cause : new OutcropError("the body to send failed", "caller", { cause });
        (error as { $metadata?: ResponseMetadata }).$metadata ??= life._meta;
        life._end(error);
      }
    })();
  }

  _over(): void {
    this.#over();
  }

  async _begin(): Promise<void> {
    await (this.#began ??= this.#begin());
  }

  async _next(): Promise<IteratorResult<any, undefined>> {
    // The first to ask begins, and is told if it fails; the others find the end.
    const first = !this.#began;
    this.#turns++;
    try {
      try {
        await this._begin();
      } catch (error) {
        if (first) throw error;
        return { value: undefined, done: true };
      }
      return await this.#stream._next();
    } finally {
      // Nobody waits: an iterator that nobody has either may be collected, and then this ends.
      if (!--this.#turns) this._kept = undefined;
    }
  }

  _leave(): void {
    this.#stream._leave();
  }
}
