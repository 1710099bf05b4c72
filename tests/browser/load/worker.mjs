// Does a task of tasks.mjs in a module worker. Told `stream`, it tells of a stream's events one by one instead, for as
// long as it lives.

import { perform } from "./tasks.mjs";

const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];

addEventListener("message", async ({ data: [name, ...given] }) => {
  if (name !== "stream") return postMessage(await perform(name, ...given));
  const [entry, options] = given;
  const { BedrockRuntime } = await import(entry);
  const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
  const { stream } = await new BedrockRuntime(options).converseStream({ modelId, messages });
  for await (const event of stream) postMessage(event);
});
