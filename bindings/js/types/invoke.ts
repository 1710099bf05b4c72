// InvokeModel, plain and streamed: parameters, the answer's body, the chunks. A body's shape is the model family's.
import type { EventStream, OneOf, ResponseMetadata, Uint8ArrayBlobAdapter } from "./base.js";
import type { PerformanceConfigLatency, ServiceTierType } from "./converse.js";

/** Whether the answer's body tells what the guardrail found. */
export type Trace = "ENABLED" | "DISABLED" | "ENABLED_FULL" | (string & {});

/** A chunk of the streamed answer. */
export interface PayloadPart {
  /** JSON of the model family's own shape. */
  bytes?: Uint8Array | undefined;
}

/** What InvokeModel takes: a body, and parameters that travel as headers. */
export interface InvokeModelInput {
  /** Bytes or text as they are; any other object is sent as JSON. */
  body?: Uint8Array | string | object | undefined;
  contentType?: string | undefined;
  accept?: string | undefined;
  /** A model, an inference profile or an endpoint: id or ARN. */
  modelId: string | undefined;
  trace?: Trace | undefined;
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  /** JSON text for the invocation log, at most 8500 characters. */
  requestMetadata?: string | undefined;
}

/** What InvokeModel answers. */
export interface InvokeModelOutput {
  /** The answer, in the model family's own shape. */
  body: Uint8ArrayBlobAdapter;
  contentType: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  $metadata: ResponseMetadata;
}

/** What InvokeModelWithResponseStream takes. */
export interface InvokeModelWithResponseStreamInput extends InvokeModelInput {}

/**
 * An event of InvokeModelWithResponseStream. Exceptions are thrown and never yielded; their names are here so that
 * code written for AWS's client compiles.
 */
export type ResponseStream = OneOf<{ chunk: PayloadPart }> & {
  internalServerException?: undefined;
  modelStreamErrorException?: undefined;
  validationException?: undefined;
  throttlingException?: undefined;
  modelTimeoutException?: undefined;
  serviceUnavailableException?: undefined;
};

/** What InvokeModelWithResponseStream answers. */
export interface InvokeModelWithResponseStreamOutput {
  body: EventStream<ResponseStream>;
  contentType: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type InvokeModelRequest = InvokeModelInput;
export type InvokeModelCommandInput = InvokeModelInput;
export type InvokeModelResponse = InvokeModelOutput;
export type InvokeModelCommandOutput = InvokeModelOutput;
export type InvokeModelWithResponseStreamRequest = InvokeModelWithResponseStreamInput;
export type InvokeModelWithResponseStreamCommandInput = InvokeModelWithResponseStreamInput;
export type InvokeModelWithResponseStreamResponse = InvokeModelWithResponseStreamOutput;
export type InvokeModelWithResponseStreamCommandOutput = InvokeModelWithResponseStreamOutput;
