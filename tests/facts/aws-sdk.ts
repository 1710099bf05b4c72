// Code that users and libraries write for AWS's client, on outcrop/aws-sdk, and mistakes that the types must refuse. It
// is compiled and never run.

import {
  BedrockRuntime,
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConversationRole,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  type ForeignCommand,
  InvokeModelCommand,
  type InvokeModelCommandOutput,
  ListAsyncInvokesCommand,
  type Message,
  type Middleware,
  paginateListAsyncInvokes,
  StopReason,
  ThrottlingException,
} from "outcrop/aws-sdk";

const config: BedrockRuntimeClientConfig = {
  region: async () => "us-east-1",
  credentials: async () => ({ accessKeyId: "A", secretAccessKey: "s" }),
  maxAttempts: 4,
  retryMode: "adaptive",
  requestHandler: { requestTimeout: 1000, connectionTimeout: 10, httpsAgent: {} },
  endpoint: { protocol: "https:", hostname: "example.com", path: "/" },
};
const client = new BedrockRuntimeClient(config);
const messages: Message[] = [{ role: ConversationRole.USER, content: [{ text: "Hello" }] }];
const input: ConverseCommandInput = { modelId: "m", messages };

export async function calls(signal: AbortSignalLike): Promise<string | undefined> {
  const answer: ConverseCommandOutput = await client.send(new ConverseCommand(input), { abortSignal: signal });
  if (answer.stopReason === StopReason.END_TURN) return answer.output?.message?.content?.[0]?.text;
  const { stream } = await client.send(new ConverseStreamCommand(input));
  for await (const event of stream) {
    const told: ConverseStreamOutput = event;
    if (told.contentBlockDelta?.delta?.text) return told.contentBlockDelta.delta.text;
  }
  const invoked: InvokeModelCommandOutput = await client.send(new InvokeModelCommand({ modelId: "m", body: "{}" }));
  for await (const page of paginateListAsyncInvokes({ client, pageSize: 3 }, {})) {
    return page.asyncInvokeSummaries?.[0]?.invocationArn;
  }
  const pages = new BedrockRuntime(config).paginateListAsyncInvokes();
  await pages.next();
  await new BedrockRuntime({}).converse(input);
  client.send(new ListAsyncInvokesCommand({}), (_error, output) => output?.nextToken);
  return invoked.body.transformToString();
}

interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export const header: Middleware = (next) => async (args) => {
  args.request.headers["x-a"] = "b";
  return next(args);
};
client.middlewareStack.add(header, { step: "build", name: "a", tags: ["t"], override: true });
client.middlewareStack.addRelativeTo(header, { relation: "before", toMiddleware: "a" });
export const gone: boolean = client.middlewareStack.clone().remove("a");
export const region: Promise<string> = client.config.region();

export function judged(error: unknown): number | undefined {
  return error instanceof ThrottlingException ? error.$metadata.httpStatusCode : undefined;
}

declare const foreign: ForeignCommand<{ answer: 42 }>;
export const answered: Promise<{ answer: 42 }> = client.send(foreign);

// @ts-expect-error a model is needed
new ConverseCommand({ messages });
// @ts-expect-error no step of that name
client.middlewareStack.add(header, { step: "before everything" });
// @ts-expect-error an input is no command
client.send(input);
// @ts-expect-error an answer of Converse has no stream
client.send(new ConverseCommand(input)).then(({ stream }) => stream);
// @ts-expect-error misspelt
new BedrockRuntimeClient({ regoin: "us-east-1" });
