// What `cargo xtask build` writes into glue.js.
import type { Glue } from "./instance.js";

/** A new instance of the module, with a memory of its own. */
export function create(module: WebAssembly.Module): Glue;
