// A worker that answers with Bedrock's events as server-sent ones, with its words alone, or with the whole message.
// What it is asked for is in the path; the client's options and the words come as JSON.
import { BedrockRuntime } from "outcrop";
import { collect, texts, toResponse } from "outcrop/models";

export default {
  async fetch(request) {
    const { options, prompt } = await request.json();
    const { stream } = await new BedrockRuntime(options).converseStream({
      modelId: "anthropic.claude-3-haiku-20240307-v1:0",
      messages: [{ role: "user", content: [{ text: prompt }] }],
    });
    const { pathname } = new URL(request.url);
    if (pathname === "/whole") return Response.json(await collect(stream));
    return toResponse(pathname === "/words" ? texts(stream) : stream, { headers: { "x-own": "1" } });
  },
};
