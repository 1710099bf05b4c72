// What is tried in every host that is not Node's test runner itself: a page and a worker import this beside
// the package, run a check and send home what happened. Nothing here asserts; the tests at home do.

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];
const body = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 100,
  messages: [{ role: "user", content: "Tell me about granite" }],
};

const decoded = (chunk) => JSON.parse(new TextDecoder().decode(chunk.bytes));

/** One call of each operation, and what came back. */
export async function operations({ BedrockRuntime }, options) {
  const bedrock = new BedrockRuntime(options);
  const converse = await bedrock.converse({ modelId, messages });
  const conversed = [];
  for await (const event of (await bedrock.converseStream({ modelId, messages })).stream) conversed.push(event);
  const invoked = await bedrock.invokeModel({ modelId, body });
  const chunks = [];
  for await (const { chunk } of (await bedrock.invokeModelWithResponseStream({ modelId, body })).body)
    chunks.push(decoded(chunk));
  return {
    Converse: converse.output.message.content[0].text,
    ConverseStream: conversed.map((event) => event.contentBlockDelta?.delta.text ?? "").join(""),
    usage: conversed.at(-1).metadata.usage,
    InvokeModel: invoked.body.json().content[0].text,
    InvokeModelWithResponseStream: chunks.map((chunk) => chunk.delta?.text ?? "").join(""),
    metrics: chunks.at(-1)["amazon-bedrock-invocationMetrics"],
    requestIds: [converse, invoked].map(({ $metadata }) => $metadata.requestId),
  };
}

/** A stream that is aborted after five events, while the next is awaited. */
export async function abort({ BedrockRuntime }, options) {
  const controller = new AbortController();
  const bedrock = new BedrockRuntime(options);
  let events = 0;
  let at;
  try {
    const { stream } = await bedrock.converseStream({ modelId, messages }, { abortSignal: controller.signal });
    for await (const _ of stream) {
      events += 1;
      if (events !== 5) continue;
      // From a task of its own, as a click would.
      setTimeout(() => {
        at = Date.now();
        controller.abort();
      }, 0);
    }
    return { events, error: "none" };
  } catch (error) {
    return { events, error: error.name, at };
  }
}

/** A stream whose loop is left after five events. */
export async function leave({ BedrockRuntime }, options) {
  const { stream } = await new BedrockRuntime(options).converseStream({ modelId, messages });
  let events = 0;
  for await (const _ of stream) {
    events += 1;
    if (events === 5) break;
  }
  return { events, at: Date.now() };
}

let armed = 0;

/**
 * Puts itself between the package and its wasm, so that its decoding can be made to trap. To be called
 * before the package makes its first instance.
 */
export function bugWebAssembly() {
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(Instance, [module, imports]) {
      const { exports } = new Instance(module, imports);
      const run = (kind, pointer, length) => {
        // From 3 on the lowest three bits say that a stream is to be decoded.
        const trapping = armed > 0 && (kind & 7) > 2;
        if (trapping) armed -= 1;
        // 65,520 bytes from the end of what 32 bits can address: far outside any memory that an instance has.
        return exports.run(kind, trapping ? 0xffff0010 : pointer, length);
      };
      return { exports: { ...exports, run } };
    },
  });
}

/** Three streams at once; the wasm traps in the middle of one of them; then one more call. */
export async function trap({ BedrockRuntime }, options) {
  const bedrock = new BedrockRuntime(options);
  let begun = 0;
  let trapsLeft = 1;
  const one = async () => {
    let text = "";
    let events = 0;
    try {
      for await (const event of (await bedrock.converseStream({ modelId, messages })).stream) {
        text += event.contentBlockDelta?.delta.text ?? "";
        events += 1;
        if (events === 5) begun += 1;
        // All three are in their middle: the next call, whosesoever, gets a pointer outside the memory, and so does
        // its second try on a fresh instance.
        if (begun === 3 && trapsLeft > 0) {
          trapsLeft -= 1;
          armed = 2;
        }
      }
      return { text, events, error: "none" };
    } catch (error) {
      return { text, events, error: error.name, who: error.who, cause: error.cause?.constructor.name };
    }
  };
  // A promise that stays pending must become an answer too: 20 s is ten times what the streams take.
  const timers = [];
  const late = () =>
    new Promise((resolve) => timers.push(setTimeout(resolve, 20_000, { error: "still pending after 20 s" })));
  const streams = await Promise.all([one(), one(), one()].map((stream) => Promise.race([stream, late()])));
  // A program would not end before them.
  timers.map((timer) => clearTimeout(timer));
  const { output } = await bedrock.converse({ modelId, messages });
  return { streams, fired: trapsLeft === 0 && armed === 0, next: output.message.content[0].text };
}
