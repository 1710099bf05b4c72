// A place that scrolls when what is in it is too large: keys reach it, and it has a name.

import type { ComponentChildren } from "preact";

/** A group, not a landmark: there may be many on a page. */
export function Scroll({ label, name, children }: { label: string; name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      class={name}
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
    >
      {children}
    </div>
  );
}

/** Text as it is, in a place that scrolls. */
export function Pre({ text, label, name = "" }: { text: string; label: string; name?: string }) {
  return (
    <Scroll label={label} name={`json ${name}`}>
      <pre>{text}</pre>
    </Scroll>
  );
}
