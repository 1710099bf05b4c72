// The edge route: asks a model and sends its words on while they come, as server-sent events. It takes a conversation as
// JSON, `{"messages": [{"role": "user", "text": "…"}]}`, and refuses everything else, and texts that are too long. It keeps
// nothing.

import { BedrockRuntime, fromEnv } from "outcrop";
import { toResponse } from "outcrop/models";
import { conversation, Refused } from "./conversation.js";

export const runtime = "edge";

/** Tokens of one answer at most: what a question can cost. */
const MAX_TOKENS = 1000;

export async function POST(request) {
  try {
    const messages = await conversation(request);
    const bedrock = new BedrockRuntime({
      region: process.env.AWS_REGION ?? "us-east-1",
      endpoint: process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME || undefined,
      credentials: fromEnv(process.env),
    });
    const modelId = process.env.MODEL_ID ?? "anthropic.claude-3-haiku-20240307-v1:0";
    // It resolves with the model's first word: until then a failure can still become a status.
    const answer = await bedrock.converseStream(
      { modelId, messages, inferenceConfig: { maxTokens: MAX_TOKENS } },
      { abortSignal: request.signal },
    );
    // When the client leaves, the stream ends, and with it the request to the model: nothing more is paid for.
    return toResponse(answer);
  } catch (error) {
    if (error instanceof Refused) return told(error.status, error.message);
    // Neither name nor message holds a credential, a header or a body.
    console.error(`${error.name}: ${error.message}`);
    // The service's "too many requests" stays that; for all else, whom the route asked has failed.
    return told(error.$metadata?.httpStatusCode === 429 ? 429 : 502, error.name);
  }
}

const told = (status, error) => Response.json({ error }, { status });
