// outcrop/aws-sdk without AWS's packages: options, middlewares, classes, ends. tests/ecosystem/aws-sdk holds it against
// AWS's own client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { claude, collect, emulator, file, messages, modelId, outcrop, place, text } from "./context.mjs";

const aws = await import(file("dist/aws-sdk.js"));
const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand } = aws;
const { credentials } = emulator;
const converse = () => new ConverseCommand({ modelId, messages });
const on = (endpoint, more) => new BedrockRuntimeClient({ region: "us-east-1", credentials, endpoint, ...more });
const headersOf = ({ headers }) => Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));

test("send answers commands, and calls back for those who want it", async () => {
  const { endpoint } = place("/pace/1");
  const client = on(endpoint);
  const answer = await client.send(converse());
  assert.equal(answer.stopReason, aws.StopReason.END_TURN);
  const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
  assert.equal(text(await collect(stream)), answer.output.message.content[0].text);
  const { body } = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(claude) }));
  assert.match(JSON.parse(body.transformToString()).content[0].text, /Hello/);
  const back = (...more) => new Promise((done) => client.send(converse(), ...more, (...told) => done(told)));
  assert.equal((await back())[1].stopReason, "end_turn");
  assert.equal((await back({ requestTimeout: 5000 }))[1].stopReason, "end_turn");
  // Another copy's, or a library's own: known by what it says, not by its class.
  const bare = { operation: "Converse", input: { modelId, messages } };
  assert.equal((await client.send(bare)).stopReason, "end_turn");
  const [error, output] = await back({ abortSignal: AbortSignal.abort() });
  assert.deepEqual([error.name, output], ["AbortError", undefined]);
  const whole = new aws.BedrockRuntime({ region: "us-east-1", credentials, endpoint });
  assert.equal((await whole.converse({ modelId, messages })).stopReason, "end_turn");
  client.destroy();
});

test("an abort and requestTimeout end a call", async () => {
  const { endpoint, until } = place("/words/500/pace/20");
  const controller = new AbortController();
  const command = new ConverseStreamCommand({ modelId, messages });
  const { stream } = await on(endpoint).send(command, { abortSignal: controller.signal });
  await assert.rejects(
    async () => {
      for await (const _ of stream) controller.abort();
    },
    { name: "AbortError" },
  );
  await until(({ open, attempts }) => !open && attempts[0].responseEnded === "client closed");
  const silent = on(`${emulator.address}/case/silent-before-head-always/aws-sdk-silent`);
  await assert.rejects(silent.send(converse(), { requestTimeout: 50 }), { name: "TimeoutError" });
});

test("AWS's options in all their forms", async () => {
  const { endpoint, seen } = place();
  const url = new URL(endpoint);
  for (const more of [
    { region: async () => "eu-west-1" },
    { endpoint: async () => endpoint },
    { endpoint: { protocol: url.protocol, hostname: url.hostname, port: +url.port, path: url.pathname } },
    { endpoint: { url } },
    { credentials: async () => emulator.temporaryCredentials, maxAttempts: async () => 1 },
    { retryMode: "adaptive", requestHandler: { requestTimeout: 5000, connectionTimeout: 1, httpsAgent: {} } },
    { retryMode: async () => "STANDARD", logger: {}, defaultsMode: "legacy", cacheMiddleware: true },
    { client: new outcrop.BedrockRuntime({ region: "us-west-2", credentials, endpoint }) },
  ]) {
    assert.equal((await on(endpoint, more).send(converse())).stopReason, "end_turn", Object.keys(more).join());
  }
  const { attempts } = await seen();
  assert.ok(attempts.every(({ signature }) => signature === "ok"));
  assert.match(headersOf(attempts[0]).authorization, /\/eu-west-1\/bedrock\//);
  assert.match(headersOf(attempts.at(-1)).authorization, /\/us-west-2\/bedrock\//);

  // A key before credentials, unless AWS's preference says otherwise.
  const token = async () => ({ token: emulator.apiKey });
  await on(endpoint, { token }).send(converse());
  await on(endpoint, { token, authSchemePreference: ["sigv4", "httpBearerAuth"] }).send(converse());
  await on(endpoint, { token, credentials: undefined, authSchemePreference: async () => ["sigv4"] }).send(converse());
  const more = (await seen()).attempts.slice(attempts.length);
  assert.deepEqual(
    more.map(({ signature }) => signature),
    ["bearer", "ok", "bearer"],
  );
});

test("what cannot be had is refused by name; what is missing is told when it is needed", async () => {
  for (const option of ["profile", "extensions", "retryStrategy", "signer", "endpointProvider"]) {
    assert.throws(() => on("http://localhost", { [option]: {} }), { who: "caller", message: new RegExp(option) });
  }
  assert.throws(() => on("http://localhost", { client: {} }), { who: "caller" });
  assert.throws(() => aws.defaultProvider({ profile: "work" }), { who: "caller" });
  const saved = { ...process.env };
  try {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    const nowhere = new BedrockRuntimeClient();
    await assert.rejects(nowhere.send(converse()), { who: "caller", message: /Region is missing/ });
    process.env.AWS_REGION = "eu-north-1";
    assert.equal(await nowhere.config.region(), "eu-north-1");
    await assert.rejects(nowhere.send(converse()), { name: "CredentialsProviderError" });
    const { endpoint, seen } = place();
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
    });
    // What failed once is asked again, now that it is there.
    assert.equal((await new BedrockRuntimeClient({}).send(converse())).stopReason, "end_turn");
    process.env.AWS_BEARER_TOKEN_BEDROCK = emulator.apiKey;
    await new BedrockRuntimeClient({}).send(converse());
    assert.deepEqual(
      (await seen()).attempts.map(({ signature }) => signature),
      ["ok", "bearer"],
    );
  } finally {
    process.env = saved;
  }
});

test("an option that failed is asked for again", async () => {
  const { endpoint } = place();
  let asked = 0;
  const client = on(endpoint, {
    region: async () => {
      if (!asked++) throw new Error("not yet");
      return "us-east-1";
    },
  });
  await assert.rejects(client.send(converse()), { message: "not yet" });
  assert.equal((await client.send(converse())).stopReason, "end_turn");
  await client.send(converse());
  assert.equal(asked, 2);
});

test("config tells what libraries ask for", async () => {
  const { config } = on("http://localhost:8080/base/", { maxAttempts: 5, token: "key", useFipsEndpoint: true });
  assert.equal(await config.region(), "us-east-1");
  assert.deepEqual(await config.credentials(), credentials);
  assert.deepEqual(await config.token(), { token: "key" });
  assert.equal(await config.maxAttempts(), 5);
  assert.equal(await config.retryMode(), "standard");
  assert.deepEqual([await config.useFipsEndpoint(), await config.useDualstackEndpoint()], [true, false]);
  assert.deepEqual(await config.endpoint(), { protocol: "http:", hostname: "localhost", port: 8080, path: "/base/" });
  assert.deepEqual([config.serviceId, config.apiVersion], ["Bedrock Runtime", "2023-09-30"]);
  config.requestHandler.destroy();
});

test("the client's inspection shows no secret", async () => {
  const { inspect } = await import("node:util");
  const client = on("http://localhost", { token: "a-key-nobody-may-see" });
  const shown = inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client);
  assert.ok(!shown.includes(credentials.secretAccessKey) && !shown.includes("nobody-may-see"));
});

test("middlewares add headers, which are sent and signed; customUserAgent is one", async () => {
  const { endpoint, seen } = place();
  const client = on(endpoint, { customUserAgent: [["app", "1.2"], ["plain"]] });
  const adds = (name, value) => (next) => async (args) => {
    args.request.headers[name] = value;
    return next(args);
  };
  client.middlewareStack.add(adds("x-step", "build"), { step: "build", name: "mine" });
  client.middlewareStack.add(adds("X-Amz-Meta-Late", 7), { step: "finalizeRequest" });
  client.middlewareStack.use({
    applyToStack: (stack) =>
      stack.addRelativeTo(adds("x-by", "plugin"), { relation: "after", toMiddleware: "serializerMiddleware" }),
  });
  const command = converse();
  command.middlewareStack.add(adds("x-once", "only"), { step: "build", priority: "low" });
  await client.send(command, { headers: { "x-call": "c", "x-step": "call" } });
  await client.send(converse());
  const [first, second] = (await seen()).attempts.map(headersOf);
  const told = (headers) =>
    ["x-step", "x-amz-meta-late", "x-by", "x-once", "x-call", "x-amz-user-agent"].map((name) => headers[name]);
  assert.deepEqual(told(first), ["build", "7", "plugin", "only", "c", "app/1.2 plain"]);
  assert.deepEqual(told(second), ["build", "7", "plugin", undefined, undefined, "app/1.2 plain"]);
  assert.match(first.authorization, /x-amz-meta-late/);
  assert.equal(client.middlewareStack.remove("mine"), true);
  assert.equal(client.middlewareStack.remove("mine"), false);
  await client.send(converse());
  assert.equal(headersOf((await seen()).attempts[2])["x-step"], undefined);
});

test("middlewares see the input, the answer and the error, and may change the input", async () => {
  const { endpoint, seen } = place();
  const client = on(endpoint);
  const told = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      told.push(context.clientName, context.commandName, args.request);
      try {
        const result = await next({ ...args, input: { ...args.input, messages: args.input.messages ?? messages } });
        told.push(
          result.response.statusCode,
          result.output.stopReason,
          result.response.headers["x-amzn-requestid"].length,
        );
        return result;
      } catch (error) {
        told.push(error.name);
        throw error;
      }
    },
    { step: "initialize" },
  );
  await client.send(new ConverseCommand({ modelId }));
  await assert.rejects(client.send(new ConverseCommand({ modelId, messages: [] })), { name: "ValidationException" });
  const names = ["BedrockRuntimeClient", "ConverseCommand", undefined];
  assert.deepEqual(told, [...names, 200, "end_turn", 36, ...names, "ValidationException"]);
  // One that answers by itself sends nothing.
  client.middlewareStack.add(
    () => async () => ({ output: "mine", response: { headers: { "x-amzn-requestid": "" } } }),
    { step: "deserialize" },
  );
  assert.equal(await client.send(converse()).catch(({ message }) => message), "mine");
  assert.equal((await seen()).attempts.length, 2);
});

test("a middleware that changes more than headers is told so", async () => {
  const { endpoint, seen } = place();
  for (const [member, value] of Object.entries({
    path: "/elsewhere",
    hostname: "evil",
    method: "PUT",
    query: { a: "b" },
    body: "text",
  })) {
    const client = on(endpoint);
    client.middlewareStack.add((next) => (args) => next({ ...args, request: { ...args.request, [member]: value } }), {
      step: "build",
    });
    await assert.rejects(client.send(converse()), { who: "caller", message: new RegExp(`request's ${member}`) });
  }
  assert.equal((await seen()).attempts.length, 0);
});

test("the stack orders and names as AWS's does", () => {
  const stack = new aws.MiddlewareStack();
  const order = [];
  const step = (name) => (next) => (args) => (order.push(name), next(args));
  const add = (name, options) => stack.add(step(name), { name, ...options });
  const beside = (name, relation, toMiddleware) => stack.addRelativeTo(step(name), { name, relation, toMiddleware });
  add("last", { step: "deserialize" });
  add("build", { step: "build", aliases: ["other"], tags: ["T"] });
  add("low", { step: "build", priority: "low" });
  add("high", { step: "build", priority: "high" });
  add("first");
  beside("b1", "before", "build");
  beside("b2", "before", "other");
  beside("a1", "after", "build");
  beside("a2", "after", "build");
  beside("deep", "before", "a2");
  const names = ["first", "high", "b1", "b2", "build", "deep", "a2", "a1", "low", "last"];
  stack.resolve(() => {}, {})({});
  assert.deepEqual(order, names);
  assert.deepEqual(stack.identify().slice(1, 5), [
    "high - build",
    "b1 - before build",
    "b2 - before other",
    "build (a.k.a. other) - build",
  ]);
  assert.throws(() => add("other"), { who: "caller" });
  add("build", { step: "build", override: true });
  assert.throws(() => add("build", { step: "initialize", override: true }), { who: "caller" });
  const both = stack.concat({ applyToStack: (onto) => onto.add(step("more"), { name: "more" }) });
  assert.ok(both.identify().includes("more - initialize") && !stack.identify().includes("more - initialize"));
  assert.equal(stack.clone().removeByTag("T"), false);
  stack.remove("build");
  assert.throws(() => stack.resolve(() => {}, {}), { message: /b1.*is to stand beside build/ });
});

test("the exceptions' classes know what the client throws, by name", async () => {
  const thrown = async (name) =>
    on(`${emulator.address}/case/${name}/aws-sdk-${name}`, { maxAttempts: 1 })
      .send(converse())
      .then(
        () => assert.fail("taken"),
        (error) => error,
      );
  const throttled = await thrown("throttled-always");
  assert.ok(throttled instanceof aws.ThrottlingException);
  assert.ok(throttled instanceof aws.BedrockRuntimeServiceException);
  assert.ok(throttled instanceof outcrop.BedrockRuntimeServiceException);
  assert.ok(!(throttled instanceof aws.ValidationException));
  const denied = await thrown("access-denied");
  assert.ok(denied instanceof aws.AccessDeniedException && !(denied instanceof aws.ThrottlingException));
  assert.ok(!((await thrown("reset-always")) instanceof aws.BedrockRuntimeServiceException));
  class Own extends aws.ThrottlingException {}
  assert.ok(!(throttled instanceof Own));
  const own = new Own({ message: "m", $metadata: {} });
  assert.ok(own instanceof Own && own instanceof aws.ThrottlingException && own.who === "caller");
  for (const odd of [null, undefined, 1, {}, { name: "ThrottlingException" }])
    assert.ok(!(odd instanceof aws.ThrottlingException));
});

test("null is an absent member, but in free JSON", async () => {
  const told = {
    output: {
      message: { role: "assistant", content: [{ toolUse: { toolUseId: "1", name: "n", input: { a: null } } }] },
    },
    stopReason: "tool_use",
    trace: null,
    usage: { inputTokens: 1, cacheReadInputTokens: null },
    additionalModelResponseFields: { top: null, list: [null] },
  };
  const client = on("http://localhost", { fetch: async () => Response.json(told) });
  const { $metadata, ...answer } = await client.send(converse());
  const expected = structuredClone(told);
  delete expected.trace;
  delete expected.usage.cacheReadInputTokens;
  assert.deepEqual(answer, expected);

  // One event, as the service frames it.
  const frame = (type, payload) => {
    const headers = Buffer.concat(
      Object.entries({ ":message-type": "event", ":event-type": type, ":content-type": "application/json" }).map(
        ([name, value]) =>
          Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7, 0, value.length), Buffer.from(value)]),
      ),
    );
    const body = Buffer.from(JSON.stringify(payload));
    const bytes = Buffer.alloc(16 + headers.length + body.length);
    bytes.writeUInt32BE(bytes.length, 0);
    bytes.writeUInt32BE(headers.length, 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    headers.copy(bytes, 12);
    body.copy(bytes, 12 + headers.length);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
    return bytes;
  };
  const events = [
    ["messageStart", { role: "assistant" }],
    ["messageStop", { stopReason: "end_turn", additionalModelResponseFields: { a: null } }],
    ["metadata", { usage: { inputTokens: 1, cacheReadInputTokens: null }, trace: null }],
  ];
  const type = "application/vnd.amazon.eventstream";
  const body = Buffer.concat(events.map(([name, payload]) => frame(name, payload)));
  const streaming = on("http://localhost", {
    fetch: async () => new Response(body, { headers: { "content-type": type } }),
  });
  const { stream } = await streaming.send(new ConverseStreamCommand({ modelId, messages }));
  assert.deepEqual((await collect(stream)).slice(1), [
    { messageStop: { stopReason: "end_turn", additionalModelResponseFields: { a: null } } },
    { metadata: { usage: { inputTokens: 1 } } },
  ]);
});
