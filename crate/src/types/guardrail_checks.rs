//! InvokeGuardrailChecks: single checks without a guardrail resource. It judges nothing itself.

structure! {
    /// What InvokeGuardrailChecks takes.
    InvokeGuardrailChecksInput => InvokeGuardrailChecksInputBuilder {
        messages = "messages": list(GuardrailChecksMessage, push_message), required;
        checks = "checks": one(GuardrailChecksConfig), required;
    }
}

structure! {
    /// A message to check.
    GuardrailChecksMessage => GuardrailChecksMessageBuilder {
        role = "role": one(GuardrailChecksRole), required;
        content = "content": list(GuardrailChecksContentBlock, push_content), required;
    }
}

open_enum! {
    /// Who speaks.
    GuardrailChecksRole {
        User = "user", Assistant = "assistant", System = "system",
    }
}

union! {
    /// A piece of a message to check.
    GuardrailChecksContentBlock {
        Text as_text = "text": text(), from;
    }
}

structure! {
    /// Which checks to make.
    GuardrailChecksConfig => GuardrailChecksConfigBuilder {
        content_filter = "contentFilter": one(GuardrailChecksContentFilterConfig);
        prompt_attack = "promptAttack": one(GuardrailChecksPromptAttackConfig);
        sensitive_information = "sensitiveInformation": one(GuardrailChecksSensitiveInformationConfig);
    }
}

structure! {
    /// Which harmful content to look for.
    GuardrailChecksContentFilterConfig => GuardrailChecksContentFilterConfigBuilder {
        categories = "categories": list(GuardrailChecksContentFilterCategoryConfig, push_category), required;
    }
}

structure! {
    /// A kind of harmful content to look for.
    GuardrailChecksContentFilterCategoryConfig => GuardrailChecksContentFilterCategoryConfigBuilder {
        category = "category": one(GuardrailChecksContentFilterCategory), required;
    }
}

open_enum! {
    /// A kind of harmful content.
    GuardrailChecksContentFilterCategory {
        Violence = "VIOLENCE", Hate = "HATE", Sexual = "SEXUAL", Misconduct = "MISCONDUCT",
        Insults = "INSULTS",
    }
}

structure! {
    /// Which attacks to look for.
    GuardrailChecksPromptAttackConfig => GuardrailChecksPromptAttackConfigBuilder {
        categories = "categories": list(GuardrailChecksPromptAttackCategoryConfig, push_category), required;
    }
}

structure! {
    /// A kind of attack to look for.
    GuardrailChecksPromptAttackCategoryConfig => GuardrailChecksPromptAttackCategoryConfigBuilder {
        category = "category": one(GuardrailChecksPromptAttackCategory), required;
    }
}

open_enum! {
    /// A kind of attack.
    GuardrailChecksPromptAttackCategory {
        Jailbreak = "JAILBREAK", PromptInjection = "PROMPT_INJECTION",
        PromptLeakage = "PROMPT_LEAKAGE",
    }
}

structure! {
    /// Which personal data to look for.
    GuardrailChecksSensitiveInformationConfig => GuardrailChecksSensitiveInformationConfigBuilder {
        entities = "entities": list(GuardrailChecksSensitiveInformationEntityConfig, push_entity), required;
    }
}

structure! {
    /// A kind of personal data to look for.
    GuardrailChecksSensitiveInformationEntityConfig => GuardrailChecksSensitiveInformationEntityConfigBuilder {
        r#type = "type": one(GuardrailChecksSensitiveInformationEntityType), required;
    }
}

open_enum! {
    /// A kind of personal data.
    GuardrailChecksSensitiveInformationEntityType {
        Address = "ADDRESS", Age = "AGE", AwsAccessKey = "AWS_ACCESS_KEY",
        AwsSecretKey = "AWS_SECRET_KEY", CaHealthNumber = "CA_HEALTH_NUMBER",
        CaSocialInsuranceNumber = "CA_SOCIAL_INSURANCE_NUMBER",
        CreditDebitCardCvv = "CREDIT_DEBIT_CARD_CVV",
        CreditDebitCardExpiry = "CREDIT_DEBIT_CARD_EXPIRY",
        CreditDebitCardNumber = "CREDIT_DEBIT_CARD_NUMBER", DriverId = "DRIVER_ID",
        Email = "EMAIL", InternationalBankAccountNumber = "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        IpAddress = "IP_ADDRESS", LicensePlate = "LICENSE_PLATE", MacAddress = "MAC_ADDRESS",
        Name = "NAME", Password = "PASSWORD", Phone = "PHONE", Pin = "PIN",
        SwiftCode = "SWIFT_CODE",
        UkNationalHealthServiceNumber = "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
        UkNationalInsuranceNumber = "UK_NATIONAL_INSURANCE_NUMBER",
        UkUniqueTaxpayerReferenceNumber = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", Url = "URL",
        Username = "USERNAME", UsBankAccountNumber = "US_BANK_ACCOUNT_NUMBER",
        UsBankRoutingNumber = "US_BANK_ROUTING_NUMBER",
        UsIndividualTaxIdentificationNumber = "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        UsPassportNumber = "US_PASSPORT_NUMBER",
        UsSocialSecurityNumber = "US_SOCIAL_SECURITY_NUMBER",
        VehicleIdentificationNumber = "VEHICLE_IDENTIFICATION_NUMBER",
    }
}

structure! {
    /// What InvokeGuardrailChecks answers.
    InvokeGuardrailChecksOutput => InvokeGuardrailChecksOutputBuilder {
        results = "results": one(GuardrailChecksResults), required;
        usage = "usage": one(GuardrailChecksUsageResults), required;
    }
}

structure! {
    /// What each check found.
    GuardrailChecksResults => GuardrailChecksResultsBuilder {
        content_filter = "contentFilter": one(GuardrailChecksContentFilterResult);
        prompt_attack = "promptAttack": one(GuardrailChecksPromptAttackResult);
        sensitive_information = "sensitiveInformation": one(GuardrailChecksSensitiveInformationResult);
    }
}

structure! {
    /// Harmful content found.
    GuardrailChecksContentFilterResult => GuardrailChecksContentFilterResultBuilder {
        results = "results": list(GuardrailChecksContentFilterResultEntry, push_result), required;
    }
}

structure! {
    /// How severe one kind is.
    GuardrailChecksContentFilterResultEntry => GuardrailChecksContentFilterResultEntryBuilder {
        category = "category": one(GuardrailChecksContentFilterCategory), required;
        /// From 0 to 1.
        severity_score = "severityScore": number(f64), required;
    }
}

structure! {
    /// Attacks found.
    GuardrailChecksPromptAttackResult => GuardrailChecksPromptAttackResultBuilder {
        results = "results": list(GuardrailChecksPromptAttackResultEntry, push_result), required;
    }
}

structure! {
    /// How severe one kind is.
    GuardrailChecksPromptAttackResultEntry => GuardrailChecksPromptAttackResultEntryBuilder {
        category = "category": one(GuardrailChecksPromptAttackCategory), required;
        /// From 0 to 1.
        severity_score = "severityScore": number(f64), required;
    }
}

structure! {
    /// Personal data found.
    GuardrailChecksSensitiveInformationResult => GuardrailChecksSensitiveInformationResultBuilder {
        results = "results": list(GuardrailChecksSensitiveInformationResultEntry, push_result), required;
        truncated = "truncated": number(bool);
    }
}

structure! {
    /// Where personal data is.
    GuardrailChecksSensitiveInformationResultEntry => GuardrailChecksSensitiveInformationResultEntryBuilder {
        r#type = "type": one(GuardrailChecksSensitiveInformationEntityType), required;
        /// From 0 to 1.
        confidence_score = "confidenceScore": number(f64), required;
        begin_offset = "beginOffset": number(i32), required;
        end_offset = "endOffset": number(i32), required;
        message_index = "messageIndex": number(i32), required;
        content_index = "contentIndex": number(i32), required;
    }
}

structure! {
    /// What each check used.
    GuardrailChecksUsageResults => GuardrailChecksUsageResultsBuilder {
        content_filter = "contentFilter": one(GuardrailChecksContentFilterUsage);
        prompt_attack = "promptAttack": one(GuardrailChecksPromptAttackUsage);
        sensitive_information = "sensitiveInformation": one(GuardrailChecksSensitiveInformationUsage);
    }
}

structure! {
    /// What the content check used.
    GuardrailChecksContentFilterUsage => GuardrailChecksContentFilterUsageBuilder {
        text_units = "textUnits": number(i32), required;
    }
}

structure! {
    /// What the attack check used.
    GuardrailChecksPromptAttackUsage => GuardrailChecksPromptAttackUsageBuilder {
        text_units = "textUnits": number(i32), required;
    }
}

structure! {
    /// What the personal data check used.
    GuardrailChecksSensitiveInformationUsage => GuardrailChecksSensitiveInformationUsageBuilder {
        text_units = "textUnits": number(i32), required;
    }
}
