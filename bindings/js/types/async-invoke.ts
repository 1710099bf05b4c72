// StartAsyncInvoke, GetAsyncInvoke and ListAsyncInvokes: calls whose answer goes to S3. Types only.
import type { DocumentType, OneOf, ResponseMetadata } from "./base.js";

/** What StartAsyncInvoke takes. */
export interface StartAsyncInvokeInput {
  /** Of two calls with one token the second begins nothing. Made up when not given. */
  clientRequestToken?: string | undefined;
  /** A model's id or ARN. */
  modelId: string | undefined;
  /** The model family's own JSON. */
  modelInput: DocumentType | undefined;
  outputDataConfig: AsyncInvokeOutputDataConfig | undefined;
  /** At most 200. */
  tags?: Tag[] | undefined;
}

/** Where the answer goes. */
export type AsyncInvokeOutputDataConfig = OneOf<{
  s3OutputDataConfig: AsyncInvokeS3OutputDataConfig;
}>;

/** A place in S3. */
export interface AsyncInvokeS3OutputDataConfig {
  /** `s3://…` */
  s3Uri: string | undefined;
  /** The key that encrypts it. */
  kmsKeyId?: string | undefined;
  /** The id of the bucket's account, 12 digits. */
  bucketOwner?: string | undefined;
}

/** A tag. */
export interface Tag {
  key: string | undefined;
  value: string | undefined;
}

/** What StartAsyncInvoke answers. */
export interface StartAsyncInvokeOutput {
  invocationArn: string | undefined;
  $metadata: ResponseMetadata;
}

/** What GetAsyncInvoke takes. */
export interface GetAsyncInvokeInput {
  invocationArn: string | undefined;
}

/** What GetAsyncInvoke answers. */
export interface GetAsyncInvokeOutput {
  invocationArn: string | undefined;
  modelArn: string | undefined;
  clientRequestToken?: string | undefined;
  status: AsyncInvokeStatus | undefined;
  failureMessage?: string | undefined;
  submitTime: Date | undefined;
  lastModifiedTime?: Date | undefined;
  endTime?: Date | undefined;
  outputDataConfig: AsyncInvokeOutputDataConfig | undefined;
  $metadata: ResponseMetadata;
}

/** How a call is doing. */
export type AsyncInvokeStatus = "InProgress" | "Completed" | "Failed" | (string & {});

/** What ListAsyncInvokes takes. */
export interface ListAsyncInvokesInput {
  submitTimeAfter?: Date | undefined;
  submitTimeBefore?: Date | undefined;
  statusEquals?: AsyncInvokeStatus | undefined;
  /** Calls a page, from 1 to 1000. */
  maxResults?: number | undefined;
  /** Where the page begins: the `nextToken` of the page before. */
  nextToken?: string | undefined;
  sortBy?: SortAsyncInvocationBy | undefined;
  sortOrder?: SortOrder | undefined;
}

/** What the calls are sorted by. */
export type SortAsyncInvocationBy = "SubmissionTime" | (string & {});

/** Which comes first. */
export type SortOrder = "Ascending" | "Descending" | (string & {});

/** What ListAsyncInvokes answers: a page. */
export interface ListAsyncInvokesOutput {
  /** Not there on the last page. */
  nextToken?: string | undefined;
  asyncInvokeSummaries?: AsyncInvokeSummary[] | undefined;
  $metadata: ResponseMetadata;
}

/** A call. */
export interface AsyncInvokeSummary {
  invocationArn: string | undefined;
  modelArn: string | undefined;
  clientRequestToken?: string | undefined;
  status?: AsyncInvokeStatus | undefined;
  failureMessage?: string | undefined;
  submitTime: Date | undefined;
  lastModifiedTime?: Date | undefined;
  endTime?: Date | undefined;
  outputDataConfig: AsyncInvokeOutputDataConfig | undefined;
}

/** AWS's names for the same. */
export type StartAsyncInvokeRequest = StartAsyncInvokeInput;
/** AWS's other name for `StartAsyncInvokeInput`. */
export type StartAsyncInvokeCommandInput = StartAsyncInvokeInput;
/** AWS's other name for `StartAsyncInvokeOutput`. */
export type StartAsyncInvokeResponse = StartAsyncInvokeOutput;
/** AWS's other name for `StartAsyncInvokeOutput`. */
export type StartAsyncInvokeCommandOutput = StartAsyncInvokeOutput;
/** AWS's other name for `GetAsyncInvokeInput`. */
export type GetAsyncInvokeRequest = GetAsyncInvokeInput;
/** AWS's other name for `GetAsyncInvokeInput`. */
export type GetAsyncInvokeCommandInput = GetAsyncInvokeInput;
/** AWS's other name for `GetAsyncInvokeOutput`. */
export type GetAsyncInvokeResponse = GetAsyncInvokeOutput;
/** AWS's other name for `GetAsyncInvokeOutput`. */
export type GetAsyncInvokeCommandOutput = GetAsyncInvokeOutput;
/** AWS's other name for `ListAsyncInvokesInput`. */
export type ListAsyncInvokesRequest = ListAsyncInvokesInput;
/** AWS's other name for `ListAsyncInvokesInput`. */
export type ListAsyncInvokesCommandInput = ListAsyncInvokesInput;
/** AWS's other name for `ListAsyncInvokesOutput`. */
export type ListAsyncInvokesResponse = ListAsyncInvokesOutput;
/** AWS's other name for `ListAsyncInvokesOutput`. */
export type ListAsyncInvokesCommandOutput = ListAsyncInvokesOutput;
