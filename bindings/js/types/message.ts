// Messages and the blocks that they are made of. It does not check which blocks a model accepts.
import type { OneOf } from "./base.js";
import type { CitationsContentBlock, SearchResultBlock } from "./citation.js";
import type { GuardrailConverseContentBlock } from "./guardrail.js";
import type { AudioBlock, DocumentBlock, ImageBlock, VideoBlock } from "./media.js";
import type { ToolAdditionBlock, ToolRemovalBlock, ToolResultBlock, ToolUseBlock } from "./tool.js";

/** Who speaks. */
export type ConversationRole = "user" | "assistant" | "system" | (string & {});

/** One turn of a conversation. */
export interface Message {
  role: ConversationRole | undefined;
  content: ContentBlock[] | undefined;
}

/** A piece of a message. */
export type ContentBlock = OneOf<{
  text: string;
  image: ImageBlock;
  document: DocumentBlock;
  video: VideoBlock;
  audio: AudioBlock;
  toolUse: ToolUseBlock;
  toolResult: ToolResultBlock;
  guardContent: GuardrailConverseContentBlock;
  cachePoint: CachePointBlock;
  reasoningContent: ReasoningContentBlock;
  citationsContent: CitationsContentBlock;
  searchResult: SearchResultBlock;
  toolAddition: ToolAdditionBlock;
  toolRemoval: ToolRemovalBlock;
}>;

/** A piece of the system prompt. */
export type SystemContentBlock = OneOf<{
  text: string;
  guardContent: GuardrailConverseContentBlock;
  cachePoint: CachePointBlock;
}>;

/** Everything before this block may be cached. */
export interface CachePointBlock {
  type: CachePointType | undefined;
  ttl?: CacheTTL | undefined;
}

/** The kind of a cache point. */
export type CachePointType = "default" | (string & {});

/** How long a cached prefix lives. */
export type CacheTTL = "5m" | "1h" | (string & {});

/** A model's reasoning, readable or redacted. Send it back unchanged in the next turn. */
export type ReasoningContentBlock = OneOf<{
  reasoningText: ReasoningTextBlock;
  /** Encrypted by the model's provider. */
  redactedContent: Uint8Array;
}>;

/** Reasoning as text. */
export interface ReasoningTextBlock {
  text: string | undefined;
  /** Proves to the model that the text is its own. */
  signature?: string | undefined;
}
