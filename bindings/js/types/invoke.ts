// InvokeModel, plain and streamed: parameters, the answer's body, the chunks. A body's shape is the model family's, and
// follows from the model's id where that is known when the code is compiled; any other id takes anything.
import type { ModelAnswer, ModelBody, ModelChunk } from "../models/index.js";
import type { DocumentType, EventStream, OneOf, ResponseMetadata, Uint8ArrayBlobAdapter } from "./base.js";
import type { PerformanceConfigLatency, ServiceTierType } from "./converse.js";

/** Whether the answer's body tells what the guardrail found. */
export type Trace = "ENABLED" | "DISABLED" | "ENABLED_FULL" | (string & {});

/** A chunk of the streamed answer. */
export interface PayloadPart<Chunk = DocumentType> {
  /** JSON of the model family's own shape. */
  bytes?: Uint8ArrayBlobAdapter<Chunk> | undefined;
}

/** What InvokeModel takes: a body, and parameters that travel as headers. */
export interface InvokeModelInput<Id extends string = string> {
  /** Bytes or text as they are; any other object is sent as JSON. */
  body?: ModelBody<Id> | Uint8Array | string | undefined;
  contentType?: string | undefined;
  accept?: string | undefined;
  /** A model, an inference profile or an endpoint: id or ARN. */
  modelId: Id | undefined;
  trace?: Trace | undefined;
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  /** JSON text for the invocation log, at most 8500 characters. */
  requestMetadata?: string | undefined;
}

/** What InvokeModel answers. */
export interface InvokeModelOutput<Id extends string = string> {
  /** The answer, in the model family's own shape. */
  body: Uint8ArrayBlobAdapter<ModelAnswer<Id>>;
  contentType: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  $metadata: ResponseMetadata;
}

/** What InvokeModelWithResponseStream takes. */
export interface InvokeModelWithResponseStreamInput<Id extends string = string> extends InvokeModelInput<Id> {}

/**
 * An event of InvokeModelWithResponseStream. Exceptions are thrown and never yielded; their names are here so that
 * code written for AWS's client compiles.
 */
export type ResponseStream<Chunk = DocumentType> = OneOf<{ chunk: PayloadPart<Chunk> }> & {
  internalServerException?: undefined;
  modelStreamErrorException?: undefined;
  validationException?: undefined;
  throttlingException?: undefined;
  modelTimeoutException?: undefined;
  serviceUnavailableException?: undefined;
};

/** What InvokeModelWithResponseStream answers. */
export interface InvokeModelWithResponseStreamOutput<Id extends string = string> {
  body: EventStream<ResponseStream<ModelChunk<Id>>>;
  contentType: string | undefined;
  performanceConfigLatency?: PerformanceConfigLatency | undefined;
  serviceTier?: ServiceTierType | undefined;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type InvokeModelRequest = InvokeModelInput;
/** AWS's other name for `InvokeModelInput`. */
export type InvokeModelCommandInput = InvokeModelInput;
/** AWS's other name for `InvokeModelOutput`. */
export type InvokeModelResponse = InvokeModelOutput;
/** AWS's other name for `InvokeModelOutput`. */
export type InvokeModelCommandOutput = InvokeModelOutput;
/** AWS's other name for `InvokeModelWithResponseStreamInput`. */
export type InvokeModelWithResponseStreamRequest = InvokeModelWithResponseStreamInput;
/** AWS's other name for `InvokeModelWithResponseStreamInput`. */
export type InvokeModelWithResponseStreamCommandInput = InvokeModelWithResponseStreamInput;
/** AWS's other name for `InvokeModelWithResponseStreamOutput`. */
export type InvokeModelWithResponseStreamResponse = InvokeModelWithResponseStreamOutput;
/** AWS's other name for `InvokeModelWithResponseStreamOutput`. */
export type InvokeModelWithResponseStreamCommandOutput = InvokeModelWithResponseStreamOutput;
