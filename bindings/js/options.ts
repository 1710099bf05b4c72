// What a client and a call can be told. Types only.
import type { ApiKey, ApiKeyProvider, AwsCredentials, AwsCredentialsProvider } from "./credentials.js";
import type { AbortSignalLike, Fetch } from "./host.js";

export interface ClientOptions {
  region: string;
  credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  /** A Bedrock API key; preferred to credentials. */
  token?: string | ApiKey | ApiKeyProvider | (() => Promise<string>) | undefined;
  /** Another place than AWS's own for the region; a path in it is kept. */
  endpoint?: string | undefined;
  /** 3 unless told otherwise, the first attempt included. */
  maxAttempts?: number | undefined;
  fetch?: Fetch | undefined;
  useFipsEndpoint?: boolean | undefined;
  useDualstackEndpoint?: boolean | undefined;
}

export interface CallOptions {
  abortSignal?: AbortSignalLike | undefined;
  /** Milliseconds for the whole call, of a streaming call until its answer begins. */
  requestTimeout?: number | undefined;
  region?: string | undefined;
  endpoint?: string | undefined;
  credentials?: AwsCredentials | AwsCredentialsProvider | undefined;
  maxAttempts?: number | undefined;
  /** Sent too. Those that begin with x-amz are signed. */
  headers?: Record<string, string> | undefined;
}
