// How long until the service sees that a stream was stopped, for each way of stopping in each runtime: `cargo xtask
// bench stop`. It prints a table and writes it as Markdown; it judges no figure, but a request that does not end at
// all, or ends for another reason, is an error.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as outcrop from "outcrop";
import { emulator, root, server } from "../browser/programs.mjs";
import { chromium } from "../browser/webdriver.mjs";
import { stop, ways } from "./ways.mjs";

const { values } = parseArgs({
  options: { count: { type: "string", default: "200" }, out: { type: "string" }, only: { type: "string" } },
});
const count = Number(values.count);
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const out = resolve(values.out ?? join(target, "bench/stop.md"));

const bedrock = await emulator();
let runs = 0;
const place = (way) => {
  const run = `bench-${++runs}`;
  // An event each 5 ms, for ten seconds if nobody stops it; or a head and 20 s of silence.
  const path = way.endsWith("before the first event")
    ? `/case/abort-before-first-event/${run}`
    : `/words/2000/pace/5/run/${run}`;
  return { run, endpoint: bedrock.address + path };
};

/** Milliseconds from the stop to the end of the request; nothing if it was stopped before it was sent. */
async function took(run, at) {
  // 300 ms: what was sent has arrived by then, and what never was is not waited for.
  for (const give = Date.now() + 300; (await bedrock.seen(run)).attempts.length === 0; ) {
    if (Date.now() > give) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const [attempt, ...more] = await bedrock.ended(run);
  if (more.length > 0) throw new Error(`${run}: one request was due, ${more.length + 1} came`);
  if (attempt.responseEnded !== "client closed") throw new Error(`${run} ended as ${attempt.responseEnded}`);
  return attempt.ended - at;
}

/**
 * One at a time, so that a figure is that of a stop and not of a crowd. `one` begins and stops a stream at an endpoint
 * and answers the moment of the stop. A way that fails has its error instead of figures.
 */
async function each(way, one) {
  const figures = [];
  try {
    for (let unsent = 0; figures.length < count; ) {
      const { run, endpoint } = place(way);
      const figure = await took(run, await one(endpoint, run));
      if (figure !== undefined) figures.push(figure);
      // A tenth: a busy host may be late now and then, but not as a rule.
      else if (++unsent > Math.max(1, count / 10)) throw new Error("stopped before they were sent, more than a tenth");
    }
  } catch (error) {
    return error;
  }
  return figures;
}

const given = (endpoint) => ({ endpoint, credentials: bedrock.temporaryCredentials });

const RUNTIMES = {
  async Node() {
    const { gc } = globalThis;
    const table = {};
    for (const way of ways(gc)) {
      table[way] = await each(way, (endpoint, run) => {
        const goesOn = async () => {
          // 1 ms: what was collected is told to finalizers in a task of their own.
          await new Promise((resolve) => setTimeout(resolve, 1));
          return (await bedrock.seen(run)).open > 0;
        };
        return stop(outcrop, way, given(endpoint), { collect: gc, goesOn });
      });
    }
    return table;
  },

  async workerd() {
    const { Miniflare } = createRequire(join(root, "tests/runtimes/workerd/package.json"))("miniflare");
    const package_ = join(root, "node_modules/outcrop");
    const entry = JSON.parse(readFileSync(join(package_, "package.json"), "utf8")).exports["."].workerd;
    const own = (name) => readFileSync(new URL(name, import.meta.url), "utf8").replace('"outcrop"', `"${entry}"`);
    const worker = new Miniflare({
      modules: [
        { type: "ESModule", path: "worker.mjs", contents: own("worker.mjs") },
        { type: "ESModule", path: "ways.mjs", contents: own("ways.mjs") },
        ...readdirSync(join(package_, "dist"))
          .filter((file) => /\.(js|wasm)$/.test(file))
          .map((file) => ({
            type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
            path: `dist/${file}`,
            contents: readFileSync(join(package_, "dist", file)),
          })),
      ],
      compatibilityDate: "2025-09-01",
    });
    try {
      const address = await worker.ready;
      const ask = async (body) => {
        const answer = await (await fetch(address, { method: "POST", body: JSON.stringify(body) })).json();
        if (answer.failed) throw new Error(`in workerd: ${answer.failed}`);
        return answer;
      };
      const table = {};
      for (const way of (await ask({})).ways)
        table[way] = await each(way, async (endpoint) => (await ask({ way, ...given(endpoint) })).at);
      return table;
    } finally {
      await worker.dispose();
    }
  },

  async Chromium() {
    const { exports } = JSON.parse(readFileSync(join(root, "node_modules/outcrop/package.json"), "utf8"));
    const entry = exports["."].browser.replace(/^\./, "/outcrop");
    let files, browser;
    try {
      files = await server({ "/": "tests/browser/page", "/outcrop": "node_modules/outcrop", "/bench": "tests/bench" });
      browser = await chromium();
      await browser.goto(`${files.address}/`);
      const table = {};
      for (const way of await browser.run(async () => (await import("/bench/ways.mjs")).ways(false))) {
        table[way] = await each(way, (endpoint) =>
          browser.run(
            async (entry, way, given) => (await import("/bench/ways.mjs")).stop(await import(entry), way, given),
            entry,
            way,
            given(endpoint),
          ),
        );
      }
      return table;
    } finally {
      await browser?.quit();
      await files?.stop();
    }
  },

  "Rust, reqwest": () => native("reqwest"),
  "Rust, ureq": () => native("ureq"),

  "Rust as wasm in Node, fetch": () => wasm("fetch"),
  "Rust as wasm in Node, reqwest": () => wasm("reqwest"),
};

/** The Rust client as wasm, over one of its transports. */
async function wasm(over) {
  const module = process.env.OUTCROP_RUST_WASM ?? join(target, "rust-wasm/outcrop_rust_wasm.js");
  const rust = await import(pathToFileURL(module).href);
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  const stops = {
    // Three events, as everywhere; the promise is settled by the same task that drops the stream.
    drop: (client) => client.converse_stream("Tell me about granite", 3),
    "drop while reading": (client) => client.drop_while_reading(3, 1),
  };
  const table = {};
  for (const [way, stop] of Object.entries(stops)) {
    table[way] = await each(way, async (endpoint) => {
      const client = new rust.Bedrock(endpoint, accessKeyId, secretAccessKey, sessionToken, over);
      const told = JSON.parse(await stop(client));
      const at = performance.timeOrigin + performance.now();
      if (told.error) throw new Error(`${way}: ${told.error}`);
      return at;
    });
  }
  return table;
}

async function native(transport) {
  const program = process.env.OUTCROP_BENCH;
  const [name, ...args] = program
    ? [program]
    : ["cargo", "run", "--quiet", "--profile", "checked", "--package", "outcrop-bench", "--"];
  const measure = async (way) => {
    const places = Array.from({ length: count }, () => place(way));
    const endpoints = places.map(({ endpoint }) => endpoint);
    const child = spawn(name, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify({ transport, way, endpoints, ...bedrock.temporaryCredentials }));
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
    if (code !== 0) throw new Error(`the bench program ended with ${code}`);
    const moments = JSON.parse(text);
    const figures = await Promise.all(places.map(({ run }, at) => took(run, moments[at])));
    return figures.filter((figure) => figure !== undefined);
  };
  const table = {};
  for (const way of ["drop", "drop while reading", "drop before the first event"])
    table[way] = await measure(way).catch((error) => error);
  return table;
}

/** The figure below which that part of all lies. */
const quantile = (figures, part) => {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
};

const rows = [["runtime", "way", "median ms", "95th percentile ms", "most ms"]];
let failed = 0;
const note = (runtime, way, figures) => {
  const told = Array.isArray(figures)
    ? [quantile(figures, 0.5), quantile(figures, 0.95), Math.max(...figures)].map((figure) => figure.toFixed(1))
    : ["not", "measured", ""];
  rows.push([runtime, way, ...told]);
  console.log(rows.at(-1).join(" | "));
  if (Array.isArray(figures)) return;
  failed += 1;
  console.error(figures);
};
try {
  for (const [runtime, measure] of Object.entries(RUNTIMES)) {
    if (values.only && !runtime.toLowerCase().includes(values.only.toLowerCase())) continue;
    try {
      for (const [way, figures] of Object.entries(await measure())) note(runtime, way, figures);
    } catch (error) {
      note(runtime, "all", error);
    }
  }
} finally {
  await bedrock.stop();
}

const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
const line = (row) =>
  `| ${row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(" | ")} |`;
const rule = `| ${widths.map((width, at) => (at < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
const text = [
  `From the stop to the end of the request as the emulator on the same machine sees it, ${count} streams each, one`,
  "after the other, stopped after three of their events (5 ms apart) unless the way says otherwise.",
  "",
  line(rows[0]),
  rule,
  ...rows.slice(1).map(line),
  "",
  "Two programs' clocks are compared: they agree to about half a millisecond, so a figure may be a little below zero.",
  "workerd's clock tells whole milliseconds and stands still between two events: its figures hold what came before the",
  "stop as well. What is collected is collected when the engine is asked to; left alone it takes its time.",
  "",
].join("\n");
await mkdir(dirname(out), { recursive: true });
await writeFile(out, text);
console.log(`\n${text}\n${out}`);
process.exitCode = failed > 0 ? 1 : 0;
