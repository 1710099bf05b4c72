// The entry for pages and for hosts that can fetch a file beside a module.

import { compiled } from "./compiled.js";
import { BedrockRuntimeClient, engine } from "./core.js";
import type { ClientOptions } from "./options.js";

const wasm = /* @__PURE__ */ engine(() => compiled(new URL("./outcrop.wasm", import.meta.url)));
/** Starts loading before the first client does. */
export const preload = (): Promise<void> => wasm.load();
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor(options: ClientOptions) {
    super(options, wasm);
  }
}
export * from "./exports.js";
