// A worker with @langchain/aws on outcrop/aws-sdk, and nothing of Node's: answers with the conversation as JSON.

import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { conversation } from "./langchain.mjs";

export default {
  async fetch(request) {
    try {
      const { region, credentials, endpoint, slow } = await request.json();
      // Both ways: a client that is given, and one that the library makes itself.
      const on = (endpoint) => ({ region, client: new BedrockRuntimeClient({ region, credentials, endpoint }) });
      const answer = await conversation(ChatBedrockConverse, on(endpoint), on(slow));
      return Response.json({ ...answer, process: typeof process });
    } catch (error) {
      return Response.json({ failed: String(error?.stack ?? error) }, { status: 500 });
    }
  },
};
