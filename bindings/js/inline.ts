// An entry with the module within, for tools that lose assets: a third larger, and compiled from text.

import base64 from "outcrop-wasm-base64";
import { fromBase64 } from "./base64.js";
import { BedrockRuntimeClient, engine } from "./core.js";
import type { ClientOptions } from "./options.js";

const wasm = /* @__PURE__ */ engine(() => WebAssembly.compile(fromBase64(base64)));
/** Starts loading before the first client does. */
export const preload = (): Promise<void> => wasm.load();
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor(options: ClientOptions) {
    super(options, wasm);
  }
}
export * from "./exports.js";
