// What a caller gives that is no plain value: getters that throw or answer otherwise the second time, proxies, functions
// that throw at once, promise what they should not or call back into the client. Each call comes to an end within its
// time, as an answer or as an error of the package, leaves no listener and no rejection behind, and the next call works.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { probed } from "./boundary-report.mjs";
import { event, modelId, world } from "./boundary-scenes.mjs";
import { outcrop } from "./context.mjs";

const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const input = { modelId, messages };
// ms: a call that has nothing to wait for takes a few.
const SOON = 5_000;
const { given } = world();
const KIND = "what a caller gives: getters, proxies, functions";

const boom = () => {
  throw new Error("boom");
};
const THEN = "then";
const thenable = (value) => ({ [THEN]: value });
/** An object of which that member throws when it is read. */
const throwing = (object, name) => Object.defineProperty({ ...object }, name, { enumerable: true, get: boom });
/** All of it throws. */
const hostile = new Proxy(
  {},
  Object.fromEntries(
    ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"].map((trap) => [trap, boom]),
  ),
);
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();

/** The outcome, in time; an error is the package's. */
async function settles(what, promise, harmless) {
  probed(KIND);
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(reject, SOON, new Error(`${what}: it hangs`))));
  try {
    const answer = await Promise.race([promise, late]);
    assert.ok(harmless !== false, `${what}: an error is due`);
    return answer;
  } catch (error) {
    assert.ok(error instanceof outcrop.OutcropError, `${what}: ${error?.stack ?? error}`);
    assert.ok(harmless !== true, `${what}: ${error}`);
    return error;
  } finally {
    clearTimeout(timer);
  }
}

const good = async () => new Response(JSON.stringify({ stopReason: "end_turn" }));
const works = async (bedrock, what) => {
  const answer = await bedrock.converse(input);
  assert.equal(answer.stopReason, "end_turn", what);
};
const open = (more) => new outcrop.BedrockRuntime({ ...given, fetch: good, maxAttempts: 2, ...more });

test("boundary, getters: options, inputs and their members that throw", async () => {
  const calls = ["modelId", "messages", "toJSON"].map((name) => [name, throwing(input, name), {}]);
  for (const name of [
    "region",
    "endpoint",
    "credentials",
    "token",
    "headers",
    "abortSignal",
    "timeouts",
    "logger",
    "retryMode",
    "maxAttempts",
    "requestTimeout",
  ]) {
    calls.push([`option ${name}`, input, throwing({}, name)]);
    if (/endpoint|credentials|headers|abortSignal|timeouts/.test(name)) {
      calls.push(
        [`option ${name}, hostile`, input, { [name]: hostile }],
        [`option ${name}, revoked`, input, { [name]: revoked }],
      );
    }
  }
  calls.push(
    ["hostile input", hostile, {}],
    ["revoked input", revoked, {}],
    ["hostile options", input, hostile],
    ["revoked options", input, revoked],
  );
  for (const name of ["accessKeyId", "secretAccessKey", "sessionToken", "expiration"])
    calls.push([name, input, { credentials: throwing(given.credentials, name) }]);
  for (const value of [Symbol("s"), 1n, 5, [], () => {}]) {
    calls.push(
      ["region", input, { region: value }],
      ["header", input, { headers: { "x-amz-a": value } }],
      ["token", input, { token: value }],
      ["endpoint", input, { endpoint: value }],
    );
  }
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  for (const [method, step] of [
    ["addEventListener", 1],
    ["removeEventListener", -1],
  ]) {
    const plain = signal[method];
    signal[method] = (...all) => ((listeners += step), plain.apply(signal, all));
  }
  const bedrock = open();
  for (const [what, request, options] of calls) {
    let all = options;
    if (options !== hostile && options !== revoked && !("abortSignal" in options)) {
      all = Object.defineProperties({ abortSignal: signal }, Object.getOwnPropertyDescriptors(options));
    }
    for (const method of ["converse", "converseStream", "invokeModel"])
      await settles(`${what}, ${method}`, (async () => bedrock[method](request, all))());
    await works(bedrock, what);
  }
  // As many were taken away as were added.
  assert.equal(listeners, 0);
});

test("boundary, getters: what is read before a call is the call's error too", async () => {
  for (const request of [throwing(input, "modelId"), hostile, revoked]) {
    // The caller's own error, as it is.
    await assert.rejects(open().startAsyncInvoke(request), /boom|revoked/);
    probed(KIND);
  }
});

test("boundary, getters: a client's own options that throw are the constructor's error, or the call's", async () => {
  for (const name of ["region", "credentials", "endpoint", "fetch", "logger", "timeouts"]) {
    await settles(
      name,
      (async () => {
        let bedrock;
        try {
          bedrock = new outcrop.BedrockRuntime(throwing(given, name));
        } catch (error) {
          assert.equal(error.message, "boom");
          throw new outcrop.OutcropError("at once", "caller");
        }
        return bedrock.converse(input);
      })(),
      false,
    );
  }
});

test("boundary, getters: what is read is read once, and is what is sent", async () => {
  let reads = 0;
  const turning = (first, second) => ({ enumerable: true, get: () => (reads++ ? second : first) });
  for (const [name, first, second] of [
    ["endpoint", "https://bedrock.example/one", "https://evil.example/"],
    ["region", "us-east-1", "eu-west-1"],
    ["credentials", given.credentials, { accessKeyId: "EVIL", secretAccessKey: "EVIL" }],
  ]) {
    const asked = [];
    const fetch = async (url, init) => (
      asked.push([url, init.headers]), asked.length % 2 ? new Response("{}", { status: 500 }) : good()
    );
    for (const where of ["client", "call"]) {
      reads = 0;
      const options = Object.defineProperty({}, name, turning(first, second));
      const plain = { ...given, fetch };
      const settings =
        where === "client"
          ? Object.defineProperties(
              {},
              { ...Object.getOwnPropertyDescriptors(plain), ...Object.getOwnPropertyDescriptors(options) },
            )
          : plain;
      const bedrock = new outcrop.BedrockRuntime(settings);
      await bedrock.converse(input, where === "call" ? options : {});
      assert.equal(reads, 1, `${name} of the ${where}`);
      probed(KIND);
    }
    for (const [url, headers] of asked) {
      assert.ok(!url.includes("evil") && /Credential=AKIDEXAMPLE\/\d+\/us-east-1\//.test(headers.authorization), url);
    }
    assert.equal(asked.length, 4);
  }
  // Credentials that turn: each signature is of one set.
  reads = 0;
  const credentials = Object.defineProperty({ secretAccessKey: "s" }, "accessKeyId", turning("AKIDONE", "AKIDTWO"));
  const asked = [];
  await open({ credentials, fetch: async (_, init) => (asked.push(init.headers.authorization), good()) }).converse(
    input,
  );
  assert.match(asked[0], /Credential=AKIDONE\//);
});

test("boundary, getters: fetches that are none", async () => {
  const answer = (more) => ({
    status: 200,
    headers: { get: () => null },
    body: null,
    arrayBuffer: async () => new ArrayBuffer(2),
    ...more,
  });
  const stream = (read, more) =>
    answer({
      headers: { get: (name) => (name === "content-type" ? "application/vnd.amazon.eventstream" : null) },
      body: { getReader: () => ({ read, cancel: async () => {}, ...more }) },
    });
  const first = event("messageStart", { role: "assistant" });
  const once = (then) => {
    let calls = 0;
    return () => (calls++ ? then() : Promise.resolve({ done: false, value: first }));
  };
  const inTurn =
    (...values) =>
    async () => ({ done: !values.length, value: values.shift() });
  const fetches = {
    "throws at once": boom,
    "throws nothing": () => {
      throw undefined;
    },
    "rejects with nothing": () => Promise.reject(),
    "answers nothing": () => undefined,
    "answers null": async () => null,
    "answers a text": () => "text",
    "a thenable that throws": () => thenable(boom),
    "a thenable twice": () => thenable((done, failed) => (done(good()), failed(new Error("late")), done(null))),
    "no headers": async () => ({ status: 200 }),
    "headers that throw": async () => answer({ headers: { get: boom } }),
    "a status that throws": async () => throwing(answer(), "status"),
    "a status that is a text": async () => answer({ status: "200" }),
    "a status that is none": async () => answer({ status: Number.NaN }),
    "a body that is taken": async () => {
      const response = await good();
      response.body.getReader();
      return response;
    },
    "a body that throws": async () => answer({ body: { getReader: boom } }),
    "bytes that are none": async () => answer({ arrayBuffer: async () => "text" }),
    "bytes that throw": async () => answer({ arrayBuffer: boom }),
    "a reader that throws": async () => stream(boom),
    "a reader that throws later": async () => stream(once(boom)),
    "a reader that promises nothing": async () => stream(once(() => undefined)),
    "a reader that rejects with nothing": async () => stream(once(() => Promise.reject())),
    "chunks that are texts": async () => stream(inTurn("text", [1, 2], {}, new ArrayBuffer(5), new Float64Array(3))),
    "a cancel that throws": async () =>
      stream(
        once(async () => ({ done: true })),
        { cancel: boom },
      ),
    "a cancel that promises nothing": async () =>
      stream(
        once(async () => ({ done: true })),
        { cancel: () => {} },
      ),
    "a cancel that rejects": async () =>
      stream(
        once(async () => ({ done: true })),
        { cancel: () => Promise.reject(new Error("late")) },
      ),
    "another realm's": async () =>
      vm.runInNewContext(
        `({ status: 200, headers: { get: () => null }, body: { getReader: () => ({ read: async () => ({ done: true, value: undefined }), cancel: async () => {} }) } })`,
      ),
    "an error of ours, frozen": () => Promise.reject(Object.freeze(new outcrop.OutcropError("own", "caller"))),
    "a hostile answer": async () => hostile,
    "a hostile error": () => Promise.reject(hostile),
  };
  for (const [what, fetch] of Object.entries(fetches)) {
    for (const method of ["converse", "converseStream", "invokeModel"]) {
      let strange = true;
      const bedrock = open({ fetch: (...all) => (strange ? fetch(...all) : good()), timeouts: { total: 2_000 } });
      await settles(
        `${what}, ${method}`,
        (async () => {
          const { stream } = await bedrock[method](input);
          if (stream) for await (const _ of stream);
        })(),
      );
      strange = false;
      await works(bedrock, what);
    }
  }
});

test("boundary, getters: a stream whose reader throws in the middle ends, for all who wait", async () => {
  const frames = [event("messageStart", { role: "assistant" }), event("contentBlockDelta", { delta: { text: "a" } })];
  for (const then of [boom, () => undefined, () => thenable(boom)]) {
    const queue = [...frames];
    const body = {
      getReader: () => ({
        read: () => (queue.length ? Promise.resolve({ value: queue.shift() }) : then()),
        cancel: async () => {},
      }),
    };
    const headers = { get: (name) => (name === "content-type" ? "application/vnd.amazon.eventstream" : null) };
    const { stream } = await open({ fetch: async () => ({ status: 200, headers, body }) }).converseStream(input);
    const told = await Promise.race([
      Promise.allSettled([1, 2, 3, 4, 5].map(() => stream.next())),
      new Promise((done) => setTimeout(done, SOON)),
    ]);
    assert.ok(told, "it hangs");
    assert.deepEqual(
      told.map(({ status, value }) => value?.done ?? status),
      [false, false, "rejected", true, true],
    );
    assert.ok(told[2].reason instanceof outcrop.OutcropError, `${told[2].reason}`);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
    probed(KIND);
  }
});

test("boundary, getters: providers", async () => {
  const { credentials } = given;
  const providers = {
    "throws at once": [boom, false],
    "throws nothing": [
      () => {
        throw undefined;
      },
      false,
    ],
    "no promise": [() => credentials, true],
    frozen: [async () => Object.freeze({ ...credentials }), true],
    "without a prototype": [async () => Object.assign(Object.create(null), credentials), true],
    "a thenable": [() => thenable((done) => done(credentials)), true],
    "a thenable that throws": [() => thenable(boom), false],
    "a getter that throws": [async () => throwing(credentials, "secretAccessKey"), false],
    hostile: [async () => hostile, false],
    nothing: [async () => undefined, false],
    null: [async () => null, false],
    "a number": [async () => 5, false],
    "an empty text": [async () => "", false],
    "a function": [async () => () => {}, false],
    "a date that is none": [async () => ({ ...credentials, expiration: new Date(Number.NaN) }), false],
    "a date that throws": [async () => ({ ...credentials, expiration: { valueOf: boom } }), false],
  };
  for (const [what, [provider, harmless]] of Object.entries(providers)) {
    const bedrock = open();
    const answer = await settles(what, bedrock.converse(input, { credentials: provider }), harmless);
    if (!harmless) assert.equal(answer.name, "CredentialsProviderError", what);
    await settles(`${what}, again`, bedrock.converse(input, { credentials: provider }), harmless);
    await works(bedrock, what);
  }
});

test("boundary, getters: loggers and limiters that throw or reject change nothing", async () => {
  const rejecting = async () => boom();
  for (const method of [boom, rejecting, () => thenable(boom), () => ({ catch: boom }), 5, "text"]) {
    const logger = { debug: method, warn: method };
    const fetches = [async () => new Response("{}", { status: 500 }), good];
    await settles(
      "logger",
      open({ logger, fetch: (...all) => (fetches.shift() ?? good)(...all) }).converse(input),
      true,
    );
  }
  await settles("logger, its getter", open({ logger: throwing({}, "debug") }).converse(input), true);
  await settles("logger, hostile", open({ logger: hostile }).converse(input), true);
  for (const before of [boom, rejecting, () => undefined, 5]) {
    for (const after of [boom, rejecting, 5])
      await settles("limiter", open({ retryMode: { before, after } }).converse(input));
  }
  await settles("limiter, hostile", open({ retryMode: hostile }).converse(input), false);
});

test("boundary, getters: signals of whoever made them", async () => {
  const signal = (more) => ({ aborted: false, addEventListener() {}, removeEventListener() {}, ...more });
  const signals = {
    "no listeners": { aborted: false },
    "listening throws": signal({ addEventListener: boom }),
    "not listening any more throws": signal({ removeEventListener: boom }),
    "aborted throws": throwing(signal(), "aborted"),
    "its reason throws": throwing(signal({ aborted: true }), "reason"),
    "it calls back at once": signal({ addEventListener: (_, listener) => listener() }),
    "it calls back twice": signal({ addEventListener: (_, listener) => (listener(), listener()) }),
    "it calls back when it is left": {
      ...signal(),
      addEventListener(_, listener) {
        this.listener = listener;
      },
      removeEventListener() {
        this.listener();
      },
    },
    "aborted is a text": signal({ aborted: "yes" }),
    "a number": 5,
    "another realm's": vm.runInNewContext("({ aborted: false, addEventListener() {}, removeEventListener() {} })"),
  };
  for (const [what, abortSignal] of Object.entries(signals)) {
    const bedrock = open();
    await settles(what, bedrock.converse(input, { abortSignal }));
    await works(bedrock, what);
  }
});
