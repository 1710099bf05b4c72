// The programs of Deno, Bun and the newest Node, where the tests of these runtimes have them, or those that DENO, BUN and
// NODE_NEWEST name. A program that is not there fails; none is looked for on PATH.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../browser/programs.mjs";

const { platform, arch } = process;
const exe = platform === "win32" ? ".exe" : "";

/** The program that a variable names, or the first of these in node_modules of a folder of tests/runtimes. */
function program(variable, folder, paths) {
  const found = paths.map((path) => join(root, "tests/runtimes", folder, "node_modules", path)).find(existsSync);
  const why = `tests/runtimes/${folder} has no program for this machine: npm ci there, or ${variable} names one`;
  return process.env[variable] ?? found ?? assert.fail(why);
}

export const deno = () => program("DENO", "deno", ["@deno/linux-x64-glibc/deno"]);

export function bun() {
  const os = platform === "win32" ? "windows" : platform;
  return program("BUN", "bun", [`@oven/bun-${os}-${arch === "arm64" ? "aarch64" : arch}/bin/bun${exe}`]);
}

export function newestNode() {
  const os = platform === "win32" ? "win" : platform;
  const packages = [`node-${os}-${arch}`, `node-bin-${platform}-${arch}`];
  return program(
    "NODE_NEWEST",
    "node-newest",
    packages.map((name) => `${name}/bin/node${exe}`),
  );
}
