//! Cohere Embed: English and Multilingual v3, and v4. Bodies only; it checks no range.
//! Source: AWS's Bedrock user guide, pages model-parameters-embed-v3 and model-parameters-embed-v4.

use super::chat::ChatPart;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use std::collections::BTreeMap;

structure! {
    /// What Embed takes: texts, or an image, or (v4) both mixed.
    EmbedRequest => EmbedRequestBuilder {
        input_type = "input_type": one(EmbedInputType), required;
        /// At most 96, each at most 2,048 characters (v3).
        texts = "texts": list(String, push_text);
        /// `data:` URLs: one (v3), at most 96 (v4).
        images = "images": list(String, push_image);
        /// v4 only, at most 96: texts and images mixed.
        inputs = "inputs": list(EmbedInput, push_input);
        /// v3: `NONE` (the default), `START`, `END`; v4: `NONE`, `LEFT`, `RIGHT`.
        truncate = "truncate": one(EmbedTruncate);
        embedding_types = "embedding_types": list(EmbeddingType, push_embedding_type);
        /// v4 only: 256, 512, 1,024 or 1,536; default 1,536.
        output_dimension = "output_dimension": number(i32);
        /// v4 only: tokens of an input, up to about 128,000.
        max_tokens = "max_tokens": number(i32);
    }
}

open_enum! {
    /// What the embeddings are for.
    EmbedInputType {
        SearchDocument = "search_document", SearchQuery = "search_query", Classification = "classification",
        Clustering = "clustering", Image = "image",
    }
}

open_enum! {
    /// What is cut from an input that is too long.
    EmbedTruncate {
        None = "NONE", Start = "START", End = "END", Left = "LEFT", Right = "RIGHT",
    }
}

open_enum! {
    /// A form of an embedding.
    EmbeddingType {
        Float = "float", Int8 = "int8", Uint8 = "uint8", Binary = "binary", Ubinary = "ubinary",
    }
}

structure! {
    /// Texts and images that make one embedding.
    EmbedInput => EmbedInputBuilder {
        content = "content": list(ChatPart, push_content), required;
    }
}

structure! {
    /// What Embed answers.
    EmbedAnswer => EmbedAnswerBuilder {
        id = "id": text();
        /// `embeddings_floats` or `embeddings_by_type`.
        response_type = "response_type": text();
        embeddings = "embeddings": one(Embeddings);
        texts = "texts": list(String, push_text);
        images = "images": list(EmbedImage, push_image);
        inputs = "inputs": list(EmbedInput, push_input);
    }
}

structure! {
    /// What an image was.
    EmbedImage => EmbedImageBuilder {
        /// Pixels.
        width = "width": number(i64);
        /// Pixels.
        height = "height": number(i64);
        format = "format": text();
        bit_depth = "bit_depth": number(i64);
    }
}

/// Embeddings in the order of the inputs: one list, or one for each form that was asked for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Embeddings {
    /// Of floats, when no form was asked for.
    Floats(Vec<Vec<f64>>),
    /// By form, such as `int8`.
    ByType(BTreeMap<String, Vec<Vec<f64>>>),
    /// Neither; written back unchanged.
    Unknown(Value),
}

impl Embeddings {
    /// The embeddings of floats, whichever way they came; empty when there are none.
    pub fn floats(&self) -> &[Vec<f64>] {
        match self {
            Self::Floats(list) => list,
            Self::ByType(forms) => forms.get("float").map(Vec::as_slice).unwrap_or_default(),
            Self::Unknown(_) => &[],
        }
    }
}

impl Serialize for Embeddings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Floats(list) => list.serialize(serializer),
            Self::ByType(forms) => forms.serialize(serializer),
            Self::Unknown(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Embeddings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = match value {
            list @ Value::Array(_) => serde_json::from_value(list).map(Self::Floats),
            forms @ Value::Object(_) => serde_json::from_value(forms).map(Self::ByType),
            other => Ok(Self::Unknown(other)),
        };
        read.map_err(D::Error::custom)
    }
}

impl EmbedRequest {
    /// A request for these texts' embeddings.
    pub fn new(
        input_type: impl Into<EmbedInputType>,
        texts: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            input_type: Some(input_type.into()),
            texts: Some(texts.into_iter().map(Into::into).collect()),
            ..Self::default()
        }
    }
}
