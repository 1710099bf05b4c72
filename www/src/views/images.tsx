// Images: text to image by Titan Image, Nova Canvas and Stability's models, shown as images.

import type { Run } from "../app/run.js";
import { milliseconds } from "../app/words.js";
import { ErrorBox } from "../parts/error-box.js";
import { Choice, TextArea, TextField } from "../parts/fields.js";
import { ModelPicker } from "../parts/model-picker.js";
import { Progress } from "../parts/progress.js";
import { Slider } from "../parts/slider.js";
import { ViewTitle } from "../parts/view-title.js";
import { type Family, familyOf, sizes } from "./images/families.js";
import { Gallery } from "./images/gallery.js";
import {
  clear,
  count,
  countRange,
  current,
  made,
  make,
  model,
  negative,
  prompt,
  qualities,
  quality,
  seed,
  seedRange,
  size,
  sliders,
} from "./images/making.js";

const examples = ["A granite outcrop above a pine forest at dawn", "A map of an island that does not exist, in ink"];

function known(id: string): Family | undefined {
  try {
    return familyOf(id);
  } catch {
    return undefined;
  }
}

function told(run: Run | undefined): string {
  if (!run) return "";
  const done = run.images.value?.count ?? 0;
  const images = `${done} ${done === 1 ? "image" : "images"}`;
  if (run.open) return "Making…";
  if (run.state.value === "done") return `${images} in ${milliseconds(run.whole.value)}`;
  return run.state.value === "stopped" ? `Stopped, ${images}` : "Failed";
}

function Settings() {
  const id = model.value;
  const family = known(id);
  const range = seedRange(id);
  const all = family ? sizes[family] : [];
  // A size of another family would be refused.
  const options = all.includes(size.value) || size.value === "" ? all : [size.value, ...all];
  return (
    <aside class="card stack" aria-label="Settings of images">
      <ModelPicker id="images-model" purpose="image" value={model} />
      <Choice
        id="images-size"
        label={family === "stable-image" ? "Shape" : "Size in pixels"}
        value={size}
        options={[["", "Model's default"], ...options.map((one) => [one, one.replace("x", " × ")] as const)]}
      />
      {qualities(id).length > 0 && (
        <Choice
          id="images-quality"
          label="Quality"
          value={quality}
          options={[["", "Model's default"], ...qualities(id).map((one) => [one, one] as const)]}
        />
      )}
      <Slider id="images-count" range={countRange(id)} value={count} />
      {sliders(id).map(({ range, value }) => (
        <Slider key={range.path} id={`images-${range.name.replace(/\W/g, "-")}`} range={range} value={value} />
      ))}
      <TextField
        id="images-seed"
        label="Seed"
        value={seed}
        placeholder="model's default"
        hint={
          range
            ? `${range.min} to ${range.max.toLocaleString()}${range.default === undefined ? "" : `, default ${range.default}`}. The same seed and settings make the same image.`
            : "The same seed and settings make the same image."
        }
      />
      <div class="buttons">
        <button
          type="button"
          class="small"
          onClick={() => {
            seed.value = String(Math.floor(Math.random() * Math.min(range?.max ?? 2 ** 31, 2 ** 31 - 2)));
          }}
        >
          Random seed
        </button>
      </div>
    </aside>
  );
}

export default function Images() {
  const run = current.value;
  const open = run?.open ?? false;
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="images-title">
        <ViewTitle view="images" title="Images" status={told(run)} />
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <TextArea id="images-prompt" label="What the image shows" value={prompt} />
          <TextArea id="images-negative" label="What it does not show (optional)" value={negative} rows={2} />
          <div class="buttons">
            <button type="submit" disabled={open} id="images-make">
              Make {count.value === "1" || count.value === "" ? "an image" : `${count.value} images`}
            </button>
            {made.value.some(({ pictures }) => pictures.length > 0) && (
              <button type="button" class="secondary" onClick={clear}>
                Clear
              </button>
            )}
          </div>
        </form>
        <Progress run={run} />
        {run && <ErrorBox error={run.error.value} />}
        {made.value.length === 0 && !open && (
          <div class="buttons">
            {examples.map((example) => (
              <button
                key={example}
                type="button"
                class="secondary example"
                onClick={() => {
                  prompt.value = example;
                  document.getElementById("images-prompt")?.focus();
                }}
              >
                {example}
              </button>
            ))}
          </div>
        )}
        <Gallery />
      </section>
      <Settings />
    </div>
  );
}
