// Looks for secrets in whatever it is given: in every form that would tell them, in everything that can be reached from
// a value. It knows nothing of the package, and forgets nothing that it was told to look for.
import { createHmac } from "node:crypto";
import { inspect } from "node:util";

/** What of the emulator's secrets is not the emulator's name. */
const PART = 20;

/** The forms of a secret: as it is, as others write it, and enough of either end to know it by. */
function forms(secret) {
  const part = secret.startsWith("outcrop-emulator") ? PART : 12;
  const found = new Map([
    ["itself", secret],
    ["percent-encoded", encodeURIComponent(secret)],
    ["twice percent-encoded", encodeURIComponent(encodeURIComponent(secret))],
    ["as JSON has it", JSON.stringify(secret).slice(1, -1)],
    ["with JSON's \\/", secret.replaceAll("/", "\\/")],
    ["in hexadecimal", Buffer.from(secret).toString("hex")],
    ["in upper-case hexadecimal", Buffer.from(secret).toString("hex").toUpperCase()],
    ["its beginning", secret.slice(0, part)],
    ["its end", secret.slice(-part)],
  ]);
  // Base64 has three ways to write it, by what stands before; a digit at either end depends on the neighbours.
  for (const before of [0, 1, 2]) {
    const digits = Buffer.from("\0".repeat(before) + secret).toString("base64");
    found.set(`in base64, ${before} behind`, digits.slice(before ? 4 : 0, -4));
  }
  return [...found];
}

/** The keys that sign in a secret's place that day. */
export function keys(secret, date, region = "us-east-1", service = "bedrock") {
  const names = { kDate: date, kRegion: region, kService: service, kSigning: "aws4_request" };
  let key = Buffer.from(`AWS4${secret}`);
  return Object.entries(names).map(([name, part]) => [name, (key = createHmac("sha256", key).update(part).digest())]);
}

/** `secrets`: texts by name. `signing`: those of them that keys are derived from. */
export function search(secrets, signing = []) {
  const wanted = [];
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [form, text] of forms(secret)) wanted.push([`${name}, ${form}`, text]);
  }
  for (const name of signing) {
    // The days before and after too: a case's clock may be off.
    for (const ahead of [-1, 0, 1]) {
      const date = new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
      for (const [key, bytes] of keys(secrets[name], date)) {
        for (const form of ["hex", "base64", "latin1"]) {
          wanted.push([`${key} of ${name} in ${form}`, bytes.toString(form).replace(/=+$/, "")]);
        }
      }
    }
  }
  const found = new Map();
  const counts = { places: 0, texts: 0, characters: 0 };

  /** Looks at one text. */
  const text = (given, where) => {
    counts.texts++;
    counts.characters += given.length;
    for (const [name, form] of wanted) {
      if (given.includes(form)) found.set(`${name} in ${where}`, given.slice(0, 300));
    }
  };

  /** All that can be reached from a value: own members of every kind, what its prototypes tell of it, what is iterated. */
  function walk(value, where, seen, depth) {
    if (typeof value === "string") return text(value, where);
    if (typeof value === "symbol") return text(value.description ?? "", where);
    if (value !== Object(value) || seen.has(value) || value === globalThis) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      text(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1"), `${where} (bytes)`);
      return;
    }
    // A sane value is not so deep: what is, is looked at by `inspect`.
    if (depth > 30) return;
    if (value instanceof Map || value instanceof Set) {
      for (const [key, item] of value.entries()) {
        walk(key, `${where}.key`, seen, depth + 1);
        walk(item, `${where}.item`, seen, depth + 1);
      }
    }
    for (let at = value; at && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
      for (const key of Reflect.ownKeys(at)) {
        text(String(key), `${where} (a key)`);
        let member;
        try {
          member = Reflect.get(at, key, value);
        } catch {
          // A getter that is for another kind of object.
          continue;
        }
        walk(member, `${where}.${String(key)}`, seen, depth + 1);
      }
    }
  }

  /** Looks at a value in all ways in which it could be shown or handed on. */
  const look = (value, where) => {
    counts.places++;
    walk(value, where, new Set(), 0);
    const ways = {
      "String()": () => String(value),
      "JSON.stringify": () => JSON.stringify(value) ?? "",
      "util.inspect": () =>
        inspect(value, {
          showHidden: true,
          depth: Infinity,
          getters: true,
          maxArrayLength: null,
          maxStringLength: null,
        }),
      structuredClone: () => inspect(structuredClone(value), { showHidden: true, depth: Infinity }),
    };
    for (const [way, show] of Object.entries(ways)) {
      let shown;
      try {
        shown = show();
      } catch (error) {
        // A circle, a function: then that way shows only its error.
        shown = `${error?.stack}`;
      }
      text(shown, `${where} by ${way}`);
    }
  };
  return { look, text, wanted, counts, found: () => [...found.keys()], forget: () => found.clear() };
}
