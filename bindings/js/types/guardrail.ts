// Guardrails: which one to use, what it is to look at, and what it found overall. It judges nothing itself.
import type { OneOf } from "./base.js";
import type {
  GuardrailContentPolicyAssessment,
  GuardrailContextualGroundingPolicyAssessment,
  GuardrailSensitiveInformationPolicyAssessment,
  GuardrailTopicPolicyAssessment,
  GuardrailWordPolicyAssessment,
} from "./guardrail-policy.js";
import type { GuardrailAutomatedReasoningPolicyAssessment } from "./guardrail-reasoning.js";

/** The guardrail of a Converse request. */
export interface GuardrailConfiguration {
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  trace?: GuardrailTrace | undefined;
}

/** The guardrail of a ConverseStream request. */
export interface GuardrailStreamConfiguration {
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  trace?: GuardrailTrace | undefined;
  /** Whether text waits for the guardrail or is shown before it has looked. */
  streamProcessingMode?: GuardrailStreamProcessingMode | undefined;
}

/** Whether the answer tells what the guardrail found. */
export type GuardrailTrace = "enabled" | "disabled" | "enabled_full" | (string & {});

/** When the guardrail looks at streamed text. */
export type GuardrailStreamProcessingMode = "sync" | "async" | (string & {});

/** Content that the guardrail is to look at. */
export type GuardrailConverseContentBlock = OneOf<{
  text: GuardrailConverseTextBlock;
  image: GuardrailConverseImageBlock;
}>;

/** Text that the guardrail is to look at. */
export interface GuardrailConverseTextBlock {
  text: string | undefined;
  qualifiers?: GuardrailConverseContentQualifier[] | undefined;
}

/** What guarded text is. */
export type GuardrailConverseContentQualifier = "grounding_source" | "query" | "guard_content" | (string & {});

/** An image that the guardrail is to look at. */
export interface GuardrailConverseImageBlock {
  format: GuardrailConverseImageFormat | undefined;
  source: GuardrailConverseImageSource | undefined;
}

/** A guarded image's bytes. */
export type GuardrailConverseImageSource = OneOf<{
  bytes: Uint8Array;
}>;

/** How a guarded image is encoded. */
export type GuardrailConverseImageFormat = "png" | "jpeg" | (string & {});

/** What a guardrail found in a request and its answer. */
export interface GuardrailTraceAssessment {
  /** What the model wrote before the guardrail changed it. */
  modelOutput?: string[] | undefined;
  /** By guardrail id. */
  inputAssessment?: Record<string, GuardrailAssessment> | undefined;
  /** By guardrail id. */
  outputAssessments?: Record<string, GuardrailAssessment[]> | undefined;
  actionReason?: string | undefined;
}

/** What a guardrail found in one piece of content. */
export interface GuardrailAssessment {
  topicPolicy?: GuardrailTopicPolicyAssessment | undefined;
  contentPolicy?: GuardrailContentPolicyAssessment | undefined;
  wordPolicy?: GuardrailWordPolicyAssessment | undefined;
  sensitiveInformationPolicy?: GuardrailSensitiveInformationPolicyAssessment | undefined;
  contextualGroundingPolicy?: GuardrailContextualGroundingPolicyAssessment | undefined;
  automatedReasoningPolicy?: GuardrailAutomatedReasoningPolicyAssessment | undefined;
  invocationMetrics?: GuardrailInvocationMetrics | undefined;
  appliedGuardrailDetails?: AppliedGuardrailDetails | undefined;
}

/** What looking cost. */
export interface GuardrailInvocationMetrics {
  /** In milliseconds. */
  guardrailProcessingLatency?: number | undefined;
  usage?: GuardrailUsage | undefined;
  guardrailCoverage?: GuardrailCoverage | undefined;
}

/** Units of each policy that were used. */
export interface GuardrailUsage {
  topicPolicyUnits: number | undefined;
  contentPolicyUnits: number | undefined;
  wordPolicyUnits: number | undefined;
  sensitiveInformationPolicyUnits: number | undefined;
  sensitiveInformationPolicyFreeUnits: number | undefined;
  contextualGroundingPolicyUnits: number | undefined;
  contentPolicyImageUnits?: number | undefined;
  automatedReasoningPolicyUnits?: number | undefined;
  automatedReasoningPolicies?: number | undefined;
}

/** How much was looked at. */
export interface GuardrailCoverage {
  textCharacters?: GuardrailTextCharactersCoverage | undefined;
  images?: GuardrailImageCoverage | undefined;
}

/** Characters looked at, and how many there were. */
export interface GuardrailTextCharactersCoverage {
  guarded?: number | undefined;
  total?: number | undefined;
}

/** Images looked at, and how many there were. */
export interface GuardrailImageCoverage {
  guarded?: number | undefined;
  total?: number | undefined;
}

/** Which guardrail it was. */
export interface AppliedGuardrailDetails {
  guardrailId?: string | undefined;
  guardrailVersion?: string | undefined;
  guardrailArn?: string | undefined;
  guardrailOrigin?: GuardrailOrigin[] | undefined;
  guardrailOwnership?: GuardrailOwnership | undefined;
}

/** Who asked for the guardrail. */
export type GuardrailOrigin = "REQUEST" | "ACCOUNT_ENFORCED" | "ORGANIZATION_ENFORCED" | (string & {});

/** Whose guardrail it is. */
export type GuardrailOwnership = "SELF" | "CROSS_ACCOUNT" | (string & {});
