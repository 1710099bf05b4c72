// One conversation of ChatBedrockConverse, whatever client it stands on: what came of each call, to be compared. It
// uses nothing of Node's, so that a worker runs it too.

import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";

export const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const PROMPT = "use the tool get_weather";

const plain = ({ content, tool_calls, usage_metadata, response_metadata: { stopReason, messageStop } }) => ({
  content,
  toolCalls: tool_calls.map(({ name, args }) => ({ name, args })),
  usage: usage_metadata,
  stopReason: stopReason ?? messageStop?.stopReason,
});

async function whole(stream) {
  let message;
  let chunks = 0;
  for await (const chunk of stream) {
    message = message ? concat(message, chunk) : chunk;
    chunks++;
  }
  return { ...plain(message), chunks };
}

/** `fields` make a model; `slow` make one whose answers take long. */
export async function conversation(ChatBedrockConverse, fields, slow) {
  const model = new ChatBedrockConverse({
    model: modelId,
    maxRetries: 0,
    defaultHeaders: { "x-team": "granite" },
    ...fields,
  });
  const invoked = plain(await model.invoke("Tell me about granite"));
  const streamed = await whole(await model.stream("Tell me about granite"));

  const withTools = model.bindTools([weather]);
  const call = await withTools.invoke([new HumanMessage(PROMPT)]);
  const [{ id, name, args }] = call.tool_calls;
  const result = new ToolMessage({ tool_call_id: id, content: `21 degrees for ${name}(${args.city})` });
  const answered = plain(await withTools.invoke([new HumanMessage(PROMPT), call, result]));
  const callStreamed = await whole(await withTools.stream([new HumanMessage(PROMPT)]));

  const refused = await new ChatBedrockConverse({ ...fields, model: "nobody.model", maxRetries: 0 })
    .invoke("Hello")
    .then(
      () => "taken",
      ({ name, $fault, $metadata }) => ({ name, $fault, status: $metadata?.httpStatusCode }),
    );

  const controller = new AbortController();
  let pieces = 0;
  let ended = "to its end";
  try {
    // The library leaves the timer of its own limit running after an abort, whatever the client.
    const long = new ChatBedrockConverse({ model: modelId, maxRetries: 0, streamIdleTimeout: 0, ...slow });
    for await (const _ of await long.stream("Tell me everything", { signal: controller.signal })) {
      if (++pieces === 5) controller.abort();
    }
  } catch (error) {
    ended = error.name;
  }
  return {
    same: { invoked, streamed, call: plain(call), answered, callStreamed, refused },
    aborted: { ended, few: pieces < 50 },
  };
}
