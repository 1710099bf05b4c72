// Rollup leaves `new URL(…, import.meta.url)` alone; a plugin of Modern Web's brings such files along. (OUTCROP_LOST
// leaves it out, to see the error.)
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";

export default {
  input: "main.js",
  output: { dir: "dist", format: "es" },
  plugins: [nodeResolve({ browser: true }), ...(process.env.OUTCROP_LOST ? [] : [importMetaAssets()])],
};
