// outcrop/flow: AWS's adaptive mode beside AWS's own, the limit on concurrent calls, the list to fall back on; and the
// logger, which sees everything but secrets.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { client, collect, emulator, file, messages, modelId, outcrop, place, root } from "./context.mjs";

const { adaptive, fallback, limit } = await import(file("dist/flow.js"));
const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const good = () => new Response('{"stopReason":"end_turn"}');
const refused = (status, name, message = "no") =>
  new Response(JSON.stringify({ message }), { status, headers: { "x-amzn-errortype": name, "retry-after": "0" } });
const signal = new AbortController().signal;

/** Time that passes only when somebody sleeps, for both limiters: ms since 1970. */
function virtual(t) {
  const state = { now: 1_800_000_000_000 };
  t.mock.method(performance, "now", () => state.now);
  t.mock.method(Date, "now", () => state.now);
  t.mock.method(globalThis, "clearTimeout", () => {});
  t.mock.method(globalThis, "setTimeout", (done, wait) => {
    // A host's timers count whole ms.
    state.now += Math.max(1, Math.ceil(wait));
    queueMicrotask(done);
  });
  return state;
}

const clients = join(root, "tests/oracles/clients");
const aws = existsSync(join(clients, "node_modules/@smithy/core"));
test("adaptive sends when AWS's rate limiter sends", {
  skip: aws ? false : "1 skipped: tests/oracles/clients is not installed (cargo xtask test clients)",
}, async (t) => {
  const { DefaultRateLimiter } = createRequire(join(clients, "package.json"))("@smithy/core/retry");
  // The same 3,000 outcomes for both, each after its own virtual time; what is compared is how long each waited.
  for (const seed of [1, 2, 3]) {
    const waits = { ours: [], theirs: [] };
    for (const whose of ["ours", "theirs"]) {
      const time = virtual(t);
      let random = seed;
      const next = () => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647;
      const limiter = whose === "ours" ? adaptive() : new DefaultRateLimiter();
      for (let call = 0; call < 3_000; call++) {
        time.now += Math.floor(next() * 200);
        const before = time.now;
        if (whose === "ours") await limiter.before(signal);
        else await limiter.getSendToken();
        waits[whose].push(time.now - before);
        time.now += 20;
        const throttled = next() < 0.05;
        if (whose === "ours") limiter.after({ throttled, retried: false });
        else limiter.updateClientSendingRate(throttled ? { errorType: "THROTTLING" } : {});
      }
      t.mock.restoreAll();
    }
    const total = (list) => list.reduce((sum, wait) => sum + wait, 0);
    assert.ok(total(waits.theirs) > 10_000, `${total(waits.theirs)} ms of waiting`);
    for (const [call, wait] of waits.ours.entries()) {
      // ms: AWS's rounds to 8 digits, and so drifts a little.
      assert.ok(Math.abs(wait - waits.theirs[call]) < 2, `call ${call}: ${wait} and ${waits.theirs[call]}`);
    }
  }
});

test("adaptive slows down after throttling, and a client works with it", async (t) => {
  let sent = 0;
  const fetch = async () => (++sent % 2 ? refused(429, "ThrottlingException") : good());
  const bedrock = client("http://127.0.0.1:1", { fetch, retryMode: adaptive() });
  t.mock.method(Math, "random", () => 0);
  const began = performance.now();
  assert.equal((await bedrock.converse(input)).$metadata.attempts, 2);
  // The slowest rate is one in two seconds.
  assert.ok(performance.now() - began > 1_000);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  assert.equal((await fails(bedrock.converse(input, { abortSignal: controller.signal }))).name, "AbortError");
});

test("a mode by its name is told where the modes are", async () => {
  for (const retryMode of ["adaptive", "legacy"]) {
    const error = await fails(client("http://127.0.0.1:1", { retryMode }).converse(input));
    assert.equal(error.who, "caller");
    assert.match(error.message, /outcrop\/flow/);
  }
  await client(place().endpoint, { retryMode: "standard" }).converse(input);
});

test("limit: never more calls at a time, in order, whatever becomes of them", async () => {
  let running = 0;
  let most = 0;
  const order = [];
  const fetch = async (_url, { body, signal }) => {
    running++;
    most = Math.max(most, running);
    const { number } = JSON.parse(new TextDecoder().decode(body)).additionalModelRequestFields;
    order.push(number);
    await sleep(5);
    running--;
    if (signal.aborted) throw signal.reason;
    return number % 3 ? good() : refused(400, "ValidationException");
  };
  const bedrock = client("http://127.0.0.1:1", { fetch, retryMode: limit(4) });
  const calls = Array.from({ length: 40 }, (_, number) => {
    const controller = new AbortController();
    if (number % 5 === 4) setTimeout(() => controller.abort(), number);
    return bedrock.converse({ ...input, additionalModelRequestFields: { number } }, { abortSignal: controller.signal });
  });
  const outcomes = await Promise.allSettled(calls);
  assert.ok(outcomes.some(({ reason }) => reason?.name === "AbortError"));
  assert.ok(outcomes.some(({ reason }) => reason?.name === "ValidationException"));
  assert.equal(most, 4);
  assert.deepEqual(order, order.toSorted?.((a, b) => a - b) ?? [...order].sort((a, b) => a - b));
  // All places are free again.
  most = 0;
  await Promise.all(
    Array.from({ length: 8 }, () => bedrock.converse({ ...input, additionalModelRequestFields: { number: 1 } })),
  );
  assert.equal(most, 4);
  assert.throws(() => limit(0), RangeError);
});

test("limit: a streaming call holds its place until its stream has ended, however it ends", async () => {
  const ends = {
    "read to its end": collect,
    return: (stream) => stream.return(),
    abort: (_, controller) => controller.abort(),
    throw: (stream) => stream.throw(new Error("own")).catch(() => {}),
  };
  for (const [how, end] of Object.entries(ends)) {
    const { endpoint, seen } = place("/words/5/pace/5");
    const bedrock = client(endpoint, { retryMode: limit(1) });
    const controller = new AbortController();
    const { stream } = await bedrock.converseStream(input, { abortSignal: controller.signal });
    const second = bedrock.converse(input);
    await sleep(60);
    assert.equal((await seen()).attempts.length, 1, how);
    await end(stream, controller);
    await second;
    assert.equal((await seen()).attempts.length, 2, how);
  }
});

test("limit in workerd: no promise of another request is waited for", async (t) => {
  globalThis.WebSocketPair = class {};
  t.after(() => delete globalThis.WebSocketPair);
  const { endpoint, seen } = place();
  const bedrock = client(endpoint, { retryMode: limit(2) });
  await Promise.all(Array.from({ length: 6 }, () => bedrock.converse(input)));
  assert.equal((await seen()).attempts.length, 6);
  // Whoever leaves the queue takes no place, and gives none back.
  const slow = place("/words/5/pace/20");
  const limited = client(slow.endpoint, { retryMode: limit(1) });
  const { stream } = await limited.converseStream(input);
  const aborts = Array.from({ length: 3 }, () =>
    fails(limited.converse(input, { abortSignal: AbortSignal.timeout(20) })),
  );
  assert.deepEqual(
    (await Promise.all(aborts)).map(({ name }) => name),
    ["AbortError", "AbortError", "AbortError"],
  );
  const waiting = [limited.converseStream(input), limited.converseStream(input)];
  await sleep(80);
  assert.equal((await slow.seen()).attempts.length, 1);
  await stream.return();
  const first = await Promise.race(waiting);
  await sleep(80);
  assert.equal((await slow.seen()).attempts.length, 2);
  await first.stream.return();
  for (const call of waiting) await (await call).stream.return();
});

test("credentials in workerd: state is looked at, a renewal that another request began is not waited for", async (t) => {
  globalThis.WebSocketPair = class {};
  t.after(() => delete globalThis.WebSocketPair);
  const { endpoint } = place();
  let asked = 0;
  const credentials = async () => {
    asked++;
    await sleep(60);
    return { ...emulator.temporaryCredentials, expiration: new Date(Date.now() + 3_600_000) };
  };
  const bedrock = client(endpoint, { credentials });
  await Promise.all(Array.from({ length: 50 }, () => bedrock.converse(input)));
  assert.equal(asked, 1);
  // The request that asked is gone, and with it its promise: the next one asks itself after 5 s.
  let ahead = 0;
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ahead);
  let dead = 0;
  const mortal = () => (++dead === 1 ? new Promise(() => {}) : Promise.resolve(emulator.temporaryCredentials));
  const other = client(endpoint, { credentials: mortal });
  const controller = new AbortController();
  const gone = fails(other.converse(input, { abortSignal: controller.signal }));
  await sleep(10);
  const waiting = other.converse(input);
  await sleep(30);
  assert.equal(dead, 1);
  ahead = 5_001;
  await waiting;
  assert.equal(dead, 2);
  controller.abort();
  await gone;
});

test("fallback: the next one when another place may do better, and the last error when none does", async () => {
  const asked = [];
  const run = (answers) => async (region) => {
    asked.push(region);
    const bedrock = client("http://127.0.0.1:1", { maxAttempts: 1, fetch: async () => answers[region]() });
    return bedrock.converse(input, { region });
  };
  const regions = ["us-east-1", "us-west-2", "eu-west-1"];
  const network = () => {
    throw new TypeError("fetch failed");
  };
  const answer = await fallback(regions)(
    run({ "us-east-1": () => refused(429, "ThrottlingException"), "us-west-2": network, "eu-west-1": good }),
  );
  assert.equal(answer.stopReason, "end_turn");
  assert.deepEqual(asked.splice(0), regions);
  const wrong = () => refused(400, "ValidationException");
  assert.equal((await fails(fallback(regions)(run({ "us-east-1": wrong })))).name, "ValidationException");
  assert.deepEqual(asked.splice(0), ["us-east-1"]);
  const busy = () => refused(503, "ServiceUnavailableException");
  const last = await fails(
    fallback(regions)(
      run({ "us-east-1": busy, "us-west-2": network, "eu-west-1": () => refused(429, "ThrottlingException") }),
    ),
  );
  assert.equal(last.name, "ThrottlingException");
  assert.deepEqual(asked.splice(0), regions);
  const own = fallback(regions, { when: (error) => error.name === "ValidationException" });
  await own(run({ "us-east-1": wrong, "us-west-2": good }));
  assert.deepEqual(asked.splice(0), ["us-east-1", "us-west-2"]);
  assert.throws(() => fallback([]), RangeError);
});

/** A logger that keeps what it is told. */
function keeping() {
  const told = [];
  const note = (level) => (name, attributes) => told.push({ level, name, ...attributes });
  return { told, logger: { debug: note("debug"), warn: note("warn") }, names: () => told.map(({ name }) => name) };
}

test("the logger is told what happens, with OpenTelemetry's names", async () => {
  const { told, logger, names } = keeping();
  const answers = [refused(503, "ServiceUnavailableException")];
  const { endpoint } = place("/pace/0");
  const through = async (url, init) => answers.shift() ?? fetch(url, init);
  const credentials = async () => emulator.temporaryCredentials;
  const bedrock = client(endpoint, { logger, fetch: through, credentials });
  await bedrock.converse(input);
  assert.deepEqual(names(), [
    "outcrop.credentials.renewed",
    "outcrop.attempt.started",
    "outcrop.attempt.ended",
    "outcrop.call.retried",
    "outcrop.attempt.started",
    "outcrop.attempt.ended",
    "outcrop.call.ended",
  ]);
  for (const event of told) {
    assert.equal(event["rpc.system.name"], "aws-api");
    assert.equal(event["rpc.method"], "BedrockRuntime/Converse");
    assert.equal(event["gen_ai.request.model"], modelId);
    assert.equal(event["server.address"], "127.0.0.1");
    assert.equal(event.level, event.name === "outcrop.call.retried" ? "warn" : "debug");
    assert.ok(!Object.values(event).includes(undefined));
  }
  const [, , failed, retried, started, ended, call] = told;
  assert.equal(failed["http.response.status_code"], 503);
  assert.equal(failed["error.type"], "ServiceUnavailableException");
  assert.equal(retried["outcrop.retry.reason"], "error");
  assert.ok(retried["outcrop.delay_ms"] >= 0);
  assert.equal(started["http.request.resend_count"], 1);
  assert.equal(ended["http.response.status_code"], 200);
  assert.match(ended["aws.request_id"], /^[0-9a-f-]{36}$/);
  assert.ok(!("error.type" in ended) && !("error.type" in call));
  assert.ok(call["outcrop.duration_ms"] >= ended["outcrop.duration_ms"]);
});

test("the logger of a stream is told its end when it ends; a call's logger comes before its client's", async () => {
  const client1 = keeping();
  const call = keeping();
  const { endpoint } = place("/words/30/pace/5");
  const bedrock = client(endpoint, { logger: client1.logger });
  const { stream } = await bedrock.converseStream(input, { logger: call.logger });
  assert.deepEqual(call.names(), ["outcrop.attempt.started", "outcrop.attempt.ended"]);
  await stream.next();
  await stream.return();
  assert.deepEqual(call.names().slice(2), ["outcrop.call.ended"]);
  assert.ok(!("error.type" in call.told.at(-1)));
  assert.deepEqual(client1.told, []);
  const aborted = new AbortController();
  const second = await bedrock.converseStream(input, { abortSignal: aborted.signal });
  aborted.abort();
  assert.equal(client1.told.at(-1)["error.type"], "AbortError");
  await fails(second.stream.next());
});

test("skew and renewal are told as such", async () => {
  const { told, logger } = keeping();
  let calls = 0;
  const expired = { ...emulator.temporaryCredentials, sessionToken: emulator.expiredSessionToken };
  const credentials = async () => (++calls === 1 ? expired : emulator.temporaryCredentials);
  await client(place().endpoint, { logger, credentials }).converse(input);
  const late = "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)";
  const answers = [refused(403, "InvalidSignatureException", late), good()];
  await client("http://127.0.0.1:1", { logger, fetch: async () => answers.shift() }).converse(input);
  assert.deepEqual(
    told
      .filter(({ name }) => name === "outcrop.call.retried")
      .map((event) => [event["outcrop.retry.reason"], event["outcrop.delay_ms"]]),
    [
      ["renew", 0],
      ["skew", 0],
    ],
  );
});

test("a logger that throws, lacks a level or is console hurts no call", async () => {
  const { endpoint } = place();
  const throwing = () => {
    throw new Error("log");
  };
  for (const logger of [{ debug: throwing, warn: throwing }, {}, { warn: () => {} }, null]) {
    assert.equal((await client(endpoint, { logger }).converse(input)).stopReason, "end_turn");
  }
  const { logger } = keeping();
  const bound = Object.create(logger, { prefix: { value: "p" } });
  bound.debug = function () {
    assert.equal(this.prefix, "p");
  };
  await client(endpoint, { logger: bound }).converse(input);
});

test("the logger sees no secret, no header and no body", async () => {
  const { told, logger } = keeping();
  const { endpoint } = place("/pace/0");
  const secret = "s3cretKey/SECRET";
  const secrets = { accessKeyId: "AKIASECRETID", secretAccessKey: secret, sessionToken: "t0kenText" };
  const bedrock = (options) => client(endpoint, { logger, maxAttempts: 1, ...options });
  const prompt = [{ role: "user", content: [{ text: "pr1vate words" }] }];
  const headers = { "x-own": "h3aderValue" };
  await bedrock({}).converse({ modelId, messages: prompt }, { headers });
  await collect((await bedrock({}).converseStream({ modelId, messages: prompt }, { headers })).stream);
  await fails(bedrock({ credentials: secrets }).converse({ modelId, messages: prompt }, { headers }));
  await fails(bedrock({ credentials: undefined, token: "t0kenText" }).converse({ modelId, messages: prompt }));
  await fails(bedrock({ credentials: async () => ({ ...secrets, sessionToken: "t0kenText\n" }) }).converse(input));
  const pool = outcrop.fromCognitoIdentityPool({
    identityPoolId: "us-east-1:p",
    logins: { x: "l0ginToken" },
    clientConfig: {
      logger,
      fetch: async (_url, { body }) =>
        Response.json(
          new TextDecoder().decode(body).includes("IdentityPoolId")
            ? { IdentityId: "us-east-1:i" }
            : {
                Credentials: {
                  AccessKeyId: "AKIASECRETID",
                  SecretKey: secret,
                  SessionToken: "t0kenText",
                  Expiration: Date.now() / 1000 + 3_600,
                },
              },
        ),
    },
  });
  await fails(bedrock({ credentials: pool }).converse(input));
  assert.ok(told.some((event) => event["rpc.method"] === "CognitoIdentity/GetCredentialsForIdentity"));
  const shown = inspect(told, { depth: 9, maxArrayLength: null });
  const known = [emulator.credentials.secretAccessKey, emulator.credentials.accessKeyId, "Signature="];
  for (const text of [
    "AKIASECRETID",
    "s3cretKey",
    "t0kenText",
    "h3aderValue",
    "l0ginToken",
    "pr1vate",
    "You said",
    ...known,
  ]) {
    assert.ok(!shown.includes(text), text);
  }
});
