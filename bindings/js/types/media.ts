// Images, documents, video and audio, as bytes or as a place in S3. It neither loads nor converts them.
import type { OneOf } from "./base.js";
import type { CitationsConfig } from "./citation.js";

/** An image. */
export interface ImageBlock {
  format: ImageFormat | undefined;
  source: ImageSource | undefined;
  /** Why the image could not be made. */
  error?: ErrorBlock | undefined;
}

/** Where an image is. */
export type ImageSource = OneOf<{
  bytes: Uint8Array;
  s3Location: S3Location;
}>;

/** How an image is encoded. */
export type ImageFormat = "png" | "jpeg" | "gif" | "webp" | (string & {});

/** A document. */
export interface DocumentBlock {
  format?: DocumentFormat | undefined;
  /** A neutral name: the model reads it. */
  name: string | undefined;
  source: DocumentSource | undefined;
  /** How the model is to read the document. */
  context?: string | undefined;
  citations?: CitationsConfig | undefined;
}

/** Where a document is. */
export type DocumentSource = OneOf<{
  bytes: Uint8Array;
  s3Location: S3Location;
  text: string;
  content: DocumentContentBlock[];
}>;

/** A piece of a document that is given in pieces. */
export type DocumentContentBlock = OneOf<{
  text: string;
}>;

/** How a document is encoded. */
export type DocumentFormat = "pdf" | "csv" | "doc" | "docx" | "xls" | "xlsx" | "html" | "txt" | "md" | (string & {});

/** A video. */
export interface VideoBlock {
  format: VideoFormat | undefined;
  source: VideoSource | undefined;
}

/** Where a video is. */
export type VideoSource = OneOf<{
  bytes: Uint8Array;
  s3Location: S3Location;
}>;

/** How a video is encoded. */
export type VideoFormat = "mkv" | "mov" | "mp4" | "webm" | "flv" | "mpeg" | "mpg" | "wmv" | "three_gp" | (string & {});

/** Audio. */
export interface AudioBlock {
  format: AudioFormat | undefined;
  source: AudioSource | undefined;
  /** Why the audio could not be made. */
  error?: ErrorBlock | undefined;
}

/** Where audio is. */
export type AudioSource = OneOf<{
  bytes: Uint8Array;
  s3Location: S3Location;
}>;

/** How audio is encoded. */
export type AudioFormat =
  | "mp3"
  | "opus"
  | "wav"
  | "aac"
  | "flac"
  | "mp4"
  | "ogg"
  | "mkv"
  | "mka"
  | "x-aac"
  | "m4a"
  | "mpeg"
  | "mpga"
  | "pcm"
  | "webm"
  | (string & {});

/** An object in S3. */
export interface S3Location {
  uri: string | undefined;
  /** The account that owns the bucket, if it is another. */
  bucketOwner?: string | undefined;
}

/** Why a piece of content is missing. */
export interface ErrorBlock {
  message?: string | undefined;
}
