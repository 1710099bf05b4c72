// The cases in the runtime that Vercel gives out for trying edge functions. As Vercel's builds do it, one script is
// bundled under the condition edge-light, and what it imports as ?module is handed to it compiled.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { EdgeRuntime } from "edge-runtime";

// The package is built with it.
const { build } = createRequire(new URL("../../../bindings/package.json", import.meta.url))("esbuild");
const { version } = createRequire(import.meta.url)("edge-runtime/package.json");

let file;
const modules = {
  name: "modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => {
      file = join(resolveDir, path.replace("?module", ""));
      return { path: file, namespace: "module" };
    });
    onLoad({ filter: /./, namespace: "module" }, () => ({ contents: "export default globalThis.wasm" }));
  },
};
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("worker.mjs", import.meta.url))],
  conditions: ["edge-light"],
  bundle: true,
  write: false,
  plugins: [modules],
});
const wasm = await WebAssembly.compile(await readFile(file));
const runtime = new EdgeRuntime({
  extend: (context) => Object.assign(context, { wasm }),
  initialCode: outputFiles[0].text,
});
const body = JSON.stringify(await json(process.stdin));
const response = await runtime.dispatchFetch("https://edge.example/", { method: "POST", body });
const entry = join(dirname(file), "edge-light.js");
console.log(
  JSON.stringify({ ...(await response.json()), version: `${version} on Node ${process.versions.node}`, entry }),
);
