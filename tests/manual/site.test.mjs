// The site that `cargo xtask docs` has built, under the path it was built for: no link and no heading leads nowhere, no
// page loads anything from another host, and in a browser the search finds chapters and exports and leads to them, and axe
// has nothing to say.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { parse } from "parse5";
import { accessible } from "../browser/axe.mjs";
import { server } from "../browser/programs.mjs";
import { chromium } from "../browser/webdriver.mjs";
import { root, target } from "./pages.mjs";

const site = join(target, "docs/site");
const base = process.env.OUTCROP_BASE ?? "/";
// ms that the browser may take: it loads an index of every page first, on a machine that does other things.
const PATIENCE = 60_000;

/** Files below a folder with this ending. */
function below(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return below(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/** Every element of a page. */
function* elements(node) {
  if (node.tagName) yield node;
  for (const child of node.content?.childNodes ?? node.childNodes ?? []) yield* elements(child);
}
const attribute = (element, name) => element.attrs.find((attribute) => attribute.name === name)?.value;

const pages = below(site, ".html").filter((path) => !relative(site, path).startsWith("rust"));
const read = new Map(
  pages.map((path) => {
    const found = { ids: new Set(), links: [], loads: [] };
    for (const element of elements(parse(readFileSync(path, "utf8")))) {
      const id = attribute(element, "id");
      if (id) found.ids.add(id);
      const [href, src] = [attribute(element, "href"), attribute(element, "src")];
      if (element.tagName === "a" && href) found.links.push(href);
      if (element.tagName === "link" && href) found.loads.push(href);
      if (src) found.loads.push(src);
    }
    return [path, found];
  }),
);

/** The file that an address of the site is, or nothing. */
function place(from, address) {
  const url = new URL(address, `http://site${base}${relative(site, from)}`);
  if (!url.pathname.startsWith(base)) return undefined;
  let path = join(site, decodeURIComponent(url.pathname.slice(base.length)));
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, "index.html");
  return existsSync(path) ? { path, heading: decodeURIComponent(url.hash.slice(1)) } : undefined;
}

test("no link and no heading leads nowhere", (t) => {
  const wrong = [];
  let [files, headings, elsewhere] = [0, 0, 0];
  for (const [path, { links }] of read) {
    for (const link of links) {
      if (/^(https?|mailto):/.test(link)) {
        elsewhere++;
        continue;
      }
      const there = place(path, link);
      files++;
      if (!there) wrong.push(`${relative(site, path)}: ${link}`);
      else if (there.heading && read.has(there.path)) {
        headings++;
        if (!read.get(there.path).ids.has(there.heading)) wrong.push(`${relative(site, path)}: no heading ${link}`);
      }
    }
  }
  assert.deepEqual([...new Set(wrong)].slice(0, 40), []);
  assert.ok(pages.length > 500 && headings > 500, `${pages.length} pages, ${headings} headings`);
  t.diagnostic(`${pages.length} pages: ${files} links, ${headings} of them to headings; ${elsewhere} to other hosts`);
});

test("no page loads anything from another host", (t) => {
  const wrong = [];
  for (const [path, { loads }] of read) {
    for (const load of loads) {
      if (load.startsWith("data:")) continue;
      if (!place(path, load)) wrong.push(`${relative(site, path)}: ${load}`);
    }
  }
  const styles = below(site, ".css");
  for (const path of styles) {
    for (const [, address] of readFileSync(path, "utf8").matchAll(/(?:url\(|@import )["']?([^"')]+)/g)) {
      if (/^(https?:)?\/\//.test(address)) wrong.push(`${relative(site, path)}: ${address}`);
    }
  }
  // rustdoc's pages: scripts, styles, fonts and pictures by their tags.
  const rust = below(join(site, "rust"), ".html");
  for (const path of rust) {
    for (const [, address] of readFileSync(path, "utf8").matchAll(
      /<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"/g,
    )) {
      if (/^(https?:)?\/\//.test(address)) wrong.push(`${relative(site, path)}: ${address}`);
    }
  }
  assert.ok(rust.length > 300, "rustdoc's pages are there");
  assert.deepEqual([...new Set(wrong)].slice(0, 40), []);
  t.diagnostic(`${pages.length} pages, ${rust.length} of rustdoc, ${styles.length} styles`);
});

let files, browser;
before(async () => {
  files = await server({ [base.length > 1 ? base.slice(0, -1) : base]: relative(root, site) });
  browser = await chromium();
});
after(() => Promise.all([browser?.quit(), files?.stop()]));

/** Opens the search, types these words, and answers the addresses that it shows once `due` is among them. */
async function searched(words, due) {
  const there = (selector) => browser.run((selector) => !!document.querySelector(selector), selector);
  await browser.goto(`${files.address}${base}index.html`);
  // What was searched before is kept by the page.
  await browser.run(() => sessionStorage.clear());
  await browser.until("the page has its search", () => there(".VPNavBarSearch button"), PATIENCE);
  // Before the page's script runs, a click opens nothing; and one that comes when the search has just opened must do no
  // harm, where a pointer's would hit what lies over the button.
  const click = () => browser.run(() => document.querySelector(".VPNavBarSearch button")?.click());
  await browser.until(
    "the search is open",
    async () => {
      if (!(await there("#localsearch-input"))) await click();
      return there("#localsearch-input");
    },
    PATIENCE,
  );
  await browser.fill("#localsearch-input", words);
  const shown = () =>
    browser.run(() => [...document.querySelectorAll(".VPLocalSearchBox .result")].map(({ href }) => href));
  await browser.until(
    `${words} leads to ${due}`,
    async () => (await shown()).some((address) => due.test(address)),
    PATIENCE,
  );
  return shown();
}

for (const [words, due] of [
  ["TruncatedStreamError", /TruncatedStreamError|errors\.html/],
  ["identity pool", /credentials-browser\.html/],
  ["FallbackOptions", /reference\/outcrop\/flow\//],
]) {
  test(`the search finds ${words}, and leads there`, async () => {
    const found = await searched(words, due);
    await browser.goto(found.find((address) => due.test(address)));
    const word = words.split(" ")[0].toLowerCase();
    await browser.until(
      "the page shows it",
      () => browser.run((word) => document.querySelector(".VPContent").textContent.toLowerCase().includes(word), word),
      PATIENCE,
    );
  });
}

test("a page asks nobody but its own host, and complains about nothing", async () => {
  await browser.log();
  await searched("retries", /retries\.html/);
  const asked = await browser.run(() => performance.getEntriesByType("resource").map(({ name }) => name));
  assert.ok(asked.length > 3, "something was loaded");
  assert.deepEqual(
    asked.filter((address) => !address.startsWith(files.address) && !address.startsWith("data:")),
    [],
  );
  const lines = (await browser.log()).filter(({ level }) => level === "SEVERE");
  assert.deepEqual(lines, []);
});

test("axe says nothing of a page, narrow and wide, light and dark", async () => {
  for (const page of ["index", "streams", "errors", "cookbook/index", "reference/index"]) {
    await browser.goto(`${files.address}${base}${page}.html`);
    await browser.until("the page is alive", () => browser.run(() => !!document.querySelector("#app").__vue_app__));
    await accessible(browser);
  }
});

test("a page is readable without a script, and on a narrow screen", async () => {
  const text = readFileSync(join(site, "streams.html"), "utf8");
  assert.match(text, /A stream that was cut is an error/);
  await browser.screen(360, 740);
  await browser.goto(`${files.address}${base}streams.html`);
  const [wide, inside] = await browser.run(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= inside + 1, `${wide} px wide, on ${inside}`);
});
