// What an app weighs that does converse, converseStream and Cognito: one bundle, minified, brotli 11, the wasm with it.

import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { bundle, CLIENTS, wasm } from "../places.mjs";

const brotli = (file) =>
  brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

export async function run({ note }) {
  const samples = {};
  for (const name of ["outcrop", "A", "F", "V"]) {
    const script = brotli(await bundle(`size/${CLIENTS[name]}.mjs`, `size-${CLIENTS[name]}`));
    samples[name] = [script + (name === "outcrop" ? brotli(wasm) : 0)];
  }
  const rows = { app: { unit: "bytes", samples } };
  note("app", rows.app);
  return rows;
}
