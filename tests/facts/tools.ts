// Code that users write with outcrop/tools, and mistakes that the types must refuse. It is compiled and never run.

import { BedrockRuntime } from "outcrop";
import {
  cachePoint,
  documentBlock,
  imageBlock,
  runTools,
  StructuredOutputError,
  streamTools,
  structured,
  ToolLimitError,
  type ToolRun,
  tool,
  toolResult,
  videoBlock,
} from "outcrop/tools";

const bedrock = new BedrockRuntime({ region: "us-east-1" });
const weather = tool<{ city: string }>({
  name: "weather",
  description: "The weather of a city",
  inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  run: async ({ city }, { abortSignal, toolUseId }) =>
    abortSignal.aborted ? toolResult([{ text: toolUseId }], "error") : { city: city.toUpperCase(), degrees: 21 },
});

export async function uses(bytes: Uint8Array): Promise<ToolRun | undefined> {
  const content = [
    { text: "Hello" },
    await imageBlock(bytes, { format: "png" }),
    await documentBlock({ arrayBuffer: async () => new ArrayBuffer(1), name: "a.pdf" }, { citations: true }),
    await videoBlock("s3://bucket/film.mp4"),
    cachePoint("5m"),
  ];
  const input = { modelId: "m", messages: [{ role: "user", content }], system: [{ text: "Be brief" }, cachePoint()] };
  const options = { tools: [weather], maxSteps: 3, parallel: 2, timeouts: { total: 1000 } };
  try {
    const run = await runTools(bedrock, input, { ...options, onEvent: ({ type, ...event }) => [type, event] });
    for await (const event of streamTools(bedrock, { modelId: "m", messages: run.messages }, options)) {
      if (event.type === "toolResult") event.toolResult.status?.at(0);
      if (event.type === "done") return event.run;
    }
    const { value } = await structured<{ city: string }>(bedrock, input, { type: "object" }, { via: "outputConfig" });
    value.city.at(0);
  } catch (error) {
    if (error instanceof ToolLimitError) return error.toolRun;
    if (error instanceof StructuredOutputError)
      error.misfits.map(({ path, keyword, message }) => path + keyword + message);
  }
  return undefined;
}

// @ts-expect-error a tool has a function
tool({ name: "nothing", inputSchema: {} });
// @ts-expect-error tools are needed
runTools(bedrock, { modelId: "m" }, {});
// @ts-expect-error a client is needed
structured({}, { modelId: "m" }, {});
// @ts-expect-error not a way to ask
structured(bedrock, { modelId: "m" }, {}, { via: "prayer" });
// @ts-expect-error a number is no source
imageBlock(7);
