// Embeddings: the vectors of several texts, and how alike they are: as numbers, as a heat map and as points of a plane.

import { useComputed, useSignal } from "@preact/signals";
import { milliseconds } from "../app/words.js";
import { Copy } from "../parts/copy.js";
import { ErrorBox } from "../parts/error-box.js";
import { Check, Choice, TextArea } from "../parts/fields.js";
import { Figures } from "../parts/figures.js";
import { ModelPicker } from "../parts/model-picker.js";
import { Progress } from "../parts/progress.js";
import { ViewTitle } from "../parts/view-title.js";
import {
  addFiles,
  current,
  dimension,
  done,
  embed,
  embedded,
  entries,
  files,
  MOST,
  model,
  normalize,
  purpose,
  texts,
} from "./embeddings/embedding.js";
import { dimensions, type Family, familyOf, purposes } from "./embeddings/families.js";
import { cosines, plane } from "./embeddings/geometry.js";
import { HeatMap } from "./embeddings/heat-map.js";
import { Plane2D } from "./embeddings/map.js";

function known(id: string): Family | undefined {
  try {
    return familyOf(id);
  } catch {
    return undefined;
  }
}

function Settings() {
  const family = known(model.value);
  return (
    <aside class="card stack" aria-label="Settings of embeddings">
      <ModelPicker id="embeddings-model" purpose="embedding" value={model} />
      {family && dimensions[family].length > 0 && (
        <Choice
          id="embeddings-dimension"
          label="Dimensions"
          value={dimension}
          options={[
            ["", `Model's default (${dimensions[family][0]})`],
            ...dimensions[family].map((one) => [`${one}`, `${one}`] as const),
          ]}
        />
      )}
      {family && purposes[family].length > 0 && (
        <Choice
          id="embeddings-purpose"
          label="What the vectors are for"
          value={purpose}
          options={purposes[family].map((one) => [one, one.toLowerCase().replace(/_/g, " ")] as const)}
        />
      )}
      {family === "titan-v2" && (
        <Check id="embeddings-normalize" label="Normalised: every vector gets the length 1" value={normalize} />
      )}
    </aside>
  );
}

function Result() {
  const seen = useComputed(() => {
    const now = embedded.value;
    return now && { ...now, matrix: cosines(now.vectors), plane: plane(now.vectors) };
  });
  const now = seen.value;
  if (!now) return null;
  const { entries, vectors, matrix, plane: found, run } = now;
  const json = () =>
    JSON.stringify(entries.map(({ name, text }, index) => ({ name, text, embedding: vectors[index] })));
  return (
    <div class="stack" id="embeddings-result">
      <div class="title">
        <h3>How alike they are</h3>
        <Copy text={json} label="Copy the vectors as JSON" />
      </div>
      <HeatMap entries={entries} matrix={matrix} />
      <Plane2D entries={entries} plane={found} matrix={matrix} />
      <Figures run={run} unit="bytes" />
    </div>
  );
}

export default function Embeddings() {
  const run = current.value;
  const open = run?.open ?? false;
  const wrongFile = useSignal<unknown>(undefined);
  const all = entries();
  const state = run?.state.value;
  const told = !run
    ? ""
    : open
      ? `${done.value} of ${all.length} texts…`
      : state === "done"
        ? `${done.value} texts, ${embedded.value?.vectors[0]?.length ?? 0} dimensions, ${milliseconds(run.whole.value)}`
        : state === "stopped"
          ? "Stopped"
          : "Failed";
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="embeddings-title">
        <ViewTitle view="embeddings" title="Embeddings" status={told} />
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void embed();
          }}
        >
          <TextArea id="embeddings-texts" label="Texts, one in each line" value={texts} rows={6} />
          <div class="field">
            <label for="embeddings-files">Text files, each as one text</label>
            <input
              id="embeddings-files"
              type="file"
              multiple
              accept="text/*,.md,.csv,.json,.txt"
              onChange={async ({ currentTarget }) => {
                wrongFile.value = undefined;
                try {
                  await addFiles(currentTarget.files);
                } catch (error) {
                  wrongFile.value = error;
                }
                currentTarget.value = "";
              }}
            />
          </div>
          {files.value.length > 0 && (
            <ul class="chips" aria-label="Files">
              {files.value.map((file, index) => (
                <li key={index}>
                  {file.name}{" "}
                  <button
                    type="button"
                    class="small"
                    aria-label={`Remove ${file.name}`}
                    onClick={() => (files.value = files.value.filter((one) => one !== file))}
                  >
                    Remove
                  </button>
                </li>
              ))}
            </ul>
          )}
          <ErrorBox error={wrongFile.value} />
          <div class="buttons">
            <button type="submit" id="embeddings-embed" disabled={open}>
              Embed {all.length} {all.length === 1 ? "text" : "texts"}
            </button>
            {all.length > MOST && <span class="quiet">at most {MOST}</span>}
          </div>
        </form>
        <Progress run={run} />
        {run && <ErrorBox error={run.error.value} />}
        <Result />
      </section>
      <Settings />
    </div>
  );
}
