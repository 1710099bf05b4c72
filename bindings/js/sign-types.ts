// The public types of `outcrop/sign`. They need neither the DOM's types nor Node's, and fit both.
import type { AbortSignalLike, Bytes } from "./host.js";
import type { CallOptions } from "./options.js";

/** How a request is signed, in the names that Smithy's signer has. */
export interface SigningOptions {
  /** The name in the signature's scope, such as `s3`, `lambda`, `execute-api`. `bedrock` unless given. */
  service?: string | undefined;
  /** The client's unless given. */
  region?: string | undefined;
  /** Instead of the client's. */
  credentials?: CallOptions["credentials"];
  /** Instead of the client's; used for the service `bedrock` only. */
  token?: CallOptions["token"];
  /** Whether the path that was sent is encoded once more to be signed: all services but S3, which decodes it. */
  uriEscapePath?: boolean | undefined;
  /** Whether `x-amz-content-sha256` is sent and signed. S3 wants it, others do not mind. */
  applyChecksum?: boolean | undefined;
  /** Leaves the body out of the signature: S3 takes that over https. `signedFetch` then sends a stream as it comes, once. */
  unsignedPayload?: boolean | undefined;
  /** Headers to sign besides host, content-type and x-amz-*. What a proxy may change is better not signed. */
  signableHeaders?: Iterable<string> | undefined;
}

export interface SignRequestOptions extends SigningOptions {
  /** The client's corrected clock unless given. */
  signingDate?: Date | undefined;
  abortSignal?: AbortSignalLike | undefined;
}

/** The host's own `fetch`, where the types of one are known. */
export type HostFetch = typeof globalThis extends { fetch: infer F } ? F : (input: any, init?: any) => Promise<any>;
/** The host's own Request, where the types of one are known. */
export type HostRequest = typeof globalThis extends { Request: { prototype: infer R } } ? R : never;

export interface SignedFetchOptions
  extends SigningOptions,
    Pick<CallOptions, "maxAttempts" | "retryMode" | "timeouts" | "logger"> {
  /**
   * Origins (`https://api.example.com`) that are signed for besides AWS's own and the client's endpoint. A signature and
   * a session token sent elsewhere would be somebody else's to use.
   */
  origins?: readonly string[] | undefined;
  /**
   * Names of headers that are not sent. Unless given those by which OpenAI's and Anthropic's packages tell about
   * themselves (`x-stainless-*` and such) and `user-agent`: in a page each would have to be allowed by a preflight.
   */
  dropHeaders?: RegExp | undefined;
}

/** A request in parts. */
export interface RequestToSign {
  /** `GET` unless given, or `POST` with a body. */
  readonly method?: string | undefined;
  /** Absolute, its path and query as they will be sent. */
  readonly url: string | { readonly href: string };
  readonly headers?:
    | readonly (readonly [name: string, value: string])[]
    | Iterable<readonly [name: string, value: string]>
    | Readonly<Record<string, string>>
    | undefined;
  /** Whatever `fetch` takes. */
  readonly body?: string | object | null | undefined;
}

/** What to send: `fetch(url, { method, headers, body })`. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. `host` was signed, and is the host's to set. */
  readonly headers: Record<string, string>;
  readonly body?: Bytes;
}

/** How a URL is presigned, and what must be sent with it. */
export interface PresignOptions extends Omit<SigningOptions, "token" | "applyChecksum" | "signableHeaders"> {
  /** `GET` unless given. */
  method?: string | undefined;
  /** Seconds, 1 to 604,800 (seven days); 900 unless given. Temporary credentials may end before. */
  expiresIn?: number | undefined;
  /** Headers that must be sent with the URL, as they are. */
  headers?: RequestToSign["headers"];
  /** The body that must be sent with the URL; S3 never signs one. */
  body?: RequestToSign["body"];
  signingDate?: Date | undefined;
  abortSignal?: AbortSignalLike | undefined;
}
