// Compares the hand-written TypeScript with the facts of the service models, the runtime's and the control plane's:
// every operation and its line, every structure, union and enumeration that operations reach, every member, whether it
// is required, its type; and the tables of blobs and times. Then it compiles code that uses the package's declarations.
// It reads and never mends.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compiles, recordings } from "./compile.mjs";
import { files, read } from "./declarations.mjs";
import { line, operations } from "./operations.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const JS = here("../../bindings/js/");
const BIDIRECTIONAL = "InvokeModelWithBidirectionalStream";

const SERVICES = [
  {
    facts: here("../../../shared/facts/bedrock-runtime.json"),
    types: `${JS}types/`,
    class: ["client.ts", "BedrockRuntimeClient"],
    // Our name for a shape whose name in the model is another.
    names: {
      ConverseOutput: "ConverseOutputUnion",
      ConverseStreamOutput: "ConverseStreamEvent",
      CountTokensInput: "CountTokensInputUnion",
      [`${BIDIRECTIONAL}Input`]: `${BIDIRECTIONAL}InputEvent`,
      [`${BIDIRECTIONAL}Output`]: `${BIDIRECTIONAL}OutputEvent`,
    },
    // Where ours is not the model's, on purpose: type, or [question mark, type].
    different: {
      "ConverseStreamOutput.stream": ["", "EventStream<ConverseStreamEvent>"], // a call that succeeded has a stream
      "InvokeModelWithResponseStreamOutput.body": ["", "EventStream<ResponseStream<ModelChunk<Id>>>"],
      [`${BIDIRECTIONAL}Output.body`]: ["", `EventStream<${BIDIRECTIONAL}OutputEvent>`],
      [`${BIDIRECTIONAL}Input.body`]: `AsyncIterable<${BIDIRECTIONAL}InputEvent> | undefined`,
      // the body follows from the id; text and objects are sent as they are, and as JSON
      "InvokeModelInput.modelId": "Id | undefined",
      "InvokeModelInput.body": "ModelBody<Id> | Uint8Array | string | undefined",
      "InvokeModelWithResponseStreamInput.modelId": "Id | undefined",
      "InvokeModelWithResponseStreamInput.body": "ModelBody<Id> | Uint8Array | string | undefined",
      "InvokeModelOutput.body": ["", "Uint8ArrayBlobAdapter<ModelAnswer<Id>>"], // bytes with AWS's transformToString
      "ResponseStream.chunk": ["", "PayloadPart<Chunk>"],
      "PayloadPart.bytes": "Uint8ArrayBlobAdapter<Chunk> | undefined",
    },
  },
  {
    facts: here("../../../shared/facts/bedrock-models.json"),
    types: `${JS}types/bedrock/`,
    class: ["bedrock.ts", "Bedrock"],
    names: {},
    different: {},
  },
];

// What answers carry beside the model's members.
const METADATA = "$metadata  ResponseMetadata";

// Names that no shape stands behind.
const OURS = new Set(["DocumentType", "OneOf", "Only", "Uint8ArrayBlobAdapter", "EventStream", "ResponseMetadata"]);

let passed = 0;
const failures = [];
const tell = (name, complaints, checks) => {
  passed += checks - complaints.length;
  failures.push(...complaints.map((complaint) => `${name}: ${complaint}`));
};

for (const service of SERVICES) {
  const paths = files(service.types);
  const index = readFileSync(`${service.types}index.ts`, "utf8");
  const missing = paths.filter((path) => !index.includes(`"./${path.slice(service.types.length, -3)}.js"`));
  tell("index.ts does not export", missing, paths.length);
  const [file, name] = service.class;
  const ours = {
    declarations: read(paths),
    operations: await operations(JS + file, `${service.types}marks.ts`, name),
    alone: JSON.parse(/^const LINE =\s+(".*");$/m.exec(readFileSync(`${JS}bidirectional.ts`, "utf8"))[1]),
  };
  if (!existsSync(service.facts)) {
    console.log(`${ours.declarations.size + ours.operations.size} skipped: no ../shared/facts`);
    continue;
  }
  const facts = JSON.parse(readFileSync(service.facts, "utf8"));
  const { complaints, checks } = compare(facts, service, ours);
  tell(file, complaints, checks);
  const blind = blindness(facts, service, ours);
  tell("the comparison does not see", blind.unseen, blind.tried);
  console.log(`${facts.service}: ${checks} comparisons; each of ${blind.tried} changes of the facts is seen`);
}
for (const { complaints, checks } of [await compiles(here("../..")), recordings()]) tell("types", complaints, checks);

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;

/** Our name of a shape: operations take `…Input` and answer `…Output`. */
function ourName({ operations }, { names }, shape) {
  const operation = /^(\w+)(Request|Response)$/.exec(shape);
  return operation && operations[operation[1]]
    ? operation[1] + { Request: "Input", Response: "Output" }[operation[2]]
    : (names[shape] ?? shape);
}

/** The structures, unions and enumerations below the operations; exceptions are errors, not types. */
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
  for (const { input, output } of Object.values(operations)) for (const { shape } of [input, output]) walk(shape);
  return found;
}

/** What ours lacks, has besides or has otherwise. */
function compare(facts, service, ours) {
  const complaints = [];
  let checks = 0;
  const check = (name, ok) => {
    checks++;
    if (!ok) complaints.push(name);
  };
  const same = (name, found, expected) => check(`${name}: found ${found}, expected ${expected}`, found === expected);
  const named = (shape) => ourName(facts, service, shape);
  const reached = reach(facts);

  /** The type of a member, as we write it. */
  const written = (member) => {
    const { structures, lists, maps, enums, scalars } = facts;
    const type = (name) => {
      if (enums[name]) return named(name);
      if (structures[name]) return structures[name].document ? "DocumentType" : named(name);
      if (lists[name]) return `${type(lists[name].item)}[]`;
      if (maps[name]) return `Record<string, ${type(maps[name].value)}>`;
      const scalar = scalars[name].type;
      return { string: "string", blob: "Uint8Array", boolean: "boolean", timestamp: "Date" }[scalar] ?? "number";
    };
    return member.document ? "DocumentType" : type(member.enum_ref ?? member.shape);
  };

  for (const shape of reached) {
    const name = named(shape);
    const declaration = ours.declarations.get(name);
    check(`${name} is missing`, declaration !== undefined);
    if (!declaration) continue;
    if (facts.enums[shape]) {
      const expected = [...facts.enums[shape].map((value) => `"${value}"`), "(string & {})"];
      same(`${name} is an open enumeration`, declaration.alternatives?.join(" | "), expected.join(" | "));
      continue;
    }
    const structure = facts.structures[shape];
    const found = new Map(declaration.members);
    const single = structure.union || structure.eventstream;
    same(`${name} is a ${single ? "union" : "structure"}`, declaration.union === true, Boolean(single));
    for (const [member, fact] of Object.entries(structure.members)) {
      const path = `${name}.${member}`;
      const ourType = found.get(member);
      found.delete(member);
      check(`${path} is missing`, ourType !== undefined);
      if (!ourType) continue;
      const type = written(fact);
      const exception = facts.structures[fact.shape]?.exception;
      const own = service.different[path];
      const mark = single || fact.required ? "" : "?";
      const expected = exception
        ? ["?", "undefined"]
        : typeof own === "object"
          ? own
          : [mark, own ?? (single ? type : `${type} | undefined`)];
      same(path, ourType.join(" "), expected.join(" "));
    }
    if (Object.values(facts.operations).some(({ output }) => output.shape === shape)) {
      same(`${name}`, ["$metadata", ...(found.get("$metadata") ?? [])].join(" "), METADATA);
      found.delete("$metadata");
    }
    same(`${name}'s other members`, [...found.keys()].join(" "), "");
  }
  const known = new Set([...reached].map(named));
  for (const name of ours.declarations.keys()) {
    const aws = /^(\w+?)(Command)?(Input|Output|Request|Response)$/.exec(name);
    check(`${name} is no shape of these operations`, known.has(name) || OURS.has(name) || facts.operations[aws?.[1]]);
  }

  const methods = new Map(ours.operations);
  for (const [name, { output }] of Object.entries(facts.operations)) {
    for (const alias of ["Request", "CommandInput", "Response", "CommandOutput"]) {
      check(`${name}${alias} is missing`, ours.declarations.get(name + alias)?.alias);
    }
    // Its entry is a function, not a method, and its line stands alone.
    if (name === BIDIRECTIONAL) {
      same("bidirectional.ts's line", ours.alone, line(name, facts, facts));
      continue;
    }
    const method = name[0].toLowerCase() + name.slice(1);
    const told = methods.get(method);
    methods.delete(method);
    check(`${method}() is missing`, told);
    if (!told) continue;
    same(`${method}()'s line`, told.line, line(name, facts, facts));
    const due = marks(facts, output.shape, check);
    for (const [path, mark] of due) {
      // The chunks of InvokeModel are JSON.
      const ours = output.shape === "InvokeModelWithResponseStreamResponse" ? 3 : mark;
      same(`${method}()'s mark at ${path}`, at(told.marks, path), ours);
    }
    same(`${method}()'s marks`, count(told.marks), due.size);
  }
  same(`${service.class[1]}'s other methods`, [...methods.keys()].join(" "), "");
  return { complaints, checks };
}

/** What a table of marks says at a path. */
function at(table, path) {
  return path.split(".").reduce((below, name) => below?.[name], table);
}

function count(table) {
  return Object.values(table).reduce((sum, below) => sum + (typeof below === "number" ? 1 : count(below)), 0);
}

/** Where an answer, or each event of it, has blobs (1) and times (2): path → which. */
function marks({ structures, lists, maps, scalars }, shape, check) {
  const found = new Map();
  const walk = (name, path) => {
    if (lists[name]) return walk(lists[name].item, path);
    if (maps[name]) {
      const before = found.size;
      walk(maps[name].value, [...path, "*"]);
      check(`a map at ${path.join(".")} holds blobs or times, which the driver does not find`, found.size === before);
      return;
    }
    const { type, timestampFormat } = scalars[name] ?? {};
    if (type === "blob") found.set(path.join("."), 1);
    if (type === "timestamp") {
      check(`${path.join(".")} is not ISO 8601`, timestampFormat === "iso8601");
      found.set(path.join("."), 2);
    }
    for (const [member, fact] of Object.entries(structures[name]?.document ? {} : (structures[name]?.members ?? {}))) {
      if (!fact.document && !fact.location) walk(fact.shape, [...path, member]);
    }
  };
  const members = Object.values(structures[shape].members);
  const stream = members.find((member) => structures[member.shape]?.eventstream);
  // A body that is bytes is no JSON.
  if (!stream && members.some((member) => scalars[member.shape]?.type === "blob")) return found;
  walk(stream?.shape ?? shape, []);
  return found;
}

/** Changes the facts, one thing at a time: each change must be seen. */
function blindness(facts, service, ours) {
  const unseen = [];
  let tried = 0;
  const sees = (name, change, back) => {
    tried++;
    change();
    try {
      if (!compare(facts, service, ours).complaints.length) unseen.push(name);
    } finally {
      back();
    }
  };
  const { structures, enums, operations, scalars } = facts;
  const string = Object.keys(scalars).find((name) => scalars[name].type === "string");
  for (const shape of reach(facts)) {
    if (enums[shape]) {
      sees(
        `a new value of ${shape}`,
        () => enums[shape].push("another"),
        () => enums[shape].pop(),
      );
      continue;
    }
    const { members, union, eventstream } = structures[shape];
    sees(
      `a new member of ${shape}`,
      () => (members.another = { shape: string }),
      () => delete members.another,
    );
    for (const [member, fact] of Object.entries(members)) {
      const name = `${ourName(facts, service, shape)}.${member}`;
      if (union || eventstream || typeof service.different[name] === "object") continue;
      sees(
        `that ${name} is required or not`,
        () => (fact.required = !fact.required),
        () => (fact.required = !fact.required),
      );
    }
  }
  for (const [name, operation] of Object.entries(operations)) {
    const { http } = operation;
    sees(
      `a new path of ${name}`,
      () => (operation.http = { ...http, requestUri: "/another" }),
      () => (operation.http = http),
    );
  }
  sees(
    "a new operation",
    () => (operations.Another = Object.values(operations)[0]),
    () => delete operations.Another,
  );
  return { unseen, tried };
}
