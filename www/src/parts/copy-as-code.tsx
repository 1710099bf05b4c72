// The same call as JavaScript, Rust or curl. Credentials are placeholders: the code reads them from the environment.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Run } from "../app/run.js";
import { Copy } from "./copy.js";
import { Dialog } from "./dialog.js";
import { Pre } from "./scroll.js";

const languages = [
  ["javascript", "JavaScript"],
  ["rust", "Rust"],
  ["curl", "curl"],
] as const;

export function CopyAsCode({ run }: { run: Run }) {
  const open = useSignal(false);
  const language = useSignal<(typeof languages)[number][0]>("javascript");
  const text = useSignal("");
  useEffect(() => {
    if (!open.value) return;
    void import("../app/code.js").then(({ codeFor }) => (text.value = codeFor(language.value, run)));
  }, [open.value, language.value]);
  if (!run.asked.value) return null;
  return (
    <>
      <button type="button" class="small as-code" onClick={() => (open.value = true)}>
        Copy as code
      </button>
      <Dialog open={open.value} title="The same call as code" name="code-dialog" onClose={() => (open.value = false)}>
        <fieldset class="tabs">
          <legend class="hidden">Language</legend>
          {languages.map(([name, label]) => (
            <label key={name}>
              <input
                type="radio"
                name="code-language"
                value={name}
                checked={language.value === name}
                onChange={() => (language.value = name)}
              />{" "}
              {label}
            </label>
          ))}
        </fieldset>
        <Pre text={text.value} label="Code" name="code-text" />
        <Copy text={() => text.value} label="Copy" small={false} />
      </Dialog>
    </>
  );
}
