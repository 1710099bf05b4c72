// How VitePress makes the site: what build.mjs has put together, for the place that it names. Nothing on a page comes
// from another host, so there are no icons of social networks and no search of somebody else's.
import { join } from "node:path";

const docs = process.env.OUTCROP_DOCS;
if (!docs) throw new Error("OUTCROP_DOCS is not set: `cargo xtask docs` builds the site");
const { sidebar } = JSON.parse(process.env.OUTCROP_SITE);

// VitePress decides between light and dark in a script and in styles of the page itself.
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

// VitePress's own colours are too pale for small letters, and its search button shows keys that its name does not have;
// axe tells of both.
const CODE = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" };
const STYLE =
  "html:root { --vp-code-lang-color: var(--vp-c-text-2); } .DocSearch-Button-Keys { display: none !important; }";
const SEARCH = { buttonText: "Search (Ctrl K)", buttonAriaLabel: "Search (Ctrl K)" };

/** A heading's anchor as GitHub makes it, so that one link leads there in the repository and on the site. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

export default {
  lang: "en",
  title: "outcrop",
  description: "Amazon Bedrock in web pages, edge workers, servers and native Rust, without an AWS SDK",
  srcDir: join(docs, "src"),
  outDir: join(docs, "site"),
  cacheDir: join(docs, "cache"),
  base: process.env.OUTCROP_BASE ?? "/",
  markdown: { anchor: { slugify }, theme: CODE },
  // rustdoc's pages come beside the others afterwards.
  ignoreDeadLinks: [/^\/rust\//],
  metaChunk: true,
  // The index of the search is one file, fetched when the search is opened.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  head: [
    ["meta", { "http-equiv": "Content-Security-Policy", content: POLICY }],
    ["style", {}, STYLE],
  ],
  themeConfig: {
    search: { provider: "local", options: { translations: { button: SEARCH } } },
    outline: [2, 3],
    nav: [
      { text: "Manual", link: "/getting-started" },
      { text: "Cookbook", link: "/cookbook/" },
      { text: "Reference", link: "/reference/" },
      { text: "Rust", link: "/rust/outcrop/index.html", target: "_self" },
    ],
    sidebar,
  },
};
