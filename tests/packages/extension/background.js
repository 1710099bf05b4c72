// The extension's service worker (Firefox: its background page): asks a model when a page of the extension says so.

import { ask } from "./ask.mjs";
import { BedrockRuntime } from "./outcrop/web.js";

const api = globalThis.browser ?? globalThis.chrome;

api.runtime.onMessage.addListener((given, _sender, answer) => {
  ask(BedrockRuntime, given).then((told) => answer({ ...told, place: globalThis.constructor.name }));
  // The answer comes later.
  return true;
});
