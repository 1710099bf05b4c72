// Where an engine has no WebAssembly (Fastly Compute's, and that of component guests) a client can be made, and each
// call and preload() say so with a sentence; nothing ends the program. It is tried in Fastly's own engine.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "../../browser/programs.mjs";

// Only the engine, 16 MB packed: with all that its compiler needs it would be 450.
const PACKAGE = "@fastly/js-compute@3.46.0";
const INTEGRITY = "sha512-n0BJotx8OX1ElOwgdUu08sKVrP4QQhCdIaWpodYHKl9bCSPwJIh2Yy/f/loCWcGXGMz8z6Pz7hlXpVdVdiNGdw==";

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const folder = join(target, "fastly-js-compute");
const engine = join(folder, "package/fastly.wasm");
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

before(() => {
  if (existsSync(engine)) return;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  console.log(`fetching ${PACKAGE}: Fastly's engine, in which there is no WebAssembly`);
  const said = execFileSync(npm, ["pack", PACKAGE, "--json", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [packed] = Object.values(JSON.parse(said));
  assert.equal(packed.integrity, INTEGRITY, `${PACKAGE} is another`);
  execFileSync("tar", ["-xzf", packed.filename, "package/fastly.wasm"], { cwd: folder });
});

for (const [format, told] of [
  ["esm", []],
  ["iife", ["--legacy-script"]],
]) {
  test(`each call says that there is no WebAssembly, in ${format === "esm" ? "a module" : "a script"}`, async (t) => {
    const { build } = createRequire(join(root, "bindings/package.json"))("esbuild");
    const script = `${format}.js`;
    // As Fastly's tool bundles; of an import.meta in a script esbuild warns, and makes it an empty object.
    const outfile = join(folder, script);
    const conditions = ["fastly"];
    await build({ entryPoints: [here("app.js")], bundle: true, format, outfile, conditions, logLevel: "error" });
    const args = ["--no-warnings", here("prepared.mjs"), engine, folder, script, ...told];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    assert.equal(stderr, "");
    const [first, ...lines] = stdout.trim().split("\n");
    assert.equal(first, "there is undefined");
    assert.equal(lines.pop(), "done");
    const calls = lines.map((line) => JSON.parse(line));
    assert.equal(calls.length, 6);
    t.diagnostic(calls[0].message);
    for (const { entry, way, own, name, who, code, message } of calls) {
      const about = `${entry}, ${way}`;
      assert.deepEqual([own, name, who, code], [true, "OutcropError", "caller", "NoWebAssembly"], about);
      assert.match(message, /^no WebAssembly here \(ReferenceError: WebAssembly is not defined\)\. /, about);
      assert.match(message, /; where there is none at all, call from another runtime$/, about);
    }
  });
}
