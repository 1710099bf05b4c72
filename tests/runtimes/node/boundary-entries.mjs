// Every entry of the package by a short name, from the folder of the installed one; and a clock, randomness and fetch
// that stand still. It is imported before anything is polluted or frozen.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { world } from "./boundary-scenes.mjs";

const NAMES = {
  main: "node",
  web: "web",
  slim: "slim",
  inline: "inline",
  flow: "flow",
  sign: "sign",
  events: "event-stream",
  bedrock: "bedrock",
  tools: "tools",
  speech: "bidirectional",
  models: "models",
  aws: "aws-sdk",
  catalog: "catalog",
};

/** `folder` is the package's `dist`. */
export async function entries(folder) {
  const found = await Promise.all(
    Object.entries(NAMES).map(async ([name, file]) => [name, await import(pathToFileURL(`${folder}/${file}.js`).href)]),
  );
  const module = await WebAssembly.compile(await readFile(`${folder}/outcrop.wasm`));
  return { ...Object.fromEntries(found), module };
}

// 2 January 2026, 03:04:05 UTC, in ms.
const NOW = 1_767_323_045_000;

/** From here on it is always the same moment, and every random number is the same. */
export function stand() {
  Date.now = () => NOW;
  Math.random = () => 0;
  crypto.getRandomValues = (array) => array.fill(7);
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
}

// ms: a scene takes a hundred at most.
const HANGS = 5_000;

/** One scene in a world of its own, whose fetch is the host's too: what was asked and what came back. */
export async function play(scene, lib) {
  const own = world();
  globalThis.fetch = own.fetch;
  let told;
  let timer;
  try {
    const late = new Promise((_, reject) => (timer = setTimeout(reject, HANGS, new Error("it hangs"))));
    told = await Promise.race([scene(lib, own), late]);
  } catch (error) {
    told = { thrown: error };
  }
  clearTimeout(timer);
  return { asked: own.asked, told };
}
