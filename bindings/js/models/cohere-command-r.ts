// Cohere Command R and R+: chat with documents and tools. Types only.
// Sources: recordings of 2025; the request from AWS's user guide (Cohere Command R and Command R+ models).
import type { DocumentType } from "../types/base.js";
import type { Chunk, Guarded, Open } from "./common.js";

/** What Command R takes. */
export interface CohereCommandRBody {
  message: string;
  chat_history?: CohereTurn[] | undefined;
  /** What the answer may rest on and cite; each at most 300 words. */
  documents?: Record<string, string>[] | undefined;
  /** Only the queries that would find such documents. */
  search_queries_only?: boolean | undefined;
  /** The system prompt. */
  preamble?: string | undefined;
  max_tokens?: number | undefined;
  /** 0 to 1, 0.3 when not given. */
  temperature?: number | undefined;
  /** 0.01 to 0.99, 0.75 when not given. */
  p?: number | undefined;
  /** 0 to 500, 0 (off) when not given. */
  k?: number | undefined;
  prompt_truncation?: Open<"OFF" | "AUTO_PRESERVE_ORDER"> | undefined;
  /** 0 to 1, 0 when not given. */
  frequency_penalty?: number | undefined;
  /** 0 to 1, 0 when not given. */
  presence_penalty?: number | undefined;
  seed?: number | undefined;
  /** Whether the answer has the whole prompt as the model got it. */
  return_prompt?: boolean | undefined;
  tools?: CohereTool[] | undefined;
  tool_results?: { call: CohereToolCall; outputs: Record<string, DocumentType>[] }[] | undefined;
  stop_sequences?: string[] | undefined;
  /** Whether `message` is the whole prompt. */
  raw_prompting?: boolean | undefined;
}

/** A turn. */
export interface CohereTurn {
  role: Open<"USER" | "CHATBOT" | "SYSTEM" | "TOOL">;
  message: string;
}

/** A tool. */
export interface CohereTool {
  name: string;
  description: string;
  parameter_definitions?:
    | Record<string, { description?: string | undefined; type: string; required?: boolean | undefined }>
    | undefined;
}

/** A call that the model asks for. */
export interface CohereToolCall {
  name: string;
  parameters: Record<string, DocumentType>;
}

/** A stretch of the answer, and the documents it rests on. */
export interface CohereCitation {
  start: number;
  end: number;
  text: string;
  document_ids: string[];
}

/** Why Command R stopped. */
export type CohereChatFinishReason = Open<
  "COMPLETE" | "MAX_TOKENS" | "ERROR" | "ERROR_TOXIC" | "ERROR_LIMIT" | "USER_CANCEL"
>;

/** What Command R answers. */
export interface CohereCommandRAnswer extends Guarded {
  response_id: string;
  text: string;
  generation_id: string;
  chat_history?: CohereTurn[];
  finish_reason?: CohereChatFinishReason | null;
  citations?: CohereCitation[];
  documents?: Record<string, DocumentType>[];
  search_queries?: { text: string; generation_id: string }[];
  is_search_required?: boolean;
  tool_calls?: CohereToolCall[];
  prompt?: string;
  meta?: {
    api_version?: { version?: string };
    billed_units?: { input_tokens?: number; output_tokens?: number };
    tokens?: { input_tokens?: number; output_tokens?: number };
  };
}

/** A chunk; the last one (`stream-end`) repeats the whole answer. */
export interface CohereCommandRChunk extends Chunk {
  is_finished: boolean;
  event_type: Open<
    | "stream-start"
    | "text-generation"
    | "citation-generation"
    | "search-queries-generation"
    | "search-results"
    | "tool-calls-chunk"
    | "tool-calls-generation"
    | "stream-end"
  >;
  text?: string;
  citations?: CohereCitation[];
  tool_calls?: CohereToolCall[];
  finish_reason?: CohereChatFinishReason | null;
  response?: CohereCommandRAnswer;
}
