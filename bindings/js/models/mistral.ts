// Mistral AI: text completions (7B, Mixtral, Small, Large 24.02) and the chat form (Large 24.02 and later, Pixtral).
// Types only.
// Sources: recordings of 2025 for text; ranges and defaults from AWS's user guide (Mistral AI text completion; Mistral
// AI chat completion).
import type { ChatAnswer, ChatChunk, ChatMessage, ChatTool, Chunk, Guarded, Open } from "./common.js";

/** What Mistral's text completions take. */
export interface MistralTextBody {
  /** With `[INST]` marks; `mistral` of `outcrop/models` writes it. */
  prompt: string;
  /** Tokens: at most 8192 (Mixtral: 4096); when not given 512 (7B, Mixtral) or 8192 (Small, Large). */
  max_tokens?: number | undefined;
  /** At most 10. */
  stop?: string[] | undefined;
  /** 0 to 1; when not given 0.5 (7B, Mixtral) or 0.7 (Small, Large). */
  temperature?: number | undefined;
  /** 0 to 1; when not given 0.9 (7B, Mixtral) or 1 (Small, Large). */
  top_p?: number | undefined;
  /** 1 to 200; when not given 50 (7B, Mixtral). */
  top_k?: number | undefined;
}

/** What they answer. */
export interface MistralTextAnswer extends Guarded {
  outputs: { text: string; stop_reason: Open<"stop" | "length"> | null }[];
}

/** A chunk: the text is what it adds. */
export interface MistralTextChunk extends Chunk {
  outputs?: { text: string; stop_reason: Open<"stop" | "length"> | null }[];
}

/** What Mistral's chat form takes. */
export interface MistralChatBody {
  messages: ChatMessage[];
  tools?: ChatTool[] | undefined;
  tool_choice?: Open<"auto" | "any" | "none"> | undefined;
  /** Tokens: at most 8192, 8192 when not given. */
  max_tokens?: number | undefined;
  /** 0 to 1, 0.7 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 1 when not given. */
  top_p?: number | undefined;
}

/** What it answers. */
export type MistralChatAnswer = ChatAnswer;

/** A chunk. */
export type MistralChatChunk = ChatChunk;
