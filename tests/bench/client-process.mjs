// One client in a process of its own: what it costs to decode, to call, to reach the first event, and to hold many
// streams. Its fetch is a stub unless an endpoint is given.

import { pathToFileURL } from "node:url";
import { answer, cut, joined, large, long } from "./frames.mjs";
import { serve, timed } from "./racer.mjs";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
// As long as those of a role: a session token has about 900 characters.
const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "x".repeat(900),
};

// The instances of the wasm that were made: nothing of the package tells how large its memory is.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(made, args) {
    const instance = Reflect.construct(made, args);
    if (instance.exports.memory) memories.push(new WeakRef(instance.exports.memory));
    return instance;
  },
});
const memory = () => memories.at(-1)?.deref()?.buffer.byteLength ?? 0;

const ownFetch = globalThis.fetch;
let stub;
globalThis.fetch = (...args) => (stub ?? ownFetch)(...args);

const { make } = await import(pathToFileURL(process.argv[2]).href);
const stubbed = make({ credentials });

const streamed = (body) =>
  new Response(body, { status: 200, headers: { "content-type": "application/vnd.amazon.eventstream" } });

/** One read takes one piece; nothing is read ahead. */
const bodyOf = (pieces) => {
  const source = pieces[Symbol.iterator]();
  const pull = (controller) => {
    const { done, value } = source.next();
    if (done) controller.close();
    else controller.enqueue(value);
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
};

async function count(client, model = modelId) {
  let events = 0;
  for await (const _ of await client.stream(model, "Hello")) events += 1;
  return events;
}

let kept;
/** The bytes of an answer in pieces; the last one is kept, as the next task is often of the same. */
function pieces({ events, bytes, chunk }) {
  const key = `${events} ${bytes} ${chunk}`;
  if (events > 10_000) return { frames: events + 4, pieces: long(events, chunk) };
  if (kept?.key !== key) {
    const frames = bytes ? large(bytes) : answer(events);
    kept = { key, frames: frames.length, pieces: chunk === "event" ? frames : cut(joined(frames), chunk ?? Infinity) };
  }
  return kept;
}

serve({
  async decode({ repeat, exact, ...what }) {
    const { frames, pieces: body } = pieces(what);
    stub = async () => streamed(bodyOf(body));
    return timed(repeat, async () => {
      const events = await count(stubbed);
      if (exact && events !== frames) throw new Error(`${events} events instead of ${frames}`);
    });
  },

  /** Whole calls whose answer is there at once; `token`: with an API key, so that nothing is signed. */
  async call({ repeat, bytes, token }) {
    const told = JSON.stringify({
      output: { message: { role: "assistant", content: [{ text: "Hi" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 1 },
    });
    stub = async () => new Response(told, { status: 200, headers: { "content-type": "application/json" } });
    const client = token ? make({ token: "key" }) : stubbed;
    // 60 bytes: the JSON around the text.
    const text = "a".repeat(bytes - 60);
    return timed(repeat, () => client.converse(modelId, text));
  },

  async stream({ endpoint, model, repeat }) {
    stub = undefined;
    const client = make({ credentials, endpoint });
    return timed(repeat, () => count(client, model));
  },

  /** Short streams, one after the other: the median time to the first event, and what a whole one costs. */
  async first({ endpoint, model, repeat }) {
    stub = undefined;
    const client = make({ credentials, endpoint });
    const times = [];
    const { cpu } = await timed(repeat, async () => {
      const began = performance.now();
      let first = true;
      for await (const _ of await client.stream(model, "Hello")) {
        if (first) times.push(performance.now() - began);
        first = false;
      }
    });
    return { cpu, wall: times.sort((one, other) => one - other)[times.length >> 1] };
  },

  /**
   * That many streams at once, each cut in the middle of its frames. Halfway all wait for each other, and the memory
   * is looked at; then they end.
   */
  async streams({ count: many, events, chunk }) {
    const { frames, pieces: body } = pieces({ events, chunk });
    await decoded(body);
    globalThis.gc();
    const idle = { wasm: memory(), heap: heap() };
    let arrived = 0;
    let all, halfway;
    const go = new Promise((resolve) => (all = resolve));
    const there = new Promise((resolve) => (halfway = resolve));
    stub = async () => {
      let at = 0;
      return streamed(
        new ReadableStream(
          {
            async pull(controller) {
              if (at === body.length >> 1) {
                if (++arrived === many) halfway();
                await go;
              }
              if (at < body.length) controller.enqueue(body[at++]);
              else controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    };
    const before = process.cpuUsage();
    const running = Promise.all(Array.from({ length: many }, () => count(stubbed)));
    await Promise.race([there, running.then(() => {})]);
    // A task later: who is to hold something holds it now.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const half = process.cpuUsage(before);
    globalThis.gc();
    const open = { wasm: memory(), heap: heap() };
    const again = process.cpuUsage();
    all();
    const counts = await running;
    const rest = process.cpuUsage(again);
    if (counts.some((events) => events !== frames)) throw new Error(`a stream has not ${frames} events`);
    globalThis.gc();
    const ended = { wasm: memory(), heap: heap() };
    return { idle, open, ended, cpu: (half.user + half.system + rest.user + rest.system) / 1000 };
  },

  /** An event so large that the instance is given up: how much memory it had grown to, and whether it is still there. */
  async retire({ bytes }) {
    const { pieces: body } = pieces({ bytes, chunk: 65_536 });
    const before = memories.length;
    await decoded(body);
    const grown = memories[before - 1]?.deref()?.buffer.byteLength ?? 0;
    await decoded(pieces({ events: 1 }).pieces);
    // Weak references are cleared after the task that made or read them.
    for (let tries = 0; tries < 20 && memories[before - 1]?.deref(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      globalThis.gc();
    }
    return { grown, fresh: memory(), instances: memories.length - before, kept: !!memories[before - 1]?.deref() };
  },
});

function decoded(body) {
  stub = async () => streamed(bodyOf(body));
  return count(stubbed);
}

/** Bytes that JavaScript holds, buffers outside its heap too; the wasm's memory is counted by itself. */
function heap() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external - memory();
}
