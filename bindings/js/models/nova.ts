// Amazon Nova's understanding models (Micro, Lite, Pro, Premier, and Nova 2) through InvokeModel: nearly Converse, but
// with base64 for bytes. Types only.
// Sources: recordings of 2025; ranges and defaults from AWS's Nova user guide (complete request schema).
import type { DocumentType, OneOf } from "../types/base.js";
import type { Base64, Chunk, Guarded, Open } from "./common.js";

/** What Nova takes. */
export interface NovaBody {
  schemaVersion?: Open<"messages-v1"> | undefined;
  system?: NovaSystemBlock[] | undefined;
  /** The first turn is the user's. */
  messages: NovaMessage[];
  inferenceConfig?: NovaInferenceConfig | undefined;
  toolConfig?: NovaToolConfig | undefined;
}

/** A piece of the system prompt. */
export type NovaSystemBlock = OneOf<{ text: string; cachePoint: { type: Open<"default"> } }>;

/** A turn. */
export interface NovaMessage {
  role: Open<"user" | "assistant">;
  content: NovaContent[];
}

/** A piece of a turn. */
export type NovaContent = OneOf<{
  text: string;
  image: { format: Open<"jpeg" | "png" | "gif" | "webp">; source: { bytes: Base64 } };
  video: { format: string; source: NovaSource };
  document: { format: string; name?: string | undefined; source: NovaSource };
  audio: { format: string; source: NovaSource };
  toolUse: { toolUseId: string; name: string; input: DocumentType };
  toolResult: { toolUseId: string; content: NovaToolResult[]; status?: Open<"success" | "error"> | undefined };
  reasoningContent: NovaReasoning;
  cachePoint: { type: Open<"default"> };
}>;

/** Bytes, or an object in S3. */
export type NovaSource = OneOf<{ bytes: Base64; s3Location: { uri: string; bucketOwner?: string | undefined } }>;

/** A piece of a tool's result. */
export type NovaToolResult = OneOf<{
  text: string;
  json: DocumentType;
  image: { format: string; source: { bytes: Base64 } };
}>;

/** A model's reasoning (Nova 2). */
export type NovaReasoning = OneOf<{ reasoningText: { text: string; signature?: string | undefined } }>;

/** How the model is to sample. */
export interface NovaInferenceConfig {
  /** Tokens, above 0. */
  maxTokens?: number | undefined;
  /** An older name of `maxTokens`, still accepted. */
  max_new_tokens?: number | undefined;
  /** 0.00001 to 1, 0.7 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 0.9 when not given. */
  topP?: number | undefined;
  /** 0 to 128. */
  topK?: number | undefined;
  stopSequences?: string[] | undefined;
  /** Nova 2: whether and how much to reason. */
  reasoningConfig?:
    | { type: Open<"enabled" | "disabled">; maxReasoningEffort?: Open<"low" | "medium" | "high"> | undefined }
    | undefined;
}

/** The tools that the model may call. */
export interface NovaToolConfig {
  tools: {
    toolSpec: {
      name: string;
      description?: string | undefined;
      /** A JSON Schema. */
      inputSchema: { json: DocumentType | object };
    };
  }[];
  toolChoice?: OneOf<{ auto: {}; any: {}; tool: { name: string } }> | undefined;
}

/** Tokens; `totalTokens` is not in streams. */
export interface NovaUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens?: number;
  cacheReadInputTokenCount?: number;
  cacheWriteInputTokenCount?: number;
}

/** Why Nova stopped. */
export type NovaStopReason = Open<"end_turn" | "tool_use" | "max_tokens" | "stop_sequence" | "content_filtered">;

/** What Nova answers. */
export interface NovaAnswer extends Guarded {
  output: { message: { role: Open<"assistant">; content: NovaContent[] } };
  stopReason: NovaStopReason;
  usage: NovaUsage;
}

/** A chunk: one of these members. Recorded streams begin a new block with every piece of text. */
export type NovaChunk = Chunk &
  OneOf<{
    messageStart: { role: Open<"assistant"> };
    contentBlockStart: {
      start: OneOf<{ toolUse: { toolUseId: string; name: string } }>;
      contentBlockIndex: number;
    };
    contentBlockDelta: {
      delta: OneOf<{
        text: string;
        /** A piece of JSON text. */
        toolUse: { input: string };
        reasoningContent: OneOf<{ text: string; signature: string }>;
      }>;
      contentBlockIndex: number;
    };
    contentBlockStop: { contentBlockIndex: number };
    messageStop: { stopReason: NovaStopReason };
    metadata: { usage: NovaUsage; metrics?: {}; trace?: {} };
  }>;
