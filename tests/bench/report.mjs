// The table and what is read besides, as Markdown, and the plots, below target/bench: of the parts that were measured
// with the build at hand. What was measured with another one is named, not mixed in.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TABLE } from "./goals.mjs";
import { LEGEND, target } from "./places.mjs";
import { plots } from "./plots.mjs";
import { figure, judged, median } from "./rows.mjs";

const cells = (list) => `| ${list.join(" | ")} |`;

/** Writes table.md, report.md (the table with the plots) and report.json; answers the table. */
export async function report(build, names) {
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
  const grown = now.find(({ part }) => part === "grow");
  const files = grown ? await plots(grown.rows) : [];
  writeFileSync(join(target, "report.md"), [table, ...files.map((file) => `![${file}](${file})`), ""].join("\n"));
  return `${table}\n${join(target, "report.md")}`;
}
