// The pages of this repository and what stands on them: blocks of code, headings, links. It reads and judges nothing.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));

/** Files that git knows or would know, by their path from the root, with these endings. */
export function files(...endings) {
  const told = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    // Bytes of names: some thousand files of some dozen bytes each.
    maxBuffer: 16_000_000,
  });
  const names = new Set(told.split("\0").filter((name) => name && endings.some((ending) => name.endsWith(ending))));
  // The crate's README is a link to this one.
  names.delete("crate/README.md");
  return [...names].sort();
}

export const read = (file) => readFileSync(join(root, file), "utf8");

/** The text of a Rust file's comments, line for line, so that a line's number stays what it is. */
export const comments = (text) =>
  text
    .split("\n")
    .map((line) => /^\s*\/\/[/!] ?(.*)$/.exec(line)?.[1] ?? "")
    .join("\n");

/**
 * The blocks of code on a page: the fence's first word, the rest of it, the lines between, and what a comment above says
 * of it: `<!-- block {"prints": "…"} -->`.
 */
export function blocks(file, text = file.endsWith(".rs") ? comments(read(file)) : read(file)) {
  const found = [];
  const lines = text.split("\n");
  let said;
  for (let at = 0; at < lines.length; at++) {
    const comment = /^<!-- block (\{.*\}) -->$/.exec(lines[at]);
    if (comment) said = JSON.parse(comment[1]);
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(lines[at]);
    if (!fence) {
      if (!comment && lines[at].trim()) said = undefined;
      continue;
    }
    const [, indent, marks, info] = fence;
    const begins = at + 1;
    const inner = [];
    for (at++; at < lines.length && lines[at].trim() !== marks; at++) {
      inner.push(lines[at].startsWith(indent) ? lines[at].slice(indent.length) : lines[at]);
    }
    if (at === lines.length) throw new Error(`${file}:${begins}: this block has no end`);
    const [language, ...more] = info.split(/[\s,]+/);
    found.push({ file, line: begins, language, info: more, code: inner.join("\n"), said: said ?? {} });
    said = undefined;
  }
  return found;
}

/** A page without its blocks and without code in its lines: where links are. */
export function prose(text) {
  let inside = "";
  return text
    .split("\n")
    .map((line) => {
      const marks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (inside) {
        if (line.trim() === inside) inside = "";
        return "";
      }
      if (marks) {
        inside = marks;
        return "";
      }
      return line.replace(/(`+)(?:(?!\1).)+\1/g, (code) => "`".repeat(code.length));
    })
    .join("\n");
}

/** The addresses that a page links to, each with its line. */
export function links(text) {
  const found = [];
  prose(text)
    .split("\n")
    .forEach((line, at) => {
      for (const [, to] of line.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)) found.push({ to, line: at + 1 });
      for (const [, to] of line.matchAll(/^\[[^\]]+\]:\s*(\S+)/g)) found.push({ to, line: at + 1 });
      for (const [, to] of line.matchAll(/\s(?:href|src)="([^"]+)"/g)) found.push({ to, line: at + 1 });
      for (const [, to] of line.matchAll(/<(https?:\/\/[^>\s]+)>/g)) found.push({ to, line: at + 1 });
    });
  return found;
}

/** What GitHub and VitePress make of a heading, as far as the pages here go: letters, digits, hyphens. */
export const anchor = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** The anchors of a page; a heading that stands twice has a number the second time. */
export function anchors(text) {
  const found = new Map();
  let inside = "";
  for (const line of text.split("\n")) {
    const marks = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (marks) inside = inside ? (line.trim() === inside ? "" : inside) : marks;
    const heading = inside ? undefined : /^#{1,6} (.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const name = anchor(heading);
    const times = found.get(name) ?? 0;
    found.set(name, times + 1);
    if (times) found.set(`${name}-${times}`, 1);
  }
  return new Set(found.keys());
}
