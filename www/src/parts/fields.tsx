// The fields of the forms: a label, a control, a hint, wired to a signal. They keep nothing of their own.

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface Common {
  id: string;
  label: string;
  hint?: ComponentChildren;
}

/** A line of text. */
export function TextField({
  id,
  label,
  hint,
  value,
  secret = false,
  placeholder,
  required = false,
  onChange,
}: Common & {
  value: Signal<string>;
  secret?: boolean;
  placeholder?: string;
  required?: boolean;
  onChange?: (value: string) => void;
}) {
  const common = {
    id,
    value: value.value,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      (onChange ?? ((next: string) => (value.value = next)))(currentTarget.value),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: false,
    required,
    ...(placeholder !== undefined && { placeholder }),
    ...(hint !== undefined && { "aria-describedby": `${id}-hint` }),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? <input type="password" {...common} /> : <input type="text" {...common} />}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Lines of text. */
export function TextArea({
  id,
  label,
  hint,
  value,
  rows = 3,
  placeholder,
  code = false,
}: Common & { value: Signal<string>; rows?: number; placeholder?: string; code?: boolean }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        class={code ? "code" : ""}
        value={value.value}
        onInput={({ currentTarget }) => (value.value = currentTarget.value)}
        {...(placeholder !== undefined && { placeholder })}
        {...(code && { spellcheck: false })}
        {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** One of a few. */
export function Choice({
  id,
  label,
  hint,
  value,
  options,
}: Common & { value: Signal<string>; options: readonly (readonly [value: string, label: string])[] }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value.value} onChange={({ currentTarget }) => (value.value = currentTarget.value)}>
        {options.map(([one, name]) => (
          <option key={one} value={one} selected={one === value.value}>
            {name}
          </option>
        ))}
      </select>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

/** On or off. */
export function Check({ id, label, hint, value }: Common & { value: Signal<boolean> }) {
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={value.value}
        onChange={({ currentTarget }) => (value.value = currentTarget.checked)}
        {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
