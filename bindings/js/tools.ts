// `outcrop/tools`: tools that the page runs, answers that fit a schema, and content blocks from files. It stands on the
// public API alone, and nothing of it is in the main entry.
export type {
  Converses,
  ConversesInStreams,
  PageTool,
  ToolContext,
  ToolEvent,
  ToolOptions,
  ToolRun,
  WithToolRun,
} from "./tools-loop.js";
export { runTools, streamTools, ToolLimitError, ToolResult, tool, toolResult } from "./tools-loop.js";
export type { BlobLike, DocumentOptions, MediaOptions, MediaSource, UrlLike } from "./tools-media.js";
export { cachePoint, documentBlock, documentName, imageBlock, videoBlock } from "./tools-media.js";
export type { Misfit } from "./tools-schema.js";
export type { Structured, StructuredOptions } from "./tools-structured.js";
export { StructuredOutputError, structured } from "./tools-structured.js";
