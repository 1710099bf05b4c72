// The package beside its peers, in one run: `cargo xtask bench`. Each part measures some rows of the table and is kept
// as JSON; the table and the plots are made of all parts that were measured with this build of the package. It judges no
// time: a goal that is not reached is told. An error is what cannot be measured, and memory that is not given back.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { goals } from "./goals.mjs";
import { installed, target } from "./places.mjs";
import { report } from "./report.mjs";
import { judged, line } from "./rows.mjs";

const PARTS = ["size", "decode", "sign", "e2e", "cold", "streams", "native", "grow"];

const { values, positionals } = parseArgs({
  // `only`: the rows with this in their names, for the eye; nothing is kept then.
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    // The README shows this table from now on.
    readme: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const asked = positionals.includes("all") ? PARTS : positionals;
const unknown = asked.filter((part) => !PARTS.includes(part));
if (unknown.length || !asked.length) throw new Error(`parts: ${PARTS.join(", ")}, all; not ${unknown.join(", ")}`);

/** Which build was measured: parts of different builds do not make one table. */
const built = createHash("sha256");
for (const file of ["outcrop.wasm", "core.js", "sign.js", "node.js"])
  built.update(readFileSync(join(installed, "dist", file)));
const build = built.digest("hex").slice(0, 16);

const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;

for (const part of asked) {
  const began = performance.now();
  console.log(`\n${part}`);
  const { run } = await import(`./parts/${part}.mjs`);
  const note = (row, told) => console.log(line(part, row, told));
  const rows = await run({ rounds: Number(values.rounds), only: values.only, note });
  if (values.only) continue;
  const seconds = Math.round((performance.now() - began) / 1000);
  const kept = {
    part,
    build,
    machine,
    measured: new Date().toISOString(),
    rounds: Number(values.rounds),
    seconds,
    rows,
  };
  writeFileSync(join(target, `${part}.json`), `${JSON.stringify(kept, undefined, 1)}\n`);
  console.log(`${part}: ${seconds} s`);
  for (const [row, { samples }] of Object.entries(rows)) {
    for (const goal of goals(part, row)) {
      const { reached, told, goal: wanted } = judged(goal, samples);
      if (!goal.sure || reached) continue;
      process.exitCode = 1;
      console.error(`${part}, ${row}: ${told}, and it must be ${wanted}`);
    }
  }
}

if (!values.only) console.log(await report(build, PARTS, values.readme));
// A part's own programs have ended; what a peer keeps open (timers, sockets) does not hold the bench.
process.exit(process.exitCode ?? 0);
