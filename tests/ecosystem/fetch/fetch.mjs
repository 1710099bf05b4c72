// `signedFetch` as a fetch: bodies of every kind, what it refuses, redirects, aborts, limits, logs, and the cases of
// tests/cases that concern what happens before an answer's body. (What a body holds is its caller's business.)
// It is long because one list of what a fetch may be asked stands beside the cases that are run through it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { limit } from "outcrop/flow";
import { openaiBaseUrl, presignUrl, runtimeUrl, signedFetch, signRequest } from "outcrop/sign";
import { root } from "../../browser/programs.mjs";
import { CLAUDE, client, dateless, emulator, MODEL, messages, outcrop, place } from "./context.mjs";

const CHAT = "/openai/v1/chat/completions";
const asked = JSON.stringify({ model: MODEL, messages });
const post = (body = asked, more = {}) => ({ method: "POST", body, ...more });

test("where requests go: region, FIPS, dual stack, an endpoint with a path", async () => {
  const at = (options) => new outcrop.BedrockRuntime({ region: "us-east-1", token: "key", ...options });
  for (const [options, due] of [
    [{}, "https://bedrock-runtime.us-east-1.amazonaws.com"],
    [{ region: "cn-north-1" }, "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"],
    [{ useFipsEndpoint: true }, "https://bedrock-runtime-fips.us-east-1.amazonaws.com"],
    [{ useDualstackEndpoint: true }, "https://bedrock-runtime.us-east-1.api.aws"],
    [{ endpoint: "https://proxy.example.com/a/b/" }, "https://proxy.example.com/a/b"],
  ]) {
    assert.equal(await runtimeUrl(at(options)), due);
    assert.equal(await openaiBaseUrl(at(options)), `${due}/openai/v1`);
  }
  await assert.rejects(runtimeUrl(at({ endpoint: "http://proxy.example.com" })), { code: "InvalidEndpoint" });
  await assert.rejects(runtimeUrl(at({ region: "x@evil:443/#" })), { code: "InvalidRegion" });
});

const stream = (text) =>
  new ReadableStream({
    start(controller) {
      for (const piece of text.match(/.{1,7}/gs)) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
const form = new FormData();
form.set("a", "é");
form.set("file", new Blob(["bytes"], { type: "text/plain" }), "name.txt");

for (const [name, body, type] of [
  ["text", asked, /^text\/plain/],
  ["bytes", new TextEncoder().encode(asked), /^undefined$/],
  [
    "a part of a buffer",
    new Uint8Array(new TextEncoder().encode(`xx${asked}yy`).buffer, 2, asked.length),
    /^undefined$/,
  ],
  ["an ArrayBuffer", new TextEncoder().encode(asked).buffer, /^undefined$/],
  ["a Blob", new Blob([asked], { type: "application/json" }), /^application\/json$/],
  ["a form", form, /^multipart\/form-data; boundary=/],
  ["URLSearchParams", new URLSearchParams({ a: "é +&" }), /^application\/x-www-form-urlencoded/],
  ["a stream", () => stream(asked), /^undefined$/],
  ["an async iterable", () => stream(asked)[Symbol.asyncIterator](), /^undefined$/],
  ["nothing", null, /^undefined$/],
]) {
  test(`a body that is ${name} is signed and sent, by itself and in a Request`, async () => {
    const at = place();
    const send = signedFetch(client(at.endpoint));
    const made = () => (typeof body === "function" ? body() : body);
    await send(new URL(at.endpoint + CHAT), post(made()));
    if (name !== "an async iterable") {
      await send(new Request(at.endpoint + CHAT, post(made(), { duplex: "half" })));
      // What stands beside a Request takes the place of what is in it.
      await send(new Request(at.endpoint + CHAT), post(made(), { duplex: "half" }));
    }
    const attempts = await at.ended(name === "an async iterable" ? 1 : 3);
    for (const { signature, headers, bodySha256, method } of attempts) {
      assert.equal(signature, "ok");
      assert.equal(method, "POST");
      assert.match(`${headers["content-type"]}`, type);
      if (type.source === "^undefined$" && body) {
        assert.equal(bodySha256, createHash("sha256").update(asked).digest("hex"));
      }
    }
  });
}

test("paths and queries as apps write them", async () => {
  const at = place();
  const send = signedFetch(client(at.endpoint));
  const agent = (id, session) => `/agents/${id}/agentAliases/${id}/sessions/${session}/text`;
  const models = ["?b=2&a=1&a=0&c", "?q=a+b%20c&d=%2B&e=*'()!~&f=é", "?=x&&y=#fragment", "?a=%7e%c3%a9%2a&b=漢"];
  for (const search of models) await send(`${at.endpoint}/openai/v1/models${search}`);
  const arn = encodeURIComponent("arn:aws:bedrock:us-east-1:1:x/y");
  const odd = [
    agent("a:b@c", "d,e;f=g"),
    agent(arn, "a+b"),
    agent("%e4%f6", "é *'()!~$&"),
    agent("a|b^c`", "%2f%2F%2e"),
  ];
  for (const path of odd) await send(at.endpoint + path, post('{"inputText":"Hi"}'));
  for (const { signature, path } of await at.ended(8)) assert.equal(signature, "ok", path);
});

test("signRequest: a Request stays one, its settings with it; a plain one gets parts", async () => {
  const at = place();
  const bedrock = client(at.endpoint);
  const controller = new AbortController();
  const given = new Request(at.endpoint + CHAT, post(asked, { signal: controller.signal, keepalive: true }));
  const signed = await signRequest(bedrock, given);
  assert.ok(signed instanceof Request && signed.keepalive);
  assert.equal((await fetch(signed)).status, 200);
  const more = await signRequest(bedrock, given.clone?.call(new Request(at.endpoint + CHAT, post())));
  controller.abort();
  assert.ok(signed.signal.aborted && !more.signal.aborted);
  const plain = await signRequest(bedrock, { url: at.endpoint + CHAT, body: asked, headers: new Headers({ A: "b" }) });
  assert.equal(plain.method, "POST");
  assert.deepEqual(Object.keys(plain.headers).sort(), [
    "a",
    "authorization",
    "content-type",
    "x-amz-date",
    "x-amz-security-token",
  ]);
  assert.equal((await fetch(plain.url, plain)).status, 200);
  const url = await presignUrl(bedrock, `${at.endpoint}/openai/v1/models?x=1`);
  assert.equal((await fetch(url)).status, 200);
  // Again: the parameters of the old signature go.
  assert.equal((await fetch(await presignUrl(bedrock, url))).status, 200);
  assert.equal((await fetch(url.replace("x=1", "x=2"))).status, 403);
  const later = await presignUrl(bedrock, at.endpoint + CHAT, {
    method: "POST",
    body: asked,
    headers: { "x-amz-a": "b" },
  });
  assert.equal((await fetch(later, post(asked, { headers: { "x-amz-a": "b" } }))).status, 200);
  assert.equal((await fetch(later, post(asked, { headers: { "x-amz-a": "c" } }))).status, 403);
  for (const { signature, path } of (await at.ended(4)).slice(0, 4)) assert.equal(signature, "ok", path);
});

test("what other packages say of who they are is replaced; what they send besides goes along", async () => {
  const at = place();
  const send = signedFetch(client(at.endpoint));
  await send(
    at.endpoint + CHAT,
    post(asked, {
      headers: {
        Authorization: "Bearer s3cr3t",
        "X-API-Key": "s3cr3t",
        "X-Amz-Date": "20200101T000000Z",
        "x-amz-security-token": "s3cr3t",
        "x-stainless-os": "none",
        "anthropic-version": "1",
      },
    }),
  );
  const [{ signature, headers }] = await at.ended();
  assert.equal(signature, "ok");
  assert.doesNotMatch(JSON.stringify(headers), /s3cr3t|stainless|2020/);
  assert.equal(headers["anthropic-version"], "1");
});

test("nothing is signed for a place that nobody has named", async () => {
  let sent = 0;
  const bedrock = client(emulator.address, { fetch: async () => (sent++, new Response("{}")) });
  const send = signedFetch(bedrock);
  for (const url of [
    "https://evil.example.com/",
    "https://amazonaws.com.evil.example/",
    "https://xamazonaws.com/",
    "http://bedrock-runtime.us-east-1.amazonaws.com/",
    emulator.elsewhere,
    "file:///etc/passwd",
    "data:text/plain,x",
  ]) {
    await assert.rejects(send(url), (error) => error.who === "caller" && /^Unknown|^Invalid/.test(error.code), url);
  }
  assert.equal(sent, 0);
  await send("https://bedrock-agent-runtime.eu-west-1.amazonaws.com/agents");
  await send("https://x.lambda-url.us-east-1.on.aws/");
  await signedFetch(bedrock, { origins: ["https://api.example.com"] })("https://api.example.com/x");
  await assert.rejects(signedFetch(bedrock, { origins: ["http://api.example.com"] })("http://api.example.com/x"), {
    code: "InvalidUrl",
  });
  assert.equal(sent, 3);
  // An API key, which is not bound to a place, goes to Bedrock's hosts alone.
  const keyed = signedFetch(
    client(emulator.address, { token: "s3cr3t", fetch: async () => (sent++, new Response("{}")) }),
  );
  await keyed("https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/openai/v1/models");
  for (const url of [
    "https://x.lambda-url.us-east-1.on.aws/",
    "https://bedrock.s3.amazonaws.com/",
    "https://bedrock-runtime.evil.s3.us-east-1.amazonaws.com/",
    "https://abc.execute-api.us-east-1.amazonaws.com/",
  ]) {
    await assert.rejects(keyed(url), { code: "UnknownOrigin" }, url);
  }
  assert.equal(sent, 4);
});

test("an API key is for Bedrock alone", async () => {
  const bedrock = client(emulator.address, { token: emulator.apiKey });
  const other = await signRequest(bedrock, { url: "https://x.amazonaws.com/" }, { service: "lambda" });
  assert.match(other.headers.authorization, /^AWS4-HMAC-SHA256 .*\/lambda\/aws4_request/);
  const own = await signRequest(bedrock, { url: "https://x.amazonaws.com/" });
  assert.equal(own.headers.authorization, `Bearer ${emulator.apiKey}`);
});

test("a redirect is an answer, and never followed", async () => {
  const at = place({ name: "redirect-307" });
  const send = signedFetch(client(at.endpoint));
  const response = await send(at.endpoint + CHAT, post());
  assert.equal(response.status, 307);
  await assert.rejects(send(at.endpoint + CHAT, post(asked, { redirect: "error" })), TypeError);
  assert.equal((await at.seen()).elsewhere, 0);
  assert.equal((await at.ended(2)).length, 2);
});

test("an error is an answer whose body can be read, however it was looked at", async () => {
  const at = place();
  const wrong = { ...emulator.credentials, secretAccessKey: "wrong" };
  const response = await signedFetch(client(at.endpoint, { credentials: wrong }))(at.endpoint + CHAT, post());
  assert.equal(response.status, 403);
  assert.match((await response.json()).message, /signature we calculated/);
  assert.equal((await at.ended()).length, 1);
});

test("rejections are those of a fetch: TypeError, the signal's reason", async () => {
  const nobody = client(emulator.nobody, { maxAttempts: 2 });
  await assert.rejects(signedFetch(nobody)(emulator.nobody + CHAT, post()), TypeError);
  const send = signedFetch(client(emulator.address));
  const reason = new Error("enough");
  await assert.rejects(send(emulator.address + CHAT, post(asked, { signal: AbortSignal.abort(reason) })), reason);
  await assert.rejects(send(emulator.address + CHAT, post(asked, { signal: AbortSignal.abort() })), {
    name: "AbortError",
  });
  const fails = async () => {
    throw new Error("s3cr3t");
  };
  const at = place();
  await assert.rejects(signedFetch(client(at.endpoint, { credentials: fails }))(at.endpoint + CHAT, post()), {
    name: "CredentialsProviderError",
  });
  assert.equal((await at.seen()).attempts.length, 0);
  const silent = place({ name: "silent-before-head-always" });
  const hasty = client(silent.endpoint, { timeouts: { firstByte: 100 }, maxAttempts: 2 });
  await assert.rejects(signedFetch(hasty)(silent.endpoint + CHAT, post()), { name: "TimeoutError" });
  const short = signedFetch(hasty, { timeouts: { total: 50 } });
  await assert.rejects(short(silent.endpoint + CHAT, post()), { name: "TimeoutError", message: /^total/ });
  assert.equal((await silent.ended(3)).length, 3);
});

test("an abort while it waits for the next attempt", async () => {
  const at = place({ name: "unavailable-always" });
  const controller = new AbortController();
  const waiting = signedFetch(client(at.endpoint, { maxAttempts: 100 }))(
    at.endpoint + CHAT,
    post(asked, { signal: controller.signal }),
  );
  setTimeout(() => controller.abort(new Error("enough")), 150);
  await assert.rejects(waiting, { message: "enough" });
  const count = (await at.ended()).length;
  await new Promise((done) => setTimeout(done, 300));
  assert.equal((await at.seen()).attempts.length, count);
});

test("a Request's own signal ends it, before and within the answer", async () => {
  const at = place({ prefix: "/words/1000/pace/10" });
  const send = signedFetch(client(at.endpoint));
  const controller = new AbortController();
  const body = JSON.stringify({ model: MODEL, messages, stream: true });
  const response = await send(new Request(at.endpoint + CHAT, post(body, { signal: controller.signal })));
  const reader = response.body.getReader();
  await reader.read();
  controller.abort();
  await assert.rejects(
    (async () => {
      while (!(await reader.read()).done);
    })(),
    { name: "AbortError" },
  );
  assert.equal((await at.ended())[0].responseEnded, "client closed");
  await assert.rejects(send(new Request(at.endpoint + CHAT, post(body, { signal: controller.signal }))), {
    name: "AbortError",
  });
});

test("without WebCrypto, as on a page without https, requests are signed all the same", async (t) => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  t.after(() => Object.defineProperty(globalThis, "crypto", own));
  const at = place();
  const bedrock = client(at.endpoint);
  // Above the length from which WebCrypto hashes.
  const body = JSON.stringify({ model: MODEL, messages: [{ role: "user", content: "x".repeat(100_000) }] });
  const request = { url: "https://b.s3.us-east-1.amazonaws.com/k", method: "PUT", body };
  const signed = await signRequest(bedrock, request, { service: "s3" });
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  const response = await signedFetch(bedrock)(at.endpoint + CHAT, post(body));
  assert.equal(response.status, 200);
  assert.equal((await at.ended())[0].signature, "ok");
  // S3 wants the body's hash in a header, or to hear that there is none.
  const unsigned = await signRequest(bedrock, request, { service: "s3" });
  assert.match(signed.headers["x-amz-content-sha256"], /^[\da-f]{64}$/);
  assert.equal(unsigned.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
});

test("ten at once through a limiter; its books balance", async () => {
  const at = place({ prefix: "/pace/0" });
  const books = { before: 0, after: 0 };
  const two = limit(2);
  const retryMode = {
    before: (signal) => (books.before++, two.before(signal)),
    after: (attempt) => (books.after++, two.after(attempt)),
  };
  const send = signedFetch(client(at.endpoint, { retryMode }));
  const controller = new AbortController();
  const all = Array.from({ length: 10 }, (_, number) =>
    send(at.endpoint + CHAT, post(asked, number > 7 ? { signal: controller.signal } : {})),
  );
  controller.abort();
  const ends = await Promise.allSettled(all);
  assert.equal(ends.filter(({ status }) => status === "fulfilled").length, 8);
  assert.deepEqual((await send(at.endpoint + CHAT, post())).status, 200);
  assert.ok(books.before >= books.after && books.after >= 9, JSON.stringify(books));
});

test("the log tells attempts and retries, and no secret", async () => {
  const told = [];
  const logger = { debug: (...line) => told.push(line), warn: (...line) => told.push(line) };
  const at = place({ name: "unavailable-once" });
  await signedFetch(client(at.endpoint, { logger }))(at.endpoint + CHAT, post());
  assert.deepEqual(
    told.map(([name]) => name),
    [
      "outcrop.attempt.started",
      "outcrop.attempt.ended",
      "outcrop.call.retried",
      "outcrop.attempt.started",
      "outcrop.attempt.ended",
    ],
  );
  const { secretAccessKey, sessionToken } = emulator.temporaryCredentials;
  for (const secret of [secretAccessKey, sessionToken, "Hello"]) assert.ok(!JSON.stringify(told).includes(secret));
});

test("a stream that is not signed is sent once, as it comes", async () => {
  const at = place();
  const bedrock = client(at.endpoint);
  // The emulator, as Bedrock, takes no unsigned body: what is seen is that it was told so, once.
  const send = signedFetch(bedrock, { unsignedPayload: true });
  const response = await send(at.endpoint + CHAT, post(stream(asked)));
  assert.equal(response.status, 403);
  const [{ headers, bodySha256 }, ...more] = await at.ended();
  assert.equal(headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
  assert.equal(bodySha256, createHash("sha256").update(asked).digest("hex"));
  assert.equal(more.length, 0);
});

// What the cases say about calls holds for the fetch up to the answer's head: the same number of attempts.
const CASES = readdirSync(`${root}tests/cases`)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(`${root}tests/cases/${file}`, "utf8")));

/** Why a case says nothing about a fetch, or nothing. */
function unfit({ name, applies, request, stop, endpoint, script }) {
  if (!applies.includes("node")) return "not for Node";
  if (request.operation.endsWith("Stream")) return "it is about a stream's events";
  if (stop) return "it stops the call in AWS's way";
  if (endpoint) return "it goes elsewhere";
  if (request.before) return "it is about several calls";
  if (request.options?.retryMode || /^(quota|huge|time-limits|total-limit)/.test(name))
    return "it has options of its own";
  if (/^(body|answer|error-body|unknown-operation|reset-after|break|invoke-model-reset)/.test(name))
    return "it is about the body";
  if (name === "retry-after-capped") return "it waits 20 s, which other runners do";
  if (request.call) return "it has options of a call";
  if (script.some((step) => step.silenceMs || step.cutAt || step.reset?.afterBytes !== undefined || step.close))
    return "it is about the body";
  return "";
}

const WORDS = (word) =>
  ({
    good: emulator.credentials,
    temporary: emulator.temporaryCredentials,
    expiredToken: { ...emulator.temporaryCredentials, sessionToken: emulator.expiredSessionToken },
    short: { ...emulator.temporaryCredentials, expiration: new Date(Date.now() + 2_000) },
    expired: { ...emulator.credentials, expiration: new Date(Date.now() - 1_000) },
  })[word];

test("the cases", { concurrency: 8 }, async (t) => {
  let count = 0;
  const running = [];
  for (const given of CASES) {
    const why = unfit(given);
    if (why) {
      t.diagnostic(`${given.name}: not run, ${why}`);
      continue;
    }
    const { name, request, verdict, expose } = given;
    count++;
    // Most of their time is waiting.
    const run = t.test(name, async () => {
      const at = place({ name });
      let calls = 0;
      const credentials = request.provider
        ? async () => {
            const word = request.provider[Math.min(calls++, request.provider.length - 1)];
            if (word === "hangs") return new Promise(() => {});
            if (word === "fails") throw new Error("the provider fails");
            return WORDS(word);
          }
        : WORDS(request.credentials ?? "good");
      const options = { credentials, ...request.options };
      if (request.apiKey) Object.assign(options, { token: emulator.apiKey, credentials: undefined });
      if (expose) options.fetch = dateless;
      const send = signedFetch(client(at.endpoint, options));
      const path = request.operation === "Converse" ? "converse" : "invoke";
      const { modelId = CLAUDE, body, ...input } = request.input;
      const url = `${at.endpoint}/model/${encodeURIComponent(modelId)}/${path}`;
      const sent = path === "invoke" ? (typeof body === "string" ? body : JSON.stringify(body)) : JSON.stringify(input);
      let response;
      let error;
      try {
        response = await send(url, post(sent, { headers: { "content-type": "application/json" } }));
        await response.arrayBuffer();
      } catch (reason) {
        error = reason;
      }
      const { ok, error: due, attempts, seen = attempts, providerCalls } = verdict.other;
      assert.equal((await at.ended(seen)).length, seen, `${error ?? response.status}`);
      assert.equal(!!response?.ok, !!ok);
      // An answer; or none, by the name that a fetch has for it.
      if (due === "NetworkError")
        assert.ok(response?.status === 307 || response?.status === 301 || error instanceof TypeError);
      else if (error) assert.equal(error.name, due);
      if (providerCalls !== undefined) assert.equal(calls, providerCalls);
    });
    running.push(run);
  }
  await Promise.all(running);
  assert.ok(count >= 25, `${count} cases`);
});
