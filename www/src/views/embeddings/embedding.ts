// Embeds the texts of the form and of files: one request for each, or one for all where the model takes them together.
// What came of an earlier call stays until the next one has all its vectors.

import { signal } from "@preact/signals";
import { inAddress } from "../../app/address.js";
import { client } from "../../app/connection.js";
import { FormError } from "../../app/errors.js";
import { Run } from "../../app/run.js";
import { inputTokens, noteLatency } from "../studio/answered.js";
import { atOnce, bodyOf, dimensions, familyOf, purposes, vectorsOf } from "./families.js";

export const model = inAddress("embeddings.model", "amazon.titan-embed-text-v2:0");
export const texts = inAddress(
  "embeddings.texts",
  [
    "The cat sat on the mat.",
    "A cat is sitting on a mat.",
    "Granite is a rock that cooled slowly.",
    "Basalt is a rock that cooled quickly.",
    "The bank raised its interest rates.",
  ].join("\n"),
);
export const dimension = inAddress("embeddings.dimension");
export const purpose = inAddress("embeddings.purpose");
export const normalize = signal(true);

/** A text with the name under which the pictures show it. */
export interface Entry {
  name: string;
  text: string;
}

/** Those of files, which the reader chose. */
export const files = signal<readonly Entry[]>([]);

/** More make neither a picture that one can read nor a matrix. Also what Cohere takes at once. */
export const MOST = 96;
// Requests at once: as many as a browser opens to one host without making others wait.
const ABREAST = 4;
/** Characters of a text that name it. */
const NAME = 48;

export interface Embedded {
  run: Run;
  entries: readonly Entry[];
  vectors: readonly number[][];
}

export const embedded = signal<Embedded | undefined>(undefined);
export const current = signal<Run | undefined>(undefined);
/** Texts that have their vector. */
export const done = signal(0);

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length > NAME ? `${characters.slice(0, NAME - 1).join("")}…` : line;
};

/** The lines that have something in them, and the files. */
export const entries = (): Entry[] => [
  ...texts.value
    .split("\n")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map((text) => ({ name: shortened(text), text })),
  ...files.value,
];

/** Reads chosen files as text. A file that is none is an error of the form. */
export async function addFiles(chosen: FileList | null): Promise<void> {
  const read = await Promise.all(
    [...(chosen ?? [])].map(async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
        if (text === "") throw new Error("empty");
        return { name: file.name, text };
      } catch {
        throw new FormError(`${file.name} is no text in UTF-8, or an empty one.`, "embeddings-files");
      }
    }),
  );
  files.value = [...files.value, ...read];
}

/** Embeds what the form has. Never throws: the run has the error. */
export async function embed(): Promise<void> {
  if (current.value?.open) return;
  const modelId = model.value;
  const run = new Run(modelId);
  current.value = run;
  done.value = 0;
  await run.until(async () => {
    const family = familyOf(modelId);
    const wanted = entries();
    if (wanted.length < 2) throw new FormError("Two texts are the least that can be compared.", "embeddings-texts");
    if (wanted.length > MOST) throw new FormError(`At most ${MOST} texts can be shown.`, "embeddings-texts");
    const chosen = Number(dimension.value);
    const wish = {
      dimension: dimensions[family].includes(chosen) ? chosen : undefined,
      purpose: purposes[family].includes(purpose.value) ? purpose.value : (purposes[family][0] ?? ""),
      normalize: family === "titan-v2" ? normalize.value : undefined,
    };
    const bedrock = client(run.told);
    const size = atOnce(family);
    const batches: { from: number; texts: string[] }[] = [];
    for (let from = 0; from < wanted.length; from += size) {
      batches.push({ from, texts: wanted.slice(from, from + size).map(({ text }) => text) });
    }
    const vectors: number[][] = [];
    let tokens = 0;
    let counted = true;
    let next = 0;
    const work = async () => {
      for (let batch = batches[next++]; batch; batch = batches[next++]) {
        const input = { modelId, body: bodyOf(family, batch.texts, wish) };
        run.asked.value ??= { operation: "invokeModel", input };
        const { body } = await bedrock.invokeModel(input, { abortSignal: run.abortSignal });
        const text = body.transformToString();
        const came = vectorsOf(family, JSON.parse(text));
        if (came.vectors.length !== batch.texts.length) throw new Error("The answer has not a vector for each text.");
        for (const [index, vector] of came.vectors.entries()) vectors[batch.from + index] = vector;
        // Of several at once the header cannot be told apart; only Cohere's one request needs it.
        const told = came.tokens ?? (batches.length === 1 ? inputTokens(run) : undefined);
        if (told === undefined) counted = false;
        else tokens += told;
        noteLatency(run);
        done.value += batch.texts.length;
        run.came(text.length);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(ABREAST, batches.length) }, work));
    } finally {
      // After one that failed no other begins.
      next = batches.length;
    }
    if (counted) run.usage.value = { inputTokens: tokens, outputTokens: 0, totalTokens: tokens };
    embedded.value = { run, entries: wanted, vectors };
  });
}
