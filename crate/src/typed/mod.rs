//! The clients' methods in the API's own shapes; a shape that this version does not know is kept, not refused.

mod bedrock;
mod bidirectional;
mod pages;
mod runtime;

pub use bidirectional::InvokeModelWithBidirectionalStreamOutput;
pub use pages::{Items, Pages, Paginated};
pub use runtime::{ConverseStreamOutput, InvokeModelWithResponseStreamOutput};

use crate::client::Client;
use crate::error::Invalid;
use crate::failure::{AnswerError, Error, Metadata};
use crate::types::Outside;
use bytes::Bytes;
use core::ops::Deref;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An output and what is known about the call. It can be used as the output itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// What the operation answers.
    pub output: T,
    /// What is known about the call.
    pub metadata: Metadata,
}

impl<T> Deref for Response<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.output
    }
}

/// Where JSON went wrong. serde_json's own words may quote the content, which errors here never hold.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a value of another type",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "no JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

/// An input's JSON.
fn body(input: &impl Serialize) -> Result<Bytes, Error> {
    serde_json::to_vec(input)
        .map(Bytes::from)
        .map_err(|error| Error::Invalid(Invalid::unserialisable(&place(&error))))
}

/// Does something with the members of an input that travel in path, query and headers.
macro_rules! outside {
    ($input:expr, $members:ident => $($then:tt)+) => {{
        let outside = crate::types::Outside::members($input);
        let $members: Vec<(&str, &str)> = outside.iter().map(|(name, value)| (*name, &**value)).collect();
        $($then)+
    }};
}
use outside;

/// Calls an operation that answers JSON.
async fn json<O: DeserializeOwned>(
    client: &Client,
    operation: &str,
    input: &impl Outside,
    body: Bytes,
) -> Result<Response<O>, Error> {
    let answer = outside!(input, members => client.send(operation, &members, body).await)?;
    match serde_json::from_slice(&answer.body) {
        Ok(output) => Ok(Response { output, metadata: answer.metadata }),
        Err(error) => Err(Error::Answer(AnswerError { message: place(&error), metadata: answer.metadata })),
    }
}
