// The tools that the model may call: two that run in this page, and the reader's own, whose results the reader writes.
// What a tool is given is shown; nothing but these two runs.

import { signal } from "@preact/signals";
import type { ConverseStreamInput, DocumentType, Tool, ToolUseBlock } from "outcrop";
import { type PageTool, toolResult } from "outcrop/tools";
import { inAddress } from "../../app/address.js";
import { FormError } from "../../app/errors.js";
import { calculate } from "./calculator.js";

/** A tool of the reader's. */
export interface OwnTool {
  name: string;
  description: string;
  inputSchema: object;
}

export const builtIn: readonly PageTool[] = [
  {
    name: "calculator",
    description:
      "Evaluates an arithmetic expression, such as 2 * (3 + 4)^2. Knows sqrt, ln, log, exp, sin, cos, tan, pi.",
    inputSchema: {
      type: "object",
      properties: { expression: { type: "string", description: "The expression" } },
      required: ["expression"],
    },
    run: ({ expression }: { expression: string }) => ({ value: calculate(expression) }),
  },
  {
    name: "clock",
    description: "Tells the date and the time now, in UTC and in the reader's time zone.",
    inputSchema: { type: "object", properties: {} },
    run: () => ({
      utc: new Date().toISOString(),
      local: new Date().toLocaleString(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
  },
];

/** Names of the built-in ones that are on, with commas. */
const on = inAddress("tools");
/** The reader's own, as JSON. */
const own = inAddress("ownTools");

export const isOn = (name: string): boolean => on.value.split(",").includes(name);

export function turn(name: string, wanted: boolean): void {
  const others = on.value.split(",").filter((one) => one !== "" && one !== name);
  on.value = (wanted ? [...others, name] : others).join(",");
}

/** Those of the reader. A link may hold anything: what is no tool is left out. */
export function ownTools(): OwnTool[] {
  try {
    const value: unknown = JSON.parse(own.value || "[]");
    return (Array.isArray(value) ? value : []).filter(
      (one) => typeof one?.name === "string" && typeof one.inputSchema === "object" && one.inputSchema !== null,
    );
  } catch {
    return [];
  }
}

export function remove(name: string): void {
  own.value = JSON.stringify(ownTools().filter((one) => one.name !== name)).replace(/^\[\]$/, "");
}

/**
 * Takes a tool, or the new form of one.
 *
 * @throws FormError that says which field is wrong
 */
export function save(name: string, description: string, schema: string, before?: string): void {
  // The service's rule for names.
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new FormError("A tool's name has letters, digits, _ and -, 64 at most.", "tool-name");
  }
  const taken = [...builtIn, ...ownTools()].some((one) => one.name === name && one.name !== before);
  if (taken) throw new FormError("There is a tool of that name.", "tool-name");
  let inputSchema: unknown;
  try {
    inputSchema = JSON.parse(schema);
  } catch (error) {
    throw new FormError(`The schema is not JSON: ${(error as Error).message}`, "tool-schema");
  }
  if (typeof inputSchema !== "object" || inputSchema === null || (inputSchema as { type?: string }).type !== "object") {
    throw new FormError('A tool\'s schema is a JSON Schema whose "type" is "object".', "tool-schema");
  }
  own.value = JSON.stringify([
    ...ownTools().filter((one) => one.name !== before),
    { name, description, inputSchema: inputSchema as object },
  ]);
}

/** A call that waits for the reader's result. */
export interface Pending {
  toolUse: Pick<ToolUseBlock, "toolUseId" | "name" | "input">;
  answer(text: string, failed: boolean): void;
}

export const pending = signal<readonly Pending[]>([]);

/** A result as the model gets it: JSON where the text is an object, else the text. */
function result(text: string, failed: boolean) {
  const status = failed ? "error" : "success";
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      return toolResult([{ json: value as DocumentType }], status);
    }
  } catch {
    // Then it is text.
  }
  return toolResult([{ text: text.trim() ? text : "(no output)" }], status);
}

/** All that are on, ready to run. */
export function active(): PageTool[] {
  return [
    ...builtIn.filter(({ name }) => isOn(name)),
    ...ownTools().map(
      ({ name, description, inputSchema }): PageTool => ({
        name,
        inputSchema,
        ...(description.trim() && { description }),
        run: (input: unknown, { toolUseId, abortSignal }) =>
          new Promise((resolve, reject) => {
            const waits: Pending = {
              toolUse: { toolUseId, name, input: input as DocumentType },
              answer: (text, failed) => {
                leave();
                resolve(result(text, failed));
              },
            };
            const leave = () => (pending.value = pending.value.filter((one) => one !== waits));
            abortSignal.addEventListener("abort", () => {
              leave();
              reject(abortSignal.reason);
            });
            pending.value = [...pending.value, waits];
          }),
      }),
    ),
  ];
}

/** As `streamTools` sends them, for the count of tokens and for code. */
export function configOf(tools: readonly PageTool[]): Pick<ConverseStreamInput, "toolConfig"> {
  if (tools.length === 0) return {};
  const specs: Tool[] = tools.map(({ name, description, inputSchema }) => ({
    toolSpec: { name, inputSchema: { json: inputSchema as DocumentType }, ...(description && { description }) },
  }));
  return { toolConfig: { tools: specs } };
}
