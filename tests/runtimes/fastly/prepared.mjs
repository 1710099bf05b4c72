// Runs a script in Fastly's engine (StarlingMonkey, of which guests of componentize-js are made too) as far as Fastly's
// own tool does when it prepares a program: its top level and all that follows without waiting. Fastly's calls to its
// host are refused. Arguments: the engine's wasm, the script's folder and name, what else the engine is told.

import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WASI } from "node:wasi";

const [engine, folder, script, ...told] = process.argv.slice(2);
// The engine reads from its standard input what it is to run.
const asked = join(folder, "asked");
writeFileSync(asked, [script, ...told].join(" "));
const wasi = new WASI({ version: "preview1", preopens: { ".": folder }, stdin: openSync(asked) });
const module = await WebAssembly.compile(readFileSync(engine));
const imports = wasi.getImportObject();
for (const { module: host, name } of WebAssembly.Module.imports(module)) {
  if (host in imports && name in imports[host]) continue;
  imports[host] ??= {};
  imports[host][name] = () => {
    throw new Error(`the program asks its host for ${host}.${name}`);
  };
}
const instance = await WebAssembly.instantiate(module, imports);
wasi.initialize(instance);
instance.exports["wizer.initialize"]();
