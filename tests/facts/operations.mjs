// Reads the operations off the package's classes: each method is called with a driver that only tells what it was given,
// the operation's line and the table of marks. No request is made.

import { readFileSync } from "node:fs";
import ts from "typescript";

const module = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);

const plain = (path) =>
  ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  }).outputText;

/** What stands in the place of what a class imports, besides the marks. */
const DRIVER = {
  call: (_client, line, _input, marks) => ({ line, marks }),
  internals: () => ({}),
  paginate: () => {},
  BedrockRuntimeClient: class {},
  BedrockRuntime: class {},
  OutcropError: Error,
};

/** By name of the method: { line, marks }. */
export async function operations(path, marksPath, className) {
  const owned = await module(plain(new URL("../../bindings/js/own.ts", import.meta.url)));
  globalThis.outcropImports = { ...DRIVER, ...owned, ...(await module(plain(marksPath))) };
  const imports = /^import \{([^}]*)\} from "[^"]*";$/gm;
  const source = plain(path).replace(/^export \{[^}]*\} from "[^"]*";$/gm, "");
  const own = source.replace(imports, (_, names) => `const {${names}} = globalThis.outcropImports;`);
  const { [className]: Class } = await module(own);
  const client = new Class({}, { load: async () => {} });
  const methods = Object.getOwnPropertyNames(Class.prototype).filter((name) => name !== "constructor");
  return new Map(await Promise.all(methods.map(async (method) => [method, await client[method]({})])));
}

/** An operation's line, as the service model's facts have it. */
export function line(name, { service, operations }, { structures }) {
  const { http, input = {}, output = {} } = operations[name];
  const stream = (shape, payload) => {
    const event = structures[shape].members[payload].shape;
    return { ConverseStreamOutput: "converse", ResponseStream: "invoke" }[event] ?? "bidirectional";
  };
  const kind = ({ shape, payload, payload_type, body }) =>
    payload_type === "event-stream" ? stream(shape, payload) : payload_type ? payload_type : body ? "json" : "none";
  const entries = (bound = {}) => Object.entries(bound);
  return [
    `${name} ${service} ${http.method} ${http.requestUri} ${kind(input)} ${kind(output)}`,
    ...entries(input.header).map(([member, header]) => `h:${member}=${header.toLowerCase()}`),
    // In the order in which they are signed.
    ...entries(input.querystring)
      .sort(([, one], [, other]) => (one < other ? -1 : 1))
      .map(([member, query]) => `q:${member}=${query}`),
    ...entries(output.header).map(([member, header]) => `o:${header.toLowerCase()}=${member}`),
  ].join(" ");
}
