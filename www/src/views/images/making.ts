// Makes images: reads the settings, asks as often as it must, and keeps what came as blobs that the page shows. What is
// cleared is given back to the browser.

import { batch, signal } from "@preact/signals";
import { inAddress } from "../../app/address.js";
import { client } from "../../app/connection.js";
import { FormError } from "../../app/errors.js";
import { choicesOf, type Range, rangesOf } from "../../app/parameters.js";
import { Run } from "../../app/run.js";
import { numberOf } from "../../parts/slider.js";
import { noteLatency } from "../studio/answered.js";
import { bodyOf, familyOf, mostAtOnce, picturesOf, usualSize, type Wish } from "./families.js";

export const model = inAddress("images.model", "amazon.titan-image-generator-v2:0");
export const prompt = inAddress("images.prompt");
export const negative = inAddress("images.negative");
export const size = inAddress("images.size");
export const quality = inAddress("images.quality");
export const seed = inAddress("images.seed");
/** Numbers of the bodies, by the last part of their name without what the families write differently. */
const numbers = {
  numberofimages: inAddress("images.count", "1"),
  cfgscale: inAddress("images.cfgScale"),
  steps: inAddress("images.steps"),
};
export const count = numbers.numberofimages;

/** The most that Titan Image and Nova Canvas make at once. */
const MOST = 5;

const last = (path: string) => path.slice(path.lastIndexOf(".") + 1);

/** The sliders of a model: the catalog's numbers but those that have fields of their own. */
export const sliders = (id: string) =>
  rangesOf(id).flatMap((range) => {
    const name = last(range.path).replace(/_/g, "").toLowerCase();
    return name === "cfgscale" || name === "steps" ? [{ range, value: numbers[name] }] : [];
  });

/** How many images can be asked for, and how many are made when nothing is said. */
export function countRange(id: string): Range {
  const found = rangesOf(id).find(({ path }) => last(path) === "numberOfImages");
  return {
    name: "count",
    label: "Images",
    min: 1,
    max: MOST,
    step: 1,
    default: 1,
    source: found?.source ?? "As many requests, one after the other",
    path: found?.path ?? "",
  };
}

/** The seeds of a model; undefined where the catalog has no range. */
export const seedRange = (id: string): Range | undefined => rangesOf(id).find(({ path }) => last(path) === "seed");

export const qualities = (id: string): string[] =>
  (choicesOf(id, "imageGenerationConfig.quality")?.values ?? []).map(String);

/** A picture on the page. */
export interface Shown {
  url: string;
  bytes: number;
  seed: number | undefined;
  filtered: string | undefined;
}

/** What came of one wish. */
export interface Made {
  id: number;
  run: Run;
  text: string;
  wanted: number;
  pictures: readonly Shown[];
}

/** The newest first. */
export const made = signal<readonly Made[]>([]);
export const current = signal<Run | undefined>(undefined);

let lastId = 0;

function wish(id: string): Wish {
  const text = prompt.value.trim();
  if (text === "") throw new FormError("Say what the image is to show.", "images-prompt");
  const range = seedRange(id);
  const given = seed.value.trim();
  const number = Number(given);
  if (
    given !== "" &&
    !(Number.isSafeInteger(number) && number >= (range?.min ?? 0) && number <= (range?.max ?? 2 ** 32 - 1))
  ) {
    const most = (range?.max ?? 2 ** 32 - 1).toLocaleString();
    throw new FormError(`A seed is a whole number from ${range?.min ?? 0} to ${most}.`, "images-seed");
  }
  const chosen: Record<string, number> = {};
  for (const { range, value } of sliders(id)) {
    const number = numberOf(range, value.value);
    if (number !== undefined) chosen[last(range.path)] = number;
  }
  return {
    text,
    negative: negative.value.trim(),
    count: numberOf(countRange(id), count.value) ?? 1,
    size: size.value || undefined,
    quality: quality.value || undefined,
    seed: given === "" ? undefined : number,
    numbers: chosen,
  };
}

/** Shows the pictures so far of the wish with that id. */
function show(id: number, change: (before: Made) => Made): void {
  made.value = made.value.map((one) => (one.id === id ? change(one) : one));
}

/** Makes what the settings say. Never throws: the run has the error. */
export async function make(): Promise<void> {
  if (current.value?.open) return;
  const modelId = model.value;
  const run = new Run(modelId);
  current.value = run;
  await run.until(async () => {
    const family = familyOf(modelId);
    const wanted = wish(modelId);
    const bedrock = client(run.told);
    const id = ++lastId;
    made.value = [{ id, run, text: wanted.text, wanted: wanted.count, pictures: [] }, ...made.value];
    const imageSize = wanted.size ?? usualSize[family];
    let number = 0;
    while (number < wanted.count) {
      const now = Math.min(wanted.count - number, mostAtOnce(family));
      // Each request of several has a seed of its own, or all pictures would be the same.
      const one = { ...wanted, count: now, ...(wanted.seed !== undefined && { seed: wanted.seed + number }) };
      const input = { modelId, body: bodyOf(family, one) };
      run.asked.value = { operation: "invokeModel", input };
      const { body } = await bedrock.invokeModel(input, { abortSignal: run.abortSignal });
      const pictures = picturesOf(family, JSON.parse(body.transformToString()), one.seed);
      number += now;
      batch(() => {
        noteLatency(run);
        for (const { bytes, seed, filtered } of pictures) {
          run.came(bytes.length);
          const url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
          show(id, (before) => ({
            ...before,
            pictures: [...before.pictures, { url, bytes: bytes.length, seed, filtered }],
          }));
        }
        run.images.value = {
          count: number,
          ...(imageSize && { size: imageSize }),
          quality:
            wanted.quality ??
            (family === "stable-diffusion" && (wanted.numbers.steps ?? 0) > 50 ? "premium" : "standard"),
        };
      });
    }
  });
}

/** Forgets the pictures. */
export function clear(): void {
  for (const { pictures } of made.value) for (const { url } of pictures) URL.revokeObjectURL(url);
  made.value = made.value.filter(({ run }) => run.open).map((one) => ({ ...one, pictures: [] }));
}
