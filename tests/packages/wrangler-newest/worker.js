// The Worker: asks a model with the options that it is sent.
import { BedrockRuntime } from "outcrop";
import { ask } from "../ask.mjs";

export default {
  fetch: async (request) =>
    request.method === "POST"
      ? Response.json(await ask(BedrockRuntime, await request.json()))
      : new Response("outcrop in a Worker"),
};
