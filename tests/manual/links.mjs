// The links of all pages: a file, a folder or a heading that one names must be there. Addresses of other hosts are
// counted and not fetched, as the checks run without them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { anchors, files, links, read, root } from "./pages.mjs";

/** Counts by page: `{ file, files, headings, elsewhere }`; it throws with a list of what leads nowhere. */
export function checkLinks() {
  const pages = files(".md");
  const counts = [];
  const wrong = [];
  const elsewhere = new Set();
  const known = new Map();
  const headings = (file) => {
    if (!known.has(file)) known.set(file, anchors(read(file)));
    return known.get(file);
  };
  for (const file of pages) {
    const count = { file, files: 0, headings: 0, elsewhere: 0 };
    for (const { to, line } of links(read(file))) {
      if (/^(https?:|mailto:)/.test(to)) {
        count.elsewhere++;
        elsewhere.add(to);
        continue;
      }
      // A path of Rust's, on a page that is a comment: rustdoc holds those to what there is (check `docs`).
      if (to.startsWith("crate::")) continue;
      const [path, heading] = to.split("#");
      const there = path ? posix.join(posix.dirname(file), decodeURIComponent(path)) : file;
      if (path) count.files++;
      if (path.startsWith("/") || there.startsWith("..") || !existsSync(join(root, there))) {
        wrong.push(`${file}:${line}: ${to} leads nowhere`);
      } else if (heading !== undefined) {
        count.headings++;
        if (!there.endsWith(".md") || !headings(there).has(heading)) wrong.push(`${file}:${line}: no heading ${to}`);
      }
    }
    counts.push(count);
  }
  assert.deepEqual(wrong, []);
  return { counts, elsewhere: [...elsewhere].sort() };
}
