// Which pages of the repository are on the site, where, and in which order the sidebar has them. It writes nothing.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Chapters of www/manual, in the order in which they are read. */
const CHAPTERS = [
  "getting-started",
  "signing",
  "streams",
  "retries",
  "credentials-browser",
  "credentials",
  "models",
  "speech",
  "bundlers",
  "observability",
  "limits",
  "errors",
];
const COOKBOOK = [
  "index",
  "tools",
  "images",
  "documents",
  "structured-output",
  "prompt-caching",
  "cancellation",
  "retries",
  "cost-limits",
  "regions",
  "from-aws-sdk",
  "from-ai-sdk",
  "from-aws4fetch",
];
const PROJECT = {
  "README.md": "readme",
  "SECURITY.md": "security",
  "www/manual/others-bugs.md": "others-bugs",
  "CHANGELOG.md": "changelog",
  "CONTRIBUTING.md": "contributing",
  "ARCHITECTURE.md": "architecture",
};

/** Entries of the npm package by their source in bindings/js. */
export const ENTRIES = {
  web: "outcrop",
  bedrock: "outcrop/bedrock",
  models: "outcrop/models",
  catalog: "outcrop/catalog",
  tools: "outcrop/tools",
  flow: "outcrop/flow",
  sign: "outcrop/sign",
  bidirectional: "outcrop/bidirectional",
  "event-stream": "outcrop/event-stream",
  "aws-sdk": "outcrop/aws-sdk",
  slim: "outcrop/slim",
  inline: "outcrop/inline",
};

/** Files of the repository, and the page that each is, without its ending. */
export const PAGES = new Map([
  ["www/manual/index.md", "index"],
  ...CHAPTERS.map((name) => [`www/manual/${name}.md`, name]),
  ...COOKBOOK.map((name) => [`www/manual/cookbook/${name}.md`, `cookbook/${name}`]),
  ...Object.entries(PROJECT),
]);

/** Pages that lie in the manual's folders and are not on the site, or are listed and not there: none, or the list is wrong. */
export function astray() {
  const there = ["www/manual", "www/manual/cookbook"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => posix.join(folder, name)),
  );
  return [
    ...there.filter((file) => !PAGES.has(file)),
    ...[...PAGES.keys()].filter((file) => !existsSync(join(root, file))),
  ];
}

const items = (files, titles) => files.map((file) => ({ text: titles.get(file), link: `/${PAGES.get(file)}` }));

/** The sidebar, with each page's first heading. */
export const sidebar = (titles) => [
  {
    text: "Manual",
    items: items(
      CHAPTERS.map((name) => `www/manual/${name}.md`),
      titles,
    ),
  },
  {
    text: "Cookbook",
    items: items(
      COOKBOOK.map((name) => `www/manual/cookbook/${name}.md`),
      titles,
    ),
  },
  {
    text: "Reference",
    items: [
      ...Object.values(ENTRIES).map((name) => ({ text: name, link: `/reference/${name}/` })),
      // Not one of VitePress's pages: the browser goes there.
      { text: "Rust: outcrop", link: "/rust/outcrop/index.html", target: "_self" },
    ],
  },
  { text: "Project", items: items(Object.keys(PROJECT), titles) },
];
