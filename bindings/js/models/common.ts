// What several families share: what Bedrock itself adds to a body, and the chat form that newer models have in common.
// Types only: nothing here runs.
import type { DocumentType } from "../types/base.js";

/** An open enumeration: these words, or one that came later. */
export type Open<Words extends string> = Words | (string & {});

/** Bytes as base64 text. Bytes themselves do as well: the client sends them as base64. */
export type Base64 = string | Uint8Array;

/** What Bedrock tells in the last chunk of a stream. Source: recordings of 2024 and 2025. */
export interface InvocationMetrics {
  inputTokenCount?: number;
  outputTokenCount?: number;
  /** Milliseconds for the whole answer. */
  invocationLatency?: number;
  /** Milliseconds to the first byte. */
  firstByteLatency?: number;
  cacheReadInputTokenCount?: number;
  cacheWriteInputTokenCount?: number;
}

/** What Bedrock adds to an answer or a chunk when a guardrail ran. Source: recordings. */
export interface Guarded {
  "amazon-bedrock-guardrailAction"?: Open<"NONE" | "INTERVENED">;
  "amazon-bedrock-trace"?: DocumentType;
}

/** What any chunk may carry besides its family's members; the last one has the metrics. */
export interface Chunk extends Guarded {
  "amazon-bedrock-invocationMetrics"?: InvocationMetrics;
}

/** A message in the chat form (Jamba, Mistral Large, DeepSeek V3). */
export interface ChatMessage {
  role: Open<"system" | "user" | "assistant" | "tool">;
  content?: string | ChatPart[] | null | undefined;
  /** The calls that an assistant's turn asked for. */
  tool_calls?: ChatToolCall[] | null | undefined;
  /** With the role `tool`: the call that this answers. */
  tool_call_id?: string | undefined;
}

/** A piece of a message: text, or an image by address (a `data:` URL). */
export interface ChatPart {
  type: Open<"text" | "image_url">;
  text?: string | undefined;
  image_url?: { url: string } | undefined;
}

/** A call that the model asks for. */
export interface ChatToolCall {
  id: string;
  type?: Open<"function">;
  /** `arguments` is JSON text. */
  function: { name: string; arguments: string };
}

/** A function that the model may call. */
export interface ChatTool {
  type: Open<"function">;
  function: {
    name: string;
    description?: string | undefined;
    /** A JSON Schema. */
    parameters?: DocumentType | object | undefined;
  };
}

/** Tokens in the chat form. */
export interface ChatUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
}

/** An answer in the chat form. */
export interface ChatAnswer extends Guarded {
  id?: string;
  model?: string;
  choices: ChatChoice[];
  usage?: ChatUsage;
}

/** One generation. */
export interface ChatChoice {
  index: number;
  message: {
    role: Open<"assistant">;
    content?: string | null;
    /** The model's reasoning, where it tells it apart from the answer. */
    reasoning_content?: string | null;
    tool_calls?: ChatToolCall[] | null;
  };
  finish_reason?: Open<"stop" | "length" | "tool_calls"> | null;
  /** Mistral's word for `finish_reason`. */
  stop_reason?: string | number | null;
}

/** A chunk in the chat form. */
export interface ChatChunk extends Chunk {
  id?: string;
  choices?: {
    index: number;
    delta: {
      role?: Open<"assistant">;
      content?: string | null;
      reasoning_content?: string | null;
      tool_calls?: (Partial<ChatToolCall> & { index?: number })[] | null;
    };
    finish_reason?: Open<"stop" | "length" | "tool_calls"> | null;
    stop_reason?: string | number | null;
  }[];
  usage?: ChatUsage;
}

/** A model that does not stream. */
export type NoChunk = never;
