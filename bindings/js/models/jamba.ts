// AI21 Labs' Jamba: the chat form. Types only.
// Sources: recordings of 2025; ranges and defaults from AWS's user guide (AI21 Labs Jamba models).
import type { ChatAnswer, ChatChunk, ChatMessage, ChatTool, Open } from "./common.js";

/** What Jamba takes. */
export interface JambaBody {
  messages: ChatMessage[];
  /** 0 to 4096 tokens, 4096 when not given. */
  max_tokens?: number | undefined;
  /** 0 to 2, 1 when not given. */
  temperature?: number | undefined;
  /** The share of the likeliest tokens that are drawn from. */
  top_p?: number | undefined;
  /** One sequence, or several. */
  stop?: string | string[] | undefined;
  /** How many generations: 1 to 16, 1 when not given. */
  n?: number | undefined;
  frequency_penalty?: number | undefined;
  presence_penalty?: number | undefined;
  tools?: ChatTool[] | undefined;
  documents?: { content: string; metadata?: { key: string; value: string }[] | undefined }[] | undefined;
  response_format?: { type: Open<"text" | "json_object"> } | undefined;
}

/** What Jamba answers. */
export interface JambaAnswer extends ChatAnswer {
  meta?: { requestDurationMillis?: number };
}

/** A chunk; `usage` is what has been used so far. */
export interface JambaChunk extends ChatChunk {
  meta?: { requestDurationMillis?: number };
}
