// `outcrop/event-stream`: another service's stream through the signed fetch, every type of header, every cut, every bit
// flipped, against Smithy's codec, which is not ours.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BedrockAgentRuntimeClient, InvokeAgentCommand } from "@aws-sdk/client-bedrock-agent-runtime";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { decode, EventStreamException, encode, events } from "outcrop/event-stream";
import { runtimeUrl, signedFetch } from "outcrop/sign";
import { root } from "../../browser/programs.mjs";
import { client, collect, emulator, outcrop, place } from "./context.mjs";

const text = (bytes) => new TextDecoder().decode(bytes);
const smithy = new EventStreamCodec(text, (value) => new TextEncoder().encode(value));

async function* chunks(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What was read, and what ended it. */
async function told(source) {
  const messages = [];
  try {
    for await (const message of events(source)) messages.push(message);
    return { messages };
  } catch (error) {
    return { messages, error };
  }
}

const event = (type, body) => encode({ ":event-type": type, ":message-type": "event" }, body);

async function invokeAgent(at, body, init) {
  const bedrock = client(at.endpoint);
  const send = signedFetch(bedrock);
  return send(`${await runtimeUrl(bedrock)}/agents/AGENT/agentAliases/ALIAS/sessions/a%2Fb/text`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });
}

test("InvokeAgent's answer, as headers and bytes", async () => {
  const response = await invokeAgent(place({ prefix: "/pace/0" }), { inputText: "Hello", enableTrace: true });
  assert.equal(response.headers.get("x-amz-bedrock-agent-session-id"), "a/b");
  const all = await collect(events(response));
  assert.deepEqual(
    all.slice(0, 2).map(({ headers }) => headers[":event-type"]),
    ["trace", "chunk"],
  );
  const words = all.slice(1).map(({ body }) => atob(JSON.parse(text(body)).bytes));
  assert.ok(words.join("").startsWith("You said: Hello"));
  assert.equal(Object.getPrototypeOf(all[0].headers), null);
});

test("AWS's own client for agents tells the same of the same stream", async () => {
  const { endpoint } = place({ prefix: "/pace/0" });
  const credentials = emulator.temporaryCredentials;
  const aws = new BedrockAgentRuntimeClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  const asked = { agentId: "AGENT", agentAliasId: "ALIAS", sessionId: "a", inputText: "Hello" };
  const { completion } = await aws.send(new InvokeAgentCommand(asked));
  const theirs = (await collect(completion)).map(({ chunk }) => text(chunk.bytes));
  const ours = await collect(events(await invokeAgent(place({ prefix: "/pace/0" }), { inputText: "Hello" })));
  assert.deepEqual(
    ours.map(({ body }) => atob(JSON.parse(text(body)).bytes)),
    theirs,
  );
  const cut = await aws.send(new InvokeAgentCommand({ ...asked, inputText: "throw throttlingException" }));
  await assert.rejects(collect(cut.completion), { name: "ThrottlingException", message: "as the text asked" });
});

test("an exception, an error and other answers are errors with names", async () => {
  const response = await invokeAgent(place({ prefix: "/pace/0" }), { inputText: "throw throttlingException" });
  const { messages, error } = await told(response);
  assert.equal(messages.length, 2);
  assert.ok(error instanceof EventStreamException && error instanceof outcrop.OutcropError);
  assert.equal(error.name, "ThrottlingException");
  assert.equal(error.code, "throttlingException");
  assert.equal(error.message, "as the text asked");
  assert.equal(error.headers[":exception-type"], "throttlingException");
  assert.deepEqual(JSON.parse(text(error.body)), { message: "as the text asked" });

  const unmodelled = encode({ ":message-type": "error", ":error-code": "InternalError", ":error-message": "no" });
  const second = (await told(chunks(unmodelled, 9))).error;
  assert.deepEqual([second.name, second.message], ["InternalError", "no"]);

  const refused = await told(await invokeAgent(place(), {}));
  assert.equal(refused.error.name, "EventStreamError");
  assert.match(refused.error.message, /HTTP 400.*application\/json.*inputText must not be null/);
  for (const headers of [{}, { ":message-type": "event" }, { ":message-type": "new", ":event-type": "x" }]) {
    assert.equal((await told(chunks(encode(headers), 99))).error.name, "EventStreamError");
  }
});

test("leaving the loop, and an abort, end the request", async () => {
  const at = place({ prefix: "/words/1000/pace/10" });
  for await (const _ of events(await invokeAgent(at, { inputText: "Hello" }))) break;
  assert.equal((await at.ended())[0].responseEnded, "client closed");

  const other = place({ prefix: "/words/1000/pace/10" });
  const controller = new AbortController();
  const response = await invokeAgent(other, { inputText: "Hello" }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  const { messages, error } = await told(response);
  assert.ok(messages.length > 0);
  assert.equal(error.name, "AbortError");
  assert.equal((await other.ended())[0].responseEnded, "client closed");
});

const HEADERS = {
  true: { type: "boolean", value: true },
  false: { type: "boolean", value: false },
  byte: { type: "byte", value: -128 },
  short: { type: "short", value: -32_768 },
  integer: { type: "integer", value: 2_147_483_647 },
  long: { type: "long", value: -9_223_372_036_854_775_808n },
  binary: { type: "binary", value: Uint8Array.of(0, 255) },
  text: { type: "string", value: "é🙂" },
  timestamp: { type: "timestamp", value: new Date(-1_234) },
  uuid: { type: "uuid", value: "01234567-89ab-cdef-0123-456789abcdef" },
  __proto: { type: "string", value: "not a prototype" },
};

test("all types of headers, to Smithy's codec and back", async () => {
  const body = Uint8Array.from({ length: 1000 }, (_, at) => at);
  const bytes = encode(HEADERS, body);
  const theirs = smithy.decode(bytes);
  for (const [name, { type, value }] of Object.entries(HEADERS)) {
    const got = theirs.headers[name];
    assert.equal(got.type, type, name);
    // Theirs is shown as a double.
    if (type === "long")
      assert.deepEqual(BigInt.asIntN(64, BigInt(`0x${Buffer.from(got.value.bytes).toString("hex")}`)), value);
    else assert.deepEqual(type === "timestamp" ? +got.value : got.value, type === "timestamp" ? +value : value, name);
  }
  assert.deepEqual(theirs.body, body);
  // The same bytes from theirs, long included.
  assert.deepEqual(smithy.encode(theirs), bytes);
  const own = decode(bytes);
  assert.deepEqual(
    { ...own.headers },
    Object.fromEntries(Object.entries(HEADERS).map(([name, { value }]) => [name, value])),
  );
  assert.deepEqual(own.body, body);
  // Plain values.
  const plain = { a: true, b: 7, c: 7n, d: Uint8Array.of(1), e: "x", f: new Date(5) };
  assert.deepEqual({ ...decode(encode(plain)).headers }, plain);
  assert.deepEqual(
    Object.values(smithy.decode(encode(plain)).headers).map(({ type }) => type),
    ["boolean", "integer", "long", "binary", "string", "timestamp"],
  );
  for (const bad of [
    1.5,
    2 ** 31,
    2n ** 63n,
    new Date(Number.NaN),
    null,
    {},
    { type: "uuid", value: "x" },
    "x".repeat(65_536),
  ]) {
    assert.throws(() => encode({ bad }), { code: "InvalidHeader", who: "caller" }, `${bad}`);
  }
  assert.throws(() => encode({ "": 1 }), { code: "InvalidHeader" });
  assert.throws(() => encode({}, new Uint8Array(25_165_825)), { code: "TooLong" });
});

test("every chunking tells the same, every cut is an error, every flipped bit too", async () => {
  const frames = [
    event("a", "1"),
    encode({ ...HEADERS, ":message-type": "event", ":event-type": "b" }, "22"),
    event("c", ""),
  ];
  const bytes = new Uint8Array(Buffer.concat(frames));
  const whole = await told(chunks(bytes, bytes.length));
  assert.equal(whole.messages.length, 3);
  for (const size of [1, 2, 3, 5, 11, 12, 13, 64, 255]) {
    const { messages, error } = await told(chunks(bytes, size));
    assert.equal(error, undefined);
    assert.deepEqual(messages, whole.messages);
  }
  const ends = [0, frames[0].length, frames[0].length + frames[1].length, bytes.length];
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { messages, error } = await told(chunks(bytes.subarray(0, cut), 50));
    assert.equal(messages.length, ends.filter((end) => end && end <= cut).length, `${cut}`);
    assert.equal(error?.name, ends.includes(cut) ? undefined : "TruncatedStreamError", `${cut}`);
    if (error) assert.equal(error.bytesReceived, cut);
  }
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const spoiled = bytes.slice();
    spoiled[bit >> 3] ^= 1 << (bit & 7);
    const { messages, error } = await told(chunks(spoiled, 1000));
    assert.equal(error?.name, "EventStreamError", `${bit}`);
    assert.ok(messages.length <= 2);
  }
});

test("hostile lengths are refused with the prelude, before more is read or kept", async () => {
  const crc = (bytes) => decodeChecksum(bytes);
  const prelude = (total, headers) => {
    const bytes = new Uint8Array(12);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, total);
    view.setUint32(4, headers);
    view.setUint32(8, crc(bytes.subarray(0, 8)));
    return bytes;
  };
  for (const [total, headers, code] of [
    [0xffffffff, 0, "PayloadTooLong"],
    [25_165_841, 0, "PayloadTooLong"],
    [15, 0, "FrameTooShort"],
    [16, 1, "InvalidHeadersLength"],
    [200_000, 131_073, "InvalidHeadersLength"],
  ]) {
    let asked = 0;
    const source = {
      getReader: () => ({
        read: async () =>
          asked++ ? { done: false, value: new Uint8Array(1) } : { done: false, value: prelude(total, headers) },
        cancel: async () => {},
      }),
    };
    const { error } = await told(source);
    assert.equal(error.code, code);
    assert.equal(asked, 1);
  }
});

/** The prelude's checksum as Smithy's encoder writes it would need a frame; this is the polynomial by the book. */
function decodeChecksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test("the public framing cases", async (t) => {
  const file = `${root}../shared/vectors/eventstream/all_distinct.json`;
  if (!existsSync(file)) return t.diagnostic("63 skipped: no ../shared/vectors");
  const cases = JSON.parse(readFileSync(file, "utf8"));
  const made = ({ hex, recipe: r }) =>
    new Uint8Array(Buffer.from(hex || r.prefix_hex + r.repeat_byte.repeat(r.repeat_count) + r.suffix_hex, "hex"));
  const value = ({ type, value, value_hex: inHex, value_str: long }) =>
    type === 6
      ? new Uint8Array(Buffer.from(inHex, "hex"))
      : type === 5
        ? BigInt(long)
        : type === 8
          ? new Date(value)
          : value;
  let [good, bad, left] = [0, 0, 0];
  for (const given of cases) {
    const { name, outcome, messages } = given;
    // One describes its bytes in words only.
    if (!given.hex && !given.recipe) {
      left++;
      continue;
    }
    const bytes = made(given);
    if (outcome !== "ok") {
      bad++;
      assert.throws(() => decode(bytes), { name: "EventStreamError" }, name);
      continue;
    }
    good++;
    let at = 0;
    for (const { headers, payload_hex: payload } of messages) {
      const size = new DataView(bytes.buffer).getUint32(at);
      const told = decode(bytes.slice(at, at + size));
      at += size;
      const due = Object.fromEntries(headers.map((header) => [header.name, value(header)]));
      assert.deepEqual({ ...told.headers }, due, name);
      assert.equal(Buffer.from(told.body).toString("hex"), payload, name);
    }
    assert.equal(at, bytes.length, name);
  }
  t.diagnostic(`${good} good, ${bad} bad, ${left} without bytes`);
  assert.ok(good >= 40 && bad >= 20 && left === 1);
});
