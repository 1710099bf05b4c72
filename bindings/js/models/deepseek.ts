// DeepSeek: R1 with a prompt, V3 in the chat form. Types only.
// Source: AWS's user guide (DeepSeek models), as no recording of InvokeModel is at hand.
import type { ChatAnswer, ChatChunk, ChatMessage, ChatTool, Chunk, Guarded, Open } from "./common.js";

/** What R1 takes. */
export interface DeepSeekR1Body {
  /** With DeepSeek's marks; `deepseek` of `outcrop/models` writes it. */
  prompt: string;
  /** Up to 1. */
  temperature?: number | undefined;
  /** Up to 1. */
  top_p?: number | undefined;
  /** 1 to 32,768 tokens; AWS advises at most 8,192. */
  max_tokens?: number | undefined;
  /** At most 10. */
  stop?: string[] | undefined;
}

/** What R1 answers: the reasoning stands in the text, up to `</think>`. */
export interface DeepSeekR1Answer extends Guarded {
  choices: { text: string; stop_reason: Open<"stop" | "length"> | null }[];
}

/** A chunk: the text is what it adds. */
export interface DeepSeekR1Chunk extends Chunk {
  choices?: { text: string; stop_reason: Open<"stop" | "length"> | null }[];
}

/** What V3 takes. */
export interface DeepSeekV3Body {
  messages: ChatMessage[];
  temperature?: number | undefined;
  top_p?: number | undefined;
  max_tokens?: number | undefined;
  stop?: string | string[] | undefined;
  tools?: ChatTool[] | undefined;
}

/** What V3 answers. */
export type DeepSeekV3Answer = ChatAnswer;

/** A chunk. */
export type DeepSeekV3Chunk = ChatChunk;
