// The Rust crate beside AWS's crates, natively: `cargo bench` of the folder native measures, and tells its figures in
// a line of JSON. Here they only become rows.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "../places.mjs";

/** Runs a bench and answers what its last line told. What Criterion says of each round stays untold. */
async function told(bench) {
  const args = ["bench", "--quiet", "--package", "outcrop-bench-native", "--bench", bench];
  const child = spawn(process.env.CARGO ?? "cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  let last;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('{"native')) last = JSON.parse(line);
    else if (line.includes(", ratio ")) console.log(`  ${line}`);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`cargo bench ended with ${code}`);
  if (!last) throw new Error(`the bench ${bench} told no figures`);
  return last;
}

export async function run({ note }) {
  const rows = {};
  // Its rounds are its own: three, in which the contenders take turns.
  for (const [name, samples] of Object.entries((await told("native")).rounds)) rows[name] = { unit: "ns", samples };
  for (const [name, counted] of Object.entries((await told("allocations"))["native allocations"])) {
    const samples = Object.fromEntries(Object.entries(counted).map(([who, { allocations }]) => [who, [allocations]]));
    rows[`${name}, allocations`] = { unit: "allocations", samples };
  }
  for (const name in rows) note(name, rows[name]);
  return rows;
}
