// What every entry of the package does, as scenes without a network: a stand-in for `fetch` answers, and each scene tells
// all that was sent (address, headers with their signature, body, settings) and all that came back. Clock and randomness
// stand still, so that two runs of a scene are alike to the byte. They are run where prototypes are polluted
// (boundary-polluted.mjs), where they are frozen and where no code may be made of text (boundary-confined.mjs).
//
// It is long because it is that list, and the stand-in that all of it talks to.

// Requests of one scene: none makes thirty.
const MOST = 60;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const KEYS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const SESSION = { ...KEYS, sessionToken: "the+session/token==" };
export const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [
  {
    role: "user",
    content: [{ text: "Hello" }, { image: { format: "png", source: { bytes: Uint8Array.of(1, 2, 3) } } }],
  },
];
const ask = () => ({ modelId, messages, inferenceConfig: { maxTokens: 5 } });
const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };

// All that a host may read of what a fetch is given beside the address.
const INIT =
  "method headers body mode credentials cache redirect referrer referrerPolicy integrity keepalive signal duplex priority window dispatcher cf encodeResponseBody agent".split(
    " ",
  );

/** The bytes of a text that is base64. */
const base64 = (text) => Buffer.from(text).toString("base64");

/** The scenes: names and what they do. `lib` has the entries by name; `world` is the stand-in (below). */
export const scenes = {
  async converse({ main }, { client }) {
    const bedrock = client(main.BedrockRuntime);
    return [
      await bedrock.converse(ask()),
      await bedrock.converse(ask(), { headers: { "X-Amz-Own": " a  b ", other: "c" } }),
    ];
  },
  async "converse, nothing but what must be given"({ main }, { client }) {
    return client(main.BedrockRuntime, { endpoint: undefined }).converse({ modelId });
  },
  async "the host's own fetch"({ main }) {
    return new main.BedrockRuntime({ region: "eu-central-1", credentials: KEYS }).converse(ask());
  },
  async identities({ main }, { client }) {
    const told = [];
    for (const more of [
      { credentials: SESSION },
      { credentials: async () => KEYS },
      { credentials: async () => ({ ...SESSION, expiration: new Date(4e12) }) },
      { credentials: undefined, token: "a-key" },
      { credentials: undefined, token: async () => ({ token: "another-key" }) },
      { credentials: undefined, token: { token: "a-third-key" } },
      { credentials: main.fromEnv({ AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "secretenv" }) },
      { credentials: main.createCredentialChain(main.fromEnv({}), async () => KEYS) },
      { credentials: undefined },
      { credentials: {} },
      { credentials: async () => ({}) },
      { credentials: async () => Promise.reject(new Error("no")) },
    ]) {
      told.push(await failing(client(main.BedrockRuntime, more).converse(ask())));
    }
    told.push(await failing(main.fromEnv()()), await failing(main.fromEnvToken({})()));
    const by = client(main.BedrockRuntime, { token: "of-the-client" });
    told.push(await by.converse(ask(), { credentials: KEYS }), await by.converse(ask(), { token: "of-the-call" }));
    return told;
  },
  async "settings of a call"({ main }, { client }) {
    const bedrock = client(main.BedrockRuntime, { timeouts: { total: 60_000 }, maxAttempts: 2 });
    return [
      await bedrock.converse(ask(), {
        region: "eu-west-1",
        endpoint: "https://call.example/base/",
        timeouts: { idle: 0 },
      }),
      await bedrock.converse(ask(), {
        requestTimeout: 5_000,
        maxAttempts: 1,
        abortSignal: new AbortController().signal,
      }),
      await failing(bedrock.converse(ask(), { abortSignal: AbortSignal.abort(new Error("own")) })),
      await client(main.BedrockRuntime, {
        endpoint: undefined,
        useFipsEndpoint: true,
        useDualstackEndpoint: true,
      }).converse(ask()),
    ];
  },
  async "operations of all kinds"({ main }, { client }) {
    const bedrock = client(main.BedrockRuntime);
    const answers = [
      await bedrock.invokeModel({ modelId, body: { a: 1 } }),
      await bedrock.invokeModel({ modelId, body: "text", accept: "x/y", guardrailIdentifier: "g" }),
      await bedrock.countTokens({ modelId, input: { converse: { messages } } }),
      await bedrock.applyGuardrail({ guardrailIdentifier: "g", guardrailVersion: "1", source: "INPUT", content: [] }),
      await bedrock.invokeGuardrailChecks({ messages }),
      await bedrock.startAsyncInvoke({ modelId, modelInput: {}, outputDataConfig: {} }),
      await bedrock.getAsyncInvoke({ invocationArn: "arn:x/y" }),
      await bedrock.listAsyncInvokes(),
      await bedrock.listAsyncInvokes({ maxResults: 5, submitTimeAfter: new Date(0) }),
    ];
    for await (const page of main.paginateListAsyncInvokes({ client: bedrock }, {})) answers.push(page);
    for (const input of [undefined, {}, { modelId: "" }]) answers.push(await failing(bedrock.converse(input)));
    return answers;
  },
  async streams({ main }, { client }) {
    const bedrock = client(main.BedrockRuntime);
    const told = [];
    for (const kind of ["", "one-by-one", "throttled", "cut", "damaged", "html", "empty"]) {
      told.push(await reading(bedrock.converseStream({ ...ask(), modelId: `stream-${kind}` })));
    }
    told.push(await reading(bedrock.invokeModelWithResponseStream({ modelId, body: { a: 1 } })));
    const { stream } = await bedrock.converseStream(ask());
    told.push(await stream.next(), await stream.return(), await stream.next());
    return told;
  },
  async failures({ main }, { client }) {
    const told = [];
    for (const path of "400 403-named 404 418 429 429-retried 500-retried 503 302 302-opaque reset reset-once html-200 json-list output-type".split(
      " ",
    )) {
      told.push(await failing(client(main.BedrockRuntime).converse({ ...ask(), modelId: path })));
    }
    return told;
  },
  async "what a logger is told"({ main }, { client }) {
    const log = [];
    const write = (level) => (name, attributes) => log.push([level, name, { ...attributes, "outcrop.duration_ms": 0 }]);
    const logger = { debug: write("debug"), warn: write("warn") };
    await client(main.BedrockRuntime, { logger }).converse({ ...ask(), modelId: "429-retried" });
    await failing(
      client(main.BedrockRuntime, { logger, credentials: async () => SESSION }).converse({ ...ask(), modelId: "400" }),
    );
    await reading(client(main.BedrockRuntime, { logger }).converseStream(ask()));
    return log;
  },
  async "Cognito and STS"({ main }, { fetch, client }) {
    const clientConfig = { fetch };
    const told = [
      await main.fromCognitoIdentityPool({ identityPoolId: "us-east-1:pool", clientConfig })(),
      await main.fromCognitoIdentityPool({ identityPoolId: "us-east-1:pool", logins: { a: "token" }, clientConfig })(),
      await main.fromCognitoIdentity({ identityId: "us-east-1:identity", clientConfig })(),
      await main.cognitoOpenIdToken({ identityPoolId: "us-east-1:pool", clientConfig })(),
      await main.fromWebToken({ roleArn: "arn:role", webIdentityToken: "token", clientConfig })(),
      await failing(main.fromWebToken({ roleArn: "arn:refused", webIdentityToken: "token", clientConfig })()),
    ];
    const credentials = main.fromWebToken({ roleArn: "arn:role", webIdentityToken: async () => "token", clientConfig });
    told.push(await client(main.BedrockRuntime, { credentials, region: "eu-north-1" }).converse(ask()));
    return told;
  },
  async sign({ main, sign }, { client }) {
    const bedrock = client(main.BedrockRuntime, { credentials: SESSION });
    const send = sign.signedFetch(bedrock);
    const read = async (response) => [response.status, await response.text()];
    return [
      await sign.signRequest(bedrock, { url: "https://bedrock.us-east-1.amazonaws.com/x?b=1&a=2" }),
      await sign.signRequest(
        bedrock,
        { url: "https://s3.us-east-1.amazonaws.com/a b", method: "put", body: "text" },
        { service: "s3" },
      ),
      await sign.presignUrl(bedrock, "https://s3.us-east-1.amazonaws.com/a", { service: "s3" }),
      await sign.runtimeUrl(bedrock),
      await sign.openaiBaseUrl(client(main.BedrockRuntime, { endpoint: undefined })),
      await read(
        await send("https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse", { method: "POST", body: "{}" }),
      ),
      await read(
        await send("https://bedrock-runtime.us-east-1.amazonaws.com/model/429-retried/converse", {
          method: "POST",
          body: "{}",
        }),
      ),
      await failing(send("https://elsewhere.example/")),
      await failing(
        sign.signRequest(client(main.BedrockRuntime, { credentials: undefined }), { url: "https://x.amazonaws.com/" }),
      ),
    ];
  },
  async "the control plane"({ main, bedrock }, { client, given }) {
    const control = new bedrock.Bedrock(given);
    const told = [
      await control.listFoundationModels(),
      await control.getFoundationModel({ modelIdentifier: "m" }),
      await control.getFoundationModelAvailability({ modelId }),
      await control.getInferenceProfile({ inferenceProfileIdentifier: "p" }),
      await new bedrock.Bedrock(client(main.BedrockRuntime)).listInferenceProfiles({ typeEquals: "APPLICATION" }),
    ];
    for await (const page of bedrock.paginateListInferenceProfiles({ client: control }, {})) told.push(page);
    return told;
  },
  async "AWS's client"({ aws }, { given, fetch }) {
    const client = new aws.BedrockRuntimeClient(given);
    const handler = {
      async handle(request) {
        const { method, path, headers, body, hostname, protocol, query } = request;
        const {
          status,
          headers: named,
          body: stream,
        } = await fetch(`${protocol}//${hostname}${path}`, { __proto__: null, method, headers, body });
        return { response: { statusCode: status, headers: Object.fromEntries(named.all), body: stream, query } };
      },
    };
    const told = [
      await client.send(new aws.ConverseCommand(ask())),
      await client.send(new aws.InvokeModelCommand({ modelId, body: "{}" })),
      await reading(client.send(new aws.ConverseStreamCommand(ask()))),
      await failing(client.send(new aws.ConverseCommand({ ...ask(), modelId: "400" }))),
      await new aws.BedrockRuntime({ ...given, requestHandler: handler, fetch: undefined }).converse(ask()),
      await new aws.BedrockRuntimeClient({ ...given, customUserAgent: "own" }).send(
        new aws.ListAsyncInvokesCommand({}),
      ),
      await failing(new aws.BedrockRuntimeClient({ region: "us-east-1", fetch }).send(new aws.ConverseCommand(ask()))),
      await failing(new aws.BedrockRuntimeClient({ credentials: KEYS, fetch }).send(new aws.ConverseCommand(ask()))),
    ];
    const { region, credentials, maxAttempts, retryMode, useFipsEndpoint, endpoint, token, logger } = client.config;
    told.push(await region(), await credentials(), await maxAttempts(), await retryMode(), await useFipsEndpoint());
    told.push(await endpoint?.(), token, logger, client.middlewareStack.identify());
    return told;
  },
  async tools({ main, tools }, { client }) {
    const bedrock = client(main.BedrockRuntime);
    const inputSchema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const calls = [];
    const weather = { name: "weather", inputSchema, run: (input) => (calls.push(input), { degrees: 21 }) };
    const schema = {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    };
    const told = [
      await tools.runTools(bedrock, { ...ask(), modelId: "tools" }, { tools: [weather] }),
      await tools.structured(bedrock, { ...ask(), modelId: "structured" }, schema),
      await failing(tools.structured(bedrock, ask(), schema, { via: "outputConfig" })),
      await tools.imageBlock(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)),
      await tools.documentBlock(new Blob(["text"], { type: "text/plain" }), { name: "n" }),
      await failing(tools.videoBlock(Uint8Array.of(1))),
      await tools.videoBlock("s3://bucket/a.mp4"),
    ];
    // Its model calls the tool each time: a limit ends it.
    told.push(
      await reading(Promise.resolve({ stream: tools.streamTools(bedrock, ask(), { tools: [weather], maxSteps: 2 }) })),
    );
    return [told, calls];
  },
  async models({ main, models }, { client }) {
    const bedrock = client(main.BedrockRuntime);
    const bodies = [
      [
        "anthropic.claude-3",
        { content: [{ type: "text", text: "a" }], stop_reason: "end_turn", usage: { input_tokens: 1 } },
      ],
      ["amazon.titan-text", { results: [{ outputText: "b", completionReason: "FINISH", tokenCount: 1 }] }],
      ["amazon.nova", { output: { message: { content: [{ text: "c" }] } }, stopReason: "end_turn" }],
      ["meta.llama3", { generation: "d", stop_reason: "stop" }],
      ["cohere.command", { generations: [{ text: "e" }] }],
      ["mistral.mistral", { outputs: [{ text: "f" }] }],
      ["deepseek.r1", { choices: [{ message: { content: "g" } }] }],
      ["none.such", {}],
      ["none.such", { other: 1 }],
    ];
    const told = bodies.flatMap(([id, body]) => [
      models.textOf(id, body),
      models.textOfChunk(id, body),
      models.textOf(undefined, JSON.stringify(body)),
    ]);
    told.push(await models.collect(await bedrock.converseStream(ask())));
    told.push(await models.collect(await bedrock.invokeModelWithResponseStream({ modelId, body: {} })));
    for await (const text of models.texts(await bedrock.converseStream(ask()))) told.push(text);
    const response = models.toResponse(await bedrock.converseStream(ask()), { keepAlive: 0 });
    told.push(response.status, [...response.headers], await response.text());
    for (const prompt of ["claudeText", "llama2", "llama3", "mistral", "deepseek"]) told.push(models[prompt]("Hello"));
    return told;
  },
  async catalog({ catalog }) {
    return [
      catalog.model(modelId),
      catalog.model("none.such"),
      catalog.estimateCost(modelId, { inputTokens: 1000, outputTokens: 10 }),
      catalog.estimateCost("none.such", { inputTokens: 1 }),
      catalog.estimateCost("none.such", { inputTokens: 1 }, { input: 1 }),
      catalog.estimateTokens("text"),
      [...catalog.models].length,
    ];
  },
  async "event streams"({ events }) {
    const frame = events.encode(
      { ":message-type": "event", ":event-type": "a", n: 1, b: true, l: 5n, d: new Date(0) },
      "body",
    );
    const thrown = events.encode({ ":message-type": "exception", ":exception-type": "own" }, '{"other":1}');
    async function* bytes() {
      yield frame.subarray(0, 5);
      yield frame.subarray(5);
      yield thrown;
    }
    const told = [events.decode(frame)];
    told.push(await reading(Promise.resolve({ stream: events.events(bytes()) })));
    told.push(await failing((async () => events.encode({ bad: undefined }))()));
    return told;
  },
  async flow({ main, flow }, { client }) {
    const told = [];
    for (const retryMode of [flow.adaptive(), flow.limit(1)]) {
      const bedrock = client(main.BedrockRuntime, { retryMode });
      told.push(await Promise.all([1, 2, 3].map(() => bedrock.converse(ask()))));
    }
    const regions = flow.fallback(["us-east-1", "us-west-2"]);
    told.push(
      await failing(
        regions((region) =>
          client(main.BedrockRuntime, { maxAttempts: 1 }).converse({ ...ask(), modelId: "503" }, { region }),
        ),
      ),
    );
    return told;
  },
  async "other entries"({ slim, inline, module, web }, { client, given }) {
    const shared = new slim.BedrockRuntime({ ...given, module });
    return [await shared.converse(ask()), await client(inline.BedrockRuntime).converse(ask()), Object.keys(web).sort()];
  },
  async "a conversation"({ main, speech, events }, { client, asked }) {
    class Socket extends EventTarget {
      bufferedAmount = 0;
      constructor(url) {
        super();
        asked.push({ url });
        queueMicrotask(() => this.dispatchEvent(new Event("open")));
      }
      send(bytes) {
        asked.push({ sent: [...bytes] });
        const { body } = events.decode(bytes);
        const hear = (data) => this.dispatchEvent(Object.assign(new Event("message"), { data }));
        if (body.length) hear(new Uint8Array(event("chunk", { bytes: base64("heard") })).buffer);
        else this.dispatchEvent(Object.assign(new Event("close"), { code: 1000, reason: "" }));
      }
      close() {}
    }
    async function* body() {
      yield { chunk: { bytes: Uint8Array.of(1, 2, 3) } };
    }
    const bedrock = client(main.BedrockRuntime, { endpoint: undefined });
    const answer = await speech.invokeModelWithBidirectionalStream(
      bedrock,
      { modelId: "s", body: body() },
      { WebSocket: Socket },
    );
    return [
      await reading(Promise.resolve(answer)),
      await failing(speech.invokeModelWithBidirectionalStream(bedrock, { modelId: "s" })),
    ];
  },
};

/** What a promise comes to, its error as a value. */
const failing = (promise) =>
  promise.then(
    (answer) => ({ answer }),
    (error) => ({ error }),
  );

/** An answer with all its events, and how they end. */
async function reading(promise) {
  const events = [];
  try {
    const { stream, body, ...more } = { __proto__: null, ...(await promise) };
    for await (const event of stream ?? body) events.push(event);
    return { events, more };
  } catch (error) {
    return { events, error };
  }
}

let crcs;
function crc32(bytes) {
  crcs ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
    return byte;
  });
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcs[(crc ^ byte) & 255];
  return ~crc >>> 0;
}

/** A frame, with headers of texts. */
export function frame(headers, payload) {
  const parts = headers.flatMap(([name, value]) => {
    const [key, text] = [encoder.encode(name), encoder.encode(value)];
    return [key.length, ...key, 7, text.length >> 8, text.length & 255, ...text];
  });
  const body = typeof payload === "string" ? encoder.encode(payload) : payload;
  const all = new Uint8Array(16 + parts.length + body.length);
  const view = new DataView(all.buffer);
  view.setUint32(0, all.length);
  view.setUint32(4, parts.length);
  view.setUint32(8, crc32(all.subarray(0, 8)));
  all.set(parts, 12);
  all.set(body, 12 + parts.length);
  view.setUint32(all.length - 4, crc32(all.subarray(0, all.length - 4)));
  return all;
}

const raw = (kind, type, payload) =>
  frame(
    [
      [":message-type", kind],
      [kind === "event" ? ":event-type" : ":exception-type", type],
      [":content-type", "application/json"],
    ],
    payload,
  );
/** A frame of an event. */
export const event = (type, value) => raw("event", type, JSON.stringify(value));
/** A frame of an exception. */
export const exception = (type, value) => raw("exception", type, JSON.stringify(value));

const EVENTS = [
  event("messageStart", { role: "assistant", p: "abc" }),
  event("contentBlockStart", { contentBlockIndex: 0, start: {} }),
  event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hel" }, p: "ab" }),
  event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "lo" } }),
  event("contentBlockDelta", { contentBlockIndex: 1, delta: { reasoningContent: { redactedContent: base64("r") } } }),
  event("contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":1}' } } }),
  event("contentBlockStop", { contentBlockIndex: 0 }),
  event("messageStop", { stopReason: "end_turn" }),
  event("metadata", { usage, metrics: { latencyMs: 1 }, p: "a" }),
];
const CHUNKS = [
  { type: "message_start", message: { role: "assistant", content: [], usage: { input_tokens: 1 } } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
  { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 1, outputTokenCount: 2 } },
].map((chunk) => event("chunk", { bytes: base64(JSON.stringify(chunk)), p: "abc" }));

const said = (content, stopReason = "end_turn") => ({
  output: { message: { role: "assistant", content } },
  stopReason,
  usage,
  metrics: { latencyMs: 1 },
});
const use = (name, input) => said([{ toolUse: { toolUseId: "id", name, input } }], "tool_use");

/** A stand-in for the service and for the host's fetch, which keeps what it is asked. */
export function world() {
  const asked = [];
  let count = 0;
  const json = (value, headers, status = 200) =>
    answer(status, [encoder.encode(JSON.stringify(value))], { "content-type": "application/json", ...headers });
  const stream = (chunks) => answer(200, chunks, { "content-type": "application/vnd.amazon.eventstream" });
  // The host's Response is given to those who want its methods; its own reading of settings is not what is tested.
  const answer = (status, chunks, headers) => {
    const all = Object.entries({ "x-amzn-requestid": "id", date: "Fri, 02 Jan 2026 03:04:05 GMT", ...headers });
    const named = new Map(all);
    const queue = [...chunks];
    const body = {
      getReader: () => ({
        read: async () => (queue.length ? { done: false, value: queue.shift() } : { done: true, value: undefined }),
        cancel: async () => void (queue.length = 0),
      }),
      cancel: async () => {},
    };
    return {
      status,
      ok: status < 300,
      headers: { get: (name) => named.get(name) ?? null, all },
      body,
      clone: () => answer(status, chunks, headers),
      text: async () => chunks.map((chunk) => decoder.decode(chunk)).join(""),
      arrayBuffer: async () => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])).buffer,
    };
  };
  const refused = (status, name, message, headers = {}) =>
    json({ __type: `com.amazon#${name}:http://x`, message, resourceName: "r" }, headers, status);

  const fetch = async (url, init = {}) => {
    if (asked.length > MOST) throw new Error("it never ends");
    const seen = { url: `${url}` };
    // As a host does it: what stands on a prototype counts too.
    for (const name of INIT) {
      let value = init[name];
      if (name === "signal") value = typeof value;
      else if (name === "headers") value = Object.entries(value ?? {});
      else if (name === "body" && ArrayBuffer.isView(value)) value = decoder.decode(value);
      Object.defineProperty(seen, name, { __proto__: null, value, enumerable: true });
    }
    asked.push(seen);
    const target = Object.entries(init.headers ?? {}).find(([name]) => name === "x-amz-target")?.[1];
    if (target?.endsWith("GetId")) return json({ IdentityId: "us-east-1:identity" });
    if (target?.endsWith("GetOpenIdToken")) return json({ IdentityId: "us-east-1:identity", Token: "open-id" });
    const set = { AccessKeyId: "ASIA", SessionToken: "session", Expiration: 4e9 };
    if (target?.endsWith("GetCredentialsForIdentity")) {
      return json({ IdentityId: "us-east-1:identity", Credentials: { ...set, SecretKey: "secret" } });
    }
    const { hostname, pathname } = new URL(url);
    if (hostname.startsWith("sts.")) {
      const xml = `${seen.body}`.includes("refused")
        ? "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        : `<R><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2096-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></R>`;
      return answer(`${seen.body}`.includes("refused") ? 403 : 200, [encoder.encode(xml)], {
        "content-type": "text/xml",
      });
    }
    const model = /\/model\/([^/]*)/.exec(pathname)?.[1];
    const turn = count++ % 2;
    switch (model) {
      case "400":
        return refused(400, "ValidationException", "wrong");
      case "403-named":
        return json({ message: "no" }, { "x-amzn-errortype": "AccessDeniedException" }, 403);
      case "404":
      case "418":
        return answer(+model, [], {});
      case "429":
        return refused(429, "ThrottlingException", "slow");
      case "429-retried":
        return turn ? refused(429, "ThrottlingException", "slow") : json(said([{ text: "after" }]));
      case "500-retried":
        return turn ? refused(500, "InternalServerException", "oh") : json(said([{ text: "after" }]));
      case "503":
        return answer(503, [encoder.encode("<html>")], {});
      case "302":
        return answer(302, [], { location: "https://evil.example/" });
      case "302-opaque":
        return answer(0, [], {});
      case "reset":
        throw new TypeError("fetch failed");
      case "reset-once":
        if (turn) throw new TypeError("fetch failed");
        return json(said([{ text: "after" }]));
      case "html-200":
        return answer(200, [encoder.encode("<html>")], { "content-type": "text/html" });
      case "json-list":
        return json([1]);
      case "output-type":
        return json({ Output: { __type: "UnknownOperationException" }, Version: "1.0" });
      case "tools":
        return json(
          `${seen.body}`.includes("toolResult") ? said([{ text: "done" }]) : use("weather", { city: "Bern" }),
        );
      case "structured":
        return json(use("answer", { city: "Bern" }));
      case "stream-":
        return stream([...EVENTS.slice(0, 2), Uint8Array.from(EVENTS.slice(2).flatMap((bytes) => [...bytes]))]);
      case "stream-one-by-one":
        return stream(EVENTS.flatMap((bytes) => [...bytes].map((byte) => Uint8Array.of(byte))));
      case "stream-throttled":
        return stream([EVENTS[0], exception("throttlingException", { message: "slow" })]);
      case "stream-cut":
        return stream([EVENTS[0], EVENTS[2].subarray(0, 20)]);
      case "stream-damaged":
        return stream([EVENTS[0], EVENTS[2].map((byte, at) => (at === 30 ? byte ^ 1 : byte))]);
      case "stream-html":
        return answer(200, [encoder.encode("<html>")], { "content-type": "text/html" });
      case "stream-empty":
        return stream([]);
    }
    if (/converse-stream$/.test(pathname)) return stream(EVENTS);
    if (/invoke-with-response-stream$/.test(pathname)) return stream(CHUNKS);
    if (/\/invoke$/.test(pathname))
      return json(
        { content: [{ type: "text", text: "Hi" }] },
        { "x-amzn-bedrock-performanceconfig-latency": "standard" },
      );
    if (/count-tokens$/.test(pathname)) return json({ inputTokens: 5 });
    if (/async-invoke/.test(pathname)) {
      const one = { status: "Completed", submitTime: "2026-01-02T03:04:05Z", endTime: 1.5 };
      return json({ ...one, invocationArn: "arn", asyncInvokeSummaries: [one] });
    }
    if (/\/foundation-models|inference-profiles/.test(pathname))
      return json({ modelSummaries: [{ modelId: "m" }], createdAt: "2026-01-02T03:04:05Z" });
    return json(
      said([
        { text: "Hello" },
        { image: { format: "png", source: { bytes: base64("png") } } },
        { toolUse: { toolUseId: "id", name: "n", input: { constructor: 1, a: null } } },
      ]),
    );
  };
  const given = { region: "us-east-1", credentials: KEYS, endpoint: "https://bedrock.example/base", fetch };
  return { asked, fetch, given, client: (type, more) => new type({ ...given, ...more }) };
}

/** A value as a text, with own members only, whatever prototypes say: two that differ have another text. */
export function shown(value, depth = 0) {
  if (depth > 40) return "…";
  if (value === null || typeof value !== "object") {
    return typeof value === "function"
      ? "function"
      : typeof value === "bigint"
        ? `${value}n`
        : value === undefined
          ? "undefined"
          : JSON.stringify(value);
  }
  if (ArrayBuffer.isView(value))
    return `bytes ${[...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]}`;
  if (value instanceof Date) return `Date ${+value}`;
  if (Array.isArray(value)) return `[${value.map((item) => shown(item, depth + 1)).join()}]`;
  const members = Object.entries(value).filter(([name]) => name !== "outcrop.duration_ms");
  if (value instanceof Error) members.push(["name", value.name], ["message", value.message]);
  const text = members.map(([name, member]) => `${JSON.stringify(name)}:${shown(member, depth + 1)}`).sort();
  return `${value instanceof Error ? value.constructor.name : ""}{${text.join()}}`;
}
