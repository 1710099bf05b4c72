// `outcrop/bedrock`: which models and inference profiles there are, from Bedrock's control plane, by the runtime's own
// loop. It manages nothing: no jobs, no purchases, no model access.

import { BedrockRuntime } from "outcrop";
import { BedrockRuntimeClient, call, internals, own, paginate } from "./core.js";
import type { Client } from "./driver.js";
import type { CallOptions, ClientOptions } from "./options.js";
import type { PaginationConfiguration } from "./paginate.js";
import type {
  GetFoundationModelAvailabilityInput,
  GetFoundationModelAvailabilityOutput,
  GetFoundationModelInput,
  GetFoundationModelOutput,
  GetInferenceProfileInput,
  GetInferenceProfileOutput,
  ListFoundationModelsInput,
  ListFoundationModelsOutput,
  ListInferenceProfilesInput,
  ListInferenceProfilesOutput,
} from "./types/bedrock/index.js";
import {
  foundationModelMarks,
  foundationModelsMarks,
  inferenceProfileMarks,
  inferenceProfilesMarks,
} from "./types/bedrock/marks.js";

export { BedrockRuntimeServiceException as BedrockServiceException } from "./core.js";
export type { PaginationConfiguration } from "./paginate.js";
export type * from "./types/bedrock/index.js";

/** Calls Bedrock's control plane, at `bedrock.<region>.…`. */
export class Bedrock {
  readonly #client: Client;

  /** As a `BedrockRuntime`; or one itself, whose settings are taken. */
  constructor(options: ClientOptions | BedrockRuntimeClient) {
    const runtime = options instanceof BedrockRuntimeClient ? options : new BedrockRuntime(options);
    const { _options, _engine } = internals(runtime);
    this.#client = own<Client>({ _options, _engine, _service: "Bedrock" });
  }

  /** The models that the region has. */
  listFoundationModels(
    input: ListFoundationModelsInput = {},
    options?: CallOptions,
  ): Promise<ListFoundationModelsOutput> {
    const line =
      "ListFoundationModels bedrock GET /foundation-models none json q:byCustomizationType=byCustomizationType q:byInferenceType=byInferenceType q:byOutputModality=byOutputModality q:byProvider=byProvider";
    return call(this.#client, line, input, foundationModelsMarks, options);
  }

  /** One model. */
  getFoundationModel(input: GetFoundationModelInput, options?: CallOptions): Promise<GetFoundationModelOutput> {
    const line = "GetFoundationModel bedrock GET /foundation-models/{modelIdentifier} none json";
    return call(this.#client, line, input, foundationModelMarks, options);
  }

  /** Whether this account may use a model in this region. */
  getFoundationModelAvailability(
    input: GetFoundationModelAvailabilityInput,
    options?: CallOptions,
  ): Promise<GetFoundationModelAvailabilityOutput> {
    const line = "GetFoundationModelAvailability bedrock GET /foundation-model-availability/{modelId} none json";
    return call(this.#client, line, input, {}, options);
  }

  /** A page of inference profiles; `paginateListInferenceProfiles` goes through all pages. */
  listInferenceProfiles(
    input: ListInferenceProfilesInput = {},
    options?: CallOptions,
  ): Promise<ListInferenceProfilesOutput> {
    const line =
      "ListInferenceProfiles bedrock GET /inference-profiles none json q:maxResults=maxResults q:nextToken=nextToken q:typeEquals=type";
    return call(this.#client, line, input, inferenceProfilesMarks, options);
  }

  /** One inference profile. */
  getInferenceProfile(input: GetInferenceProfileInput, options?: CallOptions): Promise<GetInferenceProfileOutput> {
    const line = "GetInferenceProfile bedrock GET /inference-profiles/{inferenceProfileIdentifier} none json";
    return call(this.#client, line, input, inferenceProfileMarks, options);
  }
}

/** All pages of inference profiles, one after the other. */
export const paginateListInferenceProfiles = (
  config: PaginationConfiguration<Pick<Bedrock, "listInferenceProfiles">>,
  input: ListInferenceProfilesInput,
  options?: CallOptions,
): AsyncGenerator<ListInferenceProfilesOutput, undefined> =>
  paginate((page, more) => config.client.listInferenceProfiles(page, more), config, input, options);
