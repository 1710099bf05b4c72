// Copies a text, and says that it did. Where the browser forbids it, it says that.

import { useSignal } from "@preact/signals";

export function Copy({ text, label, small = true }: { text: () => string; label: string; small?: boolean }) {
  const state = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      state.value = "Copied";
    } catch {
      state.value = "The browser did not allow it";
    }
    setTimeout(() => (state.value = ""), 2000); // ms: long enough to be read
  };
  return (
    <button type="button" class={small ? "small copy" : "secondary copy"} onClick={copy}>
      <span aria-live="polite">{state.value || label}</span>
    </button>
  );
}
