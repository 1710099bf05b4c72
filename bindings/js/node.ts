// The entry for Node: reads the module from its file.

import { readFile } from "node:fs/promises";
import { BedrockRuntimeClient, engine } from "./core.js";
import type { ClientOptions } from "./options.js";

const wasm = /* @__PURE__ */ engine(async () =>
  WebAssembly.compile(await readFile(new URL("./outcrop.wasm", import.meta.url))),
);
/** Starts loading before the first client does. */
export const preload = (): Promise<void> => wasm.load();
export class BedrockRuntime extends BedrockRuntimeClient {
  constructor(options: ClientOptions) {
    super(options, wasm);
  }
}
export * from "./exports.js";
