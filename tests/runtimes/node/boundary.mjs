// The boundary's runs in a Node of their own: pages whose prototypes were polluted, and programs that are confined; and
// what is no code in the package and in the page. The other files of that name are loaded by all.test.mjs as this is.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { probed, report } from "./boundary-report.mjs";
import { app, files, root } from "./context.mjs";

const dist = join(app, "node_modules/outcrop/dist");
const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const run = async (flags, name, ...more) => {
  const all = [...flags, "--no-warnings", script(name), dist, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, all, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
};

test("boundary: a polluted page changes nothing of what is sent, signed or answered, in any entry", async () => {
  const { probes, names, scenes, found, control } = await run([], "boundary-polluted.mjs");
  assert.ok(names > 2_000 && scenes >= 20, `${names} names, ${scenes} scenes`);
  assert.deepEqual(found, []);
  // It can be found: a scene that reads a setting from a plain object.
  assert.deepEqual(control, ["endpoint"]);
  probed("names on a polluted prototype, by scene, place and value", probes);
});

test("boundary: the same without code of text, with frozen prototypes, and without __proto__", async () => {
  const plain = await run([], "boundary-confined.mjs");
  for (const [name, told] of Object.entries(plain)) assert.ok(!told.includes("thrown"), `${name}: ${told}`);
  for (const [flags, ...more] of [
    [["--disallow-code-generation-from-strings"]],
    [["--disable-proto=delete"]],
    [["--disable-proto=throw"]],
    [[], "freeze"],
    [["--disallow-code-generation-from-strings", "--disable-proto=throw"], "freeze"],
  ]) {
    const told = await run(flags, "boundary-confined.mjs", ...more);
    const other = Object.keys(plain).filter((name) => told[name] !== plain[name]);
    assert.deepEqual(other, [], [...flags, ...more].join(" "));
    probed("scenes in a confined program", Object.keys(plain).length);
  }
  // Node's own: there the clock and randomness cannot be stopped either, so what depends on them is left out.
  const timeless = (told) => told.replace(/[0-9a-f]{64}|\d{8}T\d{6}Z|Date \d+|\d+/g, "#").replace(/(#,)+#/g, "#");
  const settled = await run([], "boundary-confined.mjs", "moving");
  const frozen = await run(["--frozen-intrinsics"], "boundary-confined.mjs", "moving");
  const other = Object.keys(settled).filter((name) => timeless(frozen[name]) !== timeless(settled[name]));
  assert.deepEqual(other, []);
  probed("scenes in a confined program", Object.keys(plain).length);
});

test("boundary: no text becomes code, in the package and in the page", () => {
  const code =
    /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bset(Timeout|Interval)\s*\(\s*["'`]|document\.write|insertAdjacentHTML|javascript:/;
  // In what was bundled stand Preact and DOMPurify, which set it for whoever asks. Ours ask in one place, below.
  const html = /\.(inner|outer)HTML\s*\+?=/;
  const places = [];
  const www = readdirSync(join(root, "www"), { recursive: true }).filter(
    (path) => /\.(html|m?[jt]sx?)$/.test(path) && !/node_modules/.test(path),
  );
  const sources = [
    ...files.filter((path) => path.endsWith(".js")).map((path) => join(app, "node_modules/outcrop", path)),
    ...www.map((path) => join(root, "www", path)),
  ];
  assert.ok(sources.length > 16 && www.length >= 2);
  for (const path of sources) {
    const text = readFileSync(path, "utf8");
    assert.ok(!code.test(text), `${path}: ${code.exec(text)}`);
    const bundled = path.startsWith(join(root, "www/dist"));
    assert.ok(bundled || !html.test(text), `${path}: ${html.exec(text)}`);
    if (!bundled && text.includes("dangerouslySetInnerHTML")) places.push(path);
    if (!path.endsWith(".html")) continue;
    for (const [, attributes, within] of text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
      assert.ok(
        /\bsrc=/.test(attributes) || /type="(importmap|application\/json)"/.test(attributes),
        `${path}: ${within}`,
      );
    }
    assert.ok(
      !/\son[a-z]+\s*=/i.test(text.replace(/<script[\s\S]*?<\/script>/gi, "")),
      `${path}: a handler in an attribute`,
    );
  }
  // Markdown, of which DOMPurify leaves what can do nothing.
  assert.deepEqual(places, [join(root, "www/src/parts/markdown.tsx")]);
  assert.match(readFileSync(join(root, "www/src/parts/markdown-html.ts"), "utf8"), /purify\.sanitize\(/);
  probed("files without code of text", sources.length);
});

after(() => report(root));
