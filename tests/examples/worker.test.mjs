// The Cloudflare Worker in Rust (worker-rs) in workerd, as `cargo xtask test examples` built it, against the emulator: it
// signs, streams, stops when nobody listens any more, and takes no half answer for a whole one. Nothing is skipped.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emulator, root } from "../browser/programs.mjs";

const { Miniflare } = createRequire(join(root, "tests/runtimes/workerd/package.json"))("miniflare");
const folder = join(process.env.OUTCROP_EXAMPLES ?? join(root, "target/examples"), "worker");
/** 30 seconds: workerd's first start may take some. */
const limit = { timeout: 30_000 };

// worker-build's shim without what it has for Durable Objects and its own counting of instances.
const shim = `
  import * as rust from "./index.js";
  export default { fetch: (request, env, context) => rust.fetch(request, env, context) };`;

const workers = [];
let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(async () => {
  for (const worker of workers) await worker.dispose();
  await bedrock?.stop();
});

const built = (file) => readFileSync(join(folder, file), "utf8");
/** JavaScript that crates bring along: `snippets/…/inline0.js`. */
const snippets = readdirSync(folder, { recursive: true }).filter((file) => /^snippets.*\.js$/.test(file));

/** A Worker whose model is at this path of the emulator; answers how to ask it. */
async function worker(path, variables = {}) {
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  const instance = new Miniflare({
    modules: [
      { type: "ESModule", path: "shim.mjs", contents: shim },
      // A plain import gives a compiled module here, and workerd has no `import source`: worker-build does the same.
      { type: "ESModule", path: "index.js", contents: built("index.js").replaceAll("import source ", "import ") },
      { type: "CompiledWasm", path: "index_bg.wasm", contents: readFileSync(join(folder, "index_bg.wasm")) },
      ...snippets.map((file) => ({ type: "ESModule", path: file, contents: built(file) })),
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
    bindings: {
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.address + path,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      ...variables,
    },
  });
  workers.push(instance);
  const address = await instance.ready;
  return (body, init) => fetch(address, { method: "POST", body, ...init });
}

/** Server-sent events as they come, `{event, data}`. */
async function* events(answer) {
  let text = "";
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const whole = (text + chunk).split("\n\n");
    text = whole.pop();
    for (const one of whole) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(one);
      yield { event, data: JSON.parse(data) };
    }
  }
  assert.equal(text, "");
}

/** What an answer told: the texts, and what came after them. */
async function told(answer) {
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  const texts = [];
  const ends = [];
  for await (const { event, data } of events(answer)) {
    if (event === "text" && ends.length === 0) texts.push(data);
    else ends.push({ event, data });
  }
  return { texts, ends };
}

const whole = [{ event: "end", data: {} }];

test("the words come while the model is still writing, and then the end", limit, async () => {
  const ask = await worker("/words/30/pace/30/run/worker");
  const texts = [];
  let early = 0;
  for await (const { event, data } of events(await ask("Where is granite found?"))) {
    if (event === "text") texts.push(data);
    else assert.deepEqual({ event, data }, whole[0]);
    // One request that is still open: the emulator has not sent all of it.
    if (event === "text" && (await bedrock.seen("worker")).open === 1) early++;
  }
  assert.ok(texts.length > 10, `${texts.length}`);
  assert.ok(early > texts.length / 2, `${early} of ${texts.length}`);
  assert.match(texts.join(""), /granite/);
  const [{ signature, responseEnded }] = await bedrock.ended("worker");
  assert.deepEqual([signature, responseEnded], ["ok", "complete"]);
});

test("who asked goes away: the request to the model ends, and the next one works", limit, async () => {
  const ask = await worker("/words/200/pace/50/run/worker-gone");
  const gone = new AbortController();
  const answer = await ask("Hello", { signal: gone.signal });
  for await (const { event } of events(answer)) {
    assert.equal(event, "text");
    break;
  }
  gone.abort();
  const [{ responseEnded }] = await bedrock.ended("worker-gone");
  assert.equal(responseEnded, "client closed");
  const next = await events(await ask("Hello again")).next();
  assert.equal(next.value.event, "text");
});

test("twenty at once, half of them abandoned: the others get whole answers", limit, async () => {
  // An answer takes some seconds, so that none is whole before it is abandoned.
  const ask = await worker("/words/40/pace/60/run/worker-many");
  const asked = Array.from({ length: 20 }, async (_, at) => {
    const question = `Question number ${at}`;
    const answer = await ask(question);
    if (at % 2) return answer.body.cancel();
    const { texts, ends } = await told(answer);
    assert.ok(texts.join("").includes(question), texts.join(""));
    assert.deepEqual(ends, whole);
  });
  await Promise.all(asked);
  const attempts = await bedrock.ended("worker-many", 20);
  const ends = attempts.map(({ responseEnded }) => responseEnded).sort();
  assert.deepEqual(ends, [...Array(10).fill("client closed"), ...Array(10).fill("complete")]);
});

for (const [name, wanted] of [
  ["stream-cut-before-metadata", "TruncatedStreamError"],
  ["stream-cut-in-frame", "TruncatedStreamError"],
  ["stream-reset-midway", "TruncatedStreamError"],
  ["stream-throttled-midway", "ThrottlingException"],
]) {
  test(`${name}: the answer ends with the error ${wanted}, and never as if it were whole`, limit, async () => {
    const ask = await worker(`/case/${name}/worker-${name}`);
    const { texts, ends } = await told(await ask("Hello"));
    assert.ok(texts.length > 0);
    assert.deepEqual(
      ends.map(({ event, data }) => [event, data.name]),
      [["error", wanted]],
    );
  });
}

for (const [name, status, said, attempts] of [
  ["throttled-always", 429, "ThrottlingException", 3],
  ["access-denied", 502, "AccessDeniedException", 1],
]) {
  test(`${name}: what fails before the first word is a status`, limit, async () => {
    const ask = await worker(`/case/${name}/worker-${name}`);
    const answer = await ask("Hello");
    assert.deepEqual([answer.status, await answer.text()], [status, said]);
    assert.equal((await bedrock.ended(`worker-${name}`, attempts)).length, attempts);
  });
}

test("what it lacks or is not made for is refused before anything is sent", limit, async () => {
  const ask = await worker("/run/worker-refused", { AWS_SECRET_ACCESS_KEY: "" });
  const refused = async (...asked) => {
    const answer = await ask(...asked);
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await refused("Hello"), [502, "CredentialsProviderError"]);
  assert.equal((await refused(" "))[0], 400);
  assert.equal((await refused(undefined, { method: "GET" }))[0], 405);
  assert.equal((await bedrock.seen("worker-refused")).attempts.length, 0);
});
