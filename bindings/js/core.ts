// What every entry exports, and what it is made of. Loads nothing.
export { BedrockRuntimeClient } from "./client.js";
export { fromBase64 } from "./body.js";
export { engine } from "./instance.js";
export type { Engine } from "./instance.js";
export {
  AbortError,
  BedrockRuntimeServiceException,
  CredentialsProviderError,
  EventStreamError,
  NetworkError,
  OutcropError,
  TimeoutError,
  TruncatedStreamError,
} from "./errors.js";
export type { Blob } from "./body.js";
export type { ApiKey, ApiKeyProvider, AwsCredentials, AwsCredentialsProvider } from "./credentials.js";
export type { CallOptions, ClientOptions } from "./driver.js";
export type { ResponseMetadata, Who } from "./errors.js";
export type { EventStream } from "./stream.js";
