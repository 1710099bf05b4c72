// Cohere Embed: English and Multilingual v3, and v4. It does not stream. Types only.
// Sources: a recording; ranges from AWS's user guide (Cohere Embed models; Cohere Embed v3, v4).
import type { NoChunk, Open } from "./common.js";

/** The kinds of numbers that can be asked for. */
export type CohereEmbeddingType = Open<"float" | "int8" | "uint8" | "binary" | "ubinary">;

/** What Embed takes: texts or an image. */
export interface CohereEmbedBody {
  /** At most 96 texts, each at most 2048 characters (v3). */
  texts?: string[] | undefined;
  /** `data:` URLs; v3 takes one, v4 at most 96. */
  images?: string[] | undefined;
  /** What the vectors are for. */
  input_type: Open<"search_document" | "search_query" | "classification" | "clustering" | "image">;
  /** What to drop of a text that is too long; `NONE` (when not given) makes it an error. */
  truncate?: Open<"NONE" | "START" | "END" | "LEFT" | "RIGHT"> | undefined;
  embedding_types?: CohereEmbeddingType[] | undefined;
}

/** What Embed v4 takes besides. */
export interface CohereEmbedV4Body extends CohereEmbedBody {
  /** Texts and images mixed, instead of `texts` and `images`. */
  inputs?: { content: ({ type: "text"; text: string } | { type: "image_url"; image_url: { url: string } })[] }[];
  /** Tokens of each input that are read. */
  max_tokens?: number | undefined;
  /** Numbers in each vector; 1536 when not given. */
  output_dimension?: 256 | 512 | 1024 | 1536 | undefined;
}

/** What Embed answers: vectors in the order of the texts; by type, if types were asked for. */
export interface CohereEmbedAnswer {
  id: string;
  response_type: Open<"embeddings_floats" | "embeddings_by_type">;
  embeddings: number[][] | { [Type in "float" | "int8" | "uint8" | "binary" | "ubinary"]?: number[][] };
  texts?: string[];
  images?: { width: number; height: number; format: string; bit_depth: number }[];
}

/** It does not stream. */
export type CohereEmbedChunk = NoChunk;
