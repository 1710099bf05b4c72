// outcrop/models and outcrop/catalog as users write with them, and mistakes that the types must refuse. It is compiled
// and never run.

import type { BedrockRuntime, ConverseInput, Message, ModelAnswer } from "outcrop";
import { anthropic, type Estimate, estimateCost, estimateTokens, type Model, model, models } from "outcrop/catalog";
import {
  claudeText,
  collect,
  type Generated,
  llama3,
  type Turn,
  textOf,
  textOfChunk,
  texts,
  toResponse,
} from "outcrop/models";

declare const bedrock: BedrockRuntime;
declare const input: ConverseInput;

export async function whole(): Promise<Message[]> {
  const message = await collect(await bedrock.converseStream(input));
  const text: string = message.text;
  const stop: string | undefined = message.stopReason;
  const spent: Estimate | undefined = estimateCost("anthropic.claude-v2", message.usage ?? {});
  console(text, stop, spent);
  // @ts-expect-error Converse's streams have no answer in a family's own form
  message.answer;
  const block = message.output?.message;
  return block ? [...(input.messages ?? []), block] : [];
}

export async function chunks(): Promise<string> {
  const { body } = await bedrock.invokeModelWithResponseStream({
    modelId: "meta.llama3-8b-instruct-v1:0",
    body: { prompt: llama3("Hello") },
  });
  const { text, usage, metrics, answer } = await collect(body);
  console(usage?.inputTokens, metrics?.firstByteLatencyMs, answer);
  return text;
}

export async function spoken(): Promise<void> {
  const { stream } = await bedrock.converseStream(input);
  for await (const piece of texts(stream)) console(piece.length);
  for await (const piece of texts({ stream })) {
    // @ts-expect-error a text, not an event
    console(piece.contentBlockDelta);
  }
  for await (const event of stream) console(textOfChunk(input.modelId, event).index);
}

export async function served(): Promise<{ readonly status: number }> {
  const { stream } = await bedrock.converseStream(input);
  // @ts-expect-error no answer to send on
  toResponse("text");
  return toResponse(texts(stream), { status: 200, headers: { "x-own": "1" } });
}

export async function plain(): Promise<Generated> {
  const answer = await bedrock.invokeModel({
    modelId: "anthropic.claude-v2",
    body: { prompt: claudeText([{ role: "user", content: "Hello" }]) },
  });
  const json: ModelAnswer<"anthropic.claude-v2"> = answer.body.json();
  return json.completion ? textOf("anthropic.claude-v2", answer) : textOf(undefined, json);
}

// @ts-expect-error no such role
export const turn: Turn = { role: "human", content: "Hello" };
// @ts-expect-error a turn's content is text
export const parts: Turn = { role: "user", content: [{ text: "Hello" }] };

export const all: Model[] = [...models, ...models.meta];
export const claude: readonly Model[] = anthropic;
export const context: number | undefined = model("us.anthropic.claude-3-haiku-20240307-v1:0")?.contextTokens;
export const amount: number | undefined = estimateCost(
  "x",
  { inputTokens: estimateTokens("Hello") },
  { input: 1 },
)?.amount;
// @ts-expect-error prices of what
estimateCost("x", { inputTokens: 1 }, { tokens: 1 });

declare function console(...values: unknown[]): void;
