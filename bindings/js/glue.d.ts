// The wasm's exports as `cargo xtask build` wraps them (glue.js, generated): text and bytes, never a promise.

export interface Glue {
  prepare(text: string): string;
  sign(text: string, body: Uint8Array): string;
  open(kind: number): number;
  push(handle: number, chunk: Uint8Array): string;
  finish(handle: number): number;
  close(handle: number): void;
  verdict(text: string): string;
  readonly memory: WebAssembly.Memory;
}

/** A new instance of the module, with a memory of its own. */
export function create(module: WebAssembly.Module): Glue;
