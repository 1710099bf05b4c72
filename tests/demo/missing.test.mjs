// What a first `cargo xtask demo` says where something is missing: one sentence, and the command that brings it. Each
// run sees a PATH of its own, with stand-ins that are missing something; nothing is installed and nothing is built.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const xtask = process.env.OUTCROP_XTASK;
const folders = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with these programs, each a script of sh. */
function programs(scripts) {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-demo-"));
  folders.push(folder);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** How the demo ends with these programs alone. */
function demo(scripts, { options = [], environment = {} } = {}) {
  const { PATH, CARGO, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_BEARER_TOKEN_BEDROCK, ...kept } = process.env;
  const { status, stderr } = spawnSync(xtask, ["demo", "--once", ...options], {
    env: { ...kept, PATH: programs(scripts), ...environment },
    encoding: "utf8",
    // 20 s: what is asked here is answered before anything is built.
    timeout: 20_000,
  });
  assert.equal(status, 1, stderr);
  return stderr;
}

const node = { node: "echo v22.1.0" };
const npm = { npm: "echo 10.0.0" };

test("no Node", () => {
  const told = demo({});
  assert.match(told, /Node is not here/);
  assert.match(told, /https:\/\/nodejs\.org.*`apt-get install nodejs npm`/);
});

test("a Node that is too old", () => {
  const told = demo({ node: "echo v18.20.1" });
  assert.match(told, /Node v18\.20\.1 is too old, 20 or newer is needed: `npx n lts`/);
});

test("Node without npm", () => {
  const told = demo(node);
  assert.match(told, /npm is not here, though Node is: `apt-get install npm`/);
});

test("a port that is taken", async () => {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  try {
    const told = demo({ ...node, ...npm }, { options: ["--port", `${port}`] });
    assert.match(told, new RegExp(`port ${port} is taken by another program: add \`--port 0\``));
  } finally {
    server.close();
  }
});

test("no WebAssembly target, and no rustup", () => {
  const told = demo({ ...node, ...npm, rustc: "echo /nowhere", cargo: "exit 0" });
  assert.match(told, /the Rust target wasm32-unknown-unknown is missing; `rustup target add wasm32-unknown-unknown`/);
});

test("no network for rustup", () => {
  const told = demo({ ...node, ...npm, rustc: "echo /nowhere", cargo: "exit 0", rustup: "echo offline >&2; exit 1" });
  assert.match(told, /installing the Rust target wasm32-unknown-unknown: the npm package is WebAssembly/);
  assert.match(told, /`rustup target add wasm32-unknown-unknown` brings it/);
});

test("no credentials for AWS", () => {
  const told = demo({ ...node, ...npm }, { options: ["--live"] });
  assert.match(told, /--live needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/);
  assert.match(told, /aws configure export-credentials --format env/);
});
