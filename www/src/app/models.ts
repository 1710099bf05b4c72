// Which models there are to choose from: those of the package's catalog, by what they are for, and those that the
// account's region has, if it is asked. Any other id, profile or ARN can be typed.

import { signal } from "@preact/signals";
import { Bedrock, paginateListInferenceProfiles } from "outcrop/bedrock";
import type { Model } from "outcrop/catalog";
import { model as known, models } from "outcrop/catalog";
import { client } from "./connection.js";

export type Purpose = "text" | "image" | "embedding" | "speech";

export interface Group {
  label: string;
  models: { id: string; name: string }[];
}

const fits: Record<Purpose, (model: Model) => boolean> = {
  text: ({ id, input = [], output = [], converse }) =>
    output.includes("TEXT") && converse !== false && !input.includes("SPEECH") && !id.includes("rerank"),
  image: ({ output = [] }) => output.includes("IMAGE"),
  embedding: ({ output = [] }) => output.includes("EMBEDDING"),
  speech: ({ output = [] }) => output.includes("SPEECH"),
};

const makers: Record<string, string> = {
  ai21: "AI21 Labs",
  amazon: "Amazon",
  anthropic: "Anthropic",
  cohere: "Cohere",
  deepseek: "DeepSeek",
  meta: "Meta",
  mistral: "Mistral AI",
  stability: "Stability AI",
};

/** What the account's region has: undefined before it was asked. */
export const account = signal<Record<Purpose, Group[]> | undefined>(undefined);

/** The catalog's models for a purpose, by maker. */
export function catalog(purpose: Purpose): Group[] {
  const groups = new Map<string, Group>();
  for (const model of models) {
    if (!fits[purpose](model)) continue;
    const maker = model.id.split(".")[0] ?? "";
    const group = groups.get(maker) ?? { label: makers[maker] ?? model.provider, models: [] };
    groups.set(maker, group);
    const name = `${model.name ?? model.id}${model.lifecycle?.status === "LEGACY" ? " (legacy)" : ""}`;
    group.models.push({ id: model.id, name });
  }
  return [...groups.values()];
}

/** What people call a model, as far as the catalog knows it; else its id. */
export const nameOf = (id: string): string => known(id)?.name ?? id;

/** Asks the control plane for the region's models and inference profiles. */
export async function ask(abortSignal?: AbortSignal): Promise<void> {
  const bedrock = new Bedrock(client());
  const call = abortSignal ? { abortSignal } : {};
  const [{ modelSummaries = [] }, profiles] = await Promise.all([
    bedrock.listFoundationModels({}, call),
    (async () => {
      const found = [];
      for await (const page of paginateListInferenceProfiles({ client: bedrock }, {}, call)) {
        found.push(...(page.inferenceProfileSummaries ?? []));
      }
      return found;
    })(),
  ]);
  const output: Record<Purpose, string> = { text: "TEXT", image: "IMAGE", embedding: "EMBEDDING", speech: "SPEECH" };
  const all: Partial<Record<Purpose, Group[]>> = {};
  for (const purpose of Object.keys(output) as Purpose[]) {
    const fitting = modelSummaries.filter(({ outputModalities = [] }) =>
      outputModalities.some((one) => one === output[purpose]),
    );
    const ids = new Set(fitting.map(({ modelId }) => modelId));
    const through = profiles.filter(({ models = [] }) =>
      models.some(({ modelArn = "" }) => ids.has(modelArn.slice(modelArn.lastIndexOf("/") + 1))),
    );
    all[purpose] = [
      {
        label: "This account: on demand",
        models: fitting.map(({ modelId = "", modelName }) => ({ id: modelId, name: modelName ?? modelId })),
      },
      {
        label: "This account: inference profiles",
        models: through.map(({ inferenceProfileId = "", inferenceProfileName }) => ({
          id: inferenceProfileId,
          name: inferenceProfileName ?? inferenceProfileId,
        })),
      },
    ].filter(({ models }) => models.length > 0);
  }
  account.value = all as Record<Purpose, Group[]>;
}
