// Errors: whose fault, AWS's name, the attempts, and what a retry does and does not do.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { client, emulator, messages, modelId, outcrop, place } from "./context.mjs";

const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
/** A client whose answers are these, one an attempt; the last one repeats. */
function answering(answers, options) {
  const sent = [];
  const fetch = async (url, init) => {
    sent.push({ url, ...init });
    return answers[Math.min(sent.length, answers.length) - 1](init);
  };
  return { sent, bedrock: client("http://127.0.0.1:1", { fetch, ...options }) };
}
const refusal =
  (status, name, message, headers = {}) =>
  () =>
    new Response(JSON.stringify({ message }), {
      status,
      headers: { "x-amzn-errortype": name, "x-amzn-requestid": "id-1", ...headers },
    });

test("a service error has AWS's name and shape", async () => {
  const { bedrock } = answering([
    () =>
      new Response('{"message":"m","originalStatusCode":418,"resourceName":"r","__proto__":{"x":1},"other":1}', {
        status: 424,
        headers: {
          "x-amzn-errortype": "ModelErrorException:http://internal.amazon.com/coral/",
          "x-amzn-requestid": "id-1",
        },
      }),
  ]);
  const error = await fails(bedrock.converse(input));
  assert.ok(
    error instanceof outcrop.BedrockRuntimeServiceException &&
      error instanceof outcrop.OutcropError &&
      error instanceof Error,
  );
  assert.equal(error.name, "ModelErrorException");
  assert.equal(error.message, "m");
  assert.equal(error.$fault, "client");
  assert.equal(error.who, "caller");
  assert.equal(error.originalStatusCode, 418);
  assert.equal(error.resourceName, "r");
  assert.ok(!("other" in error) && !("x" in error));
  assert.deepEqual(error.$metadata, { httpStatusCode: 424, requestId: "id-1", attempts: 1, totalRetryDelay: 0 });
});

test("throttling is tried again, signed anew, and told", async () => {
  const ok = () => new Response('{"stopReason":"end_turn"}', { headers: { "x-amzn-requestid": "id-2" } });
  const { bedrock, sent } = answering([refusal(429, "ThrottlingException", "slow"), ok], {
    credentials: emulator.credentials,
  });
  const answer = await bedrock.converse(input);
  assert.equal(answer.$metadata.attempts, 2);
  assert.equal(answer.$metadata.requestId, "id-2");
  assert.ok(answer.$metadata.totalRetryDelay >= 0);
  assert.equal(sent.length, 2);
  assert.notEqual(sent[0].headers, sent[1].headers);

  const always = answering([refusal(429, "ThrottlingException", "slow")]);
  const error = await fails(always.bedrock.converse(input));
  assert.equal(error.name, "ThrottlingException");
  assert.deepEqual(error.$retryable, { throttling: true });
  assert.equal(error.$metadata.attempts, 3);
  assert.equal(always.sent.length, 3);
  const once = answering([refusal(503, "ServiceUnavailableException", "busy")]);
  assert.equal((await fails(once.bedrock.converse(input, { maxAttempts: 1 }))).$metadata.attempts, 1);
  assert.equal(once.sent.length, 1);
});

test("an abort ends the wait between attempts", async () => {
  const { bedrock, sent } = answering([refusal(429, "ThrottlingException", "slow", { "retry-after": "60" })], {
    maxAttempts: 2,
  });
  const controller = new AbortController();
  const error = fails(bedrock.converse(input, { abortSignal: controller.signal }));
  setTimeout(() => controller.abort("enough"), 50);
  const { name, cause, who } = await error;
  assert.deepEqual([name, cause, who, sent.length], ["AbortError", "enough", "caller", 1]);
});

test("retries stop when the client's quota is used up", async (t) => {
  // The waits, up to 20 seconds each, are not what is tested.
  let ahead = 0;
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ahead);
  t.mock.method(globalThis, "clearTimeout", clearImmediate);
  // Longer ones than a minute are time limits, which do not pass here.
  t.mock.method(globalThis, "setTimeout", (done, wait) => {
    if (wait < 60_000) return setImmediate(() => void (ahead += wait) || done());
  });
  const { bedrock, sent } = answering([refusal(503, "ServiceUnavailableException", "busy", { "retry-after": "0" })], {
    maxAttempts: 1_000,
  });
  const error = await fails(bedrock.converse(input));
  assert.ok(sent.length > 5 && sent.length < 200, `${sent.length} attempts`);
  assert.equal(error.$metadata.attempts, sent.length);
  const before = sent.length;
  await fails(bedrock.converse(input));
  assert.equal(sent.length, before + 1, "an empty quota allows no retry");
});

test("the body of a refused attempt is not left open", async () => {
  let cancelled = 0;
  const page = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1_000).fill(32)),
        cancel: () => void cancelled++,
      }),
      { status: 502 },
    );
  const { bedrock } = answering([page], { maxAttempts: 2 });
  const error = await fails(bedrock.converse(input));
  assert.equal(error.$fault, "server");
  assert.equal(error.$metadata.httpStatusCode, 502);
  assert.equal(cancelled, 2);
});

test("HTTP 200 with an error in it is an error", async () => {
  const unknown = '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}';
  const named = () =>
    new Response(unknown, {
      headers: { "x-amzn-errortype": "UnknownOperationException", "content-type": "application/json" },
    });
  for (const method of ["converse", "converseStream"]) {
    const error = await fails(answering([named]).bedrock[method](input));
    assert.equal(error.name, "UnknownOperationException", method);
  }
  // A page may not see the header.
  const bare = () => new Response(unknown, { headers: { "content-type": "application/json" } });
  const error = await fails(answering([bare]).bedrock.converse(input));
  assert.equal(error.name, "UnknownOperationException");
  assert.match((await fails(answering([bare]).bedrock.converseStream(input))).message, /UnknownOperationException/);
});

test("HTTP 200 with something else shows how it begins, and no more", async () => {
  const page = () =>
    new Response("<!doctype html>\u0007\n<title>Sign in</title>" + "x".repeat(10_000), {
      headers: { "content-type": "text/html" },
    });
  const stream = await fails(answering([page]).bedrock.converseStream(input));
  assert.equal(stream.name, "EventStreamError");
  assert.equal(stream.events, 0);
  const json = await fails(answering([page]).bedrock.converse(input));
  assert.equal(json.name, "AnswerError");
  for (const { message, who } of [stream, json]) {
    assert.match(message, /text\/html.*<!doctype html> <title>Sign in<\/title> $/);
    assert.ok(message.length < 300);
    assert.equal(who, "aws");
  }
  const nothing = () => new Response(null);
  assert.equal((await fails(answering([nothing]).bedrock.converse(input))).name, "AnswerError");
  assert.equal((await fails(answering([nothing]).bedrock.converseStream(input))).name, "EventStreamError");
  for (const text of ["null", "[]", "7", '"text"']) {
    const odd = () => new Response(text);
    assert.equal((await fails(answering([odd]).bedrock.converse(input))).name, "AnswerError", text);
  }
});

test("no connection is a NetworkError, with its attempts", async () => {
  const error = await fails(client("http://127.0.0.1:1").converse(input));
  assert.equal(error.name, "NetworkError");
  assert.equal(error.who, "network");
  assert.equal(error.$metadata.attempts, 3);
  assert.ok(error.cause instanceof TypeError);
});

test("a redirect is not followed", async () => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(307, { location: "/elsewhere" }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const error = await fails(client(`http://127.0.0.1:${server.address().port}`).converse(input));
  server.close();
  assert.ok(error instanceof outcrop.OutcropError);
  assert.deepEqual([error.name, error.who, error.$metadata.httpStatusCode], ["NetworkError", "caller", 307]);
  assert.ok(asked.every((path) => path !== "/elsewhere") && asked.length === 1, `${asked}`);
});

test("requestTimeout ends a call", async () => {
  const never = (init) =>
    new Promise((_, failed) => init.signal.addEventListener("abort", () => failed(init.signal.reason)));
  const deaf = () => new Promise(() => {});
  for (const answer of [never, deaf]) {
    const error = await fails(answering([answer]).bedrock.converse(input, { requestTimeout: 30 }));
    assert.equal(error.name, "TimeoutError");
  }
  // 30 days: longer than a timer takes.
  const { endpoint } = place();
  await client(endpoint).converse(input, { requestTimeout: 2_592_000_000 });
});

test("what the caller got wrong is told before anything is sent", async () => {
  const { bedrock, sent } = answering([() => new Response("{}")]);
  const circular = { modelId };
  circular.messages = circular;
  const calls = {
    "no region": () => client("http://127.0.0.1:1", { region: undefined }).converse(input),
    "a region with a host in it": () => bedrock.converse(input, { region: "x@evil:443/#" }),
    "an endpoint that is none": () => bedrock.converse(input, { endpoint: "not a url" }),
    "no input": () => bedrock.converse(undefined),
    "no model": () => bedrock.converse({ messages }),
    "an empty model": () => bedrock.converse({ modelId: "", messages }),
    "NUL in the model": () => bedrock.converse({ modelId: "a\0b", messages }),
    "a model that leads up the path": () => bedrock.converse({ modelId: "..", messages }),
    "a model that stays on the path": () => bedrock.converse({ modelId: ".", messages }),
    "a circle": () => bedrock.converse(circular),
    "a bigint": () => bedrock.converse({ modelId, messages, additionalModelRequestFields: { big: 1n } }),
    "a header with a line break": () => bedrock.converse(input, { headers: { "x-a": "b\r\nc: d" } }),
    "a header's name with a space": () => bedrock.converse(input, { headers: { "x a": "b" } }),
    ...Object.fromEntries(
      ["Host", "Keep-Alive", "Upgrade", "Expect", "Transfer-Encoding", "Content-Length"].map((name) => [
        `the host's own header ${name}`,
        () => bedrock.converse(input, { headers: { [name]: "1" } }),
      ]),
    ),
  };
  for (const [what, call] of Object.entries(calls)) {
    const error = await fails(call());
    assert.ok(error instanceof outcrop.OutcropError, `${what}: ${error.stack}`);
    assert.equal(error.who, "caller", `${what}: ${error}`);
  }
  assert.equal(sent.length, 0);
});
