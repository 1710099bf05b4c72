// Holds for every folder here: it has a README with what a stranger must know, a test, and the versions that the tests
// install. Files that several examples have are the same in each. It starts nothing.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const read = (...path) => readFileSync(join(here, ...path), "utf8");
const examples = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);

test("each example has a README that says what it is, may do and costs, and how to deploy and remove it", () => {
  assert.ok(examples.length >= 10, examples.join());
  for (const name of examples) {
    const text = read(name, "README.md");
    const headings = [...text.matchAll(/^(#+ .+)$/gm)].map(([, heading]) => heading);
    for (const wanted of [
      /^# /,
      /^## (Deploy|Run|Load|Install) it in /,
      /^## What it may do$/,
      /^## What it costs$/,
      /^## Remove it$/,
    ])
      assert.ok(
        headings.some((heading) => wanted.test(heading)),
        `${name}: ${wanted}`,
      );
    // What it names in code marks with a path or an ending is there.
    for (const [, file] of text.matchAll(/^\| `([\w./-]+)`/gm))
      if (/[./]/.test(file)) assert.ok(existsSync(join(here, name, file)), `${name}: ${file}`);
    for (const [, other] of text.matchAll(/`\.\.\/([\w-]+)`/g))
      assert.ok(examples.includes(other), `${name}: ${other}`);
  }
});

test("each example has a test, and the README of the repository names it", () => {
  const readme = readFileSync(join(here, "../../README.md"), "utf8");
  const older = { "page-rs": "page.test.mjs", "worker-rs": "worker.test.mjs" };
  for (const name of examples) {
    const file = older[name] ?? `${name}/${name}.test.mjs`;
    assert.match(read(file), /^\s*test\(/m, file);
    assert.match(readme, new RegExp(`^\\| .*\`${name}\``, "m"));
  }
});

test("each example asks for the versions that its test installs", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const { version } = JSON.parse(readFileSync(join(here, "../../bindings/package.json"), "utf8"));
  const installed = { ...dependencies, ...devDependencies, outcrop: version };
  for (const name of examples.filter((name) => existsSync(join(here, name, "package.json")))) {
    const manifest = JSON.parse(read(name, "package.json"));
    for (const [wanted, at] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      assert.equal(at, installed[wanted], `${name}: ${wanted}`);
    assert.equal(manifest.private, true);
  }
  assert.equal(JSON.parse(read("deno-chat/deno.json")).imports.outcrop, `npm:outcrop@${version}`);
  const oracle = readFileSync(join(here, "../oracles/ministack/requirements.txt"), "utf8");
  for (const line of oracle.split("\n").filter((line) => line.includes("==")))
    assert.ok(read("requirements.txt").split("\n").includes(line), line);
});

test("what several examples have is the same in each", () => {
  for (const [first, ...others] of [
    ["worker-stream/src/conversation.js", "worker-oidc/src", "deno-chat", "next-edge/app/chat"],
    ["worker-stream/public/answer.js", "worker-oidc/public", "deno-chat/public", "next-edge/app"],
    ["worker-stream/public/chat.js", "worker-oidc/public", "deno-chat/public"],
    ["worker-stream/public/chat.css", "worker-oidc/public", "deno-chat/public", "next-edge/app"],
  ])
    for (const folder of others) {
      const other = join(folder, first.split("/").at(-1));
      assert.equal(read(other), read(first), `${other} is not ${first}`);
    }
});

test("no example holds a key, an account or an address of anybody's", () => {
  for (const name of examples)
    for (const file of readdirSync(join(here, name), { recursive: true })) {
      if (
        !/\.(js|mjs|json|jsonc|toml|rs|yml|md|html)$/.test(file) ||
        /node_modules|\.next|\.wrangler|dist|target/.test(file)
      )
        continue;
      if (file.endsWith(".test.mjs") || file.endsWith("-lock.json")) continue;
      const text = read(name, file);
      assert.doesNotMatch(text, /\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bABSK[A-Za-z0-9+/=]{20}/, `${name}/${file}`);
      // AWS's own example is the one account that may stand here.
      for (const [, account] of text.matchAll(/\b(?:iam|sts)::(\d{12})\b/g)) assert.equal(account, "123456789012");
    }
});
