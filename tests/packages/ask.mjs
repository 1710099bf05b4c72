// What each app asks: one streamed converse, and the text that came. It imports nothing: the app hands it the client's
// class, as its own tool resolved it.

/** The text, and the error's name and message if there was one. */
export async function ask(BedrockRuntime, options) {
  let text = "";
  try {
    const { stream } = await new BedrockRuntime(options).converseStream({
      modelId: "anthropic.claude-3-haiku-20240307-v1:0",
      messages: [{ role: "user", content: [{ text: "Tell me about granite" }] }],
    });
    for await (const event of stream) text += event.contentBlockDelta?.delta.text ?? "";
    return { text };
  } catch ({ name, message }) {
    return { text, name, message };
  }
}
