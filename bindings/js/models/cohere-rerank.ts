// Cohere Rerank. It does not stream. Types only.
// Sources: a recording; AWS's user guide (Cohere Rerank models).
import type { NoChunk } from "./common.js";

/** What Rerank takes. */
export interface CohereRerankBody {
  query: string;
  documents: string[];
  /** At least 2. */
  api_version: number;
  /** How many to answer; all when not given. */
  top_n?: number | undefined;
  /** Tokens of each document that are read. */
  max_tokens_per_doc?: number | undefined;
}

/** What Rerank answers: the best first. */
export interface CohereRerankAnswer {
  id?: string;
  results: {
    /** Counted from 0 among the request's documents. */
    index: number;
    /** 0 to 1. */
    relevance_score: number;
  }[];
}

/** It does not stream. */
export type CohereRerankChunk = NoChunk;
