// Starts workers of the packed package in workerd: in the one that miniflare brings, or in the newest, which is told by
// its own configuration and needs no miniflare. The package's files are taken as they are packed, its wasm as a module:
// no bundler helps.

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Miniflare } from "miniflare";
import { root } from "../../browser/programs.mjs";

const place = join(root, "node_modules", "outcrop");
const entry = JSON.parse(readFileSync(join(place, "package.json"), "utf8")).exports["."].workerd;
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));

/** worker.mjs, the package, and the checks beside it. */
function modules() {
  const read = (path) => readFileSync(new URL(path, import.meta.url));
  const script = read("worker.mjs").toString().replace('from "outcrop"', `from "${entry}"`);
  const packaged = readdirSync(join(place, "dist"))
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: `dist/${file}`,
      contents: readFileSync(join(place, "dist", file)),
    }));
  const shared = ["checks.mjs", "cases.mjs"].map((path) => ({ type: "ESModule", path, contents: read(`../${path}`) }));
  return [{ type: "ESModule", path: "worker.mjs", contents: script }, ...shared, ...packaged];
}

/** In miniflare's workerd: `{address, stop}`. The first of the files is the worker. */
export async function inMiniflare(flags, files = modules()) {
  const host = new Miniflare({
    modules: files,
    compatibilityDate: "2025-09-01",
    compatibilityFlags: flags,
  });
  return { address: await host.ready, stop: () => host.dispose() };
}

/** In the newest one: `{address, stop}`. It reaches this machine's network, and nothing of its files. */
export async function inNewest(flags, files = modules()) {
  const { default: program, compatibilityDate } = createRequire(
    new URL("../workerd-newest/package.json", import.meta.url),
  )("workerd");
  const folder = join(target, `workerd-newest-${flags.join("-") || "plain"}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  const list = files.map(({ type, path, contents }) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
    return `(name = "${path}", ${type === "ESModule" ? "esModule" : "wasm"} = embed "${path}")`;
  });
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${list.join(", ")}],
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = ${JSON.stringify(flags)},
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const child = spawn(program, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const ended = new Promise((done) => child.once("close", done));
  const port = await new Promise((found, failed) => {
    child.once("error", failed).once("exit", (code) => failed(new Error(`workerd ended with ${code}`)));
    createInterface(child.stdio[3]).on("line", (line) => {
      const told = JSON.parse(line);
      if (told.event === "listen" && told.socket === "http") found(told.port);
    });
  });
  return {
    address: new URL(`http://127.0.0.1:${port}/`),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const version = (from) => createRequire(from)("workerd/package.json").version;

/** Each by the name that verdicts.mjs knows: how it starts, whether it has Node's names, and its version. */
export const HOSTS = {
  workerd: {
    start: () => inMiniflare([]),
    compat: false,
    version: version(import.meta.resolve("miniflare")),
  },
  "workerd-newest": {
    start: () => inNewest(["no_nodejs_compat", "no_nodejs_compat_v2"]),
    compat: false,
    version: version(new URL("../workerd-newest/package.json", import.meta.url)),
  },
  "workerd-nodejs-compat": {
    // Workers have it unasked since 2026-08-04.
    start: () => inNewest([]),
    compat: true,
    version: version(new URL("../workerd-newest/package.json", import.meta.url)),
  },
};
