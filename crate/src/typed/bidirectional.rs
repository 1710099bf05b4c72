//! InvokeModelWithBidirectionalStream as a method: a conversation with a speech model. Over HTTP/2; it records and plays no sound.

use super::{Response, outside, place};
use crate::client::{Client, RawStream, frame};
use crate::error::Invalid;
use crate::failure::Error;
use crate::stream::EventStream;
use crate::transport::Sendable;
use crate::types::{
    BidirectionalInputEvent, BidirectionalOutputEvent, InvokeModelWithBidirectionalStreamInput,
};
use futures::{Stream, StreamExt};

/// What InvokeModelWithBidirectionalStream answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct InvokeModelWithBidirectionalStreamOutput {
    /// The model's events, each as soon as it is there.
    pub body: EventStream<BidirectionalOutputEvent>,
}

impl Client {
    /// InvokeModelWithBidirectionalStream: events to a model and from it at once.
    ///
    /// `events` is any stream; a channel makes one that can be written to from elsewhere. It is read only as fast as
    /// the connection takes it, whether or not the answer is read. When it ends, the answer goes on until the service
    /// ends it. Dropping the answer, or this future, ends both. [`send_bidirectional`](Client::send_bidirectional)
    /// says when it returns, what it needs, and what is tried again.
    ///
    /// ```
    /// # async fn f(bedrock: outcrop::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use futures::{SinkExt, StreamExt, channel::mpsc};
    /// use outcrop::types::{BidirectionalInputEvent, InvokeModelWithBidirectionalStreamInput};
    /// let (mut say, events) = mpsc::channel(16);
    /// say.send(BidirectionalInputEvent::chunk(&br#"{"event":{"sessionStart":{}}}"#[..])).await?;
    /// let input = InvokeModelWithBidirectionalStreamInput::builder().model_id("amazon.nova-sonic-v1:0").build()?;
    /// let mut answer = bedrock.invoke_model_with_bidirectional_stream(input, events).await?;
    /// // … elsewhere: more of `say.send(…)`, and in the end
    /// drop(say);
    /// while let Some(event) = answer.output.body.next().await {
    ///     let said: serde_json::Value = event?.json()?;
    ///     println!("{said}");
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn invoke_model_with_bidirectional_stream(
        &self,
        input: InvokeModelWithBidirectionalStreamInput,
        events: impl Stream<Item = BidirectionalInputEvent> + Sendable + 'static,
    ) -> Result<Response<InvokeModelWithBidirectionalStreamOutput>, Error> {
        let operation = "InvokeModelWithBidirectionalStream";
        let frames = events.map(|event| {
            let payload = event.to_payload().map_err(|error| Invalid::unserialisable(&place(&error)))?;
            frame(event.event_type(), &payload)
        });
        let RawStream { events, metadata, .. } =
            outside!(&input, members => self.duplex_frames(operation, &members, frames).await)?;
        Ok(Response { output: InvokeModelWithBidirectionalStreamOutput { body: events }, metadata })
    }
}
