// The chapters on errors and limits against the sources: every class, code and exception that can be thrown has its row
// with who mends it and how; every constant that bounds something has its row with its number; and no row is left over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse as yaml } from "yaml";
import { files, read } from "./pages.mjs";

/** The rows of the tables below a heading, as lists of cells. */
function rows(page, heading) {
  const part = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(part, `there is no part ${heading}`);
  const lines = part.split("\n").filter((line) => line.startsWith("| "));
  // The head and the rule below it say nothing.
  return lines.slice(2).map((line) =>
    line
      .replace(/^\| | \|$/g, "")
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}
const named = (list) => list.map(([name]) => name.replaceAll("`", ""));
const errors = read("www/manual/errors.md");
const limits = read("www/manual/limits.md");
const typescript = files(".ts").filter((file) => /^bindings\/js\/[^/]+\.ts$/.test(file));
const rust = files(".rs").filter((file) => file.startsWith("crate/src/"));
/** Every first group of a pattern in these files. */
const found = (list, pattern) =>
  new Set(list.flatMap((file) => [...read(file).matchAll(pattern)].map((match) => match[1])));
const sorted = (names) => [...new Set(names)].sort();

test("errors: each class that the package exports has a row, and the other way", () => {
  // AWS's names for the service's exceptions are a table of their own.
  const own = typescript.filter((file) => !file.endsWith("aws-sdk-exceptions.ts"));
  const classes = found(own, /export class (\w+(?:Error|Exception)) extends/g);
  assert.deepEqual(sorted(named(rows(errors, "The package's own"))), sorted(classes));
  for (const [name, who, when, cure] of rows(errors, "The package's own")) {
    assert.match(who, /^(caller|aws|network|outcrop)(, (caller|aws|network|outcrop))*$/, name);
    assert.ok(when && cure, `${name}: when, and what helps`);
  }
});

test("errors: each variant of the crate's error is named", () => {
  const body = /pub enum Error \{([\s\S]*?)\n\}/.exec(read("crate/src/failure.rs"))[1];
  const variants = [...body.matchAll(/^ {4}(\w+)\(/gm)].map(([, name]) => name);
  assert.equal(variants.length, 8);
  for (const name of variants) assert.ok(errors.includes(`\`${name}\``), name);
});

test("errors: each code of the caller's has a row, and the other way", () => {
  const inScript = [
    ...found(typescript, /code: "([A-Z]\w+)"/g),
    ...found(typescript, /\bbad\([^;]*?"([A-Z][A-Za-z]+)"\)/g),
    ...[...found(typescript, /\binvalid\([^;]*?, "([A-Z][a-z]+)"\)/g)].map((what) => `Invalid${what}`),
  ];
  const inRust = [
    ...found(rust, /Invalid::(?:new|value|by)\(\s*"([A-Z]\w+)"/g),
    ...found(rust, /Self::(?:new|value|by)\((?:Who::\w+, )?"([A-Z]\w+)"/g),
  ];
  const due = sorted([...inScript, ...inRust]);
  assert.ok(due.length > 15, "they are found");
  assert.deepEqual(sorted(named(rows(errors, "Codes"))), due);
});

test("errors: each code of a damaged stream has a row, and the other way", () => {
  const names = found(["crate/src/event_stream/frame.rs"], /^ {12}Self::\w+(?:\(_\))? => "(\w+)",$/gm);
  names.add(/status = \{ error: "(\w+)" \}/.exec(read("bindings/js/stream.ts"))[1]);
  assert.deepEqual(sorted(named(rows(errors, "Codes of `EventStreamError`"))), sorted(names));
});

test("errors: each exception of AWS's has a row", () => {
  const due = [
    ...found(
      ["bindings/js/aws-sdk-exceptions.ts"],
      /export class (\w+Exception) extends BedrockRuntimeServiceException/g,
    ),
    ...found(["bindings/js/tries.ts"], /^ {2}\d{3}: "(\w+)",$/gm),
    "UnknownError",
  ];
  assert.deepEqual(sorted(named(rows(errors, "AWS's exceptions"))), sorted(due));
  for (const [status, name] of [...read("bindings/js/tries.ts").matchAll(/^ {2}(\d{3}): "(\w+)",$/gm)].map(
    ([, ...all]) => all,
  )) {
    const row = rows(errors, "AWS's exceptions").find(([first]) => first === `\`${name}\``);
    assert.equal(row[1], status, `${name} is a guess by that status`);
  }
});

/** Numbers that bound nothing: `file: name` and why. */
const NO_LIMITS = {
  "bindings/js/base64.ts: STEP": "how many characters are made at once",
  "bindings/js/bidirectional-sign.ts: TIME": "a field's length",
  "bindings/js/event-stream-frame.ts: PRELUDE": "a frame's form",
  "bindings/js/event-stream-frame.ts: OVERHEAD": "a frame's form",
  "crate/src/call/hidden.rs: PART": "how much of a secret is looked for",
  "crate/src/event_stream/frame.rs: PRELUDE_BYTES": "a frame's form",
  "crate/src/event_stream/frame.rs: OVERHEAD_BYTES": "a frame's form",
  "crate/src/event_stream/header.rs: FEW": "from when on a set is quicker than a list",
  "crate/src/event_stream/header.rs: STRING": "a type's number",
  "crate/src/sigv4/hash.rs: BLOCK_BYTES": "a hash's definition",
};

/** Constants with a number, in milliseconds where they are times: `file: name` → its number and whether it is one. */
function constants() {
  const all = new Map();
  for (const file of typescript) {
    for (const [, name, value] of read(file).matchAll(
      /^(?:export )?const ([A-Z][A-Z_]*)(?:: number)? = ([\d_]+);$/gm,
    )) {
      all.set(`${file}: ${name}`, Number(value.replaceAll("_", "")));
    }
  }
  for (const file of rust) {
    // Without the tests in them.
    const text = read(file).split("#[cfg(test)]")[0];
    for (const [, name, seconds, value] of text.matchAll(
      /^(?:pub(?:\([a-z]+\))? )?const ([A-Z][A-Z_]*): (?:Duration = Duration::from_secs\(([\d_]+)\)|(?:usize|u8|u32|u64|i64) = ([\d_* ]+));/gm,
    )) {
      const number = (seconds ?? value)
        .replaceAll("_", "")
        .split("*")
        .reduce((product, part) => product * Number(part), 1);
      all.set(`${file}: ${name}`, seconds ? number * 1000 : number);
    }
  }
  return all;
}

/** The ways to write a number as a limit. */
function ways(number) {
  const plain = number.toLocaleString("en-US");
  const units = { KiB: 1024, MiB: 1_048_576, s: 1000, minutes: 60_000, minute: 60_000, hour: 3_600_000 };
  const scaled = Object.entries(units).flatMap(([unit, size]) =>
    number % size ? [] : [`${(number / size).toLocaleString("en-US")} ${unit}`],
  );
  // The end of the year 9999, in ms.
  const year = Math.abs(number - 253_402_300_800_000) <= 1 ? ["year 9999"] : [];
  return [plain, ...scaled, ...year];
}

test("limits: each constant has a row with its number, and each row's constant is there", () => {
  const all = constants();
  assert.ok(all.size > 60, "they are found");
  const told = ["Times", "Sizes", "Counts"].flatMap((heading) => rows(limits, heading));
  const seen = new Set();
  for (const [what, limit, why, where = ""] of told) {
    assert.ok(why, `${what}: a reason`);
    for (const [, file, name] of where.matchAll(/`([^`]+)`: `([A-Z_]+)`/g)) {
      const key = `${file}: ${name}`;
      assert.ok(all.has(key), `there is no ${key}`);
      seen.add(key);
      const cell = `${limit} ${why}`;
      assert.ok(
        ways(all.get(key)).some((way) => new RegExp(`(^|[^\\d,])${way}($|[^\\d,])`).test(cell)),
        `${what}: ${limit}; ${key} is ${ways(all.get(key)).join(" or ")}`,
      );
    }
  }
  const missing = [...all.keys()].filter((key) => !seen.has(key) && !NO_LIMITS[key]);
  assert.deepEqual(missing, []);
  assert.deepEqual(
    Object.keys(NO_LIMITS).filter((key) => !all.has(key)),
    [],
    "exceptions that are no more",
  );
});

test("forms: each issue's form is one, and says what to leave out", () => {
  const forms = files(".yml").filter(
    (file) => file.startsWith(".github/ISSUE_TEMPLATE/") && !file.endsWith("config.yml"),
  );
  assert.ok(forms.length >= 3, "bug, feature, question");
  for (const file of forms) {
    const form = yaml(read(file));
    assert.ok(form.name && form.description && form.body.length > 1, file);
    const kinds = ["markdown", "textarea", "input", "dropdown", "checkboxes"];
    const ids = form.body.flatMap(({ id }) => id ?? []);
    assert.equal(new Set(ids).size, ids.length, `${file}: an id twice`);
    for (const { type, id, attributes } of form.body) {
      assert.ok(kinds.includes(type), `${file}: ${type}`);
      assert.ok(type === "markdown" ? attributes.value : id && attributes.label, `${file}: ${id}`);
    }
    assert.match(form.body[0].attributes.value, /\*\*Leave out\*\*:.*(credentials|access keys)/s, file);
  }
});
