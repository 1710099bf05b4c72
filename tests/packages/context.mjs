// Installs an app with the packed package, runs its tool and its server, and opens its page. It changes no lock file, and
// it ends every program that it starts.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { emulator, root, server } from "../browser/programs.mjs";
import { chromium } from "../browser/webdriver.mjs";
import { newestNode } from "./programs.mjs";
import { registry } from "./registry.mjs";

const execute = promisify(execFile);
const here = join(root, "tests", "packages");
// Tools that would report on themselves, or ask, are told not to.
const quiet = {
  ...process.env,
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
};

let tarball, bedrock, browser;
const stops = [];
// Folders of apps whose programs the newest Node runs.
const newer = new Set();

/** The Node for an app, and it is the first that its tool finds on PATH. */
function nodeFor(folder) {
  if (!newer.has(folder)) return { node: process.execPath, path: process.env.PATH };
  const node = newestNode();
  return { node, path: [dirname(node), process.env.PATH].join(delimiter) };
}

/** What every app needs: the tarball of bindings/dist and an emulator. Chromium starts with the first page. */
export async function start() {
  const place = join(tmpdir(), `outcrop-packages-${process.pid}`);
  mkdirSync(place);
  stops.push(() => rmSync(place, { recursive: true }));
  const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", place];
  const { stdout } = await npm(args, join(root, "bindings"));
  tarball = join(place, stdout.trim());
  bedrock = await emulator();
  stops.push(() => bedrock.stop());
  return tarball;
}

/** Ends what is still running, the last first. */
export async function stop() {
  for (const one of stops.reverse()) await one();
}

async function npm(args, cwd) {
  const windows = process.platform === "win32";
  try {
    return await execute(windows ? "npm.cmd" : "npm", args, { cwd, shell: windows });
  } catch ({ message, stderr }) {
    throw new Error(stderr || message);
  }
}

/**
 * The packages of the folder's lock file, once; an app's node_modules/outcrop is always what was packed just now.
 * `newest`: its tool wants a newer Node than the tests' own, and gets the newest.
 */
export async function installed(name, { newest = false } = {}) {
  const folder = join(here, name);
  if (newest) newer.add(folder);
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const own = /"resolved": "file:outcrop.tgz"/.test(lock);
  if (own) cpSync(tarball, join(folder, "outcrop.tgz"));
  // A copy of the lock file that node_modules was filled from, as xtask keeps it.
  const stamp = join(folder, "node_modules", ".outcrop-lock.json");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    // As `npm ci` would, which refuses a lock file that lacks a program of another platform; npm leaves those out of it
    // that the registry does not have at that moment.
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    await npm(["install", "--no-save", ...quietly], folder);
    assert.equal(readFileSync(join(folder, "package-lock.json"), "utf8"), lock);
    writeFileSync(stamp, lock);
  }
  if (own) {
    rmSync(join(folder, "node_modules/outcrop"), { recursive: true });
    await npm(["install", "--no-save", "--offline", ...quietly, "./outcrop.tgz"], folder);
    for (const file of ["package.json", "dist/core.js", "dist/outcrop.wasm"]) {
      const [had, packed] = [join(folder, "node_modules/outcrop"), join(root, "bindings")].map((from) =>
        readFileSync(join(from, file)),
      );
      assert.ok(had.equals(packed), `${file} is not what was packed`);
    }
  }
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  return folder;
}

/** The version of a package that an app has. */
export const version = (folder, name) =>
  JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;

/** The file behind a package's command, which Node runs. */
function command(folder, name, bin = name) {
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
  return join(folder, "node_modules", name, typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin]);
}

/**
 * A folder in `dist` of an app that has no package yet, and a function that runs a program in it: answers what the program
 * printed. The program gets packages from a registry on this machine, and keeps them in that folder.
 */
export async function bare(name) {
  const folder = join(here, name, "dist/app");
  rmSync(join(here, name, "dist"), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, "ask.mjs"), join(folder, "../ask.mjs"));
  for (const file of readdirSync(join(here, name)))
    if (file !== "dist") cpSync(join(here, name, file), join(folder, file));
  const manifest = JSON.parse(readFileSync(join(root, "bindings/package.json"), "utf8"));
  const others = (await npm(["config", "get", "registry"], root)).stdout.trim();
  const { address, stop } = await registry(tarball, manifest, others);
  stops.push(stop);
  const cache = join(folder, "../cache");
  const env = { ...quiet, NO_COLOR: "1", NPM_CONFIG_REGISTRY: address };
  // Bun asks for its registry by this name too, and each for its cache by its own.
  Object.assign(env, { BUN_CONFIG_REGISTRY: address, BUN_INSTALL_CACHE_DIR: cache, DENO_DIR: cache });
  const told = async (program, ...args) => {
    try {
      return (await execute(program, args, { cwd: folder, env })).stdout;
    } catch ({ message, stdout, stderr }) {
      throw new Error(`${message}\n${stdout}${stderr}`);
    }
  };
  return { folder, cache, told };
}

/** Runs a package's command to its end, and answers what it printed; an exit code other than 0 is an error with it. */
export async function run(folder, [name, ...args], environment) {
  const [tool, bin] = name.split(":");
  const { node, path } = nodeFor(folder);
  const env = { ...quiet, PATH: path, ...environment };
  try {
    return (await execute(node, [command(folder, tool, bin), ...args], { cwd: folder, env })).stdout;
  } catch ({ message, stdout, stderr }) {
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}

/** A program that listens on the port that `args` are made for; answers its address once it answers itself. */
export async function listening(folder, args, environment) {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const [name, ...rest] = args(port);
  const [tool, bin] = name.split(":");
  const file = /\.m?js$/.test(name) ? name : command(folder, tool, bin);
  const { node, path } = nodeFor(folder);
  const env = { ...quiet, PATH: path, HOST: "127.0.0.1", PORT: `${port}`, ...environment };
  const child = spawn(node, [file, ...rest], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (told += data));
  const ends = once(child, "exit");
  stops.push(async () => {
    if (child.exitCode === null && child.kill()) await ends;
  });
  const address = `http://127.0.0.1:${port}`;
  // 30 s: a development server starts in one, on a machine that does nothing else.
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return address;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} does not answer: ${told}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A built folder over HTTP, under the policy of its page; more folders by the path where they appear. */
export async function served(folder, more = {}) {
  const files = await server({ "/": folder, ...more });
  stops.push(() => files.stop());
  return files.address;
}

/** The page of apps whose tool writes only a script, put beside it. */
export const withPage = (folder) => cpSync(join(here, "page/index.html"), join(folder, "dist/index.html"));

/** The package's wasm file put beside an app's script: the cure where a tool leaves it out. */
export const withWasm = (folder, place = "dist") =>
  cpSync(join(folder, "node_modules/outcrop/dist/outcrop.wasm"), join(folder, place, "outcrop.wasm"));

export const options = (name) => ({
  region: "us-east-1",
  endpoint: `${bedrock.address}/words/40/pace/5/run/packages-${name}`,
  credentials: bedrock.temporaryCredentials,
});

/** An app's answer is whole, and so is what the emulator saw. */
export async function whole(name, answer) {
  assert.equal(answer.message, undefined);
  assert.match(answer.text, /granite/);
  const [attempt, ...more] = await bedrock.ended(`packages-${name}`);
  assert.deepEqual(more, []);
  assert.deepEqual([attempt.signature, attempt.responseEnded], ["ok", "complete"]);
}

/** The file is lost, and the error says what to do. */
export function lost({ name, message, text }, why) {
  assert.deepEqual([name, text], ["NetworkError", ""]);
  assert.match(message, why);
  assert.match(message, /^outcrop\.wasm could not be loaded .*copy it beside the bundle or import "outcrop\/inline"$/s);
}

/** The policy allows no WebAssembly, and the error says so. */
export function forbidden({ name, message, text }) {
  assert.deepEqual([name, text], ["OutcropError", ""]);
  assert.match(message, /^no WebAssembly here .*Content Security Policy.* needs script-src 'wasm-unsafe-eval'/is);
}

/** Asks in the page at `address`, in Chromium, and answers what its app says. */
export async function page(address, name) {
  if (!browser) {
    browser = await chromium();
    stops.push(() => browser.quit());
  }
  await browser.goto(`${address}/`);
  await browser.until("the app is there", () => browser.run(() => typeof globalThis.ask === "function"));
  return browser.run((given) => globalThis.ask(given), options(name));
}

/** Console lines that tell of something wrong, since the last call. */
export const complaints = async () =>
  (await browser.log()).filter(({ level }) => level === "SEVERE" || level === "WARNING");

/** Asks an app that listens, and answers what it says. */
export async function post(url, name) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(options(name)),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

/** A package of an app's, as the app would import it. */
export const from = (folder, name) => createRequire(join(folder, "package.json"))(name);
