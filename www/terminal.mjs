// `node www/terminal.mjs MODEL PROMPT`: streams one answer to the terminal through the npm package, with
// the endpoint, region and credentials of AWS's own environment variables. It asks once and keeps nothing.

import { BedrockRuntime } from "outcrop";

const [modelId, prompt] = process.argv.slice(2);
const {
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
  AWS_REGION,
  AWS_DEFAULT_REGION,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
  AWS_BEARER_TOKEN_BEDROCK: token,
} = process.env;

const bedrock = new BedrockRuntime({
  region: AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1",
  ...(endpoint && { endpoint }),
  ...(token ? { token } : { credentials: { accessKeyId, secretAccessKey, sessionToken } }),
});

console.log(`\n${modelId}\n> ${prompt}\n`);
const started = performance.now();
const since = () => `${Math.round(performance.now() - started)} ms`;
try {
  const { stream } = await bedrock.converseStream({
    modelId,
    messages: [{ role: "user", content: [{ text: prompt }] }],
  });
  let first;
  for await (const { contentBlockDelta, metadata } of stream) {
    const text = contentBlockDelta?.delta?.text;
    if (text) {
      first ??= since();
      process.stdout.write(text);
    }
    if (metadata) {
      const { inputTokens, outputTokens } = metadata.usage;
      console.log(
        `\n\n${inputTokens} tokens in, ${outputTokens} out; first text after ${first}, whole answer ${since()}`,
      );
    }
  }
} catch (error) {
  console.error(`\n${error.name}: ${error.message}`);
  process.exitCode = 1;
}
