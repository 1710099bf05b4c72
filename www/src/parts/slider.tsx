// A number as a slider and as a field. Empty means that nothing is sent, and the model's own default holds.

import type { Signal } from "@preact/signals";
import type { Range } from "../app/parameters.js";

/** `value` is a text, so that the address can keep it: empty for the model's default. */
export function Slider({ id, range, value }: { id: string; range: Range; value: Signal<string> }) {
  const { label, min, max, step, source } = range;
  const set = value.value !== "";
  const shown = set ? Number(value.value) : (range.default ?? min);
  const hint = `${min} to ${max}${range.default === undefined ? "" : `, default ${range.default}`}`;
  return (
    <div class={set ? "slider set" : "slider"}>
      <label for={id}>{label}</label>
      <output for={id}>{set ? value.value : "model's default"}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={shown}
        aria-describedby={`${id}-hint`}
        aria-valuetext={set ? value.value : `model's default${range.default === undefined ? "" : `, ${range.default}`}`}
        onInput={({ currentTarget }) => (value.value = currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`} title={source || "No range in the catalog: this one is the page's guess."}>
        {hint}
        {source === "" && " (not in the catalog)"}
      </p>
      <button
        type="button"
        class="small"
        hidden={!set}
        aria-label={`${label}: default`}
        onClick={() => (value.value = "")}
      >
        Default
      </button>
    </div>
  );
}

/** What is set, as a number within the range; undefined for the model's default. */
export function numberOf(range: Range, value: string): number | undefined {
  const number = Number(value);
  return value === "" || !Number.isFinite(number) ? undefined : Math.min(Math.max(number, range.min), range.max);
}
