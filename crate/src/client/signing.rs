//! Signing requests that are not the client's own, with its credentials, its region and its clock; it sends none of them.

use super::{Client, Config};
use crate::call::Authority;
use crate::endpoint::Endpoint;
use crate::error::Invalid;
use crate::failure::Error;
use crate::secret::Credentials;
use crate::service::Service;
use crate::sigv4::{self, KeyCache, PathEncoding, Payload, Presigned, Request, Scope, Settings};
use crate::time::Timestamp;
use crate::transport::HttpRequest;
use core::time::Duration;

impl Client {
    /// The same request with the headers that authorise it: signed for `service` (the signing name, such as
    /// `bedrock`) in the client's region, or, for `bedrock` only, with the client's API key. For what
    /// bedrock-runtime serves beside its operations, such as `/openai/v1/chat/completions`, and for AWS's other
    /// services; for S3 (`s3` and what begins so) the path is signed as it is sent, and `x-amz-content-sha256`
    /// is added.
    ///
    /// The request's own headers are signed and must be sent as they are; those that authorise (`authorization`,
    /// `x-amz-content-sha256`, `x-amz-date`, `x-amz-security-token`) are replaced. A signature holds for five minutes: sign each
    /// attempt anew. The URL has to be https, or of this machine itself. An API key, which whoever has it can use,
    /// goes to Bedrock's hosts of the client's region, to the client's own endpoint and to this machine, nowhere
    /// else.
    ///
    /// ```
    /// # async fn f(bedrock: outcrop::Client) -> Result<(), outcrop::Error> {
    /// use outcrop::transport::HttpRequest;
    /// let request = HttpRequest {
    ///     method: "POST",
    ///     url: "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions".to_owned(),
    ///     headers: vec![("content-type".to_owned(), "application/json".to_owned())],
    ///     body: r#"{"model":"openai.gpt-oss-20b-1:0","messages":[]}"#.into(),
    /// };
    /// let signed = bedrock.sign_request(request, "bedrock").await?;
    /// # drop(signed);
    /// # Ok(()) }
    /// ```
    pub async fn sign_request(&self, mut request: HttpRequest, service: &str) -> Result<HttpRequest, Error> {
        let config = self.config();
        let origin = origin(&request.url)?;
        for (name, _) in &mut request.headers {
            name.make_ascii_lowercase();
        }
        let own = ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];
        request.headers.retain(|(name, _)| !own.contains(&name.as_str()));
        let credentials = config.now_credentials().await?;
        let time = config.now();
        let added = match &credentials {
            None if service != config.service.signing_name() => {
                return Err(Error::Invalid(Invalid::missing(
                    "a Bedrock API key is for Bedrock: credentials are needed for other services",
                )));
            }
            None if !config.may_have_the_key(&origin) => {
                return Err(Error::Invalid(Invalid::value(
                    "InvalidEndpoint",
                    "an API key is for Bedrock's hosts and the client's endpoint",
                    origin.as_str(),
                )));
            }
            Some(credentials) if is_s3(service) => {
                let headers: Vec<(&str, &str)> =
                    request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                let payload = Payload::Bytes(&request.body);
                let of = Request { method: request.method, url: &request.url, headers: &headers, payload };
                let scope = Scope::new(&config.region, service, time);
                let mut keys = KeyCache::default();
                let signed = sigv4::sign(&of, credentials, &scope, &settings(service), &mut keys)?;
                let added = signed.headers().into_iter();
                added.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
            }
            _ => config.authorise_for(service, &request, credentials.as_ref(), time)?,
        };
        request.headers.extend(added);
        Ok(request)
    }

    /// The URL with a signature in its query, good for `expires_in` (a second to seven days; longer than the
    /// credentials live is of no use). Whoever has it may send that one request, with the given headers and
    /// without a body (for S3, with any).
    ///
    /// A client with an API key has nothing to sign with: that is an error, and so is a URL that is neither
    /// https nor of this machine itself.
    pub async fn presign_url(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        expires_in: Duration,
        service: &str,
    ) -> Result<Presigned, Error> {
        let config = self.config();
        origin(url)?;
        let Some(credentials) = config.now_credentials().await? else {
            return Err(Error::Invalid(Invalid::missing("an API key signs nothing: credentials are needed")));
        };
        let seconds = u32::try_from(expires_in.as_secs()).unwrap_or(u32::MAX);
        let payload = if is_s3(service) { Payload::Unsigned } else { Payload::Bytes(&[]) };
        let request = Request { method, url, headers, payload };
        let scope = Scope::new(&config.region, service, config.now());
        let mut keys = KeyCache::default();
        Ok(sigv4::presign(&request, &credentials, &scope, seconds, &settings(service), &mut keys)?)
    }
}

impl Config {
    /// What to sign with now; nothing, with an API key. A renewal that had begun goes on with the next call.
    async fn now_credentials(&self) -> Result<Option<Credentials>, Error> {
        Ok(self.credentials(&self.plan).await?.map(|given| given.credentials))
    }

    /// Whether `origin` may see the API key.
    fn may_have_the_key(&self, origin: &Endpoint) -> bool {
        let flags = [(false, false), (false, true), (true, false), (true, true)];
        let aws = [Service::BedrockRuntime, Service::Bedrock].into_iter().any(|service| {
            flags.iter().any(|(fips, dual)| Endpoint::of(service, &self.region, *fips, *dual) == *origin)
        });
        // Only this machine is spoken to in the clear.
        let here = origin.as_str().starts_with("http://");
        aws || here || self::origin(self.plan.endpoint.as_str()).is_ok_and(|own| own == *origin)
    }

    /// The service's time, as far as it is known.
    fn now(&self) -> Timestamp {
        self.plan.transport.now().offset(self.plan.state.clock_ms())
    }
}

/// `s3`, `s3express`, `s3-outposts` and so on.
fn is_s3(service: &str) -> bool {
    service.starts_with("s3")
}

/// What the service wants of its signatures.
fn settings(service: &str) -> Settings {
    let own = Settings::default();
    if is_s3(service) {
        return Settings { path: PathEncoding::AsSent, normalize_path: false, content_sha256: true, ..own };
    }
    own
}

/// Scheme, host and port. Neither a signature nor a key crosses a network in the clear: what is not https is refused,
/// but for this machine itself.
fn origin(url: &str) -> Result<Endpoint, Invalid> {
    let end = url.bytes().enumerate().filter(|(_, b)| matches!(b, b'/' | b'?' | b'#')).nth(2);
    Endpoint::parse(url.get(..end.map_or(url.len(), |(at, _)| at)).unwrap_or_default())
}
