// Keeps how many cases came out right in each runtime, and makes one table of them: target/runtimes.md. It holds only
// what was run with the package and the cases as they are now; what was not is named below it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const folder = join(target, "runtimes");

/** Names by which cases except a runtime, and those by which people know it. */
const RUNTIMES = {
  node: "Node",
  "node-newest": "Node, newest",
  deno: "Deno",
  bun: "Bun",
  workerd: "workerd (Cloudflare)",
  "workerd-newest": "workerd, newest",
  "workerd-nodejs-compat": "workerd, newest, nodejs_compat",
  "edge-runtime": "edge-runtime (Vercel)",
  lambda: "AWS Lambda",
};
for (const [browser, name] of Object.entries({ chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" })) {
  RUNTIMES[`${browser}-page`] = `${name}, page`;
  RUNTIMES[`${browser}-worker`] = `${name}, module worker`;
  RUNTIMES[`${browser}-service-worker`] = `${name}, service worker`;
}

/** The cases of tests/cases of such names: every one, unless OUTCROP_CASES asks for some. */
export function allCases(names = process.env.OUTCROP_CASES ?? "") {
  const place = join(root, "tests/cases");
  return readdirSync(place)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(place, file), "utf8")))
    .filter(({ name }) => new RegExp(names).test(name));
}

/** What the verdicts are about: the built package and the cases. */
function subject() {
  const hash = createHash("sha256").update(JSON.stringify(allCases()));
  const dist = join(root, "bindings/dist");
  for (const file of readdirSync(dist).sort()) {
    if (/\.(js|wasm)$/.test(file)) hash.update(file).update(readFileSync(join(dist, file)));
  }
  return hash.digest("hex");
}

/** The table in Markdown, of those of `kept` that are about `about`. */
export function markdown(kept, about) {
  const rows = [["runtime", "version", "cases", "right", "wrong", "do not apply"]];
  const missing = [];
  for (const [runtime, name] of Object.entries(RUNTIMES)) {
    const found = kept.find((one) => one.runtime === runtime && one.about === about);
    if (!found) missing.push(name);
    else rows.push([name, found.version, ...[found.cases, found.right, found.wrong, found.apart].map(String)]);
  }
  const wide = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const number = (column) => column >= 2;
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const lines = rows.map((row) =>
    line(row.map((cell, column) => (number(column) ? cell.padStart(wide[column]) : cell.padEnd(wide[column])))),
  );
  lines.splice(
    1,
    0,
    line(wide.map((width, column) => (number(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)))),
  );
  if (missing.length) lines.push("", `Not run with this package and these cases: ${missing.join("; ")}.`);
  return `${lines.join("\n")}\n`;
}

/** Keeps a runtime's verdicts, unless they are of some cases only, and makes the table anew. */
export function keep(runtime, version, results) {
  if (process.env.OUTCROP_CASES) return;
  if (!RUNTIMES[runtime]) throw new Error(`no runtime is called ${runtime}`);
  const apart = results.filter(({ skipped }) => skipped).length;
  const right = results.filter(({ pass }) => pass).length;
  const about = subject();
  const cases = results.length;
  const own = { runtime, version, about, cases, right, wrong: cases - apart - right, apart };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${runtime}.json`), JSON.stringify(own));
  const kept = Object.keys(RUNTIMES)
    .map((name) => join(folder, `${name}.json`))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")));
  writeFileSync(join(target, "runtimes.md"), markdown(kept, about));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(readFileSync(join(target, "runtimes.md"), "utf8"));
