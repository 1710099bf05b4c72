// The same in workerd, without nodejs_compat: the package `openai` with our fetch, bodies, aborts, wrong clocks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root } from "../../browser/programs.mjs";
import { emulator, place } from "./context.mjs";

// The neighbour's: it brings workerd.
const { Miniflare } = createRequire(new URL("../aws-sdk/package.json", import.meta.url))("miniflare");

let workerd;
before(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("worker.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    write: false,
    logLevel: "error",
  });
  workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0].contents },
      {
        type: "CompiledWasm",
        path: "outcrop.wasm",
        contents: readFileSync(join(root, "node_modules/outcrop/dist/outcrop.wasm")),
      },
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
  await workerd.ready;
});
after(() => workerd?.dispose());

async function run(name, at) {
  const response = await fetch(new URL(name, await workerd.ready), {
    method: "POST",
    body: JSON.stringify({ region: "us-east-1", endpoint: at.endpoint, credentials: emulator.temporaryCredentials }),
  });
  const { told, failed } = await response.json();
  assert.equal(failed, undefined);
  return told;
}

test("openai in workerd, whole and streamed", async () => {
  const at = place({ prefix: "/pace/0" });
  const [whole, streamed] = await run("openai", at);
  assert.ok(whole.startsWith("You said: Hello"));
  assert.equal(streamed, whole);
  for (const { signature } of await at.ended(2)) assert.equal(signature, "ok");
});

test("bodies in workerd are signed and sent", async () => {
  const at = place();
  assert.deepEqual(await run("bodies", at), [200, 200, 200, 200, 400, 200]);
  for (const { signature } of await at.ended(6)) assert.equal(signature, "ok");
});

test("in workerd a wrong clock is corrected, 503 tried again, a redirect not followed", async () => {
  for (const name of ["clock-behind", "clock-ahead-date-hidden", "unavailable-once"]) {
    const at = place({ name });
    assert.equal((await run("once", at))[0], 200, name);
    assert.equal((await at.ended(2)).length, 2, name);
  }
  const at = place({ name: "access-denied" });
  const [status, body] = await run("once", at);
  assert.equal(status, 403);
  assert.ok(body.message);
});

test("an abort in workerd ends the request", async () => {
  const at = place({ prefix: "/words/1000/pace/10" });
  const [count, name] = await run("aborted", at);
  assert.ok(count >= 3 && count < 10, `${count}`);
  assert.equal(name, "AbortError");
  assert.equal((await at.ended())[0].responseEnded, "client closed");
});
