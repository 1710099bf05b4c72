// The package itself, as a user would open it. It knows nothing of the bench.

import { BedrockRuntime } from "outcrop";

export function make({ endpoint, credentials, token }) {
  const bedrock = new BedrockRuntime({ region: "us-east-1", endpoint, credentials, token });
  return {
    async converse(modelId, text) {
      return bedrock.converse({ modelId, messages: [{ role: "user", content: [{ text }] }] });
    },
    async stream(modelId, text) {
      return (await bedrock.converseStream({ modelId, messages: [{ role: "user", content: [{ text }] }] })).stream;
    },
  };
}
