// outcrop/tools: the loop of tools, whole and in streams, its limits and ends; answers that fit a schema; blocks from
// what a program has. The odd answers come from a stand-in for the client, the plain ones from the emulator.
// Longer than a file should be: one entry of the package, whose parts share the stand-in.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { app, client, collect, file, messages, modelId, outcrop, place, text } from "./context.mjs";

const tools = await import(file("dist/tools.js"));
const { runTools, streamTools, structured, tool, toolResult } = tools;

const ask = (words) => ({ modelId, messages: [{ role: "user", content: [{ text: words }] }] });
const object = (properties, more) => ({ type: "object", properties, ...more });
const weather = (run) => tool({ name: "weather", inputSchema: object({ city: { type: "string" } }), run });
const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const use = (name, input, more) => ({ toolUse: { toolUseId: `id-${name}`, name, input, ...more } });
const said = (content, stopReason = "tool_use") => ({
  output: { message: { role: "assistant", content } },
  stopReason,
  usage,
  $metadata: {},
});
/** A client that answers with these, one a call, and keeps what it was asked. */
const standIn = (...answers) => {
  const asked = [];
  return {
    asked,
    async converse(input, options) {
      asked.push({ input: structuredClone(input), options });
      const answer = answers[asked.length - 1];
      if (answer instanceof Error) throw answer;
      return structuredClone(answer);
    },
  };
};
const results = (run) => run.messages.flatMap(({ content }) => content.flatMap(({ toolResult }) => toolResult ?? []));

test("runTools: the model calls a tool of the page, gets its result, and answers", async () => {
  const { endpoint, seen } = place();
  const sent = [];
  const bedrock = client(endpoint, {
    fetch: (url, init) => (sent.push(JSON.parse(new TextDecoder().decode(init.body))), fetch(url, init)),
  });
  const calls = [];
  const events = [];
  const prompt = "please use the tool weather";
  const run = await runTools(bedrock, ask(prompt), {
    tools: [weather((input, context) => (calls.push([input, context.toolUseId]), { degrees: 21 }))],
    onEvent: ({ type, step }) => events.push([type, step]),
  });
  assert.deepEqual(calls[0][0], { city: prompt });
  assert.equal(run.steps, 2);
  assert.equal(run.stopReason, "end_turn");
  assert.deepEqual(
    run.messages.map(({ role, content }) => [role, Object.keys(content[0])[0]]),
    [
      ["user", "text"],
      ["assistant", "toolUse"],
      ["user", "toolResult"],
      ["assistant", "text"],
    ],
  );
  const expected = { toolUseId: calls[0][1], content: [{ json: { degrees: 21 } }], status: "success" };
  assert.deepEqual(results(run), [expected]);
  assert.deepEqual(events, [
    ["message", 1],
    ["toolUse", 1],
    ["toolResult", 1],
    ["message", 2],
  ]);
  assert.deepEqual(sent[1].messages, run.messages.slice(0, 3));
  assert.deepEqual(sent[0].toolConfig.tools[0].toolSpec, {
    name: "weather",
    inputSchema: { json: object({ city: { type: "string" } }) },
  });
  assert.ok(run.usage.totalTokens > 0 && run.usage.outputTokens > run.usage.inputTokens);
  const { attempts } = await seen();
  assert.deepEqual(
    attempts.map(({ signature }) => signature),
    ["ok", "ok"],
  );
});

test("streamTools: the service's events as they come, the same conversation at the end", async () => {
  const { endpoint, until } = place("/pace/1");
  const bedrock = client(endpoint);
  const given = { tools: [weather(() => "sunny")] };
  const prompt = "use the tool weather now";
  const events = await collect(streamTools(bedrock, ask(prompt), given));
  const { run } = events.at(-1);
  const whole = await runTools(bedrock, ask(prompt), given);
  const withoutIds = (messages) =>
    JSON.parse(JSON.stringify(messages, (key, value) => (key === "toolUseId" ? "" : value)));
  assert.deepEqual(withoutIds(run.messages), withoutIds(whole.messages));
  assert.deepEqual(run.usage, whole.usage);
  assert.equal(run.stopReason, "end_turn");
  const streamed = events.filter(({ type }) => type === "stream");
  assert.equal(text(streamed.filter(({ step }) => step === 2).map(({ event }) => event)), run.message.content[0].text);
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type !== "stream"),
    ["message", "toolUse", "toolResult", "message", "done"],
  );
  await until(({ open, attempts }) => !open && attempts.length === 4);
});

test("leaving streamTools ends the request and aborts a tool", async () => {
  const { endpoint, until } = place("/words/500/pace/20");
  for await (const event of streamTools(client(endpoint), ask("Hello"), { tools: [] })) {
    if (event.event?.contentBlockDelta) break;
  }
  const { attempts } = await until(({ open }) => !open);
  assert.equal(attempts[0].responseEnded, "client closed");

  let aborted;
  const hangs = weather((_, { abortSignal }) => {
    aborted = new Promise((resolve) => abortSignal.addEventListener("abort", resolve));
    return new Promise(() => {});
  });
  const events = streamTools(client(place("/pace/0").endpoint), ask("use the tool weather"), { tools: [hangs] });
  while ((await events.next()).value?.type !== "toolUse");
  const pending = assert.rejects(events.next(), { name: "AbortError" });
  while (!aborted) await new Promise((done) => setTimeout(done, 2));
  assert.deepEqual(await events.return(), { value: undefined, done: true });
  await Promise.all([pending, aborted]);
});

test("an abort ends the loop in a tool that hangs, and in the model's answer; the conversation is with the error", async () => {
  const hangs = weather(() => new Promise(() => {}));
  const controller = new AbortController();
  const stand = standIn(said([use("weather", { city: "x" })]));
  const run = runTools(stand, ask("Hello"), {
    tools: [hangs],
    abortSignal: controller.signal,
    onEvent: ({ type }) => type === "toolUse" && setTimeout(() => controller.abort("enough"), 10),
  });
  await assert.rejects(run, (error) => {
    assert.equal(error.name, "AbortError");
    assert.equal(error.cause, "enough");
    assert.equal(error.toolRun.messages.length, 2);
    return true;
  });
  await assert.rejects(runTools(stand, ask("Hello"), { tools: [], abortSignal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  assert.equal(stand.asked.length, 1);

  const { endpoint, until } = place("/words/500/pace/20");
  const soon = new AbortController();
  const events = streamTools(client(endpoint), ask("Hello"), { tools: [], abortSignal: soon.signal });
  await assert.rejects(
    async () => {
      for await (const event of events) if (event.event?.contentBlockDelta) soon.abort();
    },
    { name: "AbortError" },
  );
  await until(({ open, attempts }) => !open && attempts.length === 1);
});

test("errors of tools, unknown tools, wrong input and time are told to the model; ids and order stay", async () => {
  const stand = standIn(
    said([
      { text: "Let me see." },
      use("throws", {}),
      use("nobody", {}),
      use("weather", { city: 3 }),
      use("slow", {}),
      use("blocks", {}),
      use("list", {}),
      use("nothing", {}),
      use("refuses", {}),
    ]),
    said([{ text: "done" }], "end_turn"),
  );
  const plain = (name, run) => tool({ name, inputSchema: object({}), run });
  const errors = [];
  const run = await runTools(stand, ask("Hello"), {
    toolTimeout: 20,
    tools: [
      weather(() => assert.fail("ran with a number")),
      plain("throws", () => {
        throw new RangeError("out of range");
      }),
      plain("slow", () => new Promise(() => {})),
      plain("blocks", () => toolResult([{ text: "a" }, { json: { b: 1 } }])),
      plain("list", async () => [1, 2]),
      plain("nothing", () => {}),
      plain("refuses", () => toolResult([{ text: "not today" }], "error")),
    ],
    onEvent: (event) => event.type === "toolResult" && event.error && errors.push(event.toolUse.name),
  });
  const told = Object.fromEntries(results(run).map((result) => [result.toolUseId.slice(3), result]));
  assert.deepEqual(Object.keys(told), ["throws", "nobody", "weather", "slow", "blocks", "list", "nothing", "refuses"]);
  assert.deepEqual(told.throws.content, [{ text: "RangeError: out of range" }]);
  assert.match(told.nobody.content[0].text, /no tool nobody.*weather, throws, slow/);
  assert.match(told.weather.content[0].text, /^The input does not fit .*\n\/city: .*number.*string/);
  assert.match(told.slow.content[0].text, /longer than 20 ms/);
  for (const name of ["throws", "nobody", "weather", "slow", "refuses"]) assert.equal(told[name].status, "error", name);
  assert.deepEqual(errors.sort(), ["nobody", "slow", "throws", "weather"]);
  assert.deepEqual(told.blocks.content, [{ text: "a" }, { json: { b: 1 } }]);
  assert.deepEqual(told.list.content, [{ text: "[1,2]" }]);
  assert.deepEqual(told.nothing.content, [{ text: "(no output)" }]);
  assert.deepEqual(run.messages.at(-1).content, [{ text: "done" }]);
});

test("describeError chooses the words; checkInput: false lets everything through as it came", async () => {
  const input = { city: 3, more: { deep: [null, { a: true }] } };
  let got;
  const stand = standIn(said([use("weather", input)]), said([{ text: "done" }], "end_turn"));
  const run = await runTools(stand, ask("Hello"), {
    checkInput: false,
    describeError: (error, { name }) => `${name} failed (${error.code})`,
    tools: [
      weather((given) => {
        got = given;
        throw Object.assign(new Error("a secret"), { code: 7 });
      }),
    ],
  });
  assert.deepEqual(got, input);
  assert.deepEqual(results(run)[0].content, [{ text: "weather failed (7)" }]);
  assert.deepEqual(stand.asked[1].input.messages[1].content[0].toolUse.input, input);
});

test("calls of one answer run at once, or as many as told; the service's own tools are left alone", async () => {
  for (const [parallel, most] of [
    [undefined, 4],
    [true, 4],
    [2, 2],
    [false, 1],
  ]) {
    let running = 0;
    let peak = 0;
    const names = ["a", "b", "c", "d"];
    const stand = standIn(
      said([use("search", { q: 1 }, { type: "server_tool_use" }), ...names.map((name) => use(name, {}))]),
      said([{ text: "done" }], "end_turn"),
    );
    const run = await runTools(stand, ask("Hello"), {
      parallel,
      tools: ["search", ...names].map((name, at) =>
        tool({
          name,
          inputSchema: object({}),
          async run() {
            assert.notEqual(name, "search");
            peak = Math.max(peak, ++running);
            await new Promise((done) => setTimeout(done, 10 - 2 * at));
            running--;
            return name;
          },
        }),
      ),
    });
    assert.equal(peak, most, `parallel: ${parallel}`);
    assert.deepEqual(
      results(run).map(({ content }) => content[0].text),
      names,
    );
    assert.equal(run.messages[1].content[0].toolUse.type, "server_tool_use");
  }
  // With nothing but the service's own there is nothing to run: no turning in circles.
  const alone = standIn(said([use("search", {}, { type: "server_tool_use" })]));
  assert.equal((await runTools(alone, ask("Hello"), { tools: [] })).steps, 1);
});

test("limits end the loop with the conversation, which a new run takes on", async () => {
  const answers = () => [
    said([use("weather", { city: "a" })]),
    said([use("weather", { city: "b" })]),
    said([{ text: "done" }], "end_turn"),
  ];
  const given = { tools: [weather(({ city }) => city)] };
  let error;
  await assert.rejects(runTools(standIn(...answers()), ask("Hello"), { ...given, maxSteps: 2 }), (thrown) => {
    error = thrown;
    assert.equal(thrown.name, "ToolLimitError");
    assert.ok(thrown instanceof tools.ToolLimitError && thrown instanceof outcrop.OutcropError);
    assert.equal(thrown.toolRun.messages.length, 4);
    return true;
  });
  const rest = standIn(...answers().slice(2));
  const run = await runTools(rest, { modelId, messages: error.toolRun.messages }, given);
  assert.deepEqual(
    results(run).map(({ content }) => content[0].text),
    ["a", "b"],
  );
  assert.equal(rest.asked.length, 1);
  await assert.rejects(runTools(standIn(...answers()), ask("Hello"), { ...given, maxToolCalls: 1 }), {
    name: "ToolLimitError",
    message: /1 calls of tools/,
  });
});

test("an answer that was cut runs no tool; an error of the service keeps the conversation", async () => {
  for (const reason of ["max_tokens", "guardrail_intervened", "malformed_tool_use"]) {
    const run = await runTools(standIn(said([use("weather", {})], reason)), ask("Hello"), {
      tools: [weather(() => assert.fail("ran"))],
    });
    assert.equal(run.stopReason, reason);
  }
  // Some models say so beside their calls.
  const run = await runTools(
    standIn(said([use("weather", { city: "a" })], "end_turn"), said([], "end_turn")),
    ask("Hello"),
    { tools: [weather(() => "x")] },
  );
  assert.equal(run.steps, 2);
  assert.equal(run.messages.length, 3);
  assert.deepEqual(run.message, { role: "assistant", content: [] });

  const refused = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
  await assert.rejects(
    runTools(standIn(said([use("weather", { city: "a" })]), refused), ask("Hello"), { tools: [weather(() => "x")] }),
    (error) => {
      assert.equal(error, refused);
      assert.equal(error.toolRun.messages.length, 3);
      return true;
    },
  );
});

test("the caller's own toolConfig and call options stay", async () => {
  const stand = standIn(said([{ text: "done" }], "end_turn"));
  const system = { systemTool: { name: "nova_grounding" } };
  await runTools(
    stand,
    { ...ask("Hello"), toolConfig: { tools: [system], toolChoice: { auto: {} } } },
    { tools: [weather(() => "x")], headers: { "x-a": "b" }, region: "eu-west-1" },
  );
  const [{ input, options }] = stand.asked;
  assert.deepEqual(input.toolConfig.tools[0], system);
  assert.equal(input.toolConfig.tools.length, 2);
  assert.deepEqual(input.toolConfig.toolChoice, { auto: {} });
  assert.deepEqual([options.headers, options.region], [{ "x-a": "b" }, "eu-west-1"]);
  assert.deepEqual(Object.keys(options).sort(), ["abortSignal", "headers", "region"]);
  await assert.rejects(runTools(stand, ask("Hello"), { tools: [weather(), weather()] }), { who: "caller" });
  await assert.rejects(runTools(stand, ask("Hello"), { tools: [{ name: "a", inputSchema: "text", run() {} }] }), {
    who: "caller",
    message: /no JSON Schema/,
  });
});

test("a stream's message has every kind of block, as Converse would have told it", async () => {
  const events = [
    { messageStart: { role: "assistant" } },
    { contentBlockDelta: { delta: { reasoningContent: { text: "Let " } }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { reasoningContent: { text: "me think" } }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { reasoningContent: { signature: "sig" } }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { reasoningContent: { redactedContent: Uint8Array.of(1) } }, contentBlockIndex: 1 } },
    { contentBlockDelta: { delta: { reasoningContent: { redactedContent: Uint8Array.of(2) } }, contentBlockIndex: 1 } },
    { contentBlockDelta: { delta: { text: "Hel" }, contentBlockIndex: 2 } },
    { contentBlockDelta: { delta: { text: "lo" }, contentBlockIndex: 2 } },
    { contentBlockDelta: { delta: { citation: { title: "T" } }, contentBlockIndex: 2 } },
    { contentBlockStart: { start: { toolUse: { toolUseId: "1", name: "n" } }, contentBlockIndex: 3 } },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a":' } }, contentBlockIndex: 3 } },
    { contentBlockDelta: { delta: { toolUse: { input: "[1]}" } }, contentBlockIndex: 3 } },
    { contentBlockStart: { start: { toolUse: { toolUseId: "2", name: "empty" } }, contentBlockIndex: 4 } },
    { contentBlockStart: { start: { toolUse: { toolUseId: "3", name: "cut" } }, contentBlockIndex: 5 } },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a' } }, contentBlockIndex: 5 } },
    { contentBlockStart: { start: { toolResult: { toolUseId: "1", status: "success" } }, contentBlockIndex: 6 } },
    { contentBlockDelta: { delta: { toolResult: [{ text: "a" }] }, contentBlockIndex: 6 } },
    { contentBlockDelta: { delta: { toolResult: [{ text: "b" }, { json: { c: 1 } }] }, contentBlockIndex: 6 } },
    { contentBlockStart: { start: { image: { format: "png" } }, contentBlockIndex: 7 } },
    { contentBlockDelta: { delta: { image: { source: { bytes: Uint8Array.of(3) } } }, contentBlockIndex: 7 } },
    { contentBlockDelta: { delta: { novelty: { x: 1 } }, contentBlockIndex: 9 } },
    { contentBlockStop: { contentBlockIndex: 9 } },
    { messageStop: { stopReason: "max_tokens" } },
    { metadata: { usage } },
  ];
  const stand = {
    converseStream: async () => ({
      stream: (async function* () {
        yield* events;
      })(),
      $metadata: {},
    }),
  };
  const { run } = (await collect(streamTools(stand, ask("Hello"), { tools: [] }))).at(-1);
  assert.equal(run.stopReason, "max_tokens");
  assert.deepEqual(run.usage, usage);
  assert.deepEqual(run.message.content, [
    { reasoningContent: { reasoningText: { text: "Let me think", signature: "sig" } } },
    { reasoningContent: { redactedContent: Uint8Array.of(1, 2) } },
    { citationsContent: { content: [{ text: "Hello" }], citations: [{ title: "T" }] } },
    { toolUse: { toolUseId: "1", name: "n", input: { a: [1] } } },
    { toolUse: { toolUseId: "2", name: "empty", input: {} } },
    { toolUse: { toolUseId: "3", name: "cut", input: '{"a' } },
    { toolResult: { toolUseId: "1", status: "success", content: [{ text: "ab" }, { json: { c: 1 } }] } },
    { image: { format: "png", source: { bytes: Uint8Array.of(3) } } },
    { novelty: { x: 1 } },
  ]);
});

const person = object(
  {
    name: { type: "string", minLength: 1 },
    age: { type: "integer" },
    tags: { type: "array", items: { $ref: "#/$defs/tag" } },
  },
  { required: ["name", "age"], additionalProperties: false, $defs: { tag: { enum: ["a", "b"] } } },
);

test("structured: a tool that must be called, at the emulator", async () => {
  const { endpoint, seen } = place();
  const prompt = "use the tool answer";
  const { value, outputs } = await structured(client(endpoint), ask(prompt), object({ city: { type: "string" } }));
  assert.deepEqual(value, { city: prompt });
  assert.equal(outputs.length, 1);
  assert.equal((await seen()).attempts.length, 1);
});

test("structured: what does not fit goes back once, with the places", async () => {
  const right = { name: "Ada", age: 36, tags: ["a"] };
  const wrong = { age: "36", tags: ["a", "c"], extra: 1 };
  const stand = standIn(said([use("person", wrong)]), said([use("person", right)]));
  const { value, messages: all } = await structured(stand, ask("Hello"), person, {
    name: "person",
    description: "One.",
  });
  assert.deepEqual(value, right);
  assert.equal(all.length, 4);
  const [{ toolResult: told }] = stand.asked[1].input.messages[2].content;
  assert.equal(told.status, "error");
  assert.equal(told.toolUseId, "id-person");
  for (const part of ["/age", "/tags/1", "extra", '"name"'])
    assert.ok(told.content[0].text.includes(part), told.content[0].text);
  assert.deepEqual(stand.asked[0].input.toolConfig, {
    tools: [{ toolSpec: { name: "person", description: "One.", inputSchema: { json: person } } }],
    toolChoice: { tool: { name: "person" } },
  });

  const never = standIn(said([use("answer", wrong)]), said([use("answer", { name: "", age: 1.5 })]));
  await assert.rejects(structured(never, ask("Hello"), person), (error) => {
    assert.equal(error.name, "StructuredOutputError");
    assert.ok(error instanceof outcrop.OutcropError);
    assert.deepEqual(error.misfits.map(({ path, keyword }) => [path, keyword]).sort(), [
      ["/age", "type"],
      ["/name", "minLength"],
    ]);
    assert.deepEqual(error.value, { name: "", age: 1.5 });
    assert.equal(error.outputs.length, 2);
    assert.equal(error.messages.length, 4);
    return true;
  });
  const once = standIn(said([use("answer", wrong)]));
  await assert.rejects(structured(once, ask("Hello"), person, { repairs: 0 }), { name: "StructuredOutputError" });
});

test("structured: outputConfig, whose text is the JSON", async () => {
  const right = { name: "Ada", age: 36 };
  const stand = standIn(
    said([{ text: "I would say" }], "end_turn"),
    said([{ text: JSON.stringify(right) }], "end_turn"),
  );
  const { value } = await structured(stand, { ...ask("Hello"), outputConfig: { effort: "low" } }, person, {
    via: "outputConfig",
    name: "person",
  });
  assert.deepEqual(value, right);
  const [{ input }, again] = stand.asked;
  assert.equal(input.toolConfig, undefined);
  assert.deepEqual(input.outputConfig, {
    effort: "low",
    textFormat: { type: "json_schema", structure: { jsonSchema: { schema: JSON.stringify(person), name: "person" } } },
  });
  assert.match(again.input.messages[2].content[0].text, /not JSON/);
});

test("structured: cut, refused and stopped answers are not asked again; other calls get their results", async () => {
  for (const reason of ["max_tokens", "content_filtered", "guardrail_intervened"]) {
    const stand = standIn(said([use("answer", { name: "A", age: 1 })], reason));
    await assert.rejects(structured(stand, ask("Hello"), person), {
      name: "StructuredOutputError",
      stopReason: reason,
    });
    assert.equal(stand.asked.length, 1);
  }
  const stand = standIn(said([use("other", {}), use("more", {})]), said([use("answer", { name: "A", age: 1 })]));
  const own = { toolConfig: { tools: [{ toolSpec: { name: "other", inputSchema: { json: {} } } }] } };
  await structured(stand, { ...ask("Hello"), ...own }, person, { toolChoice: "any" });
  assert.deepEqual(stand.asked[0].input.toolConfig.toolChoice, { any: {} });
  assert.deepEqual(
    stand.asked[1].input.messages.at(-1).content.map(({ toolResult: { toolUseId } }) => toolUseId),
    ["id-other", "id-more"],
  );
});

test("schemas: drafts by name, frozen ones untouched, wrong ones the caller's", async () => {
  const fits = async (schema, value) => {
    const stand = standIn(said([use("answer", value)]));
    return structured(stand, ask("Hello"), schema, { repairs: 0 }).then(
      () => true,
      (error) => (error.name === "StructuredOutputError" ? false : Promise.reject(error)),
    );
  };
  const tuple = { items: [{ type: "number" }], type: "array" };
  assert.equal(await fits({ $schema: "http://json-schema.org/draft-07/schema#", ...tuple }, ["x"]), false);
  assert.equal(await fits({ type: "array", prefixItems: [{ type: "number" }] }, ["x"]), false);
  assert.equal(await fits({ type: "array", prefixItems: [{ type: "number" }] }, [1, "x"]), true);
  const frozen = Object.freeze({ type: "object", properties: Object.freeze({ a: Object.freeze({ type: "null" }) }) });
  assert.equal(await fits(frozen, { a: null }), true);
  assert.equal(await fits(frozen, { a: 0 }), false);
  await assert.rejects(fits({ properties: { a: { $ref: "#/nowhere" } } }, { a: 1 }), { who: "caller" });
  await assert.rejects(
    fits(() => {}, {}),
    { who: "caller", message: /no JSON Schema/ },
  );
});

test("nothing is compiled: it works where code from strings is forbidden", () => {
  const script = `
    const { structured } = await import(${JSON.stringify(file("dist/tools.js"))});
    const converse = async () => ({ output: { message: { role: "assistant", content: [{ toolUse: { toolUseId: "1", name: "answer", input: { a: 1 } } }] } }, stopReason: "tool_use" });
    const { value } = await structured({ converse }, { modelId: "m", messages: [] }, { type: "object", properties: { a: { type: "number", multipleOf: 1 } } });
    let forbidden = false;
    try { new Function("1") } catch { forbidden = true }
    console.log(JSON.stringify([value, forbidden]));`;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script];
  assert.deepEqual(JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" })), [{ a: 1 }, true]);
});

test("the validator is in tools.js alone, with its licence, and the package needs nothing at run time", () => {
  const dist = join(app, "node_modules/outcrop/dist");
  const has = readdirSync(dist).filter(
    (name) => name.endsWith(".js") && /required property/.test(readFileSync(join(dist, name), "utf8")),
  );
  assert.deepEqual(has, ["tools.js"]);
  assert.match(readFileSync(join(dist, "tools.js"), "utf8"), /@cfworker\/json-schema in it: MIT License/);
  const { dependencies } = JSON.parse(readFileSync(join(app, "node_modules/outcrop/package.json"), "utf8"));
  assert.equal(dependencies, undefined);
});

const bytesOf = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : part)));
const png = bytesOf("\x89PNG\r\n\x1a\n", [0, 0]);

test("blocks from bytes, blobs, files, paths and S3: format by type, name or beginning", async () => {
  const { imageBlock, documentBlock, videoBlock, cachePoint } = tools;
  const formats = async (make, ...sources) =>
    Promise.all(sources.map(async (source) => Object.values(await make(...source))[0].format));
  assert.deepEqual(
    await formats(
      imageBlock,
      [png],
      [png.buffer],
      [bytesOf([0xff, 0xd8, 0xff, 0xe0])],
      [bytesOf("GIF89a")],
      [bytesOf("RIFF", [1, 2, 3, 4], "WEBP")],
      [new Blob(["x"], { type: "image/jpeg" })],
      [new File(["x"], "a.b.JPG")],
      ["s3://bucket/key.webp"],
      [bytesOf([1]), { format: "gif" }],
    ),
    ["png", "png", "jpeg", "gif", "webp", "jpeg", "jpeg", "webp", "gif"],
  );
  assert.deepEqual(
    await formats(
      documentBlock,
      [bytesOf("%PDF-1.7")],
      [new File(["a,b"], "table.csv")],
      [new File(["x"], "x", { type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document" })],
      [new Blob(["x"], { type: "text/plain;charset=utf-8" })],
      [new Blob(["x"], { type: "text/markdown" })],
      [new File(["x"], "notes.md")],
      [bytesOf("<!DOCTYPE html>")],
      [new File(["x"], "sheet.xlsx")],
    ),
    ["pdf", "csv", "docx", "txt", "md", "md", "html", "xlsx"],
  );
  assert.deepEqual(
    await formats(
      videoBlock,
      [bytesOf([0, 0, 0, 24], "ftypisom")],
      [bytesOf([0, 0, 0, 20], "ftypqt  ")],
      [bytesOf([0, 0, 0, 20], "ftyp3gp5")],
      [bytesOf([0x1a, 0x45, 0xdf, 0xa3, 0x9f], "B\x82\x84webm")],
      [bytesOf([0x1a, 0x45, 0xdf, 0xa3, 0x9f], "B\x82\x88matroska")],
      [new Blob(["x"], { type: "video/3gpp" })],
      ["s3://bucket/film.mov"],
    ),
    ["mp4", "mov", "three_gp", "webm", "mkv", "three_gp", "mov"],
  );
  await assert.rejects(imageBlock(bytesOf("what")), { who: "caller", message: /no image format.*give \{ format \}/ });
  await assert.rejects(imageBlock(new File(["x"], "a.pdf")), { message: /a\.pdf/ });
  await assert.rejects(imageBlock(7), { who: "caller" });
  await assert.rejects(imageBlock(new URL("https://example.com/a.png")), { message: /fetch it/ });
  await assert.rejects(imageBlock("nowhere/a.png"), { who: "caller", message: /cannot be read: nowhere/ });

  const path = join(app, "Über die Größe_v1.2 (final).png");
  writeFileSync(path, png);
  for (const source of [path, pathToFileURL(path)]) {
    assert.deepEqual((await imageBlock(source)).image.source.bytes, png);
  }
  assert.deepEqual(await imageBlock("s3://b/k.png", { bucketOwner: "123456789012" }), {
    image: { format: "png", source: { s3Location: { uri: "s3://b/k.png", bucketOwner: "123456789012" } } },
  });
  for (const source of [path, pathToFileURL(path)]) {
    const { document } = await documentBlock(source, { format: "pdf", context: "read it", citations: true });
    assert.equal(document.name, "Uber die Gro-e-v1-2 (final)");
    assert.deepEqual([document.context, document.citations], ["read it", { enabled: true }]);
  }
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined;
  try {
    await assert.rejects(imageBlock(path), { who: "caller", message: /no files to be read here/ });
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
  assert.deepEqual(cachePoint(), { cachePoint: { type: "default" } });
  assert.deepEqual(cachePoint("1h"), { cachePoint: { type: "default", ttl: "1h" } });
});

test("a document's name is what the API takes", async () => {
  const { documentName, documentBlock } = tools;
  // AWS's API reference, DocumentBlock: alphanumerics, single whitespace, hyphens, parentheses, square brackets.
  const taken = /^(?!.*\s\s)[A-Za-z0-9\s\-()[\]]{1,200}$/;
  for (const name of [
    "a.b.c",
    "  many   spaces\t\n",
    "日本語",
    "x".repeat(300),
    "",
    ".hidden",
    "a/b\\c",
    "ok [1] (2)",
  ]) {
    assert.match(documentName(name), taken, JSON.stringify(name));
  }
  assert.equal(documentName("ok [1] (2)"), "ok [1] (2)");
  assert.equal(documentName("日本語"), "document");
  assert.equal(
    (await documentBlock(new File(["x"], "../up/Report 2024.final.txt"))).document.name,
    "Report 2024-final",
  );
});

test("an image that a helper made reaches the service as base64", async () => {
  const { endpoint } = place();
  let sent;
  const bedrock = client(endpoint, { fetch: (url, init) => ((sent = init.body), fetch(url, init)) });
  const content = [...messages[0].content, await tools.imageBlock(png), tools.cachePoint()];
  await bedrock.converse({ modelId, messages: [{ role: "user", content }] });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(sent)).messages[0].content.slice(1), [
    { image: { format: "png", source: { bytes: Buffer.from(png).toString("base64") } } },
    { cachePoint: { type: "default" } },
  ]);
});
