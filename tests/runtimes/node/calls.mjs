// Every operation but those that `operations.mjs` tries: what goes over the wire, times and bytes in answers, tokens of
// calls that begin something, pages. A fetch of the test's own answers; that the service takes it the emulator says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client, collect, file, messages, modelId, outcrop, place } from "./context.mjs";

const { Bedrock, BedrockServiceException, paginateListInferenceProfiles } = await import(file("dist/bedrock.js"));
const { paginateListAsyncInvokes } = outcrop;

/** A fetch with these answers, one a request, the last one repeating; and what it was asked. */
function answering(...answers) {
  const asked = [];
  const fetch = async (url, { method, headers, body }) => {
    asked.push({ method, url: url.replace("https://", ""), headers, body: body && new TextDecoder().decode(body) });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? {};
    const { status = 200, json = answer } = answer;
    return new Response(JSON.stringify(json), { status, headers: { "content-type": "application/json" } });
  };
  return { asked, fetch };
}

const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };
const settings = { region: "us-east-1", credentials };
const runtime = (options) => new outcrop.BedrockRuntime({ ...settings, ...options });
const control = (options) => new Bedrock({ ...settings, ...options });

const arn = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456";
const RUNTIME = "bedrock-runtime.us-east-1.amazonaws.com";
const CONTROL = "bedrock.us-east-1.amazonaws.com";
const S3 = { s3OutputDataConfig: { s3Uri: "s3://bucket/prefix" } };

// What is called with what, and the request that comes of it: line, then body.
const WIRE = [
  [
    (bedrock) => bedrock.countTokens({ modelId: "a:b/c", input: { invokeModel: { body: new Uint8Array([0, 1, 2]) } } }),
    `POST ${RUNTIME}/model/a%3Ab%2Fc/count-tokens`,
    { input: { invokeModel: { body: "AAEC" } } },
  ],
  [
    (bedrock) =>
      bedrock.applyGuardrail({
        guardrailIdentifier: "arn:aws:bedrock:us-east-1:1:guardrail/g",
        guardrailVersion: "DRAFT",
        source: "INPUT",
        content: [{ image: { format: "png", source: { bytes: new Uint8Array([255]) } } }],
        outputScope: "FULL",
      }),
    `POST ${RUNTIME}/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aguardrail%2Fg/version/DRAFT/apply`,
    { source: "INPUT", content: [{ image: { format: "png", source: { bytes: "/w==" } } }], outputScope: "FULL" },
  ],
  [
    (bedrock) =>
      bedrock.invokeGuardrailChecks({ messages: [{ role: "user", content: [{ text: "x" }] }], checks: { a: 1 } }),
    `POST ${RUNTIME}/guardrail-checks/invoke`,
    { messages: [{ role: "user", content: [{ text: "x" }] }], checks: { a: 1 } },
  ],
  [
    (bedrock) =>
      bedrock.startAsyncInvoke({ clientRequestToken: "t", modelId: "m", modelInput: { a: [1] }, outputDataConfig: S3 }),
    `POST ${RUNTIME}/async-invoke`,
    { clientRequestToken: "t", modelId: "m", modelInput: { a: [1] }, outputDataConfig: S3 },
  ],
  [
    (bedrock) => bedrock.getAsyncInvoke({ invocationArn: arn, body: "not sent" }),
    `GET ${RUNTIME}/async-invoke/${encodeURIComponent(arn)}`,
  ],
  [(bedrock) => bedrock.listAsyncInvokes(), `GET ${RUNTIME}/async-invoke`],
  [
    (bedrock) =>
      bedrock.listAsyncInvokes({
        submitTimeBefore: new Date("2024-12-03T04:05:06.789Z"),
        submitTimeAfter: new Date("2024-12-03T04:05:06Z"),
        statusEquals: "InProgress",
        nextToken: "a+/=é !'()*",
        maxResults: 7,
        sortOrder: null,
      }),
    `GET ${RUNTIME}/async-invoke?maxResults=7&nextToken=a%2B%2F%3D%C3%A9%20%21%27%28%29%2A&statusEquals=InProgress&submitTimeAfter=2024-12-03T04%3A05%3A06Z&submitTimeBefore=2024-12-03T04%3A05%3A06.789000Z`,
  ],
  [(_, bedrock) => bedrock.listFoundationModels(), `GET ${CONTROL}/foundation-models`],
  [
    (_, bedrock) => bedrock.listFoundationModels({ byProvider: "Amazon Web", byOutputModality: "TEXT" }),
    `GET ${CONTROL}/foundation-models?byOutputModality=TEXT&byProvider=Amazon%20Web`,
  ],
  [
    (_, bedrock) => bedrock.getFoundationModel({ modelIdentifier: "a.b:0" }),
    `GET ${CONTROL}/foundation-models/a.b%3A0`,
  ],
  [
    (_, bedrock) => bedrock.getFoundationModelAvailability({ modelId: "a.b:0" }),
    `GET ${CONTROL}/foundation-model-availability/a.b%3A0`,
  ],
  [
    (_, bedrock) => bedrock.listInferenceProfiles({ typeEquals: "APPLICATION", maxResults: 1 }),
    `GET ${CONTROL}/inference-profiles?maxResults=1&type=APPLICATION`,
  ],
  [
    (_, bedrock) => bedrock.getInferenceProfile({ inferenceProfileIdentifier: "us.a.b" }),
    `GET ${CONTROL}/inference-profiles/us.a.b`,
  ],
];

for (const [call, line, body] of WIRE) {
  test(`over the wire: ${line}`, async () => {
    const { asked, fetch } = answering({});
    await call(runtime({ fetch }), control({ fetch }));
    const [request] = asked;
    assert.equal(`${request.method} ${request.url}`, line);
    assert.deepEqual(request.body && JSON.parse(request.body), body);
    assert.equal(request.headers["content-type"], body && "application/json");
    assert.match(request.headers.authorization, /\/us-east-1\/bedrock\/aws4_request, SignedHeaders=/);
  });
}

test("a label that is missing, and a time that is none, are told before anything is sent", async () => {
  const { asked, fetch } = answering({});
  const refused = { name: "OutcropError", who: "caller", code: "InvalidInput" };
  await assert.rejects(runtime({ fetch }).getAsyncInvoke({}), refused);
  await assert.rejects(control({ fetch }).getFoundationModel({ modelIdentifier: ".." }), refused);
  await assert.rejects(runtime({ fetch }).getAsyncInvoke(), { who: "caller" });
  await assert.rejects(runtime({ fetch }).startAsyncInvoke(), { who: "caller" });
  await assert.rejects(runtime({ fetch }).listAsyncInvokes({ submitTimeAfter: new Date("no time") }), {
    name: "OutcropError",
    who: "caller",
    message: /submitTimeAfter/,
  });
  assert.equal(asked.length, 0);
});

test("times in answers are Dates, and what is not told stays so", async () => {
  const submitTime = "2024-12-03T04:05:06.5Z";
  const summary = { invocationArn: arn, submitTime, endTime: null, outputDataConfig: { submitTime } };
  const { fetch } = answering(summary, { asyncInvokeSummaries: [summary, {}], nextToken: "n" });
  const told = await runtime({ fetch }).getAsyncInvoke({ invocationArn: arn });
  assert.deepEqual(told.submitTime, new Date(submitTime));
  assert.equal(told.endTime, null);
  assert.equal("lastModifiedTime" in told, false);
  assert.deepEqual(told.outputDataConfig, { submitTime });
  // As JSON has times where a model does not say otherwise.
  const seconds = { submitTime: 1733198706.5, endTime: "some day" };
  const other = runtime({ fetch: answering({ asyncInvokeSummaries: [summary, {}, seconds] }).fetch });
  const { asyncInvokeSummaries: list } = await other.listAsyncInvokes({});
  assert.deepEqual([list[0].submitTime, list[1], list[2].submitTime], [new Date(submitTime), {}, new Date(submitTime)]);
  assert.equal(list[2].endTime, "some day", "what is no time stays as it is");
  const life = { modelLifecycle: { status: "LEGACY", legacyTime: submitTime } };
  const models = control({ fetch: answering({ modelSummaries: [life] }, { modelDetails: life }).fetch });
  const date = new Date(submitTime);
  assert.deepEqual((await models.listFoundationModels()).modelSummaries[0].modelLifecycle.legacyTime, date);
  const { modelDetails } = await models.getFoundationModel({ modelIdentifier: "m" });
  assert.deepEqual(modelDetails.modelLifecycle.legacyTime, date);
  const profile = { createdAt: submitTime };
  const profiles = control({ fetch: answering(profile, { inferenceProfileSummaries: [profile] }).fetch });
  assert.deepEqual((await profiles.getInferenceProfile({ inferenceProfileIdentifier: "p" })).createdAt, date);
  assert.deepEqual((await profiles.listInferenceProfiles()).inferenceProfileSummaries[0].createdAt, date);
});

test("a call that begins something has one token for all its attempts, and another for each call", async (t) => {
  const input = { modelId: "m", modelInput: {}, outputDataConfig: S3 };
  const tokens = async (options, more = {}) => {
    const { asked, fetch } = answering({ status: 503, json: {} }, { status: 500, json: {} }, { invocationArn: arn });
    const answer = await runtime({ fetch, ...options }).startAsyncInvoke({ ...input, ...more });
    assert.equal(answer.invocationArn, arn);
    assert.equal(answer.$metadata.attempts, 3);
    return asked.map(({ body }) => JSON.parse(body).clientRequestToken);
  };
  const seen = new Set();
  const distinct = async (more) => {
    const [first, ...rest] = await tokens({}, more);
    // The service's pattern and length.
    assert.match(first, /^[!-~]{22,256}$/);
    assert.deepEqual(rest, [first, first]);
    assert.ok(!seen.has(first));
    seen.add(first);
  };
  await Promise.all([distinct(), distinct({ clientRequestToken: undefined }), distinct({ clientRequestToken: null })]);
  assert.deepEqual(await tokens({}, { clientRequestToken: "own" }), ["own", "own", "own"]);
  assert.equal("clientRequestToken" in input, false);
  // As in Node 18.
  t.mock.getter(globalThis, "crypto", () => undefined);
  await Promise.all([distinct(), distinct()]);
});

test("pages, one call each, when they are wanted", async () => {
  const pages = [{ nextToken: "b" }, { nextToken: "c" }, { asyncInvokeSummaries: [] }];
  const queries = async (config, input, use) => {
    const { asked, fetch } = answering(...pages);
    await use(paginateListAsyncInvokes({ client: runtime({ fetch }), ...config }, input));
    return asked.map(({ url }) => url.split("?")[1] ?? "");
  };
  const all = async (iterable) => assert.equal((await collect(iterable)).length, 3);
  assert.deepEqual(await queries({}, {}, all), ["", "nextToken=b", "nextToken=c"]);
  const filtered = { statusEquals: "Failed", nextToken: "x" };
  assert.deepEqual(await queries({ pageSize: 2, startingToken: "a" }, filtered, all), [
    "maxResults=2&nextToken=a&statusEquals=Failed",
    "maxResults=2&nextToken=b&statusEquals=Failed",
    "maxResults=2&nextToken=c&statusEquals=Failed",
  ]);
  assert.deepEqual(
    await queries({ pageSize: 2 }, { maxResults: 1 }, async (iterable) => {
      for await (const _ of iterable) break;
    }),
    ["maxResults=1"],
  );
  assert.deepEqual(await queries({}, {}, () => {}), []);
  const { asked, fetch } = answering({ nextToken: "same" });
  const same = { client: control({ fetch }), stopOnSameToken: true };
  assert.equal((await collect(paginateListInferenceProfiles(same, {}))).length, 2);
  assert.deepEqual(
    asked.map(({ url }) => url),
    [`${CONTROL}/inference-profiles`, `${CONTROL}/inference-profiles?nextToken=same`],
  );
});

test("the control plane's client: a runtime's settings, its own name in the log and in errors", async () => {
  const logged = [];
  const logger = { debug: (_, attributes) => logged.push(attributes["rpc.method"]) };
  const { asked, fetch } = answering({ status: 400, json: { message: "no", __type: "ValidationException" } });
  const bedrock = new Bedrock(runtime({ fetch, logger }));
  await assert.rejects(
    bedrock.listFoundationModels({}, { region: "eu-west-1", headers: { "x-amz-a": "b" } }),
    (error) => error instanceof BedrockServiceException && error.name === "ValidationException",
  );
  assert.equal(asked[0].url, "bedrock.eu-west-1.amazonaws.com/foundation-models");
  assert.match(asked[0].headers.authorization, /eu-west-1\/bedrock\/.*x-amz-a/);
  assert.ok(logged.length && logged.every((name) => name === "Bedrock/ListFoundationModels"));
  const china = control({ fetch, region: "cn-north-1", useFipsEndpoint: true });
  await assert.rejects(china.listFoundationModels());
  assert.equal(asked[1].url, "bedrock-fips.cn-north-1.amazonaws.com.cn/foundation-models");
});

test("what stands behind a client is for the package's own entries, and of its own clients", async () => {
  const { internals } = await import(file("dist/core.js"));
  assert.equal("internals" in outcrop, false);
  for (const other of [{}, undefined, new Bedrock(settings)]) {
    assert.throws(() => internals(other), { name: "OutcropError", who: "caller" });
  }
  assert.ok(internals(runtime()));
});

test("the service takes them all: signed, sorted, with a state", async () => {
  const { endpoint, seen } = place();
  const bedrock = client(endpoint);
  const { inputTokens } = await bedrock.countTokens({ modelId, input: { converse: { messages } } });
  assert.ok(inputTokens > 0);
  const guardrail = { guardrailIdentifier: "g/1", guardrailVersion: "DRAFT", source: "INPUT" };
  const judged = await bedrock.applyGuardrail({ ...guardrail, content: [{ text: { text: "a forbidden word" } }] });
  assert.equal(judged.action, "GUARDRAIL_INTERVENED");
  await assert.rejects(bedrock.applyGuardrail({ ...guardrail, guardrailIdentifier: "missing", content: [] }), {
    name: "ResourceNotFoundException",
  });
  const checked = await bedrock.invokeGuardrailChecks({
    messages: [{ role: "user", content: [{ text: "a prompt injection" }] }],
    checks: { promptAttack: { categories: [{ category: "PROMPT_INJECTION" }, { category: "JAILBREAK" }] } },
  });
  const [injection, jailbreak] = checked.results.promptAttack.results;
  assert.ok(injection.severityScore > 0.5 && jailbreak.severityScore < 0.5);

  const input = { modelId: "amazon.nova-reel-v1:0", modelInput: { text: "a" }, outputDataConfig: S3 };
  const started = [];
  for (const modelInput of [{ text: "a" }, { text: "fail this" }, { text: "c" }]) {
    started.push((await bedrock.startAsyncInvoke({ ...input, modelInput })).invocationArn);
  }
  assert.equal(new Set(started).size, 3);
  const once = await Promise.all([1, 2].map(() => bedrock.startAsyncInvoke({ ...input, clientRequestToken: "t-1" })));
  assert.equal(once[0].invocationArn, once[1].invocationArn);
  assert.equal((await bedrock.getAsyncInvoke({ invocationArn: started[1] })).status, "InProgress");
  const failed = await bedrock.getAsyncInvoke({ invocationArn: started[1] });
  assert.deepEqual([failed.status, failed.submitTime], ["Failed", new Date("2025-01-02T03:05:05Z")]);
  assert.ok(failed.endTime instanceof Date);
  const pages = await collect(paginateListAsyncInvokes({ client: bedrock, pageSize: 2 }, { sortOrder: "Ascending" }));
  assert.deepEqual(
    pages.map(({ asyncInvokeSummaries }) => asyncInvokeSummaries.map(({ invocationArn }) => invocationArn)),
    [started.slice(0, 2), [started[2], once[0].invocationArn]],
  );
  const later = { submitTimeAfter: failed.submitTime, statusEquals: "InProgress" };
  assert.equal((await bedrock.listAsyncInvokes(later)).asyncInvokeSummaries.length, 2);

  const control = new Bedrock(bedrock);
  const { modelSummaries } = await control.listFoundationModels({ byOutputModality: "EMBEDDING" });
  assert.ok(modelSummaries.length && modelSummaries.every((model) => model.outputModalities.includes("EMBEDDING")));
  const { modelId: modelIdentifier } = modelSummaries[0];
  const { modelDetails } = await control.getFoundationModel({ modelIdentifier });
  assert.deepEqual(modelDetails, modelSummaries[0]);
  const available = await control.getFoundationModelAvailability({ modelId: modelIdentifier });
  assert.equal(available.modelId, modelIdentifier);
  const profiles = await collect(paginateListInferenceProfiles({ client: control, pageSize: 4 }, {}));
  assert.deepEqual(
    profiles.map(({ inferenceProfileSummaries }) => inferenceProfileSummaries.length),
    [4, 4, 2],
  );
  const [{ inferenceProfileId, createdAt }] = profiles[0].inferenceProfileSummaries;
  const profile = await control.getInferenceProfile({ inferenceProfileIdentifier: inferenceProfileId });
  assert.deepEqual([profile.inferenceProfileId, profile.createdAt], [inferenceProfileId, createdAt]);
  const { attempts } = await seen();
  assert.equal(attempts.length, 21);
  for (const { signature, reason } of attempts) assert.equal(signature, "ok", reason);
});

test("chunks of InvokeModelWithResponseStream are JSON, and say so", async () => {
  const { endpoint } = place("/pace/0");
  const claude = { anthropic_version: "bedrock-2023-05-31", max_tokens: 50, messages: [] };
  const { body } = await client(endpoint).invokeModelWithResponseStream({ modelId: "anthropic.x", body: claude });
  for (const { chunk } of await collect(body)) {
    assert.ok(chunk.bytes instanceof Uint8Array);
    assert.deepEqual(chunk.bytes.json(), JSON.parse(chunk.bytes.transformToString()));
  }
});
