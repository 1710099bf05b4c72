// `node build.mjs DOCS [BASE]`: one site in DOCS/site out of the manual, the cookbook, the project's own pages and the
// reference of the npm package, under the path BASE. `cargo xtask docs` starts it and puts rustdoc's pages beside. It
// fetches nothing, and refuses a page that is not listed, a link that leads nowhere and an export without a comment.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { astray, PAGES, root, sidebar } from "./pages.mjs";
import { reference } from "./reference.mjs";

const [docs, base = "/"] = process.argv.slice(2);
if (!docs) throw new Error("which folder?");
const here = dirname(fileURLToPath(import.meta.url));
const src = resolve(docs, "src");

const lost = astray();
if (lost.length) throw new Error(`www/site/pages.mjs does not agree with the folders: ${lost.join(", ")}`);
rmSync(src, { recursive: true, force: true });
mkdirSync(src, { recursive: true });
// Pages are compiled to modules that import Vue, from where they are.
symlinkSync(join(here, "node_modules"), join(src, "node_modules"), "dir");

/** Where a link of a file leads on the site; nothing if it leads to what is not on it. */
function onSite(file, to) {
  if (/^[a-z]+:/.test(to) || to.startsWith("#")) return to;
  const [path, heading] = to.split("#");
  const there = posix.join(posix.dirname(file), path);
  if (!existsSync(join(root, there))) throw new Error(`${file}: ${to} leads nowhere`);
  const page = PAGES.get(there);
  if (page) return `/${page}${heading ? `#${heading}` : ""}`;
  return there.endsWith(".svg") ? `/${posix.basename(there)}` : undefined;
}

/** A page as VitePress takes it. */
function page(file) {
  let fence = "";
  let rust = false;
  const lines = [];
  for (const line of readFileSync(join(root, file), "utf8").split("\n")) {
    // For the tests, not for readers.
    if (!fence && /^<!-- block \{.*\} -->$/.test(line)) continue;
    const marks = /^\s*(`{3,})/.exec(line)?.[1];
    if (marks && !fence) {
      fence = marks;
      rust = /```rust/.test(line);
      lines.push(line.replace(/```rust[,\w]*/, "```rust"));
    } else if (fence) {
      if (line.trim() === fence) fence = "";
      // What rustdoc compiles and does not show.
      if (fence && rust && /^# |^#$/.test(line)) continue;
      lines.push(line);
    } else {
      lines.push(
        line
          // Of a link to what is not on the site its text stays.
          .replace(/(!?)\[((?:[^\]`]|`[^`]*`)*)\]\(([^)\s]+)\)/g, (_all, image, text, to) => {
            const place = onSite(file, to);
            return place === undefined ? text : `${image}[${text}](${place})`;
          })
          // Vue would read it, outside of code.
          .replace(/\{\{(?![^`]*`)/g, "{<!-- -->{"),
      );
    }
  }
  return lines.join("\n");
}

const titles = new Map();
for (const [file, name] of PAGES) {
  const text = page(file);
  titles.set(file, /^# (.*)$/m.exec(text)[1].replaceAll("`", ""));
  const place = join(src, `${name}.md`);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}
mkdirSync(join(src, "public"), { recursive: true });
cpSync(join(root, "www/icon.svg"), join(src, "public/icon.svg"));
for (const name of readdirSync(join(root, "www/manual")).filter((name) => name.endsWith(".svg"))) {
  cpSync(join(root, "www/manual", name), join(src, "public", name));
}

const wrong = await reference(join(src, "reference"));
if (wrong.length) throw new Error(`the package's comments:\n${wrong.join("\n")}`);

process.env.OUTCROP_DOCS = resolve(docs);
process.env.OUTCROP_BASE = base;
process.env.OUTCROP_SITE = JSON.stringify({ sidebar: sidebar(titles) });
rmSync(join(docs, "site"), { recursive: true, force: true });
const { build } = await import("vitepress");
await build(here);
console.log(`${PAGES.size} pages and the reference in ${join(docs, "site")}, for ${base}`);
