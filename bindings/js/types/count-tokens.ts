// CountTokens: a request, and how many input tokens it would cost. Types only.
import type { DocumentType, OneOf, ResponseMetadata } from "./base.js";
import type { Message, SystemContentBlock } from "./message.js";
import type { ToolConfiguration } from "./tool.js";

/** What CountTokens takes. */
export interface CountTokensInput {
  /** A model's id or ARN. */
  modelId: string | undefined;
  input: CountTokensInputUnion | undefined;
}

/** The request to count; the model's name for it is CountTokensInput. */
export type CountTokensInputUnion = OneOf<{
  invokeModel: InvokeModelTokensRequest;
  converse: ConverseTokensRequest;
}>;

/** A body of InvokeModel. */
export interface InvokeModelTokensRequest {
  /** The JSON text's bytes. */
  body: Uint8Array | undefined;
}

/** What of a Converse request costs tokens. */
export interface ConverseTokensRequest {
  messages?: Message[] | undefined;
  system?: SystemContentBlock[] | undefined;
  toolConfig?: ToolConfiguration | undefined;
  /** Free JSON for the model. */
  additionalModelRequestFields?: DocumentType | undefined;
}

/** What CountTokens answers. */
export interface CountTokensOutput {
  inputTokens: number | undefined;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type CountTokensRequest = CountTokensInput;
/** AWS's other name for `CountTokensInput`. */
export type CountTokensCommandInput = CountTokensInput;
/** AWS's other name for `CountTokensOutput`. */
export type CountTokensResponse = CountTokensOutput;
/** AWS's other name for `CountTokensOutput`. */
export type CountTokensCommandOutput = CountTokensOutput;
