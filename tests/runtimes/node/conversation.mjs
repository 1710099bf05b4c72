// outcrop/bidirectional in Node: with the WebSocket of the package ws, and in a second Node with the host's own. And
// every frame that is sent, against @smithy/signature-v4.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { converse } from "../conversation.mjs";
import { conversations } from "../conversations.mjs";
import { emulator, file, outcrop, root } from "./context.mjs";

const bidirectional = await import(file("dist/bidirectional.js"));
const ws = join(root, "tests/runtimes/workerd/package.json");
const { WebSocket } = createRequire(ws)("ws");

const options = (path) => ({
  region: "us-east-1",
  endpoint: emulator.address + path,
  credentials: emulator.temporaryCredentials,
});

async function ended(run, attempts = 1) {
  for (const give = Date.now() + 5_000; ; ) {
    const seen = await (await fetch(`${emulator.address}/_seen/${run}`)).json();
    if (!seen.open && seen.attempts.length >= attempts) return seen.attempts.filter(({ duplex }) => duplex);
    if (Date.now() > give) throw new Error(`not seen: ${JSON.stringify(seen)}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

const held = (path, script = {}, more = {}) => {
  const given = options(path);
  if (script.noCredentials) given.credentials = undefined;
  return converse(outcrop, bidirectional, given, script, { WebSocket, ...more });
};

for (const [name, check] of Object.entries(conversations({ name: "ws", waits: true }, held, ended))) {
  test(`conversation: ${name}`, check);
}

test("conversation: the host's own WebSocket, and none", async () => {
  // In a Node of its own: Node 20 has it behind a switch only.
  const script = `
    const { converse } = await import(${JSON.stringify(new URL("../conversation.mjs", import.meta.url).href)});
    const outcrop = await import(${JSON.stringify(file("dist/node.js"))});
    const bidirectional = await import(${JSON.stringify(file("dist/bidirectional.js"))});
    const options = ${JSON.stringify(options("/pace/0/run/node-own-websocket"))};
    const own = await converse(outcrop, bidirectional, options, { lockstep: true });
    delete globalThis.WebSocket;
    const none = await converse(outcrop, bidirectional, options);
    console.log(JSON.stringify({ own, none }));`;
  const flags = ["--experimental-websocket", "--input-type=module", "--eval"];
  const { own, none } = JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: "utf8" }));
  assert.deepEqual([own.error, own.heard, own.order.length], [null, 6, 11]);
  assert.deepEqual([none.error.who, none.said], ["caller", 0]);
  assert.match(none.error.message, /no WebSocket: give one as the option WebSocket/);
  const [attempt] = await ended("node-own-websocket");
  assert.deepEqual([attempt.responseEnded, attempt.duplex.halfClosed], ["complete", true]);
});

test("conversation: a refused one does not show its URL, which carries a session token and a signature", async () => {
  let url;
  /** Is refused, and says so as `ws` does. */
  class Refused extends EventTarget {
    constructor(given) {
      super();
      url = given;
      queueMicrotask(() => {
        const message = "Unexpected server response: 400";
        this.dispatchEvent(Object.assign(new Event("error"), { message, error: new Error(message) }));
        this.dispatchEvent(Object.assign(new Event("close"), { code: 1006, reason: "" }));
      });
    }
    close() {}
  }
  const told = [];
  const logger = { debug: (...line) => told.push(line), warn: (...line) => told.push(line) };
  const fetch = async () => new Response("no", { status: 400 });
  const client = new outcrop.BedrockRuntime({ ...options("/base"), logger, fetch, maxAttempts: 2 });
  const body = (async function* () {})();
  const input = { modelId: "amazon.nova-sonic-v1:0", body };
  const error = await bidirectional.invokeModelWithBidirectionalStream(client, input, { WebSocket: Refused }).then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
  assert.ok(error instanceof outcrop.OutcropError && told.length > 1, inspect(error));
  const { searchParams } = new URL(url);
  const shown = inspect([error, told], { depth: 9, showHidden: true }) + error.stack + JSON.stringify(error);
  for (const name of ["X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-Credential"]) {
    assert.ok(searchParams.get(name)?.length > 20, name);
    assert.ok(!shown.includes(searchParams.get(name)) && !shown.includes(name), shown);
  }
});

test("conversation: of an answer that nobody reads 32 MiB are kept, and no more", async () => {
  let socket;
  let closed;
  class Flood extends EventTarget {
    bufferedAmount = 0;
    constructor() {
      super();
      socket = this;
      queueMicrotask(() => this.dispatchEvent(new Event("open")));
    }
    send() {}
    close(code) {
      closed ??= code;
    }
  }
  const client = new outcrop.BedrockRuntime(options("/base"));
  // Says nothing, and does not end.
  const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  const input = { modelId: "amazon.nova-sonic-v1:0", body };
  const answer = await bidirectional.invokeModelWithBidirectionalStream(client, input, { WebSocket: Flood });
  const data = new ArrayBuffer(2 ** 20);
  const say = (count) => {
    for (; count; count--) socket.dispatchEvent(Object.assign(new Event("message"), { data }));
  };
  say(32);
  assert.equal(closed, undefined);
  say(1);
  assert.equal(closed, 4000);
  const error = await answer.body.next().then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
  assert.match(`${error.message} ${error.cause?.message}`, /more than 33554432 bytes/);
});

const clients = join(root, "tests/oracles/clients");
test("conversation: every frame is what @smithy/core and @smithy/signature-v4 make", {
  skip: existsSync(join(clients, "node_modules/@smithy/signature-v4"))
    ? false
    : "1 skipped: tests/oracles/clients is not installed (cargo xtask test clients)",
}, async () => {
  const require = createRequire(join(clients, "package.json"));
  const { SignatureV4 } = require("@smithy/signature-v4");
  const { EventStreamCodec } = require("@smithy/core/event-streams");
  const { Sha256 } = require("@smithy/core/checksum");
  const codec = new EventStreamCodec(
    (bytes) => new TextDecoder().decode(bytes),
    (text) => new TextEncoder().encode(text),
  );
  let url;
  const frames = [];
  /** Opens at once, keeps what is sent, and closes when the empty chunk has come. */
  class Kept extends EventTarget {
    bufferedAmount = 0;
    constructor(given) {
      super();
      url = new URL(given);
      queueMicrotask(() => this.dispatchEvent(new Event("open")));
    }
    send(bytes) {
      frames.push(bytes);
      if (!codec.decode(bytes).body.length) this.close(1000);
    }
    close(code) {
      this.dispatchEvent(Object.assign(new Event("close"), { code }));
    }
  }
  const events = Array.from({ length: 20 }, (_, index) => ({
    chunk: { bytes: new Uint8Array(index * 997).fill(index) },
  }));
  const body = (async function* () {
    yield* events;
  })();
  const client = new outcrop.BedrockRuntime(options("/base"));
  const input = { modelId: "amazon.nova-sonic-v1:0", body };
  const answer = await bidirectional.invokeModelWithBidirectionalStream(client, input, { WebSocket: Kept });
  for await (const event of answer.body) assert.fail(`nothing was said: ${event}`);
  assert.equal(url.protocol, "ws:");
  assert.equal(url.pathname, "/base/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream-websocket");
  assert.equal(frames.length, events.length + 1);
  const signer = new SignatureV4({
    service: "bedrock",
    region: "us-east-1",
    credentials: emulator.temporaryCredentials,
    sha256: Sha256,
  });
  let priorSignature = url.searchParams.get("X-Amz-Signature");
  for (const [index, bytes] of frames.entries()) {
    const { headers, body } = codec.decode(bytes);
    const date = headers[":date"].value;
    const message = { headers: { ":date": headers[":date"] }, body };
    const { signature } = await signer.sign({ message, priorSignature }, { signingDate: date });
    assert.equal(Buffer.from(headers[":chunk-signature"].value).toString("hex"), signature);
    priorSignature = signature;
    // The same frames, byte for byte.
    assert.deepEqual(Buffer.from(codec.encode({ headers, body })), Buffer.from(bytes));
    if (index === events.length) break;
    const inner = codec.decode(body);
    assert.deepEqual(inner.headers, {
      ":event-type": { type: "string", value: "chunk" },
      ":content-type": { type: "string", value: "application/json" },
      ":message-type": { type: "string", value: "event" },
    });
    const { bytes: sent } = JSON.parse(new TextDecoder().decode(inner.body));
    assert.equal(sent, Buffer.from(events[index].chunk.bytes).toString("base64"));
  }
});

test("conversation: one that nobody holds ends once it is collected, and one that is held goes on", async () => {
  // In a process of its own, which can be told to collect.
  const script = `
    const { createRequire } = await import("node:module");
    const { WebSocket } = createRequire(${JSON.stringify(ws)})("ws");
    const { BedrockRuntime } = await import(${JSON.stringify(file("dist/node.js"))});
    const { invokeModelWithBidirectionalStream } = await import(${JSON.stringify(file("dist/bidirectional.js"))});
    const bedrock = new BedrockRuntime(${JSON.stringify(options("/pace/0/run/node-collected"))});
    const open = async () => {
      const body = (async function* () {
        for (let said = 0; said < 3; said++) yield { chunk: { bytes: new Uint8Array(9) } };
        await new Promise(() => {});
      })();
      return (await invokeModelWithBidirectionalStream(bedrock, { modelId: "m", body }, { WebSocket })).body;
    };
    const held = await open();
    await (async () => {
      for (let number = 0; number < 6; number++) {
        const body = await open();
        for (let event = 0; event < number % 3; event++) await body.next();
      }
    })();
    // 5,000 ms at most: a loaded machine collects late.
    let seen;
    for (const end = Date.now() + 5000; Date.now() < end && seen?.open !== 1; ) {
      gc();
      await new Promise((done) => setTimeout(done, 50));
      seen = await (await fetch(${JSON.stringify(`${emulator.address}/_seen/node-collected`)})).json();
    }
    const alive = !(await held.next()).done;
    await held.return();
    await new Promise((done) => setTimeout(done, 100));
    console.log(JSON.stringify({ left: seen.open, alive, codes: seen.attempts.map(({ duplex }) => duplex.closeCode) }));
    process.exit();`;
  const flags = ["--expose-gc", "--input-type=module", "--eval"];
  const { left, alive, codes } = JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: "utf8" }));
  assert.deepEqual([left, alive], [1, true]);
  assert.deepEqual(codes, [null, 1000, 1000, 1000, 1000, 1000, 1000]);
});
