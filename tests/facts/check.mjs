// Compares the hand-written TypeScript types with the facts of the service model: every structure, union and
// enumeration that the four operations reach, every member, whether it is required, its type; and the table of blobs.
// Then compiles the types, and code that uses them, with nothing but `lib: ["ES2022"]`. It reads and never mends.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import newer from "typescript";
import oldest from "typescript-oldest";
import { complaints, recordedLines } from "./families.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FACTS = here("../../../shared/facts/bedrock-runtime.json");
const TYPES = here("../../bindings/js/types/");
const OPERATIONS = ["InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"];

// Our name for a shape whose name in the model is another.
const NAMES = {
  ConverseOutput: "ConverseOutputUnion",
  ConverseStreamOutput: "ConverseStreamEvent",
  ...Object.fromEntries(
    OPERATIONS.flatMap((name) => [
      [`${name}Request`, `${name}Input`],
      [`${name}Response`, `${name}Output`],
    ]),
  ),
};

// Where ours is not the model's, on purpose: [question mark, type].
const DIFFERENT = {
  "ConverseStreamOutput.stream": ["", "EventStream<ConverseStreamEvent>"], // a call that succeeded has a stream
  "InvokeModelWithResponseStreamOutput.body": ["", "EventStream<ResponseStream>"],
  "InvokeModelInput.body": ["?", "Uint8Array | string | object | undefined"], // text and objects are sent as they are, and as JSON
  "InvokeModelWithResponseStreamInput.body": ["?", "Uint8Array | string | object | undefined"],
  "InvokeModelOutput.body": ["", "Uint8ArrayBlobAdapter"], // bytes with AWS's transformToString
};

// What answers carry beside the model's members.
const METADATA = ["$metadata", "", "ResponseMetadata"];

// Names that no shape stands behind.
const OURS = new Set(["DocumentType", "OneOf", "Only", "Uint8ArrayBlobAdapter", "EventStream", "ResponseMetadata"]);

let passed = 0;
const failures = [];
const check = (name, ok, more = "") => {
  if (ok) passed++;
  else failures.push(more ? `${name}: ${more}` : name);
};
const same = (name, found, expected) => check(name, found === expected, `found ${found}, expected ${expected}`);

const sources = readdirSync(TYPES)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => TYPES + file);
const { declarations, declared } = read(newer, sources);
const index = readFileSync(`${TYPES}index.ts`, "utf8");
for (const file of readdirSync(TYPES)) {
  // blobs.ts is data for the driver, and of no use to a user.
  if (file !== "index.ts" && file !== "blobs.ts")
    check(`index.ts exports ${file}`, index.includes(`"./${file.slice(0, -3)}.js"`));
}
if (existsSync(FACTS)) {
  const facts = JSON.parse(readFileSync(FACTS, "utf8"));
  const reached = reach(facts);
  for (const shape of reached) compare(facts, shape);
  const known = new Set([...reached].map(ours));
  for (const name of declared) {
    const aws = /^(\w+?)(Command)?(Input|Output|Request|Response)$/.exec(name);
    check(
      `${name} is a shape of these operations`,
      known.has(name) || OURS.has(name) || (aws && OPERATIONS.includes(aws[1])),
    );
  }
  await blobs(facts);
} else {
  const checks = declarations.size;
  console.log(`${checks} skipped: no ../shared/facts`);
}
const recorded = recordedLines();
if (!recorded.length) console.log("2 skipped: no ../shared/vectors");
compiles(newer);
compiles(oldest);

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;

function ours(shape) {
  return NAMES[shape] ?? shape;
}

/** The structures, unions and enumerations below the four operations; exceptions are errors, not types. */
function reach({ operations, structures, lists, maps, enums }) {
  const found = new Set();
  const walk = (name) => {
    if (lists[name]) return walk(lists[name].item);
    if (maps[name]) return walk(maps[name].value);
    const structure = structures[name];
    if (found.has(name) || structure?.exception || structure?.document || !(structure || enums[name])) return;
    found.add(name);
    for (const member of Object.values(structure?.members ?? {})) walk(member.enum_ref ?? member.shape);
  };
  for (const name of OPERATIONS) {
    walk(operations[name].input.shape);
    walk(operations[name].output.shape);
  }
  return found;
}

/** The type of a member, as we write it. */
function written({ structures, lists, maps, enums, scalars }, member) {
  const type = (name) => {
    if (enums[name]) return ours(name);
    if (structures[name]) return structures[name].document ? "DocumentType" : ours(name);
    if (lists[name]) return `${type(lists[name].item)}[]`;
    if (maps[name]) return `Record<string, ${type(maps[name].value)}>`;
    const scalar = scalars[name].type;
    return { string: "string", blob: "Uint8Array", boolean: "boolean" }[scalar] ?? "number";
  };
  return member.document ? "DocumentType" : type(member.enum_ref ?? member.shape);
}

function compare(facts, shape) {
  const name = ours(shape);
  const declaration = declarations.get(name);
  check(`${name} exists`, declaration !== undefined);
  if (!declaration) return;
  if (facts.enums[shape]) {
    const expected = [...facts.enums[shape].map((value) => `"${value}"`), "(string & {})"];
    same(`${name} is an open enumeration`, declaration.alternatives?.join(" | "), expected.join(" | "));
    return;
  }
  const structure = facts.structures[shape];
  const found = new Map(declaration.members);
  const single = structure.union || structure.eventstream;
  same(`${name} is a ${single ? "union" : "structure"}`, declaration.union === true, Boolean(single));
  for (const [member, fact] of Object.entries(structure.members)) {
    const path = `${name}.${member}`;
    const ourType = found.get(member);
    found.delete(member);
    check(`${path} exists`, ourType !== undefined);
    if (!ourType) continue;
    const type = written(facts, fact);
    const exception = facts.structures[fact.shape]?.exception;
    const expected = exception
      ? ["?", "undefined"]
      : (DIFFERENT[path] ?? (single ? ["", type] : [fact.required ? "" : "?", `${type} | undefined`]));
    same(path, ourType.join(" "), expected.join(" "));
  }
  if (/Response$/.test(shape) && OPERATIONS.includes(shape.slice(0, -8))) {
    same(`${name}.$metadata`, found.get("$metadata")?.join(" "), METADATA.slice(1).join(" "));
    found.delete("$metadata");
  }
  same(`${name} has no other members`, [...found.keys()].join(" "), "");
}

/** What the files declare: members as [name, [question mark, type]], alternatives of an enumeration, every name. */
function read(ts, files) {
  const declarations = new Map();
  const parents = new Map();
  const names = [];
  const text = (node) => node.getText().replace(/\s+/g, " ");
  const membersOf = (node) =>
    node.members
      .filter(ts.isPropertySignature)
      .map((member) => [text(member.name), [member.questionToken ? "?" : "", text(member.type)]]);
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
    for (const node of source.statements) {
      if (ts.isInterfaceDeclaration(node)) {
        declarations.set(node.name.text, { members: membersOf(node) });
        parents.set(
          node.name.text,
          (node.heritageClauses ?? []).flatMap((clause) => clause.types.map(text)),
        );
      } else if (ts.isTypeAliasDeclaration(node)) {
        const parts = ts.isIntersectionTypeNode(node.type) ? node.type.types : [node.type];
        const [first, ...more] = parts;
        if (ts.isTypeReferenceNode(first) && text(first.typeName) === "OneOf") {
          const members = [first.typeArguments[0], ...more].flatMap(membersOf);
          declarations.set(node.name.text, { union: true, members });
        } else if (ts.isUnionTypeNode(first)) {
          declarations.set(node.name.text, { members: [], alternatives: first.types.map(text) });
        } else {
          declarations.set(node.name.text, { members: [] });
        }
      } else {
        continue;
      }
      names.push(node.name.text);
    }
  }
  for (const [name, above] of parents) {
    const inherited = above.flatMap((parent) => declarations.get(parent)?.members ?? []);
    declarations.get(name).members.unshift(...inherited);
  }
  return { declarations, declared: names };
}

/** The table of blobs says what the facts say, no more and no less. */
async function blobs(facts) {
  const { outputText } = newer.transpileModule(readFileSync(`${TYPES}blobs.ts`, "utf8"), {
    compilerOptions: { target: newer.ScriptTarget.ES2022, module: newer.ModuleKind.ES2022 },
  });
  const tables = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  const paths = (table, before = "") =>
    Object.entries(table).flatMap(([name, below]) =>
      below === 1 ? [`${before}${name}`] : paths(below, `${before}${name}.`),
    );
  const expected = (name, before = "") => {
    const { structures, lists, maps, scalars } = facts;
    if (lists[name]) return expected(lists[name].item, before);
    if (maps[name]) {
      check(`no blobs in the map at ${before}`, expected(maps[name].value, "x").length === 0);
      return [];
    }
    if (scalars[name]?.type === "blob") return [before.slice(0, -1)];
    if (!structures[name] || structures[name].document) return [];
    return Object.entries(structures[name].members).flatMap(([member, fact]) =>
      fact.document ? [] : expected(fact.shape, `${before}${member}.`),
    );
  };
  for (const [table, shape] of [
    ["converseBlobs", "ConverseResponse"],
    ["converseStreamBlobs", "ConverseStreamOutput"],
    ["invokeStreamBlobs", "ResponseStream"],
  ]) {
    const found = new Set(paths(tables[table]));
    for (const path of expected(shape)) check(`${table} has ${path}`, found.delete(path));
    same(`${table} has nothing else`, [...found].join(" "), "");
  }
}

function compiles(ts) {
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const program = ts.createProgram([...sources, here("use.ts"), here("families.ts")], options);
  const problems = ts.getPreEmitDiagnostics(program);
  const message = problems.map((problem) => {
    const at = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0);
    return `${problem.file?.fileName}:${(at?.line ?? 0) + 1} ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`;
  });
  check(`compiles under TypeScript ${ts.version}`, problems.length === 0, message.join("; "));
  if (!recorded.length) return;
  // One that does not fit goes with them: else nothing would show that they are compiled.
  const wrong = ["wrong", 'export const wrong: ModelBody<"amazon.titan-tg1-large"> = { prompt: "" };'];
  const found = complaints(ts, options, [...recorded, wrong]);
  const unfit = found.filter(([what]) => what !== "wrong").map(([what, complaint]) => `${what}: ${complaint}`);
  check(`${recorded.length} recorded forms fit under TypeScript ${ts.version}`, !unfit.length, unfit.join("; "));
  check(`a form that does not fit is refused under TypeScript ${ts.version}`, found.length > unfit.length);
}
