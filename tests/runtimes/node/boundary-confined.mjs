// Every scene of every entry (boundary-scenes.mjs) in a Node that is confined, by flags or by what is frozen here first
// as SES does it; it must come to the same as in any other. `node boundary-confined.mjs <dist> [freeze | moving]` (moving: clock and randomness are not
// stopped) prints one line
// of JSON: each scene and what it came to. Nothing here makes code of text.
const [folder, how] = process.argv.slice(2);

if (how === "freeze") {
  // Before the package is loaded: whatever a program can reach from its globals, prototypes above all.
  const seen = new Set();
  const freeze = (value) => {
    if (value !== Object(value) || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, key);
      for (const below of [member, get, set]) freeze(below);
    }
    freeze(Object.getPrototypeOf(value));
    // Views of bytes cannot be frozen.
    if (!ArrayBuffer.isView(value)) Object.freeze(value);
  };
  for (const name of "Object Function Array Promise Error TypeError RangeError AggregateError Map Set WeakMap Symbol String RegExp JSON Reflect Proxy Uint8Array Uint32Array ArrayBuffer DataView WebAssembly".split(
    " ",
  )) {
    freeze(globalThis[name]);
  }
  for (const value of [
    async () => {},
    function* () {},
    async function* () {},
    [][Symbol.iterator](),
    new Map().entries(),
  ]) {
    freeze(Object.getPrototypeOf(value));
  }
}

const { entries, play, stand } = await import("./boundary-entries.mjs");
const { scenes, shown } = await import("./boundary-scenes.mjs");
const lib = await entries(folder);
if (how !== "moving") stand();
const told = {};
for (const [name, scene] of Object.entries(scenes)) told[name] = shown(await play(scene, lib));
console.log(JSON.stringify(told));
