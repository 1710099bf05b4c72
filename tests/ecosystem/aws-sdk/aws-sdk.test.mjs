// AWS's own client, and @langchain/aws, which is written for it, beside outcrop/aws-sdk: the same names, the same answers,
// AWS's commands and handlers taken, the library running on it in Node and bundled for workerd.
// Longer than a file should be: its parts share one emulator, one list of inputs and one reference conversation.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ChatBedrockConverse } from "@langchain/aws";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { WebSocket } from "ws";
import { emulator, root } from "../../browser/programs.mjs";
import { conversation, modelId } from "./langchain.mjs";

const { default: aws } = await import("@aws-sdk/client-bedrock-runtime");
const ours = { ...(await import("outcrop/aws-sdk")) };
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const older = createRequire(import.meta.url)("aws-before-schemas");
const region = "eu-central-1";
let bedrock;
let place;
before(async () => {
  bedrock = await emulator();
  place = mkdtempSync(join(here("."), ".made-"));
});
after(async () => {
  rmSync(place, { recursive: true });
  await bedrock.stop();
});

const options = (path) => ({ region, credentials: bedrock.credentials, endpoint: bedrock.address + path });
const made = [];
/** AWS's client; over HTTP/1.1, as the emulator is asked here. */
function theirs(path, more) {
  const client = new aws.BedrockRuntimeClient({
    ...options(path),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
    ...more,
  });
  made.push(client);
  return client;
}
after(() => {
  for (const client of made) client.destroy();
});
const mine = (path, more) => new ours.BedrockRuntimeClient({ ...options(path), ...more });

const commandsOf = (module) => Object.keys(module).filter((name) => /^[A-Z]\w*Command$/.test(name));

test("every command, exception, enumeration and paginator of AWS's client is here under its name", (t) => {
  const names = commandsOf(aws);
  for (const name of names) t.diagnostic(`${name.padEnd(44)} ${name in ours ? "outcrop/aws-sdk" : "MISSING"}`);
  assert.equal(names.length, 11);
  assert.deepEqual(commandsOf(ours).sort(), names.sort());
  const missing = Object.keys(aws).filter((name) => !(name in ours));
  // Its schemas are the insides of its serializers.
  assert.deepEqual(
    missing.filter((name) => !/\$$|^(errorTypeRegistries|AmazonBedrockFrontendService)/.test(name)),
    [],
  );
  for (const [name, value] of Object.entries(aws)) {
    if (name in ours && typeof value === "object") assert.deepEqual({ ...ours[name] }, { ...value }, name);
    if (/Exception$/.test(name)) {
      const given = { message: "m", $metadata: {} };
      const [one, other] = [new ours[name](given), new aws[name](given)];
      if (name !== "BedrockRuntimeServiceException") {
        assert.deepEqual([one.name, one.$fault, one.message], [other.name, other.$fault, other.message]);
      }
      assert.ok(
        one instanceof ours[name] && one instanceof ours.BedrockRuntimeServiceException && one instanceof Error,
      );
    }
  }
  for (const name of [...names, "BedrockRuntimeClient", "BedrockRuntime", "ThrottlingException"]) {
    assert.equal(ours[name].name, aws[name].name);
  }
  const methods = (module) => Object.getOwnPropertyNames(module.BedrockRuntime.prototype).sort();
  assert.deepEqual(methods(ours), methods(aws));
});

test("what a middleware is told of a request is what AWS's schema says", async () => {
  for (const name of commandsOf(aws)) {
    const [, , operation, { http }] = new aws[name]({}).schema;
    const client = mine("/base");
    let request;
    client.middlewareStack.add(
      () => async (args) => {
        request = args.request;
        return { output: {}, response: {} };
      },
      { step: "build" },
    );
    await client.send(
      new ours[name]({ modelId: "a/b:c", guardrailIdentifier: "g", guardrailVersion: "1", invocationArn: "i" }),
    );
    const labels = { modelId: "a%2Fb%3Ac", guardrailIdentifier: "g", guardrailVersion: "1", invocationArn: "i" };
    const path = http[1].replace(/\{(\w+)\}/g, (_, label) => labels[label]);
    assert.deepEqual([request.method, request.path], [http[0], `/base${path}`], operation);
  }
});

// Deterministic, so that a failure comes again: a linear congruential generator (Numerical Recipes' constants).
function random(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

test("1,000 middleware stacks are in the order of AWS's own, and run in it", (t) => {
  const steps = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"];
  let refusals = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const stacks = [new aws.ConverseCommand({}).middlewareStack, new ours.MiddlewareStack()];
    const logs = [[], []];
    const next = random(seed);
    const name = () => `m${next(12)}`;
    for (let change = 4 + next(14); change > 0; change--) {
      const own = { name: name(), ...(next(4) === 0 && { aliases: [name()] }), ...(next(5) === 0 && { tags: ["T"] }) };
      const absolute = {
        ...own,
        step: steps[next(5)],
        priority: ["high", "normal", "low"][next(3)],
        override: next(3) === 0,
      };
      const relative = { ...own, relation: next(2) ? "before" : "after", toMiddleware: name() };
      const [which, removed, id] = [next(12), name(), next(1000)];
      const outcomes = stacks.map((stack, at) => {
        const middleware = (run) => async (args) => {
          logs[at].push(id);
          return run(args);
        };
        try {
          if (which < 6) return stack.add(middleware, absolute);
          if (which < 10) return stack.addRelativeTo(middleware, relative);
          return which === 10 ? stack.remove(removed) : stack.removeByTag("T");
        } catch {
          refusals++;
          return "refused";
        }
      });
      assert.equal(outcomes[1], outcomes[0], `seed ${seed}`);
    }
    for (const look of [
      (stack) => stack.identify(),
      (stack) => stack.clone().identify(),
      (stack) => stack.resolve(async () => {}, {})({}) && "run",
    ]) {
      const [expected, found] = stacks.map((stack) => {
        try {
          return look(stack);
        } catch {
          return "refused";
        }
      });
      assert.deepEqual(found, expected, `seed ${seed}`);
    }
    assert.deepEqual(logs[1], logs[0], `seed ${seed}`);
  }
  t.diagnostic(`${refusals / 2} changes were refused by both`);
});

const messages = [{ role: "user", content: [{ text: "Hello, Grüße" }] }];
const body = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 99,
  messages: [{ role: "user", content: "Hello, Grüße" }],
});
const image = { image: { format: "png", source: { bytes: Uint8Array.of(1, 2, 3) } } };
const tools = [
  {
    toolSpec: {
      name: "get_weather",
      inputSchema: { json: { type: "object", properties: { city: { type: "string" } } } },
    },
  },
];
/** An input of each operation, some with several. */
const inputs = {
  ConverseCommand: [
    { modelId, messages },
    {
      modelId,
      messages: [{ role: "user", content: [{ text: "use the tool get_weather" }, image] }],
      toolConfig: { tools },
    },
  ],
  ConverseStreamCommand: [
    { modelId, messages },
    { modelId, messages: [{ role: "user", content: [{ text: "use the tool get_weather" }] }], toolConfig: { tools } },
  ],
  InvokeModelCommand: [
    { modelId, body },
    { modelId, body: new TextEncoder().encode(body), trace: "ENABLED" },
  ],
  InvokeModelWithResponseStreamCommand: [{ modelId, body, accept: "application/json" }],
  CountTokensCommand: [
    { modelId, input: { converse: { messages } } },
    { modelId, input: { invokeModel: { body: new TextEncoder().encode(body) } } },
  ],
  ApplyGuardrailCommand: [
    { guardrailIdentifier: "gr123", guardrailVersion: "1", source: "INPUT", content: [{ text: { text: "Hello" } }] },
  ],
  InvokeGuardrailChecksCommand: [
    {
      messages: [{ role: "user", content: [{ text: "Hello" }] }],
      checks: { promptAttack: { categories: [{ category: "JAILBREAK" }] } },
    },
  ],
};

/** An answer without what is of one call alone; a stream's events in its place; bytes and times told apart from text. */
async function plain({ $metadata, ...answer }) {
  assert.equal($metadata.httpStatusCode, 200);
  assert.match($metadata.requestId, /^[0-9a-f-]{36}$/);
  assert.equal($metadata.attempts, 1);
  for (const [name, value] of Object.entries(answer)) {
    if (value?.[Symbol.asyncIterator]) {
      answer[name] = [];
      for await (const event of value) answer[name].push(event);
    }
    if (value instanceof Uint8Array) answer[name] = [value.transformToString(), value.transformToString("base64")];
  }
  function marked(key, value) {
    if (this[key] instanceof Date) return { date: value };
    return this[key] instanceof Uint8Array ? { bytes: Buffer.from(this[key]).toString("hex") } : value;
  }
  return JSON.parse(JSON.stringify(answer, marked));
}

/** All plain inputs, then asynchronous invocations from their start to their end, in pages: what each call answered. */
async function everything(client, commands) {
  const answers = [];
  const call = async (name, input) => {
    const answer = await plain(await client.send(new commands[name](input)));
    // The service sends `outputs` under another name too, which its model does not have: we keep such members.
    if (name === "ApplyGuardrailCommand" && client instanceof ours.BedrockRuntimeClient) {
      assert.deepEqual(answer.output, answer.outputs);
      delete answer.output;
    }
    answers.push([name, answer]);
    return answer;
  };
  for (const [name, list] of Object.entries(inputs)) for (const input of list) await call(name, input);
  const outputDataConfig = { s3OutputDataConfig: { s3Uri: "s3://bucket/out" } };
  const arns = [];
  for (const [at, prompt] of ["one", "fail this", "three"].entries()) {
    const started = { modelId: "amazon.nova-reel-v1:0", modelInput: { prompt, at: [at, null] }, outputDataConfig };
    const { invocationArn } = await call("StartAsyncInvokeCommand", { ...started, clientRequestToken: `token-${at}` });
    arns.push(invocationArn);
    for (let again = 0; again <= at; again++) await call("GetAsyncInvokeCommand", { invocationArn });
  }
  for (let nextToken, page = 0; page === 0 || nextToken; page++) {
    const range = {
      submitTimeAfter: new Date("2020-01-01T00:00:00Z"),
      sortOrder: "Ascending",
      sortBy: "SubmissionTime",
    };
    ({ nextToken } = await call("ListAsyncInvokesCommand", { ...range, maxResults: 2, nextToken }));
  }
  return answers;
}

test("each operation answers the same as AWS's client, but for $metadata", async (t) => {
  const expected = await everything(theirs("/pace/0/run/aws-theirs"), aws);
  assert.deepEqual(new Set(expected.map(([name]) => name)).size, 10);
  assert.ok(JSON.stringify(expected).includes('"date"') && JSON.stringify(expected).includes('"bytes"'));
  const found = await everything(mine("/pace/0/run/aws-mine"), ours);
  assert.deepEqual(found, expected);
  t.diagnostic(`${found.length} answers`);
  // AWS's commands on our client: the newest, which have schemas, and those from before.
  assert.deepEqual(await everything(mine("/pace/0/run/aws-foreign"), aws), expected);
  for (const [run, attempts] of Object.entries({
    theirs: expected.length,
    mine: expected.length,
    foreign: expected.length,
  })) {
    const seen = await bedrock.ended(`aws-${run}`, attempts);
    assert.deepEqual(
      seen.map(({ signature }) => signature),
      Array(attempts).fill("ok"),
    );
  }
  const [one, other] = await Promise.all(["theirs", "mine"].map((run) => bedrock.seen(`aws-${run}`)));
  const wire = ({ attempts }) => attempts.map(({ method, path }) => [method, path.replace(/aws-\w+/, "")]);
  assert.deepEqual(wire(other), wire(one));
});

test("a conversation both ways: AWS's client over HTTP/2 and ours over a WebSocket hear the same", async () => {
  const talk = async (client, commands) => {
    let answered;
    const body = async function* () {
      for (const word of ["one", "two, Grüße", "three"]) {
        const answer = new Promise((resolve) => {
          answered = resolve;
        });
        yield { chunk: { bytes: new TextEncoder().encode(word) } };
        await answer;
      }
    };
    const command = new commands.InvokeModelWithBidirectionalStreamCommand({
      modelId: "amazon.nova-sonic-v1:0",
      body: body(),
    });
    const output = await client.send(command);
    const heard = [];
    for await (const { chunk } of output.body) {
      heard.push(JSON.parse(new TextDecoder().decode(chunk.bytes)));
      answered();
    }
    return heard;
  };
  const expected = await talk(theirs("/pace/0/run/aws-talk-theirs", { requestHandler: undefined }), aws);
  assert.deepEqual(
    expected.map(({ heard }) => heard),
    ["one", "two, Grüße", "three", undefined],
  );
  const client = mine("/pace/0/run/aws-talk-mine", { WebSocket });
  assert.deepEqual(await talk(client, ours), expected);
  assert.deepEqual(await talk(client, aws), expected);
  const [{ signature, duplex }] = await bedrock.ended("aws-talk-mine", 2);
  assert.deepEqual([signature, duplex.form, duplex.chunks], ["ok", "websocket", 3]);
});

test("commands of AWS's client from before schemas, and of a bundle that has renamed its classes", async () => {
  const client = mine("/pace/0/run/aws-older");
  const names = commandsOf(older);
  assert.deepEqual(
    names.sort(),
    [
      "ApplyGuardrailCommand",
      "ConverseCommand",
      "ConverseStreamCommand",
      "InvokeModelCommand",
      "InvokeModelWithResponseStreamCommand",
    ].filter((name) => names.includes(name)),
  );
  assert.ok(names.length >= 4);
  for (const name of names) {
    const [input] = inputs[name];
    const command = new older[name](input);
    assert.equal(command.schema, undefined);
    Object.defineProperty(command, "constructor", { value: class t {} });
    const [answer, expected] = await Promise.all(
      [command, new ours[name](input)].map(async (command) => plain(await client.send(command))),
    );
    assert.deepEqual(answer, expected, name);
    // Asking a command for its name leaves nothing on it: AWS's own client still sends it.
    assert.deepEqual(command.middlewareStack.identify(), []);
  }
  const file = join(place, "minified.mjs");
  await build({
    stdin: {
      contents: `import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
        import { BedrockRuntimeClient } from "outcrop/aws-sdk";
        export const command = new ConverseCommand(${JSON.stringify(inputs.ConverseCommand[0])});
        export const client = (options) => new BedrockRuntimeClient(options);`,
      resolveDir: here("."),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    external: ["outcrop"],
    outfile: file,
  });
  const minified = await import(file);
  assert.notEqual(minified.command.constructor.name, "ConverseCommand");
  const sent = minified.client(options("/pace/0/run/aws-minified"));
  assert.equal((await sent.send(minified.command)).stopReason, "end_turn");
  // A command that AWS's client has already sent has AWS's own middlewares on it.
  const twice = new aws.ConverseCommand(inputs.ConverseCommand[0]);
  const [first, second] = [await theirs("/pace/0").send(twice), await client.send(twice)];
  assert.deepEqual(second.output, first.output);
  const agents = { schema: [9, "com.amazonaws.bedrockagentruntime", "Retrieve"], input: {} };
  await assert.rejects(client.send(agents), { who: "caller", message: /bedrockagentruntime#Retrieve is no command/ });
  await assert.rejects(client.send({ input: {} }), { who: "caller", message: /is no command/ });
  await assert.rejects(client.send(undefined), { who: "caller" });
});

test("errors are AWS's: name, message, fault, status, classes, also in a stream", async () => {
  const command = { modelId, messages: [] };
  const caught = (promise) =>
    promise.then(
      () => assert.fail("taken"),
      (error) => error,
    );
  const [expected, found] = await Promise.all([
    caught(theirs("").send(new aws.ConverseCommand(command))),
    caught(mine("").send(new ours.ConverseCommand(command))),
  ]);
  for (const member of ["name", "message", "$fault"]) assert.equal(found[member], expected[member]);
  assert.equal(found.$metadata.httpStatusCode, expected.$metadata.httpStatusCode);
  assert.ok(found instanceof ours.ValidationException && !(found instanceof ours.ThrottlingException));
  // AWS's own classes know ours too, by name.
  assert.ok(found instanceof aws.ValidationException && !(found instanceof aws.ThrottlingException));

  const midway = async (client, ConverseStreamCommand) => {
    const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
    let events = 0;
    const error = await caught(
      (async () => {
        for await (const _ of stream) events++;
      })(),
    );
    return [events, error];
  };
  const [[before, theirsThrown], [after, oursThrown]] = await Promise.all([
    midway(theirs("/pace/0/case/stream-throttled-midway/aws-one"), aws.ConverseStreamCommand),
    midway(mine("/pace/0/case/stream-throttled-midway/aws-two"), ours.ConverseStreamCommand),
  ]);
  assert.equal(after, before);
  assert.equal(oursThrown.name, theirsThrown.name);
  assert.equal(oursThrown.message, theirsThrown.message);
  assert.ok(oursThrown instanceof ours.ThrottlingException);
});

test("AWS's request handlers send what our client has signed; their streams end as ours do", async () => {
  for (const [name, requestHandler] of Object.entries({
    node: new NodeHttpHandler({ requestTimeout: 5000 }),
    fetch: new FetchHttpHandler(),
  })) {
    const client = mine(`/pace/0/run/aws-handler-${name}`, { requestHandler });
    assert.equal(client.config.requestHandler, requestHandler);
    assert.equal((await client.send(new ours.ConverseCommand({ modelId, messages }))).stopReason, "end_turn");
    const range = { submitTimeAfter: new Date(0), maxResults: 3 };
    assert.deepEqual((await client.send(new ours.ListAsyncInvokesCommand(range))).asyncInvokeSummaries, []);
    const { stream } = await client.send(new ours.ConverseStreamCommand({ modelId, messages }));
    let events = 0;
    for await (const _ of stream) events++;
    assert.ok(events > 5);
    for (const { signature } of await bedrock.ended(`aws-handler-${name}`, 3)) assert.equal(signature, "ok");

    const slow = mine(`/words/500/pace/20/run/aws-left-${name}`, { requestHandler });
    for await (const _ of (await slow.send(new ours.ConverseStreamCommand({ modelId, messages }))).stream) break;
    const [{ responseEnded }] = await bedrock.ended(`aws-left-${name}`);
    assert.equal(responseEnded, "client closed");
    client.destroy();
  }
});

test("AWS's types fit: its commands through our send, and a library's own code with our types by alias", () => {
  const sources = {
    sent: `
      import * as aws from "@aws-sdk/client-bedrock-runtime";
      import { NodeHttpHandler } from "@smithy/node-http-handler";
      import * as ours from "outcrop/aws-sdk";
      const client = new ours.BedrockRuntimeClient({ region: "r", requestHandler: new NodeHttpHandler(), logger: console });
      export const text: Promise<string | undefined> = client
        .send(new aws.ConverseCommand({ modelId: "m" }))
        .then((answer) => answer.output?.message?.content?.[0]?.text);
      export const events: Promise<AsyncIterable<aws.ConverseStreamOutput> | undefined> = client
        .send(new aws.ConverseStreamCommand({ modelId: "m" }))
        .then(({ stream }) => stream);
      const input: aws.ConverseCommandInput = { modelId: "m", messages: [{ role: "user", content: [{ text: "t" }] }] };
      export const own = client.send(new ours.ConverseCommand(input));
      // @ts-expect-error not what Converse answers
      export const wrong: Promise<{ stream: string }> = client.send(new aws.ConverseCommand(input));`,
    aliased: `
      import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
      import { ChatBedrockConverse } from "@langchain/aws";
      // AWS's has no such option: this is ours.
      const client = new BedrockRuntimeClient({ region: "r", timeouts: { total: 1 } });
      export const model = new ChatBedrockConverse({ model: "m", region: "r", client });`,
  };
  for (const [name, source] of Object.entries(sources)) {
    writeFileSync(join(place, `${name}.ts`), source);
    const types = join(root, "node_modules/outcrop/dist/aws-sdk.d.ts");
    const paths = name === "aliased" ? { "@aws-sdk/client-bedrock-runtime": [types] } : {};
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "bundler",
      lib: ["ES2022", "DOM"],
      types: [],
      // AWS's own declarations want Node's.
      skipLibCheck: true,
      paths,
    };
    const project = join(place, `${name}.json`);
    writeFileSync(project, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    try {
      execFileSync(process.execPath, [join(root, "bindings/node_modules/typescript/bin/tsc"), "-p", project]);
    } catch (error) {
      assert.fail(`${name}: ${error.stdout}`);
    }
  }
});

const slow = "/words/300/pace/15";
let reference;

test("ChatBedrockConverse on our client, given as its `client`, is the same as on AWS's", async () => {
  const on = (client) => ({ region, client });
  const run = async (make, name) =>
    conversation(ChatBedrockConverse, on(make(`/pace/0/run/lc-${name}`)), on(make(`${slow}/run/lc-${name}-slow`)));
  reference = await run(theirs, "theirs");
  assert.deepEqual(reference.same.call.toolCalls, [
    { name: "get_weather", args: { city: "use the tool get_weather" } },
  ]);
  assert.deepEqual(reference.same.callStreamed.toolCalls, reference.same.call.toolCalls);
  assert.match(reference.same.invoked.content, /granite/);
  assert.ok(reference.same.streamed.chunks > 5);
  assert.equal(reference.same.answered.stopReason, "end_turn");
  assert.equal(reference.same.refused.name, "ValidationException");
  const found = await run(mine, "mine");
  assert.deepEqual(found.same, reference.same);
  assert.ok(found.aborted.few, "the stream went on after the abort");
  const [{ responseEnded }] = await bedrock.ended("lc-mine-slow");
  assert.equal(responseEnded, "client closed");
  const attempts = await bedrock.ended("lc-mine", 6);
  for (const { signature } of attempts) assert.equal(signature, "ok");
  const teams = attempts.filter(({ headers }) =>
    headers.some(([name, value]) => /^x-team$/i.test(name) && value === "granite"),
  );
  // All but the refused one's, which is another model's.
  assert.ok(teams.length >= 5, `${teams.length} with the library's own header`);
});

test("ChatBedrockConverse through an alias: the library makes our client without knowing it", async () => {
  const child = spawn(process.execPath, ["--import", here("alias.mjs"), here("aliased.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(
    JSON.stringify({ ...options("/pace/0/run/lc-alias"), slow: `${bedrock.address}${slow}/run/lc-alias-slow` }),
  );
  let text = "";
  child.stdout.on("data", (piece) => (text += piece));
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  const { same, aborted, aws } = JSON.parse(text);
  assert.equal(aws, false, "it was AWS's client after all");
  assert.deepEqual(same, JSON.parse(JSON.stringify(reference.same)));
  assert.ok(aborted.few);
  assert.equal((await bedrock.ended("lc-alias-slow"))[0].responseEnded, "client closed");
});

/** A worker of @langchain/aws with that alias; what esbuild complains of, or the file. */
async function bundled(alias) {
  try {
    await build({
      entryPoints: [here("worker.mjs")],
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      external: ["*.wasm"],
      minify: true,
      alias,
      outfile: join(place, "worker.js"),
      logLevel: "silent",
    });
    return { file: join(place, "worker.js") };
  } catch ({ errors }) {
    return { errors: errors.map(({ text }) => text) };
  }
}

test("@langchain/aws does not bundle for workerd with AWS's client", async (t) => {
  const { errors } = await bundled({});
  assert.ok(errors.some((text) => /node:(fs|crypto|http)/.test(text)));
  t.diagnostic(`${errors.length} errors, such as: ${errors[0]}`);
});

test("@langchain/aws bundled with ours runs in workerd, without anything of Node's", async (t) => {
  const { file, errors } = await bundled({
    "@aws-sdk/client-bedrock-runtime": "outcrop/aws-sdk",
    "@aws-sdk/credential-provider-node": "outcrop/aws-sdk",
  });
  assert.deepEqual(errors, undefined);
  const contents = readFileSync(file);
  t.diagnostic(`${contents.length} bytes of JavaScript`);
  const wasm = readFileSync(join(root, "node_modules/outcrop/dist/outcrop.wasm"));
  const workerd = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.js", contents },
      { type: "CompiledWasm", path: "outcrop.wasm", contents: wasm },
    ],
    compatibilityDate: "2025-09-01",
    compatibilityFlags: [],
  });
  try {
    const response = await fetch(await workerd.ready, {
      method: "POST",
      body: JSON.stringify({
        ...options("/pace/0/run/lc-workerd"),
        slow: `${bedrock.address}${slow}/run/lc-workerd-slow`,
      }),
    });
    const { same, aborted, process, tools, failed } = await response.json();
    assert.equal(failed, undefined);
    assert.deepEqual(tools.value, { city: "use the tool answer" });
    assert.match(tools.path, /no files to be read here/);
    assert.equal(process, "undefined");
    assert.deepEqual(same, JSON.parse(JSON.stringify(reference.same)));
    assert.ok(aborted.few);
    assert.equal((await bedrock.ended("lc-workerd-slow"))[0].responseEnded, "client closed");
    for (const { signature } of await bedrock.ended("lc-workerd", 7)) assert.equal(signature, "ok");
  } finally {
    await workerd.dispose();
  }
});
