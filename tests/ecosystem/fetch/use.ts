// `signedFetch` as the packages that take a fetch see it, with the DOM's types. It is compiled and never run.
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import AnthropicBedrock from "@anthropic-ai/bedrock-sdk";
import OpenAI from "openai";
import { BedrockRuntime, fromCognitoIdentityPool } from "outcrop";
import { events } from "outcrop/event-stream";
import { openaiBaseUrl, runtimeUrl, signedFetch, signRequest } from "outcrop/sign";

const credentials = fromCognitoIdentityPool({ identityPoolId: "us-east-1:p" });
const bedrock = new BedrockRuntime({ region: "us-east-1", credentials });
export const openai = new OpenAI({ baseURL: await openaiBaseUrl(bedrock), fetch: signedFetch(bedrock), apiKey: "x" });
export const anthropic = new AnthropicBedrock({
  baseURL: await runtimeUrl(bedrock),
  skipAuth: true,
  fetch: signedFetch(bedrock),
});
export const anthropicToo = new AnthropicBedrock({ providerChainResolver: async () => credentials });
export const vercel = createAmazonBedrock({
  apiKey: "x",
  fetch: signedFetch(bedrock),
  credentialProvider: credentials,
});
const request: Request = await signRequest(bedrock, new Request("https://a.amazonaws.com"));
const response: Response = await signedFetch(bedrock)(request, { signal: AbortSignal.timeout(1) });
for await (const { body } of events(response)) console.log(body.length);
for await (const { body } of events(response.body!)) console.log(body.length);
// @ts-expect-error a fetch takes an address
signedFetch(bedrock)();
