// V: Vercel's provider for Bedrock, called as the package `ai` calls it.

import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";

export function make({ endpoint, credentials }) {
  const bedrock = createAmazonBedrock({ region: "us-east-1", ...(endpoint && { baseURL: endpoint }), ...credentials });
  const prompt = (text) => ({ prompt: [{ role: "user", content: [{ type: "text", text }] }] });
  return {
    async converse(modelId, text) {
      return bedrock(modelId).doGenerate(prompt(text));
    },
    async stream(modelId, text) {
      const { stream } = await bedrock(modelId).doStream(prompt(text));
      const reader = stream.getReader();
      return (async function* () {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          if (value.type === "error") throw value.error;
          yield value;
        }
      })();
    },
  };
}
