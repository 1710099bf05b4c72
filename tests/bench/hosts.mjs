// Workers of workerd and a page of Chromium that run a client's bundle, and the server that they ask. They end with
// what is run with them.

import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { client, here, root } from "./places.mjs";
import { below } from "./processes.mjs";

/** The server of this folder: its address. */
export async function server() {
  const child = fork(join(here, "server.mjs"));
  const address = await new Promise((resolve, reject) => {
    child.once("message", ({ value }) => resolve(value));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { address, stop: () => child.disconnect() };
}

const WORKER = `import { make } from "./client.mjs";
let client;
export default {
  async fetch(request) {
    try {
      const { endpoint, credentials, model, repeat } = await request.json();
      client ??= make({ endpoint, credentials });
      if (!model) return new Response(String(!!(await client.converse("m", "Hello"))));
      let events = 0;
      for (let at = 0; at < repeat; at++) for await (const _ of await client.stream(model, "Hello")) events += 1;
      return new Response(String(events));
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};`;

/** A workerd that runs one client, in that many workers, each of them an isolate of its own. */
export async function worker(name, count = 1) {
  const { Miniflare } = createRequire(join(root, "tests/runtimes/workerd/package.json"))("miniflare");
  const file = await client(name, "workerd");
  const before = new Set(below("workerd"));
  const module = (type, path, contents) => ({ type, path, contents });
  const modules = [
    module("ESModule", "worker.mjs", WORKER),
    module("ESModule", "client.mjs", readFileSync(file, "utf8")),
    ...(name === "outcrop"
      ? [module("CompiledWasm", "outcrop.wasm", readFileSync(join(dirname(file), "outcrop.wasm")))]
      : []),
  ];
  const workers = Array.from({ length: count }, (_, at) => ({
    name: `${at}`,
    modules,
    compatibilityDate: "2025-09-01",
  }));
  const flare = new Miniflare({ workers });
  await flare.ready;
  return {
    pids: below("workerd").filter((pid) => !before.has(pid)),
    async ask(task, at = 0) {
      const one = await flare.getWorker(`${at}`);
      const answer = await one.fetch("http://bench/", { method: "POST", body: JSON.stringify(task) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name} in workerd: ${text}`);
      return text;
    },
    stop: () => flare.dispose(),
  };
}
