// The client that most users open: AWS's method names over one driver, each with its operation's line (bind.ts
// reads it). Each runtime's entry gives it a module.

import type { Client } from "./driver.js";
import { call } from "./driver.js";
import { OutcropError } from "./errors.js";
import type { Wasm } from "./host.js";
import type { Engine } from "./instance.js";
import type { CallOptions, ClientOptions } from "./options.js";
import { member, own } from "./own.js";
import type { PaginationConfiguration } from "./paginate.js";
import { paginate } from "./paginate.js";
import type {
  ApplyGuardrailInput,
  ApplyGuardrailOutput,
  ConverseInput,
  ConverseOutput,
  ConverseStreamInput,
  ConverseStreamOutput,
  CountTokensInput,
  CountTokensOutput,
  GetAsyncInvokeInput,
  GetAsyncInvokeOutput,
  InvokeGuardrailChecksInput,
  InvokeGuardrailChecksOutput,
  InvokeModelInput,
  InvokeModelOutput,
  InvokeModelWithResponseStreamInput,
  InvokeModelWithResponseStreamOutput,
  ListAsyncInvokesInput,
  ListAsyncInvokesOutput,
  StartAsyncInvokeInput,
  StartAsyncInvokeOutput,
} from "./types/index.js";
import {
  asyncInvokeMarks,
  converseMarks,
  converseStreamMarks,
  invokeStreamMarks,
  listAsyncInvokesMarks,
} from "./types/marks.js";

let reveal: (client: BedrockRuntimeClient) => Client;

/** What the two operations bind alike: members that travel as headers. */
const invoke = (name: string, path: string, output: string, accept: string, contentType: string): string =>
  `${name} bedrock-runtime POST /model/{modelId}/${path} blob ${output} h:contentType=content-type h:accept=${accept} h:trace=x-amzn-bedrock-trace h:guardrailIdentifier=x-amzn-bedrock-guardrailidentifier h:guardrailVersion=x-amzn-bedrock-guardrailversion h:performanceConfigLatency=x-amzn-bedrock-performanceconfig-latency h:serviceTier=x-amzn-bedrock-service-tier h:requestMetadata=x-amzn-bedrock-request-metadata o:${contentType}=contentType o:x-amzn-bedrock-performanceconfig-latency=performanceConfigLatency o:x-amzn-bedrock-service-tier=serviceTier`;

/** Calls Amazon Bedrock's runtime. */
export class BedrockRuntimeClient {
  // Not to be seen from outside: it holds credentials.
  readonly #client: Client;
  static {
    reveal = (client) => client.#client;
  }

  /** Loading the WebAssembly begins here. */
  constructor(options: ClientOptions, wasm: Wasm) {
    this.#client = own<Client>({ _options: own(options), _engine: wasm as Engine });
    // Who calls is told; and the next call tries again.
    wasm.load().catch(() => {});
  }

  /** Asks a model and waits for its whole answer. */
  converse(input: ConverseInput, options?: CallOptions): Promise<ConverseOutput> {
    const line = "Converse bedrock-runtime POST /model/{modelId}/converse json json";
    return call(this.#client, line, input, converseMarks, options);
  }

  /** Asks a model; its answer comes as events. Iterate `stream`, or `return()` it: until then the request is open. */
  converseStream(input: ConverseStreamInput, options?: CallOptions): Promise<ConverseStreamOutput> {
    const line = "ConverseStream bedrock-runtime POST /model/{modelId}/converse-stream json converse";
    return call(this.#client, line, input, converseStreamMarks, options);
  }

  /** Calls a model in its family's own JSON, whose type follows from the model's id. */
  invokeModel<Id extends string>(input: InvokeModelInput<Id>, options?: CallOptions): Promise<InvokeModelOutput<Id>> {
    const line = invoke("InvokeModel", "invoke", "blob", "accept", "content-type");
    return call(this.#client, line, input, {}, options);
  }

  /** Calls a model in its family's own JSON; the answer comes in chunks. Iterate `body`, or `return()` it. */
  invokeModelWithResponseStream<Id extends string>(
    input: InvokeModelWithResponseStreamInput<Id>,
    options?: CallOptions,
  ): Promise<InvokeModelWithResponseStreamOutput<Id>> {
    const [accept, contentType] = ["x-amzn-bedrock-accept", "x-amzn-bedrock-content-type"] as const;
    const name = "InvokeModelWithResponseStream";
    const line = invoke(name, "invoke-with-response-stream", "invoke", accept, contentType);
    return call(this.#client, line, input, invokeStreamMarks, options);
  }

  /** How many input tokens a request would cost. */
  countTokens(input: CountTokensInput, options?: CallOptions): Promise<CountTokensOutput> {
    const line = "CountTokens bedrock-runtime POST /model/{modelId}/count-tokens json json";
    return call(this.#client, line, input, {}, options);
  }

  /** What a guardrail says about a text or an image, without a model. */
  applyGuardrail(input: ApplyGuardrailInput, options?: CallOptions): Promise<ApplyGuardrailOutput> {
    const line =
      "ApplyGuardrail bedrock-runtime POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply json json";
    return call(this.#client, line, input, {}, options);
  }

  /** What a guardrail's checks find in messages, without a guardrail of one's own. */
  invokeGuardrailChecks(
    input: InvokeGuardrailChecksInput,
    options?: CallOptions,
  ): Promise<InvokeGuardrailChecksOutput> {
    const line = "InvokeGuardrailChecks bedrock-runtime POST /guardrail-checks/invoke json json";
    return call(this.#client, line, input, {}, options);
  }

  /** Begins a call whose answer goes to S3. Sent again after a failure it is begun once: all attempts have one token. */
  async startAsyncInvoke(input: StartAsyncInvokeInput, options?: CallOptions): Promise<StartAsyncInvokeOutput> {
    const line = "StartAsyncInvoke bedrock-runtime POST /async-invoke json json";
    const clientRequestToken = member(input, "clientRequestToken") ?? token();
    return call(this.#client, line, input && { ...input, clientRequestToken }, {}, options);
  }

  /** How such a call is doing. */
  getAsyncInvoke(input: GetAsyncInvokeInput, options?: CallOptions): Promise<GetAsyncInvokeOutput> {
    const line = "GetAsyncInvoke bedrock-runtime GET /async-invoke/{invocationArn} none json";
    return call(this.#client, line, input, asyncInvokeMarks, options);
  }

  /** A page of such calls; `paginateListAsyncInvokes` goes through all pages. */
  listAsyncInvokes(input: ListAsyncInvokesInput = {}, options?: CallOptions): Promise<ListAsyncInvokesOutput> {
    const line =
      "ListAsyncInvokes bedrock-runtime GET /async-invoke none json q:maxResults=maxResults q:nextToken=nextToken q:sortBy=sortBy q:sortOrder=sortOrder q:statusEquals=statusEquals q:submitTimeAfter=submitTimeAfter q:submitTimeBefore=submitTimeBefore";
    return call(this.#client, line, input, listAsyncInvokesMarks, options);
  }
}

/** Unlike any other: digits of 128 random bits. */
function token(): string {
  const random = new Uint32Array(4);
  // Node 18 has it behind a flag only; two calls that began at the same time must differ, no more.
  const filled = globalThis.crypto?.getRandomValues(random) ?? random.map(() => Math.random() * 2 ** 32);
  return filled.join("-");
}

/** What a client keeps to itself, for the package's other entries. */
export function internals(client: BedrockRuntimeClient): Client {
  try {
    return reveal(client);
  } catch (cause) {
    throw new OutcropError("a BedrockRuntime of this package is needed", "caller", { cause });
  }
}

/** All pages of such calls, one after the other. */
export const paginateListAsyncInvokes = (
  config: PaginationConfiguration<Pick<BedrockRuntimeClient, "listAsyncInvokes">>,
  input: ListAsyncInvokesInput,
  options?: CallOptions,
): AsyncGenerator<ListAsyncInvokesOutput, undefined> =>
  paginate((page, more) => config.client.listAsyncInvokes(page, more), config, input, options);
