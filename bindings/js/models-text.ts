// One text for all: generated text, stop reason and tokens out of any family's answer or chunk, told by its form. It
// keeps the text as the model wrote it (spaces, `<think>` marks) and counts nothing that the body does not tell.
import { AnswerError, member, own } from "./core.js";
import { bareId } from "./models-id.js";

/** Tokens, as far as the body tells them. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  /** Only where the model tells it: it is never added up. */
  totalTokens?: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
}

/** How long the model took, in milliseconds. */
export interface Latency {
  latencyMs?: number;
  firstByteLatencyMs?: number;
}

/** What was generated. */
export interface Generated {
  /** The first generation's text; "" if there is none. */
  text: string;
  /** Every generation's text; empty for embeddings, rankings and images. */
  texts: string[];
  /** The model's reasoning, where it is told apart from the text. */
  reasoning?: string;
  /** In the family's own word: `FINISH`, `COMPLETE`, `stop`, `end_turn` … */
  stopReason?: string;
  /** The model's own count; what that leaves out comes from `amazon-bedrock-invocationMetrics`. */
  usage?: Usage;
  /** From `amazon-bedrock-invocationMetrics`, or Converse's metrics. */
  metrics?: Latency;
}

/** What a chunk adds. */
export interface GeneratedChunk extends Omit<Generated, "texts"> {
  /** The generation that the text belongs to, counted from 0. */
  index: number;
}

/** What a body tells of one generation. */
interface Piece {
  text?: string | undefined;
  reasoning?: string | undefined;
  stopReason?: string | undefined;
  index?: number | undefined;
}

/** What a reader finds in a body of its form. */
export type Pieces = Piece[] | undefined;

type Json = any;
type Reader = (body: Json) => Pieces;

const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const list = (value: unknown): Json[] | undefined => (Array.isArray(value) ? value : undefined);
const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

/** Texts in a row as one; nothing if there are none. */
const joined = (texts: (string | undefined)[]): string | undefined => {
  const found = texts.filter((text) => text !== undefined);
  return found.length ? found.join("") : undefined;
};

const first = <T>(...values: (T | undefined)[]): T | undefined => values.find((value) => value !== undefined);

// Blocks of Converse and Nova: text, also with citations; and reasoning.
const conversed = (blocks: Json[]): Piece => ({
  text: joined(
    blocks.map((block) =>
      first(
        string(block?.text),
        joined((list(block?.citationsContent?.content) ?? []).map((piece) => string(piece?.text))),
      ),
    ),
  ),
  reasoning: joined(blocks.map((block) => string(block?.reasoningContent?.reasoningText?.text))),
});

// `content` of the chat form: text, or a list of parts.
const said = (content: unknown): string | undefined =>
  first(string(content), list(content) && joined((content as Json[]).map((part) => string(part?.text))));

const chatStop = (choice: Json) => first(string(choice?.finish_reason), string(choice?.stop_reason));

/** Whole answers, by the form's name: undefined for another form. */
const answers: Record<string, Reader> = {
  converse(body) {
    const content = list(body.output?.message?.content);
    return content && [{ text: "", ...defined(conversed(content)), stopReason: string(body.stopReason) }];
  },
  messages(body) {
    const content = list(body.content);
    return (
      content && [
        {
          text: joined(content.map((block) => (block?.type === "text" ? string(block.text) : undefined))) ?? "",
          reasoning: joined(content.map((block) => (block?.type === "thinking" ? string(block.thinking) : undefined))),
          stopReason: string(body.stop_reason),
        },
      ]
    );
  },
  claudeText: (body) => one(body.completion, body.stop_reason),
  titan: (body) =>
    every(
      body.results,
      (result) => result?.outputText,
      (result) => result?.completionReason,
    ),
  jurassic: (body) =>
    every(
      body.completions,
      (completion) => completion?.data?.text,
      (completion) => completion?.finishReason?.reason,
    ),
  chat: (body) =>
    list(body.choices)?.map((choice) => ({
      text: first(said(choice?.message?.content), string(choice?.text)) ?? "",
      reasoning: first(string(choice?.message?.reasoning_content), string(choice?.message?.reasoning)),
      stopReason: chatStop(choice),
    })),
  cohere: (body) =>
    every(
      body.generations,
      (generation) => generation?.text,
      (generation) => generation?.finish_reason,
    ),
  cohereChat: (body) => one(body.text, body.finish_reason),
  llama: (body) => one(body.generation, body.stop_reason),
  mistral: (body) =>
    every(
      body.outputs,
      (output) => output?.text,
      (output) => output?.stop_reason,
    ),
};

/** Chunks and events, by the same names. */
const chunks: Record<string, Reader> = {
  converse(body) {
    const { contentBlockDelta, messageStop } = body;
    if (contentBlockDelta) {
      const delta = contentBlockDelta.delta;
      return [{ text: string(delta?.text), reasoning: string(delta?.reasoningContent?.text) }];
    }
    if (messageStop) return [{ stopReason: string(messageStop.stopReason) }];
    return body.messageStart || body.contentBlockStart || body.contentBlockStop || body.metadata ? [] : undefined;
  },
  messages(body) {
    const type = string(body.type);
    const block = type === "content_block_start" ? body.content_block : type === "content_block_delta" && body.delta;
    if (block) return [{ text: string(block.text), reasoning: string(block.thinking) }];
    if (type === "message_delta") return [{ stopReason: string(body.delta?.stop_reason) }];
    return type && /^(message_|content_block_|ping$)/.test(type) ? [] : undefined;
  },
  claudeText: (body) => one(body.completion, body.stop_reason),
  titan: (body) => one(body.outputText, body.completionReason),
  chat(body) {
    const choices = list(body.choices);
    return choices?.map((choice) => {
      const message = choice?.delta ?? choice?.message;
      return {
        text: first(said(message?.content), string(choice?.text)),
        reasoning: first(string(message?.reasoning_content), string(message?.reasoning)),
        stopReason: chatStop(choice),
        index: count(choice?.index),
      };
    });
  },
  cohere,
  cohereChat: cohere,
  llama: (body) => one(body.generation, body.stop_reason),
  mistral: (body) =>
    list(body.outputs)?.map((output) => ({ text: string(output?.text), stopReason: string(output?.stop_reason) })),
};

/** Command's chunks, and Command R's with an `event_type`: the last one repeats the whole answer in `response`. */
function cohere(body: Json): Pieces {
  if (body.event_type === undefined && body.is_finished === undefined) return undefined;
  const stopReason = first(string(body.finish_reason), string(body.response?.finish_reason));
  return [{ text: string(body.text), stopReason, index: count(body.index) }];
}

/** A form with one text; it is of another form if that is no text. */
function one(text: unknown, stopReason: unknown): Pieces {
  return typeof text === "string" ? [{ text, stopReason: string(stopReason) }] : undefined;
}

/** A form with a list of generations; it is of another form if none of them has a text. */
function every(items: unknown, text: (item: Json) => unknown, stopReason: (item: Json) => unknown): Pieces {
  const found = list(items);
  if (!found?.some((item) => string(text(item)) !== undefined)) return undefined;
  return found.map((item) => ({ text: string(text(item)) ?? "", stopReason: string(stopReason(item)) }));
}

// Families by the beginning of the model's name: which form is looked for first.
const FAMILIES: [RegExp, string][] = [
  [/^amazon\.titan/, "titan"],
  [/^amazon\./, "converse"],
  [/^anthropic\.claude-(v|instant)/, "claudeText"],
  [/^anthropic\./, "messages"],
  [/^ai21\.j2/, "jurassic"],
  [/^(ai21\.jamba|deepseek\.|mistral\.(mistral-large-24(0[3-9]|1)|pixtral))/, "chat"],
  [/^cohere\.command-r/, "cohereChat"],
  [/^cohere\./, "cohere"],
  [/^meta\./, "llama"],
  [/^mistral\./, "mistral"],
];

/** Reads with the family's reader, and where that finds nothing, with every other. */
function read(readers: Record<string, Reader>, modelId: string | undefined, body: Json): Piece[] {
  const name = modelId && bareId(modelId);
  const family = name && FAMILIES.find(([beginning]) => beginning.test(name))?.[1];
  for (const form of family ? [family, ...Object.keys(readers)] : Object.keys(readers)) {
    const pieces = Object.hasOwn(readers, form) && readers[form]!(body);
    if (pieces) return pieces;
  }
  return [];
}

export const readAnswer = (modelId: string | undefined, body: Json) => read(answers, modelId, bare(body));
export const readChunk = (modelId: string | undefined, body: Json) => read(chunks, modelId, bare(body));

// Objects within objects: no form has more than 8 before its text.
const DEEPEST = 12;

/** A copy to read in, of objects that have their own members only. */
function bare(value: Json, depth = DEEPEST): Json {
  if (Array.isArray(value)) return depth ? value.map((item) => bare(item, depth - 1)) : [];
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  const copy = own(depth ? value : undefined);
  for (const name in copy) copy[name] = bare(copy[name], depth - 1);
  return copy;
}

/** Without the members that are undefined; undefined if none is left. */
export function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } | undefined {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.length ? (Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }) : undefined;
}

/** The model's own count, in whatever words. */
export function ownUsage(json: Json): Usage | undefined {
  const body = bare(json);
  const { prompt, response } = body;
  const usage = body.usage ?? body.message?.usage ?? body.metadata?.usage ?? own();
  const meta = body.meta ?? response?.meta;
  const billed = meta?.billed_units ?? meta?.tokens ?? own();
  // Titan's and Jurassic's answers tell the tokens of each generation.
  const sum = (counts: (number | undefined)[] | undefined) =>
    counts?.some((tokens) => tokens !== undefined)
      ? counts.reduce((total: number, tokens) => total + (tokens ?? 0), 0)
      : undefined;
  const completions = list(body.completions);
  return defined({
    inputTokens: first(
      count(usage.inputTokens),
      count(usage.input_tokens),
      count(usage.prompt_tokens),
      count(body.inputTextTokenCount),
      count(body.prompt_token_count),
      count(billed.input_tokens),
      completions && list(prompt?.tokens)?.length,
    ),
    outputTokens: first(
      count(usage.outputTokens),
      count(usage.output_tokens),
      count(usage.completion_tokens),
      sum(list(body.results)?.map((result) => count(result?.tokenCount))),
      count(body.totalOutputTextTokenCount),
      count(body.generation_token_count),
      count(billed.output_tokens),
      sum(completions?.map((completion) => list(completion?.data?.tokens)?.length)),
    ),
    totalTokens: first(count(usage.totalTokens), count(usage.total_tokens)),
    cacheReadInputTokens: first(
      count(usage.cacheReadInputTokens),
      count(usage.cacheReadInputTokenCount),
      count(usage.cache_read_input_tokens),
    ),
    cacheWriteInputTokens: first(
      count(usage.cacheWriteInputTokens),
      count(usage.cacheWriteInputTokenCount),
      count(usage.cache_creation_input_tokens),
    ),
  });
}

/** What Bedrock tells in the last chunk. */
export function toldByBedrock(json: Json): { usage?: Usage | undefined; metrics?: Latency | undefined } {
  const body = bare(json);
  const told = body["amazon-bedrock-invocationMetrics"] ?? own();
  const converse = (body.metadata ?? body).metrics;
  return {
    usage: defined({
      inputTokens: count(told.inputTokenCount),
      outputTokens: count(told.outputTokenCount),
      cacheReadInputTokens: count(told.cacheReadInputTokenCount),
      cacheWriteInputTokens: count(told.cacheWriteInputTokenCount),
    }),
    metrics: defined({
      latencyMs: first(count(told.invocationLatency), count(converse?.latencyMs)),
      firstByteLatencyMs: count(told.firstByteLatency),
    }),
  };
}

/** Bytes in whatever shape, as JSON; text as JSON; any other value as it is. */
export function jsonOf(value: unknown): Json {
  const bytes =
    ArrayBuffer.isView(value) || /ArrayBuffer\]$/.test(Object.prototype.toString.call(value))
      ? new TextDecoder().decode(value as Uint8Array)
      : value;
  if (typeof bytes !== "string") return bytes ?? {};
  try {
    return JSON.parse(bytes) ?? {};
  } catch (cause) {
    throw new AnswerError("the body is not JSON", "aws", { cause });
  }
}

/**
 * The generated text out of an answer of any family, of InvokeModel and of Converse.
 *
 * @param modelId a model, an inference profile or an ARN; one that says nothing leaves the body's form to decide
 * @param body the answer, its `body`, the JSON of that, or its text
 * @throws AnswerError for bytes or text that are not JSON. A form that is not known has no texts, and is no error.
 */
export function textOf(modelId: string | undefined, body: unknown): Generated {
  const value = jsonOf(body);
  // InvokeModel's answer itself: its `body` are bytes.
  const within = member(value, "body");
  const json = within === undefined ? value : jsonOf(within);
  const pieces = readAnswer(modelId, json);
  const told = toldByBedrock(json);
  return {
    text: own(pieces.at(0)).text ?? "",
    texts: pieces.map((piece) => own(piece).text ?? ""),
    ...defined({
      reasoning: own(pieces.at(0)).reasoning,
      stopReason: first(...pieces.map((piece) => own(piece).stopReason)),
      usage: defined({ ...told.usage, ...ownUsage(json) }),
      metrics: told.metrics,
    }),
  };
}

/** A chunk's JSON: of an event of InvokeModelWithResponseStream, of its bytes, or the value itself. */
export function chunkOf(chunk: unknown): Json {
  const value = jsonOf(chunk);
  const within = member(value, "chunk");
  return within === undefined ? value : jsonOf(member(within, "bytes"));
}

/**
 * What a chunk adds, of InvokeModelWithResponseStream in any family, and of ConverseStream.
 *
 * @param modelId as for `textOf`
 * @param chunk the event, its bytes, or their JSON
 * @throws AnswerError as `textOf`
 */
export function textOfChunk(modelId: string | undefined, chunk: unknown): GeneratedChunk {
  const json = chunkOf(chunk);
  const piece = own(readChunk(modelId, json).at(0));
  const told = toldByBedrock(json);
  return {
    text: piece.text ?? "",
    index: piece.index ?? 0,
    ...defined({
      reasoning: piece.reasoning,
      stopReason: piece.stopReason,
      usage: defined({ ...told.usage, ...ownUsage(json) }),
      metrics: told.metrics,
    }),
  };
}
