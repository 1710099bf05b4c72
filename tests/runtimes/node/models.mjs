// `outcrop/models` over every recorded exchange and over streams made up here. What is expected of a recording is read
// out of its JSON by pointers written by hand for each family, and out of its events, which others' decoders read.
//
// It is long because it holds a way of its own to read each family.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { client, emulator, file, messages, modelId, outcrop, place, recordings } from "./context.mjs";

const { claudeText, collect, deepseek, llama2, llama3, mistral, textOf, textOfChunk, texts, toResponse } = await import(
  file("dist/models.js")
);

const records = recordings
  .flatMap((path) => readFileSync(path, "utf8").split("\n"))
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .filter(({ operation, response }) => /^(Converse|InvokeModel)/.test(operation) && response.status === 200);
if (!records.length) test("recorded texts", { skip: "1 skipped: no ../shared/vectors" }, () => {});

const payload = (event) => (typeof event.payload === "string" ? JSON.parse(event.payload) : event.payload);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const last = (values) => values.filter((value) => value !== null && value !== undefined).at(-1);
/** Without what is null or undefined; nothing if nothing is left. */
const told = (object) => {
  const entries = Object.entries(object).filter(([, value]) => value !== null && value !== undefined);
  return entries.length ? Object.fromEntries(entries) : undefined;
};
const plain = (value) => JSON.parse(JSON.stringify(value));

// [texts, stop reason, input tokens, output tokens, more of the usage], family by family.
const claude = (body) =>
  "completion" in body
    ? [[body.completion], body.stop_reason]
    : [
        [body.content.map((block) => block.text ?? "").join("")],
        body.stop_reason,
        body.usage?.input_tokens,
        body.usage?.output_tokens,
        {
          cacheReadInputTokens: body.usage?.cache_read_input_tokens,
          cacheWriteInputTokens: body.usage?.cache_creation_input_tokens,
        },
      ];
const llama = (body) => [[body.generation], body.stop_reason, body.prompt_token_count, body.generation_token_count];
const WHOLE = {
  "ai21-j2": ({ prompt, completions }) => [
    completions.map(({ data }) => data.text),
    completions[0].finishReason.reason,
    prompt.tokens.length,
    sum(completions.map(({ data }) => data.tokens.length)),
  ],
  "ai21-jamba": ({ choices, usage }) => [
    choices.map(({ message }) => message.content),
    choices[0].finish_reason,
    usage.prompt_tokens,
    usage.completion_tokens,
    { totalTokens: usage.total_tokens },
  ],
  "claude-3+": claude,
  "claude-instant-text": claude,
  "claude-v2-text": claude,
  "cohere-command": ({ generations }) => [generations.map(({ text }) => text), generations[0].finish_reason],
  "cohere-command-r": ({ text, finish_reason }) => [[text], finish_reason],
  "cohere-embed": () => [[]],
  "cohere-rerank": () => [[]],
  llama2: llama,
  llama3: llama,
  mistral: ({ outputs }) => [outputs.map(({ text }) => text), outputs[0].stop_reason],
  nova: ({ output, stopReason, usage }) => [
    [output.message.content.map((block) => block.text ?? "").join("")],
    stopReason,
    usage.inputTokens,
    usage.outputTokens,
    {
      totalTokens: usage.totalTokens,
      cacheReadInputTokens: usage.cacheReadInputTokenCount,
      cacheWriteInputTokens: usage.cacheWriteInputTokenCount,
    },
  ],
  "titan-embed": ({ inputTextTokenCount }) => [[], undefined, inputTextTokenCount],
  "titan-text": ({ results, inputTextTokenCount }) => [
    results.map(({ outputText }) => outputText),
    results[0].completionReason,
    inputTextTokenCount,
    sum(results.map(({ tokenCount }) => tokenCount)),
  ],
};

// [[generation, piece] …, stop reason, input tokens, output tokens, more of the usage], out of all chunks.
const zeroth = (pieces) => pieces.map((piece) => [0, piece ?? ""]);
const STREAMED = {
  "ai21-jamba": (chunks) => [
    chunks.flatMap(({ choices }) => choices ?? []).map(({ index, delta }) => [index, delta.content ?? ""]),
    last(chunks.map(({ choices }) => choices?.[0]?.finish_reason)),
    last(chunks.map(({ usage }) => usage?.prompt_tokens)),
    last(chunks.map(({ usage }) => usage?.completion_tokens)),
    { totalTokens: last(chunks.map(({ usage }) => usage?.total_tokens)) },
  ],
  claude: (chunks) =>
    chunks.some((chunk) => "completion" in chunk)
      ? [zeroth(chunks.map(({ completion }) => completion)), last(chunks.map(({ stop_reason }) => stop_reason))]
      : [
          zeroth(chunks.filter(({ delta }) => delta?.type === "text_delta").map(({ delta }) => delta.text)),
          last(chunks.map(({ delta }) => delta?.stop_reason)),
          chunks.find(({ type }) => type === "message_start").message.usage.input_tokens,
          last(chunks.map(({ type, usage }) => (type === "message_delta" ? usage.output_tokens : undefined))),
          {
            cacheReadInputTokens: chunks[0].message.usage.cache_read_input_tokens,
            cacheWriteInputTokens: chunks[0].message.usage.cache_creation_input_tokens,
          },
        ],
  "cohere-command": (chunks) => [
    chunks.filter(({ text }) => text !== undefined).map(({ index = 0, text }) => [index, text]),
    last(chunks.map(({ finish_reason }) => finish_reason)),
  ],
  "cohere-command-r": (chunks) => [
    zeroth(chunks.filter(({ event_type }) => event_type === "text-generation").map(({ text }) => text)),
    last(chunks.map(({ finish_reason, response }) => finish_reason ?? response?.finish_reason)),
  ],
  llama: (chunks) => [
    zeroth(chunks.map(({ generation }) => generation)),
    last(chunks.map(({ stop_reason }) => stop_reason)),
    last(chunks.map(({ prompt_token_count }) => prompt_token_count)),
    last(chunks.map(({ generation_token_count }) => generation_token_count)),
  ],
  mistral: (chunks) => [
    zeroth(chunks.map(({ outputs }) => outputs?.[0]?.text)),
    last(chunks.map(({ outputs }) => outputs?.[0]?.stop_reason)),
  ],
  nova: (chunks) => [
    zeroth(chunks.map(({ contentBlockDelta }) => contentBlockDelta?.delta.text).filter((piece) => piece !== undefined)),
    last(chunks.map(({ messageStop }) => messageStop?.stopReason)),
    last(chunks.map(({ metadata }) => metadata?.usage.inputTokens)),
    last(chunks.map(({ metadata }) => metadata?.usage.outputTokens)),
    {
      cacheReadInputTokens: last(chunks.map(({ metadata }) => metadata?.usage.cacheReadInputTokenCount)),
      cacheWriteInputTokens: last(chunks.map(({ metadata }) => metadata?.usage.cacheWriteInputTokenCount)),
    },
  ],
  "titan-text": (chunks) => [
    zeroth(chunks.map(({ outputText }) => outputText)),
    last(chunks.map(({ completionReason }) => completionReason)),
    last(chunks.map(({ inputTextTokenCount }) => inputTextTokenCount)),
    last(chunks.map(({ totalOutputTextTokenCount }) => totalOutputTextTokenCount)),
  ],
};
for (const family of ["claude-3+", "claude-v2-text", "claude-instant-text"]) STREAMED[family] = STREAMED.claude;
for (const family of ["llama2", "llama3"]) STREAMED[family] = STREAMED.llama;

/** An answer's usage as Bedrock's own metrics tell it. */
const counted = (metrics = {}) => ({
  inputTokens: metrics.inputTokenCount,
  outputTokens: metrics.outputTokenCount,
  cacheReadInputTokens: metrics.cacheReadInputTokenCount,
  cacheWriteInputTokens: metrics.cacheWriteInputTokenCount,
});

/** What the emulator sees when the request has ended. */
const closed = ({ attempts, open }) =>
  open === 0 && attempts.every(({ responseEnded }) => responseEnded === "client closed");

/** A stream as a client gives it, that tells how often it was read and whether it was left. */
function fake(events, { fails, hangs } = {}) {
  const state = { reads: 0, left: 0 };
  let at = 0;
  let release;
  const stream = {
    state,
    async next() {
      state.reads++;
      if (state.left) return { value: undefined, done: true };
      if (at < events.length) return { value: events[at++], done: false };
      if (fails) throw fails;
      if (hangs) {
        return new Promise((done) => {
          release = () => done({ value: undefined, done: true });
        });
      }
      return { value: undefined, done: true };
    },
    async return() {
      state.left++;
      release?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
const chunk = (value) => ({ chunk: { bytes: bytes(value) } });

// A model's name must not matter to what is found: only to where it is looked for first.
const NAMES = (model) => [model, "arn:aws:bedrock:us-east-1:1:application-inference-profile/1arbu5hu2sjr", undefined];

const replayed = (record) => {
  const key = createHash("sha256").update(record.id).digest("hex").slice(0, 16);
  const bedrock = client(`${emulator.address}/pace/0/replay/${key}/node`, { maxAttempts: 1 });
  const { body, uri } = record.request;
  const model = decodeURIComponent(/\/model\/(.+)\/[a-z-]+$/.exec(uri)[1]);
  const json = body.json ?? JSON.parse(body.text ?? Buffer.from(body.base64, "base64").toString());
  return { bedrock, input: { modelId: model, ...json }, body: { modelId: model, body: JSON.stringify(json) } };
};

let generations = 0;
for (const record of records) {
  const { family, id, model, operation, response } = record;
  // Ids that were made up, or that name a family no model of which is read here.
  if (family === "other") continue;

  if (operation === "InvokeModel") {
    test(`textOf ${id}`, () => {
      const body = response.body.json;
      const [expected, stopReason, inputTokens, outputTokens, more] = WHOLE[family](body);
      for (const name of NAMES(model)) {
        for (const form of [body, bytes(body), JSON.stringify(body), { body: bytes(body), contentType: "x" }]) {
          const found = textOf(name, form);
          assert.deepEqual(found.texts, expected);
          assert.equal(found.text, expected[0] ?? "");
          assert.equal(found.stopReason, stopReason);
          assert.deepEqual(found.usage, told({ inputTokens, outputTokens, ...more }));
        }
      }
      // What the service itself counted, where it says so.
      const header = (name) => Object.entries(response.headers).find(([key]) => key.toLowerCase() === name)?.[1];
      const input = header("x-amzn-bedrock-input-token-count");
      const output = header("x-amzn-bedrock-output-token-count");
      const { usage } = textOf(model, body);
      if (input && usage?.inputTokens !== undefined) assert.equal(usage.inputTokens, Number(input));
      if (output && usage?.outputTokens !== undefined) assert.equal(usage.outputTokens, Number(output));
      generations += expected.length;
    });
  }

  if (operation === "Converse") {
    test(`textOf ${id}`, () => {
      const body = response.body.json;
      const found = textOf(model, body);
      assert.equal(found.text, body.output.message.content.map((block) => block.text ?? "").join(""));
      assert.equal(found.stopReason, body.stopReason);
      for (const name of ["inputTokens", "outputTokens", "totalTokens"]) {
        assert.equal(found.usage?.[name], body.usage?.[name] ?? undefined);
      }
      assert.equal(found.metrics?.latencyMs, body.metrics?.latencyMs);
      generations++;
    });
  }

  const broken = response.events?.find(({ message_type }) => message_type !== "event");
  if (operation === "InvokeModelWithResponseStream" && !broken) {
    test(`collect ${id}`, async () => {
      const chunks = response.events.map((event) => event.chunk);
      const [pieces, stopReason, inputTokens, outputTokens, more] = STREAMED[family](chunks);
      const expected = [];
      for (const [index, piece] of pieces) expected[index] = (expected[index] ?? "") + piece;
      const metrics = last(chunks.map((one) => one["amazon-bedrock-invocationMetrics"]));
      const usage = { ...told(counted(metrics)), ...told({ inputTokens, outputTokens, ...more }) };

      const { body } = await replayed(record).bedrock.invokeModelWithResponseStream(replayed(record).body);
      const found = await collect(body);
      assert.deepEqual(found.texts, expected);
      assert.equal(found.text, expected[0] ?? "");
      assert.equal(found.stopReason, stopReason);
      assert.deepEqual(found.usage, usage);
      assert.deepEqual(
        found.metrics,
        metrics && { latencyMs: metrics.invocationLatency, firstByteLatencyMs: metrics.firstByteLatency },
      );
      for (const name of NAMES(model)) {
        const all = [];
        for (const one of chunks) {
          for (const form of [one, chunk(one), bytes(one)]) {
            const found = textOfChunk(name, form);
            if (form === one) all[found.index] = (all[found.index] ?? "") + found.text;
            else assert.deepEqual(found, textOfChunk(name, one));
          }
        }
        assert.equal(all[0], expected[0] ?? "");
        for (const at of expected.keys()) assert.equal(all[at], expected[at]);
      }
      let text = "";
      for await (const piece of texts(fake(chunks.map(chunk)))) text += piece;
      assert.equal(text, expected[0] ?? "");
      generations += expected.length;
    });
  }

  if (operation === "ConverseStream" && !broken) {
    test(`collect ${id}`, async () => {
      // Block by block, out of the recorded payloads.
      const blocks = [];
      const end = {};
      for (const event of response.events) {
        const { contentBlockIndex: at, start, delta, p, ...rest } = payload(event);
        if (start?.toolUse) blocks[at] = { toolUse: { ...start.toolUse, input: "" } };
        if (delta?.text !== undefined) blocks[at] = { text: (blocks[at]?.text ?? "") + delta.text };
        if (delta?.toolUse) blocks[at].toolUse.input += delta.toolUse.input;
        if (/messageStop|metadata/.test(event.event_type)) Object.assign(end, rest);
      }
      for (const { toolUse } of blocks) if (toolUse) toolUse.input = JSON.parse(toolUse.input || "{}");

      const { bedrock, input } = replayed(record);
      const found = await collect(await bedrock.converseStream(input));
      const { output, text, texts: all, reasoning, ...rest } = found;
      assert.deepEqual(plain(output), { message: { role: "assistant", content: blocks } });
      assert.equal(text, blocks.map((block) => block.text ?? "").join(""));
      assert.deepEqual(plain(rest), end);
      assert.equal(reasoning, undefined);
      // It is what `textOf` reads, as an answer of Converse is.
      assert.equal(textOf(model, found).text, text);
      generations += all.length;
    });
  }
}
if (records.length) {
  test("recordings of most families were read", () => {
    // 189 recordings have a text; half of them would be a sign that none is read.
    assert.ok(generations > 150, `${generations} generations`);
  });
}

/** The value with parts of it gone, or something else: the same for the same seed. */
function spoiled(value, seed) {
  const next = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed >> 8;
  };
  const odd = JSON.parse(
    '[null,5,-1,4000000000,"x",true,[],{},[null],{"text":1},{"__proto__":{"polluted":1}},{"toolUse":{"input":"{"}}]',
  );
  const walk = (value) => {
    if (next() % 12 === 0) return odd[next() % odd.length];
    if (Array.isArray(value)) return value.map(walk);
    if (!value || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(() => next() % 25)
        .map(([name, item]) => [name, walk(item)]),
    );
  };
  return walk(value);
}

test("spoiled recordings are read as far as they go, or are AnswerErrors", {
  skip: records.length ? false : "1 skipped: no ../shared/vectors",
}, async () => {
  const tried = async (read) => {
    try {
      await read();
    } catch (error) {
      assert.equal(error.name, "AnswerError", error.stack);
    }
  };
  let seed = 0;
  for (const { model, response } of [...records, ...records, ...records]) {
    if (response.body?.json) {
      const body = spoiled(response.body.json, ++seed);
      await tried(() => textOf(model, body));
      await tried(() => textOf(undefined, bytes(body)));
    }
    // 20 events: what comes later is of the same kinds.
    const events = (response.events ?? []).slice(0, 20).map((event) => {
      const value = spoiled(event.chunk ?? payload(event), ++seed);
      return event.chunk ? chunk(value) : { [event.event_type]: value };
    });
    await tried(() => collect(fake(events)));
    await tried(async () => {
      for await (const piece of texts(fake(events))) assert.equal(typeof piece, "string");
    });
    for (const event of events) await tried(() => textOfChunk(model, event));
    const last = (await sent(toResponse(fake(events)))).at(-1);
    assert.deepEqual(last, ["end", {}]);
  }
  assert.equal({}.polluted, undefined);
});

test("textOf: what no recording has", () => {
  const r1 = textOf("us.deepseek.r1-v1:0", { choices: [{ text: "I think</think>\n4", stop_reason: "stop" }] });
  assert.deepEqual(r1, { text: "I think</think>\n4", texts: ["I think</think>\n4"], stopReason: "stop" });
  assert.deepEqual(
    textOf("mistral.mistral-large-2407-v1:0", {
      choices: [
        { index: 0, message: { role: "assistant", content: null, tool_calls: [] }, stop_reason: "tool_calls" },
        { index: 1, message: { content: [{ type: "text", text: "a" }, { text: "b" }] } },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    }),
    {
      text: "",
      texts: ["", "ab"],
      stopReason: "tool_calls",
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    },
  );
  const thinking = {
    type: "message",
    content: [
      { type: "thinking", thinking: "Hm.", signature: "s" },
      { type: "redacted_thinking", data: "x" },
      { type: "text", text: "Four" },
      { type: "tool_use", id: "1", name: "n", input: { text: "not this" } },
      { type: "text", text: "." },
    ],
    stop_reason: "end_turn",
  };
  assert.deepEqual(textOf("anthropic.claude-sonnet-4-20250514-v1:0", thinking), {
    text: "Four.",
    texts: ["Four."],
    reasoning: "Hm.",
    stopReason: "end_turn",
  });
  const cited = {
    output: {
      message: {
        content: [
          { reasoningContent: { reasoningText: { text: "Hm.", signature: "s" } } },
          { reasoningContent: {} },
          { text: "It says " },
          { citationsContent: { content: [{ text: "so" }, { text: "." }], citations: [] } },
        ],
      },
    },
    stopReason: "end_turn",
    usage: { inputTokens: 1, outputTokens: -2, totalTokens: "3", cacheReadInputTokens: 1.5 },
    metrics: { latencyMs: 9 },
  };
  assert.deepEqual(textOf("x", cited), {
    text: "It says so.",
    texts: ["It says so."],
    reasoning: "Hm.",
    stopReason: "end_turn",
    usage: { inputTokens: 1 },
    metrics: { latencyMs: 9 },
  });
  const billed = {
    text: "a",
    finish_reason: "COMPLETE",
    meta: { billed_units: { input_tokens: 4, output_tokens: 5 } },
  };
  assert.deepEqual(textOf("cohere.command-r-v1:0", billed).usage, { inputTokens: 4, outputTokens: 5 });
  for (const none of [{}, null, undefined, [], { results: [{ relevance_score: 1 }] }, { images: ["x"] }, 5, true]) {
    assert.deepEqual(textOf("amazon.titan-text-lite-v1", none), { text: "", texts: [] });
    assert.deepEqual(textOfChunk("amazon.titan-text-lite-v1", none), { text: "", index: 0 });
  }
  const odd = {
    results: [{ outputText: 5 }, null, { outputText: "a", completionReason: 7 }],
    inputTextTokenCount: "x",
  };
  assert.deepEqual(textOf("amazon.titan-text-lite-v1", odd), { text: "", texts: ["", "", "a"] });
  for (const broken of ["{", new Uint8Array([0xff]), new ArrayBuffer(0)]) {
    assert.throws(() => textOf("x", broken), { name: "AnswerError", who: "aws" });
  }
  assert.throws(() => textOf("x", "{"), outcrop.AnswerError);
});

test("textOfChunk: Bedrock's metrics fill in what the model does not tell", () => {
  const metrics = { inputTokenCount: 1, outputTokenCount: 2, invocationLatency: 3, firstByteLatency: 4 };
  const end = { "amazon-bedrock-invocationMetrics": metrics };
  assert.deepEqual(textOfChunk("x", { outputs: [{ text: "a", stop_reason: "stop" }], ...end }), {
    text: "a",
    index: 0,
    stopReason: "stop",
    usage: { inputTokens: 1, outputTokens: 2 },
    metrics: { latencyMs: 3, firstByteLatencyMs: 4 },
  });
  const own = { generation: "", generation_token_count: 9, prompt_token_count: null, stop_reason: "stop", ...end };
  assert.deepEqual(textOfChunk("meta.llama3-8b-instruct-v1:0", own).usage, { inputTokens: 1, outputTokens: 9 });
});

test("collect: every kind of block of a ConverseStream", async () => {
  const at = (contentBlockIndex, delta) => ({ contentBlockDelta: { contentBlockIndex, delta } });
  const start = (contentBlockIndex, start) => ({ contentBlockStart: { contentBlockIndex, start } });
  const location = { documentChar: { documentIndex: 0, start: 1, end: 2 } };
  const stream = fake([
    { messageStart: { role: "assistant" } },
    at(0, { reasoningContent: { text: "Let me " } }),
    at(0, { reasoningContent: { text: "see." } }),
    at(0, { reasoningContent: { signature: "sig" } }),
    at(1, { reasoningContent: { redactedContent: new Uint8Array([1]) } }),
    at(1, { reasoningContent: { redactedContent: new Uint8Array([2, 3]) } }),
    at(2, { text: "It says" }),
    at(2, { citation: { title: "A", sourceContent: [{ text: "so" }], location } }),
    at(2, { text: " so." }),
    at(2, { citation: { title: "B" } }),
    start(3, { toolUse: { toolUseId: "1", name: "weather" } }),
    // Blocks may come side by side.
    start(4, { toolUse: { toolUseId: "2", name: "time", type: "server_tool_use" } }),
    at(3, { toolUse: { input: '{"ci' } }),
    at(3, { toolUse: { input: 'ty":"Bern"}' } }),
    { contentBlockStop: { contentBlockIndex: 3 } },
    start(5, { toolResult: { toolUseId: "2", status: "success" } }),
    at(5, { toolResult: [{ text: "no" }] }),
    at(5, { toolResult: [{ text: "on" }, { json: { hour: 12 } }] }),
    start(6, { image: { format: "png" } }),
    at(6, { image: { source: { bytes: new Uint8Array([1, 2]) } } }),
    at(6, { image: { source: { bytes: new Uint8Array([3]) } } }),
    at(7, { laterKind: { words: "a" } }),
    at(7, { laterKind: { words: "b" } }),
    start(8, { toolUse: { toolUseId: "3", name: "cut" } }),
    at(8, { toolUse: { input: '{"a":' } }),
    { messageStop: { stopReason: "tool_use", additionalModelResponseFields: { x: 1 } } },
    { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 4 }, trace: {} } },
  ]);
  assert.deepEqual(await collect({ stream, $metadata: {} }), {
    output: {
      message: {
        role: "assistant",
        content: [
          { reasoningContent: { reasoningText: { text: "Let me see.", signature: "sig" } } },
          { reasoningContent: { redactedContent: new Uint8Array([1, 2, 3]) } },
          {
            citationsContent: {
              content: [{ text: "It says so." }],
              citations: [{ title: "A", sourceContent: [{ text: "so" }], location }, { title: "B" }],
            },
          },
          { toolUse: { toolUseId: "1", name: "weather", input: { city: "Bern" } } },
          { toolUse: { toolUseId: "2", name: "time", type: "server_tool_use", input: {} } },
          { toolResult: { toolUseId: "2", status: "success", content: [{ text: "noon" }, { json: { hour: 12 } }] } },
          { image: { format: "png", source: { bytes: new Uint8Array([1, 2, 3]) } } },
          { laterKind: { words: "ab" } },
          { toolUse: { toolUseId: "3", name: "cut", input: '{"a":' } },
        ],
      },
    },
    stopReason: "tool_use",
    additionalModelResponseFields: { x: 1 },
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    metrics: { latencyMs: 4 },
    trace: {},
    text: "It says so.",
    texts: ["It says so."],
    reasoning: "Let me see.",
  });
});

test("collect: Claude's and Nova's chunks are put together", async () => {
  const block = (index, content_block) => ({ type: "content_block_start", index, content_block });
  const delta = (index, delta) => ({ type: "content_block_delta", index, delta });
  const claude = await collect({
    body: fake(
      [
        {
          type: "message_start",
          message: { id: "m", type: "message", content: [], stop_reason: null, usage: { input_tokens: 7 } },
        },
        block(0, { type: "thinking", thinking: "", signature: "" }),
        { type: "ping" },
        delta(0, { type: "thinking_delta", thinking: "Let me " }),
        delta(0, { type: "thinking_delta", thinking: "see." }),
        delta(0, { type: "signature_delta", signature: "sig" }),
        { type: "content_block_stop", index: 0 },
        block(1, { type: "text", text: "" }),
        delta(1, { type: "text_delta", text: "It says" }),
        delta(1, { type: "citations_delta", citation: { cited_text: "so" } }),
        delta(1, { type: "text_delta", text: " so." }),
        { type: "content_block_stop", index: 1 },
        block(2, { type: "tool_use", id: "1", name: "weather", input: {} }),
        delta(2, { type: "input_json_delta", partial_json: "" }),
        delta(2, { type: "input_json_delta", partial_json: '{"city":' }),
        delta(2, { type: "input_json_delta", partial_json: '"Bern"}' }),
        { type: "content_block_stop", index: 2 },
        {
          type: "message_delta",
          delta: { stop_reason: "tool_use", stop_sequence: null },
          usage: { output_tokens: 130 },
        },
        {
          type: "message_stop",
          "amazon-bedrock-invocationMetrics": { inputTokenCount: 7, outputTokenCount: 98, invocationLatency: 5 },
        },
      ].map(chunk),
    ),
  });
  assert.deepEqual(claude, {
    text: "It says so.",
    texts: ["It says so."],
    reasoning: "Let me see.",
    stopReason: "tool_use",
    // Bedrock's own count leaves the tool's input out: the model's stands.
    usage: { inputTokens: 7, outputTokens: 130 },
    metrics: { latencyMs: 5 },
    answer: {
      id: "m",
      type: "message",
      content: [
        { type: "thinking", thinking: "Let me see.", signature: "sig" },
        { type: "text", text: "It says so.", citations: [{ cited_text: "so" }] },
        { type: "tool_use", id: "1", name: "weather", input: { city: "Bern" } },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: { input_tokens: 7, output_tokens: 130 },
    },
  });
  const nova = await collect(
    fake(
      [
        { messageStart: { role: "assistant" } },
        { contentBlockDelta: { delta: { text: "In" }, contentBlockIndex: 0 } },
        { contentBlockStop: { contentBlockIndex: 0 } },
        { contentBlockDelta: { delta: { text: " Bern" }, contentBlockIndex: 1 } },
        { contentBlockStart: { start: { toolUse: { toolUseId: "1", name: "weather" } }, contentBlockIndex: 2 } },
        { contentBlockDelta: { delta: { toolUse: { input: '{"city":"Bern"}' } }, contentBlockIndex: 2 } },
        { messageStop: { stopReason: "tool_use" } },
        { metadata: { usage: { inputTokens: 1, outputTokens: 2 }, metrics: {}, trace: {} } },
      ].map(chunk),
    ),
  );
  assert.deepEqual(nova.answer, {
    output: {
      message: {
        role: "assistant",
        content: [{ text: "In Bern" }, { toolUse: { toolUseId: "1", name: "weather", input: { city: "Bern" } } }],
      },
    },
    stopReason: "tool_use",
    usage: { inputTokens: 1, outputTokens: 2 },
  });
  assert.equal(nova.text, "In Bern");
});

test("collect: several generations, and none", async () => {
  const cohere = await collect(
    fake(
      [
        { index: 1, is_finished: false, text: "b" },
        { index: 0, is_finished: false, text: "a" },
        { index: 1, is_finished: false, text: "B" },
        { index: 1, is_finished: true, finish_reason: "MAX_TOKENS" },
        { index: 0, is_finished: true, finish_reason: "COMPLETE" },
      ].map(chunk),
    ),
  );
  assert.deepEqual(cohere, { text: "a", texts: ["a", "bB"], stopReason: "COMPLETE" });
  const far = fake([chunk({ index: 4_000_000_000, is_finished: false, text: "b" })]);
  assert.deepEqual(await collect(far), { text: "", texts: [] });
  assert.deepEqual(await collect(fake([])), { text: "", texts: [] });
  assert.deepEqual(await collect(fake([chunk({ unheard: "of" })])), { text: "", texts: [] });
});

test("collect and texts: the stream's error is theirs, and a chunk that is no JSON ends the stream", async () => {
  const own = new Error("own");
  const one = chunk({ outputText: "a" });
  await assert.rejects(collect(fake([one], { fails: own })), own);
  await assert.rejects(async () => {
    for await (const piece of texts(fake([one], { fails: own }))) assert.equal(piece, "a");
  }, own);
  for (const read of [collect, (stream) => texts(stream).next()]) {
    const stream = fake([{ chunk: { bytes: new Uint8Array([0x7b]) } }, one]);
    await assert.rejects(read(stream), { name: "AnswerError" });
    assert.equal(stream.state.left, 1);
  }
});

test("texts: leaving it leaves the stream, at once", async () => {
  const event = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } };
  const broken = fake([event, event, event]);
  for await (const piece of texts(broken)) {
    assert.equal(piece, "a");
    break;
  }
  assert.deepEqual(broken.state, { reads: 1, left: 1 });

  // While a read is pending.
  const silent = fake([{ messageStart: { role: "assistant" } }], { hangs: true });
  const pieces = texts({ stream: silent });
  const read = pieces.next();
  await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(await pieces.return(), { value: undefined, done: true });
  assert.deepEqual(await read, { value: undefined, done: true });

  const own = new Error("own");
  const thrown = fake([event]);
  await assert.rejects(texts(thrown).throw(own), own);
  assert.equal(thrown.state.left, 1);

  // Only the first generation, and no reasoning.
  const several = [
    { index: 1, is_finished: false, text: "b" },
    { index: 0, is_finished: false, text: "a" },
  ].map(chunk);
  const found = [];
  for await (const piece of texts(fake(several))) found.push(piece);
  for await (const piece of texts(fake([{ contentBlockDelta: { delta: { reasoningContent: { text: "x" } } } }]))) {
    found.push(piece);
  }
  assert.deepEqual(found, ["a"]);

  const at = place("/words/60/pace/5000");
  const { stream } = await client(at.endpoint).converseStream({ modelId, messages });
  const spoken = texts(stream);
  const first = spoken.next();
  await spoken.return();
  await first;
  await at.until(closed);
});

/** The events of a text/event-stream body: a parser of its own, after WHATWG's "interpreting an event stream". */
function* parse(body) {
  let name = "message";
  let data = [];
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (data.length) yield [name, data.join("\n")];
      name = "message";
      data = [];
      continue;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
}
const sent = async (response) => [...parse(await response.text())].map(([name, data]) => [name, JSON.parse(data)]);

test("toResponse: events, chunks and texts as server-sent events", async () => {
  const events = [
    { messageStart: { role: "assistant" } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a\n\ndata: b\r\nevent: x\u2028é" } } },
    { contentBlockDelta: { delta: { reasoningContent: { redactedContent: new Uint8Array([1, 2, 3]) } } } },
    { metadata: { usage: { inputTokens: 1 } } },
  ];
  const response = toResponse({ stream: fake(events) });
  assert.ok(response instanceof Response);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.match(response.headers.get("cache-control"), /no-cache/);
  assert.deepEqual(await sent(response), [
    ["messageStart", { role: "assistant" }],
    ["contentBlockDelta", events[1].contentBlockDelta],
    ["contentBlockDelta", { delta: { reasoningContent: { redactedContent: "AQID" } } }],
    ["metadata", { usage: { inputTokens: 1 } }],
    ["end", {}],
  ]);
  // The model's JSON may have line breaks between its members.
  const pretty = { chunk: { bytes: new TextEncoder().encode('{\n  "outputText": "a",\r\n  "index": 0\n}') } };
  assert.deepEqual(await sent(toResponse(fake([pretty]))), [
    ["chunk", { outputText: "a", index: 0 }],
    ["end", {}],
  ]);
  assert.deepEqual(await sent(toResponse(texts(fake([events[1]])))), [
    ["text", events[1].contentBlockDelta.delta.text],
    ["end", {}],
  ]);
  const own = toResponse(fake([]), { status: 201, headers: { "Cache-Control": "no-store", "x-own": "1" } });
  assert.equal(own.status, 201);
  assert.equal(own.headers.get("cache-control"), "no-store");
  assert.equal(own.headers.get("x-own"), "1");
  assert.deepEqual(await sent(own), [["end", {}]]);
  // A name with a line break would be a field of its own.
  assert.deepEqual(await sent(toResponse(fake([{ "a\ndata: b": 1 }]))), [
    ["message", 1],
    ["end", {}],
  ]);
});

test("toResponse: an error is an event, and tells the package's own words only", async () => {
  const one = { messageStart: { role: "assistant" } };
  const truncated = new outcrop.TruncatedStreamError("the stream ended within events", "network", {});
  assert.deepEqual(await sent(toResponse(fake([one], { fails: truncated }))), [
    ["messageStart", { role: "assistant" }],
    ["error", { name: "TruncatedStreamError", message: "the stream ended within events" }],
  ]);
  assert.deepEqual(await sent(toResponse(fake([], { fails: new TypeError("postgres://user:secret@host") }))), [
    ["error", { name: "Error", message: "the stream failed" }],
  ]);
  const endpoint = `${emulator.address}/case/stream-throttled-midway/models`;
  const { stream } = await client(endpoint).converseStream({ modelId, messages });
  const told = await sent(toResponse(stream));
  assert.equal(told.at(-1)[0], "error");
  assert.equal(told.at(-1)[1].name, "ThrottlingException");
});

test("toResponse: it reads as fast as it is read, and stops when the reader does", async () => {
  const stream = fake(Array(1_000).fill({ contentBlockDelta: { delta: { text: "a" } } }));
  const response = toResponse(stream);
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(stream.state.reads, 0, "nothing is asked for, nothing is read");
  const reader = response.body.getReader();
  await reader.read();
  await reader.read();
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(stream.state.reads <= 3, `${stream.state.reads} reads for two`);
  await reader.cancel();
  assert.equal(stream.state.left, 1);

  const silent = fake([], { hangs: true });
  const waiting = toResponse(silent).body.getReader();
  const read = waiting.read();
  await new Promise((done) => setTimeout(done, 5));
  await waiting.cancel();
  assert.equal((await read).done, true);
  assert.equal(silent.state.left, 1);
});

test("toResponse: silence is kept alive by comments, and no event is lost to them", async () => {
  let at = 0;
  const slow = {
    async next() {
      await new Promise((done) => setTimeout(done, 50));
      return at++ < 3 ? { value: `piece ${at}`, done: false } : { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => slow,
  };
  const body = await toResponse(slow, { keepAlive: 20 }).text();
  assert.ok(body.split(": nothing yet\n\n").length > 4, "a comment while nothing comes");
  assert.deepEqual(
    [...parse(body)].map(([name, data]) => [name, JSON.parse(data)]),
    [
      ["text", "piece 1"],
      ["text", "piece 2"],
      ["text", "piece 3"],
      ["end", {}],
    ],
  );
  at = 0;
  assert.doesNotMatch(await toResponse(slow, { keepAlive: 0 }).text(), /nothing yet/);
});

test("toResponse: a browser that goes away ends the request to Bedrock", async () => {
  const at = place("/words/5000/pace/10");
  const server = createServer(async (_, answer) => {
    const { stream } = await client(at.endpoint).converseStream({ modelId, messages });
    const response = toResponse(stream);
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    const reader = response.body.getReader();
    answer.on("close", () => reader.cancel());
    for (let part; !(part = await reader.read()).done; ) answer.write(part.value);
    answer.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const controller = new AbortController();
    const page = await fetch(`http://127.0.0.1:${server.address().port}/`, { signal: controller.signal });
    assert.equal(page.headers.get("content-type"), "text/event-stream");
    const { value } = await page.body.getReader().read();
    assert.match(new TextDecoder().decode(value), /^event: messageStart\ndata: /);
    controller.abort();
    await at.until(closed);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("prompts, to the letter", () => {
  const user = (content) => ({ role: "user", content });
  const assistant = (content) => ({ role: "assistant", content });
  const system = { role: "system", content: "Be brief." };
  assert.equal(claudeText("Hello"), "\n\nHuman: Hello\n\nAssistant:");
  assert.equal(
    claudeText([system, user("Hi"), assistant("Hello"), user("Who?")]),
    "Be brief.\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Who?\n\nAssistant:",
  );
  assert.equal(claudeText([user("Hi"), assistant("Hel")]), "\n\nHuman: Hi\n\nAssistant: Hel");
  assert.equal(llama2("Hello"), "<s>[INST] Hello [/INST]");
  assert.equal(
    llama2([system, user("Hi"), assistant("Hello"), user("Who?")]),
    "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Who? [/INST]",
  );
  assert.equal(llama2([user("Hi"), assistant("Hel")]), "<s>[INST] Hi [/INST] Hel");
  const head = (role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  assert.equal(
    llama3([system, user("Hi"), assistant("Hello"), user("Who?")]),
    `<|begin_of_text|>${head("system")}Be brief.<|eot_id|>${head("user")}Hi<|eot_id|>${head("assistant")}Hello<|eot_id|>` +
      `${head("user")}Who?<|eot_id|>${head("assistant")}`,
  );
  assert.equal(
    llama3([user("Hi"), assistant("Hel")]),
    `<|begin_of_text|>${head("user")}Hi<|eot_id|>${head("assistant")}Hel`,
  );
  assert.equal(
    mistral([system, user("Hi"), assistant("Hello"), user("Who?")]),
    "<s>[INST] Be brief.\n\nHi [/INST] Hello</s>[INST] Who? [/INST]",
  );
  assert.equal(deepseek([system, user("Hi")]), "<｜begin▁of▁sentence｜>Be brief.<｜User｜>Hi<｜Assistant｜><think>\n");
  assert.equal(
    deepseek([user("Hi"), assistant("Hello"), user("Who?")]),
    "<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜>Hello<｜end▁of▁sentence｜><｜User｜>Who?<｜Assistant｜><think>\n",
  );
  for (const write of [claudeText, llama2, llama3, mistral, deepseek]) {
    for (const wrong of [
      [],
      [system],
      [assistant("a")],
      [user("a"), user("b")],
      [user("a"), assistant("b"), assistant("c")],
      [user("a"), system],
      [system, system, user("a")],
      [{ role: "user", content: [{ text: "a" }] }],
    ]) {
      assert.throws(() => write(wrong), { name: "OutcropError", who: "caller" });
    }
  }
  // A recorded prompt of Llama 3 has the same marks.
  const marks = records
    .filter(({ family, request }) => family === "llama3" && request.body?.json?.prompt?.startsWith("<|begin"))
    .map(({ request }) => request.body.json.prompt);
  for (const prompt of marks) {
    const [, said] = /<\|start_header_id\|>user<\|end_header_id\|>\n\n(.*?)<\|eot_id\|>/s.exec(prompt);
    assert.equal(prompt.trimEnd(), llama3(said).trimEnd());
  }
});
