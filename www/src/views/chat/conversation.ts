// The conversation: its turns, the answer that is on its way, and what can be done to them. It is in memory only, and
// sends what the reader sees: no turn is cut or changed unasked.

import { signal } from "@preact/signals";
import type { ContentBlock, ConverseStreamInput, Message } from "outcrop";
import { estimateTokens } from "outcrop/catalog";
import { streamTools } from "outcrop/tools";
import { client } from "../../app/connection.js";
import { FormError } from "../../app/errors.js";
import { Run } from "../../app/run.js";
import { attached, blocksOf, clearAttached } from "./attachments.js";
import { Live } from "./live.js";
import * as settings from "./settings.js";
import { active, configOf } from "./tools.js";

export interface Turn {
  readonly id: number;
  readonly role: "user" | "assistant";
  readonly content: ContentBlock[];
  /** The model that answered. */
  readonly modelId?: string;
  /** Of an answer's last turn. */
  readonly run?: Run;
  /** The answer was stopped or failed before its end. */
  readonly partial?: boolean;
  /** What the guardrail says of it. */
  readonly trace?: unknown;
}

export const turns = signal<readonly Turn[]>([]);
/** The answer that is on its way, or the last one. */
export const current = signal<Run | undefined>(undefined);
/** Changes as the answer comes, at most every 40 ms: faster is not seen, and Markdown takes time. */
export const live = signal<{ blocks: Live["blocks"] } | undefined>(undefined);
const PACE = 40;
/** What "count tokens" found. */
export const counted = signal<string>("");

let last = 0;
const turn = (given: Omit<Turn, "id">): Turn => ({ id: ++last, ...given });

export const busy = (): boolean => current.value?.open ?? false;

const isResult = ({ content }: { content: ContentBlock[] }): boolean => content.some((block) => block.toolResult);
const isCall = ({ content }: { content: ContentBlock[] }): boolean => content.some((block) => block.toolUse);

/** As the API wants them: roles alternate, so neighbours of one role are one message; each call has its result. */
export function messagesOf(list: readonly Turn[]): Message[] {
  const messages: { role: Turn["role"]; content: ContentBlock[] }[] = [];
  for (const { role, content } of list) {
    const before = messages.at(-1);
    if (before?.role === role) before.content = [...before.content, ...content];
    else messages.push({ role, content: [...content] });
  }
  // A call that was stopped has no result, and the service refuses what follows one without.
  for (const [at, { content }] of messages.entries()) {
    const next = messages[at + 1];
    if (!next) continue;
    const answered = new Set(next.content.map(({ toolResult }) => toolResult?.toolUseId));
    const missing = content.flatMap(({ toolUse }) => (toolUse && !answered.has(toolUse.toolUseId) ? [toolUse] : []));
    next.content.unshift(
      ...missing.map(({ toolUseId }) => ({
        toolResult: { toolUseId, content: [{ text: "This call was stopped." }], status: "error" as const },
      })),
    );
  }
  return messages;
}

/** Sends the prompt with what is attached. */
export async function send(): Promise<void> {
  if (busy()) return;
  const text = settings.prompt.value;
  const files = attached.value;
  if (!text.trim()) {
    // A document needs words beside it: the service refuses it alone.
    current.value = undefined;
    failure.value = new FormError(files.length ? "Say what is to be done with the files." : "The prompt is empty.");
    document.getElementById("prompt")?.focus();
    return;
  }
  failure.value = undefined;
  const before = turns.value;
  turns.value = [...before, turn({ role: "user", content: [...blocksOf(files), { text }] })];
  settings.prompt.value = "";
  clearAttached();
  await answer();
}

/** What was wrong before anything was sent. */
export const failure = signal<unknown>(undefined);

/** Asks the model for the conversation as it stands. */
async function answer(): Promise<void> {
  const modelId = settings.model.value.trim();
  const run = new Run(modelId);
  current.value = run;
  counted.value = "";
  let parts = new Live();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let trace: unknown;
  const tell = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (run.open) live.value = { blocks: parts.blocks };
    }, PACE);
  };
  const add = (more: Omit<Turn, "id">) => (turns.value = [...turns.value, turn(more)]);
  await run.until(async () => {
    const tools = active();
    const input = settings.inputFor(modelId, messagesOf(turns.value));
    const asked = () => ({ ...input, messages: messagesOf(turns.value), ...configOf(tools) }) as ConverseStreamInput;
    run.asked.value = { operation: "converseStream", input: asked() };
    const events = streamTools(client(run.told), input, { tools, abortSignal: run.abortSignal });
    for await (const event of events) {
      if (event.type === "stream") {
        run.came(parts.add(event.event));
        const { metadata } = event.event;
        if (metadata?.metrics?.latencyMs !== undefined) {
          run.latency.value = (run.latency.value ?? 0) + metadata.metrics.latencyMs;
        }
        if (metadata?.trace) trace = metadata.trace;
        tell();
      } else if (event.type === "message") {
        parts = new Live();
        live.value = undefined;
        run.stopReason.value = event.stopReason;
        if (event.message.content?.length) add({ role: "assistant", content: event.message.content, modelId });
      } else if (event.type === "toolResult") {
        add({ role: "user", content: [{ toolResult: event.toolResult }] });
        run.asked.value = { operation: "converseStream", input: asked() };
      } else if (event.type === "done") {
        run.usage.value = event.run.usage;
      }
    }
  });
  clearTimeout(timer);
  live.value = undefined;
  // What came of an answer that did not end is kept, and marked.
  if (run.state.value !== "done" && parts.kept.length) {
    add({ role: "assistant", content: parts.kept, modelId, partial: true });
  }
  const list = turns.value;
  const end = list.at(-1);
  if (end?.role === "assistant" && (run.exchanges.value.length > 0 || end.partial)) {
    turns.value = [...list.slice(0, -1), { ...end, run, ...(trace !== undefined && { trace }) }];
  }
}

/** The last thing that the reader said, and not a tool. */
const lastQuestion = (): number => turns.value.findLastIndex((one) => one.role === "user" && !isResult(one));

export const canRetry = (): boolean => !busy() && lastQuestion() >= 0;

/** Asks the last question again; what was answered to it goes. */
export async function retry(): Promise<void> {
  if (!canRetry()) return;
  turns.value = turns.value.slice(0, lastQuestion() + 1);
  await answer();
}

/** Puts other words in a turn. Asked again, all that came after it goes. */
export async function edit(id: number, text: string, again: boolean): Promise<void> {
  const at = turns.value.findIndex((one) => one.id === id);
  const old = turns.value[at];
  if (!old || busy()) return;
  const others = old.content.filter((block) => block.text === undefined);
  const changed: Turn = { ...old, content: [...others, ...(text.trim() ? [{ text }] : [])] };
  const rest = again ? [] : turns.value.slice(at + 1);
  turns.value = [...turns.value.slice(0, at), ...(changed.content.length ? [changed] : []), ...rest];
  counted.value = "";
  if (again) await answer();
}

/** Takes a turn out; a call of a tool goes with its result, for the service refuses one without the other. */
export function remove(id: number): void {
  const list = turns.value;
  const at = list.findIndex((one) => one.id === id);
  const one = list[at];
  if (!one || busy()) return;
  const gone = new Set([id]);
  if (isCall(one)) {
    for (let next = at + 1; list[next] && isResult(list[next] as Turn); next++) gone.add((list[next] as Turn).id);
  } else if (isResult(one)) {
    let first = at;
    while (first > 0 && isResult(list[first] as Turn)) first--;
    for (let next = first; list[next] && (next === first || isResult(list[next] as Turn)); next++) {
      gone.add((list[next] as Turn).id);
    }
  }
  turns.value = list.filter((turn) => !gone.has(turn.id));
  counted.value = "";
}

/** Begins anew. What is on its way is stopped. */
export function restart(): void {
  current.value?.stop();
  turns.value = [];
  current.value = undefined;
  failure.value = undefined;
  counted.value = "";
  live.value = undefined;
}

/** Asks the service how many tokens the next request has; where the model has no counting, says at most how many. */
export async function countTokens(): Promise<void> {
  const words = settings.prompt.value;
  const next = words.trim() || attached.value.length ? [...blocksOf(attached.value), { text: words || "…" }] : [];
  const messages = messagesOf([...turns.value, ...(next.length ? [turn({ role: "user", content: next })] : [])]);
  const modelId = settings.model.value.trim();
  failure.value = undefined;
  counted.value = "Counting…";
  try {
    if (messages.length === 0) throw new FormError("There is nothing to count: write a prompt.");
    const input = settings.inputFor(modelId, messages);
    const converse = {
      messages,
      ...(input.system && { system: input.system }),
      ...configOf(active()),
    };
    const run = new Run(modelId);
    const { inputTokens } = await client(run.told).countTokens({ modelId, input: { converse } });
    counted.value = `${(inputTokens ?? 0).toLocaleString()} input tokens, counted by the service.`;
  } catch (error) {
    const { name, message } = error as Error;
    if (
      /^(ValidationException|ResourceNotFoundException|UnknownOperationException|AccessDeniedException)$/.test(name)
    ) {
      const text = JSON.stringify(messages, (_, value) => (value instanceof Uint8Array ? "" : value));
      const most = estimateTokens(text).toLocaleString();
      counted.value = `At most ${most} tokens of text, by its length: the service did not count for this model (${message}).`;
    } else {
      counted.value = "";
      failure.value = error;
    }
  }
}
