// Names that are members of every object (`__proto__`, `constructor`, `toString` …), wherever a name comes from outside:
// headers, types of events and exceptions, keys of JSON, of tools, schemas and models, of options. They are names like
// any other, and change no object that is not theirs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { probed } from "./boundary-report.mjs";
import { event, exception, frame, modelId, world } from "./boundary-scenes.mjs";
import { file, outcrop } from "./context.mjs";

const [eventStream, tools, models, catalog, aws] = await Promise.all(
  ["event-stream", "tools", "models", "catalog", "aws-sdk"].map((name) => import(file(`dist/${name}.js`))),
);
const NAMES = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "prototype",
  "__defineGetter__",
  "then",
];
const messages = [{ role: "user", content: [{ text: "Hello" }] }];
const encoder = new TextEncoder();
/** An object with that own member, as JSON makes it. */
const having = (name, value) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/** Runs it, and looks afterwards whether any object has got a member that it did not have. */
const probe = (name, run) =>
  test(`boundary, names: ${name}`, async () => {
    const before = Reflect.ownKeys(Object.prototype).join();
    for (const word of NAMES) {
      await run(word);
      probed("names of every object as names from outside");
      assert.equal({}.polluted, undefined);
      assert.equal(Object.getPrototypeOf({}), Object.prototype);
    }
    assert.equal(Reflect.ownKeys(Object.prototype).map(String).join(), before);
  });

/** A client whose fetch answers with that. */
const answering = (bytes, type = "application/json", status = 200, headers = {}) => {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, init });
    return new Response(bytes, { status, headers: { "content-type": type, ...headers } });
  };
  const { given } = world();
  return Object.assign(new outcrop.BedrockRuntime({ ...given, maxAttempts: 1, fetch }), { asked });
};
const failure = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const STREAM = "application/vnd.amazon.eventstream";
const POISON = { polluted: 1 };

probe("keys of an answer, of a tool's input and of what stands beside it", async (word) => {
  const text = `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"i","name":${JSON.stringify(word)},"input":{${JSON.stringify(word)}:{"polluted":1}}}}]}},"stopReason":"tool_use","usage":{},${JSON.stringify(word)}:{"polluted":1}}`;
  const answer = await answering(text).converse({ modelId, messages });
  assert.deepEqual(own(answer, word), POISON);
  const { toolUse } = answer.output.message.content[0];
  assert.deepEqual([toolUse.name, own(toolUse.input, word)], [word, POISON]);
  assert.equal(answer.$metadata.httpStatusCode, 200);
});

probe("keys of the input are sent as they are", async (word) => {
  const bedrock = answering("{}");
  const input = { modelId, messages, ...having(word, "sent") };
  Object.defineProperty(input, word, { value: "sent", enumerable: true });
  input.additionalModelRequestFields = having(word, POISON);
  await bedrock.converse(input);
  const sent = JSON.parse(new TextDecoder().decode(bedrock.asked[0].init.body));
  assert.equal(own(sent, word), "sent");
  assert.deepEqual(own(sent.additionalModelRequestFields, word), POISON);
});

probe("types of events, and their headers", async (word) => {
  const frames = [
    event(word, { polluted: 1 }),
    frame(
      [
        [":message-type", "event"],
        [":event-type", "contentBlockDelta"],
        [word, "x"],
      ],
      '{"contentBlockIndex":0,"delta":{"text":"a"}}',
    ),
    event("metadata", { usage: {} }),
  ];
  const events = [];
  const { stream } = await answering(new Blob(frames), STREAM).converseStream({ modelId, messages });
  for await (const one of stream) events.push(one);
  assert.equal(events.length, 3);
  assert.deepEqual(own(events[0], word), POISON);
  assert.equal(events[1].contentBlockDelta.delta.text, "a");
});

probe("names of exceptions, in a stream, in a header and in a body", async (word) => {
  const streamed = await failure(
    (async () => {
      const { stream } = await answering(
        new Blob([event("messageStart", {}), exception(word, { message: "m" })]),
        STREAM,
      ).converseStream({ modelId, messages });
      for await (const _ of stream);
    })(),
  );
  const named = await failure(
    answering("{}", "application/json", 400, { "x-amzn-errortype": word }).converse({ modelId, messages }),
  );
  const within = await failure(
    answering(JSON.stringify({ __type: word }), "application/json", 400).converse({ modelId, messages }),
  );
  for (const error of [streamed, named, within]) {
    assert.ok(error instanceof outcrop.BedrockRuntimeServiceException, `${error}`);
    assert.equal(error.name.toLowerCase(), word.toLowerCase());
    assert.ok(!(error instanceof aws.ThrottlingException) && error instanceof aws.BedrockRuntimeServiceException);
  }
});

probe("keys of an error's body", async (word) => {
  const body = `{"message":"m",${JSON.stringify(word)}:{"message":"n","code":"ThrottlingException"}}`;
  const error = await failure(answering(body, "application/json", 400).converse({ modelId, messages }));
  assert.deepEqual([error.name, error.message], ["ValidationException", "m"]);
});

probe("headers of a call", async (word) => {
  const bedrock = answering("{}");
  const headers = Object.assign(Object.create(null), { [`x-amz-${word}`]: "signed" });
  headers[word] = "sent";
  await bedrock.converse({ modelId, messages }, { headers });
  const sent = bedrock.asked[0].init.headers;
  // Names are sent in lower case.
  assert.equal(own(sent, word.toLowerCase()), "sent");
  assert.equal(own(sent, `x-amz-${word.toLowerCase()}`), "signed");
  assert.match(sent.authorization, new RegExp(`SignedHeaders=[^,]*x-amz-${word.toLowerCase()}`));
});

probe("options with such a member of their own", async (word) => {
  const evil = {
    endpoint: "https://evil.example",
    credentials: { accessKeyId: "EVIL", secretAccessKey: "EVIL" },
    region: "evil-1",
  };
  const bedrock = answering("{}");
  const plain = await bedrock.converse({ modelId, messages }, having(word, evil));
  assert.equal(plain.$metadata.attempts, 1);
  const { fetch } = bedrock.asked;
  const { given } = world();
  const asked = [];
  const options = having(word, evil);
  Object.assign(options, { ...given, fetch: async (url, init) => (asked.push({ url, init }), new Response("{}")) });
  await new outcrop.BedrockRuntime(options).converse({ modelId, messages }, having(word, evil));
  for (const { url, init } of [...bedrock.asked, ...asked]) {
    assert.match(url, /^https:\/\/bedrock\.example\//);
    assert.match(init.headers.authorization, /Credential=AKIDEXAMPLE\/\d+\/us-east-1\//);
  }
  assert.equal(fetch, undefined);
});

probe("outcrop/event-stream: header names, types, bodies", async (word) => {
  const headers = Object.create(null);
  headers[word] = "x";
  Object.assign(headers, { ":message-type": "event", ":event-type": word });
  const message = eventStream.decode(eventStream.encode(headers, "b"));
  assert.equal(Object.getPrototypeOf(message.headers), null);
  assert.equal(message.headers[word], "x");
  async function* bytes() {
    yield exception(word, having(word, POISON));
  }
  const error = await failure(eventStream.events(bytes()).next());
  assert.equal(error.code, word);
  assert.equal(error.name, word[0].toUpperCase() + word.slice(1));
});

probe("tools of such names, called or not, with such inputs", async (word) => {
  const asked = [];
  const client = {
    async converse(input) {
      asked.push(input);
      const use = [word, "none"].map((name) => ({ toolUse: { toolUseId: name, name, input: having(word, "in") } }));
      return asked.length > 1
        ? { output: { message: { role: "assistant", content: [{ text: "done" }] } }, stopReason: "end_turn" }
        : { output: { message: { role: "assistant", content: use } }, stopReason: "tool_use" };
    },
  };
  const inputs = [];
  const inputSchema = {
    type: "object",
    properties: having(word, { type: "string" }),
    required: [word],
    additionalProperties: false,
  };
  const tool = { name: word, inputSchema, run: (input) => (inputs.push(own(input, word)), having(word, "out")) };
  const run = await tools.runTools(client, { modelId, messages }, { tools: [tool] });
  assert.deepEqual(inputs, ["in"]);
  const results = run.messages[2].content.map(({ toolResult }) => [toolResult.status, toolResult.content[0]]);
  assert.equal(own(results[0][1].json, word), "out");
  assert.deepEqual(results[1], ["error", { text: `There is no tool none. There are: ${word}.` }]);
  // No tools at all: no object's own member is one.
  asked.length = 0;
  const none = await tools.runTools(client, { modelId, messages }, { tools: [] });
  assert.match(none.messages[2].content[0].toolResult.content[0].text, /^There is no tool /);
});

probe("a schema's properties and an answer's keys", async (word) => {
  const schema = {
    type: "object",
    properties: having(word, { type: "string" }),
    required: [word],
    additionalProperties: false,
  };
  const said = (input) => ({
    converse: async () => ({
      output: { message: { role: "assistant", content: [{ toolUse: { toolUseId: "i", name: "answer", input } }] } },
      stopReason: "tool_use",
    }),
  });
  const good = await tools.structured(said(having(word, "text")), { modelId, messages }, schema);
  assert.equal(own(good.value, word), "text");
  const wrong = await failure(tools.structured(said(having(word, 1)), { modelId, messages }, schema, { repairs: 0 }));
  assert.equal(wrong.name, "StructuredOutputError");
  // What every object has from its prototype is not there.
  const missing = await failure(tools.structured(said({}), { modelId, messages }, schema, { repairs: 0 }));
  assert.ok(missing.misfits.length, word);
});

probe("models and catalogs by such ids", async (word) => {
  for (const id of [word, `us.${word}`, `anthropic.${word}`]) {
    assert.deepEqual(models.textOf(id, { generation: "g" }).texts, ["g"]);
    assert.equal(models.textOfChunk(id, having(word, {})).text, "");
    assert.equal(catalog.model(id), undefined);
    assert.equal(catalog.estimateCost(id, { inputTokens: 1 }), undefined);
  }
  async function* chunks() {
    for (const chunk of [
      having(word, POISON),
      { type: "message_start", message: { content: [] } },
      { type: "content_block_start", index: 0, content_block: having(word, "a") },
      { type: "content_block_delta", index: 0, delta: having(word, "b") },
    ]) {
      yield { chunk: { bytes: encoder.encode(JSON.stringify(chunk)) } };
    }
  }
  const { answer } = await models.collect(chunks());
  assert.equal(own(answer.content[0], word), "ab");
  const sent = models.toResponse(
    (async function* () {
      yield having(word, { a: 1 });
    })(),
  );
  assert.match(await sent.text(), new RegExp(`^event: ${word}\n`));
});

probe("AWS's client: commands, middlewares and their headers", async (word) => {
  const asked = [];
  const { given } = world();
  const client = new aws.BedrockRuntimeClient({
    ...given,
    fetch: async (_, init) => (asked.push(init), new Response("{}")),
  });
  for (const name of [word, `${word}Command`]) {
    const error = await failure(client.send({ operation: name, input: {} }));
    assert.match(error.message, /is no command of bedrock-runtime$/);
  }
  const named = (next) => (args) => {
    Object.defineProperty(args.request.headers, word, { value: "x", enumerable: true });
    return next(args);
  };
  client.middlewareStack.add(named, { step: "build", name: word });
  assert.throws(() => client.middlewareStack.add(named, { step: "build", name: word }), /already/);
  assert.ok(client.middlewareStack.remove("constructor_") === false);
  await client.send(new aws.ConverseCommand({ modelId, messages }));
  assert.equal(own(asked[0].headers, word.toLowerCase()), "x");
});

test("boundary, names: a response's headers, and the providers' answers", async () => {
  const body = `{"__proto__":{"Credentials":{"AccessKeyId":"EVIL","SecretKey":"EVIL","SessionToken":"EVIL","Expiration":4e9}}}`;
  const clientConfig = {
    maxAttempts: 1,
    fetch: async () => new Response(body, { headers: { __proto__x: "1", constructor: "x" } }),
  };
  const error = await failure(outcrop.fromCognitoIdentity({ identityId: "us-east-1:a", clientConfig })());
  assert.equal(error.name, "CredentialsProviderError");
  for (const answer of [
    JSON.parse('{"__proto__":{"accessKeyId":"EVIL","secretAccessKey":"EVIL"}}'),
    Object.create(null),
  ]) {
    const bedrock = new outcrop.BedrockRuntime({ ...world().given, credentials: async () => answer });
    assert.equal((await failure(bedrock.converse({ modelId, messages }))).name, "CredentialsProviderError");
    probed("names of every object as names from outside");
  }
});
