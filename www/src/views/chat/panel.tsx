// The chat's settings beside it: model, system prompt, sliders, tools, guardrail.

import { nameOf } from "../../app/models.js";
import { contextOf, converseRanges, takesImages, thinks } from "../../app/parameters.js";
import { wide } from "../../app/wide.js";
import { TextArea, TextField } from "../../parts/fields.js";
import { ModelPicker } from "../../parts/model-picker.js";
import { Slider } from "../../parts/slider.js";
import * as settings from "./settings.js";
import { ToolEditor } from "./tool-editor.js";

function Settings() {
  const model = settings.model.value;
  const context = contextOf(model);
  const images = takesImages(model);
  const facts = [
    context !== undefined && `${context.toLocaleString()} tokens fit`,
    images === true && "takes images",
    images === false && "takes no images",
  ].filter((fact) => fact !== false);
  return (
    <>
      <ModelPicker id="model" purpose="text" value={settings.model} />
      {facts.length > 0 && <p class="hint facts">{facts.join(", ")}</p>}
      <TextArea id="system" label="System prompt" value={settings.system} rows={2} />
      {settings.system.value.trim() !== "" && (
        <div class="check">
          <input
            id="cache"
            type="checkbox"
            checked={settings.cache.value === "on"}
            onChange={({ currentTarget }) => (settings.cache.value = currentTarget.checked ? "on" : "")}
          />
          <label for="cache">Cache the system prompt</label>
        </div>
      )}
      <details class="parameters" open={wide.value}>
        <summary>Parameters</summary>
        <div class="stack">
          {converseRanges(model).map((range) => (
            <Slider
              key={range.name}
              id={range.name}
              range={range}
              value={settings.values[range.name as keyof typeof settings.values]}
            />
          ))}
          {thinks(model) && (
            <>
              <Slider id="thinking" range={settings.thinkingRange} value={settings.thinking} />
              <p class="hint">Reasoning needs a longer answer than its own tokens, and the default temperature.</p>
            </>
          )}
          <TextArea
            id="stop-sequences"
            label="Stop sequences"
            hint="One in each line."
            rows={1}
            value={settings.stopSequences}
          />
        </div>
      </details>
      <ToolEditor />
      <details class="guardrail">
        <summary>
          Guardrail <span class="quiet">{settings.guardrailId.value || "none"}</span>
        </summary>
        <div class="pair">
          <TextField id="guardrail-id" label="Guardrail ID or ARN" value={settings.guardrailId} />
          <TextField id="guardrail-version" label="Version" value={settings.guardrailVersion} />
        </div>
      </details>
    </>
  );
}

/** Beside the conversation where there is room; else above it, closed, with the model in its title. */
export function Panel() {
  if (wide.value) {
    return (
      <aside class="card stack settings" aria-label="Settings of the chat">
        <Settings />
      </aside>
    );
  }
  return (
    <aside aria-label="Settings of the chat">
      <details class="card settings">
        <summary>
          {nameOf(settings.model.value)} <span class="quiet">Model, parameters, tools</span>
        </summary>
        <div class="stack">
          <Settings />
        </div>
      </details>
    </aside>
  );
}
