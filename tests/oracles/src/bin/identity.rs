//! One flow of credentials and the streams signed with what it vended, through the Rust crate over a native
//! transport: settings as JSON on stdin, what happened as JSON on stdout. It judges nothing; `identity/flows.mjs`
//! makes the same of the npm package and says what the settings mean.

use futures::StreamExt;
use outcrop::credentials::{
    CognitoIdentity, CognitoIdentityPool, CognitoOpenIdToken, IdentityCache, ProvideCredentials,
    ProvideToken, Secret, ServiceConfig, WebIdentity,
};
use outcrop::failure::{CredentialsError, NetworkError};
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, ReqwestTransport, Transport, UreqTransport};
use outcrop::types::{ConverseStreamEvent, ConverseStreamInput, Message};
use outcrop::{Client, Error};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Failed = Box<dyn std::error::Error>;

/// A transport whose clock is ahead of the real one.
#[derive(Clone, Debug)]
struct Ahead<T> {
    inner: T,
    milliseconds: Arc<AtomicI64>,
}

impl<T: Transport> Transport for Ahead<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        self.inner.send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }

    fn now(&self) -> Timestamp {
        self.inner.now().offset(self.milliseconds.load(Ordering::Relaxed))
    }

    fn random(&self) -> Option<u64> {
        self.inner.random()
    }
}

/// A token that is asked for at an address, as a program asks its own server.
#[derive(Debug)]
struct Address(String);

impl ProvideToken for Address {
    fn token<'a>(
        &'a self,
        transport: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Secret, CredentialsError>> {
        Box::pin(async {
            let failed = |error: NetworkError| CredentialsError::new(error.to_string());
            let url = self.0.clone();
            let request = HttpRequest { method: "POST", url, headers: Vec::new(), body: Default::default() };
            let mut response = transport.send(request).await.map_err(failed)?;
            let mut body = Vec::new();
            while let Some(chunk) = response.body.next().await {
                body.extend_from_slice(&chunk.map_err(failed)?);
            }
            match String::from_utf8(body) {
                Ok(text) if response.status == 200 => Ok(Secret::from(text)),
                _ => Err(CredentialsError::new("the address gave no token")),
            }
        })
    }
}

#[derive(Debug)]
struct Kept(Mutex<HashMap<String, String>>);

impl IdentityCache for Kept {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<String>> {
        let kept = self.0.lock().unwrap().get(key).cloned();
        Box::pin(async { kept })
    }

    fn set<'a>(&'a self, key: &'a str, identity_id: &'a str) -> BoxFuture<'a, ()> {
        self.0.lock().unwrap().insert(key.to_owned(), identity_id.to_owned());
        Box::pin(async {})
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        self.0.lock().unwrap().remove(key);
        Box::pin(async {})
    }
}

fn pool(settings: &Value, config: &ServiceConfig) -> Result<CognitoIdentityPool, Failed> {
    let text = |name: &str| settings[name].as_str();
    let mut pool =
        CognitoIdentityPool::new(text("identityPoolId").ok_or("no identityPoolId")?)?.config(config)?;
    if let (Some(name), Some(url)) = (text("loginProvider"), text("loginUrl")) {
        pool = pool.login(name, Address(url.to_owned()));
    }
    if let Some(account) = text("accountId") {
        pool = pool.account_id(account);
    }
    if let Some(arn) = text("customRoleArn") {
        pool = pool.custom_role_arn(arn);
    }
    if let Value::Object(cached) = &settings["cached"] {
        let strings = |(key, id): (&String, &Value)| Some((key.clone(), id.as_str()?.to_owned()));
        pool = pool.cache(Kept(Mutex::new(cached.iter().filter_map(strings).collect())));
    }
    Ok(pool)
}

fn web_identity(
    settings: &Value,
    config: &ServiceConfig,
    token: impl ProvideToken + 'static,
) -> Result<WebIdentity, Failed> {
    let text = |name: &str| settings[name].as_str();
    let region = settings["service"]["region"].as_str().ok_or("no region")?;
    let mut web = WebIdentity::new(region, text("roleArn").ok_or("no roleArn")?, token)?.config(config)?;
    if let Some(name) = text("roleSessionName") {
        web = web.role_session_name(name);
    }
    if let Some(host) = text("providerId") {
        web = web.provider_id(host);
    }
    if let Value::Array(arns) = &settings["policyArns"] {
        web = web.policy_arns(arns.iter().filter_map(|one| one["arn"].as_str()));
    }
    if let Some(policy) = text("policy") {
        web = web.policy(policy);
    }
    if let Some(seconds) = settings["durationSeconds"].as_u64() {
        web = web.duration_seconds(u32::try_from(seconds)?);
    }
    Ok(web)
}

fn provider(settings: &Value) -> Result<Arc<dyn ProvideCredentials>, Failed> {
    let service = &settings["service"];
    let config = ServiceConfig::new()
        .region(service["region"].as_str().ok_or("no region")?)
        .endpoint(service["endpoint"].as_str().ok_or("no endpoint")?);
    Ok(match settings["kind"].as_str() {
        Some("pool") => Arc::new(pool(settings, &config)?),
        Some("identity") => {
            let mut one = CognitoIdentity::new(settings["identityId"].as_str().ok_or("no identityId")?)?
                .config(&config)?;
            if let (Some(name), Some(url)) =
                (settings["loginProvider"].as_str(), settings["loginUrl"].as_str())
            {
                one = one.login(name, Address(url.to_owned()));
            }
            if let Some(arn) = settings["customRoleArn"].as_str() {
                one = one.custom_role_arn(arn);
            }
            Arc::new(one)
        }
        Some("web") => {
            let url = settings["tokenUrl"].as_str().ok_or("no tokenUrl")?;
            Arc::new(web_identity(settings, &config, Address(url.to_owned()))?)
        }
        Some("basic") => {
            let token = CognitoOpenIdToken::from(pool(settings, &config)?);
            Arc::new(web_identity(settings, &config, token)?)
        }
        other => return Err(format!("no flow is called {other:?}").into()),
    })
}

/// The text of one stream and the name of its last event.
async fn stream(client: &Client, input: ConverseStreamInput) -> Result<(String, String), Error> {
    let mut stream = client.converse_stream(input).await?.output.stream;
    let (mut text, mut last) = (String::new(), String::new());
    while let Some(event) = stream.next().await {
        let event = event?;
        text.push_str(event.text().unwrap_or_default());
        last =
            if matches!(event, ConverseStreamEvent::Metadata(_)) { "metadata" } else { "another" }.to_owned();
    }
    Ok((text, last))
}

async fn run(settings: &Value, inner: impl Transport + Clone + 'static) -> Result<Value, Failed> {
    let milliseconds = Arc::new(AtomicI64::new(0));
    let transport = Ahead { inner, milliseconds: Arc::clone(&milliseconds) };
    let text = |name: &str| settings[name].as_str().unwrap_or_default();
    let client = Client::builder()
        .region(text("region"))
        .endpoint(text("endpoint"))
        .credentials(provider(&settings["provider"])?)
        .transport(transport)
        .build()?;
    let input = ConverseStreamInput::builder()
        .model_id(text("modelId"))
        .messages([Message::user("Hello")])
        .build()?;
    let steps = match &settings["steps"] {
        Value::Array(steps) => steps.iter().filter_map(Value::as_f64).collect(),
        _ => vec![0.0],
    };
    let (mut answer, mut last) = (String::new(), String::new());
    let (mut errors, mut causes) = (Vec::new(), Vec::new());
    for seconds in steps {
        milliseconds.store((seconds * 1000.0) as i64, Ordering::Relaxed);
        match stream(&client, input.clone()).await {
            Ok(told) => (answer, last) = told,
            Err(error) => {
                errors.push(error.name().to_owned());
                causes.push(format!("{}: {error}", error.name()));
            }
        }
    }
    Ok(json!({"text": answer, "last": last, "errors": errors, "causes": causes}))
}

fn main() -> Result<(), Failed> {
    let settings: Value = serde_json::from_reader(std::io::stdin())?;
    let told = match settings["transport"].as_str() {
        Some("reqwest") => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(async { run(&settings, ReqwestTransport::new()?).await })?
        }
        // No tokio: its own threads and any executor.
        Some("ureq") => futures::executor::block_on(run(&settings, UreqTransport::new()))?,
        other => return Err(format!("no transport is called {other:?}").into()),
    };
    println!("{told}");
    Ok(())
}
