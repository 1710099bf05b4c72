// Starts moto's server, which serves Cognito's user and identity pools and checks no signature. It leaves no process and
// no folder behind.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../browser/programs.mjs";

/**
 * `{address, folder, stop}`; PYTHON names the Python that has it.
 *
 * @param environment more variables, from the folder that is its own
 */
export async function moto(environment = () => ({})) {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-moto-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  let output = "";
  const child = spawn(process.env.PYTHON ?? "python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", `${port}`], {
    cwd: folder,
    env: { ...process.env, ...environment(folder) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await new Promise((resolve) => child.once("exit", resolve));
    await rm(folder, { recursive: true, force: true });
  };
  // 30 s: it is Python, on a machine that may be busy.
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await fetch(`${address}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return { address, folder, stop };
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`moto does not listen:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
