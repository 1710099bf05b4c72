// What is done with the package in a page, imported when a task says so: some change the host before. It holds no
// verdict, and answers `{error}` instead of rejecting.

import { leave, operations } from "./runtimes/checks.mjs";
import { meddle, storm } from "./runtimes/node/traps-many.mjs";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];
const words = (event) => event.contentBlockDelta?.delta.text ?? "";

/** Calls of the host's ways to compile, from then on. */
let compiles;
/** The traps of this realm, once they are wanted. */
let traps;
/** What the service worker was asked, and its answer that is being read. */
let asking;
let reader;

/** What can be sent home of a call: its text, or what went wrong. */
const told = (call) =>
  call.then(
    ({ output }) => ({ text: output.message.content[0].text }),
    ({ name, who, code, message }) => ({ name, who, code, message }),
  );

/** A whole answer, and when it had five events, a call of `middle`. */
async function read({ BedrockRuntime }, options, middle = () => {}) {
  let text = "";
  let events = 0;
  try {
    for await (const event of (await new BedrockRuntime(options).converseStream({ modelId, messages })).stream) {
      text += words(event);
      events += 1;
      if (events === 5) await middle();
    }
    return { text, events };
  } catch (error) {
    return { text, events, error: error.name, cause: error.cause?.constructor.name };
  }
}

const tasks = {
  import: async (entry) => Object.keys(await import(entry)).length,

  /** So many clients with a call each, all at once. */
  async calls(entry, options, clients = 1) {
    const { BedrockRuntime } = await import(entry);
    const all = Array.from({ length: clients }, () => new BedrockRuntime(options));
    return Promise.all(all.map((client) => told(client.converse({ modelId, messages }))));
  },

  /** From now on it is counted how the host is told to compile; without compileStreaming if so asked. */
  count(without) {
    compiles = { compileStreaming: 0, compile: 0 };
    for (const key of Object.keys(compiles)) {
      const own = WebAssembly[key];
      WebAssembly[key] = (...given) => {
        compiles[key] += 1;
        return own(...given);
      };
    }
    if (without) WebAssembly.compileStreaming = undefined;
  },
  counted: () => compiles,

  /** The host without what not every host has. */
  async without(entry, options, endless) {
    const { prototype } = ReadableStream;
    delete globalThis.FinalizationRegistry;
    delete prototype[Symbol.asyncIterator];
    delete prototype.values;
    const gone = [typeof FinalizationRegistry, typeof prototype[Symbol.asyncIterator], typeof prototype.values];
    const outcrop = await import(entry);
    return { gone, operations: await operations(outcrop, options), left: await leave(outcrop, endless) };
  },

  /** Four operations, and bodies in memory that is shared, which only such a page has: below and above 8 KB. */
  async isolated(entry, options, elsewhere) {
    const outcrop = await import(entry);
    const told = { isolated: crossOriginIsolated, operations: await operations(outcrop, options), shared: [] };
    const bedrock = new outcrop.BedrockRuntime(elsewhere);
    if (!globalThis.SharedArrayBuffer) return { ...told, shared: "no SharedArrayBuffer" };
    for (const size of [0, 10_000]) {
      const content = "Tell me about granite".padEnd(size);
      const messages = [{ role: "user", content }];
      const json = JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages });
      const bytes = new Uint8Array(new SharedArrayBuffer(json.length));
      bytes.set(new TextEncoder().encode(json));
      const answer = await bedrock.invokeModel({ modelId, body: bytes }).catch((error) => error);
      told.shared.push(answer.body?.json().content[0].text ?? `${answer}`);
    }
    return told;
  },
  operations: async (entry, options) => operations(await import(entry), options),

  /**
   * Copies of the package from several addresses, a stream of each and one more of the second, all in their middle when
   * the wasm of the first traps; then a call of each.
   */
  async copies(entries, options) {
    traps = meddle();
    const copies = [];
    for (const entry of entries) {
      const copy = await import(entry);
      traps.label = entry;
      await copy.preload();
      copies.push(copy);
    }
    const all = [...copies, copies[1]];
    let begun = 0;
    let go;
    const together = new Promise((done) => {
      go = done;
    });
    const middle = () => {
      begun += 1;
      if (begun === all.length) {
        traps.armed = { label: entries[0], kind: "decode", times: 2 };
        go();
      }
      return together;
    };
    const streams = await Promise.all(all.map((copy) => read(copy, options, middle)));
    const next = await Promise.all(
      copies.map(({ BedrockRuntime }) => told(new BedrockRuntime(options).converse({ modelId, messages }))),
    );
    const { made, late, armed } = traps;
    const classes = new Set(copies.map(({ OutcropError }) => OutcropError)).size;
    return { streams, next, made: entries.map((entry) => made[entry]), late, armed: armed.times, classes };
  },

  /** Forced traps; see traps-many.mjs. */
  async storm(entry, options, rounds) {
    const outcrop = await import(entry);
    traps ??= meddle();
    return storm(outcrop, options, rounds, traps);
  },

  /** A module worker that ends in the middle of a stream; then another. */
  async terminate(entry, options, ...next) {
    const worker = new Worker("./worker.mjs", { type: "module" });
    let events = 0;
    await new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = () => {
        events += 1;
        if (events === 5) resolve();
      };
      worker.postMessage(["stream", entry, options]);
    });
    worker.terminate();
    return { events, at: Date.now(), next: await globalThis.taskInWorker("calls", ...next) };
  },

  /** A service worker for this place. */
  async register() {
    const controlled = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
    await navigator.serviceWorker.register("./service-worker.mjs", { type: "module" });
    await controlled;
  },
  /** Asks it; answers the first event's text, or what went wrong. The rest is for `rest`. */
  async ask(options) {
    try {
      const response = await fetch(`./ask?options=${encodeURIComponent(JSON.stringify(options))}`);
      if (!response.ok) return { failed: await response.text() };
      reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      return { first: (await reader.read()).value };
    } catch (error) {
      return { failed: String(error) };
    }
  },
  /** The same, but its outcome is for `asked`: a driver does one thing at a time. */
  begin(options) {
    asking = tasks.ask(options);
  },
  asked: () => asking,
  /** The rest of its answer, and whether that broke off. */
  async rest() {
    let text = "";
    try {
      for (let piece; (piece = await reader.read()), !piece.done; ) text += piece.value;
      return { text };
    } catch (error) {
      return { text, broken: String(error) };
    }
  },
};

/** `{value}` or `{error}`. */
export async function perform(task, ...given) {
  try {
    return { value: await tasks[task](...given) };
  } catch (error) {
    return { error: `${error?.name}: ${error?.message}\n${error?.stack}` };
  }
}
