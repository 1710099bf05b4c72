// The crate's own tests as wasm32-unknown-unknown, in Node, Chromium, Firefox and WebKitGTK; and in a page of each
// browser every case of tests/cases through the Rust client's fetch, behind CORS. No browser is left out because it is
// not there; OUTCROP_BROWSERS chooses some, for a person. OUTCROP_WASM_TESTS is the folder of the built tests.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { firefox } from "../../browser/firefox.mjs";
import { emulator, root, server } from "../../browser/programs.mjs";
import { chromium } from "../../browser/webdriver.mjs";
import { webkit } from "../../browser/webkit.mjs";
import { allCases } from "../verdicts.mjs";
import { runUnits } from "./units.mjs";

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const folder = process.env.OUTCROP_WASM_TESTS ?? join(target, "rust-wasm-tests");
const chosen = new RegExp(process.env.OUTCROP_BROWSERS ?? "");
const browsers = Object.entries({ chromium, firefox, webkit }).filter(([name]) => chosen.test(name));
const names = readdirSync(folder).filter((name) => name !== "package.json");

/** How many tests the sources of a module have on this target. */
function written(name) {
  const tests = (file) => {
    const text = readFileSync(file, "utf8").replaceAll(/#\[cfg\(not\(target_arch = "wasm32"\)\)\]\s*#\[test\]/g, "");
    return text.match(/^ *#\[test\]$/gm)?.length ?? 0;
  };
  const file = join(root, "crate/tests", `${name}.rs`);
  if (name === "suite") {
    const modules = readFileSync(file, "utf8").replaceAll(/#\[cfg\(not\(target_arch = "wasm32"\)\)\]\s*mod \w+;/g, "");
    const files = [...modules.matchAll(/^mod (\w+);$/gm)].map(([, module]) =>
      join(root, "crate/tests", `${module}.rs`),
    );
    return files.filter(existsSync).reduce((sum, file) => sum + tests(file), 0);
  }
  if (name !== "outcrop") return tests(file);
  const source = join(root, "crate/src");
  const files = readdirSync(source, { recursive: true }).filter((file) => file.endsWith(".rs"));
  // AWS's crates are native only.
  return files.filter((file) => file !== "aws.rs").reduce((sum, file) => sum + tests(join(source, file)), 0);
}

/** All were run, and all passed. */
function checked(t, name, { passed, count, lines }) {
  t.diagnostic(`${name}: ${count} tests`);
  assert.ok(passed, lines.join("\n"));
  assert.equal(count, written(name));
  assert.equal(lines.filter((line) => /^test .* \.\.\. ok$/.test(line)).length, count, lines.join("\n"));
}

let files;
before(async () => {
  const target = process.env.OUTCROP_RUST_WASM ?? join(folder, "../rust-wasm/outcrop_rust_wasm.js");
  files = await server({
    "/": "tests/browser/page",
    "/tests": folder,
    "/rust": join(target, "../web"),
    "/here": "tests/runtimes/rust-wasm",
  });
});
after(() => files?.stop());

test("these modules are tested", () => {
  assert.ok(names.includes("outcrop") && names.length >= 3, names.join(", "));
});

// 60 seconds for some hundred tests, the longest of which takes one in a debug build.
for (const name of names) {
  test(`Node: ${name}`, { timeout: 60_000 }, async (t) => {
    const place = join(folder, name);
    const glue = await import(pathToFileURL(join(place, `${name}.js`)).href);
    checked(t, name, await runUnits(glue, readFileSync(join(place, `${name}_bg.wasm`))));
  });
}

for (const [kind, start] of browsers) {
  // Most of it is the cases' waiting.
  test(kind, { timeout: 300_000 }, async (t) => {
    const browser = await start();
    t.after(() => browser.quit());
    await browser.goto(`${files.address}/`);
    for (const name of names) {
      await t.test(`${kind}: ${name}`, async (t) => {
        const told = await browser.run(async (name) => {
          const { runUnits } = await import("/here/units.mjs");
          return runUnits(await import(`/tests/${name}/${name}.js`), `/tests/${name}/${name}_bg.wasm`);
        }, name);
        checked(t, name, told);
      });
    }

    await t.test(`${kind}: every case of the Rust client on fetch, in a page`, async (t) => {
      // Of its own: a browser may repeat a request on a connection that a case breaks.
      const { stop, seen, ended, ...hello } = await emulator();
      t.after(stop);
      const cases = allCases().filter(({ applies }) => applies.includes("rust"));
      assert.ok(process.env.OUTCROP_CASES || cases.length >= 45, `${cases.length}`);
      const { table, wrong } = await browser.run(
        async (...args) => {
          const { called, loaded } = await import("/here/called.mjs");
          return called(await loaded(), { name: "run_cases", args: ["page", ...args] });
        },
        JSON.stringify(hello),
        JSON.stringify(cases),
      );
      console.log(`${browser.name} ${browser.version}\n${table}`);
      assert.deepEqual(wrong, []);
    });
  });
}
