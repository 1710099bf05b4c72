// Anthropic Claude v1, v2 and Instant: text completions. Types only.
// Sources: ranges and defaults from Caylent's guide to Bedrock, 2023-09-28; answers from recordings.
import type { Chunk, Guarded, Open } from "./common.js";

/** What Claude's text completions take. */
export interface ClaudeTextBody {
  /** `"\n\nHuman: …\n\nAssistant:"`; `claudeText` of `outcrop/models` writes it. */
  prompt: string;
  /** Tokens, up to the model's context; 200 when not given. */
  max_tokens_to_sample?: number | undefined;
  /** 0 to 1, 0.5 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 1 when not given. */
  top_p?: number | undefined;
  /** 0 to 500, 250 when not given. */
  top_k?: number | undefined;
  stop_sequences?: string[] | undefined;
  anthropic_version?: Open<"bedrock-2023-05-31"> | undefined;
}

/** What they answer. */
export interface ClaudeTextAnswer extends Guarded {
  type?: "completion";
  completion: string;
  stop_reason: Open<"stop_sequence" | "max_tokens"> | null;
  /** The stop sequence that was met. */
  stop?: string | null;
}

/** A chunk: `completion` is what it adds. */
export interface ClaudeTextChunk extends Chunk {
  type?: "completion";
  completion: string;
  stop_reason: Open<"stop_sequence" | "max_tokens"> | null;
  stop?: string | null;
}
