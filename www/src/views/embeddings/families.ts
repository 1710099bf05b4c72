// The bodies of the models that embed: how many texts a request takes, and the vectors in the answer. It asks nothing.

import type {
  CohereEmbedAnswer,
  CohereEmbedBody,
  CohereEmbedV4Body,
  NovaEmbeddingsAnswer,
  NovaEmbeddingsBody,
  TitanEmbeddingsAnswer,
  TitanEmbeddingsBody,
  TitanEmbeddingsV2Body,
  TitanMultimodalEmbeddingsBody,
} from "outcrop/models";
import { FormError } from "../../app/errors.js";

export type Family = "titan" | "titan-v2" | "titan-multimodal" | "nova" | "cohere" | "cohere-v4";

/** Which family an id is of, whatever profile's prefix it has. */
export function familyOf(id: string): Family {
  if (/nova-2-multimodal-embeddings/.test(id)) return "nova";
  if (/titan-embed-image/.test(id)) return "titan-multimodal";
  if (/titan-embed-text-v2/.test(id)) return "titan-v2";
  if (/titan-embed/.test(id)) return "titan";
  if (/cohere\.embed-v4/.test(id)) return "cohere-v4";
  if (/cohere\.embed/.test(id)) return "cohere";
  throw new FormError(
    "The id names no Titan, Nova or Cohere model that embeds, whose bodies this page knows.",
    "embeddings-model",
  );
}

/** How long the vectors can be, the usual one first; empty where there is no choice. */
export const dimensions: Record<Family, readonly number[]> = {
  titan: [],
  "titan-v2": [1024, 512, 256],
  "titan-multimodal": [1024, 384, 256],
  nova: [3072, 1024, 384, 256],
  cohere: [],
  "cohere-v4": [1536, 1024, 512, 256],
};

/** What the vectors can be for, in the family's own words, the usual one first. */
export const purposes: Record<Family, readonly string[]> = {
  titan: [],
  "titan-v2": [],
  "titan-multimodal": [],
  nova: ["GENERIC_INDEX", "TEXT_RETRIEVAL", "CLASSIFICATION", "CLUSTERING"],
  cohere: ["clustering", "search_document", "search_query", "classification"],
  "cohere-v4": ["clustering", "search_document", "search_query", "classification"],
};

/** Texts that one request takes. */
export const atOnce = (family: Family): number => (family.startsWith("cohere") ? 96 : 1);

export interface Wish {
  dimension: number | undefined;
  purpose: string;
  /** Whether the vectors get the length 1; undefined for the model's own way. */
  normalize: boolean | undefined;
}

export type Body =
  | TitanEmbeddingsBody
  | TitanEmbeddingsV2Body
  | TitanMultimodalEmbeddingsBody
  | NovaEmbeddingsBody
  | CohereEmbedBody
  | CohereEmbedV4Body;

/** The body that asks for the vectors of these texts: one, but for Cohere's. */
export function bodyOf(family: Family, texts: readonly string[], { dimension, purpose, normalize }: Wish): Body {
  const [text = ""] = texts;
  switch (family) {
    case "titan":
      return { inputText: text } satisfies TitanEmbeddingsBody;
    case "titan-v2":
      return {
        inputText: text,
        ...(dimension && { dimensions: dimension as 1024 | 512 | 256 }),
        ...(normalize !== undefined && { normalize }),
      } satisfies TitanEmbeddingsV2Body;
    case "titan-multimodal":
      return {
        inputText: text,
        ...(dimension && { embeddingConfig: { outputEmbeddingLength: dimension as 256 | 384 | 1024 } }),
      } satisfies TitanMultimodalEmbeddingsBody;
    case "nova":
      return {
        taskType: "SINGLE_EMBEDDING",
        singleEmbeddingParams: {
          embeddingPurpose: purpose,
          ...(dimension && { embeddingDimension: dimension as 256 | 384 | 1024 | 3072 }),
          text: { truncationMode: "NONE", value: text },
        },
      } satisfies NovaEmbeddingsBody;
    case "cohere":
      return { texts: [...texts], input_type: purpose } satisfies CohereEmbedBody;
    default:
      return {
        texts: [...texts],
        input_type: purpose,
        embedding_types: ["float"],
        ...(dimension && { output_dimension: dimension as 256 | 512 | 1024 | 1536 }),
      } satisfies CohereEmbedV4Body;
  }
}

/** The vectors of an answer, and the tokens that it counts itself. */
export function vectorsOf(family: Family, answer: unknown): { vectors: number[][]; tokens: number | undefined } {
  switch (family) {
    case "nova": {
      const { embeddings } = answer as NovaEmbeddingsAnswer;
      return { vectors: embeddings.map(({ embedding }) => embedding), tokens: undefined };
    }
    case "cohere":
    case "cohere-v4": {
      const { embeddings } = answer as CohereEmbedAnswer;
      return { vectors: Array.isArray(embeddings) ? embeddings : (embeddings.float ?? []), tokens: undefined };
    }
    default: {
      const { embedding, inputTextTokenCount: tokens } = answer as TitanEmbeddingsAnswer;
      return { vectors: [embedding], tokens };
    }
  }
}
