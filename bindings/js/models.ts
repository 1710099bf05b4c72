// `outcrop/models`: text out of any model family's answer or stream, streams as whole messages, as texts and as
// server-sent events, and prompts. It calls nothing: what it reads comes from a client's answers.

export type * from "./models/index.js";
export type { Collected, CollectedConverse } from "./models-collect.js";
export { collect } from "./models-collect.js";
export type { Conversation, Turn } from "./models-prompts.js";
export { claudeText, deepseek, llama2, llama3, mistral } from "./models-prompts.js";
export type { HostResponse, ResponseOptions } from "./models-response.js";
export { toResponse } from "./models-response.js";
export type { Generated, GeneratedChunk, Latency, Usage } from "./models-text.js";
export { textOf, textOfChunk } from "./models-text.js";
export type { Streamed } from "./models-texts.js";
export { texts } from "./models-texts.js";
