// Asks a guardrail of the account, or Bedrock's own checks without one, about a text and an image. It shows nothing.

import { signal } from "@preact/signals";
import type {
  ApplyGuardrailInput,
  ApplyGuardrailOutput,
  GuardrailContentBlock,
  InvokeGuardrailChecksInput,
  InvokeGuardrailChecksOutput,
} from "outcrop";
import { inAddress } from "../../app/address.js";
import { client } from "../../app/connection.js";
import { FormError } from "../../app/errors.js";
import { Run } from "../../app/run.js";
import { content, attacks as knownAttacks } from "./kinds.js";

export const mode = inAddress("guardrail.mode", "apply");
export const id = inAddress("guardrail.id");
export const version = inAddress("guardrail.version", "DRAFT");
export const source = inAddress("guardrail.source", "INPUT");
export const scope = inAddress("guardrail.scope", "INTERVENTIONS");
export const text = inAddress("guardrail.text");
/** For contextual grounding: what an answer must rest on, and the question. */
export const grounding = signal("");
export const query = signal("");
export const image = signal<{ name: string; format: "png" | "jpeg"; bytes: Uint8Array; url: string } | undefined>(
  undefined,
);
export const role = inAddress("guardrail.role", "user");
/** What to look for without a guardrail. */
export const categories = signal<ReadonlySet<string>>(new Set(content));
export const attacks = signal<ReadonlySet<string>>(new Set(knownAttacks));
export const entities = signal<ReadonlySet<string>>(
  new Set(["EMAIL", "PHONE", "NAME", "ADDRESS", "CREDIT_DEBIT_CARD_NUMBER", "PASSWORD"]),
);

/** What came, of the mode in which it was asked. */
export type Outcome =
  | { mode: "apply"; run: Run; answer: ApplyGuardrailOutput }
  | { mode: "checks"; run: Run; text: string; answer: InvokeGuardrailChecksOutput };

export const outcome = signal<Outcome | undefined>(undefined);
export const current = signal<Run | undefined>(undefined);

/** Takes an image of a kind that guardrails look at. */
export async function setImage(file: File | undefined): Promise<void> {
  if (image.value) URL.revokeObjectURL(image.value.url);
  image.value = undefined;
  if (!file) return;
  const format = file.type === "image/png" ? "png" : file.type === "image/jpeg" ? "jpeg" : undefined;
  if (!format) throw new FormError("A guardrail looks at PNG and JPEG only.", "guardrail-image");
  const bytes = new Uint8Array(await file.arrayBuffer());
  image.value = { name: file.name, format, bytes, url: URL.createObjectURL(file) };
}

function applyInput(): ApplyGuardrailInput {
  const guardrail = id.value.trim();
  if (guardrail === "") throw new FormError("The guardrail's id or ARN is missing.", "guardrail-id");
  const number = version.value.trim();
  if (number !== "DRAFT" && !/^[1-9]\d{0,7}$/.test(number)) {
    throw new FormError("A guardrail's version is DRAFT or a number from 1.", "guardrail-version");
  }
  const said = text.value.trim();
  if (said === "" && !image.value) throw new FormError("Give a text or an image to check.", "guardrail-text");
  const blocks: GuardrailContentBlock[] = [];
  const [rest, question] = [grounding.value.trim(), query.value.trim()];
  if (rest) blocks.push({ text: { text: rest, qualifiers: ["grounding_source"] } });
  if (question) blocks.push({ text: { text: question, qualifiers: ["query"] } });
  if (said) blocks.push({ text: { text: said, ...((rest || question) && { qualifiers: ["guard_content"] }) } });
  if (image.value) blocks.push({ image: { format: image.value.format, source: { bytes: image.value.bytes } } });
  return {
    guardrailIdentifier: guardrail,
    guardrailVersion: number,
    source: source.value,
    content: blocks,
    outputScope: scope.value,
  };
}

function checksInput(): InvokeGuardrailChecksInput {
  const said = text.value.trim();
  if (said === "") throw new FormError("Give a text to check.", "guardrail-text");
  const [content, attack, data] = [[...categories.value], [...attacks.value], [...entities.value]];
  if (content.length + attack.length + data.length === 0) {
    throw new FormError("Choose at least one thing to look for.", "guardrail-violence");
  }
  return {
    messages: [{ role: role.value, content: [{ text: said }] }],
    checks: {
      ...(content.length > 0 && { contentFilter: { categories: content.map((category) => ({ category })) } }),
      ...(attack.length > 0 && { promptAttack: { categories: attack.map((category) => ({ category })) } }),
      ...(data.length > 0 && { sensitiveInformation: { entities: data.map((type) => ({ type })) } }),
    },
  };
}

/** Checks what the form has. Never throws: the run has the error. */
export async function check(): Promise<void> {
  if (current.value?.open) return;
  const run = new Run("guardrail");
  current.value = run;
  await run.until(async () => {
    const call = { abortSignal: run.abortSignal };
    if (mode.value === "apply") {
      const input = applyInput();
      run.asked.value = { operation: "applyGuardrail", input };
      const answer = await client(run.told).applyGuardrail(input, call);
      run.latency.value = answer.assessments?.[0]?.invocationMetrics?.guardrailProcessingLatency;
      outcome.value = { mode: "apply", run, answer };
    } else {
      const input = checksInput();
      run.asked.value = { operation: "invokeGuardrailChecks", input };
      const answer = await client(run.told).invokeGuardrailChecks(input, call);
      outcome.value = { mode: "checks", run, text: text.value.trim(), answer };
    }
  });
}
