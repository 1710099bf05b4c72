// ListInferenceProfiles and GetInferenceProfile: models in several regions under one id. Types only.
import type { ResponseMetadata } from "../base.js";

/** What ListInferenceProfiles takes. */
export interface ListInferenceProfilesInput {
  /** Profiles a page, from 1 to 1000. */
  maxResults?: number | undefined;
  /** Where the page begins: the `nextToken` of the page before. */
  nextToken?: string | undefined;
  typeEquals?: InferenceProfileType | undefined;
}

/** Whether AWS or the account has made it. */
export type InferenceProfileType = "SYSTEM_DEFINED" | "APPLICATION" | (string & {});

/** What ListInferenceProfiles answers: a page. */
export interface ListInferenceProfilesOutput {
  inferenceProfileSummaries?: InferenceProfileSummary[] | undefined;
  /** Not there on the last page. */
  nextToken?: string | undefined;
  $metadata: ResponseMetadata;
}

/** A profile. */
export interface InferenceProfileSummary {
  inferenceProfileName: string | undefined;
  description?: string | undefined;
  createdAt?: Date | undefined;
  updatedAt?: Date | undefined;
  inferenceProfileArn: string | undefined;
  models: InferenceProfileModel[] | undefined;
  inferenceProfileId: string | undefined;
  status: InferenceProfileStatus | undefined;
  type: InferenceProfileType | undefined;
}

/** A model of a profile, in one region. */
export interface InferenceProfileModel {
  modelArn?: string | undefined;
}

/** Whether it can be used. */
export type InferenceProfileStatus = "ACTIVE" | (string & {});

/** What GetInferenceProfile takes. */
export interface GetInferenceProfileInput {
  /** Id or ARN. */
  inferenceProfileIdentifier: string | undefined;
}

/** What GetInferenceProfile answers. */
export interface GetInferenceProfileOutput {
  inferenceProfileName: string | undefined;
  description?: string | undefined;
  createdAt?: Date | undefined;
  updatedAt?: Date | undefined;
  inferenceProfileArn: string | undefined;
  models: InferenceProfileModel[] | undefined;
  inferenceProfileId: string | undefined;
  status: InferenceProfileStatus | undefined;
  type: InferenceProfileType | undefined;
  $metadata: ResponseMetadata;
}

/** AWS's names for the same. */
export type ListInferenceProfilesRequest = ListInferenceProfilesInput;
/** AWS's other name for `ListInferenceProfilesInput`. */
export type ListInferenceProfilesCommandInput = ListInferenceProfilesInput;
/** AWS's other name for `ListInferenceProfilesOutput`. */
export type ListInferenceProfilesResponse = ListInferenceProfilesOutput;
/** AWS's other name for `ListInferenceProfilesOutput`. */
export type ListInferenceProfilesCommandOutput = ListInferenceProfilesOutput;
/** AWS's other name for `GetInferenceProfileInput`. */
export type GetInferenceProfileRequest = GetInferenceProfileInput;
/** AWS's other name for `GetInferenceProfileInput`. */
export type GetInferenceProfileCommandInput = GetInferenceProfileInput;
/** AWS's other name for `GetInferenceProfileOutput`. */
export type GetInferenceProfileResponse = GetInferenceProfileOutput;
/** AWS's other name for `GetInferenceProfileOutput`. */
export type GetInferenceProfileCommandOutput = GetInferenceProfileOutput;
