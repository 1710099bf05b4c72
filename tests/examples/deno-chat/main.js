// A server for `deno serve` and Deno Deploy that asks a model and sends its words to the page that it serves, as
// server-sent events. It takes a conversation as JSON, `{"messages": [{"role": "user", "text": "…"}]}`, at POST /chat, and
// refuses everything else, clients that ask too often, and texts that are too long. It keeps how often each address asked
// in the last minute, and nothing else.

import { BedrockRuntime, fromEnv } from "outcrop";
import { toResponse } from "outcrop/models";
import { conversation, Refused } from "./conversation.js";

/** Tokens of one answer at most: what a question can cost. */
const MAX_TOKENS = 1000;
/** Questions of one address in a minute, in this process: Deno Deploy may run several, each with its own count. */
const QUESTIONS = 10;
const MINUTE = 60_000;

const env = (name) => Deno.env.get(name) || undefined;
const modelId = env("MODEL_ID") ?? "anthropic.claude-3-haiku-20240307-v1:0";
// One for all requests: it keeps the clock's offset and the quota of retries.
const bedrock = new BedrockRuntime({
  region: env("AWS_REGION") ?? "us-east-1",
  endpoint: env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
  credentials: fromEnv(Deno.env.toObject()),
});

/** The page's files: no other can be asked for. */
const files = new Map();
for (const [path, type] of [
  ["/index.html", "text/html; charset=utf-8"],
  ["/chat.js", "text/javascript; charset=utf-8"],
  ["/answer.js", "text/javascript; charset=utf-8"],
  ["/chat.css", "text/css; charset=utf-8"],
])
  files.set(path, { bytes: await Deno.readFile(new URL(`public${path}`, import.meta.url)), type });
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

export default {
  async fetch(request, { remoteAddr }) {
    try {
      const { pathname } = new URL(request.url);
      if (pathname === "/chat") return await chat(request, remoteAddr.hostname ?? "");
      const file = files.get(pathname === "/" ? "/index.html" : pathname);
      if (!file || request.method !== "GET") throw new Refused(404, "there is only the page and /chat");
      return new Response(file.bytes, { headers: { ...headers, "content-type": file.type } });
    } catch (error) {
      if (error instanceof Refused) return told(error.status, error.message, error.headers);
      // Neither name nor message holds a credential, a header or a body.
      console.error(`${error.name}: ${error.message}`);
      // The service's "too many requests" stays that; for all else, whom the server asked has failed.
      return told(error.$metadata?.httpStatusCode === 429 ? 429 : 502, error.name);
    }
  },
};

async function chat(request, address) {
  const messages = await conversation(request);
  if (!allowed(address)) throw new Refused(429, "too many questions: wait a minute", { "retry-after": "60" });
  // It resolves with the model's first word: until then a failure can still become a status.
  const answer = await bedrock.converseStream(
    { modelId, messages, inferenceConfig: { maxTokens: MAX_TOKENS } },
    { abortSignal: request.signal },
  );
  // When the client leaves, the stream ends, and with it the request to the model: nothing more is paid for.
  return toResponse(answer);
}

let minute = 0;
const asked = new Map();

/** Counts a question; whether it is still one of those that an address may ask in this minute. */
function allowed(address) {
  const now = Math.floor(Date.now() / MINUTE);
  // With each minute all counts begin anew, so none is kept for who does not come back.
  if (now !== minute) asked.clear();
  minute = now;
  const count = (asked.get(address) ?? 0) + 1;
  asked.set(address, count);
  return count <= QUESTIONS;
}

const told = (status, error, more) => Response.json({ error }, { status, headers: more });
