// Counts the probes of the boundary's tests, and writes how many there were, of what, to the folder of the trust reports.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const began = Date.now();
const counts = new Map();

/** So many probes more, of that kind. */
export function probed(what, count = 1) {
  counts.set(what, (counts.get(what) ?? 0) + count);
}

/** A row for each kind. */
export function report(root) {
  const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
  const folder = process.env.OUTCROP_TRUST ?? join(target, "trust");
  const rows = [...counts].map(([what, count]) => ({
    part: "boundary",
    what,
    against: "",
    count,
    unit: "probes",
    findings: 0,
    seed: "",
    command: "cargo xtask test node",
    seconds: (Date.now() - began) / 1000,
    date: new Date(began).toISOString().slice(0, 10),
    note: "",
  }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "boundary-node.json"), `${JSON.stringify(rows, null, 1)}\n`);
}
