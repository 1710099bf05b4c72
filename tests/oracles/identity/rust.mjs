// Runs the Rust crate's side of a flow: the program `identity` of this package, settings on its stdin, what
// happened on its stdout. It builds nothing: OUTCROP_IDENTITY names the program, `cargo xtask test` sets it.

import { spawn } from "node:child_process";
import { root } from "../../browser/programs.mjs";

/** The crate's transports that a native program can have. */
export const transports = ["reqwest", "ureq"];

/** As `flow` of flows.mjs, and `transport`. */
export async function rust(settings) {
  const program = process.env.OUTCROP_IDENTITY;
  const [name, ...args] = program
    ? [program]
    : ["cargo", "run", "--quiet", "--profile", "checked", "-p", "outcrop-oracles", "--bin", "identity"];
  const child = spawn(name, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(settings));
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`identity ended with ${code}`);
  return JSON.parse(text);
}
