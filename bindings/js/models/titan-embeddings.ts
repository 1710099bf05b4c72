// Amazon Titan Embeddings v1 and v2, and Titan Multimodal Embeddings. Types only.
// Sources: v1 from recordings; v2 and multimodal from AWS's user guide (Titan Text Embeddings; Titan Multimodal
// Embeddings G1), as no recording is at hand.
import type { Base64, Open } from "./common.js";

/** What Titan Embeddings v1 takes. */
export interface TitanEmbeddingsBody {
  inputText: string;
}

/** What Titan Embeddings v1 answers: 1536 numbers. */
export interface TitanEmbeddingsAnswer {
  embedding: number[];
  inputTextTokenCount: number;
}

/** What Titan Embeddings v2 takes. */
export interface TitanEmbeddingsV2Body {
  inputText: string;
  /** Numbers in the answer: 1024 (when not given), 512 or 256. */
  dimensions?: 1024 | 512 | 256 | undefined;
  /** Whether the vector gets the length 1; true when not given. */
  normalize?: boolean | undefined;
  /** `["float"]` when not given. */
  embeddingTypes?: Open<"float" | "binary">[] | undefined;
}

/** What Titan Embeddings v2 answers. */
export interface TitanEmbeddingsV2Answer {
  embedding: number[];
  inputTextTokenCount: number;
  /** Only the kinds asked for. */
  embeddingsByType?: { float?: number[]; binary?: number[] };
}

/** What Titan Multimodal Embeddings takes: a text, an image, or both for the mean of the two. */
export type TitanMultimodalEmbeddingsBody = {
  embeddingConfig?:
    | {
        /** Numbers in the answer; 1024 when not given. */
        outputEmbeddingLength?: 256 | 384 | 1024 | undefined;
      }
    | undefined;
} & ({ inputText: string; inputImage?: Base64 | undefined } | { inputText?: string | undefined; inputImage: Base64 });

/** What Titan Multimodal Embeddings answers. */
export interface TitanMultimodalEmbeddingsAnswer {
  embedding: number[];
  inputTextTokenCount?: number | null;
  /** What went wrong, if something did. */
  message?: string | null;
}
