// Calls within calls, and handles used again: a logger, provider, fetch, listener or getter that calls the same client or
// its stream; one stream read by many; streams and clients over instances of the wasm that were retired; the glue itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { probed } from "./boundary-report.mjs";
import { event, frame, modelId, world } from "./boundary-scenes.mjs";
import { file, outcrop } from "./context.mjs";

const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const input = { modelId, messages };
const DONE = { done: true, value: undefined };
const fetch = (...all) => world().fetch(...all);
const given = { ...world().given, fetch };
const open = (more) => new outcrop.BedrockRuntime({ ...given, maxAttempts: 2, ...more });
const streaming = async (more, options) => (await open(more).converseStream(input, options)).stream;
const read = async (stream) => {
  const events = [];
  for await (const one of stream) events.push(one);
  return events;
};
const whole = await read(await streaming());
const once = (what, promise) => {
  probed("calls within calls, and handles used again");
  let timer;
  // ms: nothing here waits for anything.
  const late = new Promise((_, reject) => (timer = setTimeout(reject, 5_000, new Error(`${what}: it hangs`))));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

test("boundary, again: what the client calls calls the client", async () => {
  let bedrock;
  let depth = 0;
  const within = [];
  /** Calls the client once more, from wherever it is called, three deep. */
  const again = () => {
    if (depth++ < 3) within.push(bedrock.converse(input), streaming().then(read));
  };
  const fetches = async (...all) => (again(), fetch(...all));
  const ways = {
    "a logger": () => ({ logger: { debug: again, warn: again } }),
    "a fetch": () => ({ fetch: fetches }),
    "a limiter": () => ({ retryMode: { before: again, after: again } }),
    "a provider": () => ({ credentials: async () => (again(), given.credentials) }),
    "a getter": () => ({
      credentials: Object.defineProperty({ ...given.credentials }, "sessionToken", {
        enumerable: true,
        get: () => (again(), "t"),
      }),
    }),
  };
  for (const [what, more] of Object.entries(ways)) {
    for (const method of ["converse", "converseStream"]) {
      depth = 0;
      bedrock = open(more());
      const answer = await once(what, bedrock[method](input));
      if (answer.stream) assert.deepEqual(await read(answer.stream), whole);
      assert.ok(within.length >= 2, what);
      for (const told of await once(what, Promise.all(within)))
        assert.ok(told.stopReason === "end_turn" || told.length === whole.length);
      within.length = 0;
    }
  }
});

test("boundary, again: a provider that waits for its own client waits for itself, until the call's limit; then it works", async () => {
  let waits = true;
  const provider = async () => (
    waits && (await bedrock.converse(input, { timeouts: { total: 100 } })), given.credentials
  );
  const bedrock = open({ credentials: provider, timeouts: { total: 300 } });
  const error = await once(
    "a provider",
    bedrock.converse(input).catch((error) => error),
  );
  assert.match(error.name, /TimeoutError|CredentialsProviderError/);
  waits = false;
  await new Promise((done) => setTimeout(done, 300));
  const fresh = async () => given.credentials;
  assert.equal((await once("the next", bedrock.converse(input, { credentials: fresh }))).stopReason, "end_turn");
});

test("boundary, again: an abort from within ends the call, wherever it comes from", async () => {
  for (const where of ["logger", "fetch", "provider", "limiter", "read"]) {
    for (const method of ["converse", "converseStream"]) {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error("why"));
      const reading = async (...all) => {
        const response = await fetch(...all);
        const { read, cancel } = response.body.getReader();
        return { ...response, body: { getReader: () => ({ read: () => (abort(), read()), cancel }) } };
      };
      const more = {
        logger: { logger: { debug: abort } },
        fetch: { fetch: async (...all) => (abort(), fetch(...all)) },
        provider: { credentials: async () => (abort(), given.credentials) },
        limiter: { retryMode: { before: abort, after: abort } },
        read: { fetch: reading },
      }[where];
      const told = await once(
        where,
        (async () => {
          const { stream } = await open(more)[method](input, { abortSignal: controller.signal });
          if (stream) await read(stream);
        })().then(
          () => undefined,
          (error) => error,
        ),
      );
      assert.deepEqual([told?.name, told?.cause?.message], ["AbortError", "why"], `${where}, ${method}`);
    }
  }
});

test("boundary, again: of a call that was aborted before it began no timer is left", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const options = { abortSignal: AbortSignal.abort(), requestTimeout: 60_000, timeouts: { total: 60_000 } };
  for (const method of ["converse", "converseStream"])
    await assert.rejects(open()[method](input, options), { name: "AbortError" });
  assert.equal(timers(), before);
});

test("boundary, again: one stream, read by many at once, in order and each event once", async () => {
  const stream = await streaming();
  const reads = Array.from({ length: whole.length + 5 }, () => stream.next());
  const told = await once("reads", Promise.all(reads));
  assert.deepEqual(
    told.map(({ value }) => value),
    [...whole, ...Array(5).fill(undefined)],
  );
  // Two loops on one stream share its events.
  const shared = await streaming();
  const [one, other] = await once("loops", Promise.all([read(shared), read(shared)]));
  assert.equal(one.length + other.length, whole.length);
  assert.deepEqual(
    new Set([...one, ...other].map((item) => JSON.stringify(item))),
    new Set(whole.map((item) => JSON.stringify(item))),
  );
});

test("boundary, again: next, return and throw within each other, and after the end", async () => {
  for (const within of ["next", "return", "throw"]) {
    const stream = await streaming();
    const told = [];
    const step = async () => {
      const first = await stream.next();
      told.push(first.value);
      const calls = [stream.next(), stream[within]?.(new Error("own")).catch((error) => error), stream.next()];
      return Promise.all(calls);
    };
    await once(within, step());
    for (let at = 0; at < 3; at++) {
      if (within === "next") break;
      assert.deepEqual(await once("after", stream.next()), DONE);
      assert.deepEqual(await once("after", stream.return()), DONE);
    }
  }
  // From within the fetch's own reader: the stream that waits for it.
  let stream;
  const queue = [
    event("messageStart", {}),
    event("contentBlockDelta", { delta: { text: "a" } }),
    event("metadata", {}),
  ];
  const headers = { get: (name) => (name === "content-type" ? "application/vnd.amazon.eventstream" : null) };
  const inner = [];
  const reader = {
    read: async () => (stream && inner.push(stream.next()), { done: !queue.length, value: queue.shift() }),
    cancel: async () => void (stream && inner.push(stream.return())),
  };
  stream = await streaming({ fetch: async () => ({ status: 200, headers, body: { getReader: () => reader } }) });
  const first = await once("from its reader", read(stream));
  const rest = await once("from its reader", Promise.all(inner));
  assert.equal(first.length + rest.filter(({ done }) => !done).length, 3);
});

test("boundary, again: an instance that was retired is not asked again, by any client or stream", async () => {
  const glue = [];
  const { Instance } = WebAssembly;
  let trap = false;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, all) {
      const { memory, room, run } = new Instance(...all).exports;
      const state = { trapped: false, after: 0 };
      glue.push(state);
      const guarded =
        (call) =>
        (...args) => {
          if (state.trapped) state.after++;
          if (trap && call === run) {
            trap = false;
            state.trapped = true;
            args[1] = 0xffff_ff00;
          }
          return call(...args);
        };
      return { exports: { memory, room: guarded(room), run: guarded(run) } };
    },
  });
  try {
    const own = await import(file("dist/node.js", "?boundary-again"));
    const clients = [1, 2].map(() => new own.BedrockRuntime(given));
    // The core is shared by all entries of a program: what is counted from here on is what traps.
    const streams = await Promise.all(clients.map(async (bedrock) => (await bedrock.converseStream(input)).stream));
    for (let round = 0; round < 5; round++) {
      trap = true;
      assert.equal((await once("after a trap", clients[round % 2].converse(input))).stopReason, "end_turn");
    }
    trap = true;
    for (const stream of streams) assert.deepEqual(await once("a stream after a trap", read(stream)), whole);
    assert.equal(
      glue.reduce((sum, { after }) => sum + after, 0),
      0,
    );
    assert.ok(glue.filter(({ trapped }) => trapped).length >= 5);
  } finally {
    WebAssembly.Instance = Instance;
  }
});

test("boundary, again: the wasm's two exports take any numbers and any bytes, in any order, from many at once", async () => {
  const { readFile } = await import("node:fs/promises");
  const module = await WebAssembly.compile(await readFile(new URL(file("dist/outcrop.wasm"))));
  const make = () => new WebAssembly.Instance(module).exports;
  // A generator of its own, so that a failure can be had again: xorshift32, seed 0x5eed.
  let seed = 0x5eed;
  const random = (below) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
  let exports = make();
  let traps = 0;
  const good = frame(
    [
      [":message-type", "event"],
      [":event-type", "metadata"],
    ],
    "{}",
  );
  for (let round = 0; round < 20_000; round++) {
    try {
      const size = random(4) ? random(300) : random(70_000);
      const at = exports.room(size);
      const bytes = new Uint8Array(exports.memory.buffer);
      if (random(3)) for (let byte = 0; byte < Math.min(size, 64); byte++) bytes[at + byte] = random(256);
      else bytes.set(good.subarray(0, size), at);
      const length = exports.run(
        random(8) + 8 * random(random(2) ? 20 : 2 ** 28),
        random(50) ? at : random(2 ** 31),
        random(50) ? size : random(1_000_000),
      );
      assert.ok(length >= 0);
    } catch (error) {
      // A trap is an error that can be caught, and ends that instance only.
      assert.ok(error instanceof WebAssembly.RuntimeError || error instanceof RangeError, `${error}`);
      exports = make();
      traps++;
    }
  }
  assert.ok(traps < 20_000);
  probed("the wasm's exports with random numbers and bytes", 20_000);
});
