//! What a guardrail's automated reasoning found, statement by statement. Findings only.

structure! {
    /// What automated reasoning found.
    GuardrailAutomatedReasoningPolicyAssessment => GuardrailAutomatedReasoningPolicyAssessmentBuilder {
        findings = "findings": list(GuardrailAutomatedReasoningFinding, push_finding);
    }
}

union! {
    /// One verdict about the answer's claims.
    GuardrailAutomatedReasoningFinding {
        Valid as_valid = "valid": one(GuardrailAutomatedReasoningValidFinding), from;
        Invalid as_invalid = "invalid": one(GuardrailAutomatedReasoningInvalidFinding), from;
        Satisfiable as_satisfiable = "satisfiable": one(GuardrailAutomatedReasoningSatisfiableFinding), from;
        Impossible as_impossible = "impossible": one(GuardrailAutomatedReasoningImpossibleFinding), from;
        TranslationAmbiguous as_translation_ambiguous = "translationAmbiguous": one(GuardrailAutomatedReasoningTranslationAmbiguousFinding), from;
        TooComplex as_too_complex = "tooComplex": one(GuardrailAutomatedReasoningTooComplexFinding), from;
        NoTranslations as_no_translations = "noTranslations": one(GuardrailAutomatedReasoningNoTranslationsFinding), from;
    }
}

structure! {
    /// The claims follow from the premises and the rules.
    GuardrailAutomatedReasoningValidFinding => GuardrailAutomatedReasoningValidFindingBuilder {
        translation = "translation": one(GuardrailAutomatedReasoningTranslation);
        claims_true_scenario = "claimsTrueScenario": one(GuardrailAutomatedReasoningScenario);
        supporting_rules = "supportingRules": list(GuardrailAutomatedReasoningRule, push_supporting_rule);
        logic_warning = "logicWarning": one(GuardrailAutomatedReasoningLogicWarning);
    }
}

structure! {
    /// The claims contradict the rules.
    GuardrailAutomatedReasoningInvalidFinding => GuardrailAutomatedReasoningInvalidFindingBuilder {
        translation = "translation": one(GuardrailAutomatedReasoningTranslation);
        contradicting_rules = "contradictingRules": list(GuardrailAutomatedReasoningRule, push_contradicting_rule);
        logic_warning = "logicWarning": one(GuardrailAutomatedReasoningLogicWarning);
    }
}

structure! {
    /// The claims may be true or false.
    GuardrailAutomatedReasoningSatisfiableFinding => GuardrailAutomatedReasoningSatisfiableFindingBuilder {
        translation = "translation": one(GuardrailAutomatedReasoningTranslation);
        claims_true_scenario = "claimsTrueScenario": one(GuardrailAutomatedReasoningScenario);
        claims_false_scenario = "claimsFalseScenario": one(GuardrailAutomatedReasoningScenario);
        logic_warning = "logicWarning": one(GuardrailAutomatedReasoningLogicWarning);
    }
}

structure! {
    /// The premises contradict the rules or each other.
    GuardrailAutomatedReasoningImpossibleFinding => GuardrailAutomatedReasoningImpossibleFindingBuilder {
        translation = "translation": one(GuardrailAutomatedReasoningTranslation);
        contradicting_rules = "contradictingRules": list(GuardrailAutomatedReasoningRule, push_contradicting_rule);
        logic_warning = "logicWarning": one(GuardrailAutomatedReasoningLogicWarning);
    }
}

structure! {
    /// The text can be read in several ways.
    GuardrailAutomatedReasoningTranslationAmbiguousFinding => GuardrailAutomatedReasoningTranslationAmbiguousFindingBuilder {
        options = "options": list(GuardrailAutomatedReasoningTranslationOption, push_option);
        difference_scenarios = "differenceScenarios": list(GuardrailAutomatedReasoningScenario, push_difference_scenario);
    }
}

structure! {
    /// The text has more than can be examined.
    GuardrailAutomatedReasoningTooComplexFinding => GuardrailAutomatedReasoningTooComplexFindingBuilder {}
}

structure! {
    /// Nothing in the text concerns the policy.
    GuardrailAutomatedReasoningNoTranslationsFinding => GuardrailAutomatedReasoningNoTranslationsFindingBuilder {}
}

structure! {
    /// Text as logic.
    GuardrailAutomatedReasoningTranslation => GuardrailAutomatedReasoningTranslationBuilder {
        premises = "premises": list(GuardrailAutomatedReasoningStatement, push_premise);
        claims = "claims": list(GuardrailAutomatedReasoningStatement, push_claim);
        untranslated_premises = "untranslatedPremises": list(GuardrailAutomatedReasoningInputTextReference, push_untranslated_premise);
        untranslated_claims = "untranslatedClaims": list(GuardrailAutomatedReasoningInputTextReference, push_untranslated_claim);
        /// From 0 to 1.
        confidence = "confidence": number(f64);
    }
}

structure! {
    /// One way to read the text.
    GuardrailAutomatedReasoningTranslationOption => GuardrailAutomatedReasoningTranslationOptionBuilder {
        translations = "translations": list(GuardrailAutomatedReasoningTranslation, push_translation);
    }
}

structure! {
    /// A piece of the text.
    GuardrailAutomatedReasoningInputTextReference => GuardrailAutomatedReasoningInputTextReferenceBuilder {
        text = "text": text();
    }
}

structure! {
    /// A statement, as logic and in words.
    GuardrailAutomatedReasoningStatement => GuardrailAutomatedReasoningStatementBuilder {
        logic = "logic": text();
        natural_language = "naturalLanguage": text();
    }
}

structure! {
    /// Statements that can hold together.
    GuardrailAutomatedReasoningScenario => GuardrailAutomatedReasoningScenarioBuilder {
        statements = "statements": list(GuardrailAutomatedReasoningStatement, push_statement);
    }
}

structure! {
    /// A rule of the policy.
    GuardrailAutomatedReasoningRule => GuardrailAutomatedReasoningRuleBuilder {
        identifier = "identifier": text();
        policy_version_arn = "policyVersionArn": text();
    }
}

structure! {
    /// Statements that are true or false whatever the rules.
    GuardrailAutomatedReasoningLogicWarning => GuardrailAutomatedReasoningLogicWarningBuilder {
        r#type = "type": one(GuardrailAutomatedReasoningLogicWarningType);
        premises = "premises": list(GuardrailAutomatedReasoningStatement, push_premise);
        claims = "claims": list(GuardrailAutomatedReasoningStatement, push_claim);
    }
}

open_enum! {
    /// Always true, or always false.
    GuardrailAutomatedReasoningLogicWarningType {
        AlwaysFalse = "ALWAYS_FALSE", AlwaysTrue = "ALWAYS_TRUE",
    }
}
