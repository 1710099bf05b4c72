// A Worker that asks a model and sends its words on while they come, as server-sent events. It takes a conversation as
// JSON, `{"messages": [{"role": "user", "text": "…"}]}`, at POST /chat, and refuses everything else, clients that ask too
// often, and texts that are too long. It keeps nothing.

import { BedrockRuntime, fromEnv } from "outcrop";
import { toResponse } from "outcrop/models";
import { conversation, Refused } from "./conversation.js";

export default {
  async fetch(request, env) {
    try {
      return await chat(request, env);
    } catch (error) {
      if (error instanceof Refused) return told(error.status, error.message, error.headers);
      // Neither name nor message holds a credential, a header or a body.
      console.error(`${error.name}: ${error.message}`);
      // The service's "too many requests" stays that; for all else, whom the Worker asked has failed.
      return told(error.$metadata?.httpStatusCode === 429 ? 429 : 502, error.name);
    }
  },
};

async function chat(request, env) {
  if (new URL(request.url).pathname !== "/chat") throw new Refused(404, "there is only /chat");
  const messages = await conversation(request);
  // Who is behind one address shares its limit; a Worker whose users sign in takes their name for the key.
  const { success } = await env.LIMIT.limit({ key: request.headers.get("cf-connecting-ip") ?? "nobody" });
  if (!success) throw new Refused(429, "too many questions: wait a minute", { "retry-after": "60" });

  // A client for each request: what one request fetches, workerd does not give to another.
  const bedrock = new BedrockRuntime({
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME || undefined,
    credentials: fromEnv(env),
  });
  // It resolves with the model's first word: until then a failure can still become a status.
  const answer = await bedrock.converseStream(
    { modelId: env.MODEL_ID, messages, inferenceConfig: { maxTokens: Number(env.MAX_TOKENS) } },
    { abortSignal: request.signal },
  );
  // When the client leaves, the stream ends, and with it the request to the model: nothing more is paid for.
  return toResponse(answer);
}

const told = (status, error, headers) => Response.json({ error }, { status, headers });
