// The settings of a model as sliders: range and default from the package's catalog, with where they are from. What the
// catalog does not know gets a wide range, which says so. It sends nothing that the reader did not set.

import type { Model, ModelParameter } from "outcrop/catalog";
import { model, sources } from "outcrop/catalog";

/** One number that can be set. */
export interface Range {
  name: string;
  label: string;
  min: number;
  max: number;
  step: number;
  /** What the model takes when nothing is sent, as far as it is known. */
  default: number | undefined;
  /** Where the range is from; empty where it is this page's guess. */
  source: string;
  /** The member's path in the model's own body. */
  path: string;
}

/** The words of Converse, and what the families call them. */
const names: Record<string, RegExp> = {
  temperature: /(^|\.)temperature$/,
  topP: /(^|\.)(topP|top_p|p)$/,
  topK: /(^|\.)(topK|top_k|k)$/,
  maxTokens: /(^|\.)(maxTokens|max_tokens|maxTokenCount|max_gen_len|max_tokens_to_sample)$/,
};
const labels: Record<string, string> = {
  temperature: "Temperature",
  topP: "Top P",
  topK: "Top K",
  maxTokens: "Longest answer (tokens)",
};
/** Where the catalog has no range: Converse's own (0 to 1), and as many tokens as most models answer. */
const guesses: Record<string, { min: number; max: number }> = {
  temperature: { min: 0, max: 1 },
  topP: { min: 0, max: 1 },
  maxTokens: { min: 1, max: 8192 },
};

const sourceOf = (key: string): string => {
  const source = sources[key];
  return source ? `${source.title} (${source.date})` : "";
};

function range(name: string, label: string, parameter: ModelParameter): Range {
  const { min = 0, max = 1, source, default: given, name: path } = parameter;
  return {
    name,
    label,
    min: name === "temperature" && min < 0.01 ? 0 : min,
    max,
    step: max - min > 20 ? 1 : 0.01,
    default: typeof given === "number" ? given : undefined,
    source: sourceOf(source),
    path,
  };
}

/** Every number of a model's body that the catalog has a range for, the newest source's. */
export function rangesOf(id: string): Range[] {
  const seen = new Set<string>();
  return (model(id)?.parameters ?? []).flatMap((parameter) => {
    const { name, min, max } = parameter;
    if (seen.has(name) || (min === undefined && max === undefined)) return [];
    seen.add(name);
    const last = name.slice(name.lastIndexOf(".") + 1);
    return [
      range(
        name,
        last
          .replace(/_/g, " ")
          .replace(/([a-z])([A-Z])/g, "$1 $2")
          .toLowerCase(),
        parameter,
      ),
    ];
  });
}

/** The values that the catalog knows for a member of a model's body, such as `quality`. */
export function choicesOf(id: string, name: string): { values: unknown[]; default: unknown } | undefined {
  const found = model(id)?.parameters?.find((one) => one.name === name && one.values);
  return found?.values && { values: found.values, default: found.default };
}

/** What Converse can be told of a model: temperature, top P, top K where the model has one, the longest answer. */
export function converseRanges(id: string): Range[] {
  const known: readonly ModelParameter[] = model(id)?.parameters ?? [];
  return Object.entries(names).flatMap(([name, pattern]) => {
    const label = labels[name] ?? name;
    const found = known.find((one) => pattern.test(one.name) && one.max !== undefined);
    if (found) return [range(name, label, found)];
    const guess = guesses[name];
    if (!guess) return [];
    const step = guess.max > 20 ? 1 : 0.01;
    return [{ name, label, ...guess, step, default: undefined, source: "", path: name }];
  });
}

/** `{ a: { b: value } }` for the path `a.b`. */
export function nested(path: string, value: unknown): Record<string, unknown> {
  return path
    .split(".")
    .reverse()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}

/** Tokens that fit into the model, if that is known. */
export const contextOf = (id: string): number | undefined => model(id)?.contextTokens;

/** Whether the model is known to take images. Undefined where the catalog does not say. */
export const takesImages = (id: string): boolean | undefined =>
  (model(id) as Model | undefined)?.input?.includes("IMAGE");

/** Whether the model is one of Claude's that think aloud when told how many tokens they may think. */
export const thinks = (id: string): boolean => /claude-(3-7|(opus|sonnet|haiku)-4)/.test(id);
