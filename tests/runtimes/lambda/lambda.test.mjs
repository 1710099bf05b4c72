// Functions of AWS Lambda that stream, in AWS's own client against a Runtime API on this machine: what a model says
// leaves the function as it comes, and an answer that broke says so.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { emulator } from "../../browser/programs.mjs";
import { lambda } from "./runtime-api.mjs";

let bedrock;
before(async () => {
  bedrock = await emulator();
});
after(() => bedrock?.stop());

/** What Lambda sets for a function's role. */
const role = ({ temporaryCredentials: { accessKeyId, secretAccessKey, sessionToken } }) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
});

/** A function for one test. */
async function started(t, handler) {
  const own = await lambda(handler, role(bedrock));
  t.after(() => own.stop());
  t.diagnostic(`aws-lambda-ric ${own.version}, ${own.native ? "its native part" : "without its native part"}`);
  return own;
}

const endpoint = (path) => bedrock.address + path;
const heard = ({ pieces }) => pieces.filter(({ text }) => text !== "");

for (const [name, how] of [
  ["words", "written one by one"],
  ["piped", "by a pipeline"],
]) {
  test(`a streaming function's words, ${how}, leave it before the model has ended`, async (t) => {
    const own = await started(t, `handler.${name}`);
    const run = `lambda-${name}`;
    const answer = await own.invoke({ endpoint: endpoint(`/words/40/pace/25/run/${run}`) });
    assert.deepEqual([answer.error, answer.mode, answer.type], [undefined, "streaming", "text/plain;charset=utf-8"]);
    assert.match(answer.body, /granite/);
    const pieces = heard(answer);
    const [{ ended, responseEnded, signature }] = await bedrock.ended(run);
    assert.deepEqual([responseEnded, signature], ["complete", "ok"]);
    const early = pieces.filter(({ at }) => at < ended);
    const before = (ended - pieces[0].at).toFixed(0);
    t.diagnostic(`${pieces.length} pieces, ${early.length} before the model's end, the first ${before} ms before it`);
    assert.ok(pieces.length > 20, `40 words 25 ms apart came in ${pieces.length} pieces`);
    // 500 ms: half of what the answer takes.
    assert.ok(ended - pieces[0].at > 500, "the first word waited for the last");
  });
}

test("invocations one after another share the process, and each has its own answer", async (t) => {
  const own = await started(t, "handler.words");
  const before = JSON.parse((await own.invoke({})).body);
  const bodies = [];
  for (const count of [5, 10, 15]) {
    bodies.push((await own.invoke({ endpoint: endpoint(`/words/${count}/pace/0/run/lambda-next-${count}`) })).body);
  }
  assert.ok(bodies[0].length < bodies[1].length && bodies[1].length < bodies[2].length, bodies.join("\n"));
  const after = JSON.parse((await own.invoke({})).body);
  assert.deepEqual(after, { invocations: before.invocations + 4, process: before.process });
});

test("a stream that breaks ends the answer with its error, and the next invocation works", async (t) => {
  const own = await started(t, "handler.words");
  for (const [name, errorType] of [
    ["stream-reset-midway", "TruncatedStreamError"],
    ["stream-throttled-midway", "ThrottlingException"],
    ["access-denied", "AccessDeniedException"],
  ]) {
    const answer = await own.invoke({ endpoint: endpoint(`/case/${name}/lambda-${name}`) });
    assert.equal(answer.error?.errorType, errorType, name);
    assert.equal(heard(answer).length > 0, name.startsWith("stream"), "what came before was passed on");
  }
  const next = await own.invoke({ endpoint: endpoint("/pace/0/run/lambda-after") });
  assert.deepEqual([next.error, next.mode], [undefined, "streaming"]);
  assert.match(next.body, /granite/);
});

test("a pipeline whose stream breaks breaks the answer off: it is not taken for whole", async (t) => {
  const own = await started(t, "handler.piped");
  const answer = await own.invoke({ endpoint: endpoint("/case/stream-reset-midway/lambda-piped-broken") });
  assert.equal(answer.error?.errorType, "Aborted");
  // AWS's client ends with it, and Lambda starts the function anew for the next invocation.
  assert.equal(await own.ended, 1);
  assert.match(own.said.stderr, /TruncatedStreamError/);
});

test("server-sent events through a function's URL: status and headers first, then events, then the end", async (t) => {
  const own = await started(t, "handler.events");
  const answer = await own.invoke({ endpoint: endpoint("/words/40/pace/25/run/lambda-events") });
  assert.equal(answer.type, "application/vnd.awslambda.http-integration-response");
  // Eight zeros part what Lambda takes for itself from the body.
  const [prelude, body] = answer.body.split("\0".repeat(8));
  const { statusCode, headers } = JSON.parse(prelude);
  assert.deepEqual([statusCode, headers["content-type"]], [200, "text/event-stream"]);
  const names = [...body.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual([names[0], names.at(-2), names.at(-1)], ["messageStart", "metadata", "end"]);
  const [{ ended }] = await bedrock.ended("lambda-events");
  const first = answer.pieces.find(({ text }) => text.includes("event: "));
  assert.ok(ended - first.at > 500, "the first event waited for the last");
});
