// The attempts of one call and the verdict on one that has failed, twin of crate/src/decide (failed.rs and below): what
// follows for the clock, the credentials, the retry quota and the next attempt. It sends nothing and reads no answer.

import { drop } from "./credentials.js";
import type { Client } from "./driver.js";
import type { OutcropError } from "./errors.js";
import { BedrockRuntimeServiceException } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Lifetime } from "./lifetime.js";
import { own } from "./own.js";
import type { ResponseMetadata } from "./types/index.js";

// Attempts, the first one included, as AWS's clients make.
const MAX_ATTEMPTS = 3;
// Retry tokens of a client, as AWS's clients have: what a retry takes comes back when it succeeds.
const QUOTA = 500;
// Retry tokens and the first wait in ms, after throttling (the service is there and asks for patience) and otherwise
// (it may be down, and retries would hold it down); the longest wait, which no header makes longer.
const THROTTLED = [5, 1000] as const;
const OTHERWISE = [14, 50] as const;
const LONGEST = 20_000;
// Four minutes, in ms. AWS refuses what is more than five minutes off; a `Date` is older than its reading by the
// answer's way, and whoever is this close was refused for another reason.
const SKEW = 240_000;

// Names that AWS's services give to throttling; to a signature that is too old or too new; to errors without a name, by
// the status: the commonest of those that share it. And how the text of an expired token begins.
const THROTTLING =
  /^(Throttl(ing(Exception)?|edException)|TooManyRequestsException|Request(LimitExceeded|Throttled)|SlowDown)$/;
const SIGNATURE =
  /^(InvalidSignature(Exception)?|SignatureDoesNotMatch|Request(TimeTooSkewed|Expired|InTheFuture)|AuthFailure)$/;
const BY_STATUS: Record<number, string> = /* @__PURE__ */ own({
  400: "ValidationException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  408: "ModelTimeoutException",
  424: "ModelErrorException",
  429: "ThrottlingException",
  500: "InternalServerException",
  503: "ServiceUnavailableException",
});
const EXPIRED = "The security token included in the request is expired";

/** `ns#Name:http://…` without what stands before `#` and from `:` on. */
const bare = (stated: unknown): string =>
  typeof stated === "string" ? stated.replace(/:.*/s, "").replace(/^.*?#/s, "").trim() : "";

/** Unix milliseconds of `20260101T000000Z`, or NaN. */
const instant = (text?: string): number => Date.parse(`${text}`.replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));

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
    Object.assign(this, { _status, _type, _body: own(_body), _error });
  }
}

/** An error that is AWS's by what it says of itself, or by its status; whether it may pass, and with whom the fault lies. */
export function judged({ _status, _type, _body, _error }: Failed, { _meta: $metadata, _plain }: Lifetime) {
  const [stated] = [_type, _body.code, _body.__type].map(bare).filter(Boolean);
  const name = stated || BY_STATUS[_status!] || "UnknownError";
  // Inside a stream the name alone tells whose fault it is.
  const server = _status! > 499 || (_status === 200 && /^(InternalServer|ServiceUnavailable)Exception$/.test(name));
  // The status of a model that is not ready is 429 too, but the API's description says that this is no throttling.
  const ready = name !== "ModelNotReadyException";
  const throttling = !!_status && ready && (_status === 429 || THROTTLING.test(name));
  const retryable =
    !_status ||
    throttling ||
    !ready ||
    // STS could not reach the identity provider: 400, and yet not the caller's fault.
    name === "IDPCommunicationError" ||
    (server && /200|50[0234]/.test(`${_status}`));
  const said = _plain([_body.message, _body.Message].find((text) => text && typeof text === "string") ?? "");
  let error = _error;
  if (!error) {
    const shown: Record<string, unknown> = { name, $fault: server ? "server" : "client", $metadata };
    if (retryable) shown.$retryable = { throttling };
    for (const key of ["originalStatusCode", "originalMessage", "resourceName"]) {
      if (Object.hasOwn(_body, key)) shown[key] = _plain(_body[key]);
    }
    error = new BedrockRuntimeServiceException(said || `HTTP ${_status}`, server ? "aws" : "caller", shown);
  }
  return {
    _error: error,
    _throttled: throttling,
    _retryable: retryable,
    // For a page that CORS keeps the name from there is the text.
    _expired: /^ExpiredToken(Exception)?$/.test(name) || (!stated && said.startsWith(EXPIRED)),
    _signature: SIGNATURE.test(name),
    // When it was signed, and the service's own time, as the text of such an error says.
    _times: /^Signature (expired|not yet current): (\d{8}T\d{6}Z)[^(]*\((\d{8}T\d{6}Z)/.exec(said),
  };
}

/** Milliseconds that the service asks to wait, or something that is no such number. */
function asked(headers: ResponseLike["headers"], now: number): number {
  const own = headers.get("x-amz-retry-after");
  const after = own ?? headers.get("retry-after") ?? "";
  return /^\d+$/.test(after) ? +after * (own ? 1 : 1000) : Date.parse(after) - now;
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

type Verdict = ReturnType<typeof judged> & { _action: string; _milliseconds: number; _cost: number };

/** The attempts of a call with that identity, or a provider of it; whether the clock and the identity may be mended. */
export function tries(
  client: Client,
  life: Lifetime,
  log: Log,
  most: number | undefined,
  identity: unknown,
  // Each once a call.
  maySkew = true,
  mayRenew = typeof identity === "function",
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
      const judgement = judged(failed, life);
      const { _throttled, _retryable, _expired, _signature, _times } = judgement;
      const now = Date.now() + offset;
      const date = Date.parse(told ?? "");
      const verdict = (_action = "", _milliseconds = 0, _cost = 0) => ({ ...judgement, _action, _milliseconds, _cost });
      // The text is believed first: it has both times, of one moment. It is all that a page can read when CORS hides
      // `Date` and the error's name.
      const [, , signed, theirs] = _times ?? [];
      const apart = instant(theirs) - instant(signed);
      const delta = Number.isNaN(apart) && _signature && Math.abs(date - now) > SKEW ? date - now : apart;
      if (maySkew && !Number.isNaN(delta)) return verdict("skew", delta);
      if (mayRenew && _expired) return verdict("renew");
      const [cost, first] = _throttled ? THROTTLED : OTHERWISE;
      if (!_retryable || !(tried < (most ?? MAX_ATTEMPTS)) || (client._quota ?? QUOTA) < cost) return verdict();
      // Any time up to twice as long as before; not before the service wants it.
      const wait = Math.random() * Math.min(first * 2 ** (tried - 1), LONGEST);
      const least = (headers && asked(headers, date || now)) || 0;
      return verdict("retry", Math.min(Math.max(Math.floor(wait), Math.ceil(least)), LONGEST), cost);
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
        // Whatever an endpoint says its clock shows, within what a date of eight digits can say (from 1970 to 9892).
        const now = Date.now();
        client._offset = Math.min(Math.max(now + offset + _milliseconds, 0), 25e13) - now;
        maySkew = false;
      } else if (!again) {
        drop(identity as object, known);
        mayRenew = false;
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
