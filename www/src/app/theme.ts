// Light, dark, or as the system has it. Kept in the address, nowhere else.

import { effect } from "@preact/signals";
import { inAddress } from "./address.js";

export const theme = inAddress("theme", "system");

export function start(): void {
  effect(() => {
    const { dataset } = document.documentElement;
    if (theme.value === "light" || theme.value === "dark") dataset.theme = theme.value;
    else delete dataset.theme;
  });
}
