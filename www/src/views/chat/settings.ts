// What the chat sends beside the messages: model, system prompt, parameters, guardrail, tools. The settings live in the
// address; nothing that was not set is sent.

import type { ConverseStreamInput, DocumentType, Message } from "outcrop";
import { cachePoint } from "outcrop/tools";
import { inAddress } from "../../app/address.js";
import { FormError } from "../../app/errors.js";
import { converseRanges, nested, type Range, thinks } from "../../app/parameters.js";
import { numberOf } from "../../parts/slider.js";

export const model = inAddress("model", "amazon.nova-lite-v1:0");
export const system = inAddress("system");
export const prompt = inAddress("prompt");
/** Each a number as text; empty for the model's default. */
export const values = {
  temperature: inAddress("temperature"),
  topP: inAddress("topP"),
  topK: inAddress("topK"),
  maxTokens: inAddress("maxTokens"),
};
/** Tokens for thinking, of models that do it when told. */
export const thinking = inAddress("thinking");
/** Whether the system prompt is to be kept in the service's cache: `on`, or empty. */
export const cache = inAddress("cache");
/** One in each line. */
export const stopSequences = inAddress("stop");
export const guardrailId = inAddress("guardrail");
export const guardrailVersion = inAddress("guardrailVersion", "DRAFT");

// The least that Claude takes, and enough for most questions.
export const thinkingRange: Range = {
  name: "thinking",
  label: "Tokens for reasoning",
  min: 1024,
  max: 16384,
  step: 256,
  default: undefined,
  source: "Anthropic's documentation of extended thinking",
  path: "thinking.budget_tokens",
};

/** Text that sets Converse's parameters for a model, as the sliders have them. */
function parameters(modelId: string): Pick<ConverseStreamInput, "inferenceConfig" | "additionalModelRequestFields"> {
  const inference: Record<string, unknown> = {};
  let more: Record<string, unknown> = {};
  for (const range of converseRanges(modelId)) {
    const value = numberOf(range, values[range.name as keyof typeof values].value);
    if (value === undefined) continue;
    // Converse has no word for it: each family has its own.
    if (range.name === "topK") more = { ...more, ...nested(range.path, value) };
    else inference[range.name] = value;
  }
  const stops = stopSequences.value.split("\n").filter((line) => line !== "");
  if (stops.length) inference.stopSequences = stops;
  const budget = thinks(modelId) ? numberOf(thinkingRange, thinking.value) : undefined;
  if (budget !== undefined) more = { ...more, thinking: { type: "enabled", budget_tokens: budget } };
  return {
    ...(Object.keys(inference).length && { inferenceConfig: inference }),
    ...(Object.keys(more).length && { additionalModelRequestFields: more as DocumentType }),
  };
}

/** The whole input for these messages, without tools. */
export function inputFor(modelId: string, messages: Message[]): ConverseStreamInput {
  if (modelId.trim() === "") throw new FormError("The model's ID is missing.", "model-typed");
  const guardrail = guardrailId.value.trim();
  return {
    modelId: modelId.trim(),
    messages,
    ...(system.value.trim() && { system: [{ text: system.value }, ...(cache.value === "on" ? [cachePoint()] : [])] }),
    ...parameters(modelId),
    ...(guardrail && {
      guardrailConfig: {
        guardrailIdentifier: guardrail,
        guardrailVersion: guardrailVersion.value.trim() || "DRAFT",
        trace: "enabled",
      },
    }),
  };
}
