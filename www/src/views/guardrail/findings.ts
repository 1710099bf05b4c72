// What a guardrail found, as lines that a person reads: policy, what it found, what it did. Members that it does not
// know are left to the inspector.

import type { ApplyGuardrailOutput, GuardrailUsage } from "outcrop";

export interface Finding {
  policy: string;
  /** What was looked for. */
  what: string;
  /** The text, the strength or the score that it was found by. */
  how: string;
  action: string;
  /** False for what was looked for and not found. */
  detected: boolean;
}

const words = (name: string | undefined): string => (name ?? "").toLowerCase().replace(/_/g, " ");

/** Services send `null` for lists that are not there. */
const list = <T>(values: readonly T[] | null | undefined): readonly T[] => values ?? [];

/** Without a word on it, what is listed was found. */
const found = (detected: boolean | null | undefined): boolean => detected ?? true;

/** All assessments of an answer. */
export function findings({ assessments }: ApplyGuardrailOutput): Finding[] {
  return list(assessments).flatMap((one) => [
    ...list(one.topicPolicy?.topics).map((topic) => ({
      policy: "Denied topic",
      what: topic.name ?? "",
      how: "",
      action: words(topic.action),
      detected: found(topic.detected),
    })),
    ...list(one.contentPolicy?.filters).map((filter) => ({
      policy: "Content filter",
      what: words(filter.type),
      how:
        `confidence ${words(filter.confidence)}` +
        (filter.filterStrength ? `, filter's strength ${words(filter.filterStrength)}` : ""),
      action: words(filter.action),
      detected: found(filter.detected),
    })),
    ...list(one.wordPolicy?.customWords).map((word) => ({
      policy: "Word",
      what: "own list",
      how: `“${word.match}”`,
      action: words(word.action),
      detected: found(word.detected),
    })),
    ...list(one.wordPolicy?.managedWordLists).map((word) => ({
      policy: "Word",
      what: words(word.type),
      how: `“${word.match}”`,
      action: words(word.action),
      detected: found(word.detected),
    })),
    ...list(one.sensitiveInformationPolicy?.piiEntities).map((entity) => ({
      policy: "Personal data",
      what: words(entity.type),
      how: `“${entity.match}”`,
      action: words(entity.action),
      detected: found(entity.detected),
    })),
    ...list(one.sensitiveInformationPolicy?.regexes).map((regex) => ({
      policy: "Own expression",
      what: regex.name ?? regex.regex ?? "",
      how: regex.match ? `“${regex.match}”` : "",
      action: words(regex.action),
      detected: found(regex.detected),
    })),
    ...list(one.contextualGroundingPolicy?.filters).map((filter) => ({
      policy: "Contextual grounding",
      what: words(filter.type),
      how: `score ${filter.score}, threshold ${filter.threshold}`,
      action: words(filter.action),
      detected: found(filter.detected),
    })),
    ...list(one.automatedReasoningPolicy?.findings).map((finding) => ({
      policy: "Automated reasoning",
      what: Object.keys(finding)
        .map((name) => name.replace(/([A-Z])/g, " $1").toLowerCase())
        .join(", "),
      how: "",
      action: "none",
      detected: true,
    })),
  ]);
}

const units: [member: keyof GuardrailUsage, label: string][] = [
  ["topicPolicyUnits", "Topics"],
  ["contentPolicyUnits", "Content, text units"],
  ["contentPolicyImageUnits", "Content, images"],
  ["wordPolicyUnits", "Words"],
  ["sensitiveInformationPolicyUnits", "Personal data"],
  ["sensitiveInformationPolicyFreeUnits", "Personal data, free"],
  ["contextualGroundingPolicyUnits", "Grounding"],
  ["automatedReasoningPolicyUnits", "Automated reasoning"],
  ["automatedReasoningPolicies", "Automated reasoning policies"],
];

/** What it used, by policy; those that used nothing are left out. */
export const used = (usage: GuardrailUsage | undefined): [label: string, units: number][] =>
  units.flatMap(([member, label]) => (usage?.[member] ? [[label, usage[member]]] : []));
