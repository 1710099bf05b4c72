// Requests of a worker that end while they load, wait or stream, because their client went away or their handler has
// returned: nothing that they leave behind blocks the next request, although workerd lets none use another's I/O.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emulator, root } from "../../browser/programs.mjs";
import { inMiniflare, inNewest } from "./hosts.mjs";

const dist = join(root, "node_modules/outcrop/dist");
// Milliseconds that a next request may take: what it asks for takes a few, on a busy machine.
const SOON = 3_000;
// Milliseconds after which what another request had begun is begun anew: 5 s in the package, and the call itself.
const PATIENCE = 5_000 + SOON;

let bedrock, workerd;

before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

/** The worker and the package's files. */
function files() {
  const found = readdirSync(dist).filter((file) => /^(core|workerd|slim|flow)\.js$|\.wasm$/.test(file));
  assert.equal(found.length, 5);
  const script = readFileSync(new URL("ended-worker.mjs", import.meta.url));
  return [
    { type: "ESModule", path: "worker.mjs", contents: script },
    ...found.map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: `dist/${file}`,
      contents: readFileSync(join(dist, file)),
    })),
  ];
}

const options = (path = "/pace/0") => ({
  region: "us-east-1",
  endpoint: bedrock.address + path,
  credentials: bedrock.temporaryCredentials,
});

const post = async (path, given, signal) =>
  fetch(new URL(path, workerd.address), {
    method: "POST",
    body: JSON.stringify({ name: path, ...given }),
    headers: { "accept-encoding": "identity" },
    signal,
  });

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** The next request's answer; how long it took is told if it is too long. */
async function next(path, given, most = SOON) {
  const at = performance.now();
  // Its own limit is the package's patience and twice a slow answer: beyond, it would hang.
  const response = await post(path, given, AbortSignal.timeout(PATIENCE + SOON));
  const text = await response.text();
  const took = performance.now() - at;
  assert.ok(took < most, `${path} took ${took.toFixed()} ms: ${text}`);
  return { status: response.status, text };
}
const well = ({ status, text }) => {
  assert.equal(status, 200, text);
  assert.match(text, /granite/);
};
/** A request whose handler returns after so many milliseconds, whatever goes on then. */
const left = async (path, given, leave) =>
  assert.deepEqual(await next(path, { ...given, leave }), { status: 200, text: "left" });

/** Waits until the emulator has a request of that run. */
async function begun(run) {
  for (const deadline = Date.now() + PATIENCE; ; ) {
    const { attempts } = await bedrock.seen(run);
    if (attempts.length) return;
    assert.ok(Date.now() < deadline, `nothing of ${run} was seen`);
    await sleep(5);
  }
}
/** The emulator has seen that each of the run's requests was given up. */
async function givenUp(run) {
  for (const { responseEnded } of await bedrock.ended(run)) assert.equal(responseEnded, "client closed");
}
const elsewhere = () => ({ endpoint: options().endpoint });

for (const [host, start] of [
  ["miniflare's workerd", inMiniflare],
  ["the newest workerd", inNewest],
]) {
  test(host, async (t) => {
    workerd = await start([], files());
    t.after(() => workerd.stop());
    const run = (name) => `ended-${host.replace(/\W+/g, "-")}-${name}`;

    await t.test("a client that was made outside of any request", async () => {
      well(await next("global", { options: options() }));
    });

    await t.test("a handler returned with a call just begun", async () => {
      const given = { options: options() };
      await left("call", given, 0);
      for (let again = 0; again < 3; again++) well(await next("call", given));
    });

    await t.test("a handler returned while it loads: the module's promise was no request's", async () => {
      const given = { options: options() };
      await left("imported", given, 0);
      for (let again = 0; again < 3; again++) well(await next("imported", given));
    });

    await t.test("a handler returned while it loads: the module's promise was its own, which is said", async () => {
      const given = { options: options(), loading: 60_000 };
      await left("slim", given, 100);
      for (const { status, text } of await Promise.all([1, 2].map(() => next("slim", given, PATIENCE)))) {
        assert.equal(status, 500);
        const { name, who, message } = JSON.parse(text);
        assert.deepEqual([name, who], ["OutcropError", "caller"]);
        assert.match(message, /^the promise of a module came to nothing .*Pass the module itself/);
      }
      well(await next("slim", { name: "slim again", options: options(), loading: 0 }));
    });

    await t.test("a client gone while the module's promise is waited for", async () => {
      const given = { name: "slim gone", options: options(), loading: 300 };
      const controller = new AbortController();
      const asked = post("slim", given, controller.signal).catch((error) => error.name);
      await sleep(100);
      controller.abort();
      assert.equal(await asked, "AbortError");
      well(await next("slim", given));
    });

    await t.test("a handler returned while its answer is waited for", async () => {
      const silent = run("silent");
      const given = { name: "silent", options: options(`/case/silent-before-head-always/${silent}`) };
      await left("call", given, 200);
      await begun(silent);
      well(await next("call", { ...given, call: elsewhere() }));
      await givenUp(silent);
    });

    await t.test("a handler returned while it asks for credentials: another asks anew", async () => {
      const given = { options: options(), asking: 60_000 };
      await left("provided", given, 100);
      well(await next("provided", given, PATIENCE));
      well(await next("provided", given));
    });

    await t.test("a handler returned in the middle of a stream", async () => {
      const kept = run("kept");
      const given = { options: options(`/words/500/pace/20/run/${kept}`) };
      assert.deepEqual(await next("kept", given), { status: 200, text: "kept" });
      await givenUp(kept);
      // Its stream is not for others to read, which is an error and no hang. While workerd is still ending that request
      // the read stays open, and workerd itself refuses at once to wait for it.
      const { status, text } = await next("foreign", { name: "kept" });
      assert.equal(status, 500, text);
      assert.match(text, /"name":"TruncatedStreamError"|^Error: The .*never generate a response/s);
      well(await next("call", { name: "kept", call: elsewhere() }));
    });

    await t.test("a handler returned in the middle of a stream that had the only place of a limit", async () => {
      const limited = run("limited");
      const given = { options: options(`/words/500/pace/20/run/${limited}`), events: 5 };
      await left("limited", given, 300);
      await begun(limited);
      await givenUp(limited);
      const whole = { ...given, events: 0, call: elsewhere() };
      const read = async () => Number((await next("limited", whole, PATIENCE)).text);
      assert.ok((await read()) > 20);
      // From then on at once, and one at a time.
      const [one, two] = await Promise.all([next("limited", whole), next("limited", whole)]);
      assert.equal(one.text, two.text);
    });

    await t.test("a client gone in the middle of a stream", async () => {
      const streamed = run("streamed");
      const given = { options: options(`/words/500/pace/20/run/${streamed}`) };
      const reader = (await post("stream", given)).body.getReader();
      await reader.read();
      await reader.cancel();
      await givenUp(streamed);
      well(await next("call", { name: "stream", call: elsewhere() }));
    });
  });
}
