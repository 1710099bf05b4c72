// AWS's aggregated client, with a method for each operation, and its paginator. Its methods promise; they take no
// callbacks. It has no waiters, as AWS's has none.
import { BedrockRuntimeClient } from "./aws-sdk-client.js";
import {
  ApplyGuardrailCommand,
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
import type { CallOptions } from "./options.js";
import { type PaginationConfiguration, paginate } from "./paginate.js";
import type * as api from "./types/index.js";

/** How a list is paged. */
export type BedrockRuntimePaginationConfiguration = PaginationConfiguration<BedrockRuntimeClient>;

/** The pages of ListAsyncInvokes. */
export function paginateListAsyncInvokes(
  { client, ...paging }: BedrockRuntimePaginationConfiguration,
  input: api.ListAsyncInvokesInput = {},
  options?: CallOptions,
): AsyncGenerator<api.ListAsyncInvokesOutput, undefined> {
  const ask = (page: api.ListAsyncInvokesInput) => client.send(new ListAsyncInvokesCommand(page), options);
  return paginate(ask, paging, input, options);
}

/** As AWS's: `send`, and a method for each operation. */
export class BedrockRuntime extends BedrockRuntimeClient {
  /** @internal */
  static override readonly name = "BedrockRuntime";
  /** `send` with a ApplyGuardrailCommand. */
  applyGuardrail(input: api.ApplyGuardrailInput, options?: CallOptions): Promise<api.ApplyGuardrailOutput> {
    return this.send(new ApplyGuardrailCommand(input), options);
  }
  /** `send` with a ConverseCommand. */
  converse(input: api.ConverseInput, options?: CallOptions): Promise<api.ConverseOutput> {
    return this.send(new ConverseCommand(input), options);
  }
  /** `send` with a ConverseStreamCommand. */
  converseStream(input: api.ConverseStreamInput, options?: CallOptions): Promise<api.ConverseStreamOutput> {
    return this.send(new ConverseStreamCommand(input), options);
  }
  /** `send` with a CountTokensCommand. */
  countTokens(input: api.CountTokensInput, options?: CallOptions): Promise<api.CountTokensOutput> {
    return this.send(new CountTokensCommand(input), options);
  }
  /** `send` with a GetAsyncInvokeCommand. */
  getAsyncInvoke(input: api.GetAsyncInvokeInput, options?: CallOptions): Promise<api.GetAsyncInvokeOutput> {
    return this.send(new GetAsyncInvokeCommand(input), options);
  }
  /** `send` with a InvokeGuardrailChecksCommand. */
  invokeGuardrailChecks(
    input: api.InvokeGuardrailChecksInput,
    options?: CallOptions,
  ): Promise<api.InvokeGuardrailChecksOutput> {
    return this.send(new InvokeGuardrailChecksCommand(input), options);
  }
  /** `send` with a InvokeModelCommand. */
  invokeModel(input: api.InvokeModelInput, options?: CallOptions): Promise<api.InvokeModelOutput> {
    return this.send(new InvokeModelCommand(input), options);
  }
  /** `send` with a InvokeModelWithBidirectionalStreamCommand. */
  invokeModelWithBidirectionalStream(
    input: api.InvokeModelWithBidirectionalStreamInput,
    options?: CallOptions,
  ): Promise<api.InvokeModelWithBidirectionalStreamOutput> {
    return this.send(new InvokeModelWithBidirectionalStreamCommand(input), options);
  }
  /** `send` with a InvokeModelWithResponseStreamCommand. */
  invokeModelWithResponseStream(
    input: api.InvokeModelWithResponseStreamInput,
    options?: CallOptions,
  ): Promise<api.InvokeModelWithResponseStreamOutput> {
    return this.send(new InvokeModelWithResponseStreamCommand(input), options);
  }
  /** `send` with a ListAsyncInvokesCommand. */
  listAsyncInvokes(input: api.ListAsyncInvokesInput = {}, options?: CallOptions): Promise<api.ListAsyncInvokesOutput> {
    return this.send(new ListAsyncInvokesCommand(input), options);
  }
  /** `send` with a StartAsyncInvokeCommand. */
  startAsyncInvoke(input: api.StartAsyncInvokeInput, options?: CallOptions): Promise<api.StartAsyncInvokeOutput> {
    return this.send(new StartAsyncInvokeCommand(input), options);
  }
  /** The pages of ListAsyncInvokes. */
  paginateListAsyncInvokes(
    input?: api.ListAsyncInvokesInput,
    paging?: Omit<BedrockRuntimePaginationConfiguration, "client">,
  ): AsyncGenerator<api.ListAsyncInvokesOutput, undefined> {
    return paginateListAsyncInvokes({ ...paging, client: this }, input);
  }
}
