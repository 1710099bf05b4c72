// What a guardrail's automated reasoning found, statement by statement. Findings only.
import type { OneOf } from "./base.js";

/** What automated reasoning found. */
export interface GuardrailAutomatedReasoningPolicyAssessment {
  findings?: GuardrailAutomatedReasoningFinding[] | undefined;
}

/** One verdict about the answer's claims. */
export type GuardrailAutomatedReasoningFinding = OneOf<{
  valid: GuardrailAutomatedReasoningValidFinding;
  invalid: GuardrailAutomatedReasoningInvalidFinding;
  satisfiable: GuardrailAutomatedReasoningSatisfiableFinding;
  impossible: GuardrailAutomatedReasoningImpossibleFinding;
  translationAmbiguous: GuardrailAutomatedReasoningTranslationAmbiguousFinding;
  tooComplex: GuardrailAutomatedReasoningTooComplexFinding;
  noTranslations: GuardrailAutomatedReasoningNoTranslationsFinding;
}>;

/** The claims follow from the premises and the rules. */
export interface GuardrailAutomatedReasoningValidFinding {
  translation?: GuardrailAutomatedReasoningTranslation | undefined;
  claimsTrueScenario?: GuardrailAutomatedReasoningScenario | undefined;
  supportingRules?: GuardrailAutomatedReasoningRule[] | undefined;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning | undefined;
}

/** The claims contradict the rules. */
export interface GuardrailAutomatedReasoningInvalidFinding {
  translation?: GuardrailAutomatedReasoningTranslation | undefined;
  contradictingRules?: GuardrailAutomatedReasoningRule[] | undefined;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning | undefined;
}

/** The claims may be true or false. */
export interface GuardrailAutomatedReasoningSatisfiableFinding {
  translation?: GuardrailAutomatedReasoningTranslation | undefined;
  claimsTrueScenario?: GuardrailAutomatedReasoningScenario | undefined;
  claimsFalseScenario?: GuardrailAutomatedReasoningScenario | undefined;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning | undefined;
}

/** The premises contradict the rules or each other. */
export interface GuardrailAutomatedReasoningImpossibleFinding {
  translation?: GuardrailAutomatedReasoningTranslation | undefined;
  contradictingRules?: GuardrailAutomatedReasoningRule[] | undefined;
  logicWarning?: GuardrailAutomatedReasoningLogicWarning | undefined;
}

/** The text can be read in several ways. */
export interface GuardrailAutomatedReasoningTranslationAmbiguousFinding {
  options?: GuardrailAutomatedReasoningTranslationOption[] | undefined;
  differenceScenarios?: GuardrailAutomatedReasoningScenario[] | undefined;
}

/** The text has more than can be examined. */
export type GuardrailAutomatedReasoningTooComplexFinding = {};

/** Nothing in the text concerns the policy. */
export type GuardrailAutomatedReasoningNoTranslationsFinding = {};

/** Text as logic. */
export interface GuardrailAutomatedReasoningTranslation {
  premises?: GuardrailAutomatedReasoningStatement[] | undefined;
  claims?: GuardrailAutomatedReasoningStatement[] | undefined;
  untranslatedPremises?: GuardrailAutomatedReasoningInputTextReference[] | undefined;
  untranslatedClaims?: GuardrailAutomatedReasoningInputTextReference[] | undefined;
  /** From 0 to 1. */
  confidence?: number | undefined;
}

/** One way to read the text. */
export interface GuardrailAutomatedReasoningTranslationOption {
  translations?: GuardrailAutomatedReasoningTranslation[] | undefined;
}

/** A piece of the text. */
export interface GuardrailAutomatedReasoningInputTextReference {
  text?: string | undefined;
}

/** A statement, as logic and in words. */
export interface GuardrailAutomatedReasoningStatement {
  logic?: string | undefined;
  naturalLanguage?: string | undefined;
}

/** Statements that can hold together. */
export interface GuardrailAutomatedReasoningScenario {
  statements?: GuardrailAutomatedReasoningStatement[] | undefined;
}

/** A rule of the policy. */
export interface GuardrailAutomatedReasoningRule {
  identifier?: string | undefined;
  policyVersionArn?: string | undefined;
}

/** Statements that are true or false whatever the rules. */
export interface GuardrailAutomatedReasoningLogicWarning {
  type?: GuardrailAutomatedReasoningLogicWarningType | undefined;
  premises?: GuardrailAutomatedReasoningStatement[] | undefined;
  claims?: GuardrailAutomatedReasoningStatement[] | undefined;
}

/** Always true, or always false. */
export type GuardrailAutomatedReasoningLogicWarningType = "ALWAYS_FALSE" | "ALWAYS_TRUE" | (string & {});
