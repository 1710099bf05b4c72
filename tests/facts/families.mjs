// Bodies, answers and chunks that real models took and gave fit the types that follow from their models' ids: every
// form of a recorded InvokeModel becomes a line of TypeScript and is compiled, so that a member the types lack, or have
// otherwise, is an error. It reads the recordings in place, and compiles in memory.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RECORDED = new URL("../../../shared/vectors/recorded/", import.meta.url);
const MODELS = fileURLToPath(new URL("../../bindings/js/models/index.js", import.meta.url));

// Models of these families; others' bodies are free JSON to the types.
const known = (model) =>
  /^((us|eu|apac|global)\.)?(amazon\.(titan|nova)|anthropic|ai21|cohere|meta|mistral)\b|foundation-model\//.test(model);

/** A value with long texts and lists cut short: their types stay. */
function short(value) {
  if (Array.isArray(value)) {
    // One item of each form.
    const forms = new Map(value.map((item) => [form(item), item]));
    return [...forms.values()].map(short);
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, short(item)]));
  }
  return typeof value === "string" ? value.slice(0, 40) : value;
}

/** The names and kinds in a value, as text: two values of one form need compiling once. */
function form(value) {
  if (Array.isArray(value)) return `[${[...new Set(value.map(form))].sort().join()}]`;
  if (value && typeof value === "object") {
    // What stands in `type`, `role`, `reason` decides between the types of a union.
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${name}:${/type|role|reason/i.test(name) ? JSON.stringify(value[name]) : form(value[name])}`)}}`;
  }
  return value === null ? "null" : typeof value;
}

/** The lines to compile: [what it is, TypeScript]. None without recordings. */
export function recordedLines() {
  if (!existsSync(RECORDED)) return [];
  const seen = new Set();
  const lines = [];
  const add = (type, model, value, id) => {
    const key = `${type} ${model} ${form(value)}`;
    if (value === undefined || seen.has(key)) return;
    seen.add(key);
    const name = `value${lines.length}`;
    const id2 = JSON.stringify(model);
    lines.push([`${type} of ${id}`, `export const ${name}: ${type}<${id2}> = ${JSON.stringify(short(value))};`]);
  };
  for (const file of readdirSync(RECORDED).filter((file) => file.endsWith(".jsonl"))) {
    for (const line of readFileSync(new URL(file, RECORDED), "utf8").split("\n")) {
      if (!line) continue;
      const { id, operation, model, note, request, response } = JSON.parse(line);
      // A note says that the exchange was made up, or edited.
      if (note || !operation.startsWith("InvokeModel") || response.status !== 200 || !known(model)) continue;
      add("ModelBody", model, request.body?.json, id);
      add("ModelAnswer", model, response.body?.json, id);
      for (const event of response.events ?? []) {
        if (event.chunk && typeof event.chunk === "object") add("ModelChunk", model, event.chunk, id);
      }
    }
  }
  return lines;
}

/** Compiles the lines: [what, complaint] for each that does not fit. */
export function complaints(ts, options, lines) {
  const name = fileURLToPath(new URL("recorded.ts", import.meta.url));
  const head = `import type { ModelAnswer, ModelBody, ModelChunk } from ${JSON.stringify(MODELS)};`;
  const text = [head, ...lines.map(([, code]) => code)].join("\n");
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, ...more) =>
    file === name ? ts.createSourceFile(file, text, ...more) : read(file, ...more);
  const exists = host.fileExists;
  host.fileExists = (file) => file === name || exists(file);
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map((problem) => {
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    const what = lines[line - 1]?.[0] ?? problem.file?.fileName;
    return [what, ts.flattenDiagnosticMessageText(problem.messageText, " ")];
  });
}
