// Where things are, and the peers' bundles: what esbuild makes of each client for a browser and for workerd. It
// measures nothing.

import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "../browser/programs.mjs";

export { root };
export const here = fileURLToPath(new URL(".", import.meta.url));
export const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "bench");
mkdirSync(target, { recursive: true });

/** The package as npm would deliver it. */
export const installed = join(root, "node_modules/outcrop");
export const wasm = join(installed, "dist/outcrop.wasm");

/** What the letters of the tables stand for; `bare` is the floor, `outcrop` ourselves. */
export const CLIENTS = { outcrop: "outcrop", F: "fetch-codec", A: "aws-sdk", V: "ai-sdk", bare: "bare" };

const version = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")).version;

/** Each peer with its version. */
export const LEGEND = {
  F: `aws4fetch ${version("aws4fetch")} + @smithy/eventstream-codec ${version("@smithy/eventstream-codec")} + 70 lines`,
  A: `@aws-sdk/client-bedrock-runtime ${version("@aws-sdk/client-bedrock-runtime")}, browser build`,
  V: `@ai-sdk/amazon-bedrock ${version("@ai-sdk/amazon-bedrock")}`,
  smithy: `@smithy/signature-v4 ${version("@smithy/signature-v4")} with @aws-crypto/sha256-js ${version("@aws-crypto/sha256-js")}`,
};

/** One minified file of `entry` for a place; the wasm lies beside it. */
export async function bundle(entry, name, place = "browser") {
  const folder = join(target, "bundles", place);
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(here, entry)],
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: place === "workerd" ? ["workerd", "worker", "browser"] : ["browser"],
    external: ["*.wasm", "node:*"],
    logLevel: "error",
  });
  copyFileSync(wasm, join(folder, "outcrop.wasm"));
  return outfile;
}

/** A client's bundle. */
export const client = (name, place) => bundle(`clients/${CLIENTS[name]}.mjs`, CLIENTS[name], place);

/** As in Node: the package as it is installed, of the others what a browser would get. */
export const forNode = async (name) =>
  name === "outcrop" || name === "bare" ? join(here, `clients/${CLIENTS[name]}.mjs`) : client(name);
