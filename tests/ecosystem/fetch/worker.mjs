// A worker, and nothing of Node's: the package `openai` with our fetch, whose streamed answer it hands on as it comes;
// bodies, aborts, an event stream. It answers each path with what came of it, as JSON.
import OpenAI from "openai";
import { BedrockRuntime } from "outcrop";
import { events } from "outcrop/event-stream";
import { openaiBaseUrl, presignUrl, runtimeUrl, signedFetch } from "outcrop/sign";

const model = "openai.gpt-oss-20b-1:0";
const messages = [{ role: "user", content: "Hello" }];

const made = {
  async openai(bedrock) {
    const baseURL = await openaiBaseUrl(bedrock);
    const api = new OpenAI({ baseURL, fetch: signedFetch(bedrock), apiKey: "not used", maxRetries: 0 });
    const whole = await api.chat.completions.create({ model, messages });
    let text = "";
    for await (const { choices } of await api.chat.completions.create({ model, messages, stream: true })) {
      text += choices[0]?.delta.content ?? "";
    }
    return [whole.choices[0].message.content, text];
  },
  async once(bedrock) {
    const url = `${await openaiBaseUrl(bedrock)}/chat/completions`;
    const request = new Request(url, { method: "POST", body: JSON.stringify({ model, messages }) });
    const response = await signedFetch(bedrock)(request);
    return [response.status, await response.json()];
  },
  async bodies(bedrock) {
    const send = signedFetch(bedrock);
    const url = `${await openaiBaseUrl(bedrock)}/chat/completions`;
    const text = JSON.stringify({ model, messages });
    const form = new FormData();
    form.set("a", "é");
    const statuses = [];
    for (const body of [text, new TextEncoder().encode(text), new Blob([text]), new Response(text).body, form]) {
      statuses.push((await send(url, { method: "POST", body })).status);
    }
    statuses.push((await fetch(await presignUrl(bedrock, `${await openaiBaseUrl(bedrock)}/models`))).status);
    return statuses;
  },
  async aborted(bedrock) {
    const controller = new AbortController();
    const url = `${await runtimeUrl(bedrock)}/agents/A/agentAliases/B/sessions/C/text`;
    const init = { method: "POST", body: '{"inputText":"Hello"}', signal: controller.signal };
    const response = await signedFetch(bedrock)(url, init);
    let count = 0;
    try {
      for await (const { headers } of events(response)) {
        if (headers[":event-type"] === "chunk" && ++count === 3) controller.abort();
      }
    } catch (error) {
      return [count, error.name];
    }
    return [count, "ended"];
  },
};

export default {
  async fetch(request) {
    try {
      const bedrock = new BedrockRuntime(await request.json());
      return Response.json({ told: await made[new URL(request.url).pathname.slice(1)](bedrock) });
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
