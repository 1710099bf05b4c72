// A service worker that answers `…/ask?options=…` with a model's events as server-sent ones, and nothing else. It
// remembers nothing that a restart would lose: the options come with each request.

import { toResponse } from "./outcrop/dist/models.js";
import { BedrockRuntime } from "./outcrop/dist/web.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function answer(options) {
  try {
    const { stream } = await new BedrockRuntime(options).converseStream({
      modelId: "anthropic.claude-3-haiku-20240307-v1:0",
      messages: [{ role: "user", content: [{ text: "Tell me about granite" }] }],
    });
    return toResponse(stream);
  } catch (error) {
    return new Response(String(error), { status: 500 });
  }
}

addEventListener("fetch", (event) => {
  const { pathname, searchParams } = new URL(event.request.url);
  if (pathname.endsWith("/ask")) event.respondWith(answer(JSON.parse(searchParams.get("options"))));
});
