// InvokeGuardrailChecks: messages, the checks to run on them, and what these find. Types only.
import type { OneOf, ResponseMetadata } from "./base.js";

/** What InvokeGuardrailChecks takes. */
export interface InvokeGuardrailChecksInput {
  messages: GuardrailChecksMessage[] | undefined;
  checks: GuardrailChecksConfig | undefined;
}

/** A message to check. */
export interface GuardrailChecksMessage {
  role: GuardrailChecksRole | undefined;
  content: GuardrailChecksContentBlock[] | undefined;
}

/** Who has said it. */
export type GuardrailChecksRole = "user" | "assistant" | "system" | (string & {});

/** A piece of a message. */
export type GuardrailChecksContentBlock = OneOf<{
  text: string;
}>;

/** Which checks to run: those that are there. */
export interface GuardrailChecksConfig {
  contentFilter?: GuardrailChecksContentFilterConfig | undefined;
  promptAttack?: GuardrailChecksPromptAttackConfig | undefined;
  sensitiveInformation?: GuardrailChecksSensitiveInformationConfig | undefined;
}

/** Which content to look for. */
export interface GuardrailChecksContentFilterConfig {
  categories: GuardrailChecksContentFilterCategoryConfig[] | undefined;
}

/** A category of content. */
export interface GuardrailChecksContentFilterCategoryConfig {
  category: GuardrailChecksContentFilterCategory | undefined;
}

/** Harmful content. */
export type GuardrailChecksContentFilterCategory =
  | "VIOLENCE"
  | "HATE"
  | "SEXUAL"
  | "MISCONDUCT"
  | "INSULTS"
  | (string & {});

/** Which attacks to look for. */
export interface GuardrailChecksPromptAttackConfig {
  categories: GuardrailChecksPromptAttackCategoryConfig[] | undefined;
}

/** A category of attacks. */
export interface GuardrailChecksPromptAttackCategoryConfig {
  category: GuardrailChecksPromptAttackCategory | undefined;
}

/** An attack on a prompt. */
export type GuardrailChecksPromptAttackCategory = "JAILBREAK" | "PROMPT_INJECTION" | "PROMPT_LEAKAGE" | (string & {});

/** Which personal data to look for. */
export interface GuardrailChecksSensitiveInformationConfig {
  entities: GuardrailChecksSensitiveInformationEntityConfig[] | undefined;
}

/** A kind of personal data. */
export interface GuardrailChecksSensitiveInformationEntityConfig {
  type: GuardrailChecksSensitiveInformationEntityType | undefined;
}

/** A kind of personal data. */
export type GuardrailChecksSensitiveInformationEntityType =
  | "ADDRESS"
  | "AGE"
  | "AWS_ACCESS_KEY"
  | "AWS_SECRET_KEY"
  | "CA_HEALTH_NUMBER"
  | "CA_SOCIAL_INSURANCE_NUMBER"
  | "CREDIT_DEBIT_CARD_CVV"
  | "CREDIT_DEBIT_CARD_EXPIRY"
  | "CREDIT_DEBIT_CARD_NUMBER"
  | "DRIVER_ID"
  | "EMAIL"
  | "INTERNATIONAL_BANK_ACCOUNT_NUMBER"
  | "IP_ADDRESS"
  | "LICENSE_PLATE"
  | "MAC_ADDRESS"
  | "NAME"
  | "PASSWORD"
  | "PHONE"
  | "PIN"
  | "SWIFT_CODE"
  | "UK_NATIONAL_HEALTH_SERVICE_NUMBER"
  | "UK_NATIONAL_INSURANCE_NUMBER"
  | "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER"
  | "URL"
  | "USERNAME"
  | "US_BANK_ACCOUNT_NUMBER"
  | "US_BANK_ROUTING_NUMBER"
  | "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
  | "US_PASSPORT_NUMBER"
  | "US_SOCIAL_SECURITY_NUMBER"
  | "VEHICLE_IDENTIFICATION_NUMBER"
  | (string & {});

/** What InvokeGuardrailChecks answers. */
export interface InvokeGuardrailChecksOutput {
  results: GuardrailChecksResults | undefined;
  usage: GuardrailChecksUsageResults | undefined;
  $metadata: ResponseMetadata;
}

/** What the checks have found. */
export interface GuardrailChecksResults {
  contentFilter?: GuardrailChecksContentFilterResult | undefined;
  promptAttack?: GuardrailChecksPromptAttackResult | undefined;
  sensitiveInformation?: GuardrailChecksSensitiveInformationResult | undefined;
}

/** Harmful content. */
export interface GuardrailChecksContentFilterResult {
  results: GuardrailChecksContentFilterResultEntry[] | undefined;
}

/** How harmful, in one category. */
export interface GuardrailChecksContentFilterResultEntry {
  category: GuardrailChecksContentFilterCategory | undefined;
  severityScore: number | undefined;
}

/** Attacks. */
export interface GuardrailChecksPromptAttackResult {
  results: GuardrailChecksPromptAttackResultEntry[] | undefined;
}

/** How severe, in one category. */
export interface GuardrailChecksPromptAttackResultEntry {
  category: GuardrailChecksPromptAttackCategory | undefined;
  severityScore: number | undefined;
}

/** Personal data. */
export interface GuardrailChecksSensitiveInformationResult {
  results: GuardrailChecksSensitiveInformationResultEntry[] | undefined;
  /** Whether there is more than is told. */
  truncated?: boolean | undefined;
}

/** Personal data at one place. */
export interface GuardrailChecksSensitiveInformationResultEntry {
  type: GuardrailChecksSensitiveInformationEntityType | undefined;
  confidenceScore: number | undefined;
  /** Where it begins and ends in the text. */
  beginOffset: number | undefined;
  endOffset: number | undefined;
  /** Which message, from 0, and which piece of it. */
  messageIndex: number | undefined;
  contentIndex: number | undefined;
}

/** What the checks cost. */
export interface GuardrailChecksUsageResults {
  contentFilter?: GuardrailChecksContentFilterUsage | undefined;
  promptAttack?: GuardrailChecksPromptAttackUsage | undefined;
  sensitiveInformation?: GuardrailChecksSensitiveInformationUsage | undefined;
}

/** Units of text. */
export interface GuardrailChecksContentFilterUsage {
  textUnits: number | undefined;
}

/** Units of text. */
export interface GuardrailChecksPromptAttackUsage {
  textUnits: number | undefined;
}

/** Units of text. */
export interface GuardrailChecksSensitiveInformationUsage {
  textUnits: number | undefined;
}

/** AWS's names for the same. */
export type InvokeGuardrailChecksRequest = InvokeGuardrailChecksInput;
/** AWS's other name for `InvokeGuardrailChecksInput`. */
export type InvokeGuardrailChecksCommandInput = InvokeGuardrailChecksInput;
/** AWS's other name for `InvokeGuardrailChecksOutput`. */
export type InvokeGuardrailChecksResponse = InvokeGuardrailChecksOutput;
/** AWS's other name for `InvokeGuardrailChecksOutput`. */
export type InvokeGuardrailChecksCommandOutput = InvokeGuardrailChecksOutput;
