// Code that users write, and mistakes that the types must refuse. It is compiled and never run.

import type {
  ContentBlock,
  ConverseInput,
  ConverseOutput,
  ConverseStreamEvent,
  ConverseStreamOutput,
  DocumentType,
  InvokeModelInput,
  InvokeModelOutput,
  Message,
  StopReason,
} from "outcrop";

export const input: ConverseInput = {
  modelId: "anthropic.claude-3-haiku-20240307-v1:0",
  messages: [
    {
      role: "user",
      content: [{ text: "What is this?" }, { image: { format: "png", source: { bytes: new Uint8Array(3) } } }],
    },
  ],
  inferenceConfig: { maxTokens: 100, temperature: 0.7 },
  toolConfig: {
    tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object", properties: {} } } } }],
    toolChoice: { auto: {} },
  },
  serviceTier: { type: "a tier of next year" },
};

// @ts-expect-error a member that no content block has
export const misspelt: ContentBlock = { txet: "Hello" };
// @ts-expect-error two members of a union
export const two: ContentBlock = { text: "Hello", cachePoint: { type: "default" } };
// @ts-expect-error a model is needed
export const nowhere: ConverseInput = { messages: [] };
// @ts-expect-error a model is needed
export const nowhereEither: InvokeModelInput = { body: { prompt: "Hello" } };

export function next(before: Message[], answer: ConverseOutput): Message[] {
  const message = answer.output?.message;
  return message ? [...before, message] : before;
}

export function told(block: ContentBlock): string {
  if (block.text !== undefined) return block.text;
  if (block.toolUse) return block.toolUse.name ?? "";
  if (block.reasoningContent?.reasoningText) return block.reasoningContent.reasoningText.text ?? "";
  return "";
}

export function reason(event: ConverseStreamEvent): StopReason | undefined {
  if (event.throttlingException) throw event.throttlingException;
  return event.messageStop?.stopReason;
}

export async function text({ stream }: ConverseStreamOutput): Promise<string> {
  let all = "";
  for await (const event of stream) all += event.contentBlockDelta?.delta?.text ?? "";
  return all;
}

export function body(answer: InvokeModelOutput): [string, DocumentType, number, number] {
  return [
    answer.body.transformToString(),
    answer.body.json(),
    answer.body.json<{ n: number }>().n,
    answer.body.byteLength,
  ];
}
