// What a client and a call can be told. Types only.
import type { ApiKey, ApiKeyProvider, AwsCredentials, AwsCredentialsProvider } from "./credentials.js";
import type { AbortSignalLike, Fetch } from "./host.js";

/** Time limits in milliseconds; 0 or Infinity switches one off. What passes one is a TimeoutError. */
export interface Timeouts {
  /** The whole call, to the last event of a stream. None unless given. */
  total?: number | undefined;
  /** One attempt, until the head of its answer and the first event of a stream. An hour unless given. */
  firstByte?: number | undefined;
  /** Silence while an answer is read. 5 minutes unless given. */
  idle?: number | undefined;
}

/** Told what happens, with OpenTelemetry's names, never with a secret or a body. `console` is one. */
export interface Logger {
  debug?(name: string, attributes: Record<string, unknown>): void;
  warn?(name: string, attributes: Record<string, unknown>): void;
}

/** Holds attempts back. `outcrop/flow` has two; an object may be given to many clients. */
export interface Limiter {
  /** Before each attempt, which waits for the promise. Nothing comes of the attempt once the signal is aborted. */
  before(signal: AbortSignalLike): Promise<void> | void;
  /** After each attempt that `before` let pass, with its signal: when it has failed, or its answer (its stream) has ended. */
  after(attempt: { readonly throttled: boolean; readonly retried: boolean }, signal?: AbortSignalLike): void;
}

interface Common {
  credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  /** A Bedrock API key; preferred to credentials. */
  token?: string | ApiKey | ApiKeyProvider | undefined;
  /** Another place than AWS's own for the region; a path in it is kept. */
  endpoint?: string | undefined;
  /** 3 unless told otherwise, the first attempt included. */
  maxAttempts?: number | undefined;
  /** How attempts are paced beyond AWS's standard mode. */
  retryMode?: "standard" | Limiter | undefined;
  timeouts?: Timeouts | undefined;
  logger?: Logger | undefined;
}

export interface ClientOptions extends Common {
  region: string;
  fetch?: Fetch | undefined;
  useFipsEndpoint?: boolean | undefined;
  useDualstackEndpoint?: boolean | undefined;
}

/** What one call is told otherwise than its client. */
export interface CallOptions extends Common {
  abortSignal?: AbortSignalLike | undefined;
  /** Milliseconds for the whole call, of a streaming call until its answer begins. */
  requestTimeout?: number | undefined;
  region?: string | undefined;
  /** Sent too. Those that begin with x-amz are signed. */
  headers?: Record<string, string> | undefined;
}
