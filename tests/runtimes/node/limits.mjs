// Time limits and aborts at every stage, what counts as a network failure, and that nothing is left open: against a
// server of its own that stops where it is told to, and against fetches that heed nothing. It is a little long because
// each limit is tried at each stage of a call.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { client, collect, emulator, messages, modelId, place } from "./context.mjs";

const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const deaf = () => new Promise(() => {});
const JSON_HEAD = { "content-type": "application/json" };
const STREAM_HEAD = { "content-type": "application/vnd.amazon.eventstream" };

/** A server whose answer to the nth request is the nth of these, the last one repeating; and which requests are open. */
async function serving(...answers) {
  let requests = 0;
  const open = new Set();
  const server = createServer((request, response) => {
    open.add(request);
    response.on("close", () => open.delete(request));
    request.resume();
    answers[Math.min(requests++, answers.length - 1)](response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    requests: () => requests,
    /** Resolves once the server knows that every request has ended. */
    async ended() {
      for (const give = Date.now() + 2_000; open.size; await sleep(5)) {
        assert.ok(Date.now() < give, `${open.size} requests are open`);
      }
    },
    async [Symbol.for("close")]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
const close = Symbol.for("close");
// So that no limit below counts the loading of the module.
await client(place().endpoint).converse(input);
const whole = (response) => response.writeHead(200, JSON_HEAD).end('{"stopReason":"end_turn"}');
const silent = () => {};
const headOnly = (head) => (response) => response.writeHead(200, head).flushHeaders();
const halfJson = (response) => response.writeHead(200, JSON_HEAD).write('{"stopReason":');

for (const [stage, answer, method] of [
  ["before the head", silent, "converse"],
  ["in a JSON body", halfJson, "converse"],
  ["in an InvokeModel body", halfJson, "invokeModel"],
  ["before a stream's first event", headOnly(STREAM_HEAD), "converseStream"],
  ["in the page that is no stream", headOnly({ "content-type": "text/html" }), "converseStream"],
  ["in an error's body", (response) => response.writeHead(400, JSON_HEAD).write('{"mess'), "converse"],
]) {
  for (const how of ["abort", "requestTimeout", "total"]) {
    test(`${how} ${stage}`, async () => {
      const server = await serving(answer);
      const controller = new AbortController();
      const bedrock = client(server.endpoint, how === "total" ? { timeouts: { total: 400 } } : {});
      const options = how === "abort" ? { abortSignal: controller.signal } : {};
      if (how === "requestTimeout") options.requestTimeout = 400;
      if (how === "abort") setTimeout(() => controller.abort("why"), 400);
      const began = performance.now();
      const error = await fails(bedrock[method]({ modelId, messages, body: "{}" }, options));
      assert.equal(error.name, how === "abort" ? "AbortError" : "TimeoutError");
      if (how === "abort") assert.equal(error.cause, "why");
      else assert.match(error.message, new RegExp(`${how}.* 400 ms`));
      assert.equal(error.$metadata.attempts, 1);
      assert.equal(error.$metadata.totalRetryDelay, 0);
      assert.ok(performance.now() - began < 3_000);
      await server.ended();
      assert.equal(server.requests(), 1);
      await server[close]();
    });
  }
}

for (const how of ["abort", "requestTimeout", "total"]) {
  test(`${how} while the provider hangs, and while the module loads`, async () => {
    const options = { credentials: deaf, timeouts: how === "total" ? { total: 40 } : {} };
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 40);
    const error = await fails(
      client("http://127.0.0.1:1", options).converse(input, {
        ...(how === "abort" && { abortSignal: controller.signal }),
        ...(how === "requestTimeout" && { requestTimeout: 40 }),
      }),
    );
    assert.equal(error.name, how === "abort" ? "AbortError" : "TimeoutError");
    assert.equal(error.$metadata.attempts, 0);
  });

  test(`${how} between attempts`, async () => {
    const server = await serving((response) =>
      response.writeHead(503, { ...JSON_HEAD, "retry-after": "9" }).end('{"message":"busy"}'),
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 400);
    const error = await fails(
      client(server.endpoint, { timeouts: how === "total" ? { total: 400 } : {} }).converse(input, {
        ...(how === "abort" && { abortSignal: controller.signal }),
        ...(how === "requestTimeout" && { requestTimeout: 400 }),
      }),
    );
    assert.equal(error.name, how === "abort" ? "AbortError" : "TimeoutError");
    assert.equal(error.$metadata.attempts, 1);
    assert.equal(server.requests(), 1);
    await server[close]();
  });
}

test("firstByte: each attempt has its own, and is retried; the last one is a TimeoutError", async () => {
  const server = await serving(silent, whole);
  const answer = await client(server.endpoint, { timeouts: { firstByte: 500 } }).converse(input);
  assert.equal(answer.$metadata.attempts, 2);
  await server.ended();
  await server[close]();

  const never = await serving(silent);
  const error = await fails(client(never.endpoint, { timeouts: { firstByte: 30 }, maxAttempts: 2 }).converse(input));
  assert.equal(error.name, "TimeoutError");
  assert.match(error.message, /firstByte.* 30 ms/);
  assert.equal(error.$metadata.attempts, 2);
  await never.ended();
  await never[close]();
});

test("firstByte lasts until a stream's first event, and not beyond", async () => {
  const server = await serving(headOnly(STREAM_HEAD));
  const error = await fails(
    client(server.endpoint, { timeouts: { firstByte: 40 }, maxAttempts: 1 }).converseStream(input),
  );
  assert.equal(error.name, "TimeoutError");
  await server.ended();
  await server[close]();

  const { endpoint } = place("/pace/80");
  const { stream } = await client(endpoint, { timeouts: { firstByte: 1_000 } }).converseStream(input);
  assert.equal((await collect(stream)).length, 20);
});

test("idle ends a body and a stream that fall silent, and not a caller who takes his time", async () => {
  const server = await serving(halfJson);
  const error = await fails(client(server.endpoint, { timeouts: { idle: 50 } }).converse(input));
  assert.equal(error.name, "TimeoutError");
  assert.match(error.message, /idle.* 50 ms/);
  assert.equal(server.requests(), 1);
  await server.ended();
  await server[close]();

  const at = place("/words/60/pace/5000");
  const silence = await client(at.endpoint, { timeouts: { idle: 800 } }).converseStream(input);
  await silence.stream.next();
  const timeout = await fails(collect(silence.stream));
  assert.equal(timeout.name, "TimeoutError");
  assert.equal(timeout.$metadata.attempts, 1);
  assert.deepEqual(await silence.stream.next(), { done: true, value: undefined });
  await at.until(({ open }) => open === 0);

  const slow = await client(place("/pace/10").endpoint, { timeouts: { idle: 1_000 } }).converseStream(input);
  let events = 0;
  for await (const _ of slow.stream) if (++events === 3) await sleep(1_200);
  assert.equal(events, 20);
});

test("total counts the caller's own time in a stream", async () => {
  const at = place("/words/600/pace/20");
  const { stream } = await client(at.endpoint).converseStream(input, { timeouts: { total: 1_000 } });
  await stream.next();
  await sleep(1_100);
  const error = await fails(stream.next());
  assert.equal(error.name, "TimeoutError");
  assert.match(error.message, /total/);
  await at.until(({ open }) => open === 0);
});

test("huge limits, and limits that are switched off", async () => {
  const { endpoint } = place("/pace/0");
  for (const time of [2 ** 31, 1e15, Number.MAX_VALUE, Infinity, 0]) {
    const timeouts = { total: time, firstByte: time, idle: time };
    assert.equal(
      (await client(endpoint, { timeouts }).converse(input, { requestTimeout: time })).stopReason,
      "end_turn",
    );
    const { stream } = await client(endpoint).converseStream(input, { timeouts, requestTimeout: time });
    assert.equal((await collect(stream)).length, 20);
  }
});

test("a call's limits come before its client's, one by one", async () => {
  const server = await serving(halfJson);
  const bedrock = client(server.endpoint, { timeouts: { idle: 60_000, total: 10_000 } });
  const error = await fails(bedrock.converse(input, { timeouts: { idle: 40 } }));
  assert.match(error.message, /idle/);
  await server[close]();
});

test("no timer is left behind", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const { endpoint } = place("/pace/0");
  const timeouts = { total: 1e6, firstByte: 1e6, idle: 1e6 };
  const bedrock = client(endpoint, { timeouts });
  await bedrock.converse(input, { requestTimeout: 1e6 });
  await collect((await bedrock.converseStream(input)).stream);
  await (await bedrock.converseStream(input)).stream.return();
  await fails(bedrock.converse({ modelId: "" }));
  const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  assert.ok(after <= before, `${before} before, ${after} after`);
});

test("an error's body that hangs or drips is not waited for longer than 5 s: its head speaks", async () => {
  const drip = (response) => {
    response.writeHead(400, { ...JSON_HEAD, "x-amzn-errortype": "ValidationException" });
    const timer = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(timer));
  };
  const server = await serving(drip);
  const began = performance.now();
  const error = await fails(client(server.endpoint).converse(input));
  const took = performance.now() - began;
  assert.equal(error.name, "ValidationException");
  assert.ok(took > 4_000 && took < 6_500, `${took} ms`);
  await server.ended();
  await server[close]();
  // Sooner where silence is limited more tightly.
  const quiet = await serving((response) =>
    response.writeHead(403, { "x-amzn-errortype": "AccessDeniedException" }).write("{"),
  );
  const denied = await fails(client(quiet.endpoint, { timeouts: { idle: 50 } }).converse(input));
  assert.equal(denied.name, "AccessDeniedException");
  await quiet.ended();
  await quiet[close]();
});

test("a body that breaks off is a network failure, and tried again", async () => {
  const broken = (response) => {
    response.writeHead(200, { ...JSON_HEAD, "content-length": 100 }).write('{"stopReason":');
    setTimeout(() => response.destroy(), 20);
  };
  for (const method of ["converse", "invokeModel"]) {
    const server = await serving(broken, whole);
    const answer = await client(server.endpoint)[method]({ modelId, messages, body: "{}" });
    assert.equal(answer.$metadata.attempts, 2);
    await server[close]();
  }
  const server = await serving(broken);
  const error = await fails(client(server.endpoint).converse(input));
  assert.equal(error.name, "NetworkError");
  assert.equal(error.$metadata.attempts, 3);
  assert.equal(server.requests(), 3);
  await server[close]();
});

test("an answer without an end, packed or not, is an error and not kept", async () => {
  const zeros = gzipSync(Buffer.alloc(160 * 2 ** 20, " "), { level: 1 });
  assert.ok(zeros.length < 2 ** 20);
  const bomb = (response) => response.writeHead(200, { ...JSON_HEAD, "content-encoding": "gzip" }).end(zeros);
  const part = Buffer.alloc(2 ** 20, " ");
  const endless = (response) => {
    response.writeHead(200, JSON_HEAD);
    const more = () => {
      while (!response.destroyed && response.write(part));
    };
    response.on("drain", more);
    more();
  };
  for (const answer of [bomb, endless]) {
    for (const method of ["converse", "invokeModel"]) {
      const server = await serving(answer);
      const error = await fails(client(server.endpoint)[method]({ modelId, messages, body: "{}" }));
      assert.deepEqual([error.name, error.who], ["AnswerError", "aws"]);
      assert.match(error.message, /128 MiB/);
      assert.equal(server.requests(), 1);
      await server.ended();
      await server[close]();
    }
  }
});

test("whatever fetch throws is a network failure: no engine's text or class matters", async () => {
  const thrown = {
    Chromium: () => new TypeError("Failed to fetch"),
    Firefox: () => new TypeError("NetworkError when attempting to fetch resource."),
    WebKit: () => new TypeError("Load failed"),
    workerd: () => new Error("Network connection lost."),
    "workerd, by name": () => Object.assign(new Error("internal error"), { retryable: true }),
    Deno: () => new TypeError("error sending request for url: connection reset"),
    Bun: () => Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" }),
    Node: () => Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNRESET" } }),
    "an AbortError that is not ours": () => new DOMException("The operation was aborted.", "AbortError"),
    "a TimeoutError that is not ours": () => new DOMException("signal timed out", "TimeoutError"),
    "no error": () => undefined,
    "a text": () => "broken",
  };
  for (const [engine, make] of Object.entries(thrown)) {
    for (const synchronous of [false, true]) {
      let sent = 0;
      const fetch = () => {
        sent++;
        if (synchronous) throw make();
        return Promise.reject(make());
      };
      const error = await fails(client("http://127.0.0.1:1", { fetch }).converse(input));
      assert.equal(error.name, "NetworkError", engine);
      assert.equal(error.who, "network");
      assert.equal(sent, 3, engine);
      assert.equal(error.$metadata.attempts, 3);
    }
  }
});

test("an abort is an AbortError, whatever fetch makes of the signal", async () => {
  for (const reject of [(signal) => signal.reason, () => new TypeError("Failed to fetch"), () => undefined]) {
    const controller = new AbortController();
    const fetch = (_url, { signal }) =>
      new Promise((_, failed) => signal.addEventListener("abort", () => failed(reject(signal))));
    setTimeout(() => controller.abort("mine"), 10);
    const error = await fails(
      client("http://127.0.0.1:1", { fetch }).converse(input, { abortSignal: controller.signal }),
    );
    assert.equal(error.name, "AbortError");
    assert.equal(error.cause, "mine");
  }
});

test("an answer that comes too late, from a fetch that heeds no signal, is cancelled", async () => {
  let cancelled = 0;
  const late = async () => {
    await sleep(60);
    return new Response(new ReadableStream({ cancel: () => void cancelled++ }), { headers: JSON_HEAD });
  };
  const bedrock = client("http://127.0.0.1:1", { fetch: late, maxAttempts: 1 });
  await fails(bedrock.converse(input, { requestTimeout: 20 }));
  await fails(bedrock.converse(input, { timeouts: { firstByte: 20 } }));
  await fails(bedrock.converse(input, { abortSignal: AbortSignal.timeout(20) }));
  await sleep(100);
  assert.equal(cancelled, 3);
});

test("the body of a redirect, from a fetch that heeds no signal, is cancelled", async () => {
  let cancelled = 0;
  const moved = { status: 307, headers: { location: "/elsewhere" } };
  const fetch = async () => new Response(new ReadableStream({ cancel: () => void cancelled++ }), moved);
  const bedrock = client("http://127.0.0.1:1", { fetch });
  for (const call of [bedrock.converse(input), bedrock.converseStream(input)]) {
    assert.match((await fails(call)).message, /redirect, which is not followed/);
  }
  await sleep(0);
  assert.equal(cancelled, 2);
});

test("a stream is tried again until its first event, and never after", async () => {
  const { endpoint, seen } = place("/pace/0");
  const bytes = new Uint8Array(
    await (
      await fetch(`${endpoint}/model/${encodeURIComponent(modelId)}/converse-stream`, {
        method: "POST",
        headers: { authorization: `Bearer ${emulator.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ messages }),
      })
    ).arrayBuffer(),
  );
  assert.equal((await seen()).attempts[0].status, 200);
  const first = new DataView(bytes.buffer).getUint32(0);
  const upTo = (length, end) => (response) => {
    response.writeHead(200, STREAM_HEAD).flushHeaders();
    if (length) response.write(bytes.subarray(0, length));
    setTimeout(() => end(response), 20);
  };
  const cleanly = (response) => response.end();
  const reset = (response) => response.socket.resetAndDestroy();
  const complete = upTo(bytes.length, cleanly);
  for (const [name, answer] of [
    ["nothing came", upTo(0, cleanly)],
    ["reset with nothing", upTo(0, reset)],
    ["half a frame", upTo(first - 1, cleanly)],
    ["reset in the first frame", upTo(first - 1, reset)],
  ]) {
    const server = await serving(answer, complete);
    const { stream, $metadata } = await client(server.endpoint).converseStream(input);
    assert.equal($metadata.attempts, 2, name);
    assert.equal((await collect(stream)).length, 20, name);
    await server[close]();
  }
  for (const end of [cleanly, reset]) {
    const server = await serving(upTo(first, end), complete);
    const { stream } = await client(server.endpoint).converseStream(input);
    assert.ok((await stream.next()).value.messageStart);
    assert.equal((await fails(stream.next())).name, "TruncatedStreamError");
    assert.equal(server.requests(), 1);
    await server[close]();
  }
  const never = await serving(upTo(3, reset));
  const error = await fails(client(never.endpoint).converseStream(input));
  assert.equal(error.name, "TruncatedStreamError");
  assert.equal(error.$metadata.attempts, 3);
  assert.equal(error.bytesReceived, 3);
  await never[close]();
});

test("Retry-After in seconds and as a date, and x-amz-retry-after in ms, are waited for; 20 s at most", async (t) => {
  const waits = [];
  let ahead = 0;
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ahead);
  t.mock.method(globalThis, "clearTimeout", clearImmediate);
  t.mock.method(globalThis, "setTimeout", (done, wait) => {
    if (wait > 60_000) return undefined;
    waits.push(wait);
    return setImmediate(() => void (ahead += wait) || done());
  });
  const asked = async (headers) => {
    const answers = [
      new Response("{}", { status: 503, headers }),
      new Response('{"stopReason":"end_turn"}', { headers: JSON_HEAD }),
    ];
    const bedrock = client("http://127.0.0.1:1", { fetch: async () => answers.shift() });
    return (await bedrock.converse(input)).$metadata.totalRetryDelay;
  };
  const date = new Date();
  const inSeconds = (seconds) => new Date(date.getTime() + seconds * 1000).toUTCString();
  const near = (delay, due) => assert.ok(delay >= due && delay <= due + 2_000, `${delay} for ${due}`);
  near(await asked({ "retry-after": "7" }), 7_000);
  near(await asked({ "x-amz-retry-after": "6500", "retry-after": "1" }), 6_500);
  near(await asked({ "retry-after": inSeconds(9), date: inSeconds(0) }), 9_000);
  // Relative to the service's own clock.
  near(await asked({ "retry-after": inSeconds(3_609), date: inSeconds(3_600) }), 9_000);
  for (const much of ["86400", "99999999999999999999", inSeconds(86_400)]) {
    assert.ok((await asked({ "retry-after": much })) <= 20_000, much);
    assert.ok((await asked({ "retry-after": much })) >= 5_000, much);
  }
  for (const none of ["soon", "-5", "", inSeconds(-60)]) {
    assert.ok((await asked({ "retry-after": none, date: inSeconds(0) })) <= 2_000, none);
  }
});

test("an endpoint whose clock jumps by millennia leaves the client a time to sign with", async () => {
  const [early, late] = ["19700101T000000Z", "99991231T235959Z"];
  for (const [signed, theirs, year] of [
    [early, late, "9[89].."],
    [late, early, "1970"],
  ]) {
    const stamps = [];
    const bedrock = client("http://127.0.0.1:1", {
      fetch: async (_, { headers }) => {
        stamps.push(new Headers(headers).get("x-amz-date"));
        const message = `Signature expired: ${signed} is now earlier than ${theirs} (${theirs} - 5 min.)`;
        return new Response(JSON.stringify({ message }), {
          status: 403,
          headers: { ...JSON_HEAD, "x-amzn-errortype": "InvalidSignatureException" },
        });
      },
    });
    // Each moves the clock once; 35 such jumps are more than a Date can hold.
    for (let call = 0; call < 40; call++) {
      const error = await fails(bedrock.converse(input));
      assert.equal(error.name, "InvalidSignatureException", error.stack);
    }
    assert.equal(stamps.length, 80);
    assert.ok(stamps[0].startsWith("20"));
    for (const stamp of stamps.slice(1)) assert.match(stamp, new RegExp(`^${year}[01]\\d[0-3]\\dT\\d{6}Z$`));
  }
});

test("bodies that JSON would make {} of are refused before anything is sent", async () => {
  let sent = 0;
  const bedrock = client("http://127.0.0.1:1", { fetch: async () => (sent++, new Response("{}")) });
  const odd = {
    Blob: new Blob(["{}"]),
    ReadableStream: new ReadableStream(),
    Promise: Promise.resolve("{}"),
    Map: new Map([["a", 1]]),
    Set: new Set(),
    RegExp: /x/,
    FormData: new FormData(),
    URLSearchParams: new URLSearchParams("a=1"),
    Response: new Response("{}"),
    function: () => "{}",
    generator: (function* () {})(),
  };
  for (const [name, body] of Object.entries(odd)) {
    for (const call of [
      () => bedrock.invokeModel({ modelId, body }),
      // Within an object JSON leaves a function out.
      () =>
        name !== "function" &&
        bedrock.converse({ modelId, messages: [{ role: "user", content: [{ image: { source: { bytes: body } } }] }] }),
    ]) {
      const answer = call();
      if (!answer) continue;
      const error = await fails(answer);
      assert.equal(error.name, "OutcropError", name);
      assert.equal(error.who, "caller", name);
    }
  }
  assert.equal(sent, 0);
});
