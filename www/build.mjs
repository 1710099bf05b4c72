// Builds the page into www/dist: a script for the shell and one for each view, the style, and beside them the package's
// wasm and what is served as it is. It bundles the installed package (node_modules/outcrop), never its sources.

import { copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const from = (name) => fileURLToPath(new URL(name, import.meta.url));
const to = (name) => from(`dist/${name}`);

await rm(from("dist"), { recursive: true, force: true });
await mkdir(from("dist"));
await build({
  entryPoints: {
    page: from("src/page.tsx"),
    microphone: from("src/worklets/microphone.ts"),
    style: from("src/styles/page.css"),
  },
  outdir: from("dist"),
  // In one folder: the package finds its wasm beside the script that it is in.
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  conditions: ["browser"],
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg", "defaults.json"]) await copyFile(from(name), to(name));
// The package finds its wasm by its own address; in a bundle that is the bundle's.
await copyFile(createRequire(import.meta.url).resolve("outcrop/outcrop.wasm"), to("outcrop.wasm"));
