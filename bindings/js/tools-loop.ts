// A conversation in which the model calls the page's tools: ask, run what it calls, give the results back, until it is
// done. It never runs what the service runs, hides no error of the service, and loses no message: whatever it throws
// has them.
import { AbortError, member, OutcropError, own } from "./core.js";
import type { AbortSignalLike } from "./host.js";
import { Conversed } from "./models-collect.js";
import type { CallOptions } from "./options.js";
import { checker, inWords, type Misfit } from "./tools-schema.js";
import type {
  ConverseInput,
  ConverseOutput,
  ConverseStreamEvent,
  ConverseStreamInput,
  ConverseStreamOutput,
  DocumentType,
  Message,
  TokenUsage,
  Tool,
  ToolResultBlock,
  ToolResultContentBlock,
  ToolUseBlock,
} from "./types/index.js";

/** A client, or whatever answers as one. */
export interface Converses {
  /** As `BedrockRuntime.converse`. */
  converse(input: ConverseInput, options?: CallOptions): Promise<ConverseOutput>;
}

/** A client that streams, or whatever answers as one. */
export interface ConversesInStreams {
  /** As `BedrockRuntime.converseStream`. */
  converseStream(input: ConverseStreamInput, options?: CallOptions): Promise<ConverseStreamOutput>;
}

/** What a tool knows of its call. */
export interface ToolContext {
  readonly toolUseId: string;
  /** Aborted when the loop is, when it is left, and when the tool's time is up. */
  readonly abortSignal: AbortSignalLike;
  readonly messages: readonly Message[];
}

/** A tool that the model may call. */
export interface PageTool<Input = any> {
  name: string;
  description?: string | undefined;
  /** A JSON Schema of its input. */
  inputSchema: DocumentType | object;
  /** Whether the model must keep to the schema exactly, where it can. */
  strict?: boolean | undefined;
  /**
   * Does it. A text or a JSON value is the result, or what `toolResult` makes; what it throws is told to the model as
   * an error.
   */
  run(input: Input, context: ToolContext): unknown;
}

/** A tool with its input's type: `tool<{ city: string }>({ name, inputSchema, run: ({ city }) => … })`. */
export const tool = <Input>(given: PageTool<Input>): PageTool<Input> => given;

/** A result with blocks of the API's own: images, documents, several texts; or an error that was no exception. */
export class ToolResult {
  readonly content: ToolResultContentBlock[];
  readonly status: "success" | "error";
  constructor(content: ToolResultContentBlock[], status: "success" | "error" = "success") {
    this.content = content;
    this.status = status;
  }
}

/** A tool's result in blocks of the API's own, or an error that was no exception. */
export const toolResult = (content: ToolResultContentBlock[], status?: "success" | "error"): ToolResult =>
  new ToolResult(content, status);

/** What happens on the way. */
export type ToolEvent =
  /** An event of the service, as it came; of `streamTools` only. */
  | { type: "stream"; step: number; event: ConverseStreamEvent }
  /** The model has answered. */
  | { type: "message"; step: number; message: Message; stopReason: string | undefined; usage: TokenUsage | undefined }
  | { type: "toolUse"; step: number; toolUse: ToolUseBlock }
  | { type: "toolResult"; step: number; toolUse: ToolUseBlock; toolResult: ToolResultBlock; error?: unknown }
  /** The last one of `streamTools`. */
  | { type: "done"; run: ToolRun };

/** A conversation, as far as it has come. */
export interface ToolRun {
  /** Those of the input and all that were added, to be sent again as they are. */
  messages: Message[];
  /** The model's last message. */
  message: Message | undefined;
  /** Why it stopped. Only after `end_turn` and `stop_sequence` is the last message whole. */
  stopReason: string | undefined;
  /** Answers of the model. */
  steps: number;
  /** Tokens of all steps. */
  usage: TokenUsage;
}

/** The tools, and how far the loop may go. The rest is each call's own settings. */
export interface ToolOptions extends Omit<CallOptions, "region"> {
  tools: readonly PageTool[];
  region?: string | undefined;
  /** Answers of the model at most: 10 unless told otherwise. */
  maxSteps?: number | undefined;
  /** Calls of tools at most, in all steps: 100 unless told otherwise. */
  maxToolCalls?: number | undefined;
  /** Calls of one answer that run at once: all unless told otherwise, one when false. */
  parallel?: boolean | number | undefined;
  /** Milliseconds for one call of a tool. None unless given. */
  toolTimeout?: number | undefined;
  /** Whether input is held against the tool's schema before it runs. True unless told otherwise. */
  checkInput?: boolean | undefined;
  /** The text of an error for the model: its name and message unless told otherwise. */
  describeError?: ((error: unknown, toolUse: ToolUseBlock) => string) | undefined;
  /** Called with each answer of the model, each call and each result; what it throws is ignored. */
  onEvent?: ((event: ToolEvent) => void) | undefined;
}

// Answers of a model: more in a row is a model that turns in circles more often than a task that is so long.
const MAX_STEPS = 10;
// Calls of tools: ten of them in each of those.
const MAX_CALLS = 100;
// The longest time that a host's timer takes, in ms (2^31 - 1).
const LONGEST = 2_147_483_647;

/** The model wants to go on and a limit says no. `toolRun` is the conversation; given to a new run, it goes on. */
export class ToolLimitError extends OutcropError {
  static {
    this.prototype.name = "ToolLimitError";
  }
  declare readonly toolRun: ToolRun;
}

/** What an error of this loop carries, whoever threw it: the conversation as far as it has come. */
export interface WithToolRun {
  readonly toolRun?: ToolRun;
}

/** Text for a result. The service refuses a blank one. */
const text = (words: string): ToolResultContentBlock[] => [{ text: words.trim() ? words : "(no output)" }];

/** A tool's answer as the API takes it: models take JSON only as an object, so all else becomes text. */
function content(value: unknown): ToolResultContentBlock[] {
  if (value === undefined || typeof value === "string") return text(value ?? "");
  const isObject = Object.prototype.toString.call(value) === "[object Object]";
  return isObject ? [{ json: value as DocumentType }] : text(JSON.stringify(value));
}

const sum = (one: TokenUsage, more: TokenUsage | undefined): TokenUsage => {
  const both: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(more ?? {})) {
    if (typeof value === "number") both[name] = ((both[name] as number) ?? 0) + value;
  }
  return both as unknown as TokenUsage;
};

/** The calls of a message that are the page's to run: those of the service's own tools have their results beside them. */
const calls = (message: Message | undefined): ToolUseBlock[] =>
  (message?.role === "assistant" ? (own(message).content ?? []) : [])
    .flatMap((block) => own(block).toolUse ?? [])
    .filter((toolUse) => own(toolUse).type !== "server_tool_use");

interface Answer {
  message: Message | undefined;
  stopReason: string | undefined;
  usage: TokenUsage | undefined;
}

type Ask = (
  input: ConverseInput,
  options: CallOptions,
  step: number,
) => Promise<Answer> | AsyncGenerator<ToolEvent, Answer, undefined>;

/** Asks the model, calls the tools it calls, and so on until it is done. */
export async function runTools(client: Converses, input: ConverseInput, options: ToolOptions): Promise<ToolRun> {
  const ask: Ask = async (input, call) => {
    const { output, stopReason, usage } = own(await client.converse(input, call));
    return { message: own(output).message, stopReason, usage };
  };
  const events = conversation(ask, input, options);
  for (;;) {
    const { value, done } = await events.next();
    if (done) return value;
  }
}

/**
 * The same with streams: what the service sends comes as it comes, between it the calls and their results, last
 * `done`. Leaving the loop ends the request and aborts the tools.
 */
export function streamTools(
  client: ConversesInStreams,
  input: ConverseStreamInput,
  options: Omit<ToolOptions, "onEvent">,
): AsyncIterableIterator<ToolEvent> {
  const left = new AbortController();
  const ask: Ask = async function* (input, call, step) {
    const { stream } = await client.converseStream(input, call);
    const conversed = new Conversed();
    for await (const event of stream) {
      conversed.add(event);
      yield { type: "stream", step, event };
    }
    const { output, stopReason, usage } = conversed.answer(false);
    return { message: output.message, stopReason, usage };
  };
  async function* all(): AsyncGenerator<ToolEvent, undefined> {
    const run = yield* conversation(ask, input, options, left.signal);
    yield { type: "done", run };
  }
  const events = all();
  // By hand: a generator's own `return` waits for the `next` before it, which may wait for ever.
  const iterator: AsyncIterableIterator<ToolEvent> = {
    next: () => events.next(),
    async return() {
      left.abort();
      return events.return(undefined);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

async function* conversation(
  ask: Ask,
  given: ConverseInput,
  options: ToolOptions,
  left?: AbortSignalLike,
): AsyncGenerator<ToolEvent, ToolRun, undefined> {
  const {
    tools,
    maxSteps = MAX_STEPS,
    maxToolCalls = MAX_CALLS,
    parallel = true,
    toolTimeout,
    checkInput = true,
    describeError,
    onEvent,
    abortSignal,
    ...call
  } = own(options);
  const input = own(given);
  const known = new Map(tools.map((given) => [given.name, given]));
  if (known.size < tools.length) throw new OutcropError("two tools have the same name", "caller");
  const checks = new Map<string, (value: unknown) => Misfit[]>();
  if (checkInput) for (const { name, inputSchema } of tools) checks.set(name, checker(inputSchema));

  // One signal for the model and the tools, aborted by the caller's or when the loop is left.
  const controller = new AbortController();
  const stop = () => controller.abort(abortSignal?.reason);
  const leave = () => controller.abort();
  for (const [signal, listener] of [
    [abortSignal, stop],
    [left, leave],
  ] as const) {
    if (signal?.aborted) listener();
    else signal?.addEventListener("abort", listener);
  }
  const { signal } = controller;

  const run: ToolRun = {
    messages: [...(input.messages ?? [])],
    message: undefined,
    stopReason: undefined,
    steps: 0,
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  };
  const tell = (event: ToolEvent): ToolEvent => {
    onEvent?.(event);
    return event;
  };
  const aborted = () => new AbortError("the tools' run was aborted", "caller", { cause: signal.reason });

  /** Runs one call; it never throws but when the loop is aborted. */
  const use = async (toolUse: ToolUseBlock): Promise<{ toolResult: ToolResultBlock; error?: unknown }> => {
    const { toolUseId = "", name = "", input } = own(toolUse);
    const failed = (words: string, error: unknown) => ({
      toolResult: { toolUseId, content: text(words), status: "error" },
      error,
    });
    const given = known.get(name);
    if (!given) {
      const words = `There is no tool ${name}. There are: ${[...known.keys()].join(", ") || "none"}.`;
      return failed(words, new OutcropError(words, "aws"));
    }
    const misfits = checks.get(name)?.(input ?? {}) ?? [];
    if (misfits.length) {
      const words = `The input does not fit the tool's schema.\n${inWords(misfits)}`;
      return failed(words, new OutcropError(words, "aws", { misfits }));
    }
    const ended = new AbortController();
    const end = () => ended.abort(signal.reason);
    signal.addEventListener("abort", end);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const over = new Promise<never>((_, reject) => {
        ended.signal.addEventListener("abort", () => reject(ended.signal.reason));
        const late = () => ended.abort(new Error(`the tool took longer than ${toolTimeout} ms`));
        if (toolTimeout! > 0 && toolTimeout! < Infinity) timer = setTimeout(late, Math.min(toolTimeout!, LONGEST));
      });
      const context: ToolContext = { toolUseId, abortSignal: ended.signal, messages: run.messages };
      // In an async function, so that what it throws at once is no different.
      const answer = await Promise.race([(async () => given.run(input, context))(), over]);
      if (signal.aborted) throw aborted();
      const { content: blocks, status } =
        answer instanceof ToolResult ? answer : { content: content(answer), status: "success" };
      return { toolResult: { toolUseId, content: blocks, status } };
    } catch (error) {
      if (signal.aborted) throw aborted();
      const { name: kind, message } = Object(error) as Partial<Error>;
      return failed(describeError?.(error, toolUse) ?? (kind && message ? `${kind}: ${message}` : `${error}`), error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  };

  const specs: Tool[] = tools.map((tool) => {
    const { name, inputSchema } = tool;
    const [description, strict] = [member(tool, "description"), member(tool, "strict")];
    return {
      toolSpec: {
        name,
        inputSchema: { json: inputSchema as DocumentType },
        ...(description !== undefined && { description }),
        ...(strict !== undefined && { strict }),
      },
    };
  });
  // Tools that the caller's own toolConfig has (the service's, cache points) stay, and come first.
  const toolConfig = { ...input.toolConfig, tools: [...(own(input.toolConfig).tools ?? []), ...specs] };
  let called = 0;

  try {
    // A conversation may be handed over in the middle: calls without results are run first.
    let pending = calls(run.messages.at(-1));
    for (;;) {
      if (signal.aborted) throw aborted();
      if (pending.length) {
        const over = (what: string) =>
          new ToolLimitError(
            `the model wants more than ${what}: give its conversation (toolRun) to a new run`,
            "caller",
          );
        if (run.steps >= maxSteps) throw over(`${maxSteps} steps`);
        if (called + pending.length > maxToolCalls) throw over(`${maxToolCalls} calls of tools`);
        called += pending.length;
        for (const toolUse of pending) yield tell({ type: "toolUse", step: run.steps, toolUse });
        const results: ToolResultBlock[] = [];
        const queue = [...pending.entries()];
        const told: ToolEvent[] = [];
        const worker = async () => {
          for (let next; (next = queue.shift()); ) {
            const [at, toolUse] = next;
            const result = await use(toolUse);
            results[at] = result.toolResult;
            told.push(tell({ type: "toolResult", step: run.steps, toolUse, ...result }));
          }
        };
        const many = parallel === true ? pending.length : Math.max(1, Math.floor(+parallel) || 1);
        await Promise.all(Array.from({ length: Math.min(many, pending.length) }, worker));
        run.messages.push({ role: "user", content: results.map((result) => ({ toolResult: result })) });
        yield* told;
      }
      const asked = {
        ...input,
        messages: [...run.messages],
        ...(toolConfig.tools.length && { toolConfig }),
      };
      const answering = ask(asked, { ...call, abortSignal: signal }, run.steps + 1);
      const { message, stopReason, usage } = "then" in answering ? await answering : yield* answering;
      run.steps++;
      run.usage = sum(run.usage, usage);
      run.stopReason = stopReason;
      run.message = message;
      if (message) {
        // A model that has nothing to add says so with no content at all, which the service does not take back.
        if (own(message).content?.length) run.messages.push(message);
        yield tell({ type: "message", step: run.steps, message, stopReason, usage });
      }
      // Some models say `end_turn` beside calls. After any other word the message may have been cut.
      pending = stopReason === "tool_use" || stopReason === "end_turn" ? calls(message) : [];
      if (!pending.length) return run;
    }
  } catch (error) {
    if (error === Object(error) && Object.isExtensible(error) && member(error, "toolRun") == null) {
      (error as { toolRun?: ToolRun }).toolRun = run;
    }
    throw error;
  } finally {
    // Left in the middle, or failed: what still runs is to stop.
    controller.abort();
    abortSignal?.removeEventListener("abort", stop);
    left?.removeEventListener("abort", leave);
  }
}
