// Guardrail: what a guardrail of the account, or Bedrock's own checks, say of a text and an image.

import { type Signal, useSignal } from "@preact/signals";
import { milliseconds } from "../app/words.js";
import { ErrorBox } from "../parts/error-box.js";
import { Choice, TextArea, TextField } from "../parts/fields.js";
import { Progress } from "../parts/progress.js";
import { ViewTitle } from "../parts/view-title.js";
import {
  attacks,
  categories,
  check,
  current,
  entities,
  grounding,
  id,
  image,
  mode,
  outcome,
  query,
  role,
  scope,
  setImage,
  source,
  text,
  version,
} from "./guardrail/checking.js";
import { attacks as allAttacks, content as allContent, entities as allEntities, label } from "./guardrail/kinds.js";
import { Results } from "./guardrail/results.js";

/** Which of these to look for. */
function Kinds({
  legend,
  all,
  chosen,
}: {
  legend: string;
  all: readonly string[];
  chosen: Signal<ReadonlySet<string>>;
}) {
  return (
    <fieldset class="kinds">
      <legend>{legend}</legend>
      {all.map((one) => (
        <div class="check" key={one}>
          <input
            id={`guardrail-${one.toLowerCase()}`}
            type="checkbox"
            checked={chosen.value.has(one)}
            onChange={({ currentTarget }) => {
              const next = new Set(chosen.value);
              if (currentTarget.checked) next.add(one);
              else next.delete(one);
              chosen.value = next;
            }}
          />
          <label for={`guardrail-${one.toLowerCase()}`}>{label(one)}</label>
        </div>
      ))}
    </fieldset>
  );
}

function Image() {
  const wrong = useSignal<unknown>(undefined);
  return (
    <div class="field">
      <label for="guardrail-image">Image (PNG or JPEG, optional)</label>
      <input
        id="guardrail-image"
        type="file"
        accept="image/png,image/jpeg"
        onChange={async ({ currentTarget }) => {
          wrong.value = undefined;
          try {
            await setImage(currentTarget.files?.[0]);
          } catch (error) {
            wrong.value = error;
            currentTarget.value = "";
          }
        }}
      />
      {image.value && (
        <div class="thumb">
          <img src={image.value.url} alt={image.value.name} />
          <button
            type="button"
            class="small"
            onClick={() => {
              void setImage(undefined);
              const field = document.getElementById("guardrail-image");
              if (field instanceof HTMLInputElement) field.value = "";
            }}
          >
            Remove {image.value.name}
          </button>
        </div>
      )}
      <ErrorBox error={wrong.value} />
    </div>
  );
}

function Settings() {
  return mode.value === "apply" ? (
    <aside class="card stack" aria-label="Settings of the guardrail">
      <TextField id="guardrail-id" label="Guardrail" value={id} hint="Its id or ARN." placeholder="abcdefgh1234" />
      <TextField id="guardrail-version" label="Version" value={version} hint="DRAFT, or a number." />
      <Choice
        id="guardrail-source"
        label="Who says the text"
        value={source}
        options={[
          ["INPUT", "A user, to the model"],
          ["OUTPUT", "The model, to a user"],
        ]}
      />
      <Choice
        id="guardrail-scope"
        label="What the answer tells"
        value={scope}
        options={[
          ["INTERVENTIONS", "What was found"],
          ["FULL", "All that was looked for"],
        ]}
      />
    </aside>
  ) : (
    <aside class="card stack" aria-label="What to look for">
      <Choice
        id="guardrail-role"
        label="Who says the text"
        value={role}
        options={[
          ["user", "A user"],
          ["assistant", "The model"],
          ["system", "The system prompt"],
        ]}
      />
      <Kinds legend="Content" all={allContent} chosen={categories} />
      <Kinds legend="Attacks on the prompt" all={allAttacks} chosen={attacks} />
      <details>
        <summary>Personal data ({entities.value.size} kinds)</summary>
        <Kinds legend="Kinds of personal data" all={allEntities} chosen={entities} />
      </details>
    </aside>
  );
}

const modes = [
  ["apply", "A guardrail of the account"],
  ["checks", "Checks without a guardrail"],
] as const;

export default function Guardrail() {
  const run = current.value;
  const state = run?.state.value;
  const told =
    state === "done"
      ? `Checked in ${milliseconds(run?.whole.value)}`
      : state === "failed"
        ? "Failed"
        : state === "stopped"
          ? "Stopped"
          : run
            ? "Checking…"
            : "";
  const seen = outcome.value;
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="guardrail-title">
        <ViewTitle view="guardrail" title="Guardrail" status={told} />
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void check();
          }}
        >
          <fieldset class="tabs">
            <legend class="hidden">By what to check</legend>
            {modes.map(([name, label]) => (
              <label key={name}>
                <input
                  type="radio"
                  name="guardrail-mode"
                  id={`guardrail-mode-${name}`}
                  checked={mode.value === name}
                  onChange={() => (mode.value = name)}
                />{" "}
                {label}
              </label>
            ))}
          </fieldset>
          <TextArea id="guardrail-text" label="Text" value={text} rows={4} />
          {mode.value === "apply" && (
            <>
              <Image />
              <details>
                <summary>For contextual grounding</summary>
                <div class="stack">
                  <TextArea
                    id="guardrail-grounding"
                    label="What an answer must rest on"
                    value={grounding}
                    hint="Sent with the qualifier grounding_source."
                  />
                  <TextField id="guardrail-query" label="The question" value={query} hint="Sent as query." />
                </div>
              </details>
            </>
          )}
          <div class="buttons">
            <button type="submit" id="guardrail-check" disabled={run?.open ?? false}>
              Check
            </button>
          </div>
        </form>
        <Progress run={run} />
        {run && <ErrorBox error={run.error.value} />}
        {seen && seen.mode === mode.value && !run?.open && state === "done" && <Results of={seen} />}
      </section>
      <Settings />
    </div>
  );
}
