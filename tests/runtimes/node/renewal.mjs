// Renewal: one provider call for all who wait, in the background while the old set lasts, never an expired one; and
// the clock: found wrong, corrected, for any number of calls at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client, emulator, messages, modelId, place } from "./context.mjs";

const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const good = () => new Response('{"stopReason":"end_turn"}', { headers: { "content-type": "application/json" } });
const refused = (name) =>
  new Response('{"message":"no"}', { status: 403, headers: { "x-amzn-errortype": `${name}:http://x/` } });
const RealDate = Date;

/** Makes this process believe that its clock is off by so many ms, while `use` runs; `set` changes it. */
async function withClock(offset, use) {
  let by = offset;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [RealDate.now() + by]));
    }
    static now() {
      return RealDate.now() + by;
    }
  };
  try {
    return await use((next) => (by = next));
  } finally {
    globalThis.Date = RealDate;
  }
}

/** A provider that answers sets of that life (ms), numbered in the access key; `behave` may do something else. */
function provider(life, behave = async (set) => set) {
  const state = { calls: 0 };
  state.credentials = async () => {
    const number = ++state.calls;
    const expiration = new Date(Date.now() + life);
    return behave({ accessKeyId: `SET${number}`, secretAccessKey: "secret", sessionToken: "t", expiration }, number);
  };
  return state;
}
/** A client whose attempts are noted by the set that signed them. */
function noting(state, options = {}, answer = good) {
  const used = [];
  const fetch = async (_url, { headers }) => {
    used.push(Number(headers.authorization.match(/Credential=SET(\d+)/)[1]));
    return answer(used.length);
  };
  const bedrock = client("http://127.0.0.1:1", { credentials: state.credentials, fetch, ...options });
  return { used, bedrock, call: (options) => bedrock.converse(input, options) };
}

test("1,000 first calls at once, by two clients that share a provider, make one provider call", async () => {
  const { endpoint, seen } = place();
  let asked = 0;
  const credentials = async () => {
    asked++;
    await sleep(50);
    return { ...emulator.temporaryCredentials, expiration: new Date(Date.now() + 3_600_000) };
  };
  const clients = [client(endpoint, { credentials }), client(endpoint, { credentials })];
  await Promise.all(Array.from({ length: 1_000 }, (_, at) => clients[at % 2].converse(input)));
  assert.equal(asked, 1);
  const { attempts } = await seen();
  assert.equal(attempts.length, 1_000);
  assert.ok(attempts.every(({ signature }) => signature === "ok"));
});

test("within the margin the old set is used and renewed in the background, once", async () => {
  const { promise, resolve } = Promise.withResolvers?.() ?? withResolvers();
  const state = provider(3_600_000, async (set, number) => (number === 2 ? (await promise, set) : set));
  const { used, call } = noting(state);
  await withClock(0, async (set) => {
    await call();
    // 53 minutes: the margin is 5 minutes and up to a fifth more.
    set(53 * 60_000);
    await call();
    assert.equal(state.calls, 1);
    set(55.5 * 60_000);
    await Promise.all([call(), call(), call()]);
    assert.deepEqual(used, [1, 1, 1, 1, 1]);
    assert.equal(state.calls, 2, "one renewal has begun, and nobody waits for it");
    resolve();
    await sleep(5);
    await call();
    assert.equal(used.at(-1), 2);
    assert.equal(state.calls, 2);
  });
});
function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

test("the margin is spread: of 200 providers some renew earlier than others", async () => {
  let renewed = 0;
  await withClock(0, async (set) => {
    const all = Array.from({ length: 200 }, () => {
      const state = provider(3_600_000);
      return { state, ...noting(state) };
    });
    await Promise.all(all.map(({ call }) => call()));
    // 5.5 minutes left: half of 5 to 6 minutes.
    set(54.5 * 60_000);
    await Promise.all(all.map(({ call }) => call()));
    renewed = all.filter(({ state }) => state.calls === 2).length;
  });
  assert.ok(renewed > 50 && renewed < 150, `${renewed}`);
});

test("in the last minute calls wait for the renewal", async () => {
  const state = provider(3_600_000, async (set) => (await sleep(20), set));
  const { used, call } = noting(state);
  await withClock(0, async (set) => {
    await call();
    set(59.5 * 60_000);
    await Promise.all([call(), call()]);
    assert.deepEqual(used, [1, 2, 2]);
    assert.equal(state.calls, 2);
  });
});

test("a renewal that fails leaves the old set in use while it lasts, and is not tried again at once", async (t) => {
  const state = provider(3_600_000, async (set, number) => (number > 1 ? Promise.reject(new Error("down")) : set));
  const { used, call } = noting(state);
  let ahead = 0;
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ahead);
  await withClock(0, async (set) => {
    await call();
    set(56 * 60_000);
    await call();
    await sleep(5);
    assert.equal(state.calls, 2);
    await call();
    // 4.9 s: before the earliest next try.
    ahead = 4_900;
    await call();
    assert.equal(state.calls, 2);
    // 15.1 s: after the latest.
    ahead = 15_100;
    await call();
    await sleep(5);
    assert.equal(state.calls, 3);
    // In the last minute too.
    set(59.9 * 60_000);
    ahead = 40_000;
    await call();
    assert.equal(state.calls, 4);
    assert.deepEqual(used, [1, 1, 1, 1, 1, 1]);
    // Past its end it signs nothing.
    set(60.1 * 60_000);
    const error = await fails(call());
    assert.equal(error.name, "CredentialsProviderError");
    assert.equal(error.cause.message, "down");
    assert.equal(error.$metadata.attempts, 0);
    assert.equal(used.length, 6);
    assert.equal(state.calls, 5, "an expired set is renewed at once");
  });
});

test("a set of two seconds is not asked for at each call, and never used after its end", async () => {
  const state = provider(2_000);
  const { used, call } = noting(state);
  await call();
  await call();
  assert.equal(state.calls, 1);
  await sleep(2_050);
  await call();
  assert.deepEqual(used, [1, 1, 2]);
});

test("an answer that has expired is no credentials, whatever the provider says", async () => {
  for (const life of [-1, 0, NaN]) {
    const { used, call } = noting(provider(life));
    const error = await fails(call());
    assert.equal(error.name, "CredentialsProviderError");
    assert.equal(used.length, 0);
  }
  // An expired answer does not replace a good set.
  const state = provider(3_600_000, async (set, number) => (number > 1 ? { ...set, expiration: new Date(0) } : set));
  const { used, call } = noting(state);
  await withClock(0, async (set) => {
    await call();
    set(59.9 * 60_000);
    await call();
    assert.deepEqual(used, [1, 1]);
  });
});

test("a provider that hangs is left alone after a minute, and another call asks anew", async (t) => {
  const state = provider(3_600_000, async (set, number) => (number > 1 ? set : new Promise(() => {})));
  const { used, call } = noting(state);
  let ahead = 0;
  const real = performance.now.bind(performance);
  t.mock.method(performance, "now", () => real() + ahead);
  const controller = new AbortController();
  const hanging = fails(call({ abortSignal: controller.signal }));
  await sleep(10);
  ahead = 61_000;
  await call();
  assert.deepEqual(used, [2]);
  controller.abort();
  assert.equal((await hanging).name, "AbortError");
});

test("ExpiredToken renews once, whatever is left of the attempts", async () => {
  for (const maxAttempts of [1, 3]) {
    const state = provider(3_600_000);
    const { used, call } = noting(state, { maxAttempts }, (attempt) =>
      attempt === 1 ? refused("ExpiredTokenException") : good(),
    );
    const answer = await call();
    assert.deepEqual(used, [1, 2]);
    assert.equal(answer.$metadata.attempts, 2);
    assert.equal(answer.$metadata.totalRetryDelay, 0);
  }
  const state = provider(3_600_000);
  const { used, call } = noting(state, {}, () => refused("ExpiredTokenException"));
  const error = await fails(call());
  assert.equal(error.name, "ExpiredTokenException");
  assert.equal(error.$metadata.attempts, 2);
  assert.deepEqual(used, [1, 2]);
});

test("ExpiredToken at 20 calls at once makes one renewal", async () => {
  const state = provider(3_600_000, async (set) => (await sleep(5), set));
  const refusing = [];
  const fetch = async (_url, { headers }) => {
    refusing.push(headers.authorization);
    await sleep(5);
    return headers.authorization.includes("SET1/") ? refused("ExpiredTokenException") : good();
  };
  const bedrock = client("http://127.0.0.1:1", { credentials: state.credentials, fetch });
  const answers = await Promise.all(Array.from({ length: 20 }, () => bedrock.converse(input)));
  assert.equal(state.calls, 2);
  assert.ok(answers.every(({ $metadata }) => $metadata.attempts === 2));
  assert.equal(refusing.length, 40);
});

test("ExpiredToken that comes late drops the set that it is about, and not the new one", async () => {
  const state = provider(3_600_000);
  let refusals = 0;
  const fetch = async (_url, { headers }) => {
    if (!headers.authorization.includes("SET1/")) return good();
    // The second refusal comes when the first has long been mended.
    await sleep(refusals++ * 60);
    return refused("ExpiredTokenException");
  };
  const bedrock = client("http://127.0.0.1:1", { credentials: state.credentials, fetch });
  const answers = await Promise.all([bedrock.converse(input), bedrock.converse(input)]);
  assert.equal(state.calls, 2);
  assert.ok(answers.every(({ $metadata }) => $metadata.attempts === 2));
});

test("ExpiredToken from the emulator itself, and static credentials are not renewed", async () => {
  const expired = { ...emulator.temporaryCredentials, sessionToken: emulator.expiredSessionToken };
  const { endpoint, seen } = place();
  let calls = 0;
  const credentials = async () => (++calls === 1 ? expired : emulator.temporaryCredentials);
  const { $metadata } = await client(endpoint, { credentials }).converse(input);
  assert.equal($metadata.attempts, 2);
  assert.equal(calls, 2);
  const error = await fails(client(endpoint, { credentials: expired }).converse(input));
  assert.equal(error.name, "ExpiredTokenException");
  assert.equal(error.$metadata.attempts, 1);
  assert.equal((await seen()).attempts.length, 3);
});

/** A fetch whose answers keep those headers to themselves, as CORS does. */
const hiding = (names) => async (url, init) => {
  const { status, body, headers } = await fetch(url, init);
  return new Response(body, { status, headers: [...headers].filter(([name]) => !names.includes(name)) });
};
const HIDDEN = { "Date hidden": ["date"], "Date and the error's name hidden": ["date", "x-amzn-errortype"], seen: [] };

for (const [how, names] of Object.entries(HIDDEN)) {
  for (const hours of [1, -1]) {
    test(`100 calls at once with the clock ${hours} h off, ${how}`, async () => {
      const { endpoint, seen } = place();
      await withClock(hours * 3_600_000, async () => {
        const bedrock = client(endpoint, { fetch: hiding(names), maxAttempts: 1 });
        const answers = await Promise.all(Array.from({ length: 100 }, () => bedrock.converse(input)));
        assert.ok(answers.every(({ stopReason }) => stopReason === "end_turn"));
        assert.ok(answers.every(({ $metadata }) => $metadata.attempts <= 2 && $metadata.totalRetryDelay === 0));
        assert.equal((await bedrock.converse(input)).$metadata.attempts, 1, "the client has learned");
      });
      const { attempts } = await seen();
      assert.ok(attempts.length <= 201, `${attempts.length}`);
      assert.equal(attempts.filter(({ signature }) => signature === "ok").length, 101);
    });
  }
}

test("a stream starts on the second try too", async () => {
  const { endpoint } = place("/pace/0");
  await withClock(-3_600_000, async () => {
    const { stream, $metadata } = await client(endpoint).converseStream(input);
    assert.equal($metadata.attempts, 2);
    let events = 0;
    for await (const _ of stream) events++;
    assert.equal(events, 20);
  });
});
