// The packages' own types take our fetch and our providers: use.ts is compiled against them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { root } from "../../browser/programs.mjs";

test("the packages' types take our fetch and our credentials", () => {
  const here = fileURLToPath(new URL(".", import.meta.url));
  // Beside the packages, which it finds by their names.
  const folder = mkdtempSync(join(here, "node_modules/.types-"));
  const compilerOptions = {
    strict: true,
    noEmit: true,
    // Theirs are not ours to check.
    skipLibCheck: true,
    types: [],
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable", "ESNext.Disposable"],
    module: "ESNext",
    moduleResolution: "bundler",
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [join(here, "use.ts")] }));
  try {
    const tsc = join(root, "bindings/node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
