// A model's text as Markdown. What makes HTML of it is a script of its own, which the page does not wait for: until it is
// there the text stands as it is.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

const html = signal<((text: string) => string) | undefined>(undefined);
let loading = false;

/** Begins to load it. A load that failed is begun again by the next text. */
export function warm(): void {
  if (loading) return;
  loading = true;
  import("./markdown-html.js").then(
    (loaded) => {
      html.value = loaded.html;
    },
    () => {
      loading = false;
    },
  );
}

export function Markdown({ text }: { text: string }) {
  const make = html.value;
  if (!make) warm();
  const inner = useMemo(() => make?.(text), [text, make]);
  if (inner === undefined) return <p class="said">{text}</p>;
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: inner }} />;
}
