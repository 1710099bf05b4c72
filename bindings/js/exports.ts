// What every entry exports besides its BedrockRuntime. Nothing else of the package is public.

export type {
  CognitoIdentityOptions,
  CognitoIdentityPoolOptions,
  CognitoOpenIdTokenOptions,
  IdentityCache,
  Logins,
} from "./cognito.js";
export {
  AbortError,
  AnswerError,
  BedrockRuntimeServiceException,
  CredentialsProviderError,
  createCredentialChain,
  EventStreamError,
  fromEnv,
  fromEnvToken,
  NetworkError,
  OutcropError,
  paginateListAsyncInvokes,
  TimeoutError,
  TruncatedStreamError,
} from "./core.js";
export type {
  ApiKey,
  ApiKeyProvider,
  AwsCredentials,
  AwsCredentialsProvider,
  ProviderProperties,
} from "./credentials.js";
export type { Environment } from "./environment.js";
export type { Who } from "./errors.js";
export type { AbortSignalLike, BodyLike, Fetch, ReaderLike, RequestLike, ResponseLike } from "./host.js";
export type { IdentityConfig, IdentityCredentials, IdentityProvider } from "./identity.js";
export type * from "./models/index.js";
export type { CallOptions, ClientOptions, Limiter, Logger, Timeouts } from "./options.js";
export type { PaginationConfiguration } from "./paginate.js";
export type { WebTokenOptions } from "./sts.js";
export type * from "./types/index.js";
