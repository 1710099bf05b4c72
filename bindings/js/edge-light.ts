// The entry for Vercel'\''s edge runtime: the module is imported, as compiling is not allowed there.
import { BedrockRuntimeClient, engine } from "./core.js";
import type { ClientOptions } from "./options.js";
// The bundler makes this a WebAssembly.Module.
import module from "./outcrop.wasm?module";

const wasm = /* @__PURE__ */ engine(() => module);
/** Starts loading before the first client does. */
export const preload = (): Promise<void> => wasm.load();
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor(options: ClientOptions) {
    super(options, wasm);
  }
}
export * from "./exports.js";
