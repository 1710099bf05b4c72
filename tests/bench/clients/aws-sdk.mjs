// A: AWS's own client. Bundled for browsers, its browser build is taken.

import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";

export function make({ endpoint, credentials }) {
  const bedrock = new BedrockRuntimeClient({ region: "us-east-1", credentials, ...(endpoint && { endpoint }) });
  const input = (modelId, text) => ({ modelId, messages: [{ role: "user", content: [{ text }] }] });
  return {
    async converse(modelId, text) {
      return bedrock.send(new ConverseCommand(input(modelId, text)));
    },
    async stream(modelId, text) {
      return (await bedrock.send(new ConverseStreamCommand(input(modelId, text)))).stream;
    },
  };
}
