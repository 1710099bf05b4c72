// The events of ConverseStream, one by one. It does not join deltas, and exceptions are errors, not events.
import type { DocumentType, EventStream, OneOf, ResponseMetadata } from "./base.js";
import type { CitationLocation } from "./citation.js";
import type { PerformanceConfiguration, PromptRouterTrace, ServiceTier, StopReason, TokenUsage } from "./converse.js";
import type { GuardrailTraceAssessment } from "./guardrail.js";
import type { ErrorBlock, ImageFormat, ImageSource } from "./media.js";
import type { ConversationRole } from "./message.js";
import type { ToolResultStatus, ToolUseType } from "./tool.js";

/** A message begins. */
export interface MessageStartEvent {
  role: ConversationRole | undefined;
}

/** A block begins; plain text has no such event. */
export interface ContentBlockStartEvent {
  start: ContentBlockStart | undefined;
  contentBlockIndex: number | undefined;
}

/** What kind of block begins. */
export type ContentBlockStart = OneOf<{
  toolUse: ToolUseBlockStart;
  toolResult: ToolResultBlockStart;
  image: ImageBlockStart;
}>;

/** A call of a tool begins. */
export interface ToolUseBlockStart {
  toolUseId: string | undefined;
  name: string | undefined;
  type?: ToolUseType | undefined;
}

/** A tool's result begins. */
export interface ToolResultBlockStart {
  toolUseId: string | undefined;
  type?: string | undefined;
  status?: ToolResultStatus | undefined;
}

/** An image begins. */
export interface ImageBlockStart {
  format: ImageFormat | undefined;
}

/** More of a block. */
export interface ContentBlockDeltaEvent {
  delta: ContentBlockDelta | undefined;
  contentBlockIndex: number | undefined;
}

/** What is added to a block. */
export type ContentBlockDelta = OneOf<{
  text: string;
  toolUse: ToolUseBlockDelta;
  toolResult: ToolResultBlockDelta[];
  reasoningContent: ReasoningContentBlockDelta;
  citation: CitationsDelta;
  image: ImageBlockDelta;
}>;

/** More of a call's input. */
export interface ToolUseBlockDelta {
  /** A piece of JSON text: join the pieces before parsing. */
  input: string | undefined;
}

/** More of a tool's result. */
export type ToolResultBlockDelta = OneOf<{
  text: string;
  json: DocumentType;
}>;

/** More of the reasoning. */
export type ReasoningContentBlockDelta = OneOf<{
  text: string;
  redactedContent: Uint8Array;
  signature: string;
}>;

/** A citation of the block. */
export interface CitationsDelta {
  title?: string | undefined;
  source?: string | undefined;
  sourceContent?: CitationSourceContentDelta[] | undefined;
  location?: CitationLocation | undefined;
}

/** A cited piece of a source. */
export interface CitationSourceContentDelta {
  text?: string | undefined;
}

/** More of an image. */
export interface ImageBlockDelta {
  source?: ImageSource | undefined;
  error?: ErrorBlock | undefined;
}

/** A block ends. */
export interface ContentBlockStopEvent {
  contentBlockIndex: number | undefined;
}

/** The message ends; `metadata` follows. */
export interface MessageStopEvent {
  stopReason: StopReason | undefined;
  additionalModelResponseFields?: DocumentType | undefined;
}

/** What the answer cost: the last event of a complete stream. */
export interface ConverseStreamMetadataEvent {
  usage: TokenUsage | undefined;
  metrics: ConverseStreamMetrics | undefined;
  trace?: ConverseStreamTrace | undefined;
  performanceConfig?: PerformanceConfiguration | undefined;
  serviceTier?: ServiceTier | undefined;
}

/** How long it took. */
export interface ConverseStreamMetrics {
  latencyMs: number | undefined;
}

/** What happened on the way. */
export interface ConverseStreamTrace {
  guardrail?: GuardrailTraceAssessment | undefined;
  promptRouter?: PromptRouterTrace | undefined;
}

/**
 * An event of ConverseStream: one member, named after the event. Exceptions are thrown and never yielded; their
 * names are here so that code written for AWS's client compiles.
 */
export type ConverseStreamEvent = OneOf<{
  messageStart: MessageStartEvent;
  contentBlockStart: ContentBlockStartEvent;
  contentBlockDelta: ContentBlockDeltaEvent;
  contentBlockStop: ContentBlockStopEvent;
  messageStop: MessageStopEvent;
  metadata: ConverseStreamMetadataEvent;
}> & {
  internalServerException?: undefined;
  modelStreamErrorException?: undefined;
  validationException?: undefined;
  throttlingException?: undefined;
  serviceUnavailableException?: undefined;
};

/** What ConverseStream answers. */
export interface ConverseStreamOutput {
  stream: EventStream<ConverseStreamEvent>;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type ConverseStreamResponse = ConverseStreamOutput;
/** AWS's other name for `ConverseStreamOutput`. */
export type ConverseStreamCommandOutput = ConverseStreamOutput;
