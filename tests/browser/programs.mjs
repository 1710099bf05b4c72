// Starts this repository's own programs for a test: the emulator and the file server. Both end when their
// stdin closes, so a test that dies takes them along.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A port of this machine that nobody listens on now, for a program that must be told one. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The emulator's first line, `{address, credentials, temporaryCredentials, apiKey, …}`, with helpers. */
export async function emulator(...args) {
  const started = await start(
    process.env.OUTCROP_EMULATOR,
    ["--profile", "checked", "--package", "outcrop-emulator"],
    args,
  );
  const seen = async (run) => (await fetch(`${started.address}/_seen/${run}`)).json();
  return {
    ...started,
    seen,
    /** What it saw of a run once nothing of it is in flight; fails after 5 s. */
    async ended(run, attempts = 1) {
      const deadline = Date.now() + 5000;
      for (;;) {
        const now = await seen(run);
        if (now.open === 0 && now.attempts.length >= attempts) return now.attempts;
        if (Date.now() > deadline) throw new Error(`run ${run} still has ${now.open} requests open after 5 s`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

/** A server of folders: `{"/": "www/dist"}`; answers `{address, stop}`. */
export function server(mounts) {
  const args = Object.entries(mounts).flatMap(([path, folder]) => ["--mount", `${path}=${folder}`]);
  return start(process.env.OUTCROP_XTASK, ["--package", "xtask"], ["serve", ...args]);
}

async function start(program, cargo, args) {
  const [name, ...first] = program ? [program] : ["cargo", "run", "--quiet", ...cargo, "--"];
  const child = spawn(name, [...first, ...args, "--until-stdin-closes"], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = await new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
    createInterface(child.stdout).once("line", resolve);
  });
  return {
    ...JSON.parse(line),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", resolve);
        child.stdin.end();
      }),
  };
}
