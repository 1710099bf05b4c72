// The client that most users open: AWS's method names over one driver. Each runtime's entry gives it a module.
import type { Blob } from "./body.js";
import { call } from "./driver.js";
import type { CallOptions, Client, ClientOptions } from "./driver.js";
import type { Engine } from "./instance.js";
import type { EventStream } from "./stream.js";
import type { ResponseMetadata } from "./errors.js";

type ConverseInput = any;
type ConverseOutput = any;
type ConverseStreamInput = any;
type ConverseStreamEvent = any;
const CONVERSE = { output: { message: { content: { image: { source: { bytes: 1 } }, reasoningContent: { redactedContent: 1 } } } } } as const;
const CONVERSE_STREAM = { contentBlockDelta: { delta: { reasoningContent: { redactedContent: 1 } } } } as const;
const CHUNK = { chunk: { bytes: 1 } } as const;

export interface InvokeModelInput {
  modelId: string;
  /** Bytes or text as they are; anything else is sent as JSON. */
  body?: unknown;
  contentType?: string;
  accept?: string;
}
export interface InvokeModelOutput {
  body: Blob;
  contentType?: string;
  $metadata: ResponseMetadata;
}
export interface InvokeModelStreamOutput {
  body: EventStream<{ chunk?: { bytes?: Uint8Array } }>;
  contentType?: string;
  $metadata: ResponseMetadata;
}

/** Calls Amazon Bedrock's runtime. */
export class BedrockRuntimeClient {
  readonly #client: Client;

  /** Loading the WebAssembly begins here; no call has to wait for anything else. */
  constructor(options: ClientOptions, engine: Engine) {
    this.#client = { ...options, _engine: engine };
    engine.load().catch(() => {});
  }

  converse(input: ConverseInput, options?: CallOptions): Promise<ConverseOutput> {
    return call(this.#client, "Converse", input, CONVERSE, options);
  }

  converseStream(
    input: ConverseStreamInput,
    options?: CallOptions,
  ): Promise<{ stream: EventStream<ConverseStreamEvent>; $metadata: ResponseMetadata }> {
    return call(this.#client, "ConverseStream", input, CONVERSE_STREAM, options);
  }

  invokeModel(input: InvokeModelInput, options?: CallOptions): Promise<InvokeModelOutput> {
    return call(this.#client, "InvokeModel", input, {}, options);
  }

  invokeModelWithResponseStream(input: InvokeModelInput, options?: CallOptions): Promise<InvokeModelStreamOutput> {
    return call(this.#client, "InvokeModelWithResponseStream", input, CHUNK, options);
  }
}
