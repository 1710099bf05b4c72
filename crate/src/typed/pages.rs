//! Lists that come in pages, read as streams: the next page is asked for when somebody wants it, and never before.

use super::{Response, json};
use crate::client::Client;
use crate::failure::{AnswerError, Error};
use crate::transport::BoxFuture;
use crate::types::Outside;
use bytes::Bytes;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use futures::{FutureExt, Stream};
use serde::de::DeserializeOwned;

/// The input of an operation that answers in pages. Only this crate's inputs are.
pub trait Paginated: Outside + Clone + fmt::Debug + Unpin + Send + Sync + 'static {
    /// AWS's name.
    #[doc(hidden)]
    const OPERATION: &'static str;

    /// A page.
    type Output: DeserializeOwned + Send + 'static;

    /// What is listed.
    type Item: Unpin;

    /// The input's `nextToken`.
    #[doc(hidden)]
    fn token_mut(&mut self) -> &mut Option<String>;

    /// The page's `nextToken`.
    #[doc(hidden)]
    fn next_token(page: &Self::Output) -> Option<&str>;

    /// What the page lists.
    #[doc(hidden)]
    fn items(page: Self::Output) -> Vec<Self::Item>;
}

/// Pages, a stream. It begins at the input's own `next_token`, if it has one, and ends with the page that names
/// no next one, or with the first error. A service that names the same page twice would be asked for ever: that
/// is an [`Error::Answer`]. Dropping it ends the request.
#[must_use = "a stream does nothing until it is read"]
pub struct Pages<I: Paginated> {
    client: Client,
    /// What to ask next; nothing once there is nothing more to ask.
    input: Option<I>,
    asked: Option<BoxFuture<'static, Result<Response<I::Output>, Error>>>,
    /// Said after the last page.
    error: Option<Error>,
}

impl<I: Paginated> Pages<I> {
    pub(super) fn new(client: Client, input: I) -> Self {
        Self { client, input: Some(input), asked: None, error: None }
    }

    /// What the pages list, one by one.
    pub fn items(self) -> Items<I> {
        Items { pages: self, page: Vec::new().into_iter() }
    }

    /// Moves on to the page after this one.
    fn turn(&mut self, page: &Response<I::Output>) {
        let next = I::next_token(&page.output).filter(|token| !token.is_empty());
        let Some((next, mut input)) = next.zip(self.input.take()) else { return };
        let token = input.token_mut();
        if token.as_deref() == Some(next) {
            let message = "nextToken is the one that was asked for".to_owned();
            self.error = Some(Error::Answer(AnswerError { message, metadata: page.metadata.clone() }));
            return;
        }
        *token = Some(next.to_owned());
        self.input = Some(input);
    }
}

impl<I: Paginated> Stream for Pages<I> {
    type Item = Result<Response<I::Output>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.asked.is_none() {
            let Some(input) = this.input.clone() else {
                return Poll::Ready(this.error.take().map(Err));
            };
            let client = this.client.clone();
            let asked = async move { json(&client, I::OPERATION, &input, Bytes::new()).await };
            this.asked = Some(Box::pin(asked));
        }
        let Some(asked) = &mut this.asked else { return Poll::Ready(None) };
        let result = ready!(asked.poll_unpin(context));
        this.asked = None;
        match &result {
            Ok(page) => this.turn(page),
            Err(_) => this.input = None,
        }
        Poll::Ready(Some(result))
    }
}

impl<I: Paginated> fmt::Debug for Pages<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("input", &self.input).finish_non_exhaustive()
    }
}

/// What pages list, one by one: a stream.
#[must_use = "a stream does nothing until it is read"]
pub struct Items<I: Paginated> {
    pages: Pages<I>,
    page: std::vec::IntoIter<I::Item>,
}

impl<I: Paginated> Stream for Items<I> {
    type Item = Result<I::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => self.page = I::items(page.output).into_iter(),
            }
        }
    }
}

impl<I: Paginated> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
