// One turn of the conversation, and what can be done to it: copy, edit, delete; of an answer, its figures too.

import { useSignal } from "@preact/signals";
import { nameOf } from "../../app/models.js";
import { Copy } from "../../parts/copy.js";
import { FigureLine, Figures } from "../../parts/figures.js";
import { Block, Json } from "./blocks.js";
import { busy, edit, remove, type Turn } from "./conversation.js";

const textOf = ({ content }: Turn): string => content.flatMap(({ text }) => text ?? []).join("\n\n");

export function TurnView({ turn, number }: { turn: Turn; number: number }) {
  const editing = useSignal<string | undefined>(undefined);
  const result = turn.content.some((block) => block.toolResult);
  const who = turn.role === "assistant" ? nameOf(turn.modelId ?? "") : result ? "Tool" : "You";
  const label = `${who}, turn ${number}`;
  const text = textOf(turn);
  const save = (again: boolean) => {
    const words = editing.value ?? "";
    editing.value = undefined;
    void edit(turn.id, words, again);
  };
  const area = `edit-${turn.id}`;
  return (
    <article class={`turn ${result ? "tool" : turn.role}`} aria-label={label}>
      <div class="turn-head">
        <h3>{who}</h3>
        <div class="turn-buttons">
          {text && <Copy text={() => text} label="Copy" />}
          {!result && text && (
            <button
              type="button"
              class="small edit"
              disabled={busy()}
              onClick={() => {
                editing.value = text;
                setTimeout(() => document.getElementById(area)?.focus());
              }}
            >
              Edit<span class="hidden"> turn {number}</span>
            </button>
          )}
          <button type="button" class="small delete" disabled={busy()} onClick={() => remove(turn.id)}>
            Delete<span class="hidden"> turn {number}</span>
          </button>
        </div>
      </div>
      {editing.value === undefined ? (
        <div class="turn-content">
          {turn.content.map((block, index) => (
            <Block key={index} block={block} plain={turn.role === "user"} />
          ))}
        </div>
      ) : (
        <div class="stack">
          <label class="hidden" for={area}>
            Text of turn {number}
          </label>
          <textarea
            id={area}
            rows={5}
            value={editing.value}
            onInput={({ currentTarget }) => (editing.value = currentTarget.value)}
          />
          <div class="buttons">
            {turn.role === "user" && (
              <button type="button" class="ask-again" onClick={() => save(true)}>
                Ask again from here
              </button>
            )}
            <button type="button" class="secondary save" onClick={() => save(false)}>
              Save
            </button>
            <button type="button" class="secondary" onClick={() => (editing.value = undefined)}>
              Cancel
            </button>
          </div>
        </div>
      )}
      {turn.partial && <p class="hint cut">This answer did not come to its end.</p>}
      {turn.trace !== undefined && (
        <details class="trace">
          <summary>What the guardrail found</summary>
          <Json value={turn.trace} label="Guardrail's trace" />
        </details>
      )}
      {turn.run && (
        <details class="answer-figures">
          <summary>
            <FigureLine run={turn.run} />
          </summary>
          <Figures run={turn.run} />
        </details>
      )}
    </article>
  );
}
