// An answer that fits a JSON Schema, or an error that says where it does not. A refusal, or an answer that was cut, is
// never mended; one that does not fit is given back to the model once.
import { OutcropError, own } from "./core.js";
import type { CallOptions } from "./options.js";
import type { Converses } from "./tools-loop.js";
import { checker, inWords, type Misfit } from "./tools-schema.js";
import type { ConverseInput, ConverseOutput, DocumentType, Message, ToolChoice } from "./types/index.js";

export interface StructuredOptions extends CallOptions {
  /**
   * How the model is told: as the input of a tool that it must call (the default: any model with tools), or by
   * `outputConfig.textFormat` (newer models, whose text then is the JSON).
   */
  via?: "tool" | "outputConfig" | undefined;
  /** What the answer is called: `answer` unless given. Letters, digits, `_` and `-`. */
  name?: string | undefined;
  /** What the answer is, for the model. */
  description?: string | undefined;
  /** How hard the tool is asked for: `tool` unless given. Not every model takes `tool`, nor `any`. */
  toolChoice?: "tool" | "any" | "auto" | undefined;
  /** Times that an answer which does not fit is given back to the model: 1 unless told otherwise. */
  repairs?: number | undefined;
}

/** A value that fits the schema, and how it came about. */
export interface Structured<Value> {
  readonly value: Value;
  /** Those of the input and all that were added. */
  readonly messages: Message[];
  /** The model's answers, the last one with the value. */
  readonly outputs: ConverseOutput[];
}

/** There is no value that fits. */
export class StructuredOutputError extends OutcropError {
  static {
    this.prototype.name = "StructuredOutputError";
  }
  /** Where and how the last value does not fit; empty when there was none. */
  declare readonly misfits: readonly Misfit[];
  /** What the model said instead, if it was JSON. */
  declare readonly value?: unknown;
  declare readonly stopReason: string | undefined;
  declare readonly messages: Message[];
  declare readonly outputs: ConverseOutput[];
}

/** The first value of the answer: that tool's input, or the text as JSON. */
function answerOf(message: Message | undefined, tool: string | undefined): { value?: unknown; wrong?: string } {
  const content = own(message).content ?? [];
  if (tool !== undefined) {
    const use = content.map((block) => own(own(block).toolUse)).find(({ name }) => name === tool);
    return use ? { value: use.input ?? null } : { wrong: `the tool ${tool} was not called` };
  }
  const text = content.map((block) => own(block).text ?? "").join("");
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { wrong: "the text is not JSON" };
  }
}

/** Asks the model for a value of that schema. `Value` is the caller's word for it; the schema is what is checked. */
export async function structured<Value = DocumentType>(
  client: Converses,
  given: ConverseInput,
  schema: DocumentType | object,
  options: StructuredOptions = {},
): Promise<Structured<Value>> {
  const { via = "tool", name = "answer", description, toolChoice = "tool", repairs = 1, ...call } = own(options);
  const input = own(given);
  const check = checker(schema);
  const tool = via === "tool" ? name : undefined;
  const messages: Message[] = [...(input.messages ?? [])];
  const outputs: ConverseOutput[] = [];
  const described = description !== undefined && { description };

  const request: ConverseInput = { ...input };
  if (tool !== undefined) {
    const choices: Record<string, ToolChoice> = { tool: { tool: { name } }, any: { any: {} }, auto: { auto: {} } };
    const toolSpec = { name, inputSchema: { json: schema as DocumentType }, ...described };
    request.toolConfig = {
      tools: [...(own(input.toolConfig).tools ?? []), { toolSpec }],
      toolChoice: choices[toolChoice],
    };
  } else {
    const jsonSchema = { schema: JSON.stringify(schema), name, ...described };
    request.outputConfig = { ...input.outputConfig, textFormat: { type: "json_schema", structure: { jsonSchema } } };
  }

  for (let round = 0; ; round++) {
    const output = await client.converse({ ...request, messages: [...messages] }, call);
    outputs.push(output);
    const { stopReason, output: said } = own(output);
    const { message } = own(said);
    if (message?.content?.length) messages.push(message);
    const fail = (words: string, more: object = {}) =>
      new StructuredOutputError(words, "aws", {
        misfits: [],
        stopReason,
        messages,
        outputs,
        $metadata: output.$metadata,
        ...more,
      });
    // Cut, refused or stopped by a guardrail: another try would end the same way.
    if (!/^(end_turn|tool_use|stop_sequence)$/.test(stopReason ?? "")) throw fail(`the model stopped: ${stopReason}`);
    const { value, wrong } = own(answerOf(message, tool));
    const misfits = wrong ? [] : check(value);
    if (!wrong && !misfits.length) return { value: value as Value, messages, outputs };
    const words = wrong ?? inWords(misfits);
    if (round >= repairs) {
      throw fail(wrong ?? `the answer does not fit its schema: ${words}`, wrong ? {} : { misfits, value });
    }
    const again = `This does not fit. ${words}\nAnswer again, in full.`;
    const uses = (message?.content ?? [])
      .flatMap((block) => own(block).toolUse ?? [])
      .filter((toolUse) => own(toolUse).type !== "server_tool_use");
    messages.push({
      role: "user",
      // Every call wants its result, also one of a tool of the caller's.
      content: uses.length
        ? uses.map(({ toolUseId }) => ({ toolResult: { toolUseId, content: [{ text: again }], status: "error" } }))
        : [{ text: again }],
    });
  }
}
