// Calls of every operation as users write them, and mistakes that the types must refuse. It is compiled and never run.

import type {
  ApplyGuardrailInput,
  AsyncInvokeStatus,
  CountTokensCommandInput,
  DocumentType,
  GuardrailChecksContentBlock,
  InvokeModelWithBidirectionalStreamInputEvent,
  InvokeModelWithBidirectionalStreamOutputEvent,
  ListAsyncInvokesCommandOutput,
  StartAsyncInvokeInput,
} from "outcrop";
import { BedrockRuntime, paginateListAsyncInvokes } from "outcrop";
import type { FoundationModelSummary, InferenceProfileType } from "outcrop/bedrock";
import { Bedrock, BedrockServiceException, paginateListInferenceProfiles } from "outcrop/bedrock";

const bedrock = new BedrockRuntime({ region: "us-east-1" });
const models = new Bedrock({ region: "us-east-1" });

export async function guardrails(): Promise<string[]> {
  const input: ApplyGuardrailInput = {
    guardrailIdentifier: "g",
    guardrailVersion: "DRAFT",
    source: "INPUT",
    content: [
      { text: { text: "Hello", qualifiers: ["query"] } },
      { image: { format: "png", source: { bytes: new Uint8Array(1) } } },
    ],
  };
  const { outputs, action, assessments } = await bedrock.applyGuardrail(input);
  if (action === "GUARDRAIL_INTERVENED") return (outputs ?? []).map(({ text }) => text ?? "");
  const { results } = await bedrock.invokeGuardrailChecks({
    messages: [{ role: "user", content: [{ text: "Hello" }] }],
    checks: { promptAttack: { categories: [{ category: "JAILBREAK" }] } },
  });
  const score: number | undefined = results?.promptAttack?.results?.[0]?.severityScore;
  return [`${score} ${assessments?.length}`];
}

// @ts-expect-error a guardrail has a version
export const unversioned: ApplyGuardrailInput = { guardrailIdentifier: "g", source: "INPUT", content: [] };
// @ts-expect-error a check's content is text only
export const picture: GuardrailChecksContentBlock = { image: { format: "png" } };

export async function count(body: Uint8Array): Promise<number | undefined> {
  const input: CountTokensCommandInput = { modelId: "m", input: { invokeModel: { body } } };
  await bedrock.countTokens({ modelId: "m", input: { converse: { messages: [], system: [{ text: "Be brief" }] } } });
  // @ts-expect-error one of the two
  await bedrock.countTokens({ modelId: "m", input: { converse: {}, invokeModel: { body } } });
  // @ts-expect-error bytes, as AWS's client wants them
  await bedrock.countTokens({ modelId: "m", input: { invokeModel: { body: {} } } });
  return (await bedrock.countTokens(input, { maxAttempts: 1 })).inputTokens;
}

export async function later(modelInput: DocumentType): Promise<Date | undefined> {
  const input: StartAsyncInvokeInput = {
    modelId: "amazon.nova-reel-v1:0",
    modelInput,
    outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://bucket/prefix" } },
    tags: [{ key: "a", value: "b" }],
  };
  const { invocationArn } = await bedrock.startAsyncInvoke(input);
  // @ts-expect-error its answer goes somewhere
  await bedrock.startAsyncInvoke({ modelId: "m", modelInput });
  const { status, endTime } = await bedrock.getAsyncInvoke({ invocationArn });
  const known: AsyncInvokeStatus | undefined = status;
  await bedrock.listAsyncInvokes();
  await bedrock.listAsyncInvokes({ submitTimeAfter: new Date(0), statusEquals: "Completed", sortOrder: "Descending" });
  // @ts-expect-error a time is a Date
  await bedrock.listAsyncInvokes({ submitTimeAfter: "2024-12-03T04:05:06Z" });
  // @ts-expect-error a member that the operation does not have
  await bedrock.listAsyncInvokes({ statusEqual: known });
  const pages = paginateListAsyncInvokes({ client: bedrock, pageSize: 10, startingToken: "t" }, {});
  for await (const { asyncInvokeSummaries } of pages) {
    const first: Date | undefined = asyncInvokeSummaries?.[0]?.submitTime;
    if (first) return first;
  }
  const next: IteratorResult<ListAsyncInvokesCommandOutput, undefined> = await pages.next();
  return next.done ? endTime : undefined;
}

export const sent: InvokeModelWithBidirectionalStreamInputEvent = { chunk: { bytes: new Uint8Array(1) } };
export function received(event: InvokeModelWithBidirectionalStreamOutputEvent): number | undefined {
  if (event.modelTimeoutException) throw event.modelTimeoutException;
  return event.chunk?.bytes?.length;
}

export async function catalogue(): Promise<FoundationModelSummary[]> {
  const { modelSummaries = [] } = await models.listFoundationModels({ byOutputModality: "TEXT" });
  const { modelDetails } = await models.getFoundationModel({ modelIdentifier: "m" });
  const ends: Date | undefined = modelDetails?.modelLifecycle?.endOfLifeTime;
  const { agreementAvailability } = await models.getFoundationModelAvailability({ modelId: "m" });
  const type: InferenceProfileType = "APPLICATION";
  await models.listInferenceProfiles({ typeEquals: type, maxResults: 1 });
  // @ts-expect-error which one
  await models.getInferenceProfile({});
  for await (const page of paginateListInferenceProfiles({ client: models }, { typeEquals: "A type of next year" })) {
    const changed: Date | undefined = page.inferenceProfileSummaries?.[0]?.updatedAt;
    if (changed && ends && changed > ends) return [];
  }
  return agreementAvailability?.status === "AVAILABLE" ? modelSummaries : [];
}
// The runtime's own settings are taken.
export const same = new Bedrock(bedrock);
// @ts-expect-error a client has a region
export const nowhere = new Bedrock({});
export const named = (error: unknown): string | undefined =>
  error instanceof BedrockServiceException ? error.$metadata.requestId : undefined;

/** The body follows from the id, and so do the answer and the chunks. */
export async function families(id: string, key: "id"): Promise<(string | undefined)[]> {
  const titan = await bedrock.invokeModel({
    modelId: "amazon.titan-text-express-v1",
    body: { inputText: "Hello", textGenerationConfig: { maxTokenCount: 10 } },
  });
  const text: string | undefined = titan.body.json().results[0]?.outputText;
  // @ts-expect-error another family's body
  await bedrock.invokeModel({ modelId: "amazon.titan-text-express-v1", body: { prompt: "Hello" } });
  // @ts-expect-error another family's answer
  titan.body.json().generation;
  const own = titan.body.json<{ mine: string }>().mine;
  const llama = await bedrock.invokeModelWithResponseStream({
    modelId: "us.meta.llama3-1-8b-instruct-v1:0",
    body: { prompt: "Hello", max_gen_len: 10 },
  });
  for await (const { chunk } of llama.body) {
    const bytes: Uint8Array | undefined = chunk?.bytes;
    if (bytes) return [chunk?.bytes?.json().generation];
  }
  // Any id that says nothing takes anything, and text and bytes are as they are everywhere.
  await bedrock.invokeModel({ modelId: id, body: { [key]: 1 } });
  const other = await bedrock.invokeModel({ modelId: "arn:aws:bedrock:us-east-1:1:imported-model/x", body: [1] });
  const free: DocumentType = other.body.json();
  await bedrock.invokeModel({ modelId: "amazon.titan-text-express-v1", body: '{"inputText":"Hello"}' });
  await bedrock.invokeModel({ modelId: "amazon.titan-text-express-v1", body: new Uint8Array(1) });
  // @ts-expect-error a model is needed
  await bedrock.invokeModel({ body: {} });
  return [text, own, String(free)];
}
