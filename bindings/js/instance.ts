// Loads the module and makes instances of it. It never calls an instance again that has trapped, never keeps a
// failed load, and never asks twice for a module that it has. Of secrets the wasm's memory keeps the day's signing key and
// a hash; what JavaScript itself holds as a text cannot be wiped.

import { NetworkError, OutcropError } from "./errors.js";
import { create } from "./glue.js";
import type { Wasm } from "./host.js";

// 32 MiB: a memory is never given back, so one that has grown above this is left to the streams that are on it.
const MEMORY_LIMIT = 33_554_432;

/** The wasm's exports as `cargo xtask build` wraps them (glue.js): text and bytes, never a promise. */
export interface Glue {
  sign(text: string, body: Uint8Array): string;
  decode(pieces: readonly Uint8Array[]): string;
  readonly memory: { readonly buffer: ArrayBuffer };
}

export interface Engine extends Wasm {
  /** One call, which leaves nothing behind: after a trap it is made once more, on a fresh instance. */
  _pure(call: (glue: Glue) => string): string;
  /** Nothing is to be loaded. */
  _ready(): boolean;
}

/** Runs on the module that `source` promises, which is asked when the first client needs it. */
export function engine(source: () => unknown): Engine {
  let module: WebAssembly.Module | undefined;
  let loading: Promise<void> | undefined;
  let current: Glue | undefined;

  const load = (): Promise<void> =>
    (loading ??= (async () => {
      // Where there is none, not even `import.meta` may be looked at: Fastly's engine would end the program.
      module = (await (WebAssembly && source())) as WebAssembly.Module;
      fresh();
    })().catch((cause) => {
      // Not before `loading` was set, even if all that was done at once.
      module = loading = undefined;
      try {
        // The smallest module there is: where it is refused (in WebKit only when it is instantiated), all are.
        new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
      } catch {
        const cure = `A page's policy needs script-src 'wasm-unsafe-eval', a Worker import "outcrop/slim"; where there is none at all, call from another runtime`;
        throw new OutcropError(`no WebAssembly here (${cause}). ${cure}`, "caller", { code: "NoWebAssembly", cause });
      }
      const cure = 'If a bundler lost it, copy it beside the bundle or import "outcrop/inline"';
      throw new NetworkError(`outcrop.wasm could not be loaded (${cause}). ${cure}`, "network", { cause });
    }));

  const fresh = (): Glue => (current ??= create(module!));

  const pure = (call: (glue: Glue) => string, again?: boolean): string => {
    let answer: string;
    try {
      const glue = fresh();
      answer = call(glue);
      if (glue.memory.buffer.byteLength > MEMORY_LIMIT) current = undefined;
    } catch (cause) {
      // What trapped has wiped nothing.
      if (current) new Uint8Array(current.memory.buffer).fill(0);
      current = undefined;
      if (again) throw new OutcropError("the WebAssembly part of outcrop failed", "outcrop", { cause });
      return pure(call, true);
    }
    return answer;
  };

  return { load, _pure: pure, _ready: () => !!current };
}
