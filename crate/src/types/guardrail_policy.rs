//! What each policy of a guardrail found: topics, content, words, personal data, grounding. Findings only.

structure! {
    /// Topics found.
    GuardrailTopicPolicyAssessment => GuardrailTopicPolicyAssessmentBuilder {
        topics = "topics": list(GuardrailTopic, push_topic), required;
    }
}

structure! {
    /// A topic found.
    GuardrailTopic => GuardrailTopicBuilder {
        name = "name": text(), required;
        r#type = "type": one(GuardrailTopicType), required;
        action = "action": one(GuardrailTopicPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// What the policy says of a topic.
    GuardrailTopicType {
        Deny = "DENY",
    }
}

open_enum! {
    /// What was done about a topic.
    GuardrailTopicPolicyAction {
        Blocked = "BLOCKED", None = "NONE",
    }
}

structure! {
    /// Harmful content found.
    GuardrailContentPolicyAssessment => GuardrailContentPolicyAssessmentBuilder {
        filters = "filters": list(GuardrailContentFilter, push_filter), required;
    }
}

structure! {
    /// A kind of harmful content found.
    GuardrailContentFilter => GuardrailContentFilterBuilder {
        r#type = "type": one(GuardrailContentFilterType), required;
        confidence = "confidence": one(GuardrailContentFilterConfidence), required;
        filter_strength = "filterStrength": one(GuardrailContentFilterStrength);
        action = "action": one(GuardrailContentPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// A kind of harmful content.
    GuardrailContentFilterType {
        Insults = "INSULTS", Hate = "HATE", Sexual = "SEXUAL", Violence = "VIOLENCE",
        Misconduct = "MISCONDUCT", PromptAttack = "PROMPT_ATTACK",
    }
}

open_enum! {
    /// How sure the filter is.
    GuardrailContentFilterConfidence {
        None = "NONE", Low = "LOW", Medium = "MEDIUM", High = "HIGH",
    }
}

open_enum! {
    /// How strict the filter is.
    GuardrailContentFilterStrength {
        None = "NONE", Low = "LOW", Medium = "MEDIUM", High = "HIGH",
    }
}

open_enum! {
    /// What was done about content.
    GuardrailContentPolicyAction {
        Blocked = "BLOCKED", None = "NONE",
    }
}

structure! {
    /// Words found.
    GuardrailWordPolicyAssessment => GuardrailWordPolicyAssessmentBuilder {
        custom_words = "customWords": list(GuardrailCustomWord, push_custom_word), required;
        managed_word_lists = "managedWordLists": list(GuardrailManagedWord, push_managed_word_list), required;
    }
}

structure! {
    /// A word of the guardrail's own list.
    GuardrailCustomWord => GuardrailCustomWordBuilder {
        r#match = "match": text(), required;
        action = "action": one(GuardrailWordPolicyAction), required;
        detected = "detected": number(bool);
    }
}

structure! {
    /// A word of one of AWS's lists.
    GuardrailManagedWord => GuardrailManagedWordBuilder {
        r#match = "match": text(), required;
        r#type = "type": one(GuardrailManagedWordType), required;
        action = "action": one(GuardrailWordPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// Which of AWS's lists.
    GuardrailManagedWordType {
        Profanity = "PROFANITY",
    }
}

open_enum! {
    /// What was done about a word.
    GuardrailWordPolicyAction {
        Blocked = "BLOCKED", None = "NONE",
    }
}

structure! {
    /// Personal data found. Real answers leave lists out.
    GuardrailSensitiveInformationPolicyAssessment => GuardrailSensitiveInformationPolicyAssessmentBuilder {
        pii_entities = "piiEntities": list(GuardrailPiiEntityFilter, push_pii_entity), required;
        regexes = "regexes": list(GuardrailRegexFilter, push_regex), required;
    }
}

structure! {
    /// Personal data of a known kind.
    GuardrailPiiEntityFilter => GuardrailPiiEntityFilterBuilder {
        r#match = "match": text(), required;
        r#type = "type": one(GuardrailPiiEntityType), required;
        action = "action": one(GuardrailSensitiveInformationPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// A kind of personal data.
    GuardrailPiiEntityType {
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
    /// Text that fits one of the guardrail's expressions.
    GuardrailRegexFilter => GuardrailRegexFilterBuilder {
        name = "name": text();
        r#match = "match": text();
        regex = "regex": text();
        action = "action": one(GuardrailSensitiveInformationPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// What was done about personal data.
    GuardrailSensitiveInformationPolicyAction {
        Anonymized = "ANONYMIZED", Blocked = "BLOCKED", None = "NONE",
    }
}

structure! {
    /// How well the answer rests on its source.
    GuardrailContextualGroundingPolicyAssessment => GuardrailContextualGroundingPolicyAssessmentBuilder {
        filters = "filters": list(GuardrailContextualGroundingFilter, push_filter);
    }
}

structure! {
    /// A score against its threshold.
    GuardrailContextualGroundingFilter => GuardrailContextualGroundingFilterBuilder {
        r#type = "type": one(GuardrailContextualGroundingFilterType), required;
        /// From 0 to 1; a lower score is acted upon.
        threshold = "threshold": number(f64), required;
        /// From 0 to 1.
        score = "score": number(f64), required;
        action = "action": one(GuardrailContextualGroundingPolicyAction), required;
        detected = "detected": number(bool);
    }
}

open_enum! {
    /// What is scored.
    GuardrailContextualGroundingFilterType {
        Grounding = "GROUNDING", Relevance = "RELEVANCE",
    }
}

open_enum! {
    /// What was done about a low score.
    GuardrailContextualGroundingPolicyAction {
        Blocked = "BLOCKED", None = "NONE",
    }
}
