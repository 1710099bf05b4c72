// The extension's page: asks a model by the background, and by itself.

import { ask } from "./ask.mjs";
import { BedrockRuntime } from "./outcrop/web.js";

const api = globalThis.browser ?? globalThis.chrome;

globalThis.background = (options) => api.runtime.sendMessage(options);
globalThis.ask = (options) => ask(BedrockRuntime, options);
