//! Guardrails: which one to use, what it is to look at, and what it found overall. It judges nothing itself.

use super::blob::Blob;
use super::guardrail_policy::{
    GuardrailContentPolicyAssessment, GuardrailContextualGroundingPolicyAssessment,
    GuardrailSensitiveInformationPolicyAssessment, GuardrailTopicPolicyAssessment,
    GuardrailWordPolicyAssessment,
};
use super::guardrail_reasoning::GuardrailAutomatedReasoningPolicyAssessment;

structure! {
    /// The guardrail of a Converse request.
    GuardrailConfiguration => GuardrailConfigurationBuilder {
        guardrail_identifier = "guardrailIdentifier": text();
        guardrail_version = "guardrailVersion": text();
        trace = "trace": one(GuardrailTrace);
    }
}

structure! {
    /// The guardrail of a ConverseStream request.
    GuardrailStreamConfiguration => GuardrailStreamConfigurationBuilder {
        guardrail_identifier = "guardrailIdentifier": text();
        guardrail_version = "guardrailVersion": text();
        trace = "trace": one(GuardrailTrace);
        /// Whether text waits for the guardrail or is shown before it has looked.
        stream_processing_mode = "streamProcessingMode": one(GuardrailStreamProcessingMode);
    }
}

open_enum! {
    /// Whether the answer tells what the guardrail found.
    GuardrailTrace {
        Enabled = "enabled", Disabled = "disabled", EnabledFull = "enabled_full",
    }
}

open_enum! {
    /// When the guardrail looks at streamed text.
    GuardrailStreamProcessingMode {
        Sync = "sync", Async = "async",
    }
}

union! {
    /// Content that the guardrail is to look at.
    GuardrailConverseContentBlock {
        Text as_text = "text": one(GuardrailConverseTextBlock), from;
        Image as_image = "image": one(GuardrailConverseImageBlock), from;
    }
}

structure! {
    /// Text that the guardrail is to look at.
    GuardrailConverseTextBlock => GuardrailConverseTextBlockBuilder {
        text = "text": text(), required;
        qualifiers = "qualifiers": list(GuardrailConverseContentQualifier, push_qualifier);
    }
}

open_enum! {
    /// What guarded text is.
    GuardrailConverseContentQualifier {
        GroundingSource = "grounding_source", Query = "query", GuardContent = "guard_content",
    }
}

structure! {
    /// An image that the guardrail is to look at.
    GuardrailConverseImageBlock => GuardrailConverseImageBlockBuilder {
        format = "format": one(GuardrailConverseImageFormat), required;
        source = "source": one(GuardrailConverseImageSource), required;
    }
}

union! {
    /// A guarded image's bytes.
    GuardrailConverseImageSource {
        Bytes as_bytes = "bytes": one(Blob), from;
    }
}

open_enum! {
    /// How a guarded image is encoded.
    GuardrailConverseImageFormat {
        Png = "png", Jpeg = "jpeg",
    }
}

structure! {
    /// What a guardrail found in a request and its answer.
    GuardrailTraceAssessment => GuardrailTraceAssessmentBuilder {
        /// What the model wrote before the guardrail changed it.
        model_output = "modelOutput": list(String, push_model_output);
        /// By guardrail id.
        input_assessment = "inputAssessment": map(GuardrailAssessment);
        /// By guardrail id.
        output_assessments = "outputAssessments": map(Vec<GuardrailAssessment>);
        action_reason = "actionReason": text();
    }
}

structure! {
    /// What a guardrail found in one piece of content.
    GuardrailAssessment => GuardrailAssessmentBuilder {
        topic_policy = "topicPolicy": one(GuardrailTopicPolicyAssessment);
        content_policy = "contentPolicy": one(GuardrailContentPolicyAssessment);
        word_policy = "wordPolicy": one(GuardrailWordPolicyAssessment);
        sensitive_information_policy = "sensitiveInformationPolicy": one(GuardrailSensitiveInformationPolicyAssessment);
        contextual_grounding_policy = "contextualGroundingPolicy": one(GuardrailContextualGroundingPolicyAssessment);
        automated_reasoning_policy = "automatedReasoningPolicy": one(GuardrailAutomatedReasoningPolicyAssessment);
        invocation_metrics = "invocationMetrics": one(GuardrailInvocationMetrics);
        applied_guardrail_details = "appliedGuardrailDetails": one(AppliedGuardrailDetails);
    }
}

structure! {
    /// What looking cost.
    GuardrailInvocationMetrics => GuardrailInvocationMetricsBuilder {
        /// In milliseconds.
        guardrail_processing_latency = "guardrailProcessingLatency": number(i64);
        usage = "usage": one(GuardrailUsage);
        guardrail_coverage = "guardrailCoverage": one(GuardrailCoverage);
    }
}

structure! {
    /// Units of each policy that were used.
    GuardrailUsage => GuardrailUsageBuilder {
        topic_policy_units = "topicPolicyUnits": number(i32), required;
        content_policy_units = "contentPolicyUnits": number(i32), required;
        word_policy_units = "wordPolicyUnits": number(i32), required;
        sensitive_information_policy_units = "sensitiveInformationPolicyUnits": number(i32), required;
        sensitive_information_policy_free_units = "sensitiveInformationPolicyFreeUnits": number(i32), required;
        contextual_grounding_policy_units = "contextualGroundingPolicyUnits": number(i32), required;
        content_policy_image_units = "contentPolicyImageUnits": number(i32);
        automated_reasoning_policy_units = "automatedReasoningPolicyUnits": number(i32);
        automated_reasoning_policies = "automatedReasoningPolicies": number(i32);
    }
}

structure! {
    /// How much was looked at.
    GuardrailCoverage => GuardrailCoverageBuilder {
        text_characters = "textCharacters": one(GuardrailTextCharactersCoverage);
        images = "images": one(GuardrailImageCoverage);
    }
}

structure! {
    /// Characters looked at, and how many there were.
    GuardrailTextCharactersCoverage => GuardrailTextCharactersCoverageBuilder {
        guarded = "guarded": number(i32);
        total = "total": number(i32);
    }
}

structure! {
    /// Images looked at, and how many there were.
    GuardrailImageCoverage => GuardrailImageCoverageBuilder {
        guarded = "guarded": number(i32);
        total = "total": number(i32);
    }
}

structure! {
    /// Which guardrail it was.
    AppliedGuardrailDetails => AppliedGuardrailDetailsBuilder {
        guardrail_id = "guardrailId": text();
        guardrail_version = "guardrailVersion": text();
        guardrail_arn = "guardrailArn": text();
        guardrail_origin = "guardrailOrigin": list(GuardrailOrigin, push_guardrail_origin);
        guardrail_ownership = "guardrailOwnership": one(GuardrailOwnership);
    }
}

open_enum! {
    /// Who asked for the guardrail.
    GuardrailOrigin {
        Request = "REQUEST", AccountEnforced = "ACCOUNT_ENFORCED",
        OrganizationEnforced = "ORGANIZATION_ENFORCED",
    }
}

open_enum! {
    /// Whose guardrail it is.
    GuardrailOwnership {
        SelfOwned = "SELF", CrossAccount = "CROSS_ACCOUNT",
    }
}

impl GuardrailConfiguration {
    /// This guardrail in this version (a number, or `DRAFT`).
    pub fn new(identifier: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            guardrail_identifier: Some(identifier.into()),
            guardrail_version: Some(version.into()),
            ..Self::default()
        }
    }
}

impl GuardrailStreamConfiguration {
    /// This guardrail in this version (a number, or `DRAFT`).
    pub fn new(identifier: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            guardrail_identifier: Some(identifier.into()),
            guardrail_version: Some(version.into()),
            ..Self::default()
        }
    }
}

impl From<GuardrailConfiguration> for GuardrailStreamConfiguration {
    fn from(config: GuardrailConfiguration) -> Self {
        Self {
            guardrail_identifier: config.guardrail_identifier,
            guardrail_version: config.guardrail_version,
            trace: config.trace,
            stream_processing_mode: None,
            other: config.other,
        }
    }
}

impl GuardrailConverseContentBlock {
    /// Text that the guardrail is to look at.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(GuardrailConverseTextBlock {
            text: Some(text.into()),
            ..GuardrailConverseTextBlock::default()
        })
    }
}
