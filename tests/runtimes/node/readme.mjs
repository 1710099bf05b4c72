// The README's JavaScript, run: as it stands there but for where it is sent and with which credentials.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { app, emulator, place, root } from "./context.mjs";

test("the README's ten lines", async () => {
  const [, block] = readFileSync(join(root, "README.md"), "utf8").match(/```js\n([\s\S]*?)```/);
  const { endpoint } = place("/pace/1");
  const code = block
    .replace(/credentials: \{[^}]*\}/, `credentials: ${JSON.stringify(emulator.temporaryCredentials)}`)
    .replace('region: "us-east-1",', `region: "us-east-1", endpoint: ${JSON.stringify(endpoint)},`)
    .replaceAll("console.log", "globalThis.said.push");
  assert.notEqual(code, block);
  const file = join(app, "readme.mjs");
  writeFileSync(file, code);
  globalThis.said = [];
  await import(pathToFileURL(file));
  assert.match(globalThis.said.join(""), /^You said: Hello/);
  assert.ok(globalThis.said.length > 5, "it came in pieces");
});
