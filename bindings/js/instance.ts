// Loads the module and makes instances of it. It never calls an instance again that has trapped, never keeps a
// failed load, and never asks twice for a module that it has.

import type { Who } from "./errors.js";
import { NetworkError, OutcropError } from "./errors.js";
import type { Glue } from "./glue.js";
import { create } from "./glue.js";
import type { Wasm } from "./host.js";

// 32 MiB: a memory is never given back, so one that has grown above this is left to the streams that are on it.
const MEMORY_LIMIT = 33_554_432;

/** One closure around one memory. */
export interface Instance {
  readonly _glue: Glue;
  _dead?: unknown;
}

export interface Engine extends Wasm {
  /** The instance that new work goes to. */
  _current(): Instance;
  /** One call that needs its instance: a trap retires the instance and fails the call. */
  _on<T>(instance: Instance, call: (glue: Glue) => T): T;
  /** One call without state: after a trap it is made once more, on a fresh instance. */
  _pure(call: (glue: Glue) => string): string;
}

/** Runs on the module that `source` promises, which is asked when the first client needs it. */
export function engine(source: () => unknown): Engine {
  let module: WebAssembly.Module | undefined;
  let loading: Promise<void> | undefined;
  let current: Instance | undefined;

  const load = (): Promise<void> =>
    (loading ??= (async () => {
      try {
        module = (await source()) as WebAssembly.Module;
        fresh();
      } catch (cause) {
        module = loading = undefined;
        throw new NetworkError(`outcrop.wasm could not be loaded: ${cause}`, "network", { cause });
      }
    })());

  const fresh = (): Instance => (current ??= { _glue: create(module!) });

  const on = <T>(instance: Instance, call: (glue: Glue) => T): T => {
    let trap: unknown;
    try {
      return call(instance._glue);
    } catch (error) {
      trap = instance._dead = error;
    } finally {
      if (current === instance && (instance._dead || instance._glue.memory.buffer.byteLength > MEMORY_LIMIT)) {
        current = undefined;
      }
    }
    throw new OutcropError("the WebAssembly part of outcrop failed", "outcrop", { cause: trap });
  };

  const pure = (call: (glue: Glue) => string): string => {
    const instance = fresh();
    let answer: string;
    try {
      answer = on(instance, call);
    } catch {
      answer = on(fresh(), call);
    }
    if (answer[0] === "!") {
      const [who, name, message] = answer.slice(1).split("\0") as [Who, string, string];
      throw new OutcropError(message, who, { code: name });
    }
    return answer;
  };

  return { load, _current: fresh, _on: on, _pure: pure };
}

/** Parts of a text for the wasm, which tells them apart by NUL. */
export function joined(parts: readonly unknown[]): string {
  const text = parts.join("\0");
  if (text.split("\0").length > parts.length) throw new OutcropError("a value holds the character U+0000", "caller");
  return text;
}
