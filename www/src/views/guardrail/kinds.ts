// What InvokeGuardrailChecks can look for: the categories of the service's model.

export const content = ["VIOLENCE", "HATE", "SEXUAL", "MISCONDUCT", "INSULTS"] as const;

export const attacks = ["JAILBREAK", "PROMPT_INJECTION", "PROMPT_LEAKAGE"] as const;

export const entities = [
  "ADDRESS",
  "AGE",
  "AWS_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "CA_HEALTH_NUMBER",
  "CA_SOCIAL_INSURANCE_NUMBER",
  "CREDIT_DEBIT_CARD_CVV",
  "CREDIT_DEBIT_CARD_EXPIRY",
  "CREDIT_DEBIT_CARD_NUMBER",
  "DRIVER_ID",
  "EMAIL",
  "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
  "IP_ADDRESS",
  "LICENSE_PLATE",
  "MAC_ADDRESS",
  "NAME",
  "PASSWORD",
  "PHONE",
  "PIN",
  "SWIFT_CODE",
  "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
  "UK_NATIONAL_INSURANCE_NUMBER",
  "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
  "URL",
  "USERNAME",
  "US_BANK_ACCOUNT_NUMBER",
  "US_BANK_ROUTING_NUMBER",
  "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
  "US_PASSPORT_NUMBER",
  "US_SOCIAL_SECURITY_NUMBER",
  "VEHICLE_IDENTIFICATION_NUMBER",
] as const;

const kept = new Set(["AWS", "CA", "CVV", "IP", "MAC", "PIN", "SWIFT", "UK", "URL", "US", "ID"]);

/** A category as people read it: `IP address`. */
export const label = (name: string): string =>
  name
    .split("_")
    .map((word, index) =>
      kept.has(word) ? word : index === 0 ? word[0] + word.slice(1).toLowerCase() : word.toLowerCase(),
    )
    .join(" ");
