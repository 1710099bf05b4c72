//! Answers of the models that make no text: which maker has which body, and the headers of all. The pictures and the
//! vectors themselves are made elsewhere.

use serde::Deserialize;
use serde_json::Value;

use crate::builtin::{Body, BuiltIn, Invalid, invalid};
use crate::embeddings;
use crate::families::LATENCY_MS;
use crate::images;

/// A picture takes as long as so many events: long enough to be stopped at a slow pace.
const PAUSES_OF_A_PICTURE: u32 = 10;

/// What a family's answers are made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Makes {
    /// Titan Image Generator and Nova Canvas.
    TaskImages,
    /// Stable Diffusion XL.
    DiffusionImages,
    /// Stable Image and Stable Diffusion 3.
    StableImages,
    /// Titan Embeddings and Titan Multimodal Embeddings.
    TitanEmbedding,
    CohereEmbeddings,
    NovaEmbedding,
}

/// What came of a request.
pub struct Made {
    pub answer: Value,
    pub tokens_in: usize,
    /// Pictures in it.
    pub pictures: u32,
}

pub fn answer(makes: Makes, model: &str, request: &Value) -> Result<BuiltIn, Invalid> {
    let made = match makes {
        Makes::TaskImages => images::task(request)?,
        Makes::DiffusionImages => images::diffusion(request)?,
        Makes::StableImages => images::stable(request)?,
        Makes::TitanEmbedding => embeddings::titan(model, request)?,
        Makes::CohereEmbeddings => embeddings::cohere(model, request)?,
        Makes::NovaEmbedding => embeddings::nova(request)?,
    };
    Ok(BuiltIn {
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("x-amzn-bedrock-invocation-latency", LATENCY_MS.to_string()),
            ("x-amzn-bedrock-input-token-count", made.tokens_in.to_string()),
        ],
        body: Body::Whole(made.answer.to_string().into()),
        pauses: PAUSES_OF_A_PICTURE * made.pictures,
    })
}

pub fn malformed(what: impl std::fmt::Display) -> Invalid {
    invalid(format!("Malformed input request: {what}, please reformat your input and try again."))
}

/// A whole number between two bounds, or the one that stands for none.
pub fn number(value: &Value, name: &str, least: u64, most: u64, absent: u64) -> Result<u64, Invalid> {
    let number = match value {
        Value::Null => return Ok(absent),
        value => value.as_u64().ok_or_else(|| malformed(format!("#/{name}: expected type: Integer")))?,
    };
    match number {
        number if number < least => {
            Err(malformed(format!("#/{name}: {number} is not greater or equal to {least}")))
        }
        number if number > most => {
            Err(malformed(format!("#/{name}: {number} is not less or equal to {most}")))
        }
        number => Ok(number),
    }
}
