// The client that most users open: AWS's method names over one driver. Each runtime's entry gives it a module.

import type { Client } from "./driver.js";
import { call } from "./driver.js";
import { OutcropError } from "./errors.js";
import type { Wasm } from "./host.js";
import type { Engine } from "./instance.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { converseBlobs, converseStreamBlobs, invokeStreamBlobs } from "./types/blobs.js";
import type {
  ConverseInput,
  ConverseOutput,
  ConverseStreamInput,
  ConverseStreamOutput,
  InvokeModelInput,
  InvokeModelOutput,
  InvokeModelWithResponseStreamInput,
  InvokeModelWithResponseStreamOutput,
} from "./types/index.js";

let reveal: (client: BedrockRuntimeClient) => Client;

/** Calls Amazon Bedrock's runtime. */
export class BedrockRuntimeClient {
  // Not to be seen from outside: it holds credentials.
  readonly #client: Client;
  static {
    reveal = (client) => client.#client;
  }

  /** Loading the WebAssembly begins here. */
  constructor(options: ClientOptions, wasm: Wasm) {
    this.#client = { _options: options, _engine: wasm as Engine };
    // Who calls is told; and the next call tries again.
    wasm.load().catch(() => {});
  }

  /** Asks a model and waits for its whole answer. */
  converse(input: ConverseInput, options?: CallOptions): Promise<ConverseOutput> {
    return call(this.#client, "Converse", input, converseBlobs, options);
  }

  /** Asks a model; its answer comes as events. Iterate `stream`, or `return()` it: until then the request is open. */
  converseStream(input: ConverseStreamInput, options?: CallOptions): Promise<ConverseStreamOutput> {
    return call(this.#client, "ConverseStream", input, converseStreamBlobs, options);
  }

  /** Calls a model in its family's own JSON. */
  invokeModel(input: InvokeModelInput, options?: CallOptions): Promise<InvokeModelOutput> {
    return call(this.#client, "InvokeModel", input, {}, options);
  }

  /** Calls a model in its family's own JSON; the answer comes in chunks. Iterate `body`, or `return()` it. */
  invokeModelWithResponseStream(
    input: InvokeModelWithResponseStreamInput,
    options?: CallOptions,
  ): Promise<InvokeModelWithResponseStreamOutput> {
    return call(this.#client, "InvokeModelWithResponseStream", input, invokeStreamBlobs, options);
  }
}

/** What a client keeps to itself, for the package's other entries. */
export function internals(client: BedrockRuntimeClient): Client {
  try {
    return reveal(client);
  } catch (cause) {
    throw new OutcropError("a BedrockRuntime of this package is needed", "caller", { cause });
  }
}
