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
  /** All that happens: attempts, renewals, the call's end. */
  debug?(name: string, attributes: Record<string, unknown>): void;
  /** What deserves attention: that a call is tried again. */
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
  /** A set, or what gets one; a set is never renewed. Without it and without `token` each call is a CredentialsProviderError. */
  credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  /** A Bedrock API key; preferred to credentials. */
  token?: string | ApiKey | ApiKeyProvider | undefined;
  /** Another place than AWS's own for the region; a path in it is kept. */
  endpoint?: string | undefined;
  /** 3 unless told otherwise, the first attempt included. */
  maxAttempts?: number | undefined;
  /** How attempts are paced beyond AWS's standard mode. */
  retryMode?: "standard" | Limiter | undefined;
  /** Limits in milliseconds. */
  timeouts?: Timeouts | undefined;
  /** Told what happens to calls. */
  logger?: Logger | undefined;
}

/** A client's settings: a region, and credentials or a token. All of them are trusted; none may come from a user. */
export interface ClientOptions extends Common {
  /** Such as `us-east-1`: where requests go, and what they are signed for. One that is no DNS label is an InvalidRegion. */
  region: string;
  /** In place of the host's: a proxy, a test, a runtime's own. */
  fetch?: Fetch | undefined;
  /** AWS's FIPS 140 endpoint of the region. Not with `endpoint`: that is an InvalidEndpoint. */
  useFipsEndpoint?: boolean | undefined;
  /** AWS's endpoint with IPv6 of the region. Not with `endpoint`: that is an InvalidEndpoint. */
  useDualstackEndpoint?: boolean | undefined;
}

/** What one call is told otherwise than its client. */
export interface CallOptions extends Common {
  /** Ends the call, its stream included, with an AbortError. */
  abortSignal?: AbortSignalLike | undefined;
  /** Milliseconds for the whole call, of a streaming call until its answer begins. */
  requestTimeout?: number | undefined;
  /** Another region for this call. */
  region?: string | undefined;
  /** Sent too. Those that begin with x-amz are signed. */
  headers?: Record<string, string> | undefined;
}
