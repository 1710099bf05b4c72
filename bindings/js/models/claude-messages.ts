// Anthropic Claude 3 and later: the Messages form. Types only, and not all of Anthropic's: blocks that are not named
// here pass as any other JSON with a `type`.
// Sources: recordings of 2024 and 2025; ranges and defaults from AWS's user guide (Anthropic Claude Messages API).
import type { DocumentType } from "../types/base.js";
import type { Base64, Chunk, Guarded, Open } from "./common.js";

/** What Claude takes. */
export interface ClaudeMessagesBody {
  anthropic_version: Open<"bedrock-2023-05-31">;
  anthropic_beta?: string[] | undefined;
  /** Tokens; required. */
  max_tokens: number;
  messages: ClaudeMessage[];
  system?: string | ClaudeContent[] | undefined;
  /** 0 to 1, 1 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 0.999 when not given. */
  top_p?: number | undefined;
  /** 0 to 500, off when not given. */
  top_k?: number | undefined;
  /** At most 8191. */
  stop_sequences?: string[] | undefined;
  tools?: ClaudeTool[] | undefined;
  tool_choice?: ClaudeToolChoice | undefined;
  /** `budget_tokens` is at least 1024 and below `max_tokens`. */
  thinking?: { type: Open<"enabled" | "disabled" | "adaptive">; budget_tokens?: number | undefined } | undefined;
  metadata?: { user_id?: string | undefined } | undefined;
}

/** A turn. */
export interface ClaudeMessage {
  role: Open<"user" | "assistant">;
  content: string | ClaudeContent[];
}

/** Everything up to here may be cached. */
export interface ClaudeCacheControl {
  type: Open<"ephemeral">;
  ttl?: Open<"5m" | "1h"> | undefined;
}

interface Cacheable {
  cache_control?: ClaudeCacheControl | null | undefined;
}

/** A piece of a turn. */
export type ClaudeContent =
  | ClaudeTextBlock
  | ClaudeMediaBlock
  | ClaudeToolUseBlock
  | ClaudeToolResultBlock
  | ClaudeThinkingBlock
  | ClaudeRedactedThinkingBlock
  | ClaudeOtherBlock;

/** Text. */
export interface ClaudeTextBlock extends Cacheable {
  type: "text";
  text: string;
  citations?: DocumentType[] | null | undefined;
}

/** An image or a document. */
export interface ClaudeMediaBlock extends Cacheable {
  type: "image" | "document";
  source: { type: "base64"; media_type: string; data: Base64 } | { type: "text" | "content" | "url" | "file" };
  title?: string | undefined;
  context?: string | undefined;
  citations?: { enabled: boolean } | undefined;
}

/** A call that the model asks for. */
export interface ClaudeToolUseBlock extends Cacheable {
  type: "tool_use";
  id: string;
  name: string;
  input: DocumentType;
}

/** What came of it. */
export interface ClaudeToolResultBlock extends Cacheable {
  type: "tool_result";
  tool_use_id: string;
  content?: string | ClaudeContent[] | undefined;
  is_error?: boolean | undefined;
}

/** The model's reasoning. Send it back unchanged. */
export interface ClaudeThinkingBlock {
  type: "thinking";
  thinking: string;
  signature: string;
}

/** Reasoning that only the model can read. */
export interface ClaudeRedactedThinkingBlock {
  type: "redacted_thinking";
  data: string;
}

/** A block of a kind that came later. */
export interface ClaudeOtherBlock extends Cacheable {
  type: "server_tool_use" | "web_search_tool_result" | "search_result" | "container_upload";
  [name: string]: unknown;
}

/** A tool; Anthropic's own tools have a `type` and no schema. */
export interface ClaudeTool extends Cacheable {
  name: string;
  description?: string | undefined;
  /** A JSON Schema. */
  input_schema?: DocumentType | object | undefined;
  type?: string | undefined;
  [name: string]: unknown;
}

/** Whether a tool must be called, and which. */
export type ClaudeToolChoice =
  | { type: "auto" | "any" | "none"; disable_parallel_tool_use?: boolean | undefined }
  | { type: "tool"; name: string; disable_parallel_tool_use?: boolean | undefined };

/** Tokens. */
export interface ClaudeUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
}

/** Why Claude stopped. */
export type ClaudeStopReason = Open<
  "end_turn" | "max_tokens" | "stop_sequence" | "tool_use" | "pause_turn" | "refusal" | "model_context_window_exceeded"
>;

/** What Claude answers. */
export interface ClaudeMessagesAnswer extends Guarded {
  id: string;
  type: "message";
  role: Open<"assistant">;
  model: string;
  content: ClaudeContent[];
  stop_reason: ClaudeStopReason | null;
  stop_sequence: string | null;
  usage: ClaudeUsage;
}

/** A chunk: an event of Anthropic's stream. */
export type ClaudeMessagesChunk = Chunk &
  (
    | { type: "message_start"; message: ClaudeMessagesAnswer }
    | { type: "content_block_start"; index: number; content_block: ClaudeContent }
    | { type: "content_block_delta"; index: number; delta: ClaudeDelta }
    | { type: "content_block_stop"; index: number }
    | {
        type: "message_delta";
        delta: { stop_reason?: ClaudeStopReason | null; stop_sequence?: string | null };
        usage?: ClaudeUsage;
      }
    | { type: "message_stop" }
    | { type: "ping" }
  );

/** What is added to a block. */
export type ClaudeDelta =
  | { type: "text_delta"; text: string }
  /** A piece of JSON text. */
  | { type: "input_json_delta"; partial_json: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "citations_delta"; citation: DocumentType };
