//! InvokeModelWithBidirectionalStream: its parameters and the events of both directions. What is in the bytes is the model family's own.

use super::blob::Blob;
use serde::Serialize;
use serde::de::DeserializeOwned;

parameters! {
    /// What InvokeModelWithBidirectionalStream takes beside the stream of events.
    InvokeModelWithBidirectionalStreamInput => InvokeModelWithBidirectionalStreamInputBuilder {
        model_id = "modelId": text(), label;
    }
}

structure! {
    /// A chunk for the model, at most 1,000,000 bytes.
    BidirectionalInputPayloadPart => BidirectionalInputPayloadPartBuilder {
        /// JSON of the model family's own shape.
        bytes = "bytes": one(Blob);
    }
}

structure! {
    /// A chunk of the model's answer.
    BidirectionalOutputPayloadPart => BidirectionalOutputPayloadPartBuilder {
        /// JSON of the model family's own shape.
        bytes = "bytes": one(Blob);
    }
}

/// An event for the model; the model's name for this union is InvokeModelWithBidirectionalStreamInput.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BidirectionalInputEvent {
    /// `chunk`.
    Chunk(BidirectionalInputPayloadPart),
}

impl BidirectionalInputEvent {
    /// A chunk with these bytes.
    pub fn chunk(bytes: impl Into<Blob>) -> Self {
        Self::Chunk(BidirectionalInputPayloadPart { bytes: Some(bytes.into()), ..Default::default() })
    }

    /// A chunk that is written as JSON.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_vec(value).map(Self::chunk)
    }

    /// Its `:event-type`.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Chunk(_) => "chunk",
        }
    }

    /// Its payload: JSON, the bytes in base64.
    ///
    /// # Errors
    /// When an unknown member cannot be JSON.
    pub fn to_payload(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Chunk(part) => serde_json::to_vec(part),
        }
    }
}

/// An event of the model's answer; the model's name for this union is
/// InvokeModelWithBidirectionalStreamOutput. Its exceptions are errors of the stream.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BidirectionalOutputEvent {
    /// `chunk`.
    Chunk(BidirectionalOutputPayloadPart),
    /// An event that this version does not know.
    Unknown {
        /// Its `:event-type`.
        event_type: String,
        /// Its payload as it came.
        payload: Blob,
    },
}

impl BidirectionalOutputEvent {
    /// Reads an event from its `:event-type` and its payload.
    ///
    /// # Errors
    /// When the payload of a known event is not JSON of that event's shape.
    pub fn from_event(event_type: &str, payload: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match event_type {
            "chunk" => Self::Chunk(serde_json::from_slice(payload)?),
            _ => Self::Unknown { event_type: event_type.to_owned(), payload: payload.into() },
        })
    }

    /// Its `:event-type`.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Chunk(_) => "chunk",
            Self::Unknown { event_type, .. } => event_type,
        }
    }

    /// The chunk's bytes; empty for anything else.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Chunk(part) => part.bytes.as_ref().map(Blob::as_bytes).unwrap_or_default(),
            Self::Unknown { .. } => &[],
        }
    }

    /// The chunk, read as JSON.
    ///
    /// # Errors
    /// When the chunk is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.as_bytes())
    }
}
