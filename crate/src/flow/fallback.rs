//! One call to several places in turn, regions or models: on to the next where another place may help; a stream that has begun stays where it is.

use crate::error::{Invalid, Who};
use crate::failure::Error;

/// Calls with each of the choices in turn until one answers. An error that would be the same elsewhere is
/// given to the caller at once, and that of the last choice always.
///
/// ```
/// # async fn f(bedrock: outcrop::Client) -> Result<(), outcrop::Error> {
/// use outcrop::client::CallOptions;
/// let answer = outcrop::flow::fallback(["us-east-1", "us-west-2"], async |region| {
///     let there = bedrock.with(CallOptions::new().region(region))?;
///     there.send("Converse", &[("modelId", "amazon.nova-lite-v1:0")], "{}").await
/// }).await?;
/// # drop(answer);
/// # Ok(()) }
/// ```
pub async fn fallback<C, T>(
    choices: impl IntoIterator<Item = C>,
    mut call: impl AsyncFnMut(C) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut choices = choices.into_iter().peekable();
    loop {
        let Some(choice) = choices.next() else {
            return Err(Error::Invalid(Invalid::missing("there is nothing to fall back on")));
        };
        match call(choice).await {
            Err(error) if choices.peek().is_some() && is_worth_another_place(&error) => {}
            result => return result,
        }
    }
}

/// Whether another region or another model may answer where this one failed: the network, a limit of time,
/// the service's own fault, or something that may pass.
pub fn is_worth_another_place(error: &Error) -> bool {
    match error {
        Error::Service(error) if error.retryable || error.throttling => true,
        Error::Network(error) => !error.unsupported,
        error => matches!(error.who(), Who::Network | Who::Aws),
    }
}
