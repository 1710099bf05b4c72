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
  "an object": Object.freeze({ __proto__: null, accessKeyId: "EVIL", secretAccessKey: "EVIL", token: "EVIL", total: 1, message: "EVIL" }),
  "a list": Object.freeze(["EVIL"]),
};
// A function can be put there by a program only, not by data that is merged; then these four, which the language itself
// asks of every object, change what all programs do, the host's fetch too.
const LANGUAGE = ["then", "toJSON", "get", "set", "return"];

// Names that hosts and the language ask of every object, wherever it is from, so that no package can keep them out:
//  - get, set: Object.defineProperty with a plain descriptor throws (class fields and JSON.parse do not use it);
//  - then with a function: every promise of an object waits for it.
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
const only = process.argv[3];
for (const [title, scene] of Object.entries(scenes)) {
  if (only && title !== only) continue;
  const remaining = [...names];
  for (const [what, value] of Object.entries(VALUES)) {
    for (const enumerable of [true, false]) {
      /** The names that change what this scene does. */
      const guilty = async (list) => {

        const result = await polluted(Object.prototype, list, value, enumerable, () => play(scene, lib));
        const same = shown(result) === plain[title];
        if (list === remaining) probes += list.length;
        if (same) return [];
        if (list.length === 1) {
          if (process.env.VERBOSE) console.error(title, "/", what, enumerable, list[0]);
          // Known: the next values need not find it again.
          remaining.splice(remaining.indexOf(list[0]), 1);
          return list;
        }
        const half = list.length >> 1;
        return [...(await guilty(list.slice(0, half))), ...(await guilty(list.slice(half)))];
      };
      const list = await guilty(remaining);
      if (list.length) found.push({ scene: title, what, enumerable, names: list });
    }
  }
}
console.log(JSON.stringify({ probes, names: names.length, scenes: Object.keys(scenes).length, found }));
