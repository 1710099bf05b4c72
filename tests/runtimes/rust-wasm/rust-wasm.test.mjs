// The Rust client as wasm in Node, on Node's own fetch, against the emulator: what a Rust web app gets. A trap
// leaves its promise pending for ever, so every test has a time limit; nothing here is skipped.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { emulator, root } from "../../browser/programs.mjs";

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const module = process.env.OUTCROP_RUST_WASM ?? join(target, "rust-wasm/outcrop_rust_wasm.js");
/** 20 seconds: the slowest of these takes three. */
const limit = { timeout: 20_000 };

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
const panics = [];
const say = console.error;
console.error = (...words) => {
  panics.push(words.join(" "));
  say(...words);
};

const rust = await import(pathToFileURL(module).href);
let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

/** A client for an endpoint, with the emulator's temporary keys. */
function client(endpoint) {
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  return new rust.Bedrock(endpoint, accessKeyId, secretAccessKey, sessionToken);
}
const at = (path) => client(bedrock.address + path);
const told = async (promise) => JSON.parse(await promise);

/** A server of a test's own, stopped after it, and its address. */
async function serve(context, handler) {
  const server = createServer(handler);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  context.after(stop);
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}

test("Converse and ConverseStream give the same text, signed", limit, async () => {
  const one = at("/pace/0/run/operations");
  const whole = await told(one.converse("Where is granite found?"));
  assert.match(whole.text, /granite/);
  assert.deepEqual([whole.status, whole.attempts, whole.delayMs], [200, 1, 0]);
  assert.match(whole.requestId, /./);
  const stream = await told(one.converse_stream("Where is granite found?", 1_000));
  assert.deepEqual([stream.text, stream.ended], [whole.text, true]);
  const attempts = await bedrock.ended("operations", 2);
  assert.deepEqual(
    attempts.map(({ signature, responseEnded }) => [signature, responseEnded]),
    Array(2).fill(["ok", "complete"]),
  );
});

test("a long stream loses nothing", limit, async () => {
  const { events, text, ended } = await told(at("/words/10000/pace/0/run/long").converse_stream("Hello", 1_000_000));
  assert.equal(ended, true);
  assert.equal(text.split(" ").length, 10_000);
  // messageStart, contentBlockStop, messageStop, metadata; plain text has no contentBlockStart.
  assert.equal(events, 10_004);
});

test("a setting that is wrong is thrown as text", limit, () => {
  assert.throws(
    () => new rust.Bedrock("http://example.com", "AKIDEXAMPLE", "secret"),
    (error) => typeof error === "string" && error.length > 0,
  );
});

const folder = join(root, "tests/cases");
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")))
  .filter(({ applies }) => applies.includes("rust"));

test("there are cases", () => assert.ok(cases.length >= 15, `${cases.length}`));
for (const { name, request, verdict } of cases) {
  test(`case ${name}`, limit, async () => {
    assert.deepEqual(Object.keys(request.options ?? {}), [], "options are not known here");
    const run = `rust-wasm-${name}`;
    const answer = await told(at(`/case/${name}/${run}`).run(request.operation, JSON.stringify(request.input)));
    const want = verdict.other;
    const attempts = await bedrock.ended(run, want.attempts);
    const got = { ...(answer.error ? { error: answer.error } : { ok: true }), attempts: attempts.length };
    if (answer.events !== undefined) got.events = answer.events;
    assert.deepEqual(got, want, answer.message);
    if (answer.attempts !== undefined) assert.equal(answer.attempts, want.attempts, "as the client tells it");
  });
}

test("dropping a stream midway ends the request", limit, async () => {
  // 2,000 words 20 ms apart: 40 seconds, should the request go on.
  const began = Date.now();
  const { events, ended } = await told(at("/words/2000/pace/20/run/dropped").converse_stream("Hello", 3));
  assert.deepEqual([events, ended], [3, false]);
  const [{ responseEnded }] = await bedrock.ended("dropped");
  assert.equal(responseEnded, "client closed");
  assert.ok(Date.now() - began < 5_000);
});

test("dropping a stream while a read is pending ends the request", limit, async () => {
  // The first event comes at once, the next after 5 seconds.
  const { pending } = await told(at("/pace/5000/run/pending").drop_while_reading(1, 100));
  assert.equal(pending, true);
  const [{ responseEnded }] = await bedrock.ended("pending");
  assert.equal(responseEnded, "client closed");
});

test("dropping a call before its answer ends the request", limit, async (context) => {
  let closed;
  const ends = new Promise((done) => {
    closed = done;
  });
  const silent = await serve(context, (request) => request.socket.once("close", closed));
  const { pending } = await told(client(silent.address).drop_before_answer(100));
  assert.equal(pending, true);
  await ends;
});

test("fifty streams at once, every other one dropped", limit, async () => {
  const one = at("/pace/1/run/many");
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) => told(one.converse_stream("Hello", index % 2 ? 5 : 1_000))),
  );
  assert.equal(all.filter(({ ended }) => ended).length, 25);
  assert.equal(new Set(all.filter(({ ended }) => ended).map(({ text }) => text)).size, 1);
  assert.ok(all.every(({ error }) => error === undefined));
  assert.equal((await bedrock.ended("many", 50)).length, 50);
});

test("a retry waits as long as it says", limit, async () => {
  const began = performance.now();
  const answer = await told(at("/case/throttled-once/rust-wasm-waits").converse("Hello"));
  const took = performance.now() - began;
  assert.equal(answer.attempts, 2);
  // Two timers of whole milliseconds: one may be early by one.
  assert.ok(took >= answer.delayMs - 2, `${took} ms for a delay of ${answer.delayMs}`);
});

test("nobody listens: a NetworkError after three attempts", limit, async (context) => {
  const gone = await serve(context, () => {});
  await gone.stop();
  const answer = await told(client(gone.address).converse("Hello"));
  assert.deepEqual([answer.error, answer.attempts], ["NetworkError", 3]);
  // One line, without the stack that fetch's error brings.
  assert.match(answer.message, /^[^\n]*fetch failed$/);
});

for (const status of [302, 307]) {
  test(`${status}: what another address answers is no answer`, limit, async (context) => {
    const asked = [];
    const other = await serve(context, (request, response) => {
      asked.push(request);
      response.setHeader("content-type", "application/json").end("{}");
    });
    const first = await serve(context, (request, response) => {
      response.writeHead(status, { location: other.address + request.url }).end();
    });
    const answer = await told(client(first.address).converse("Hello"));
    assert.equal(answer.error, "NetworkError");
    // fetch follows redirects unless told otherwise, and reqwest has no way to tell it. So 302 comes back as what
    // the other address said to a GET, which is refused; 307 would send the body again, which Node cannot.
    assert.equal(answer.attempts, status === 302 ? 1 : 3);
    if (status === 302) assert.match(answer.message, /redirect/);
    assert.ok(asked.every(({ method, headers }) => method === "GET" && !headers.authorization));
  });
}

test("sleeps end in time", limit, async () => {
  for (const ms of [0, 1, 50]) {
    const took = await rust.sleep(ms);
    assert.ok(took >= ms - 1 && took < ms + 2_000, `${took} ms instead of ${ms}`);
  }
});

test("a sleep of any length neither panics nor ends at once, and leaves no timer when dropped", limit, async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  // setTimeout's own limit of 2^31 - 1 ms and one above it; a month; the longest Duration there is.
  for (const [seconds, nanoseconds] of [
    [2_147_483n, 647_000_000],
    [2_147_483n, 648_000_000],
    [4_294_967n, 296_000_000],
    [2_592_000n, 0],
    [18_446_744_073_709_551_615n, 999_999_999],
  ]) {
    assert.equal(await rust.sleeps_on(seconds, nanoseconds, 30), true, `${seconds} s`);
  }
  assert.equal(await rust.sleeps_on(0n, 1_000_000, 500), false, "1 ms");
  assert.equal(timers(), before);
});

test("the clock is the host's, and random bits differ", limit, () => {
  assert.ok(Math.abs(rust.now() - Date.now()) < 1_000);
  assert.equal(new Set(Array.from({ length: 100 }, () => rust.random())).size, 100);
});

test("nothing panicked and no rejection went unhandled", limit, async () => {
  await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual(panics, []);
  assert.deepEqual(unhandled, []);
});
