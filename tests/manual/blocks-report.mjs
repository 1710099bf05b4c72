// The table of the documentation's blocks and links, as Markdown. It counts what it is given.

const HOW = {
  js: "run against the emulator, types checked",
  ts: "run against the emulator, types checked",
  rust: "compiled by `cargo test` (check `rust`)",
  sh: "commands, flags and names held against those there are",
  json: "parsed",
  toml: "parsed",
  yaml: "parsed",
  html: "parsed",
  text: "no code: output or a drawing",
};

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row), ""].join("\n");

/** The report: `listing` answers a block's row of listed.json, `links` is what links.mjs counted. */
export function report(blocks, listing, { counts, elsewhere }) {
  const kinds = new Map();
  let lines = 0;
  for (const block of blocks) {
    lines += block.code.split("\n").length;
    const listed = listing(block);
    const how = listed
      ? listed.by
        ? `run by ${listed.by.map((by) => `\`${by}\``).join(", ")}`
        : "listed"
      : HOW[block.language];
    const key = JSON.stringify([block.file, block.language, how]);
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  const rows = [...kinds].map(([key, count]) => {
    const [file, language, how] = JSON.parse(key);
    return [`\`${file}\``, language, count, how];
  });
  const total = (word) =>
    rows.filter(([, , , how]) => how.startsWith(word)).reduce((sum, [, , count]) => sum + count, 0);
  const left = blocks.filter((block) => listing(block) && !listing(block).by);
  const sum = (what) => counts.reduce((all, count) => all + count[what], 0);
  return [
    "# Blocks of code in the documentation",
    "",
    `${blocks.length} blocks with ${lines} lines: ${total("run")} run, ${total("compiled")} compiled, ${total("commands")} of ` +
      `commands checked, ${total("parsed")} parsed, ${total("no code")} without code, ${total("listed")} listed.`,
    "",
    table(["file", "language", "blocks", "how"], rows),
    "## Listed",
    "",
    table(
      ["where", "language", "why it is not run"],
      left.map((block) => [`\`${block.file}:${block.line}\``, block.language, listing(block).reason]),
    ),
    "## Links",
    "",
    `${sum("files")} to files and ${sum("headings")} to headings, each is there; ${sum("elsewhere")} to ${elsewhere.length} ` +
      "addresses of other hosts, which are not fetched.",
    "",
    table(
      ["page", "files", "headings", "other hosts"],
      counts
        .filter((count) => count.files + count.headings + count.elsewhere)
        .map((count) => [`\`${count.file}\``, count.files, count.headings, count.elsewhere]),
    ),
    ...elsewhere.map((to) => `- ${to}`),
    "",
  ].join("\n");
}
