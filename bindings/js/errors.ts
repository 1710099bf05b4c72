// The errors of the package: whose fault each is, and what AWS said. None holds a header's value, a body of the
// caller's or a credential.

import { own } from "./own.js";
import type { ResponseMetadata } from "./types/index.js";

/** Who can mend it. */
export type Who = "caller" | "aws" | "network" | "outcrop";

/** Every error that the package makes. */
export class OutcropError extends Error {
  static {
    // Not assigned: where Error.prototype is frozen nothing can be assigned that it has.
    Object.defineProperty(this.prototype, "name", own({ value: "OutcropError", writable: true }));
  }
  readonly who: Who;
  readonly $metadata?: ResponseMetadata;
  constructor(message: string, who: Who, more?: object) {
    super(message);
    this.who = who;
    Object.assign(this, more);
  }
}

/** The caller's AbortSignal ended the call; `cause` is its reason. */
export class AbortError extends OutcropError {
  static {
    this.prototype.name = "AbortError";
  }
}

/** The call took longer than it was given. */
export class TimeoutError extends OutcropError {
  static {
    this.prototype.name = "TimeoutError";
  }
}

/** No usable credentials: none given, expired, or their provider failed (`cause`). */
export class CredentialsProviderError extends OutcropError {
  static {
    this.prototype.name = "CredentialsProviderError";
  }
}

/** No answer came: no connection, a reset, a refused preflight, a redirect (never followed: the caller's endpoint is wrong). */
export class NetworkError extends OutcropError {
  static {
    this.prototype.name = "NetworkError";
  }
}

/** The answer is not JSON where it should be. */
export class AnswerError extends OutcropError {
  static {
    this.prototype.name = "AnswerError";
  }
}

/** The answer is no event stream, or damaged. What came before the damage was delivered. */
export class EventStreamError extends OutcropError {
  static {
    this.prototype.name = "EventStreamError";
  }
  /** Events delivered. */
  declare readonly events: number;
}

/** The stream's bytes ended before the stream did. What came before was delivered. */
export class TruncatedStreamError extends OutcropError {
  static {
    this.prototype.name = "TruncatedStreamError";
  }
  /** Events delivered. */
  declare readonly events: number;
  /** Bytes of the stream that arrived. */
  declare readonly bytesReceived: number;
  /** The stop reason, if the message had already ended. */
  declare readonly stopReason?: string;
}

/** AWS answered with an exception: `name` is AWS's name for it. */
export class BedrockRuntimeServiceException extends OutcropError {
  static {
    this.prototype.name = "BedrockRuntimeServiceException";
  }
  declare readonly $fault: "client" | "server";
  /** Set when another attempt may succeed. */
  declare readonly $retryable?: { throttling: boolean };
  declare readonly $metadata: ResponseMetadata;
  /** The model's own status and text, of ModelErrorException and ModelStreamErrorException. */
  declare readonly originalStatusCode?: number;
  declare readonly originalMessage?: string;
  declare readonly resourceName?: string;
}
