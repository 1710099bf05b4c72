//! ApplyGuardrail: a guardrail on its own, without a model. It judges nothing itself.

use super::blob::Blob;
use super::guardrail::{GuardrailAssessment, GuardrailCoverage, GuardrailUsage};

structure! {
    /// What ApplyGuardrail takes.
    ApplyGuardrailInput => ApplyGuardrailInputBuilder {
        guardrail_identifier = "guardrailIdentifier": text(), label;
        guardrail_version = "guardrailVersion": text(), label;
        source = "source": one(GuardrailContentSource), required;
        content = "content": list(GuardrailContentBlock, push_content), required;
        output_scope = "outputScope": one(GuardrailOutputScope);
    }
}

open_enum! {
    /// Whether content comes from the user or from the model.
    GuardrailContentSource {
        Input = "INPUT", Output = "OUTPUT",
    }
}

open_enum! {
    /// Whether everything looked at is told, or interventions only.
    GuardrailOutputScope {
        Interventions = "INTERVENTIONS", Full = "FULL",
    }
}

union! {
    /// Content to look at.
    GuardrailContentBlock {
        Text as_text = "text": one(GuardrailTextBlock), from;
        Image as_image = "image": one(GuardrailImageBlock), from;
    }
}

structure! {
    /// Text to look at.
    GuardrailTextBlock => GuardrailTextBlockBuilder {
        text = "text": text(), required;
        qualifiers = "qualifiers": list(GuardrailContentQualifier, push_qualifier);
    }
}

open_enum! {
    /// What text is.
    GuardrailContentQualifier {
        GroundingSource = "grounding_source", Query = "query", GuardContent = "guard_content",
    }
}

structure! {
    /// An image to look at.
    GuardrailImageBlock => GuardrailImageBlockBuilder {
        format = "format": one(GuardrailImageFormat), required;
        source = "source": one(GuardrailImageSource), required;
    }
}

union! {
    /// An image's bytes.
    GuardrailImageSource {
        Bytes as_bytes = "bytes": one(Blob), from;
    }
}

open_enum! {
    /// How an image is encoded.
    GuardrailImageFormat {
        Png = "png", Jpeg = "jpeg",
    }
}

structure! {
    /// What ApplyGuardrail answers.
    ApplyGuardrailOutput => ApplyGuardrailOutputBuilder {
        usage = "usage": one(GuardrailUsage), required;
        action = "action": one(GuardrailAction), required;
        action_reason = "actionReason": text();
        outputs = "outputs": list(GuardrailOutputContent, push_output), required;
        assessments = "assessments": list(GuardrailAssessment, push_assessment), required;
        guardrail_coverage = "guardrailCoverage": one(GuardrailCoverage);
    }
}

open_enum! {
    /// Whether the guardrail intervened.
    GuardrailAction {
        None = "NONE", GuardrailIntervened = "GUARDRAIL_INTERVENED",
    }
}

structure! {
    /// Content as the guardrail lets it through.
    GuardrailOutputContent => GuardrailOutputContentBuilder {
        text = "text": text();
    }
}
