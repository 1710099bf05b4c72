// Meta Llama 2 Chat, and Llama 3 and later. Types only.
// Sources: recordings of 2024 and 2025; ranges and defaults from AWS's user guide (Meta Llama models).
import type { Base64, Chunk, Guarded, Open } from "./common.js";

/** What Llama 2 takes. */
export interface Llama2Body {
  /** With `[INST]` marks; `llama2` of `outcrop/models` writes it. */
  prompt: string;
  /** 1 to 2048 tokens, 512 when not given. */
  max_gen_len?: number | undefined;
  /** 0 to 1, 0.5 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 0.9 when not given. */
  top_p?: number | undefined;
}

/** What Llama 3 and later take. */
export interface Llama3Body extends Llama2Body {
  /** With header marks; `llama3` of `outcrop/models` writes it. */
  prompt: string;
  /** Llama 3.2 with vision; `<|image|>` in the prompt stands for one. */
  images?: Base64[] | undefined;
}

/** What Llama answers. */
export interface LlamaAnswer extends Guarded {
  generation: string;
  prompt_token_count: number;
  generation_token_count: number;
  stop_reason: Open<"stop" | "length" | "max_tokens"> | null;
}

/** A chunk: the prompt's tokens are told in the first one, the generation's are counted up. */
export interface LlamaChunk extends Chunk {
  generation: string;
  prompt_token_count: number | null;
  generation_token_count: number;
  stop_reason: Open<"stop" | "length" | "max_tokens"> | null;
}
