// Builds the page into www/dist: one script from src, and beside it the package's wasm and what is
// served as it is. It bundles the installed package (node_modules/outcrop), never its sources.

import { copyFile, mkdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const from = (name) => fileURLToPath(new URL(name, import.meta.url));
const to = (name) => from(`dist/${name}`);

await rm(from("dist"), { recursive: true, force: true });
await mkdir(from("dist"));
await build({
  entryPoints: [from("src/page.ts")],
  outfile: to("page.js"),
  bundle: true,
  format: "esm",
  conditions: ["browser"],
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
});
for (const name of ["index.html", "page.css", "icon.svg", "defaults.json"]) await copyFile(from(name), to(name));
// The package finds its wasm by its own address; in a bundle that is the bundle's.
await copyFile(createRequire(import.meta.url).resolve("outcrop/outcrop.wasm"), to("outcrop.wasm"));
