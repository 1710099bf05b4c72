// What a block of shell commands asks for, held against what there is: the commands of xtask with their flags, the
// names of checks, the crate's features, packages of the workspace, files. It starts nothing but `xtask --help`.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { read, root } from "./pages.mjs";

const xtask = process.env.OUTCROP_XTASK ?? join(root, "target/debug/xtask");
const told = new Map();
/** What xtask says of itself for these arguments. */
function help(...args) {
  const key = args.join(" ");
  if (!told.has(key)) told.set(key, execFileSync(xtask, args, { cwd: root, encoding: "utf8" }));
  return told.get(key);
}
/** The words that begin the lines below `Commands:`. */
const commands = (text) =>
  [...(/^Commands:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name);
const checks = () => [...help("test", "--list").matchAll(/^(\S+)/gm)].map(([, name]) => name);
const features = () => Object.keys(parse(read("crate/Cargo.toml")).features);
const members = () =>
  parse(read("Cargo.toml")).workspace.members.map((folder) => parse(read(`${folder}/Cargo.toml`)).package.name);

function xtaskProblem([name, ...rest]) {
  if (!name || name === "--help") return undefined;
  if (!commands(help("--help")).includes(name)) return `xtask has no command ${name}`;
  let path = [name];
  let words = rest;
  if (words[0] && commands(help(name, "--help")).includes(words[0])) {
    path = [name, words[0]];
    words = words.slice(1);
  }
  const about = help(...path, "--help");
  for (const word of words) {
    const flag = /^--[a-z-]+/.exec(word)?.[0];
    if (flag && !about.includes(flag)) return `xtask ${path.join(" ")} has no ${flag}`;
    if (name === "test" && !word.startsWith("-") && !checks().includes(word)) return `no check is called ${word}`;
  }
  return undefined;
}

function cargoProblem([command, ...words]) {
  if (command === "xtask") return xtaskProblem(words);
  const after = (flag) => words.flatMap((word, at) => (word === flag ? [words[at + 1]] : []));
  if (command === "add" && words.includes("outcrop")) {
    const unknown = after("--features")
      .flatMap((list) => list.split(","))
      .find((name) => !features().includes(name));
    return unknown && `the crate has no feature ${unknown}`;
  }
  const missing = after("-p").find((name) => !members().includes(name));
  if (missing) return `the workspace has no package ${missing}`;
  const example = after("--example").find((name) => !existsSync(join(root, `crate/examples/${name}.rs`)));
  if (example) return `the crate has no example ${example}`;
  return ["add", "build", "test", "run", "clippy", "doc", "fetch", "fmt", "install", "uninstall"].includes(command)
    ? undefined
    : `cargo ${command} is not known here`;
}

// Programs of others, of which only the name is looked at.
const OTHERS = [
  "eval",
  "npm",
  "npx",
  "deno",
  "bun",
  "pnpm",
  "git",
  "rustup",
  "apt-get",
  "brew",
  "aws",
  "curl",
  "export",
  "for",
  "chat",
  "wasm-bindgen",
  "wasmtime",
];

/** Why one command can't be run here as it stands, or nothing. */
function problem(command) {
  const words = [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word);
  while (/^[A-Z_]+=/.test(words[0] ?? "")) words.shift();
  const [program, ...rest] = words;
  if (!program) return undefined;
  if (program === "cargo") return cargoProblem(rest);
  if (program === "cd" || program === "node") {
    // `ask.mjs` is what the reader has saved, `outcrop` what the reader has cloned.
    return existsSync(join(root, rest[0] ?? "")) || ["outcrop", "ask.mjs"].includes(rest[0])
      ? undefined
      : `there is no ${rest[0]}`;
  }
  return OTHERS.includes(program) ? undefined : `${program} is not known here`;
}

/** What is wrong with a block of commands, each with its text. */
export function problems(code) {
  const found = [];
  for (const line of code.replace(/\\\n/g, " ").split("\n")) {
    for (const command of line.replace(/(^|\s)#.*$/, "").split("&&")) {
      const wrong = problem(command.trim());
      if (wrong) found.push(`${command.trim()}: ${wrong}`);
    }
  }
  return found;
}
