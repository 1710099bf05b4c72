// `outcrop/aws-sdk`: what @aws-sdk/client-bedrock-runtime exports, on this package's engine, for code and libraries that
// were written for AWS's client. It has neither its schemas nor its middlewares' insides.

export type { BedrockRuntimePaginationConfiguration } from "./aws-sdk-aggregated.js";
export { BedrockRuntime, paginateListAsyncInvokes } from "./aws-sdk-aggregated.js";
export type { BedrockRuntimeClientResolvedConfig, Callback } from "./aws-sdk-client.js";
export { BedrockRuntimeClient, BedrockRuntimeClient as __Client } from "./aws-sdk-client.js";
export type { ForeignCommand } from "./aws-sdk-commands.js";
export {
  ApplyGuardrailCommand,
  Command as $Command,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  GetAsyncInvokeCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
  InvokeModelWithBidirectionalStreamCommand,
  InvokeModelWithResponseStreamCommand,
  ListAsyncInvokesCommand,
  StartAsyncInvokeCommand,
} from "./aws-sdk-commands.js";
export {
  AsyncInvokeStatus,
  AudioFormat,
  CachePointType,
  CacheTTL,
  ConversationRole,
  DocumentFormat,
  GuardrailAction,
  GuardrailAutomatedReasoningLogicWarningType,
  GuardrailChecksContentFilterCategory,
  GuardrailChecksPromptAttackCategory,
  GuardrailChecksRole,
  GuardrailChecksSensitiveInformationEntityType,
  GuardrailContentFilterConfidence,
  GuardrailContentFilterStrength,
  GuardrailContentFilterType,
  GuardrailContentPolicyAction,
  GuardrailContentQualifier,
  GuardrailContentSource,
  GuardrailContextualGroundingFilterType,
  GuardrailContextualGroundingPolicyAction,
  GuardrailConverseContentQualifier,
  GuardrailConverseImageFormat,
  GuardrailImageFormat,
  GuardrailManagedWordType,
  GuardrailOrigin,
  GuardrailOutputScope,
  GuardrailOwnership,
  GuardrailPiiEntityType,
  GuardrailSensitiveInformationPolicyAction,
  GuardrailStreamProcessingMode,
  GuardrailTopicPolicyAction,
  GuardrailTopicType,
  GuardrailTrace,
  GuardrailWordPolicyAction,
  ImageFormat,
  OutputFormatType,
  PerformanceConfigLatency,
  ServiceTierType,
  SortAsyncInvocationBy,
  SortOrder,
  StopReason,
  ToolResultStatus,
  ToolUseType,
  Trace,
  VideoFormat,
} from "./aws-sdk-enums.js";
export type { ServiceExceptionOptions } from "./aws-sdk-exceptions.js";
export {
  AccessDeniedException,
  BedrockRuntimeServiceException,
  ConflictException,
  InternalServerException,
  ModelErrorException,
  ModelNotReadyException,
  ModelStreamErrorException,
  ModelTimeoutException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} from "./aws-sdk-exceptions.js";
export type { RequestHandler } from "./aws-sdk-handler.js";
export type {
  BedrockRuntimeClientConfig,
  EndpointLike,
  Given,
  RequestHandlerOptions,
} from "./aws-sdk-options.js";
export { defaultProvider } from "./aws-sdk-options.js";
export type {
  AbsoluteOptions,
  Handler,
  Middleware,
  MiddlewareArguments,
  MiddlewareResult,
  Pluggable,
  RelativeOptions,
  Step,
} from "./aws-sdk-stack.js";
export { MiddlewareStack } from "./aws-sdk-stack.js";
export type * from "./types/index.js";
// Where AWS gives a name to a union and this package to an operation's input or answer: AWS's meaning.
export type {
  ConverseOutputUnion as ConverseOutput,
  ConverseStreamEvent as ConverseStreamOutput,
  InvokeModelWithBidirectionalStreamInputEvent as InvokeModelWithBidirectionalStreamInput,
  InvokeModelWithBidirectionalStreamOutputEvent as InvokeModelWithBidirectionalStreamOutput,
} from "./types/index.js";
