//! From a model's id to its family: inference-profile prefixes and ARNs are seen through. It looks nothing up, so an
//! application inference profile's ARN, which says nothing of its model, has no family here.

/// The families whose bodies this crate knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Amazon Titan Text.
    TitanText,
    /// Amazon Titan Embeddings.
    TitanEmbeddings,
    /// Amazon Titan Multimodal Embeddings.
    TitanMultimodal,
    /// Amazon Titan Image Generator.
    TitanImage,
    /// Amazon Nova's understanding models.
    Nova,
    /// Amazon Nova Canvas.
    NovaCanvas,
    /// Amazon Nova Reel.
    NovaReel,
    /// Amazon Nova Multimodal Embeddings.
    NovaEmbeddings,
    /// Anthropic Claude v1, v2 and Instant, which take text completions; v2 takes Messages too.
    ClaudeText,
    /// Anthropic Claude 3 and later.
    Claude,
    /// AI21 Labs Jurassic-2.
    Jurassic,
    /// AI21 Labs Jamba.
    Jamba,
    /// Cohere Command and Command Light.
    Command,
    /// Cohere Command R and R+.
    CommandR,
    /// Cohere Embed.
    Embed,
    /// Cohere Rerank.
    Rerank,
    /// Meta Llama.
    Llama,
    /// Mistral AI.
    Mistral,
    /// Stability AI's Stable Diffusion XL.
    StableDiffusion,
    /// Stability AI's Stable Diffusion 3 and Stable Image.
    StableImage,
    /// DeepSeek.
    DeepSeek,
}

/// Provider, beginning of the rest of the id, family. The first that fits counts, so longer beginnings stand first.
const FAMILIES: [(&str, &str, Option<Family>); 28] = [
    ("amazon", "titan-embed-image", Some(Family::TitanMultimodal)),
    ("amazon", "titan-embed", Some(Family::TitanEmbeddings)),
    ("amazon", "titan-e1t", Some(Family::TitanEmbeddings)),
    ("amazon", "titan-image", Some(Family::TitanImage)),
    ("amazon", "titan-text", Some(Family::TitanText)),
    ("amazon", "titan-tg1", Some(Family::TitanText)),
    ("amazon", "nova-canvas", Some(Family::NovaCanvas)),
    ("amazon", "nova-reel", Some(Family::NovaReel)),
    ("amazon", "nova-2-multimodal-embeddings", Some(Family::NovaEmbeddings)),
    // Speech goes both ways through InvokeModelWithBidirectionalStream, which has bodies of its own.
    ("amazon", "nova-sonic", None),
    ("amazon", "nova-2-sonic", None),
    ("amazon", "nova", Some(Family::Nova)),
    ("anthropic", "claude-v1", Some(Family::ClaudeText)),
    ("anthropic", "claude-v2", Some(Family::ClaudeText)),
    ("anthropic", "claude-instant", Some(Family::ClaudeText)),
    ("anthropic", "claude", Some(Family::Claude)),
    ("ai21", "j2", Some(Family::Jurassic)),
    ("ai21", "jamba", Some(Family::Jamba)),
    ("cohere", "command-r", Some(Family::CommandR)),
    ("cohere", "command", Some(Family::Command)),
    ("cohere", "embed", Some(Family::Embed)),
    ("cohere", "rerank", Some(Family::Rerank)),
    ("meta", "llama", Some(Family::Llama)),
    ("mistral", "", Some(Family::Mistral)),
    ("stability", "stable-diffusion-xl", Some(Family::StableDiffusion)),
    ("stability", "sd3", Some(Family::StableImage)),
    ("stability", "stable-image", Some(Family::StableImage)),
    ("deepseek", "", Some(Family::DeepSeek)),
];

impl Family {
    /// The family of a model, if its id or ARN tells.
    pub fn of(model_id: &str) -> Option<Self> {
        named(model_id).and_then(|(_, family)| family)
    }
}

/// The id without what stands around it: `us.anthropic.claude-…` and an ARN of a foundation model or a system's
/// inference profile become `anthropic.claude-…`. An id of an unknown provider comes back as it is, without an ARN
/// around it.
pub fn base_model_id(model_id: &str) -> &str {
    named(model_id).map_or_else(|| model_id.rsplit('/').next().unwrap_or(model_id), |(id, _)| id)
}

/// The first segment that names a provider, from the provider's name on, and the family.
fn named(model_id: &str) -> Option<(&str, Option<Family>)> {
    let resource = if model_id.starts_with("arn:") { model_id.split_once('/')?.1 } else { model_id };
    resource.split('/').find_map(|segment| {
        let unprefixed = segment.split_once('.').map(|(_, rest)| rest);
        [Some(segment), unprefixed].into_iter().flatten().find_map(|id| {
            let (provider, model) = id.split_once('.')?;
            let known = |(name, begins, _): &&(&str, &str, Option<Family>)| {
                *name == provider && model.starts_with(*begins)
            };
            FAMILIES.iter().find(known).map(|(_, _, family)| (id, *family))
        })
    })
}
