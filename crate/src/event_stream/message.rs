//! What a frame says: an event, a modelled exception or an error; an unknown message type is refused, an unknown event type is not.

use super::frame::{DecodeError, Frame};

/// A frame read by its `:message-type` (Smithy specification, "Event message").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// `event`, with its `:event-type`, such as `contentBlockDelta`.
    Event {
        /// The union member's name.
        event_type: &'a str,
        /// JSON for Bedrock.
        payload: &'a [u8],
    },
    /// `exception`, with its `:exception-type`, such as `throttlingException`.
    Exception {
        /// The union member's name.
        exception_type: &'a str,
        /// JSON for Bedrock.
        payload: &'a [u8],
    },
    /// `error`: not modelled, its text in headers.
    Error {
        /// `:error-code`, or empty.
        code: &'a str,
        /// `:error-message`, or empty.
        message: &'a str,
    },
}

impl<'a> Message<'a> {
    /// Reads the headers that say what the frame is.
    pub fn of(frame: &Frame<'a>) -> Result<Self, DecodeError> {
        let headers = frame.headers();
        let text = |name| headers.text(name);
        match text(":message-type") {
            Some("event") => Ok(Self::Event {
                event_type: text(":event-type").ok_or(DecodeError::InvalidEventType)?,
                payload: frame.payload(),
            }),
            Some("exception") => Ok(Self::Exception {
                exception_type: text(":exception-type").ok_or(DecodeError::InvalidEventType)?,
                payload: frame.payload(),
            }),
            Some("error") => Ok(Self::Error {
                code: text(":error-code").unwrap_or_default(),
                message: text(":error-message").unwrap_or_default(),
            }),
            _ => Err(DecodeError::InvalidMessageType),
        }
    }
}
