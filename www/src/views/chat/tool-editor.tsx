// Which tools the model may call, and the form that makes one.

import { signal, useSignal } from "@preact/signals";
import { ErrorBox } from "../../parts/error-box.js";
import { TextArea, TextField } from "../../parts/fields.js";
import * as tools from "./tools.js";

const example = `{
  "type": "object",
  "properties": { "city": { "type": "string" } },
  "required": ["city"]
}`;

// The form outlives the place where it is shown: a window that is turned or widened moves the settings.
const open = signal(false);
const before = signal<string | undefined>(undefined);
const name = signal("");
const description = signal("");
const schema = signal(example);
const error = signal<unknown>(undefined);

export function ToolEditor() {
  const edit = (tool?: tools.OwnTool) => {
    before.value = tool?.name;
    name.value = tool?.name ?? "";
    description.value = tool?.description ?? "";
    schema.value = tool ? JSON.stringify(tool.inputSchema, null, 2) : example;
    error.value = undefined;
    open.value = true;
    setTimeout(() => document.getElementById("tool-name")?.focus());
  };
  const save = () => {
    try {
      tools.save(name.value.trim(), description.value, schema.value, before.value);
      open.value = false;
    } catch (thrown) {
      error.value = thrown;
    }
  };
  return (
    <details class="tools">
      <summary>
        Tools{" "}
        <span class="quiet">
          {tools.active().length
            ? tools
                .active()
                .map((one) => one.name)
                .join(", ")
            : "none"}
        </span>
      </summary>
      <div class="stack">
        {tools.builtIn.map((tool) => (
          <div class="check" key={tool.name}>
            <input
              id={`tool-${tool.name}`}
              type="checkbox"
              checked={tools.isOn(tool.name)}
              aria-describedby={`tool-${tool.name}-hint`}
              onChange={({ currentTarget }) => tools.turn(tool.name, currentTarget.checked)}
            />
            <label for={`tool-${tool.name}`}>{tool.name}</label>
            <p class="hint" id={`tool-${tool.name}-hint`}>
              Runs in this page. {tool.description}
            </p>
          </div>
        ))}
        {tools.ownTools().map((tool) => (
          <div class="own-tool" key={tool.name}>
            <code>{tool.name}</code>
            <div class="buttons">
              <button type="button" class="small" onClick={() => edit(tool)}>
                Edit<span class="hidden"> {tool.name}</span>
              </button>
              <button type="button" class="small" onClick={() => tools.remove(tool.name)}>
                Delete<span class="hidden"> {tool.name}</span>
              </button>
            </div>
            <p class="hint">Its results are yours to write. {tool.description}</p>
          </div>
        ))}
        {open.value ? (
          <div class="stack tool-form">
            <TextField id="tool-name" label="Name" placeholder="weather" value={name} />
            <TextArea
              id="tool-description"
              label="Description"
              hint="What the model reads of it."
              value={description}
            />
            <TextArea id="tool-schema" label="JSON Schema of its input" rows={6} code value={schema} />
            <ErrorBox error={error.value} />
            <div class="buttons">
              <button id="tool-save" type="button" onClick={save}>
                Save the tool
              </button>
              <button type="button" class="secondary" onClick={() => (open.value = false)}>
                Cancel
              </button>
            </div>
          </div>
        ) : (
          <button id="tool-new" type="button" class="secondary" onClick={() => edit()}>
            Define a tool
          </button>
        )}
      </div>
    </details>
  );
}

/** A call that waits for its result, as a form. */
export function PendingCall({ call }: { call: tools.Pending }) {
  const { toolUseId = "", name = "", input } = call.toolUse;
  const text = useSignal("");
  const id = `result-${toolUseId}`;
  return (
    <section class="card stack pending" aria-label={`Result of ${name}`}>
      <p>
        The model calls <code>{name}</code> with <code>{JSON.stringify(input)}</code>. What is its result?
      </p>
      <TextArea id={id} label={`Result of ${name}`} hint="A text, or a JSON object." code value={text} />
      <div class="buttons">
        <button type="button" class="send-result" onClick={() => call.answer(text.value, false)}>
          Send the result
        </button>
        <button type="button" class="secondary send-error" onClick={() => call.answer(text.value, true)}>
          Send it as an error
        </button>
      </div>
    </section>
  );
}
