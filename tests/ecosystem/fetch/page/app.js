// What a page has in it: the package `openai` as it is, outcrop, and Cognito for the credentials. Bundled for browsers.
import OpenAI from "openai";
import { BedrockRuntime, fromCognitoIdentityPool } from "outcrop";
import { openaiBaseUrl, signedFetch } from "outcrop/sign";

const model = "openai.gpt-oss-20b-1:0";
const messages = [{ role: "user", content: "Hello" }];

/** The package on a client whose credentials come from an identity pool. */
async function openai(endpoint, cognito) {
  const bedrock = new BedrockRuntime({
    region: "us-east-1",
    endpoint,
    credentials: fromCognitoIdentityPool({
      identityPoolId: "us-east-1:00000000-0000-0000-0000-000000000000",
      clientConfig: { endpoint: cognito },
    }),
  });
  return new OpenAI({
    baseURL: await openaiBaseUrl(bedrock),
    fetch: signedFetch(bedrock),
    apiKey: "not used",
    // There is no key in this page.
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
  });
}

/** Both APIs, whole and streamed. */
export async function all(endpoint, cognito) {
  const api = await openai(endpoint, cognito);
  const whole = await api.chat.completions.create({ model, messages });
  const words = [];
  for await (const { choices } of await api.chat.completions.create({ model, messages, stream: true })) {
    words.push(choices[0]?.delta.content ?? "");
  }
  const response = await api.responses.create({ model, input: "Hello" });
  const deltas = [];
  for await (const event of await api.responses.create({ model, input: "Hello", stream: true })) {
    if (event.type === "response.output_text.delta") deltas.push(event.delta);
  }
  return [whole.choices[0].message.content, words.join(""), response.output_text, deltas.join("")];
}

export async function once(endpoint, cognito) {
  const api = await openai(endpoint, cognito);
  return (await api.chat.completions.create({ model, messages })).choices[0].message.content;
}

/** Stops after three events, by an abort. */
export async function stopped(endpoint, cognito) {
  const api = await openai(endpoint, cognito);
  const controller = new AbortController();
  const stream = await api.chat.completions.create({ model, messages, stream: true }, { signal: controller.signal });
  let count = 0;
  for await (const _ of stream) if (++count === 3) controller.abort();
  return count;
}

export async function refused(endpoint, cognito) {
  const api = await openai(endpoint, cognito);
  try {
    await api.chat.completions.create({ model: "", messages });
    return "answered";
  } catch (error) {
    return `${error instanceof OpenAI.BadRequestError} ${error.message}`;
  }
}
