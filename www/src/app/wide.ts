// Whether there is room for settings beside the content: 64rem, as the styles have it.

import { signal } from "@preact/signals";

const query = matchMedia("(min-width: 64rem)");

export const wide = signal(query.matches);
query.addEventListener("change", ({ matches }) => {
  wide.value = matches;
});
