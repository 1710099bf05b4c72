// Tools: what a model may call, its calls, and the results sent back. It does not check a call against its schema.
import type { DocumentType, OneOf } from "./base.js";
import type { SearchResultBlock } from "./citation.js";
import type { DocumentBlock, ImageBlock, VideoBlock } from "./media.js";
import type { CachePointBlock } from "./message.js";

/** The tools of a request. */
export interface ToolConfiguration {
  tools: Tool[] | undefined;
  toolChoice?: ToolChoice | undefined;
}

/** A tool that the model may call. */
export type Tool = OneOf<{
  toolSpec: ToolSpecification;
  systemTool: SystemTool;
  cachePoint: CachePointBlock;
}>;

/** A tool as its author describes it. */
export interface ToolSpecification {
  name: string | undefined;
  description?: string | undefined;
  inputSchema: ToolInputSchema | undefined;
  /** Whether calls must fit the schema exactly. */
  strict?: boolean | undefined;
}

/** What a tool's input looks like. */
export type ToolInputSchema = OneOf<{
  /** A JSON schema. */
  json: DocumentType;
}>;

/** A tool that the service runs. */
export interface SystemTool {
  name: string | undefined;
}

/** Whether and which tool the model must call. */
export type ToolChoice = OneOf<{
  /** The model decides; the default. */
  auto: AutoToolChoice;
  /** Some tool must be called. */
  any: AnyToolChoice;
  /** This tool must be called. */
  tool: SpecificToolChoice;
}>;

/** The model decides. */
export type AutoToolChoice = {};

/** The model calls some tool. */
export type AnyToolChoice = {};

/** The model calls this tool. */
export interface SpecificToolChoice {
  name: string | undefined;
}

/** A call of a tool. */
export interface ToolUseBlock {
  /** Repeated in the result. */
  toolUseId: string | undefined;
  name: string | undefined;
  /** Free JSON that should fit the tool's schema. */
  input: DocumentType | undefined;
  type?: ToolUseType | undefined;
}

/** Who runs the tool. */
export type ToolUseType = "server_tool_use" | (string & {});

/** The result of a call. */
export interface ToolResultBlock {
  /** The id of the call. */
  toolUseId: string | undefined;
  content: ToolResultContentBlock[] | undefined;
  status?: ToolResultStatus | undefined;
  type?: string | undefined;
}

/** A piece of a result. */
export type ToolResultContentBlock = OneOf<{
  /** Free JSON. */
  json: DocumentType;
  text: string;
  image: ImageBlock;
  document: DocumentBlock;
  video: VideoBlock;
  searchResult: SearchResultBlock;
}>;

/** Whether a call succeeded. */
export type ToolResultStatus = "success" | "error" | (string & {});

/** A tool that is available from here on. */
export interface ToolAdditionBlock {
  tool: ToolReference | undefined;
}

/** A tool that is gone from here on. */
export interface ToolRemovalBlock {
  tool: ToolReference | undefined;
}

/** Names a tool. */
export interface ToolReference {
  type?: string | undefined;
  name?: string | undefined;
  serverName?: string | undefined;
}
