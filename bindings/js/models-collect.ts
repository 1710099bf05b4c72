// A stream as one message: ConverseStream as Converse would have answered, and chunks of InvokeModelWithResponseStream
// as their text, with Claude's and Nova's events put together as InvokeModel would have answered. A stream that breaks
// off is the stream's own error: nothing partial is passed off as whole.
import { concat } from "./body.js";
import { member, own } from "./core.js";
import type { ClaudeMessagesAnswer } from "./models/claude-messages.js";
import type { NovaAnswer } from "./models/nova.js";
import type { Generated, Latency, Usage } from "./models-text.js";
import { chunkOf, defined, ownUsage, readChunk, toldByBedrock } from "./models-text.js";
import type {
  Citation,
  ContentBlock,
  ConverseOutput,
  ConverseStreamEvent,
  DocumentType,
  ResponseStream,
  ToolResultContentBlock,
} from "./types/index.js";

/** A ConverseStream as one: Converse's answer, and its text. */
export type CollectedConverse = Omit<ConverseOutput, "$metadata"> & Pick<Generated, "text" | "texts" | "reasoning">;

/** An InvokeModelWithResponseStream as one. */
export interface Collected extends Generated {
  /** What InvokeModel would have answered, where the chunks tell it: Claude's Messages and Nova. */
  answer?: ClaudeMessagesAnswer | NovaAnswer;
}

type Json = any;

// Generations: no family makes more than 16, and a piece of a later one is left out. What a stream says is no reason to
// make a list of any length.
const MOST = 1_024;

/** A block as its events come. */
interface Block {
  start: Json;
  /** The deltas as one: texts and bytes joined, lists appended. */
  delta: Json;
}

/** JSON text of a tool's input: nothing is `{}`, and what was cut off stays text. */
function parsed(text: string): DocumentType {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return text;
  }
}

/** A block's place: a number, whatever the event says. */
const place = (index: unknown): number => (Number.isInteger(index) ? (index as number) : 0);

/** Two pieces of one thing: texts and bytes are joined, lists appended, members of objects likewise. */
function merged(before: Json, more: Json): Json {
  if (before === undefined || before === null) return more;
  if (more === undefined || more === null) return before;
  if (typeof before === "string" && typeof more === "string") return before + more;
  if (before instanceof Uint8Array && more instanceof Uint8Array) return concat([before, more]);
  if (Array.isArray(before) && Array.isArray(more)) return [...before, ...more];
  if (typeof before !== "object" || typeof more !== "object") return more;
  // Entries and not assignments: a member called `__proto__` is one like the others.
  const all = new Map(Object.entries(before));
  for (const [name, piece] of Object.entries(more)) all.set(name, merged(all.get(name), piece));
  return Object.fromEntries(all);
}

/** The pieces of a tool's result: texts in a row are one. */
function results(pieces: Json[]): ToolResultContentBlock[] {
  const content: Json[] = [];
  for (const piece of pieces) {
    const last = content.at(-1);
    if (typeof member(piece, "text") === "string" && typeof member(last, "text") === "string") last.text += piece.text;
    else content.push({ ...piece });
  }
  return content;
}

/** The block, as Converse has it. */
function content({ start: begun, delta }: Block): ContentBlock {
  const start = own<Json>(begun);
  const { text, toolUse, toolResult, reasoningContent, citation, image, ...other } = own<Json>(delta);
  if (start.toolUse || toolUse) return { toolUse: { ...start.toolUse, input: parsed(own<Json>(toolUse).input ?? "") } };
  if (start.toolResult || toolResult) {
    return { toolResult: { ...start.toolResult, content: results(toolResult ?? []) } };
  }
  if (start.image || image) return { image: { ...start.image, ...image } };
  if (reasoningContent) {
    const { redactedContent, ...reasoningText } = own<Json>(reasoningContent);
    // A stream may have an empty one: what it was is not known.
    if (redactedContent === undefined && !Object.keys(reasoningText).length) return { reasoningContent: {} };
    return { reasoningContent: redactedContent ? { redactedContent } : { reasoningText } };
  }
  if (citation) {
    return { citationsContent: { content: text === undefined ? [] : [{ text }], citations: citation as Citation[] } };
  }
  // A kind that came later passes as it is.
  if (text === undefined) return { ...start, ...other } as ContentBlock;
  return { text };
}

/** Puts Converse's events together; Nova's chunks are the same. */
export class Conversed {
  readonly #blocks = new Map<number, Block>();
  #answer: Json = {};
  #role = "assistant";
  /** Whether there was any such event. */
  seen = false;

  add(event: Json): void {
    const { messageStart, contentBlockStart, contentBlockDelta, contentBlockStop, messageStop, metadata } =
      own<Json>(event);
    this.seen ||= !!(messageStart || contentBlockStart || contentBlockDelta || messageStop || metadata);
    this.#role = own<Json>(messageStart).role || this.#role;
    const at = place(own<Json>(contentBlockStart ?? contentBlockDelta ?? contentBlockStop).contentBlockIndex);
    if (contentBlockStart) this.#block(at).start = own<Json>(contentBlockStart).start;
    if (contentBlockDelta) {
      const { delta } = own<Json>(contentBlockDelta);
      const block = this.#block(at);
      // Citations come one by one.
      block.delta = merged(block.delta, member(delta, "citation") ? { ...delta, citation: [delta.citation] } : delta);
    }
    this.#answer = { ...this.#answer, ...messageStop, ...metadata };
  }

  #block(at: number): Block {
    const block = this.#blocks.get(at) ?? { start: undefined, delta: undefined };
    this.#blocks.set(at, block);
    return block;
  }

  /** The answer; with `joined`, texts in a row are one block: Nova's chunks begin a block with every piece. */
  answer(joined: boolean): Json {
    const blocks = [...this.#blocks].sort(([one], [other]) => one - other).map(([, block]) => content(block));
    const message = { role: this.#role, content: joined ? results(blocks) : blocks };
    return { output: { message }, stopReason: undefined, usage: undefined, metrics: undefined, ...this.#answer };
  }
}

/** Puts the events of Claude's Messages together. */
class Messages {
  #message: Json;
  readonly #blocks = new Map<number, Json>();
  readonly #inputs = new Map<number, string>();

  add(chunk: Json): void {
    const { type, message, index: told, content_block, delta, usage } = own<Json>(chunk);
    const index = place(told);
    const block = this.#blocks.get(index);
    if (type === "message_start") this.#message = message;
    else if (type === "content_block_start") this.#blocks.set(index, content_block);
    else if (type === "message_delta") {
      this.#message = { ...this.#message, ...delta, usage: { ...member(this.#message, "usage"), ...usage } };
    } else if (type === "content_block_delta" && block) {
      const { type: _, partial_json, citation, ...pieces } = own<Json>(delta);
      // `text`, `thinking`, `signature`: each is a member of the block.
      this.#blocks.set(index, merged(block, citation ? { ...pieces, citations: [citation] } : pieces));
      if (partial_json !== undefined) this.#inputs.set(index, (this.#inputs.get(index) ?? "") + partial_json);
    }
  }

  /** The answer; nothing if there was no such message. */
  get answer(): Json {
    if (!this.#message) return undefined;
    const blocks = [...this.#blocks].sort(([one], [other]) => one - other);
    const content = blocks.map(([at, block]) =>
      this.#inputs.has(at) ? { ...block, input: parsed(this.#inputs.get(at)!) } : block,
    );
    return { ...this.#message, content };
  }
}

/**
 * The whole of a stream: of ConverseStream, or of InvokeModelWithResponseStream in any family. It takes the answer that
 * has the stream, too.
 *
 * @throws the stream's own errors; AnswerError for a chunk that is not JSON. The stream is then ended.
 */
export function collect(
  stream: AsyncIterable<ConverseStreamEvent> | { stream: AsyncIterable<ConverseStreamEvent> },
): Promise<CollectedConverse>;
export function collect(
  stream: AsyncIterable<ResponseStream> | { body: AsyncIterable<ResponseStream> },
): Promise<Collected>;
export async function collect(source: Json): Promise<CollectedConverse | Collected> {
  const texts: string[] = [];
  const stops: (string | undefined)[] = [];
  const conversed = new Conversed();
  const messages = new Messages();
  let reasoning: string | undefined;
  let stated: Usage | undefined;
  let counted: Usage | undefined;
  let metrics: Latency | undefined;
  let chunked = false;
  for await (const event of streamOf<Json>(source)) {
    chunked ||= member(event, "chunk") !== undefined;
    const json = chunkOf(event);
    for (const found of readChunk(undefined, json)) {
      const { text, index = 0, stopReason, reasoning: thought } = own(found);
      if (index >= MOST) continue;
      if (text !== undefined) {
        // A generation's place is its own, even if it comes first.
        while (texts.length < index) texts.push("");
        texts[index] = (texts.at(index) ?? "") + text;
      }
      if (!index && thought !== undefined) reasoning = (reasoning ?? "") + thought;
      stops[index] = stopReason ?? stops.at(index);
    }
    const told = toldByBedrock(json);
    stated = { ...stated, ...ownUsage(json) };
    counted = { ...counted, ...told.usage };
    metrics = { ...metrics, ...told.metrics };
    conversed.add(json);
    messages.add(json);
  }
  const generated = { text: texts.at(0) ?? "", texts, ...defined({ reasoning }) };
  if (!chunked && conversed.seen) return { ...conversed.answer(false), ...generated };
  const { output, stopReason, usage } = conversed.answer(true);
  const answer: Json = messages.answer ?? (conversed.seen ? { output, stopReason, usage } : undefined);
  return {
    ...generated,
    ...defined({
      stopReason: stops.at(0) ?? stops.filter((stop) => stop !== undefined).at(-1),
      usage: defined({ ...counted, ...stated }),
      metrics: defined(metrics ?? {}),
      answer,
    }),
  };
}

/** The stream itself, out of the answer that has it. */
export function streamOf<T>(source: Json): AsyncIterable<T> {
  return source?.[Symbol.asyncIterator] ? source : (member(source, "stream") ?? member(source, "body") ?? source);
}
