// The service's enumerations as objects, as libraries import them, from the service model 2023-09-30. A bundler leaves
// out what is not used. The types of the same names are open, as AWS adds values.
// Longer than a file should be: it is one list, and nothing else is in it.

/** The values of `AsyncInvokeStatus`, under AWS's names. AWS adds values: an answer may have others. */
export const AsyncInvokeStatus = {
  COMPLETED: "Completed",
  FAILED: "Failed",
  IN_PROGRESS: "InProgress",
} as const;
export type AsyncInvokeStatus = (typeof AsyncInvokeStatus)[keyof typeof AsyncInvokeStatus] | (string & {});

/** The values of `AudioFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const AudioFormat = {
  AAC: "aac",
  FLAC: "flac",
  M4A: "m4a",
  MKA: "mka",
  MKV: "mkv",
  MP3: "mp3",
  MP4: "mp4",
  MPEG: "mpeg",
  MPGA: "mpga",
  OGG: "ogg",
  OPUS: "opus",
  PCM: "pcm",
  WAV: "wav",
  WEBM: "webm",
  X_AAC: "x-aac",
} as const;
export type AudioFormat = (typeof AudioFormat)[keyof typeof AudioFormat] | (string & {});

/** The values of `CachePointType`, under AWS's names. AWS adds values: an answer may have others. */
export const CachePointType = {
  DEFAULT: "default",
} as const;
export type CachePointType = (typeof CachePointType)[keyof typeof CachePointType] | (string & {});

/** The values of `CacheTTL`, under AWS's names. AWS adds values: an answer may have others. */
export const CacheTTL = {
  ONE_HOUR: "1h",
  FIVE_MINUTES: "5m",
} as const;
export type CacheTTL = (typeof CacheTTL)[keyof typeof CacheTTL] | (string & {});

/** The values of `ConversationRole`, under AWS's names. AWS adds values: an answer may have others. */
export const ConversationRole = {
  ASSISTANT: "assistant",
  SYSTEM: "system",
  USER: "user",
} as const;
export type ConversationRole = (typeof ConversationRole)[keyof typeof ConversationRole] | (string & {});

/** The values of `DocumentFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const DocumentFormat = {
  CSV: "csv",
  DOC: "doc",
  DOCX: "docx",
  HTML: "html",
  MD: "md",
  PDF: "pdf",
  TXT: "txt",
  XLS: "xls",
  XLSX: "xlsx",
} as const;
export type DocumentFormat = (typeof DocumentFormat)[keyof typeof DocumentFormat] | (string & {});

/** The values of `GuardrailAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailAction = {
  GUARDRAIL_INTERVENED: "GUARDRAIL_INTERVENED",
  NONE: "NONE",
} as const;
export type GuardrailAction = (typeof GuardrailAction)[keyof typeof GuardrailAction] | (string & {});

/** The values of `GuardrailAutomatedReasoningLogicWarningType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailAutomatedReasoningLogicWarningType = {
  ALWAYS_FALSE: "ALWAYS_FALSE",
  ALWAYS_TRUE: "ALWAYS_TRUE",
} as const;
export type GuardrailAutomatedReasoningLogicWarningType =
  | (typeof GuardrailAutomatedReasoningLogicWarningType)[keyof typeof GuardrailAutomatedReasoningLogicWarningType]
  | (string & {});

/** The values of `GuardrailChecksContentFilterCategory`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailChecksContentFilterCategory = {
  HATE: "HATE",
  INSULTS: "INSULTS",
  MISCONDUCT: "MISCONDUCT",
  SEXUAL: "SEXUAL",
  VIOLENCE: "VIOLENCE",
} as const;
export type GuardrailChecksContentFilterCategory =
  | (typeof GuardrailChecksContentFilterCategory)[keyof typeof GuardrailChecksContentFilterCategory]
  | (string & {});

/** The values of `GuardrailChecksPromptAttackCategory`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailChecksPromptAttackCategory = {
  JAILBREAK: "JAILBREAK",
  PROMPT_INJECTION: "PROMPT_INJECTION",
  PROMPT_LEAKAGE: "PROMPT_LEAKAGE",
} as const;
export type GuardrailChecksPromptAttackCategory =
  | (typeof GuardrailChecksPromptAttackCategory)[keyof typeof GuardrailChecksPromptAttackCategory]
  | (string & {});

/** The values of `GuardrailChecksRole`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailChecksRole = {
  ASSISTANT: "assistant",
  SYSTEM: "system",
  USER: "user",
} as const;
export type GuardrailChecksRole = (typeof GuardrailChecksRole)[keyof typeof GuardrailChecksRole] | (string & {});

/** The values of `GuardrailChecksSensitiveInformationEntityType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailChecksSensitiveInformationEntityType = {
  ADDRESS: "ADDRESS",
  AGE: "AGE",
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY",
  AWS_SECRET_KEY: "AWS_SECRET_KEY",
  CA_HEALTH_NUMBER: "CA_HEALTH_NUMBER",
  CA_SOCIAL_INSURANCE_NUMBER: "CA_SOCIAL_INSURANCE_NUMBER",
  CREDIT_DEBIT_CARD_CVV: "CREDIT_DEBIT_CARD_CVV",
  CREDIT_DEBIT_CARD_EXPIRY: "CREDIT_DEBIT_CARD_EXPIRY",
  CREDIT_DEBIT_CARD_NUMBER: "CREDIT_DEBIT_CARD_NUMBER",
  DRIVER_ID: "DRIVER_ID",
  EMAIL: "EMAIL",
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
  IP_ADDRESS: "IP_ADDRESS",
  LICENSE_PLATE: "LICENSE_PLATE",
  MAC_ADDRESS: "MAC_ADDRESS",
  NAME: "NAME",
  PASSWORD: "PASSWORD",
  PHONE: "PHONE",
  PIN: "PIN",
  SWIFT_CODE: "SWIFT_CODE",
  UK_NATIONAL_HEALTH_SERVICE_NUMBER: "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
  UK_NATIONAL_INSURANCE_NUMBER: "UK_NATIONAL_INSURANCE_NUMBER",
  UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER: "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
  URL: "URL",
  USERNAME: "USERNAME",
  US_BANK_ACCOUNT_NUMBER: "US_BANK_ACCOUNT_NUMBER",
  US_BANK_ROUTING_NUMBER: "US_BANK_ROUTING_NUMBER",
  US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER: "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
  US_PASSPORT_NUMBER: "US_PASSPORT_NUMBER",
  US_SOCIAL_SECURITY_NUMBER: "US_SOCIAL_SECURITY_NUMBER",
  VEHICLE_IDENTIFICATION_NUMBER: "VEHICLE_IDENTIFICATION_NUMBER",
} as const;
export type GuardrailChecksSensitiveInformationEntityType =
  | (typeof GuardrailChecksSensitiveInformationEntityType)[keyof typeof GuardrailChecksSensitiveInformationEntityType]
  | (string & {});

/** The values of `GuardrailContentFilterConfidence`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentFilterConfidence = {
  HIGH: "HIGH",
  LOW: "LOW",
  MEDIUM: "MEDIUM",
  NONE: "NONE",
} as const;
export type GuardrailContentFilterConfidence =
  | (typeof GuardrailContentFilterConfidence)[keyof typeof GuardrailContentFilterConfidence]
  | (string & {});

/** The values of `GuardrailContentFilterStrength`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentFilterStrength = {
  HIGH: "HIGH",
  LOW: "LOW",
  MEDIUM: "MEDIUM",
  NONE: "NONE",
} as const;
export type GuardrailContentFilterStrength =
  | (typeof GuardrailContentFilterStrength)[keyof typeof GuardrailContentFilterStrength]
  | (string & {});

/** The values of `GuardrailContentFilterType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentFilterType = {
  HATE: "HATE",
  INSULTS: "INSULTS",
  MISCONDUCT: "MISCONDUCT",
  PROMPT_ATTACK: "PROMPT_ATTACK",
  SEXUAL: "SEXUAL",
  VIOLENCE: "VIOLENCE",
} as const;
export type GuardrailContentFilterType =
  | (typeof GuardrailContentFilterType)[keyof typeof GuardrailContentFilterType]
  | (string & {});

/** The values of `GuardrailContentPolicyAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentPolicyAction = {
  BLOCKED: "BLOCKED",
  NONE: "NONE",
} as const;
export type GuardrailContentPolicyAction =
  | (typeof GuardrailContentPolicyAction)[keyof typeof GuardrailContentPolicyAction]
  | (string & {});

/** The values of `GuardrailContentQualifier`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentQualifier = {
  GROUNDING_SOURCE: "grounding_source",
  GUARD_CONTENT: "guard_content",
  QUERY: "query",
} as const;
export type GuardrailContentQualifier =
  | (typeof GuardrailContentQualifier)[keyof typeof GuardrailContentQualifier]
  | (string & {});

/** The values of `GuardrailContentSource`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContentSource = {
  INPUT: "INPUT",
  OUTPUT: "OUTPUT",
} as const;
export type GuardrailContentSource =
  | (typeof GuardrailContentSource)[keyof typeof GuardrailContentSource]
  | (string & {});

/** The values of `GuardrailContextualGroundingFilterType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContextualGroundingFilterType = {
  GROUNDING: "GROUNDING",
  RELEVANCE: "RELEVANCE",
} as const;
export type GuardrailContextualGroundingFilterType =
  | (typeof GuardrailContextualGroundingFilterType)[keyof typeof GuardrailContextualGroundingFilterType]
  | (string & {});

/** The values of `GuardrailContextualGroundingPolicyAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailContextualGroundingPolicyAction = {
  BLOCKED: "BLOCKED",
  NONE: "NONE",
} as const;
export type GuardrailContextualGroundingPolicyAction =
  | (typeof GuardrailContextualGroundingPolicyAction)[keyof typeof GuardrailContextualGroundingPolicyAction]
  | (string & {});

/** The values of `GuardrailConverseContentQualifier`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailConverseContentQualifier = {
  GROUNDING_SOURCE: "grounding_source",
  GUARD_CONTENT: "guard_content",
  QUERY: "query",
} as const;
export type GuardrailConverseContentQualifier =
  | (typeof GuardrailConverseContentQualifier)[keyof typeof GuardrailConverseContentQualifier]
  | (string & {});

/** The values of `GuardrailConverseImageFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailConverseImageFormat = {
  JPEG: "jpeg",
  PNG: "png",
} as const;
export type GuardrailConverseImageFormat =
  | (typeof GuardrailConverseImageFormat)[keyof typeof GuardrailConverseImageFormat]
  | (string & {});

/** The values of `GuardrailImageFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailImageFormat = {
  JPEG: "jpeg",
  PNG: "png",
} as const;
export type GuardrailImageFormat = (typeof GuardrailImageFormat)[keyof typeof GuardrailImageFormat] | (string & {});

/** The values of `GuardrailManagedWordType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailManagedWordType = {
  PROFANITY: "PROFANITY",
} as const;
export type GuardrailManagedWordType =
  | (typeof GuardrailManagedWordType)[keyof typeof GuardrailManagedWordType]
  | (string & {});

/** The values of `GuardrailOrigin`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailOrigin = {
  ACCOUNT_ENFORCED: "ACCOUNT_ENFORCED",
  ORGANIZATION_ENFORCED: "ORGANIZATION_ENFORCED",
  REQUEST: "REQUEST",
} as const;
export type GuardrailOrigin = (typeof GuardrailOrigin)[keyof typeof GuardrailOrigin] | (string & {});

/** The values of `GuardrailOutputScope`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailOutputScope = {
  FULL: "FULL",
  INTERVENTIONS: "INTERVENTIONS",
} as const;
export type GuardrailOutputScope = (typeof GuardrailOutputScope)[keyof typeof GuardrailOutputScope] | (string & {});

/** The values of `GuardrailOwnership`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailOwnership = {
  CROSS_ACCOUNT: "CROSS_ACCOUNT",
  SELF: "SELF",
} as const;
export type GuardrailOwnership = (typeof GuardrailOwnership)[keyof typeof GuardrailOwnership] | (string & {});

/** The values of `GuardrailPiiEntityType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailPiiEntityType = {
  ADDRESS: "ADDRESS",
  AGE: "AGE",
  AWS_ACCESS_KEY: "AWS_ACCESS_KEY",
  AWS_SECRET_KEY: "AWS_SECRET_KEY",
  CA_HEALTH_NUMBER: "CA_HEALTH_NUMBER",
  CA_SOCIAL_INSURANCE_NUMBER: "CA_SOCIAL_INSURANCE_NUMBER",
  CREDIT_DEBIT_CARD_CVV: "CREDIT_DEBIT_CARD_CVV",
  CREDIT_DEBIT_CARD_EXPIRY: "CREDIT_DEBIT_CARD_EXPIRY",
  CREDIT_DEBIT_CARD_NUMBER: "CREDIT_DEBIT_CARD_NUMBER",
  DRIVER_ID: "DRIVER_ID",
  EMAIL: "EMAIL",
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
  IP_ADDRESS: "IP_ADDRESS",
  LICENSE_PLATE: "LICENSE_PLATE",
  MAC_ADDRESS: "MAC_ADDRESS",
  NAME: "NAME",
  PASSWORD: "PASSWORD",
  PHONE: "PHONE",
  PIN: "PIN",
  SWIFT_CODE: "SWIFT_CODE",
  UK_NATIONAL_HEALTH_SERVICE_NUMBER: "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
  UK_NATIONAL_INSURANCE_NUMBER: "UK_NATIONAL_INSURANCE_NUMBER",
  UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER: "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
  URL: "URL",
  USERNAME: "USERNAME",
  US_BANK_ACCOUNT_NUMBER: "US_BANK_ACCOUNT_NUMBER",
  US_BANK_ROUTING_NUMBER: "US_BANK_ROUTING_NUMBER",
  US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER: "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
  US_PASSPORT_NUMBER: "US_PASSPORT_NUMBER",
  US_SOCIAL_SECURITY_NUMBER: "US_SOCIAL_SECURITY_NUMBER",
  VEHICLE_IDENTIFICATION_NUMBER: "VEHICLE_IDENTIFICATION_NUMBER",
} as const;
export type GuardrailPiiEntityType =
  | (typeof GuardrailPiiEntityType)[keyof typeof GuardrailPiiEntityType]
  | (string & {});

/** The values of `GuardrailSensitiveInformationPolicyAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailSensitiveInformationPolicyAction = {
  ANONYMIZED: "ANONYMIZED",
  BLOCKED: "BLOCKED",
  NONE: "NONE",
} as const;
export type GuardrailSensitiveInformationPolicyAction =
  | (typeof GuardrailSensitiveInformationPolicyAction)[keyof typeof GuardrailSensitiveInformationPolicyAction]
  | (string & {});

/** The values of `GuardrailStreamProcessingMode`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailStreamProcessingMode = {
  ASYNC: "async",
  SYNC: "sync",
} as const;
export type GuardrailStreamProcessingMode =
  | (typeof GuardrailStreamProcessingMode)[keyof typeof GuardrailStreamProcessingMode]
  | (string & {});

/** The values of `GuardrailTopicPolicyAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailTopicPolicyAction = {
  BLOCKED: "BLOCKED",
  NONE: "NONE",
} as const;
export type GuardrailTopicPolicyAction =
  | (typeof GuardrailTopicPolicyAction)[keyof typeof GuardrailTopicPolicyAction]
  | (string & {});

/** The values of `GuardrailTopicType`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailTopicType = {
  DENY: "DENY",
} as const;
export type GuardrailTopicType = (typeof GuardrailTopicType)[keyof typeof GuardrailTopicType] | (string & {});

/** The values of `GuardrailTrace`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailTrace = {
  DISABLED: "disabled",
  ENABLED: "enabled",
  ENABLED_FULL: "enabled_full",
} as const;
export type GuardrailTrace = (typeof GuardrailTrace)[keyof typeof GuardrailTrace] | (string & {});

/** The values of `GuardrailWordPolicyAction`, under AWS's names. AWS adds values: an answer may have others. */
export const GuardrailWordPolicyAction = {
  BLOCKED: "BLOCKED",
  NONE: "NONE",
} as const;
export type GuardrailWordPolicyAction =
  | (typeof GuardrailWordPolicyAction)[keyof typeof GuardrailWordPolicyAction]
  | (string & {});

/** The values of `ImageFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const ImageFormat = {
  GIF: "gif",
  JPEG: "jpeg",
  PNG: "png",
  WEBP: "webp",
} as const;
export type ImageFormat = (typeof ImageFormat)[keyof typeof ImageFormat] | (string & {});

/** The values of `OutputFormatType`, under AWS's names. AWS adds values: an answer may have others. */
export const OutputFormatType = {
  JSON_SCHEMA: "json_schema",
} as const;
export type OutputFormatType = (typeof OutputFormatType)[keyof typeof OutputFormatType] | (string & {});

/** The values of `PerformanceConfigLatency`, under AWS's names. AWS adds values: an answer may have others. */
export const PerformanceConfigLatency = {
  OPTIMIZED: "optimized",
  STANDARD: "standard",
} as const;
export type PerformanceConfigLatency =
  | (typeof PerformanceConfigLatency)[keyof typeof PerformanceConfigLatency]
  | (string & {});

/** The values of `ServiceTierType`, under AWS's names. AWS adds values: an answer may have others. */
export const ServiceTierType = {
  DEFAULT: "default",
  FLEX: "flex",
  PRIORITY: "priority",
  RESERVED: "reserved",
} as const;
export type ServiceTierType = (typeof ServiceTierType)[keyof typeof ServiceTierType] | (string & {});

/** The values of `SortAsyncInvocationBy`, under AWS's names. AWS adds values: an answer may have others. */
export const SortAsyncInvocationBy = {
  SUBMISSION_TIME: "SubmissionTime",
} as const;
export type SortAsyncInvocationBy = (typeof SortAsyncInvocationBy)[keyof typeof SortAsyncInvocationBy] | (string & {});

/** The values of `SortOrder`, under AWS's names. AWS adds values: an answer may have others. */
export const SortOrder = {
  ASCENDING: "Ascending",
  DESCENDING: "Descending",
} as const;
export type SortOrder = (typeof SortOrder)[keyof typeof SortOrder] | (string & {});

/** The values of `StopReason`, under AWS's names. AWS adds values: an answer may have others. */
export const StopReason = {
  CONTENT_FILTERED: "content_filtered",
  END_TURN: "end_turn",
  GUARDRAIL_INTERVENED: "guardrail_intervened",
  MALFORMED_MODEL_OUTPUT: "malformed_model_output",
  MALFORMED_TOOL_USE: "malformed_tool_use",
  MAX_TOKENS: "max_tokens",
  MODEL_CONTEXT_WINDOW_EXCEEDED: "model_context_window_exceeded",
  STOP_SEQUENCE: "stop_sequence",
  TOOL_USE: "tool_use",
} as const;
export type StopReason = (typeof StopReason)[keyof typeof StopReason] | (string & {});

/** The values of `ToolResultStatus`, under AWS's names. AWS adds values: an answer may have others. */
export const ToolResultStatus = {
  ERROR: "error",
  SUCCESS: "success",
} as const;
export type ToolResultStatus = (typeof ToolResultStatus)[keyof typeof ToolResultStatus] | (string & {});

/** The values of `ToolUseType`, under AWS's names. AWS adds values: an answer may have others. */
export const ToolUseType = {
  SERVER_TOOL_USE: "server_tool_use",
} as const;
export type ToolUseType = (typeof ToolUseType)[keyof typeof ToolUseType] | (string & {});

/** The values of `Trace`, under AWS's names. AWS adds values: an answer may have others. */
export const Trace = {
  DISABLED: "DISABLED",
  ENABLED: "ENABLED",
  ENABLED_FULL: "ENABLED_FULL",
} as const;
export type Trace = (typeof Trace)[keyof typeof Trace] | (string & {});

/** The values of `VideoFormat`, under AWS's names. AWS adds values: an answer may have others. */
export const VideoFormat = {
  FLV: "flv",
  MKV: "mkv",
  MOV: "mov",
  MP4: "mp4",
  MPEG: "mpeg",
  MPG: "mpg",
  THREE_GP: "three_gp",
  WEBM: "webm",
  WMV: "wmv",
} as const;
export type VideoFormat = (typeof VideoFormat)[keyof typeof VideoFormat] | (string & {});
