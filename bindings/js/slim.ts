// An entry without the module: you pass it, compiled. Clients given the same module share an instance.
import { BedrockRuntimeClient, engine } from "./core.js";
import type { Wasm } from "./host.js";
import type { ClientOptions } from "./options.js";

const engines = /* @__PURE__ */ new WeakMap<object, Wasm>();

export interface SlimOptions extends ClientOptions {
  /** A WebAssembly.Module of `outcrop/outcrop.wasm`, or a promise of one. */
  module: object;
}
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor({ module, ...options }: SlimOptions) {
    const own = engines.get(module) ?? engine(() => module);
    engines.set(module, own);
    super(options, own);
  }
}
export * from "./exports.js";
