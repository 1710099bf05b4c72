// The attempts of one call: how many there were, what the wasm says about one that has failed, and what follows for the
// clock, the credentials, the retry quota and the next attempt. It sends nothing and reads no answer.

import { drop } from "./credentials.js";
import type { Client } from "./driver.js";
import type { OutcropError } from "./errors.js";
import { BedrockRuntimeServiceException } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Engine } from "./instance.js";
import { joined } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import type { ResponseMetadata } from "./types/index.js";

// Attempts, the first one included, as AWS's clients make.
const MAX_ATTEMPTS = 3;
// Retry tokens of a client, as AWS's clients have: what a retry takes comes back when it succeeds.
const QUOTA = 500;
// A number of ms (11 days) or of attempts that stands for all longer ones, which the wasm could not read.
const MOST = 999_999_999;

/** How an attempt failed, to be judged. */
export class Failed {
  /** 200 for an exception in a stream; nothing when no answer came or it broke off. */
  declare readonly _status: number | undefined;
  /** AWS's name for it, from the header or the stream. */
  declare readonly _type: string | null | undefined;
  /** What AWS says. */
  declare readonly _body: any;
  /** What is to be thrown, when it is no exception of AWS's. */
  declare readonly _error: OutcropError | undefined;
  constructor(_status?: number, _type?: string | null, _body: object = {}, _error?: OutcropError) {
    Object.assign(this, { _status, _type, _body, _error });
  }
}

/** The wasm's verdict: the error, and what to do. Unless more is told, that is nothing. */
export function judged(
  engine: Engine,
  { _status, _type, _body, _error }: Failed,
  $metadata: ResponseMetadata,
  attempts: readonly unknown[] = [1, 1],
  more: readonly unknown[] = [],
) {
  const plain = (value: unknown) => (typeof value === "string" ? value.replaceAll("\0", "") : "");
  const said = plain(_body.message) || plain(_body.Message);
  const text = joined([...attempts, _status, ...[_type, _body.code, _body.__type].map(plain), said, ...more]);
  const [name, server, retryable, throttling, _action, milliseconds, cost] = engine
    ._pure((glue) => glue.verdict(text))
    .split("\0");
  let error = _error;
  if (!error) {
    const shown: Record<string, unknown> = { name, $fault: server ? "server" : "client", $metadata };
    if (retryable) shown.$retryable = { throttling: !!throttling };
    for (const key of ["originalStatusCode", "originalMessage", "resourceName"]) {
      if (Object.hasOwn(_body, key)) shown[key] = _body[key];
    }
    error = new BedrockRuntimeServiceException(said || `HTTP ${_status}`, server ? "aws" : "caller", shown);
  }
  return { _error: error, _throttled: !!throttling, _action, _milliseconds: +milliseconds!, _cost: +cost! };
}

/** Milliseconds that the service asks to wait, or nothing. */
function asked(headers: ResponseLike["headers"], now: number): number | "" {
  const own = headers.get("x-amz-retry-after");
  const after = own ?? headers.get("retry-after") ?? "";
  const milliseconds = /^\d+$/.test(after) ? +after * (own ? 1 : 1000) : Date.parse(after) - now;
  return milliseconds >= 0 ? Math.min(Math.ceil(milliseconds), MOST) : "";
}

/** Runs what is not ours; its errors are no reason to fail. */
export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // As said.
  }
}

/** Tells what happens. */
export type Log = (level: "debug" | "warn", name: string, attributes: Record<string, unknown>) => void;

export interface Tries {
  /** A new attempt begins: what is to be known about it. */
  _begin(): ResponseMetadata;
  /** The time to sign with, in ms: the host's, corrected. */
  _now(): number;
  /** Its request is about to be sent. */
  _send(): void;
  /** It has succeeded. */
  _succeed(): void;
  /** It has failed, with these headers if there was an answer, which tells that date. Without an `_action` it was the last. */
  _judge(failed: Failed, headers?: ResponseLike["headers"], date?: string | null): Verdict;
  /** Resolves when the next attempt may begin; `known` is the identity that this one had. */
  _again(verdict: Verdict, known: unknown): Promise<void>;
}

type Verdict = ReturnType<typeof judged>;

/** The attempts of a call with that identity, or a provider of it; whether the clock and the identity may be mended. */
export function tries(
  client: Client,
  life: Lifetime,
  log: Log,
  most: number | undefined,
  identity: unknown,
  // Each once a call.
  maySkew: true | "" = true,
  mayRenew: true | "" = typeof identity === "function" || "",
): Tries {
  let tried = 1;
  let sent = 0;
  let waited = 0;
  let taken = 0;
  // ms by which the clock was corrected in this attempt.
  let offset = 0;

  return {
    _begin: () => (life._meta = { attempts: sent, totalRetryDelay: waited }),
    _now: () => Date.now() + (offset = client._offset ?? 0),
    _send() {
      life._meta.attempts = ++sent;
      log("debug", "attempt.started", { "http.request.resend_count": sent - 1 });
    },
    _succeed() {
      client._quota = Math.min((client._quota ?? QUOTA) + (taken || 1), QUOTA);
    },
    _judge(failed, headers, told = headers?.get("date")) {
      const now = Date.now() + offset;
      const date = Date.parse(told ?? "");
      return judged(
        client._engine,
        failed,
        life._meta,
        [tried, Math.min(most ?? MAX_ATTEMPTS, MOST)],
        [
          headers ? asked(headers, date || now) : "",
          // 32 random bits.
          (Math.random() * 2 ** 32) >>> 0,
          client._quota ?? QUOTA,
          date || "",
          now,
          maySkew,
          mayRenew,
        ],
      );
    },
    async _again({ _error, _action, _milliseconds, _cost }, known) {
      const again = _action === "retry";
      log("warn", "call.retried", {
        "error.type": _error.name,
        "http.request.resend_count": sent,
        "outcrop.delay_ms": again ? _milliseconds : 0,
        "outcrop.retry.reason": again ? "error" : _action,
      });
      if (_action === "skew") {
        client._offset = offset + _milliseconds;
        maySkew = "";
      } else if (!again) {
        drop(identity as object, known);
        mayRenew = "";
      } else {
        tried++;
        taken = _cost;
        client._quota = (client._quota ?? QUOTA) - taken;
        waited += _milliseconds;
        await life._sleep(_milliseconds);
      }
    },
  };
}
