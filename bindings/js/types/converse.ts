// Converse and ConverseStream: what goes in, and what Converse answers. Types only.
import type { DocumentType, OneOf, ResponseMetadata } from "./base.js";
import type { GuardrailConfiguration, GuardrailStreamConfiguration, GuardrailTraceAssessment } from "./guardrail.js";
import type { CacheTTL, Message, SystemContentBlock } from "./message.js";
import type { ToolConfiguration } from "./tool.js";

/** What Converse takes. */
export interface ConverseInput {
  /** A model, an inference profile, a prompt or an endpoint: id or ARN. */
  modelId: string | undefined;
  messages?: Message[] | undefined;
  system?: SystemContentBlock[] | undefined;
  inferenceConfig?: InferenceConfiguration | undefined;
  toolConfig?: ToolConfiguration | undefined;
  guardrailConfig?: GuardrailConfiguration | undefined;
  /** Free JSON for the model. */
  additionalModelRequestFields?: DocumentType | undefined;
  /** Only with a prompt as the model. */
  promptVariables?: Record<string, PromptVariableValues> | undefined;
  /** JSON pointers, at most 10. */
  additionalModelResponseFieldPaths?: string[] | undefined;
  /** For the invocation log, 1 to 16 entries. */
  requestMetadata?: Record<string, string> | undefined;
  performanceConfig?: PerformanceConfiguration | undefined;
  serviceTier?: ServiceTier | undefined;
  outputConfig?: OutputConfig | undefined;
}

/** What ConverseStream takes. */
export interface ConverseStreamInput {
  /** A model, an inference profile, a prompt or an endpoint: id or ARN. */
  modelId: string | undefined;
  messages?: Message[] | undefined;
  system?: SystemContentBlock[] | undefined;
  inferenceConfig?: InferenceConfiguration | undefined;
  toolConfig?: ToolConfiguration | undefined;
  guardrailConfig?: GuardrailStreamConfiguration | undefined;
  /** Free JSON for the model. */
  additionalModelRequestFields?: DocumentType | undefined;
  /** Only with a prompt as the model. */
  promptVariables?: Record<string, PromptVariableValues> | undefined;
  /** JSON pointers, at most 10. */
  additionalModelResponseFieldPaths?: string[] | undefined;
  /** For the invocation log, 1 to 16 entries. */
  requestMetadata?: Record<string, string> | undefined;
  performanceConfig?: PerformanceConfiguration | undefined;
  serviceTier?: ServiceTier | undefined;
  outputConfig?: OutputConfig | undefined;
}

/** How the model is to sample. */
export interface InferenceConfiguration {
  maxTokens?: number | undefined;
  /** From 0 to 1. */
  temperature?: number | undefined;
  /** From 0 to 1. */
  topP?: number | undefined;
  stopSequences?: string[] | undefined;
}

/** The value of a prompt's variable. */
export type PromptVariableValues = OneOf<{
  text: string;
}>;

/** Whether to trade money for speed. */
export interface PerformanceConfiguration {
  latency?: PerformanceConfigLatency | undefined;
}

/** Standard or optimised latency. */
export type PerformanceConfigLatency = "standard" | "optimized" | (string & {});

/** The tier of a request. */
export interface ServiceTier {
  type: ServiceTierType | undefined;
}

/** A service tier. */
export type ServiceTierType = "priority" | "default" | "flex" | "reserved" | (string & {});

/** What the answer is to look like. */
export interface OutputConfig {
  textFormat?: OutputFormat | undefined;
  /** How much the model is to think, such as `low`. */
  effort?: string | undefined;
}

/** The format of the answer's text. */
export interface OutputFormat {
  type: OutputFormatType | undefined;
  structure: OutputFormatStructure | undefined;
}

/** A format of text. */
export type OutputFormatType = "json_schema" | (string & {});

/** The structure of the answer's text. */
export type OutputFormatStructure = OneOf<{
  jsonSchema: JsonSchemaDefinition;
}>;

/** A JSON schema for the answer. */
export interface JsonSchemaDefinition {
  /** The schema as JSON text. */
  schema: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
}

/** What Converse answers. */
export interface ConverseOutput {
  output: ConverseOutputUnion | undefined;
  stopReason: StopReason | undefined;
  usage: TokenUsage | undefined;
  metrics: ConverseMetrics | undefined;
  /** Free JSON from the model. */
  additionalModelResponseFields?: DocumentType | undefined;
  trace?: ConverseTrace | undefined;
  performanceConfig?: PerformanceConfiguration | undefined;
  serviceTier?: ServiceTier | undefined;
  $metadata: ResponseMetadata;
}

/** The answer proper; the model's name for it is ConverseOutput. */
export type ConverseOutputUnion = OneOf<{
  message: Message;
}>;

/** Why the model stopped. */
export type StopReason =
  | "end_turn"
  | "tool_use"
  | "max_tokens"
  | "stop_sequence"
  | "guardrail_intervened"
  | "content_filtered"
  | "malformed_model_output"
  | "malformed_tool_use"
  | "model_context_window_exceeded"
  | (string & {});

/** Tokens used. Real answers have more members than the model. */
export interface TokenUsage {
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  totalTokens: number | undefined;
  cacheReadInputTokens?: number | undefined;
  cacheWriteInputTokens?: number | undefined;
  cacheDetails?: CacheDetail[] | undefined;
}

/** Tokens written to a cache, by lifetime. */
export interface CacheDetail {
  ttl: CacheTTL | undefined;
  inputTokens: number | undefined;
}

/** How long it took. */
export interface ConverseMetrics {
  latencyMs: number | undefined;
}

/** What happened on the way. */
export interface ConverseTrace {
  guardrail?: GuardrailTraceAssessment | undefined;
  promptRouter?: PromptRouterTrace | undefined;
}

/** What a prompt router chose. */
export interface PromptRouterTrace {
  invokedModelId?: string | undefined;
}

/** AWS's names for the same. */
export type ConverseRequest = ConverseInput;
/** AWS's other name for `ConverseInput`. */
export type ConverseCommandInput = ConverseInput;
/** AWS's other name for `ConverseOutput`. */
export type ConverseResponse = ConverseOutput;
/** AWS's other name for `ConverseOutput`. */
export type ConverseCommandOutput = ConverseOutput;
/** AWS's other name for `ConverseStreamInput`. */
export type ConverseStreamRequest = ConverseStreamInput;
/** AWS's other name for `ConverseStreamInput`. */
export type ConverseStreamCommandInput = ConverseStreamInput;
