// Cohere Command and Command Light. Types only.
// Sources: ranges and defaults from Caylent's guide to Bedrock, 2023-09-28; answers from recordings; `truncate` and
// `logit_bias` from AWS's user guide (Cohere Command models).
import type { Chunk, Guarded, Open } from "./common.js";

/** What Command takes. */
export interface CohereCommandBody {
  prompt: string;
  /** 0 to 5, 0.9 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 0.75 when not given. */
  p?: number | undefined;
  /** 0 to 500, 0 (off) when not given. */
  k?: number | undefined;
  /** 1 to 4096 tokens, 20 when not given. */
  max_tokens?: number | undefined;
  /** At most 4. */
  stop_sequences?: string[] | undefined;
  /** For which tokens the answer has likelihoods. */
  return_likelihoods?: Open<"NONE" | "GENERATION" | "ALL"> | undefined;
  /** Must be true for InvokeModelWithResponseStream to stream. */
  stream?: boolean | undefined;
  /** 1 to 5, 1 when not given. */
  num_generations?: number | undefined;
  /** Added to the likelihood of a token, by its number. */
  logit_bias?: Record<string, number> | undefined;
  /** What to drop of a prompt that is too long. */
  truncate?: Open<"NONE" | "START" | "END"> | undefined;
}

/** Why Command stopped. */
export type CohereFinishReason = Open<"COMPLETE" | "MAX_TOKENS" | "ERROR" | "ERROR_TOXIC">;

/** One generation. */
export interface CohereGeneration {
  id: string;
  text: string;
  finish_reason?: CohereFinishReason | null;
  /** With `return_likelihoods`. */
  likelihood?: number;
  token_likelihoods?: { token: string; likelihood?: number }[];
  index?: number;
}

/** What Command answers. */
export interface CohereCommandAnswer extends Guarded {
  id: string;
  prompt?: string;
  generations: CohereGeneration[];
}

/** A chunk. The last one has no text; with several generations `index` says which this belongs to. */
export interface CohereCommandChunk extends Chunk {
  index?: number;
  is_finished: boolean;
  text?: string;
  finish_reason?: CohereFinishReason | null;
  likelihood?: number;
  response?: { id: string; prompt?: string; generations: CohereGeneration[] };
}
