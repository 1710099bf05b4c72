// ListFoundationModels, GetFoundationModel and GetFoundationModelAvailability: what models there are. Types only.
import type { ResponseMetadata } from "../base.js";

/** What ListFoundationModels takes: those that match all that is given. */
export interface ListFoundationModelsInput {
  byProvider?: string | undefined;
  byCustomizationType?: ModelCustomization | undefined;
  byOutputModality?: ModelModality | undefined;
  byInferenceType?: InferenceType | undefined;
}

/** How a model can be customized. */
export type ModelCustomization = "FINE_TUNING" | "CONTINUED_PRE_TRAINING" | "DISTILLATION" | (string & {});

/** What goes in or comes out. */
export type ModelModality = "TEXT" | "IMAGE" | "EMBEDDING" | (string & {});

/** How a model is paid for. */
export type InferenceType = "ON_DEMAND" | "PROVISIONED" | (string & {});

/** What ListFoundationModels answers. */
export interface ListFoundationModelsOutput {
  modelSummaries?: FoundationModelSummary[] | undefined;
  $metadata: ResponseMetadata;
}

/** A model. */
export interface FoundationModelSummary {
  modelArn: string | undefined;
  modelId: string | undefined;
  modelName?: string | undefined;
  providerName?: string | undefined;
  inputModalities?: ModelModality[] | undefined;
  outputModalities?: ModelModality[] | undefined;
  responseStreamingSupported?: boolean | undefined;
  customizationsSupported?: ModelCustomization[] | undefined;
  inferenceTypesSupported?: InferenceType[] | undefined;
  modelLifecycle?: FoundationModelLifecycle | undefined;
}

/** Whether a model is still offered, and how long. */
export interface FoundationModelLifecycle {
  status: FoundationModelLifecycleStatus | undefined;
  startOfLifeTime?: Date | undefined;
  endOfLifeTime?: Date | undefined;
  legacyTime?: Date | undefined;
  publicExtendedAccessTime?: Date | undefined;
}

/** Whether there is a newer one. */
export type FoundationModelLifecycleStatus = "ACTIVE" | "LEGACY" | (string & {});

/** What GetFoundationModel takes. */
export interface GetFoundationModelInput {
  /** Id or ARN. */
  modelIdentifier: string | undefined;
}

/** What GetFoundationModel answers. */
export interface GetFoundationModelOutput {
  modelDetails?: FoundationModelDetails | undefined;
  $metadata: ResponseMetadata;
}

/** A model. */
export interface FoundationModelDetails {
  modelArn: string | undefined;
  modelId: string | undefined;
  modelName?: string | undefined;
  providerName?: string | undefined;
  inputModalities?: ModelModality[] | undefined;
  outputModalities?: ModelModality[] | undefined;
  responseStreamingSupported?: boolean | undefined;
  customizationsSupported?: ModelCustomization[] | undefined;
  inferenceTypesSupported?: InferenceType[] | undefined;
  modelLifecycle?: FoundationModelLifecycle | undefined;
}

/** What GetFoundationModelAvailability takes. */
export interface GetFoundationModelAvailabilityInput {
  modelId: string | undefined;
}

/** What GetFoundationModelAvailability answers: whether this account may use the model in this region. */
export interface GetFoundationModelAvailabilityOutput {
  modelId: string | undefined;
  agreementAvailability: AgreementAvailability | undefined;
  authorizationStatus: AuthorizationStatus | undefined;
  entitlementAvailability: EntitlementAvailability | undefined;
  regionAvailability: RegionAvailability | undefined;
  $metadata: ResponseMetadata;
}

/** The agreement that a model needs. */
export interface AgreementAvailability {
  status: AgreementStatus | undefined;
  errorMessage?: string | undefined;
}

/** How far the agreement is. */
export type AgreementStatus = "AVAILABLE" | "PENDING" | "NOT_AVAILABLE" | "ERROR" | (string & {});

/** Whether the caller may use it. */
export type AuthorizationStatus = "AUTHORIZED" | "NOT_AUTHORIZED" | (string & {});

/** Whether the account has it. */
export type EntitlementAvailability = "AVAILABLE" | "NOT_AVAILABLE" | (string & {});

/** Whether the region has it. */
export type RegionAvailability = "AVAILABLE" | "NOT_AVAILABLE" | (string & {});

/** AWS's names for the same. */
export type ListFoundationModelsRequest = ListFoundationModelsInput;
/** AWS's other name for `ListFoundationModelsInput`. */
export type ListFoundationModelsCommandInput = ListFoundationModelsInput;
/** AWS's other name for `ListFoundationModelsOutput`. */
export type ListFoundationModelsResponse = ListFoundationModelsOutput;
/** AWS's other name for `ListFoundationModelsOutput`. */
export type ListFoundationModelsCommandOutput = ListFoundationModelsOutput;
/** AWS's other name for `GetFoundationModelInput`. */
export type GetFoundationModelRequest = GetFoundationModelInput;
/** AWS's other name for `GetFoundationModelInput`. */
export type GetFoundationModelCommandInput = GetFoundationModelInput;
/** AWS's other name for `GetFoundationModelOutput`. */
export type GetFoundationModelResponse = GetFoundationModelOutput;
/** AWS's other name for `GetFoundationModelOutput`. */
export type GetFoundationModelCommandOutput = GetFoundationModelOutput;
/** AWS's other name for `GetFoundationModelAvailabilityInput`. */
export type GetFoundationModelAvailabilityRequest = GetFoundationModelAvailabilityInput;
/** AWS's other name for `GetFoundationModelAvailabilityInput`. */
export type GetFoundationModelAvailabilityCommandInput = GetFoundationModelAvailabilityInput;
/** AWS's other name for `GetFoundationModelAvailabilityOutput`. */
export type GetFoundationModelAvailabilityResponse = GetFoundationModelAvailabilityOutput;
/** AWS's other name for `GetFoundationModelAvailabilityOutput`. */
export type GetFoundationModelAvailabilityCommandOutput = GetFoundationModelAvailabilityOutput;
