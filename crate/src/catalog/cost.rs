//! What a call would cost by the catalog's prices or the caller's, and a bound for tokens without a tokenizer. It never
//! tells a part: where a price that is needed is not known, there is no estimate.

use super::{ImagePrice, file, model, source};
use crate::models::Usage;

/// What is to be paid for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quantity {
    /// Tokens of the input.
    pub input_tokens: u64,
    /// Tokens generated.
    pub output_tokens: u64,
    /// Tokens read from a cache.
    pub cache_read_input_tokens: u64,
    /// Tokens written to a cache.
    pub cache_write_input_tokens: u64,
    /// Images made.
    pub images: Option<Images>,
}

/// Images made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Images {
    /// How many.
    pub count: u64,
    /// Width and height in pixels, such as `512x512`.
    pub size: Option<String>,
    /// `standard`, which is what absence means, or `premium`.
    pub quality: Option<String>,
}

impl From<Usage> for Quantity {
    /// What a body told; what it did not tell is 0.
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens.unwrap_or(0),
            output_tokens: usage.output_tokens.unwrap_or(0),
            cache_read_input_tokens: usage.cache_read_input_tokens.unwrap_or(0),
            cache_write_input_tokens: usage.cache_write_input_tokens.unwrap_or(0),
            images: None,
        }
    }
}

/// The caller's prices, in the catalog's currency; each takes the place of the catalog's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rates {
    /// For 1,000 tokens of input.
    pub input: Option<f64>,
    /// For 1,000 tokens of output.
    pub output: Option<f64>,
    /// For 1,000 tokens read from a cache.
    pub cache_read: Option<f64>,
    /// For 1,000 tokens written to a cache.
    pub cache_write: Option<f64>,
    /// For one image made.
    pub image: Option<f64>,
}

/// An estimate of a cost.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// How much.
    pub amount: f64,
    /// `USD`.
    pub currency: &'static str,
    /// The title of the catalog's source, if any price is the catalog's.
    pub source: Option<&'static str>,
    /// That source's date.
    pub date: Option<&'static str>,
}

/// The cost of a call by the newest prices of the catalog, or by the caller's where there are any. `None` when a price
/// that is needed is not known, or one of the caller's is no number or below 0; the catalog knows none for cached
/// tokens.
pub fn estimate_cost(model_id: &str, quantity: &Quantity, rates: &Rates) -> Option<Estimate> {
    let prices = model(model_id).map(|model| &model.prices);
    let tokens = prices.and_then(|prices| prices.on_demand.first());
    let image = quantity
        .images
        .as_ref()
        .and_then(|images| prices?.images.iter().find(|price| !price.custom && price.fits(images)));
    let mut amount = 0.0;
    let mut used = None;
    // A count, what one or a thousand of them costs, the caller's price, the catalog's with its source.
    let token_source = tokens.map(|price| price.source.as_str());
    let images = quantity.images.as_ref().map_or(0, |images| images.count);
    for (count, unit, own, catalog, from) in [
        (quantity.input_tokens, 1000.0, rates.input, tokens.and_then(|price| price.input), token_source),
        (quantity.output_tokens, 1000.0, rates.output, tokens.and_then(|price| price.output), token_source),
        (quantity.cache_read_input_tokens, 1000.0, rates.cache_read, None, None),
        (quantity.cache_write_input_tokens, 1000.0, rates.cache_write, None, None),
        (images, 1.0, rates.image, image.map(|price| price.price), image.map(|price| price.source.as_str())),
    ] {
        if count == 0 {
            continue;
        }
        let price = own.or(catalog).filter(|price| price.is_finite() && *price >= 0.0)?;
        if own.is_none() {
            used = from;
        }
        amount += count as f64 / unit * price;
    }
    let from = used.and_then(source);
    Some(Estimate {
        amount,
        currency: &file().currency,
        source: from.map(|source| source.title.as_str()),
        date: from.map(|source| source.date.as_str()),
    })
}

impl ImagePrice {
    /// Whether this is the price of such images.
    fn fits(&self, images: &Images) -> bool {
        let quality = images.quality.as_deref().unwrap_or("standard");
        let Some(size) = images.size.as_deref() else {
            return false;
        };
        let within = |limit: &str| match (sides(size), sides(limit)) {
            (Some((width, height)), Some((most_wide, most_high))) => {
                Some(width <= most_wide && height <= most_high)
            }
            _ => None,
        };
        self.quality == quality
            && self.size.as_deref().is_none_or(|exact| exact == size)
            && self.up_to.as_deref().is_none_or(|limit| within(limit) == Some(true))
            && self.above.as_deref().is_none_or(|limit| within(limit) == Some(false))
    }
}

/// Width and height.
fn sides(size: &str) -> Option<(u32, u32)> {
    let (width, height) = size.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// More tokens than a text has, or as many: one for each character (Unicode scalar value). For budgets, where there is
/// no tokenizer.
pub fn estimate_tokens(text: &str) -> u64 {
    text.chars().count() as u64
}
