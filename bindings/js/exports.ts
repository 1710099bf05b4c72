// What every entry exports besides its BedrockRuntime. Nothing else of the package is public.
export {
  AbortError,
  AnswerError,
  BedrockRuntimeServiceException,
  CredentialsProviderError,
  EventStreamError,
  NetworkError,
  OutcropError,
  TimeoutError,
  TruncatedStreamError,
} from "./core.js";
export type { ApiKey, ApiKeyProvider, AwsCredentials, AwsCredentialsProvider } from "./credentials.js";
export type { Who } from "./errors.js";
export type { AbortSignalLike, BodyLike, Fetch, ReaderLike, RequestLike, ResponseLike } from "./host.js";
export type { CallOptions, ClientOptions } from "./options.js";
export type * from "./types/index.js";
