// A trap in the WebAssembly: the real thing, an out-of-bounds read forced by a wrong pointer. The test wraps
// WebAssembly.Instance before the package makes its first one; nothing of this is in the package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { claude, client, collect, file, messages, modelId, place, text } from "./context.mjs";

// What the wasm's one export is to do: a signature, if the lowest three bits of its first argument are 1; else it decodes.
const SIGN = 1;

/** A package of its own whose instances do as `plan` says: it is asked at each call and may answer "trap". */
async function trapping(name, plan) {
  const { Instance } = WebAssembly;
  const made = [];
  const construct = (_, given) => {
    const { exports } = new Instance(...given);
    const state = { calls: [], trapped: false };
    made.push(state);
    const wrapped = {};
    for (const [key, value] of Object.entries(exports)) {
      wrapped[key] =
        typeof value !== "function"
          ? value
          : (...args) => {
              if (state.trapped) state.calls.push(key);
              if (key === "run" && plan((args[0] & 7) === SIGN ? "sign" : "decode") === "trap") {
                state.trapped = true;
                // A pointer near the end of the address space: out of bounds of any memory, whatever is read.
                args[1] = 0xffff_ff00;
              }
              return value(...args);
            };
    }
    return { exports: wrapped };
  };
  WebAssembly.Instance = new Proxy(Instance, { construct });
  const restore = () => (WebAssembly.Instance = Instance);
  return { made, restore, package: await import(file("dist/node.js", `?${name}`)) };
}

for (const when of ["in a frame", "between frames"]) {
  test(`a trap in one stream ${when} and no stream is hurt; two in a row and that one fails alone`, async () => {
    let armed = 0;
    const wasm = await trapping(`stream-${when.replaceAll(" ", "-")}`, (key) =>
      key === "decode" && armed-- > 0 ? "trap" : undefined,
    );
    try {
      // Chunks of 70 bytes or of one frame each: the other streams are moved with and without bytes of a frame.
      const { endpoint } = place("/words/60/pace/3");
      const fetching = when === "in a frame" ? chunked(70) : fetch;
      const bedrock = client(endpoint, { fetch: fetching }, wasm.package);
      const open = async () => (await bedrock.converseStream({ modelId, messages })).stream;
      const whole = text(await collect(await open()));
      const invoke = async () =>
        (await bedrock.invokeModelWithResponseStream({ modelId, body: { ...claude, max_tokens: 60 } })).body;
      const plain = await collect(await invoke());
      const [one, two, three] = [await open(), await open(), await invoke()];

      const got = { one: [], two: [], three: [] };
      const read = async (stream, name, upTo = Infinity) => {
        while (got[name].length < upTo) {
          const { done, value } = await stream.next();
          if (done) return;
          got[name].push(value);
        }
      };
      await Promise.all([read(one, "one", 10), read(two, "two", 20), read(three, "three", 5)]);
      armed = 1;
      await Promise.all([read(one, "one", 20), read(two, "two", 30)]);
      assert.ok(armed < 1);
      assert.equal(wasm.made.length, 2);
      armed = 2;
      const error = await read(one, "one").then(
        () => assert.fail("a trap is due"),
        (error) => error,
      );
      assert.equal(error.name, "OutcropError");
      assert.equal(error.who, "outcrop");
      assert.ok(error.cause instanceof WebAssembly.RuntimeError, `${error.cause}`);
      assert.deepEqual(await one.next(), { done: true, value: undefined });

      await Promise.all([read(two, "two"), read(three, "three")]);
      assert.equal(text(got.two), whole);
      assert.deepEqual(got.three, plain);
      assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");

      assert.equal(wasm.made.filter(({ trapped }) => trapped).length, 3);
      assert.deepEqual(
        wasm.made.flatMap(({ calls }) => calls),
        [],
        "a trapped instance was called again",
      );
      assert.equal(wasm.made.length, 4);
    } finally {
      wasm.restore();
    }
  });
}

/** A fetch whose answers come in chunks of that size. */
function chunked(size) {
  return async (url, init) => {
    const response = await fetch(url, init);
    const cut = new TransformStream({
      transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += size) controller.enqueue(chunk.slice(at, at + size));
      },
    });
    return new Response(response.body.pipeThrough(cut), { status: response.status, headers: response.headers });
  };
}

test("a stream whose end mark an instance saw that has trapped since is complete", async () => {
  let armed = false;
  const wasm = await trapping("mark", (key) => {
    if (!armed || key !== "sign") return undefined;
    armed = false;
    return "trap";
  });
  try {
    const { endpoint } = place("/pace/0");
    let hold;
    const held = new Promise((done) => (hold = done));
    // All bytes come, but the end only when it is let go.
    const late = async (url, init) => {
      const response = await fetch(url, init);
      const tail = new TransformStream({ flush: () => held });
      return new Response(response.body.pipeThrough(tail), { status: response.status, headers: response.headers });
    };
    const { stream } = await client(endpoint, { fetch: late }, wasm.package).converseStream({ modelId, messages });
    for (;;) {
      const { value } = await stream.next();
      if (value.metadata) break;
    }
    armed = true;
    await client(endpoint, {}, wasm.package).converse({ modelId, messages });
    assert.equal(wasm.made.length, 2);
    hold();
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
  } finally {
    wasm.restore();
  }
});

test("sign is called once more after a trap, and not twice", async () => {
  let traps = 0;
  const wasm = await trapping("pure", (name) => (name === "sign" && traps-- > 0 ? "trap" : undefined));
  try {
    const { endpoint } = place();
    const bedrock = client(endpoint, {}, wasm.package);
    traps = 1;
    assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");
    assert.equal(wasm.made.length, 2);
    traps = 2;
    const error = await bedrock.converse({ modelId, messages }).then(
      () => assert.fail(),
      (error) => error,
    );
    assert.equal(error.name, "OutcropError");
    assert.equal(error.who, "outcrop");
    traps = 0;
    assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");
    assert.deepEqual(
      wasm.made.flatMap(({ calls }) => calls),
      [],
    );
  } finally {
    wasm.restore();
  }
});

test("an instance above 32 MiB gets no new work, and its streams end well", async (t) => {
  const wasm = await trapping("memory", () => undefined);
  try {
    const { endpoint } = place("/words/40/pace/5");
    const bedrock = client(endpoint, { maxAttempts: 1 }, wasm.package);
    const whole = text(await collect((await bedrock.converseStream({ modelId, messages })).stream));
    const { stream } = await bedrock.converseStream({ modelId, messages });
    const first = (await stream.next()).value;
    // Hashed in the wasm, so that its memory grows.
    t.mock.getter(crypto, "subtle", () => undefined);
    const refused = await bedrock
      .invokeModel({ modelId, body: new Uint8Array(33 * 1024 * 1024) })
      .catch((error) => error);
    assert.ok(refused instanceof wasm.package.OutcropError, `${refused}`);
    t.mock.restoreAll();
    assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");
    assert.equal(wasm.made.length, 2);
    assert.equal(text([first, ...(await collect(stream))]), whole);
  } finally {
    wasm.restore();
  }
});

test("a failed load is not kept", async (t) => {
  const web = await import(file("dist/web.js", "?load"));
  const { readFile } = await import("node:fs/promises");
  const answers = [
    () => Promise.reject(new TypeError("fetch failed")),
    () => new Response("gone", { status: 404 }),
    () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
    async (url) => new Response(await readFile(new URL(url)), { headers: { "content-type": "text/plain" } }),
  ];
  const asked = [];
  t.mock.method(globalThis, "fetch", async (url) => (asked.push(`${url}`), answers.shift()(url)));
  assert.equal(asked.length, 0, "importing loads nothing");
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(web.preload(), (error) => error instanceof web.NetworkError && !!error.cause);
  }
  await web.preload();
  await web.preload();
  assert.equal(asked.length, 4);
  assert.ok(asked.every((url) => url.endsWith("/dist/outcrop.wasm")));
});

test("loading starts with the first client; a call made meanwhile waits for it", async (t) => {
  const web = await import(file("dist/web.js", "?first"));
  const { readFile } = await import("node:fs/promises");
  const real = globalThis.fetch;
  let asked = 0;
  t.mock.method(globalThis, "fetch", async (url, init) => {
    if (!`${url}`.endsWith(".wasm")) return real(url, init);
    asked++;
    return new Response(await readFile(new URL(url)), { headers: { "content-type": "application/wasm" } });
  });
  const { endpoint } = place();
  const bedrock = client(endpoint, {}, web);
  client(endpoint, {}, web);
  assert.equal(asked, 1);
  assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");
  assert.equal(asked, 1);
});

test("a failed load that no call waits for is no unhandled rejection", async (t) => {
  const web = await import(file("dist/web.js", "?quiet"));
  t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("fetch failed")));
  client("http://127.0.0.1:1", {}, web);
  await new Promise((done) => setTimeout(done, 20));
  await assert.rejects(client("http://127.0.0.1:1", {}, web).converse({ modelId, messages }), { name: "NetworkError" });
});

for (const [type, streamed] of [
  ["application/wasm", 1],
  // compileStreaming refuses a type with a parameter.
  ["application/wasm; charset=utf-8", 0],
  ["application/octet-stream", 0],
  ["", 0],
]) {
  test(`compiled ${streamed ? "by streaming" : "at once"}: content-type ${JSON.stringify(type)}`, async (t) => {
    const web = await import(file("dist/web.js", `?type-${type}`));
    const { readFile } = await import("node:fs/promises");
    t.mock.method(globalThis, "fetch", async (url) => {
      const response = new Response(await readFile(new URL(url)), { headers: { "content-type": type } });
      return response;
    });
    const streaming = t.mock.method(WebAssembly, "compileStreaming");
    await web.preload();
    assert.equal(streaming.mock.callCount(), streamed);
  });
}

test("where there is no WebAssembly the error says so and what to do, and once there is the next call works", async (t) => {
  const none = await import(file("dist/node.js", "?none"));
  const { endpoint } = place();
  const ask = () => client(endpoint, {}, none).converse({ modelId, messages });
  const { WebAssembly: real } = globalThis;
  t.after(() => (globalThis.WebAssembly = real));
  const refuse = () => {
    throw new real.CompileError("forbidden");
  };
  // Missing; and as a policy refuses it.
  for (const there of [
    undefined,
    {
      ...real,
      compile: async () => refuse(),
      Module: class {
        p = refuse();
      },
    },
  ]) {
    if (there) globalThis.WebAssembly = there;
    else delete globalThis.WebAssembly;
    const error = await ask().catch((error) => error);
    assert.ok(error instanceof none.OutcropError, `${error}`);
    assert.deepEqual([error.name, error.who, error.code], ["OutcropError", "caller", "NoWebAssembly"]);
    assert.match(
      error.message,
      /^no WebAssembly here \(.+(not defined|forbidden)\)\. A page's policy .*'wasm-unsafe-eval'/,
    );
  }
  globalThis.WebAssembly = real;
  assert.equal((await ask()).stopReason, "end_turn");
});
