// The wasm's exports as `cargo xtask build` wraps them (glue.js, generated): text and bytes, never a promise.

export interface Glue {
  prepare(text: string): string;
  sign(text: string, body: Uint8Array): string;
  verdict(text: string): string;
  decode(kind: number, bytes: Uint8Array): string;
  readonly memory: WebAssembly.Memory;
}

/** A new instance of the module, with a memory of its own. */
export function create(module: WebAssembly.Module): Glue;
