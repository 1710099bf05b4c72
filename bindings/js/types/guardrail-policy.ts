// What each policy of a guardrail found: topics, content, words, personal data, grounding. Findings only.

/** Topics found. */
export interface GuardrailTopicPolicyAssessment {
  topics: GuardrailTopic[] | undefined;
}

/** A topic found. */
export interface GuardrailTopic {
  name: string | undefined;
  type: GuardrailTopicType | undefined;
  action: GuardrailTopicPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** What the policy says of a topic. */
export type GuardrailTopicType = "DENY" | (string & {});

/** What was done about a topic. */
export type GuardrailTopicPolicyAction = "BLOCKED" | "NONE" | (string & {});

/** Harmful content found. */
export interface GuardrailContentPolicyAssessment {
  filters: GuardrailContentFilter[] | undefined;
}

/** A kind of harmful content found. */
export interface GuardrailContentFilter {
  type: GuardrailContentFilterType | undefined;
  confidence: GuardrailContentFilterConfidence | undefined;
  filterStrength?: GuardrailContentFilterStrength | undefined;
  action: GuardrailContentPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** A kind of harmful content. */
export type GuardrailContentFilterType =
  | "INSULTS"
  | "HATE"
  | "SEXUAL"
  | "VIOLENCE"
  | "MISCONDUCT"
  | "PROMPT_ATTACK"
  | (string & {});

/** How sure the filter is. */
export type GuardrailContentFilterConfidence = "NONE" | "LOW" | "MEDIUM" | "HIGH" | (string & {});

/** How strict the filter is. */
export type GuardrailContentFilterStrength = "NONE" | "LOW" | "MEDIUM" | "HIGH" | (string & {});

/** What was done about content. */
export type GuardrailContentPolicyAction = "BLOCKED" | "NONE" | (string & {});

/** Words found. */
export interface GuardrailWordPolicyAssessment {
  customWords: GuardrailCustomWord[] | undefined;
  managedWordLists: GuardrailManagedWord[] | undefined;
}

/** A word of the guardrail's own list. */
export interface GuardrailCustomWord {
  match: string | undefined;
  action: GuardrailWordPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** A word of one of AWS's lists. */
export interface GuardrailManagedWord {
  match: string | undefined;
  type: GuardrailManagedWordType | undefined;
  action: GuardrailWordPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** Which of AWS's lists. */
export type GuardrailManagedWordType = "PROFANITY" | (string & {});

/** What was done about a word. */
export type GuardrailWordPolicyAction = "BLOCKED" | "NONE" | (string & {});

/** Personal data found. Real answers leave lists out. */
export interface GuardrailSensitiveInformationPolicyAssessment {
  piiEntities: GuardrailPiiEntityFilter[] | undefined;
  regexes: GuardrailRegexFilter[] | undefined;
}

/** Personal data of a known kind. */
export interface GuardrailPiiEntityFilter {
  match: string | undefined;
  type: GuardrailPiiEntityType | undefined;
  action: GuardrailSensitiveInformationPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** A kind of personal data. */
export type GuardrailPiiEntityType =
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

/** Text that fits one of the guardrail's expressions. */
export interface GuardrailRegexFilter {
  name?: string | undefined;
  match?: string | undefined;
  regex?: string | undefined;
  action: GuardrailSensitiveInformationPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** What was done about personal data. */
export type GuardrailSensitiveInformationPolicyAction = "ANONYMIZED" | "BLOCKED" | "NONE" | (string & {});

/** How well the answer rests on its source. */
export interface GuardrailContextualGroundingPolicyAssessment {
  filters?: GuardrailContextualGroundingFilter[] | undefined;
}

/** A score against its threshold. */
export interface GuardrailContextualGroundingFilter {
  type: GuardrailContextualGroundingFilterType | undefined;
  /** From 0 to 1; a lower score is acted upon. */
  threshold: number | undefined;
  /** From 0 to 1. */
  score: number | undefined;
  action: GuardrailContextualGroundingPolicyAction | undefined;
  detected?: boolean | undefined;
}

/** What is scored. */
export type GuardrailContextualGroundingFilterType = "GROUNDING" | "RELEVANCE" | (string & {});

/** What was done about a low score. */
export type GuardrailContextualGroundingPolicyAction = "BLOCKED" | "NONE" | (string & {});
