// The views of the playground, in the order of the navigation. Each is a script of its own, loaded when it is first
// shown; its default export is its component.

import type { ComponentType } from "preact";

export interface View {
  /** In the address, and in the class of its place: `#chat`, `.view-chat`. */
  name: string;
  label: string;
  load: () => Promise<{ default: ComponentType }>;
}

export const views: readonly View[] = [
  { name: "chat", label: "Chat", load: () => import("./chat.js") },
  { name: "compare", label: "Compare", load: () => import("./compare.js") },
  { name: "images", label: "Images", load: () => import("./images.js") },
  { name: "embeddings", label: "Embeddings", load: () => import("./embeddings.js") },
  { name: "speech", label: "Speech", load: () => import("./speech.js") },
  { name: "guardrail", label: "Guardrail", load: () => import("./guardrail.js") },
  { name: "inspector", label: "Inspector", load: () => import("./inspector.js") },
];
