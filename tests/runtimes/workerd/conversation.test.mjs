// outcrop/bidirectional in workerd without nodejs_compat, against the emulator: its WebSockets come by `fetch`.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";
import { emulator, root } from "../../browser/programs.mjs";
import { conversations } from "../conversations.mjs";

const place = join(root, "node_modules", "outcrop");
const { exports } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));

let bedrock, workerd;

before(async () => {
  bedrock = await emulator();
  const script = readFileSync(new URL("conversation-worker.mjs", import.meta.url), "utf8")
    .replace('from "outcrop"', `from "${exports["."].workerd}"`)
    .replace('from "outcrop/bidirectional"', `from "${exports["./bidirectional"].default}"`);
  const files = readdirSync(join(place, "dist"))
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: `dist/${file}`,
      contents: readFileSync(join(place, "dist", file)),
    }));
  const shared = readFileSync(new URL("../conversation.mjs", import.meta.url));
  workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: script },
      { type: "ESModule", path: "conversation.mjs", contents: shared },
      // Entries that take the package by its own name are not looked for here, and not imported.
      ...files.filter(({ contents }) => !/from\s*"outcrop"/.test(contents.subarray(0, 4096).toString())),
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
  await workerd.ready;
});
after(() => Promise.all([workerd?.dispose(), bedrock?.stop()]));

const hold = async (path, script = {}, more = {}, own = false) => {
  const options = {
    region: "us-east-1",
    endpoint: bedrock.address + path,
    credentials: script.noCredentials ? undefined : bedrock.temporaryCredentials,
  };
  const body = JSON.stringify({ options, script, more, own });
  const answer = await (await fetch(await workerd.ready, { method: "POST", body })).json();
  assert.equal(answer.failed, undefined);
  return answer;
};

const ended = (run, attempts) => bedrock.ended(run, attempts);
for (const [name, check] of Object.entries(conversations({ name: "workerd", reasons: true }, hold, ended))) {
  test(name, check);
}

test("the host's own class does too", async () => {
  const { error, heard } = await hold("/pace/0/run/workerd-class", { lockstep: true }, {}, true);
  assert.deepEqual([error, heard], [null, 6]);
  assert.equal((await ended("workerd-class", 1))[0].duplex.halfClosed, true);
});
