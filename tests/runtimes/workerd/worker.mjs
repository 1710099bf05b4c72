// A worker that has the package's workerd entry: answers checks as JSON, and passes an
// answer of Bedrock's on to its own client while it streams.

import * as outcrop from "outcrop";
import { runCase, unhandled } from "./cases.mjs";
import * as checks from "./checks.mjs";

async function check({ name, args }) {
  if (name === "globals") return { process: typeof process, Buffer: typeof Buffer };
  if (name === "reject") {
    Promise.reject(new Error("nobody handles this one"));
    return {};
  }
  if (name === "inline") {
    // Its module comes as text, and none may be compiled here.
    const { preload, OutcropError } = await import("./dist/inline.js");
    const error = await preload().catch((error) => error);
    return { own: error instanceof OutcropError, who: error.who, code: error.code, message: error.message };
  }
  if (name === "unhandled") return unhandled();
  if (name === "bugWebAssembly") return checks.bugWebAssembly() ?? {};
  return { runCase, ...checks }[name](outcrop, ...args);
}

/** Bedrock's words as a text/plain body. When the client goes away, so does the request to Bedrock. */
async function stream({ options, prompt }) {
  const bedrock = new outcrop.BedrockRuntime(options);
  const { stream } = await bedrock.converseStream({
    modelId: "anthropic.claude-3-haiku-20240307-v1:0",
    messages: [{ role: "user", content: [{ text: prompt }] }],
  });
  const words = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      const { value, done } = await stream.next();
      if (done) return controller.close();
      // An empty chunk asks to be pulled again.
      controller.enqueue(words.encode(value.contentBlockDelta?.delta.text ?? ""));
    },
    cancel: () => stream.return(),
  });
  return new Response(body, { headers: { "content-type": "text/plain;charset=utf-8" } });
}

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/stream") return await stream(await request.json());
      return Response.json(await check(await request.json()));
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
