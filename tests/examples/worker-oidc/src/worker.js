// A Worker that asks a model and sends its words on while they come, as server-sent events, and has no key of AWS's: it
// signs a token of its own, for which STS gives it a role for an hour. It takes a conversation as JSON, `{"messages":
// [{"role": "user", "text": "…"}]}`, at POST /chat, and refuses everything else, clients that ask too often, and texts that
// are too long. It keeps nothing but the role's credentials, in memory.

import { BedrockRuntime, fromWebToken } from "outcrop";
import { toResponse } from "outcrop/models";
import { conversation, Refused } from "./conversation.js";
import { published, token } from "./issuer.js";

export default {
  async fetch(request, env) {
    try {
      const { pathname } = new URL(request.url);
      if (request.method === "GET" && Object.hasOwn(published, pathname))
        // STS keeps it for as long as it likes; others for five minutes.
        return Response.json(await published[pathname](env), { headers: { "cache-control": "max-age=300" } });
      if (pathname !== "/chat") throw new Refused(404, "there is only /chat");
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
  const messages = await conversation(request);
  // Who is behind one address shares its limit; a Worker whose users sign in takes their name for the key.
  const { success } = await env.LIMIT.limit({ key: request.headers.get("cf-connecting-ip") ?? "nobody" });
  if (!success) throw new Refused(429, "too many questions: wait a minute", { "retry-after": "60" });

  const bedrock = new BedrockRuntime({
    region: env.AWS_REGION,
    endpoint: env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME || undefined,
    credentials: await credentials(env),
  });
  // It resolves with the model's first word: until then a failure can still become a status.
  const answer = await bedrock.converseStream(
    { modelId: env.MODEL_ID, messages, inferenceConfig: { maxTokens: Number(env.MAX_TOKENS) } },
    { abortSignal: request.signal },
  );
  // When the client leaves, the stream ends, and with it the request to the model: nothing more is paid for.
  return toResponse(answer);
}

/** Milliseconds before their end at which credentials are fetched anew. */
const EARLY = 5 * 60_000;
let kept;

/**
 * The role's credentials, for all requests of this instance. It keeps the credentials and not a promise of them: workerd
 * ties a promise to the request that made it, and another that waited for it could wait for ever. At worst two requests
 * fetch them at once.
 */
async function credentials(env) {
  if (kept && kept.expiration.getTime() - Date.now() > EARLY) return kept;
  kept = await fromWebToken({
    roleArn: env.ROLE_ARN,
    roleSessionName: "chat",
    // Seconds: the longest that a role allows unless its MaxSessionDuration says otherwise.
    durationSeconds: 3600,
    webIdentityToken: () => token(env),
    clientConfig: { region: env.AWS_REGION, endpoint: env.AWS_ENDPOINT_URL_STS || undefined },
  })();
  return kept;
}

const told = (status, error, headers) => Response.json({ error }, { status, headers });
