// Reads an answer of `toResponse` while it comes. It throws if the answer ends with neither `end` nor `error`: half an
// answer is never taken for a whole one.

/** The events of a streamed answer, `{event, data}`; an `error` is thrown. Leaving the loop ends the request. */
export async function* events(response) {
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}));
    throw new Error(error ?? `HTTP status ${response.status}`);
  }
  let text = "";
  for await (const chunk of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const [, event, json] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      // A comment, which keeps the connection alive.
      if (!event) continue;
      const data = JSON.parse(json);
      if (event === "end") return;
      if (event === "error") throw new Error(`${data.name}: ${data.message}`);
      yield { event, data };
    }
  }
  throw new Error("the answer was cut off");
}

/** Safari's streams cannot be looped over. */
async function* chunks(stream) {
  const reader = stream.getReader();
  try {
    for (let read; !(read = await reader.read()).done; ) yield read.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
