// Requests for generated inputs of every operation, of the npm package and of the Rust client, against botocore's for
// the same inputs: method, path and query to the letter, headers, bodies as parsed JSON. What is left out is in
// DIFFERENCES.md. OUTCROP_REQUESTS is the Rust program that compares; nothing is sent anywhere.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { BedrockRuntime } from "outcrop";
import { Bedrock } from "outcrop/bedrock";
import { generated } from "./botocore.mjs";

// 20 for each of the 15 operations; 200 in all are wanted.
const COUNT = 300;
const OPERATIONS = 15;
const ENDPOINT = "https://endpoint.example";
// Botocore's own, what HTTP clients set, and what signing adds: `against-botocore` compares signatures.
const THEIRS = ["user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "content-length"];
const SIGNING = ["authorization", "x-amz-date"];
// Operations whose body is no JSON of ours.
const BLOBS = ["InvokeModel", "InvokeModelWithResponseStream"];
const BODILESS = /^(Get|List)/;

const { seed, lines } = generated(COUNT);
const cases = lines
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
console.log(`requests: OUTCROP_SEED=${seed}`);

let sent = [];
const options = {
  region: "us-east-1",
  endpoint: ENDPOINT,
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  maxAttempts: 1,
  fetch: async (url, init = {}) => {
    sent.push({ url: String(url), ...init });
    return new Response("{}", { status: 400, headers: { "x-amzn-errortype": "ValidationException" } });
  },
};
const clients = { "bedrock-runtime": new BedrockRuntime(options), bedrock: new Bedrock(options) };

/** Bytes and times as the package takes them. */
function revived(value) {
  if (Array.isArray(value)) return value.map(revived);
  if (value === null || typeof value !== "object") return value;
  if (Object.hasOwn(value, "$blob")) return new Uint8Array(Buffer.from(value.$blob, "base64"));
  if (Object.hasOwn(value, "$time")) return new Date(value.$time);
  // As JSON.parse does it: a member may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revived(member)]));
}

const kept = (headers, but) => Object.fromEntries([...headers].filter(([name]) => !but.includes(name)).sort());
const bytes = (body) => (body == null ? Buffer.alloc(0) : Buffer.from(body));

const made = new Set();

/** Takes away the token that a client has made, where the input has none; never the same twice. */
function withoutToken(body) {
  const { clientRequestToken, ...rest } = body;
  // Botocore's is a UUID; the package's are four numbers of 32 random bits, see DIFFERENCES.md.
  assert.match(
    clientRequestToken,
    /^(\d+-\d+-\d+-\d+|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/,
  );
  assert.ok(!made.has(clientRequestToken));
  made.add(clientRequestToken);
  return rest;
}

test("the npm package sends what botocore sends", async () => {
  const counts = {};
  for (const { service, operation, input, request } of cases.filter(({ difference }) => !difference)) {
    sent = [];
    const method = operation[0].toLowerCase() + operation.slice(1);
    await assert.rejects(clients[service][method](revived(input)), { name: "ValidationException" }, operation);
    const about = `${operation} of ${JSON.stringify(input)}`;
    assert.equal(sent.length, 1, about);
    const [ours] = sent;
    assert.equal(ours.method ?? "GET", request.method, about);
    assert.equal(ours.url, ENDPOINT + request.target, about);
    const wanted = kept(request.headers, THEIRS);
    if (!BODILESS.test(operation)) wanted["content-type"] ??= "application/json";
    assert.deepEqual(kept(new Headers(ours.headers), SIGNING), wanted, about);
    const own = bytes(ours.body);
    const theirs = Buffer.from(request.body, "base64");
    if (BLOBS.includes(operation) || BODILESS.test(operation)) {
      assert.deepEqual(own, theirs, about);
    } else {
      let [a, b] = [own, theirs].map((body) => JSON.parse(body.toString()));
      if (operation === "StartAsyncInvoke" && !("clientRequestToken" in input)) [a, b] = [a, b].map(withoutToken);
      assert.deepEqual(a, b, about);
    }
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  assert.equal(Object.keys(counts).length, OPERATIONS);
  assert.ok(cases.length >= 200);
  console.log(`npm: ${JSON.stringify(counts)}`);
});

/** What is sent otherwise, or refused. See DIFFERENCES.md. */
const DIFFERENT = {
  order: (ours, theirs) => {
    assert.notEqual(ours, theirs);
    const [path, query] = theirs.split("?");
    assert.equal(ours, `${path}?${query.split("&").sort().join("&")}`);
  },
  dots: "modelId must be given",
  "U+0000": "modelId must be given",
  "empty header": (ours, theirs) => assert.equal(ours, theirs),
  "beyond ASCII": "the header x-amzn-bedrock-guardrailidentifier has a character that it cannot have",
};

test("differences: see DIFFERENCES.md", async () => {
  const different = cases.filter(({ difference }) => difference);
  assert.deepEqual(
    different.map(({ difference }) => difference),
    Object.keys(DIFFERENT),
  );
  for (const { operation, input, request, difference } of different) {
    sent = [];
    const method = operation[0].toLowerCase() + operation.slice(1);
    const rule = DIFFERENT[difference];
    const refused = typeof rule === "string";
    const wanted = refused ? { name: "OutcropError", message: rule } : { name: "ValidationException" };
    await assert.rejects(clients["bedrock-runtime"][method](input), wanted, difference);
    assert.equal(sent.length, refused ? 0 : 1, difference);
    if (!refused) rule(sent[0].url.slice(ENDPOINT.length), request.target);
    if (difference === "empty header") {
      assert.equal(new Headers(sent[0].headers).get("x-amzn-bedrock-guardrailidentifier"), "");
    }
  }
});

test("the Rust client sends what botocore sends", () => {
  const { status, stdout, stderr } = spawnSync(process.env.OUTCROP_REQUESTS, [], { input: lines, encoding: "utf8" });
  console.log(stdout);
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`^Rust: ${COUNT} passed, 0 failed$`, "m"));
});
