//! Reads a request's path: prefixes that steer the emulator, then the service's own path; decodes each label once.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::plain::{self, Plain};

/// Milliseconds between two events when the path does not say: slow enough to be seen as a stream,
/// fast enough for a page test.
const DEFAULT_PACE_MS: u64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Converse,
    ConverseStream,
    InvokeModel,
    InvokeModelWithResponseStream,
}

impl Operation {
    pub fn streams(self) -> bool {
        matches!(self, Self::ConverseStream | Self::InvokeModelWithResponseStream)
    }
}

/// Where the answer comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    BuiltIn,
    Replay { key: String },
    Case { name: String },
}

/// How a stream that is written and read at once goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Http2,
    WebSocket,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    /// How a conversation is to go wrong.
    pub fault: Option<String>,
    /// A conversation: its form and the decoded model id.
    pub conversation: Option<(Form, String)>,
    pub words: Option<usize>,
    pub pace: Duration,
    pub source: Source,
    /// The run under which the request is recorded.
    pub run: Option<String>,
    /// Operation and decoded model id; `None` when no operation has such a path.
    pub call: Option<(Operation, String)>,
    /// An operation that answers JSON whole, with its labels decoded.
    pub plain: Option<Plain>,
    /// The path behind the prefixes, each segment decoded once.
    pub rest: Vec<String>,
}

/// Takes a path as it is on the wire, without its query.
pub fn parse(path: &str) -> Route {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let mut rest = &segments[..];
    let mut words = None;
    let mut pace = Duration::from_millis(DEFAULT_PACE_MS);
    let mut fault = None;
    loop {
        match rest {
            ["words", count, tail @ ..] if count.parse::<usize>().is_ok() => {
                words = count.parse().ok();
                rest = tail;
            }
            ["pace", ms, tail @ ..] if ms.parse::<u32>().is_ok() => {
                pace = Duration::from_millis(ms.parse().unwrap_or(DEFAULT_PACE_MS));
                rest = tail;
            }
            ["fault", name, tail @ ..] => {
                fault = Some(decode(name));
                rest = tail;
            }
            _ => break,
        }
    }
    let mut source = Source::BuiltIn;
    let mut run = None;
    match rest {
        ["run", name, tail @ ..] => {
            run = Some(decode(name));
            rest = tail;
        }
        ["replay", key, name, tail @ ..] => {
            source = Source::Replay { key: decode(key) };
            run = Some(decode(name));
            rest = tail;
        }
        ["case", case, name, tail @ ..] => {
            source = Source::Case { name: decode(case) };
            run = Some(decode(name));
            rest = tail;
        }
        _ => {}
    }
    let call = match rest {
        // A raw `/` in an ARN makes more segments than the path of an operation has.
        ["model", id, operation] if !id.is_empty() => match *operation {
            "converse" => Some(Operation::Converse),
            "converse-stream" => Some(Operation::ConverseStream),
            "invoke" => Some(Operation::InvokeModel),
            "invoke-with-response-stream" => Some(Operation::InvokeModelWithResponseStream),
            _ => None,
        }
        .map(|operation| (operation, decode(id))),
        _ => None,
    };
    let conversation = match rest {
        ["model", id, "invoke-with-bidirectional-stream"] if !id.is_empty() => {
            Some((Form::Http2, decode(id)))
        }
        ["model", id, "invoke-with-bidirectional-stream-websocket"] if !id.is_empty() => {
            Some((Form::WebSocket, decode(id)))
        }
        _ => None,
    };
    let plain = if call.is_none() { plain::parse(rest) } else { None };
    let rest = rest.iter().map(|segment| decode(segment)).collect();
    Route { fault, conversation, words, pace, source, run, call, plain, rest }
}

/// Decodes one label, once.
pub fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
