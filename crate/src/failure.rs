//! The error of a call, one variant for each place where it can fail; none holds a body, a header value or a credential.

use crate::decide::Fault;
use crate::error::{Invalid, Who};
use crate::event_stream::DecodeError;
use core::fmt;
use core::time::Duration;

/// What is known about a call besides its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The HTTP status, if there was an answer.
    pub http_status: Option<u16>,
    /// `x-amzn-requestid`: what AWS's support asks for.
    pub request_id: Option<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long was waited between them, in all.
    pub total_retry_delay: Duration,
}

/// Why a call failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument or a setting is wrong.
    Invalid(Invalid),
    /// A provider gave no usable credentials.
    Credentials(CredentialsError),
    /// No answer, or none to its end.
    Network(NetworkError),
    /// A limit of time is over.
    Timeout(TimeoutError),
    /// The service answered with an error, by status or within a stream.
    Service(Box<ServiceError>),
    /// An answer that should be JSON is not, or not of the shape it should have.
    Answer(AnswerError),
    /// A stream that is not one.
    EventStream(EventStreamError),
    /// A stream that was cut short.
    Truncated(TruncatedStream),
}

impl Error {
    /// Who can mend it.
    pub fn who(&self) -> Who {
        match self {
            Self::Invalid(error) => error.who(),
            Self::Credentials(_) | Self::Network(NetworkError { unsupported: true, .. }) => Who::Caller,
            Self::Network(_) | Self::Timeout(_) | Self::Truncated(_) => Who::Network,
            Self::Service(error) => match error.fault {
                Fault::Client => Who::Caller,
                Fault::Server => Who::Aws,
            },
            Self::Answer(_) | Self::EventStream(_) => Who::Aws,
        }
    }

    /// A stable name: AWS's own for what the service said.
    pub fn name(&self) -> &str {
        match self {
            Self::Invalid(error) => error.name(),
            Self::Credentials(_) => "CredentialsProviderError",
            Self::Network(_) => "NetworkError",
            Self::Timeout(_) => "TimeoutError",
            Self::Service(error) => &error.name,
            Self::Answer(_) => "AnswerError",
            Self::EventStream(_) => "EventStreamError",
            Self::Truncated(_) => "TruncatedStreamError",
        }
    }

    /// What is known about the call, if it got as far as a request.
    pub fn metadata(&self) -> Option<&Metadata> {
        match self {
            Self::Invalid(_) => None,
            Self::Credentials(error) => Some(&error.metadata),
            Self::Network(error) => Some(&error.metadata),
            Self::Timeout(error) => Some(&error.metadata),
            Self::Service(error) => Some(&error.metadata),
            Self::Answer(error) => Some(&error.metadata),
            Self::EventStream(error) => Some(&error.metadata),
            Self::Truncated(error) => Some(&error.metadata),
        }
    }

    /// As `metadata`, to be filled in.
    pub(crate) fn metadata_mut(&mut self) -> Option<&mut Metadata> {
        match self {
            Self::Invalid(_) => None,
            Self::Credentials(error) => Some(&mut error.metadata),
            Self::Network(error) => Some(&mut error.metadata),
            Self::Timeout(error) => Some(&mut error.metadata),
            Self::Service(error) => Some(&mut error.metadata),
            Self::Answer(error) => Some(&mut error.metadata),
            Self::EventStream(error) => Some(&mut error.metadata),
            Self::Truncated(error) => Some(&mut error.metadata),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Credentials(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Timeout(error) => error.fmt(f),
            Self::Service(error) => error.fmt(f),
            Self::Answer(error) => error.fmt(f),
            Self::EventStream(error) => error.fmt(f),
            Self::Truncated(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Invalid> for Error {
    fn from(error: Invalid) -> Self {
        Self::Invalid(error)
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
    }
}

/// Why a provider gave no usable credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialsError {
    message: String,
    /// What is known about the call that needed them.
    pub metadata: Metadata,
}

impl CredentialsError {
    /// `message` must not hold a secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), metadata: Metadata::default() }
    }

    /// What the provider said.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no usable credentials: {}", self.message)
    }
}

impl std::error::Error for CredentialsError {}

/// A request that got no answer, or an answer that broke off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    /// What the transport said.
    pub message: String,
    /// Whether the transport can't do what was asked at all: trying again is of no use.
    pub unsupported: bool,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl NetworkError {
    /// A failure on the way. `message` must not hold a URL's query or a header.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), unsupported: false, metadata: Metadata::default() }
    }

    /// A redirect: nothing that was signed for one host, and nobody's prompt, is sent to another. A page is
    /// told no more of it than this.
    pub(crate) fn redirected() -> Self {
        Self::unsupported("the endpoint answered with a redirect, which is not followed")
    }

    /// Something that this transport can't do.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self { message: message.into(), unsupported: true, metadata: Metadata::default() }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the network failed ({} attempts): {}", self.metadata.attempts, self.message)
    }
}

impl std::error::Error for NetworkError {}

/// Which limit of time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// The whole call's.
    Total,
    /// One attempt's, until its answer began or its stream's first event was there.
    FirstByte,
    /// That of silence while an answer was read.
    Idle,
}

/// A limit of time was over before the answer was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeoutError {
    /// Which limit.
    pub limit: Limit,
    /// What it was set to.
    pub after: Duration,
    /// How many events of a stream had been delivered.
    pub events: u64,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl TimeoutError {
    pub(crate) fn new(limit: Limit, after: Duration) -> Self {
        Self { limit, after, events: 0, metadata: Metadata::default() }
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.limit {
            Limit::Total => "the call was not over",
            Limit::FirstByte => "no answer began",
            Limit::Idle => "nothing more of the answer came",
        };
        write!(f, "{what} within {:?} ({} attempts)", self.after, self.metadata.attempts)
    }
}

impl std::error::Error for TimeoutError {}

/// An error that the service sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// AWS's name, such as `ThrottlingException`.
    pub name: String,
    /// What the service said, as it said it.
    pub message: String,
    /// Whose mistake it is, by the status.
    pub fault: Fault,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whether the service asks for fewer requests.
    pub throttling: bool,
    /// Whether the name was taken from the status because the answer did not name the error.
    pub guessed: bool,
    /// Whether it came within a stream, after an answer of 200.
    pub in_stream: bool,
    /// ModelErrorException and ModelStreamErrorException: the model's own status.
    pub original_status_code: Option<i64>,
    /// ModelStreamErrorException: the model's own words.
    pub original_message: Option<String>,
    /// ModelErrorException: which model.
    pub resource_name: Option<String>,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl ServiceError {
    /// The parts that every service error has.
    pub(crate) fn new(name: String, fault: Fault, metadata: Metadata) -> Self {
        Self {
            name,
            message: String::new(),
            fault,
            retryable: false,
            throttling: false,
            guessed: false,
            in_stream: false,
            original_status_code: None,
            original_message: None,
            resource_name: None,
            metadata,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)?;
        if let Some(id) = &self.metadata.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ServiceError {}

/// An answer of 200 that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerError {
    /// What is wrong with it, by line and column.
    pub message: String,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer could not be read: {}", self.message)
    }
}

impl std::error::Error for AnswerError {}

/// A stream whose bytes are not what they should be, after `events` good events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStreamError {
    /// What is wrong.
    pub kind: EventStreamFault,
    /// How many events came before.
    pub events: u64,
    /// What is known about the call.
    pub metadata: Metadata,
}

/// What is wrong with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventStreamFault {
    /// The answer's content type is another one. A proxy's page, most often.
    NotAnEventStream {
        /// The content type, or nothing.
        content_type: String,
        /// The first bytes of the body as text, at most 200.
        begins: String,
    },
    /// The framing is broken.
    Frame(DecodeError),
    /// An event's payload could not be read.
    Payload(String),
}

impl fmt::Display for EventStreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            EventStreamFault::NotAnEventStream { content_type, begins } => {
                write!(f, "the answer is no event stream but {content_type:?}, and begins with {begins:?}")
            }
            EventStreamFault::Frame(error) => write!(f, "after {} events {error}", self.events),
            EventStreamFault::Payload(message) => {
                write!(f, "event {} could not be read: {message}", self.events.saturating_add(1))
            }
        }
    }
}

impl std::error::Error for EventStreamError {}

/// A stream that ended before its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruncatedStream {
    /// How many events were delivered.
    pub events: u64,
    /// How many bytes had come.
    pub bytes: u64,
    /// The stop reason, if the message had ended and only what follows it is missing.
    pub stop_reason: Option<String>,
    /// Why the bytes ended, if the network said so.
    pub cause: Option<String>,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl fmt::Display for TruncatedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stream was cut short after {} events ({} bytes)", self.events, self.bytes)?;
        if let Some(reason) = &self.stop_reason {
            write!(f, ", after stopReason {reason:?}")?;
        }
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TruncatedStream {}
