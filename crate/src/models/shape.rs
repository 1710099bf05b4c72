//! What the bodies of model families need beyond the API's shapes: objects told apart by their `type`, a member that
//! is a text or a list, and what Bedrock itself adds to answers and chunks. It knows no family.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

structure! {
    /// What Bedrock says of an invocation in the last chunk of a stream, alone or beside the model's last words.
    /// Not in the service model; as recorded.
    InvocationMetrics => InvocationMetricsBuilder {
        input_token_count = "inputTokenCount": number(i64);
        output_token_count = "outputTokenCount": number(i64);
        /// Milliseconds.
        invocation_latency = "invocationLatency": number(i64);
        /// Milliseconds.
        first_byte_latency = "firstByteLatency": number(i64);
        cache_read_input_token_count = "cacheReadInputTokenCount": number(i64);
        cache_write_input_token_count = "cacheWriteInputTokenCount": number(i64);
    }
}

/// A structure that is a whole answer: what a guardrail adds comes after the family's own members.
macro_rules! answer {
    ($(#[$meta:meta])* $name:ident => $builder:ident { $($members:tt)* }) => {
        structure! {
            $(#[$meta])*
            $name => $builder {
                $($members)*
                /// `INTERVENED` or `NONE`, when a guardrail looked on (AWS's Bedrock guide, guardrails with InvokeModel).
                guardrail_action = "amazon-bedrock-guardrailAction": text();
                /// What the guardrail found, when the trace was asked for.
                guardrail_trace = "amazon-bedrock-trace": document();
            }
        }
    };
}

/// A structure that is a chunk of a streamed answer: as an answer, and the metrics of the last one.
macro_rules! chunk {
    ($(#[$meta:meta])* $name:ident => $builder:ident { $($members:tt)* }) => {
        answer! {
            $(#[$meta])*
            $name => $builder {
                $($members)*
                /// Only in the last chunk of a stream.
                invocation_metrics = "amazon-bedrock-invocationMetrics": one(crate::models::InvocationMetrics);
            }
        }
    };
}

/// Objects that say in their member `type` what they are: one of several structures, or `Unknown` with the
/// whole JSON value.
macro_rules! tagged {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$doc:meta])* $variant:ident $get:ident = $tag:literal : $shape:ty ; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a box would be in every user's way")]
        pub enum $name {
            $( $(#[$doc])*
               #[doc = concat!("`type` is `", $tag, "`.")]
               $variant($shape), )+
            /// No `type`, or one that this version does not know; written back unchanged.
            Unknown(serde_json::Value),
        }

        impl $name {
            /// Its `type`, if it has one.
            pub fn r#type(&self) -> Option<&str> {
                match self {
                    $( Self::$variant(_) => Some($tag), )+
                    Self::Unknown(value) => value.get("type").and_then(serde_json::Value::as_str),
                }
            }

            $( #[doc = concat!("The `", $tag, "`, if it is one.")]
               pub fn $get(&self) -> Option<&$shape> {
                   match self {
                       Self::$variant(shape) => Some(shape),
                       _ => None,
                   }
               } )+
        }

        $( impl From<$shape> for $name {
            fn from(shape: $shape) -> Self { Self::$variant(shape) }
        } )+

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(shape) => crate::models::shape::write_tagged(serializer, $tag, shape), )+
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                match value.get("type").and_then(serde_json::Value::as_str) {
                    $( Some($tag) => crate::models::shape::read_tagged(value).map(Self::$variant), )+
                    _ => Ok(Self::Unknown(value)),
                }
            }
        }
    };
}

/// Writes a structure with its tag in front.
pub(super) fn write_tagged<S: Serializer>(
    serializer: S,
    tag: &'static str,
    shape: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    #[derive(serde::Serialize)]
    struct Tagged<'s, T> {
        r#type: &'static str,
        #[serde(flatten)]
        shape: &'s T,
    }
    Tagged { r#type: tag, shape }.serialize(serializer)
}

/// Reads a structure without its tag.
pub(super) fn read_tagged<T: DeserializeOwned, E: Error>(mut value: Value) -> Result<T, E> {
    if let Value::Object(members) = &mut value {
        members.remove("type");
    }
    serde_json::from_value(value).map_err(E::custom)
}

/// A member that a family takes as a plain text or as a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TextOrList<T> {
    /// A text.
    Text(String),
    /// A list.
    List(Vec<T>),
    /// Neither; written back unchanged.
    Unknown(Value),
}

impl<T> TextOrList<T> {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list; else none.
    pub fn items(&self) -> &[T] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

impl<T> From<&str> for TextOrList<T> {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T> From<String> for TextOrList<T> {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T> From<Vec<T>> for TextOrList<T> {
    fn from(items: Vec<T>) -> Self {
        Self::List(items)
    }
}

impl<T, const N: usize> From<[T; N]> for TextOrList<T> {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into())
    }
}

impl<T: Serialize> Serialize for TextOrList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Unknown(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for TextOrList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Self::Text(text),
            list @ Value::Array(_) => Self::List(serde_json::from_value(list).map_err(D::Error::custom)?),
            other => Self::Unknown(other),
        })
    }
}
