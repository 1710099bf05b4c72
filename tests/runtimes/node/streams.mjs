// Streams: order, every way to end one, and that the request ends with it, seen at the emulator.
//
// It is long because a stream has that many ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { claude, client, collect, messages, modelId, outcrop, place, text } from "./context.mjs";

const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const closed = ({ attempts, open }) =>
  open === 0 && attempts.every(({ responseEnded }) => responseEnded === "client closed");
const DONE = { done: true, value: undefined };
// 60 words 50 ms apart: 3 seconds, should the request go on.
const SLOW = "/words/60/pace/50";

for (const method of ["converseStream", "invokeModelWithResponseStream"]) {
  const open = async (bedrock, options) => {
    const output = await bedrock[method](method === "converseStream" ? input : { modelId, body: claude }, options);
    return output.stream ?? output.body;
  };

  test(`${method}: break ends the request`, async () => {
    const at = place(SLOW);
    const began = Date.now();
    for await (const event of await open(client(at.endpoint))) {
      assert.ok(event);
      break;
    }
    await at.until(closed);
    assert.ok(Date.now() - began < 2_000);
  });

  test(`${method}: an exception in the loop ends the request`, async () => {
    const at = place(SLOW);
    const own = new Error("own");
    const error = await fails(
      (async () => {
        for await (const event of await open(client(at.endpoint))) throw Object.assign(own, { event });
      })(),
    );
    assert.equal(error, own);
    await at.until(closed);
  });

  test(`${method}: return() settles reads that are pending`, async () => {
    const at = place("/words/60/pace/5000");
    const stream = await open(client(at.endpoint));
    await stream.next();
    const reads = [stream.next(), stream.next(), stream.next()];
    await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(await stream.return(), DONE);
    assert.deepEqual(await Promise.all(reads), [DONE, DONE, DONE]);
    assert.deepEqual(await stream.next(), DONE);
    assert.deepEqual(await stream.return(), DONE);
    await at.until(closed);
  });

  test(`${method}: AbortSignal ends a read that is pending`, async () => {
    const at = place("/words/60/pace/5000");
    const controller = new AbortController();
    const stream = await open(client(at.endpoint), { abortSignal: controller.signal });
    await stream.next();
    const reads = [stream.next(), stream.next()];
    controller.abort(new Error("why"));
    const [first, second] = await Promise.allSettled(reads);
    assert.equal(first.reason.name, "AbortError");
    assert.equal(first.reason.cause.message, "why");
    assert.deepEqual(second.value, DONE);
    await at.until(closed);
  });
}

test("throw() ends the request and throws", async () => {
  const at = place(SLOW);
  const { stream } = await client(at.endpoint).converseStream(input);
  const own = new Error("own");
  assert.equal(await fails(stream.throw(own)), own);
  assert.deepEqual(await stream.next(), DONE);
  await at.until(closed);
});

test("a stream that nobody has read can be returned", async () => {
  const at = place(SLOW);
  const { stream } = await client(at.endpoint).converseStream(input);
  await stream.return();
  await at.until(closed);
});

test("Symbol.asyncDispose ends the request", {
  skip: Symbol.asyncDispose ? false : "1 skipped: this Node has no Symbol.asyncDispose",
}, async () => {
  const at = place(SLOW);
  const { stream } = await client(at.endpoint).converseStream(input);
  await stream.next();
  assert.equal(await stream[Symbol.asyncDispose](), undefined);
  await at.until(closed);
});

test("an abort before, during and after the call", async () => {
  const at = place("/pace/0");
  const bedrock = client(at.endpoint);
  const before = await fails(bedrock.converseStream(input, { abortSignal: AbortSignal.abort("early") }));
  assert.equal(before.name, "AbortError");
  assert.equal(before.cause, "early");
  assert.equal((await at.seen()).attempts.length, 0);

  const during = new AbortController();
  const waiting = fails(
    client(at.endpoint, { fetch: () => new Promise(() => {}) }).converse(input, { abortSignal: during.signal }),
  );
  setTimeout(() => during.abort(), 10);
  assert.equal((await waiting).name, "AbortError");

  const after = new AbortController();
  const { stream } = await bedrock.converseStream(input, { abortSignal: after.signal });
  const events = await collect(stream);
  after.abort();
  assert.equal(events.length, 20);
  assert.deepEqual(await stream.next(), DONE);
});

test("an aborted stream delivers nothing more, though it has come", async () => {
  const { endpoint } = place("/pace/0");
  const controller = new AbortController();
  const { stream } = await client(endpoint).converseStream(input, { abortSignal: controller.signal });
  await stream.next();
  controller.abort();
  assert.equal((await fails(stream.next())).name, "AbortError");
  assert.deepEqual(await stream.next(), DONE);
});

test("no listener stays at the signal", async () => {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  const { endpoint } = place("/pace/0");
  const bedrock = client(endpoint);
  await bedrock.converse(input, { abortSignal: signal });
  await collect((await bedrock.converseStream(input, { abortSignal: signal })).stream);
  await (await bedrock.converseStream(input, { abortSignal: signal })).stream.return();
  await fails(bedrock.converse({ modelId: "" }, { abortSignal: signal }));
  await fails(client("http://127.0.0.1:1", { maxAttempts: 1 }).converse(input, { abortSignal: signal }));
  assert.equal(listeners.size, 0);
});

test("a timeout does not end a stream that has begun", async () => {
  const { endpoint } = place("/pace/15");
  const { stream } = await client(endpoint).converseStream(input, { requestTimeout: 150 });
  assert.equal((await collect(stream)).length, 20);
});

test("reads that do not wait for each other get the events in order", async () => {
  const { endpoint } = place("/pace/2");
  const { stream } = await client(endpoint).converseStream(input);
  const reads = await Promise.all(Array.from({ length: 25 }, () => stream.next()));
  assert.deepEqual(
    reads.map(({ done }) => done),
    [...Array(20).fill(false), ...Array(5).fill(true)],
  );
  const { stream: again } = await client(endpoint).converseStream(input);
  assert.deepEqual(
    reads.slice(0, 20).map(({ value }) => value),
    await collect(again),
  );
  assert.equal(again[Symbol.asyncIterator](), again);
});

/** A client whose stream is these bytes in chunks of that size; the stream may fail at its end. */
function fed(bytes, size, failure) {
  const fetch = async () => {
    let at = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return failure ? controller.error(failure) : controller.close();
        controller.enqueue(bytes.slice(at, (at += size)));
      },
    });
    return new Response(body, { headers: { "content-type": "application/vnd.amazon.eventstream" } });
  };
  return client("http://127.0.0.1:1", { fetch, maxAttempts: 1 });
}
/** What the call and its stream give until one of them fails, and the error. */
async function failing(bedrock) {
  const got = [];
  let stream;
  const error = await fails(
    (async () => {
      ({ stream } = await bedrock.converseStream(input));
      for await (const event of stream) got.push(event);
    })(),
  );
  if (stream) assert.deepEqual(await stream.next(), DONE);
  return { got, error };
}
async function recorded() {
  const { endpoint } = place("/pace/0");
  let bytes;
  const keep = async (url, init) => {
    const response = await fetch(url, init);
    bytes = new Uint8Array(await response.clone().arrayBuffer());
    return response;
  };
  const events = await collect((await client(endpoint, { fetch: keep }).converseStream(input)).stream);
  return { bytes, events };
}

test("any chunking gives the same events", async () => {
  const { bytes, events } = await recorded();
  for (const size of [1, 2, 3, 5, 11, 12, 13, 16, 64, 100, 1_000, bytes.length]) {
    assert.deepEqual(await collect((await fed(bytes, size).converseStream(input)).stream), events, `${size}`);
  }
});

test("cut at every byte: truncated, with all whole events before", async () => {
  const { bytes, events } = await recorded();
  const ends = [];
  for (let at = 0; at < bytes.length; ) ends.push((at += new DataView(bytes.buffer).getUint32(at)));
  for (let cut = 0; cut < bytes.length; cut += 1) {
    const whole = ends.filter((end) => end <= cut).length;
    const { got, error } = await failing(fed(bytes.subarray(0, cut), 50));
    assert.equal(error.name, "TruncatedStreamError", `${cut}`);
    assert.equal(error.who, "network");
    assert.equal(error.events, whole);
    assert.equal(error.bytesReceived, cut);
    assert.equal(error.stopReason, whole >= 19 ? "end_turn" : undefined);
    assert.deepEqual(got, events.slice(0, whole));
    assert.equal(error.$metadata.attempts, 1);
  }
});

test("a connection that breaks is a truncation with its cause; after the last event it is none", async () => {
  const { bytes, events } = await recorded();
  const failure = new Error("reset");
  const error = await fails(collect((await fed(bytes.subarray(0, -1), 50, failure).converseStream(input)).stream));
  assert.equal(error.name, "TruncatedStreamError");
  assert.equal(error.cause, failure);
  assert.equal(error.events, events.length - 1);
  assert.deepEqual(await collect((await fed(bytes, 50, failure).converseStream(input)).stream), events);
});

test("an answer without a body is truncated", async () => {
  const fetch = async () => new Response(null, { headers: { "content-type": "application/vnd.amazon.eventstream" } });
  const error = await fails(client("http://127.0.0.1:1", { fetch }).converseStream(input));
  assert.equal(error.name, "TruncatedStreamError");
  assert.equal(error.$metadata.attempts, 3);
});

test("a damaged byte anywhere is an EventStreamError after the whole events before it", async () => {
  const { bytes, events } = await recorded();
  const ends = [];
  for (let at = 0; at < bytes.length; ) ends.push((at += new DataView(bytes.buffer).getUint32(at)));
  for (let at = 0; at < bytes.length; at += 7) {
    const bad = bytes.slice();
    bad[at] ^= 0x40;
    const whole = ends.filter((end) => end <= at).length;
    const { got, error } = await failing(fed(bad, 999));
    assert.equal(error.name, "EventStreamError", `${at}`);
    assert.equal(error.events, whole, `${at}`);
    assert.equal(got.length, whole);
    assert.equal(error.who, "aws");
  }
  assert.equal(events.length, ends.length);
});

const CRC = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
const crc = (bytes) => ~bytes.reduce((sum, byte) => CRC[(sum ^ byte) & 255] ^ (sum >>> 8), -1) >>> 0;
/** A frame with these headers, all strings. */
function frame(headers, payload) {
  const text = (value) => Buffer.from(value);
  const packed = Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([
        Buffer.of(name.length),
        text(name),
        Buffer.of(7, value.length >> 8, value.length & 255),
        text(value),
      ]),
    ),
  );
  const bytes = Buffer.alloc(16 + packed.length + text(payload).length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(packed.length, 4);
  bytes.writeUInt32BE(crc(bytes.subarray(0, 8)), 8);
  packed.copy(bytes, 12);
  text(payload).copy(bytes, 12 + packed.length);
  bytes.writeUInt32BE(crc(bytes.subarray(0, -4)), bytes.length - 4);
  return new Uint8Array(bytes);
}
const event = (type, payload) =>
  frame({ ":message-type": "event", ":event-type": type, ":content-type": "application/json" }, payload);
const exception = (type, payload) =>
  frame({ ":message-type": "exception", ":exception-type": type, ":content-type": "application/json" }, payload);
const joined = (...frames) => new Uint8Array(Buffer.concat(frames));

test("an exception in the stream has AWS's name, fault and members, after the events before it", async () => {
  for (const [type, payload, name, fault, retryable, message] of [
    ["internalServerException", '{"message":"m"}', "InternalServerException", "server", { throttling: false }, "m"],
    ["throttlingException", '{"message":"m"}', "ThrottlingException", "client", { throttling: true }, "m"],
    [
      "modelStreamErrorException",
      '{"message":"m","originalStatusCode":500,"originalMessage":"o"}',
      "ModelStreamErrorException",
      "client",
      undefined,
      "m",
    ],
    ["validationException", "no JSON", "ValidationException", "client", undefined, "HTTP 200"],
    ["neverHeardOfException", '{"Message":"M"}', "NeverHeardOfException", "client", undefined, "M"],
  ]) {
    const bytes = joined(
      event("messageStart", '{"role":"assistant"}'),
      exception(type, payload),
      event("metadata", "{}"),
    );
    for (const size of [1, bytes.length]) {
      const { stream } = await fed(bytes, size).converseStream(input);
      assert.deepEqual(await stream.next(), { done: false, value: { messageStart: { role: "assistant" } } });
      const error = await fails(stream.next());
      assert.ok(error instanceof outcrop.BedrockRuntimeServiceException);
      assert.deepEqual([error.name, error.$fault, error.$retryable, error.message], [name, fault, retryable, message]);
      assert.equal(error.$metadata.httpStatusCode, 200);
      if (type.startsWith("modelStream"))
        assert.deepEqual([error.originalStatusCode, error.originalMessage], [500, "o"]);
      assert.deepEqual(await stream.next(), DONE);
    }
  }
});

test("texts, however they are written, are what JSON says they are", async () => {
  const payloads = [
    '{"contentBlockIndex":0,"delta":{"text":"a"},"p":"abcXYZ019"}',
    '{"contentBlockIndex":0,"delta":{"text":""},"p":""}',
    '{"contentBlockIndex":1,"delta":{"text":"\\"}}\\\\"}}',
    '{"contentBlockIndex":10,"delta":{"text":"\\ud83d\\ude00 é 😀 \\u0000"}}',
    '{"contentBlockIndex":10,"delta":{"text":"b"},"p":"\\""}',
    '{"contentBlockIndex":0,"delta":{"text":"b"},"p":7}',
    '{"delta":{"text":"c"},"contentBlockIndex":0}',
    ' {"contentBlockIndex":0,"delta":{"text":"d"}}',
    '{"contentBlockIndex":0,"delta":{"text":"e","more":1}}',
    '{"contentBlockIndex":0,"delta":{"text":"f"},"more":"g"}',
    '{"contentBlockIndex":0,"delta":{"text":null}}',
    '{"contentBlockIndex":2.5,"delta":{"text":"h"}}',
    '{"contentBlockIndex":null,"delta":{"text":"h"}}',
    '{"contentBlockIndex":true,"delta":{"text":"h"}}',
    '{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}},"p":"a"}',
    '{"contentBlockIndex":0,"delta":{"text":"i"}}',
  ];
  const due = payloads.map((payload) => {
    const { p, ...contentBlockDelta } = JSON.parse(payload);
    return { contentBlockDelta };
  });
  const frames = payloads.map((payload) => event("contentBlockDelta", payload));
  const bytes = joined(...frames, event("other", payloads[0]), event("metadata", "{}"));
  for (const size of [1, 7, 100, bytes.length]) {
    const got = await collect((await fed(bytes, size).converseStream(input)).stream);
    assert.deepEqual(got, [...due, { other: due[0].contentBlockDelta }, { metadata: {} }], `${size}`);
  }
  for (const bad of ['"\n"', '"\\x"', '"a', '"a\\"', '"\\ud8"']) {
    const spoiled = event("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":${bad}}}`);
    const { got, error } = await failing(fed(joined(frames[0], spoiled, frames[0]), 10_000));
    assert.equal(error.name, "EventStreamError", bad);
    assert.deepEqual(got, [due[0]]);
  }
});

test("an invoke stream has ended when its last chunk has the metrics as a key", async () => {
  const chunk = (value) => event("chunk", JSON.stringify({ bytes: btoa(JSON.stringify(value)), p: "ab" }));
  const metrics = chunk({ type: "message_stop", "amazon-bedrock-invocationMetrics": {} });
  const words = chunk({ text: 'amazon-bedrock-invocationMetrics":' });
  const large = chunk({ text: "x".repeat(10_000), "amazon-bedrock-invocationMetrics": {} });
  for (const [frames, ended] of [
    [[words, metrics], true],
    [[words, large], true],
    [[metrics, event("other", "{}")], true],
    [[metrics, words], false],
    [[words], false],
    [[metrics, event("chunk", "{}")], false],
  ]) {
    for (const size of [50, 100_000]) {
      const { body } = await fed(joined(...frames), size).invokeModelWithResponseStream({ modelId, body: claude });
      const error = await collect(body).then(
        (events) => assert.equal(events.length, frames.length),
        (error) => error,
      );
      assert.equal(error?.name, ended ? undefined : "TruncatedStreamError");
    }
  }
});

test("an error frame has its code as name", async () => {
  const bytes = frame({ ":message-type": "error", ":error-code": "InternalFailure", ":error-message": "said" }, "");
  const { error } = await failing(fed(bytes, 9));
  assert.deepEqual([error.name, error.message], ["InternalFailure", "said"]);
});

test("an event that is not JSON, or not base64, is an error after the events before it", async () => {
  const good = event("messageStart", '{"role":"assistant"}');
  for (const bad of [
    event("messageStart", '{"role":nonsense}'),
    event("messageStart", "text"),
    event("messageStart", "[1]"),
    event("contentBlockDelta", '{"delta":{"reasoningContent":{"redactedContent":"§§"}}}'),
  ]) {
    const { stream } = await fed(joined(good, bad, good), 1_000).converseStream(input);
    assert.deepEqual((await stream.next()).value, { messageStart: { role: "assistant" } });
    const error = await fails(stream.next());
    assert.equal(error.name, "EventStreamError");
    assert.equal(error.events, 1);
    assert.deepEqual(await stream.next(), DONE);
  }
});

test("names and members from the wire pollute nothing", async () => {
  const bytes = joined(
    event("__proto__", '{"polluted":1,"__proto__":{"polluted":1}}'),
    event("constructor", '{"prototype":{"polluted":1}}'),
    event("toString", "{}"),
    event("valueOf", "{}"),
    event("metadata", "{}"),
  );
  const events = await collect((await fed(bytes, 50).converseStream(input)).stream);
  assert.equal({}.polluted, undefined);
  assert.deepEqual(
    events.map((one) => Object.keys(one)),
    [["__proto__"], ["constructor"], ["toString"], ["valueOf"], ["metadata"]],
  );
});

test("a hundred streams at once, half of them left", async () => {
  const { endpoint } = place("/pace/0");
  const bedrock = client(endpoint);
  const all = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => {
      const { stream } = await bedrock.converseStream(input);
      if (at % 2) {
        await stream.next();
        await stream.return();
        return "left";
      }
      return text(await collect(stream));
    }),
  );
  assert.equal(new Set(all).size, 2);
});
