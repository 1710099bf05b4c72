// Amazon Nova Multimodal Embeddings. It does not stream. Types only.
// Source: AWS's Nova user guide (embeddings schema), as no recording is at hand.
import type { Base64, Open } from "./common.js";

/** What the model takes through InvokeModel: one thing to embed. (Segments are StartAsyncInvoke's.) */
export interface NovaEmbeddingsBody {
  schemaVersion?: Open<"nova-multimodal-embed-v1"> | undefined;
  taskType: Open<"SINGLE_EMBEDDING">;
  singleEmbeddingParams: NovaEmbeddingParams;
}

/** What to embed, one of the four, and for what. */
export type NovaEmbeddingParams = {
  embeddingPurpose: Open<
    | "GENERIC_INDEX"
    | "GENERIC_RETRIEVAL"
    | "TEXT_RETRIEVAL"
    | "IMAGE_RETRIEVAL"
    | "VIDEO_RETRIEVAL"
    | "DOCUMENT_RETRIEVAL"
    | "AUDIO_RETRIEVAL"
    | "CLASSIFICATION"
    | "CLUSTERING"
  >;
  /** Numbers in the answer; 3072 when not given. */
  embeddingDimension?: 256 | 384 | 1024 | 3072 | undefined;
} & (
  | {
      text: {
        /** What is cut from a text that is too long. */
        truncationMode: Open<"START" | "END" | "NONE">;
        /** At most 8,192 characters; or `source`. */
        value?: string | undefined;
        source?: NovaEmbeddingSource | undefined;
      };
    }
  | {
      image: {
        detailLevel?: Open<"STANDARD_IMAGE" | "DOCUMENT_IMAGE"> | undefined;
        format: Open<"png" | "jpeg" | "gif" | "webp">;
        source: NovaEmbeddingSource;
      };
    }
  /** At most 30 seconds. */
  | { audio: { format: Open<"mp3" | "wav" | "ogg">; source: NovaEmbeddingSource } }
  /** At most 30 seconds. */
  | {
      video: {
        format: string;
        source: NovaEmbeddingSource;
        embeddingMode: Open<"AUDIO_VIDEO_COMBINED" | "AUDIO_VIDEO_SEPARATE">;
      };
    }
);

/** Bytes, or an object in S3. */
export type NovaEmbeddingSource = { bytes: Base64 } | { s3Location: { uri: string; bucketOwner?: string | undefined } };

/** What the model answers: one embedding, or two for a video whose sound is embedded apart. */
export interface NovaEmbeddingsAnswer {
  embeddings: {
    embeddingType: Open<"TEXT" | "IMAGE" | "VIDEO" | "AUDIO" | "AUDIO_VIDEO_COMBINED">;
    embedding: number[];
    /** After which character a text was cut, if it was. */
    truncatedCharLength?: number;
  }[];
}
