//! The catalog: what is known of each model, with where it was found and when, and what a call of it would cost. It is
//! data in the crate: it asks no service, so it grows old, and what is not known is absent and never guessed.
//!
//! ```
//! use outcrop::catalog::{Quantity, Rates, estimate_cost, model};
//!
//! let haiku = model("us.anthropic.claude-3-haiku-20240307-v1:0").expect("in the catalog");
//! assert_eq!(haiku.context_tokens, Some(200_000));
//! let call = Quantity { input_tokens: 10_000, output_tokens: 1_000, ..Quantity::default() };
//! let old = estimate_cost(&haiku.id, &call, &Rates::default()).expect("its prices are known");
//! assert_eq!((old.currency, old.date), ("USD", Some("2024-06-21")));
//! // The figures are old: give today's.
//! let today = Rates { input: Some(0.0003), ..Rates::default() };
//! assert!(estimate_cost(&haiku.id, &call, &today).expect("known").amount > old.amount);
//! ```

mod cost;

pub use cost::{Estimate, Images, Quantity, Rates, estimate_cost, estimate_tokens};

use crate::models::base_model_id;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The file, in which models are grouped by provider; `outcrop/catalog` of the npm package is made from it too.
#[derive(Debug, Deserialize)]
pub(crate) struct File {
    pub(crate) currency: String,
    sources: BTreeMap<String, Source>,
    #[serde(flatten)]
    providers: BTreeMap<String, Vec<Model>>,
}

/// Where a fact is from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// The document.
    pub title: String,
    /// Its date: `2024-06-21`, or as much of one as is known.
    pub date: String,
}

/// What is known of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Model {
    /// As Bedrock names it, without a profile's prefix.
    pub id: String,
    /// Who made it.
    pub provider: String,
    /// What people call it.
    pub name: Option<String>,
    /// The family of its bodies, such as `titan-text`.
    pub family: Option<String>,
    /// Where what stands here is from, unless `source_of` says otherwise: a key of [`source`].
    pub source: String,
    /// What goes in: `TEXT`, `IMAGE`, `AUDIO`, `SPEECH`, `VIDEO`.
    pub input: Option<Vec<String>>,
    /// What comes out: those, and `EMBEDDING`.
    pub output: Option<Vec<String>>,
    /// Tokens that fit.
    pub context_tokens: Option<u64>,
    /// Whether it streams.
    pub streaming: Option<bool>,
    /// Whether Converse takes it.
    pub converse: Option<bool>,
    /// Languages it is for, in words.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What it is for, in words.
    #[serde(default)]
    pub use_cases: Vec<String>,
    /// Where it is in its life.
    pub lifecycle: Option<Lifecycle>,
    /// What else there is to say.
    pub note: Option<String>,
    /// Ranges and defaults; sources that differ each have an entry, the newest first.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Prices, the newest first.
    #[serde(default)]
    pub prices: Prices,
    /// Members that are from another source, such as `streaming`.
    #[serde(default)]
    pub source_of: BTreeMap<String, String>,
}

/// Where a model is in its life.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Lifecycle {
    /// `ACTIVE` or `LEGACY`.
    pub status: String,
    /// Since when it is legacy.
    pub legacy_from: Option<String>,
    /// From when on requests fail.
    pub end_of_life: Option<String>,
    /// A key of [`source`].
    pub source: String,
}

/// The range and the default of one member of a body.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Parameter {
    /// The path of the member in the body, such as `textGenerationConfig.topP`.
    pub name: String,
    /// The least value.
    pub min: Option<f64>,
    /// The greatest value.
    pub max: Option<f64>,
    /// The only values.
    pub values: Option<Vec<serde_json::Value>>,
    /// The most items of a list.
    pub max_items: Option<u64>,
    /// What absence means.
    pub default: Option<serde_json::Value>,
    /// What else there is to say.
    pub note: Option<String>,
    /// A key of [`source`].
    pub source: String,
}

/// What a model costs.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Prices {
    /// By token.
    pub on_demand: Vec<TokenPrice>,
    /// By image made.
    pub images: Vec<ImagePrice>,
    /// By image looked at, beside its tokens.
    pub input_images: Vec<InputImagePrice>,
    /// By model unit and hour.
    pub provisioned: Vec<ProvisionedPrice>,
    /// Of training and keeping a model of one's own.
    pub customization: Vec<CustomizationPrice>,
}

/// A price by token.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TokenPrice {
    /// A key of [`source`].
    pub source: String,
    /// The region it is for.
    pub region: String,
    /// For 1,000 tokens of input.
    pub input: Option<f64>,
    /// For 1,000 tokens of output.
    pub output: Option<f64>,
}

/// A price by image made: of one `size`, of all `up_to` a size, or of all `above` it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImagePrice {
    /// A key of [`source`].
    pub source: String,
    /// The region it is for.
    pub region: String,
    /// Exactly this size in pixels, such as `512x512`.
    pub size: Option<String>,
    /// No side longer than here.
    pub up_to: Option<String>,
    /// A side longer than here.
    pub above: Option<String>,
    /// `standard` (at most 50 steps) or `premium` (51 and more).
    pub quality: String,
    /// For one image.
    pub price: f64,
    /// Whether it is for a model of one's own.
    #[serde(default)]
    pub custom: bool,
}

/// A price by image looked at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct InputImagePrice {
    /// A key of [`source`].
    pub source: String,
    /// The region it is for.
    pub region: String,
    /// For one image.
    pub price: f64,
}

/// A price by model unit and hour of Provisioned Throughput.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProvisionedPrice {
    /// A key of [`source`].
    pub source: String,
    /// The region it is for.
    pub region: String,
    /// Without commitment.
    pub no_commitment: Option<f64>,
    /// Committed for one month.
    pub one_month: Option<f64>,
    /// Committed for six months.
    pub six_months: Option<f64>,
    /// Whether it is for a model of one's own.
    #[serde(default)]
    pub custom: bool,
}

/// Prices of training and keeping a model of one's own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomizationPrice {
    /// A key of [`source`].
    pub source: String,
    /// The region it is for.
    pub region: String,
    /// For 1,000 tokens seen in training.
    #[serde(rename = "trainPer1000Tokens")]
    pub train_per_1000_tokens: Option<f64>,
    /// For an image seen in training.
    pub train_per_image: Option<f64>,
    /// For a month.
    pub store_per_month: Option<f64>,
}

pub(crate) fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        // A test reads the committed file; should it ever be broken, there are no models.
        serde_json::from_str(include_str!("models.json")).unwrap_or_else(|_| File {
            currency: String::new(),
            sources: BTreeMap::new(),
            providers: BTreeMap::new(),
        })
    })
}

/// Every model, by provider.
pub fn models() -> impl Iterator<Item = &'static Model> {
    file().providers.values().flatten()
}

/// A model by its id, by the id of an inference profile such as `us.…`, or by an ARN that names a model. The version may
/// name a context size (`…-v1:0:8k`), and `:0` may be left out or be too much.
pub fn model(id: &str) -> Option<&'static Model> {
    let named = |id: &str| models().find(|model| model.id == id);
    let base = base_model_id(id);
    let unsized_id = base.rsplit_once(':').filter(|(_, size)| is_size(size)).map_or(base, |(id, _)| id);
    named(id)
        .or_else(|| named(base))
        .or_else(|| named(unsized_id))
        .or_else(|| named(&format!("{unsized_id}:0")))
        .or_else(|| named(unsized_id.strip_suffix(":0")?))
}

/// A size of Provisioned Throughput: `8k`, `200k`, `512`, `mm`.
fn is_size(text: &str) -> bool {
    let digits = text.strip_suffix('k').unwrap_or(text);
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text == "mm" || (numeric && (digits.len() >= 3 || digits.len() < text.len()))
}

/// A source by its key.
pub fn source(key: &str) -> Option<&'static Source> {
    file().sources.get(key)
}
