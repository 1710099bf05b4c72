// Texts and bytes at the limits: as long as a host can have them, half characters, U+0000 in everything that is signed,
// JSON nested deep, buffers that are detached, resized, shared or grow, views that lie about themselves. What is sent is
// what was signed, again and again, or nothing is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { probed } from "./boundary-report.mjs";
import { event, modelId, world } from "./boundary-scenes.mjs";
import { file, outcrop } from "./context.mjs";

const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const { given } = world();
const good = async () => new Response(JSON.stringify({ stopReason: "end_turn" }));
const open = (more) => new outcrop.BedrockRuntime({ ...given, fetch: good, maxAttempts: 2, ...more });
const outcome = (promise) =>
  promise.then(
    (answer) => ({ answer }),
    (error) => ({ error }),
  );
const ours = ({ error }, what) => assert.ok(error instanceof outcrop.OutcropError, `${what}: ${error?.stack ?? error}`);
// V8's longest text: 2^29 - 24 characters.
const LONGEST = 536_870_888;

test("boundary, texts: as long as a host can have them are errors, and the next call works", async () => {
  const bedrock = open();
  const long = "a".repeat(LONGEST);
  const wide = "é".repeat(1 << 27);
  for (const [what, call] of [
    ["a model's id", () => bedrock.converse({ modelId: long, messages })],
    ["a model's id, not ASCII", () => bedrock.converse({ modelId: wide, messages })],
    ["a message", () => bedrock.converse({ modelId, messages: [{ role: "user", content: [{ text: long }] }] })],
    ["a signed header", () => bedrock.converse({ modelId, messages }, { headers: { "x-amz-own": long } })],
    ["a header that is bound", () => bedrock.invokeModel({ modelId, body: "", accept: wide })],
    ["a token of a list", () => bedrock.listAsyncInvokes({ nextToken: wide })],
    ["a region", () => bedrock.converse({ modelId, messages }, { region: long })],
    ["an endpoint", () => bedrock.converse({ modelId, messages }, { endpoint: wide })],
  ]) {
    probed("texts and bytes at their limits");
    ours(await outcome(call()), what);
    assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn", what);
  }
  // Of 64 MiB and one byte it is a body as any other.
  const body = new Uint8Array(67_108_865).fill(97);
  const sent = [];
  await open({ fetch: async (_, init) => (sent.push(init.body.length), good()) }).invokeModel({ modelId, body });
  assert.deepEqual(sent, [body.length]);
});

test("boundary, texts: a million headers of an event are refused; ten thousand of a call are sent", async () => {
  const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`x-amz-h${at}`, "v"]));
  const sent = [];
  await open({ fetch: async (_, init) => (sent.push(Object.keys(init.headers).length), good()) }).converse(
    { modelId, messages },
    { headers },
  );
  assert.ok(sent[0] > 10_000);
  const { encode } = await import(file("dist/event-stream.js"));
  const many = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, at) => [`h${at}`, true]));
  assert.throws(() => encode(many), { code: "TooLong" });
  probed("texts and bytes at their limits", 2);
});

test("boundary, texts: half characters and U+0000, wherever a text crosses into the wasm or a header", async () => {
  const { credentials } = given;
  const texts = {
    "U+0000": "a\0b",
    "U+0000 at its end": "a\0",
    "half a character": "a\ud800",
    "the other half": "\udfff",
    "a line break": "a\r\nx: y",
    "U+007F": "a\x7f",
  };
  for (const [what, text] of Object.entries(texts)) {
    for (const [where, input, options] of [
      ["accessKeyId", {}, { credentials: { ...credentials, accessKeyId: text } }],
      ["secretAccessKey", {}, { credentials: { ...credentials, secretAccessKey: text } }],
      ["sessionToken", {}, { credentials: { ...credentials, sessionToken: text } }],
      ["API key", {}, { token: text }],
      ["region", {}, { region: text }],
      ["header", {}, { headers: { "x-amz-own": text } }],
      ["header's name", {}, { headers: { [`x-amz-${text}`]: "v" } }],
      ["header that is not signed", {}, { headers: { own: text } }],
    ]) {
      let sent = 0;
      const bedrock = open({ fetch: () => (sent++, good()) });
      ours(await outcome(bedrock.converse({ modelId, messages, ...input }, options)), `${where}: ${what}`);
      assert.equal(sent, 0, `${where}: ${what}`);
      probed("texts and bytes at their limits");
    }
  }
  // In a path they are encoded, half characters as U+FFFD as hosts do it; U+0000 is refused.
  const sent = [];
  const bedrock = open({ fetch: async (url) => (sent.push(url), good()) });
  await bedrock.converse({ modelId: "a\ud800b", messages });
  assert.match(sent[0], /\/model\/a%EF%BF%BDb\/converse$/);
  ours(await outcome(bedrock.converse({ modelId: "a\0b", messages })), "path");
  // In a body they are JSON's own escapes.
  const bodies = [];
  await open({ fetch: async (_, init) => (bodies.push(new TextDecoder().decode(init.body)), good()) }).converse({
    modelId,
    messages: [{ role: "user", content: [{ text: "a\ud800\0" }] }],
  });
  assert.match(bodies[0], /"a\\ud800\\u0000"/);
  probed("texts and bytes at their limits", 3);
});

test("boundary, texts: JSON nested deep, in answers, events, errors and inputs", async () => {
  const deep = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const tools = await import(file("dist/tools.js"));
  const models = await import(file("dist/models.js"));
  for (const depth of [1_000, 100_000, 2_000_000]) {
    const json = `{"stopReason":"end_turn","output":${deep(depth)}}`;
    for (const [status, headers] of [
      [200, {}],
      [400, {}],
    ]) {
      const told = await outcome(
        open({ fetch: async () => new Response(json, { status, headers }) }).converse({ modelId, messages }),
      );
      assert.ok(told.answer ? status === 200 : told.error instanceof outcrop.OutcropError, `${depth}: ${told.error}`);
    }
    const headers = { "content-type": "application/vnd.amazon.eventstream" };
    const frames = [
      event("messageStart", {}),
      event("metadata", JSON.parse(`{"a":${deep(depth < 100_000 ? depth : 10)}}`)),
    ];
    const { stream } = await open({ fetch: async () => new Response(new Blob(frames), { headers }) }).converseStream({
      modelId,
      messages,
    });
    for await (const _ of stream);
    let nested = {};
    for (let at = 0; at < depth; at++) nested = { nested };
    const told = await outcome(open().converse({ modelId, messages, additionalModelRequestFields: nested }));
    if (told.error) ours(told, `input ${depth}`);
    models.textOf(modelId, nested);
    models.textOfChunk(undefined, nested);
    const client = {
      converse: async () => ({
        output: {
          message: { role: "assistant", content: [{ toolUse: { toolUseId: "i", name: "answer", input: nested } }] },
        },
        stopReason: "tool_use",
      }),
    };
    const { error } = await outcome(tools.structured(client, { modelId, messages }, { type: "array" }, { repairs: 0 }));
    assert.ok(error instanceof outcrop.OutcropError, `${depth}: ${error}`);
    probed("texts and bytes at their limits", 6);
  }
});

/** Sends a body twice, the first attempt failing: what was sent, with its signatures. */
async function sentTwice(body, between, more) {
  const sent = [];
  const fetch = async (_, init) => {
    sent.push({
      bytes: Buffer.from(init.body ?? new Uint8Array()).toString("hex"),
      signature: init.headers.authorization,
      hash: init.headers["x-amz-content-sha256"],
    });
    if (sent.length === 1) between?.();
    return sent.length === 1 ? new Response("{}", { status: 500 }) : good();
  };
  const told = await outcome(open({ fetch, ...more }).invokeModel({ modelId, body }));
  return { sent, ...told };
}

test("boundary, bytes: whatever becomes of a caller's buffer, each attempt sends what the call was given", async () => {
  for (const size of [16, 8_192, 8_193, 100_000]) {
    for (const more of [{}, { credentials: undefined, token: "key" }]) {
      const filled = (buffer) => (new Uint8Array(buffer).fill(97), buffer);
      const resizable = () => filled(new ArrayBuffer(size, { maxByteLength: size * 2 }));
      const shared = () => filled(new SharedArrayBuffer(size));
      const memory = () => new WebAssembly.Memory({ initial: 2, maximum: 4 });
      const cases = {
        overwritten: () => {
          const bytes = new Uint8Array(filled(new ArrayBuffer(size)));
          return [bytes, () => bytes.fill(98)];
        },
        detached: () => {
          const buffer = filled(new ArrayBuffer(size));
          return [new Uint8Array(buffer), () => structuredClone(buffer, { transfer: [buffer] })];
        },
        "detached, the buffer itself": () => {
          const buffer = filled(new ArrayBuffer(size));
          return [buffer, () => structuredClone(buffer, { transfer: [buffer] })];
        },
        "a DataView": () => {
          const bytes = new DataView(filled(new ArrayBuffer(size)));
          return [bytes, () => bytes.setUint8(0, 98)];
        },
        shrunk: () => {
          const buffer = resizable();
          return [new Uint8Array(buffer), () => buffer.resize(1)];
        },
        "shrunk below a fixed view": () => {
          const buffer = resizable();
          return [new Uint8Array(buffer, 0, size), () => buffer.resize(1)];
        },
        grown: () => {
          const buffer = resizable();
          return [new Uint8Array(buffer), () => buffer.resize(size * 2)];
        },
        shared: () => {
          const buffer = shared();
          return [new Uint8Array(buffer), () => new Uint8Array(buffer).fill(98)];
        },
        "a memory that grows": () => {
          const own = memory();
          const bytes = new Uint8Array(own.buffer, 0, size).fill(97);
          return [bytes, () => own.grow(1)];
        },
        "a subclass": () => {
          class Own extends Uint8Array {
            static get [Symbol.species]() {
              throw new Error("species");
            }
            slice() {
              return Uint8Array.of(1);
            }
            subarray() {
              return Uint8Array.of(2);
            }
            get length() {
              return 3;
            }
          }
          return [new Own(filled(new ArrayBuffer(size))), () => {}];
        },
        "a Buffer": () => {
          const bytes = Buffer.alloc(size, 97);
          return [bytes, () => bytes.fill(98)];
        },
      };
      for (const [what, make] of Object.entries(cases)) {
        const [body, between] = make();
        const { sent, answer, error } = await sentTwice(body, between, more);
        assert.ok(answer, `${what}: ${error?.stack}`);
        const expected = Buffer.alloc(size, 97).toString("hex");
        assert.deepEqual(
          sent.map(({ bytes }) => bytes === expected),
          [true, true],
          `${what}, ${size} bytes`,
        );
        probed("buffers that change, lie or go");
      }
    }
  }
});

test("boundary, bytes: what is no bytes any more, or lies, is an error or is sent as it is", async () => {
  const gone = new ArrayBuffer(8);
  const view = new Uint8Array(gone);
  structuredClone(gone, { transfer: [gone] });
  const lying = (name, value) => Object.defineProperty(new Uint8Array(8).fill(97), name, { value });
  const bodies = {
    "detached before": view,
    "detached before, the buffer": gone,
    "byteLength lies": lying("byteLength", 1e9),
    "byteOffset lies": lying("byteOffset", -1),
    "buffer lies": lying("buffer", { length: 5 }),
    "length lies": lying("length", 1e9),
  };
  for (const [what, body] of Object.entries(bodies)) {
    for (const input of [
      { modelId, body },
      { modelId, body: { bytes: body } },
    ]) {
      const told = await outcome(open().invokeModel(input));
      if (told.error) ours(told, what);
      probed("buffers that change, lie or go");
    }
  }
  assert.equal((await open().converse({ modelId, messages })).stopReason, "end_turn");
});

test("boundary, bytes: chunks of a stream that lie about their length, or change, harm no other stream", async () => {
  const frames = [
    event("messageStart", { role: "assistant" }),
    event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "a" } }),
    event("metadata", { usage: {} }),
  ];
  const headers = { get: (name) => (name === "content-type" ? "application/vnd.amazon.eventstream" : null) };
  const stream = async (chunks) => {
    const queue = [...chunks];
    const body = {
      getReader: () => ({
        read: async () => ({ done: !queue.length, value: queue.shift()?.() }),
        cancel: async () => {},
      }),
    };
    return (
      await open({ maxAttempts: 1, fetch: async () => ({ status: 200, headers, body }) }).converseStream({
        modelId,
        messages,
      })
    ).stream;
  };
  const plain = frames.map((bytes) => () => bytes);
  const read = async (events) => {
    const list = [];
    for await (const one of events) list.push(one);
    return list;
  };
  const whole = await read(await stream(plain));
  const lies = (name, value) => () =>
    Object.defineProperty(new Uint8Array(100_000).fill(255), name, { get: () => value });
  for (const [what, chunk] of Object.entries({
    "shorter than it is": lies("length", 1),
    "longer than it is": lies("length", 1e6),
    "far longer": lies("length", 2 ** 31),
    negative: lies("length", -5),
    "no number": lies("length", Number.NaN),
    throwing: () =>
      Object.defineProperty(new Uint8Array(8), "length", {
        get() {
          throw new Error("boom");
        },
      }),
    detached: () => {
      const bytes = new Uint8Array(8);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    },
    "a DataView": () => new DataView(new ArrayBuffer(8)),
  })) {
    // One is in the middle meanwhile.
    const other = await stream(plain);
    const first = await other.next();
    await outcome((async () => read(await stream([plain[0], chunk, ...plain.slice(1)])))());
    const list = [first.value, ...(await read(other))];
    assert.deepEqual(list, whole, what);
    assert.deepEqual(await read(await stream(plain)), whole, what);
    probed("buffers that change, lie or go");
  }
  // Chunks whose bytes are resized or overwritten after they were handed over.
  const all = new Uint8Array(Buffer.concat(frames));
  const buffer = new ArrayBuffer(all.length, { maxByteLength: all.length });
  new Uint8Array(buffer).set(all);
  const told = await outcome(
    (async () =>
      read(await stream([() => new Uint8Array(buffer, 0, 20), () => (buffer.resize(10), all.subarray(20))])))(),
  );
  ours(told, "shrunk");
  probed("buffers that change, lie or go");
});
