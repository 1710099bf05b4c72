// ApplyGuardrail: a text or an image before a guardrail, and what it says. Types only.
import type { OneOf, ResponseMetadata } from "./base.js";
import type { GuardrailAssessment, GuardrailCoverage, GuardrailUsage } from "./guardrail.js";

/** What ApplyGuardrail takes. */
export interface ApplyGuardrailInput {
  /** Id or ARN. */
  guardrailIdentifier: string | undefined;
  /** A number, or `DRAFT`. */
  guardrailVersion: string | undefined;
  source: GuardrailContentSource | undefined;
  content: GuardrailContentBlock[] | undefined;
  outputScope?: GuardrailOutputScope | undefined;
}

/** Whether a user or a model has said it. */
export type GuardrailContentSource = "INPUT" | "OUTPUT" | (string & {});

/** A piece of what is judged. */
export type GuardrailContentBlock = OneOf<{
  text: GuardrailTextBlock;
  image: GuardrailImageBlock;
}>;

/** A text. */
export interface GuardrailTextBlock {
  text: string | undefined;
  qualifiers?: GuardrailContentQualifier[] | undefined;
}

/** What a text is to the checks of contextual grounding, or that it is what is to be guarded. */
export type GuardrailContentQualifier = "grounding_source" | "query" | "guard_content" | (string & {});

/** An image. */
export interface GuardrailImageBlock {
  format: GuardrailImageFormat | undefined;
  source: GuardrailImageSource | undefined;
}

/** An image's format. */
export type GuardrailImageFormat = "png" | "jpeg" | (string & {});

/** Where the image is. */
export type GuardrailImageSource = OneOf<{
  bytes: Uint8Array;
}>;

/** Whether the answer tells what was found only, or all that was looked for. */
export type GuardrailOutputScope = "INTERVENTIONS" | "FULL" | (string & {});

/** What ApplyGuardrail answers. */
export interface ApplyGuardrailOutput {
  usage: GuardrailUsage | undefined;
  action: GuardrailAction | undefined;
  actionReason?: string | undefined;
  /** What is to be said instead; empty when the guardrail has nothing against it. */
  outputs: GuardrailOutputContent[] | undefined;
  assessments: GuardrailAssessment[] | undefined;
  guardrailCoverage?: GuardrailCoverage | undefined;
  $metadata: ResponseMetadata;
}

/** Whether the guardrail has intervened. */
export type GuardrailAction = "NONE" | "GUARDRAIL_INTERVENED" | (string & {});

/** A text to say instead. */
export interface GuardrailOutputContent {
  text?: string | undefined;
}

/** AWS's names for the same. */
export type ApplyGuardrailRequest = ApplyGuardrailInput;
/** AWS's other name for `ApplyGuardrailInput`. */
export type ApplyGuardrailCommandInput = ApplyGuardrailInput;
/** AWS's other name for `ApplyGuardrailOutput`. */
export type ApplyGuardrailResponse = ApplyGuardrailOutput;
/** AWS's other name for `ApplyGuardrailOutput`. */
export type ApplyGuardrailCommandOutput = ApplyGuardrailOutput;
