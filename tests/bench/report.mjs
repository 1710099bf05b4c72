// The table and what is read besides, as Markdown, and the plots, below target/bench: of the parts that were measured
// with the build at hand. What was measured with another one is named, not mixed in.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TABLE } from "./goals.mjs";
import { LEGEND, root, target } from "./places.mjs";
import { plots } from "./plots.mjs";
import { figure, judged, median } from "./rows.mjs";

const cells = (list) => `| ${list.join(" | ")} |`;

/** The README's place for the table is between these two. */
const [BEGIN, END] = ["<!-- `cargo xtask bench all --readme` writes this -->", "<!-- to here -->"];

/** Puts the whole table into the README: never one of some parts only. */
function show(table, missing) {
  if (missing.length) throw new Error(`the README's table needs ${missing.join(", ")} of this build, too`);
  const file = join(root, "README.md");
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n${table}\n${text.slice(to)}`);
}

/** Writes table.md, report.md (the table with the plots) and report.json, and the README if asked; answers the table. */
export async function report(build, names, readme) {
  const parts = names
    .map((name) => join(target, `${name}.json`))
    .filter(existsSync)
    .map((file) => JSON.parse(readFileSync(file, "utf8")));
  const now = parts.filter((part) => part.build === build);
  const old = parts.filter((part) => part.build !== build).map(({ part }) => part);

  const peers = ["F", "A", "V", "smithy", "aws4fetch", "aws-smithy-eventstream", "aws-sigv4"];
  const floors = ["bare", "digest"];
  const text = [
    "",
    cells(["what", "outcrop", "peers", "ratio (least–most)", "goal", ""]),
    cells(["---", "--:", "---", "---", "---", "---"]),
  ];
  const flat = [];
  for (const [part, name, title, goals] of TABLE) {
    const row = now.find((one) => one.part === part)?.rows[name];
    if (!row) continue;
    const { unit, samples } = row;
    const others = [...peers, ...floors]
      .filter((who) => samples[who])
      .map((who) => `${who} ${figure(median(samples[who]))}`);
    const judgements = goals.map((goal) => judged(goal, samples));
    flat.push({ part, row: name, title, unit, samples, judgements });
    text.push(
      cells([
        title,
        `${figure(median(samples.outcrop))} ${unit}`,
        others.join(", "),
        judgements
          .map(({ told, goal }) => (goal.includes("×") ? told : ""))
          .filter(Boolean)
          .join("; "),
        judgements.map(({ goal }) => goal).join("; "),
        judgements.map(({ reached, far }) => (reached ? "reached" : `${figure(far)} of the goal`)).join("; "),
      ]),
    );
  }
  const about = now[0];
  text.push(
    "",
    `Ms are of CPU, of all threads, unless the row says "of the clock"; medians of ${about?.rounds ?? 0} rounds in which all take turns.`,
    "A ratio is taken within each round: its median, its least and its most.",
    ...Object.entries(LEGEND).map(([letter, what]) => `${letter}: ${what}.`),
    `Machine: ${about?.machine ?? "?"}. Parts: ${now.map(({ part, measured }) => `${part} ${measured.slice(0, 16)}`).join(", ")}.`,
    ...(old.length ? [`Measured with another build, and not in the table: ${old.join(", ")}.`] : []),
    "",
  );
  const table = text.join("\n");
  writeFileSync(join(target, "table.md"), table);
  writeFileSync(join(target, "report.json"), `${JSON.stringify({ build, rows: flat, parts: now }, undefined, 1)}\n`);
  if (readme)
    show(
      table,
      names.filter((name) => !now.some(({ part }) => part === name)),
    );
  const grown = now.find(({ part }) => part === "grow");
  const files = grown ? await plots(grown.rows) : [];
  writeFileSync(join(target, "report.md"), [table, ...files.map((file) => `![${file}](${file})`), ""].join("\n"));
  return `${table}\n${join(target, "report.md")}`;
}
