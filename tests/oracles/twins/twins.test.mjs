// What the npm package decides in JavaScript is what the crate decides, for random inputs: the verdict on an attempt that
// failed, where a service answers, and how a request is signed; every error's kind, code and words too. OUTCROP_TWINS is the Rust program that
// makes the inputs and Rust's answers. The package's own file is asked, as it is built; nothing is sent anywhere.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const { endpoint, Failed, OutcropError, tries } = await import(new URL("core.js", import.meta.resolve("outcrop")).href);

const { BedrockRuntime } = await import("outcrop");
const { signRequest } = await import("outcrop/sign");

// Of each kind.
const COUNT = 20_000;
const seed = process.env.OUTCROP_SEED ?? String(Date.now());
console.log(`twins: OUTCROP_SEED=${seed}`);
const lines = execFileSync(process.env.OUTCROP_TWINS, [seed, `${COUNT}`], {
  encoding: "utf8",
  // 60,000 lines of about 1,000 bytes.
  maxBuffer: 256 * 1024 * 1024,
});
const inputs = lines
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const of = (wanted) => inputs.filter(({ kind }) => kind === wanted);

/** Holds the package to every case, and shows the first that it fails. */
function held(kind, told) {
  assert.equal(of(kind).length, COUNT);
  const seen = {};
  for (const input of of(kind)) {
    const got = told(input);
    assert.deepEqual(got, input.due, JSON.stringify(input));
    const what = got.action ?? got.code ?? "good";
    seen[what] = (seen[what] ?? 0) + 1;
  }
  return seen;
}

test(`${COUNT} endpoints are the crate's`, (t) => {
  const seen = held("endpoint", ({ service, region, own, fips, dual }) => {
    try {
      return {
        url: endpoint(service, {
          region,
          endpoint: own || undefined,
          useFipsEndpoint: fips,
          useDualstackEndpoint: dual,
        }),
      };
    } catch (error) {
      assert.ok(error instanceof OutcropError, `${error}`);
      return { who: error.who, code: error.code, message: error.message };
    }
  });
  for (const kind of ["good", "InvalidRegion", "InvalidEndpoint"]) assert.ok(seen[kind] > COUNT / 50, kind);
  t.diagnostic(JSON.stringify(seen));
});

// The names of the package's own members are not public, and shortened in its files: their order is that of tries.ts.
const JUDGE = 4;
const AGAIN = 5;

/** What follows on the input, by the package. */
async function judge(input) {
  const { attempt, most, status, header, code, type, message, after, tokens, date, now, random } = input;
  // Whatever is asked of the client is its quota, and nothing is remembered.
  const client = new Proxy({}, { get: () => tokens, set: () => true });
  const plenty = new Proxy({}, { get: () => 1_000, set: () => true });
  // What is told of a call is told as it is.
  const life = new Proxy({}, { get: () => (text) => text, set: () => true });
  const log = () => {};
  const failure = status ? undefined : new OutcropError("no answer", "network");
  const failed = new Failed(status || undefined, header, { code, __type: type, message }, failure);
  const retried = Object.values(tries(plenty, life, log, 9, undefined))[JUDGE](new Failed(503));
  const all = Object.values(tries(client, life, log, most, undefined, input.maySkew, input.mayRenew));
  for (let tried = 1; tried < attempt; tried++) await all[AGAIN](retried);
  const headers = { get: (name) => (name === "x-amz-retry-after" && after !== null ? `${after}` : null) };
  const [real, dice] = [Date.now, Math.random];
  Date.now = () => now;
  Math.random = () => random / 2 ** 32;
  try {
    const told = all[JUDGE](failed, headers, date === null ? null : new Date(date).toISOString());
    const [error, throttled, retryable] = Object.values(told);
    const [action, milliseconds, cost] = Object.values(told).slice(-3);
    if (failure) assert.equal(error, failure);
    else {
      assert.equal(error.message, message || `HTTP ${status}`);
      assert.equal(error.who, error.$fault === "server" ? "aws" : "caller");
      assert.deepEqual(error.$retryable, retryable ? { throttling: throttled } : undefined);
    }
    // Without an answer the crate's name is one for all, and the fault means nothing.
    const { name, server } = failure ? input.due : { name: error.name, server: error.$fault === "server" };
    return { name, server, retryable, throttling: throttled, action, milliseconds, cost };
  } finally {
    [Date.now, Math.random] = [real, dice];
  }
}

test(`${COUNT} verdicts are the crate's`, async (t) => {
  const answers = new Map();
  for (const input of of("verdict")) answers.set(input, await judge(input));
  const seen = held("verdict", (input) => answers.get(input));
  for (const action of ["", "retry", "skew", "renew"]) assert.ok(seen[action] > COUNT / 50, action);
  t.diagnostic(JSON.stringify(seen));
});

/** How the input is signed, by the package. */
async function signed({ method, url, headers, region, service, id, key, token, body, unsigned, ms }) {
  const client = new BedrockRuntime({
    region,
    credentials: { accessKeyId: id, secretAccessKey: key, sessionToken: token ?? undefined },
  });
  try {
    const request = { method, url, headers, body: Uint8Array.from(body) };
    const told = await signRequest(client, request, {
      service,
      signingDate: new Date(ms),
      unsignedPayload: unsigned,
      signableHeaders: headers.map(([name]) => name),
    });
    const { authorization, "x-amz-date": date, "x-amz-security-token": sent } = told.headers;
    assert.equal(sent, token ?? undefined);
    return { authorization, "x-amz-date": date };
  } catch (error) {
    assert.ok(error instanceof OutcropError, `${error}`);
    return { who: error.who, code: error.code, message: error.message };
  }
}

test(`${COUNT} signatures are the crate's`, async (t) => {
  const answers = new Map();
  for (const input of of("sign")) answers.set(input, await signed(input));
  const seen = held("sign", (input) => answers.get(input));
  for (const kind of ["good", "InvalidRegion", "InvalidCredentials"]) assert.ok(seen[kind] > COUNT / 50, kind);
  t.diagnostic(JSON.stringify(seen));
});
