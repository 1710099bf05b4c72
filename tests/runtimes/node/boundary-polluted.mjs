// A page whose Object.prototype was polluted, in a Node of its own: every scene of every entry (boundary-scenes.mjs)
// must send and answer to the byte what it does where nothing is polluted. Polluted is every name that the package's own
// files have in them, each with values that would do harm; where a scene differs, the names are halved until it is known
// which. `node boundary-polluted.mjs <dist>` prints one line of JSON: how many probes, and what differed.
import { readdirSync, readFileSync } from "node:fs";
import { entries, play, stand } from "./boundary-entries.mjs";
import { scenes, shown } from "./boundary-scenes.mjs";

const folder = process.argv[2];
const lib = await entries(folder);
stand();

const EVIL = "https://evil.example";
/** What is put there, by the name that a report has for it. */
const VALUES = {
  "a text": EVIL,
  "an empty text": "",
  one: 1,
  zero: 0,
  true: true,
  null: null,
  "an object": Object.freeze({
    __proto__: null,
    accessKeyId: "EVIL",
    secretAccessKey: "EVIL",
    token: "EVIL",
    total: 1,
    message: "EVIL",
  }),
  "a list": Object.freeze(["EVIL"]),
  "a function": () => EVIL,
};
// Where it is put, and which of the values.
const PLACES = [
  [Object.prototype, Object.keys(VALUES)],
  [Array.prototype, ["a text", "null"]],
  [Promise.prototype, ["a text", "null"]],
  [Function.prototype, ["a text"]],
];
// What no package can keep out, as the language and hosts ask it of every object, wherever that is from: `return` (each
// destructured list), `then` and `toJSON` (functions there change every promise and every JSON of the page, the host's
// fetch too), `get` and `set` (Object.defineProperty), `required` and `length` (Node's own fetch and WebCrypto read
// settings by tables that are plain objects).
const LANGUAGE = ["then", "toJSON", "get", "set", "return", "required", "length"];

const words = new Set();
for (const file of readdirSync(folder)) {
  if (!/\.(js)$/.test(file)) continue;
  // The inlined module is one long text.
  const text = readFileSync(`${folder}/${file}`, "utf8").replace(/"[\w+/=]{1000,}"/g, "");
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]*/g)) words.add(word);
  for (const [, word] of text.matchAll(/"([\w.:#-]{1,60})"/g)) words.add(word);
}
for (const number of Array(12).keys()) words.add(`${number}`);
for (const status of [302, 400, 403, 404, 418, 429, 500, 503]) words.add(`${status}`);
const present = new Set(Object.getOwnPropertyNames(Object.prototype));
const names = [...words].filter((word) => !present.has(word) && !LANGUAGE.includes(word));
// The language's own members stay as they are: without them no program runs.
const absent = (where) => names.filter((name) => !(name in where));

/** Runs it while these names are on that prototype. */
async function polluted(where, list, value, enumerable, run) {
  for (const name of list) {
    Object.defineProperty(where, name, { __proto__: null, value, enumerable, configurable: true, writable: true });
  }
  try {
    return await run();
  } finally {
    for (const name of list) delete where[name];
  }
}

const plain = {};
for (const [name, scene] of Object.entries(scenes)) plain[name] = shown(await play(scene, lib));

let probes = 0;
const found = [];
for (const [title, scene] of Object.entries(scenes)) {
  for (const [where, values] of PLACES) {
    for (const what of values) {
      for (const enumerable of [true, false]) {
        /** The names that change what this scene does. */
        const guilty = async (list) => {
          const result = await polluted(where, list, VALUES[what], enumerable, () => play(scene, lib));
          if (shown(result) === plain[title]) return [];
          if (list.length === 1) return list;
          const half = list.length >> 1;
          return [...(await guilty(list.slice(0, half))), ...(await guilty(list.slice(half)))];
        };
        const list = absent(where);
        probes += list.length;
        const names = await guilty(list);
        if (names.length) found.push({ scene: title, on: where.constructor.name, what, enumerable, names });
      }
    }
  }
}

// That what is searched for would be found.
const reads = () => ({ told: {}.endpoint });
const control = [];
for (const name of names) {
  const told = await polluted(Object.prototype, [name], EVIL, true, () => play(reads, lib));
  if (shown(told).includes(EVIL)) control.push(name);
}
console.log(JSON.stringify({ probes, names: names.length, scenes: Object.keys(scenes).length, found, control }));
