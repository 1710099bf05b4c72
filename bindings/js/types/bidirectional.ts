// InvokeModelWithBidirectionalStream: events both ways at once. Types only; `outcrop/bidirectional` makes the call.
import type { EventStream, OneOf, ResponseMetadata } from "./base.js";

/** What InvokeModelWithBidirectionalStream takes. */
export interface InvokeModelWithBidirectionalStreamInput {
  /** A model, an inference profile or an endpoint: id or ARN. */
  modelId: string | undefined;
  /** What is sent, while answers come; its end says that there is no more. */
  body: AsyncIterable<InvokeModelWithBidirectionalStreamInputEvent> | undefined;
}

/** An event to the model; the service model's name for it is InvokeModelWithBidirectionalStreamInput. */
export type InvokeModelWithBidirectionalStreamInputEvent = OneOf<{
  chunk: BidirectionalInputPayloadPart;
}>;

/** A piece of what is sent. */
export interface BidirectionalInputPayloadPart {
  /** JSON of the model's own shape. */
  bytes?: Uint8Array | undefined;
}

/**
 * An event of the model; the service model's name for it is InvokeModelWithBidirectionalStreamOutput. Exceptions are
 * thrown and never yielded; their names are here so that code written for AWS's client compiles.
 */
export type InvokeModelWithBidirectionalStreamOutputEvent = OneOf<{
  chunk: BidirectionalOutputPayloadPart;
}> & {
  internalServerException?: undefined;
  modelStreamErrorException?: undefined;
  validationException?: undefined;
  throttlingException?: undefined;
  modelTimeoutException?: undefined;
  serviceUnavailableException?: undefined;
};

/** A piece of the answer. */
export interface BidirectionalOutputPayloadPart {
  /** JSON of the model's own shape. */
  bytes?: Uint8Array | undefined;
}

/** What InvokeModelWithBidirectionalStream answers. */
export interface InvokeModelWithBidirectionalStreamOutput {
  body: EventStream<InvokeModelWithBidirectionalStreamOutputEvent>;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type InvokeModelWithBidirectionalStreamRequest = InvokeModelWithBidirectionalStreamInput;
/** AWS's other name for `InvokeModelWithBidirectionalStreamInput`. */
export type InvokeModelWithBidirectionalStreamCommandInput = InvokeModelWithBidirectionalStreamInput;
/** AWS's other name for `InvokeModelWithBidirectionalStreamOutput`. */
export type InvokeModelWithBidirectionalStreamResponse = InvokeModelWithBidirectionalStreamOutput;
/** AWS's other name for `InvokeModelWithBidirectionalStreamOutput`. */
export type InvokeModelWithBidirectionalStreamCommandOutput = InvokeModelWithBidirectionalStreamOutput;
