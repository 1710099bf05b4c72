//! The client for Bedrock's control plane: which models and inference profiles there are. It is the other client under another host; what creates, buys or trains is not here.

use super::{CallOptions, Client, ClientBuilder, RawAnswer};
use crate::failure::Error;
use crate::service::Service;
use bytes::Bytes;
use std::sync::Arc;

/// A client for Bedrock's control plane, the service `bedrock`: its hosts are others than Bedrock Runtime's, its
/// requests are signed for the same name. Cloning it is cheap and shares everything.
#[derive(Clone, Debug)]
pub struct Bedrock(Client);

impl Client {
    /// A client for the control plane with the settings of this one, its credentials, its transport and its quota
    /// of retries.
    ///
    /// An endpoint of your own stays: it then has to serve both.
    #[cfg_attr(
        target_arch = "wasm32",
        expect(clippy::arc_with_non_send_sync, reason = "one type for a client on every target")
    )]
    pub fn bedrock(&self) -> Result<Bedrock, Error> {
        let mut config = self.config().clone();
        config.service = Service::Bedrock;
        config.choose_endpoint()?;
        Ok(Bedrock(Self(Arc::new(config))))
    }
}

impl Bedrock {
    /// The client whose service is Bedrock's already.
    pub(super) fn of(client: Client) -> Self {
        Self(client)
    }

    /// What its calls go through.
    pub(crate) fn client(&self) -> &Client {
        &self.0
    }

    /// Settings first; they are the same as [`Client`]'s.
    pub fn builder() -> ClientBuilder<Self> {
        ClientBuilder::default()
    }

    /// As [`Client::with`].
    pub fn with(&self, options: CallOptions) -> Result<Self, Error> {
        self.0.with(options).map(Self)
    }

    /// As [`Client::send`], such as `("ListFoundationModels", &[("byProvider", "Anthropic")])`: these
    /// operations have no body.
    pub async fn send(&self, operation_name: &str, members: &[(&str, &str)]) -> Result<RawAnswer, Error> {
        self.client().send(operation_name, members, Bytes::new()).await
    }
}
