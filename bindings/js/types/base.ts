// What the API's types are made of: unions, free JSON, answers' bytes, streams. It needs neither DOM nor Node types.

/** Free JSON. */
export type DocumentType = null | boolean | number | string | DocumentType[] | { [name: string]: DocumentType };

/**
 * A union as AWS sends it: an object with one of these members. As AWS may add members, and answers may have none,
 * the last alternative is an object without any of them: code that goes through the members ends with an `else`.
 */
export type OneOf<Members> =
  | { [Name in keyof Members]: Only<Members, Name> }[keyof Members]
  | { [Name in keyof Members]?: undefined };

/** This member and no other. */
export type Only<Members, Name extends keyof Members> = { [Key in Name]: Members[Key] } & {
  [Key in Exclude<keyof Members, Name>]?: undefined;
};

/** Bytes of an answer, with AWS's way to read them as text, and `json()`. */
export type Uint8ArrayBlobAdapter<Json = DocumentType> = Uint8Array & {
  /** The bytes as text in this encoding, `utf-8` when not given; or as `base64`. */
  transformToString(encoding?: string): string;
  /** The bytes read as JSON. The type follows from the model's id, or is the caller's word: nothing checks it. */
  json<T = Json>(): T;
};

/** The events of an answer, to be iterated once; leaving the loop ends the request. */
export interface EventStream<T> extends AsyncIterable<T> {
  /** Itself: a stream is iterated once. */
  [Symbol.asyncIterator](): EventStream<T>;
  /** The next event; rejects with the stream's error, after all events before it. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Ends the request. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Ends the request, and rejects with that error. */
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
}

/** What is known about an answer. */
export interface ResponseMetadata {
  /** The HTTP status of the last answer; absent when none came. */
  httpStatusCode?: number;
  /** `x-amzn-requestid`: what AWS's support asks for. */
  requestId?: string;
  /** Requests sent for this call, the last one included. */
  attempts?: number;
  /** Milliseconds waited between them. */
  totalRetryDelay?: number;
}
