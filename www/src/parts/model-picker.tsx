// Chooses a model: the catalog's by maker, the account's if it was asked, or any id, profile or ARN that is typed.

import { type Signal, useSignal } from "@preact/signals";
import { account, ask, catalog, type Purpose } from "../app/models.js";
import { ErrorBox } from "./error-box.js";

const ANOTHER = "another";

export function ModelPicker({
  id,
  label = "Model",
  purpose,
  value,
}: {
  id: string;
  label?: string;
  purpose: Purpose;
  value: Signal<string>;
}) {
  const typing = useSignal(false);
  const asking = useSignal(false);
  const error = useSignal<unknown>(undefined);
  const groups = [...(account.value?.[purpose] ?? []), ...catalog(purpose)];
  const listed = groups.some(({ models }) => models.some((model) => model.id === value.value));
  const free = typing.value || !listed;
  const askAccount = async () => {
    asking.value = true;
    error.value = undefined;
    try {
      await ask();
    } catch (thrown) {
      error.value = thrown;
    }
    asking.value = false;
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        onChange={({ currentTarget }) => {
          typing.value = currentTarget.value === ANOTHER;
          if (typing.value) setTimeout(() => document.getElementById(`${id}-typed`)?.focus());
          else value.value = currentTarget.value;
        }}
      >
        {groups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.models.map((model) => (
              <option key={model.id} value={model.id} selected={!free && model.id === value.value}>
                {model.name}
              </option>
            ))}
          </optgroup>
        ))}
        <option value={ANOTHER} selected={free}>
          Another model…
        </option>
      </select>
      {free && (
        <>
          <label for={`${id}-typed`} class="below">
            Model ID, inference profile or ARN
          </label>
          <input
            id={`${id}-typed`}
            value={value.value}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder="us.anthropic.claude-sonnet-4-5-20250929-v1:0"
            onInput={({ currentTarget }) => (value.value = currentTarget.value.trim())}
          />
        </>
      )}
      <div class="title model-more">
        <p class="hint model-id">{!free && <code>{value.value}</code>}</p>
        <button type="button" class="small" disabled={asking.value} onClick={askAccount}>
          {asking.value ? "Asking…" : account.value ? "Ask the account again" : "Ask the account"}
        </button>
      </div>
      <ErrorBox error={error.value} />
    </div>
  );
}
