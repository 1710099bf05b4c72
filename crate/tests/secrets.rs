//! No secret in any `Debug`, `Display`, error, event or panic message: of every public type that can hold one, and of calls that fail in every way. `wiped.rs` looks at what is freed, the emulator's runner at every case.
//!
//! It is long because each public type that can hold a secret has its row.
#![cfg(all(feature = "client", feature = "types"))]

use crate::world::World;
use bytes::Bytes;
use futures::{StreamExt, stream};
use outcrop::client::{Bedrock, CallOptions, Client};
use outcrop::credentials::{
    ApiKey, Cache, Chain, CognitoIdentity, CognitoIdentityPool, CognitoOpenIdToken, Credentials, Environment,
    ProvideCredentials, Secret, ServiceConfig, WebIdentity, from_fn, token_fn,
};
use outcrop::error::Invalid;
use outcrop::failure::{CredentialsError, Error, NetworkError};
use outcrop::identity::sts::AssumeRole;
use outcrop::observe::Event;
use outcrop::region::Region;
use outcrop::signer::{SigV4Signer, Signer};
use outcrop::sigv4::{KeyCache, Payload, Request, Scope, Settings, SigningKey, presign, sign};
use outcrop::stream::RawEvent;
use outcrop::time::Timestamp;
use outcrop::transport::{HttpRequest, HttpResponse, Transport};
use outcrop::types::{ConverseInput, Message};
use std::fmt::{Debug, Display, Write};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

const ID: &str = "ASIACANARY0123456789";
const SECRET: &str = "Canary/Of+The/Secret+Access/Key012345678";
const TOKEN: &str = "IQoJb3JpZ2lu/canary+of+a/session+token/0123456789==";
const API_KEY: &str = "ABSKQmVkcm9ja0FQSUtleS1/canary+of+an/api+key==";
const WEB_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.canary-of-a-web-token.0123456789";
const PROMPT: &str = "canary-of-a-prompt-0123456789";
const HEADER: &str = "canary-of-a-header-0123456789";
const ANSWER: &str = "canary-of-an-answer-0123456789";
const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

/// The texts that were shown, and what of them tells something.
#[derive(Default)]
struct Shown {
    wrong: Vec<String>,
    count: u64,
}

impl Shown {
    /// Enough of either end of a secret to know it by, as it is and as others write it.
    fn forms() -> Vec<(&'static str, String)> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let mut forms = Vec::new();
        for secret in [SECRET, TOKEN, API_KEY, WEB_TOKEN, PROMPT, HEADER, ANSWER] {
            let mut encoded = String::new();
            outcrop::sigv4::percent_encode(&mut encoded, secret);
            let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
            forms.push((secret, secret[..12].to_owned()));
            forms.push((secret, secret[secret.len() - 12..].to_owned()));
            forms.push((secret, encoded));
            forms.push((secret, hex(&secret[..12])));
            forms.push((secret, hex(secret).to_uppercase()));
            for before in 0..3 {
                let digits = STANDARD.encode(["\0".repeat(before).as_str(), secret].concat());
                forms.push((secret, digits[4..digits.len() - 4].to_owned()));
            }
            // As `Debug` shows bytes.
            let list: Vec<String> = secret.bytes().take(12).map(|byte| byte.to_string()).collect();
            forms.push((secret, list.join(", ")));
        }
        forms
    }

    fn text(&mut self, what: &str, text: &str) {
        self.count += 1;
        for (secret, form) in Self::forms() {
            if text.contains(&form) {
                self.wrong.push(format!("{what} tells {secret} ({form}): {text}"));
            }
        }
    }

    fn debug(&mut self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}\n{value:#?}"));
    }

    fn display(&mut self, what: &str, value: &dyn Display) {
        self.text(what, &value.to_string());
    }

    fn error(&mut self, what: &str, error: &(dyn std::error::Error + 'static)) {
        let mut cause = Some(error);
        while let Some(error) = cause {
            self.debug(what, error);
            self.display(what, error);
            cause = error.source();
        }
    }

    fn end(self, least: u64) {
        assert!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), self.count, self.wrong.join("\n"));
        assert!(self.count >= least, "{}", self.count);
    }
}

fn credentials() -> Credentials {
    Credentials::new(ID, SECRET, Some(Secret::from(TOKEN))).unwrap()
}

fn input() -> ConverseInput {
    ConverseInput::builder().model_id(MODEL).messages([Message::user(PROMPT)]).build().unwrap()
}

#[test]
fn what_is_looked_for_is_found() {
    for (secret, form) in Shown::forms() {
        let mut shown = Shown::default();
        shown.error("planted", &NetworkError::new(["..", &form, ".."].concat()));
        assert!(shown.wrong.iter().any(|wrong| wrong.contains(secret)), "{form}");
    }
    let mut shown = Shown::default();
    shown.debug("planted", &TOKEN.as_bytes());
    assert!(!shown.wrong.is_empty());
}

/// Of every type of the modules that have to do with secrets; a new one needs a line here.
#[test]
fn no_type_shows_a_secret() {
    let mut shown = Shown::default();
    let mut types: Vec<&str> = Vec::new();
    let mut of = |name: &'static str, value: &dyn Debug| {
        types.push(name);
        shown.debug(name, value);
    };
    let world = World::new(|world, _, _| async move { Ok(world.json("{}")) });
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    let region = Region::new("us-east-1").unwrap();
    let time = world.now();
    let scope = Scope::new(&region, "bedrock", time);
    let headers = [("x-a", HEADER)];
    let url = format!("https://a.b/c?X-Amz-Security-Token={TOKEN}");
    let request =
        Request { method: "POST", url: "https://a.b/c", headers: &headers, payload: Payload::Unsigned };
    let mut keys = KeyCache::new();
    let token = Secret::from(WEB_TOKEN);
    of("Secret", &token);
    of("Credentials", &credentials());
    of("CredentialsRef", &credentials().borrowed());
    of("ApiKey", &ApiKey::new(API_KEY).unwrap());
    let provider = from_fn(|| Box::pin(async { Ok(credentials()) }));
    of("Callback", &provider);
    let cache = Cache::new(provider);
    world.run(cache.provide(&transport)).unwrap();
    of("Cache", &cache);
    of("Chain", &Chain::new(credentials()).then(cache.clone()));
    let identity = "us-east-1:00000000-0000-0000-0000-000000000000";
    let pool = CognitoIdentityPool::new(identity).unwrap().login("issuer", token.clone());
    of("CognitoIdentityPool", &pool);
    of("CognitoIdentity", &CognitoIdentity::new(identity).unwrap().login("issuer", token.clone()));
    of("CognitoOpenIdToken", &CognitoOpenIdToken::from(pool.clone()));
    of("Environment", &Environment::new(|_| Some(SECRET.to_owned())));
    of("WebIdentity", &WebIdentity::new("us-east-1", "arn:aws:iam::1:role/a", token.clone()).unwrap());
    let own = token_fn(|| Box::pin(async { Ok(Secret::from(WEB_TOKEN)) }));
    of("TokenCallback", &own);
    let secretive = format!("https://user:{WEB_TOKEN}@a.b/?X-Amz-Signature={WEB_TOKEN}");
    of("ServiceConfig", &ServiceConfig::new().endpoint(&secretive));
    of(
        "AssumeRole",
        &AssumeRole {
            role_arn: "a",
            role_session_name: "b",
            web_identity_token: &token,
            provider_id: None,
            policy_arns: &[],
            policy: None,
            duration_seconds: None,
        },
    );
    of("Signed", &sign(&request, &credentials(), &scope, &Settings::default(), &mut keys).unwrap());
    let presigned = presign(&request, &credentials(), &scope, 60, &Settings::default(), &mut keys).unwrap();
    of("Presigned", &presigned);
    of("KeyCache", &keys);
    of("SigningKey", &SigningKey::derive(SECRET, "20261121", "us-east-1", "bedrock"));
    of("Scope", &scope);
    let signer = SigV4Signer::default();
    signer.sign(&request, &credentials(), &region, "bedrock", time).unwrap();
    of("SigV4Signer", &signer);
    for url in [&url, &presigned.url] {
        let headers =
            ["authorization", "x-amz-security-token", "x-a"].map(|name| (name.to_owned(), TOKEN.to_owned()));
        of(
            "HttpRequest",
            &HttpRequest {
                method: "POST",
                url: url.clone(),
                headers: headers.into(),
                body: Bytes::from_static(PROMPT.as_bytes()),
            },
        );
    }
    let headers = vec![("set-cookie".to_owned(), HEADER.to_owned())];
    of("HttpResponse", &HttpResponse { status: 200, headers, body: Box::pin(stream::empty()) });
    let builder = || Client::builder().region("us-east-1").transport(world.clone());
    of(
        "ClientBuilder",
        &builder().credentials(credentials()).api_key(ApiKey::new(API_KEY).unwrap()).endpoint(&secretive),
    );
    let client = builder().credentials(credentials()).build().unwrap();
    world.run(client.converse(input())).unwrap();
    let options = CallOptions::new()
        .header("x-a", HEADER)
        .api_key(ApiKey::new(API_KEY).unwrap())
        .credentials(credentials());
    of("CallOptions", &options);
    of("CallOptions", &CallOptions::new().endpoint(&secretive));
    let other = client.with(options).unwrap();
    of("Client", &client);
    of("Client", &other);
    of(
        "Bedrock",
        &Bedrock::builder()
            .region("us-east-1")
            .transport(world.clone())
            .api_key(ApiKey::new(API_KEY).unwrap())
            .build()
            .unwrap(),
    );
    // Of these nothing is a secret, or all is what the caller gave: they are looked at in other tests.
    let apart = [
        "PathEncoding",
        "Payload",
        "Request",
        "RequestLine",
        "Settings",
        "AwsSigner",
        "ReqwestTransport",
        "UreqTransport",
    ];
    #[cfg(feature = "aws")]
    {
        of("FromAws", &outcrop::aws::FromAws::new(aws_credential_types::Credentials::from(&credentials())));
        of("ToAws", &outcrop::aws::ToAws::new(credentials(), world.clone()));
    }

    // Whatever else is public there.
    let listing = include_str!("../api/native.txt");
    for line in
        listing.lines().filter(|line| line.starts_with("pub struct ") || line.starts_with("pub enum "))
    {
        let path = line.split([' ', '<', '(', '{']).nth(2).unwrap_or_default();
        let Some((module, name)) = path.trim_start_matches("outcrop::").split_once("::") else { continue };
        let modules = ["aws", "client", "credentials", "identity", "secret", "signer", "sigv4", "transport"];
        let name = name.rsplit("::").next().unwrap_or_default();
        let known =
            types.contains(&name) || apart.contains(&name) || (module == "aws" && !cfg!(feature = "aws"));
        assert!(!modules.contains(&module) || known, "{path} is not looked at");
    }
    shown.end(30);
}

/// What is wrong with a value is said without the part of it that is a secret.
#[test]
fn no_refusal_shows_a_secret() {
    let mut shown = Shown::default();
    let mut refused = |what: &str, error: Option<Invalid>| {
        shown.error(what, &error.unwrap_or_else(|| panic!("{what} is taken")));
    };
    let bad = |text: &str| [text, "\u{e9}"].concat();
    refused("a bad secret", Credentials::new("a/b", SECRET, Some(Secret::from(TOKEN))).err());
    refused("a bad token", Credentials::new(ID, SECRET, Some(Secret::from(bad(TOKEN)))).err());
    refused("a bad key", ApiKey::new(bad(API_KEY)).err());
    let region = Region::new("us-east-1").unwrap();
    let time = Timestamp::from_unix_millis(crate::world::START_MS).unwrap();
    let scope = Scope::new(&region, "bedrock", time);
    let line = format!("{HEADER}\u{0}");
    let user = format!("https://user:{WEB_TOKEN}@a.b/");
    let query = format!("https://a.b/?X-Amz-Security-Token={TOKEN}#x");
    for (url, headers) in
        [(user.as_str(), &[][..]), (query.as_str(), &[]), ("https://a.b", &[("x-a", line.as_str())])]
    {
        let request = Request { method: "GET", url, headers, payload: Payload::Unsigned };
        let keys = &mut KeyCache::new();
        refused(url, sign(&request, &credentials(), &scope, &Settings::default(), keys).err());
        refused(url, presign(&request, &credentials(), &scope, 60, &Settings::default(), keys).err());
    }
    for endpoint in [user, query] {
        let client = Client::builder().region("us-east-1").credentials(credentials()).endpoint(&endpoint);
        let world = World::new(|world, _, _| async move { Ok(world.json("{}")) });
        match client.transport(world).build() {
            Err(Error::Invalid(error)) => refused(&endpoint, Some(error)),
            other => panic!("{other:?}"),
        }
    }
    shown.end(20);
}

/// All that a call may tell, with an observer that is told everything.
fn told(
    world: &World,
    build: impl Fn(outcrop::client::ClientBuilder) -> outcrop::client::ClientBuilder,
) -> Shown {
    let log: Arc<Mutex<String>> = Arc::default();
    let observed = Arc::clone(&log);
    let client =
        Client::builder().region("us-east-1").transport(world.clone()).observer(move |event: &Event<'_>| {
            let mut log = observed.lock().unwrap();
            writeln!(log, "{event:?} {event:#?} {}", event.name()).unwrap();
            event.attributes().iter().for_each(|(name, value)| writeln!(log, "{name}={value}").unwrap());
        });
    let client = build(client).build().unwrap();
    let client = client.with(CallOptions::new().header("x-a", HEADER).header("x-amz-a", HEADER)).unwrap();
    let mut shown = Shown::default();
    match world.run(client.converse(input())) {
        Ok(answer) => shown.debug("metadata", &answer.metadata),
        Err(error) => shown.error("Converse", &error),
    }
    let body = format!("{{\"messages\":[{{\"role\":\"user\",\"content\":[{{\"text\":\"{PROMPT}\"}}]}}]}}");
    match world.run(client.send_stream::<RawEvent>("ConverseStream", &[("modelId", MODEL)], body)) {
        Ok(mut answer) => {
            shown.debug("metadata", &answer.metadata);
            while let Some(event) = world.run(answer.events.next()) {
                if let Err(error) = event {
                    shown.error("ConverseStream", &error);
                }
            }
            shown.debug("a stream", &answer.events);
        }
        Err(error) => shown.error("ConverseStream", &error),
    }
    shown.debug("the client", &client);
    let log = log.lock().unwrap();
    assert!(log.contains("outcrop.call.ended"), "{log}");
    shown.text("the observer", &log);
    shown
}

/// What a request had in its head, as AWS writes it into the text of an error.
fn canonical(request: &HttpRequest) -> String {
    let told = |name: &str| name == "authorization" || name == "x-amz-security-token";
    request.headers.iter().filter(|(name, _)| told(name)).fold(String::new(), |mut text, (name, value)| {
        let mut encoded = String::new();
        outcrop::sigv4::percent_encode(&mut encoded, value.trim_start_matches("Bearer "));
        writeln!(text, "{name}:{value}\n{encoded}").unwrap();
        text
    })
}

/// A session token that AWS's words repeat is cut out, and so is an API key.
#[test]
fn what_aws_repeats_is_cut_out() {
    type Echo = fn(&World, &str) -> HttpResponse;
    let echoes: [(&str, Echo); 8] = [
        ("message", |world, text| world.error(403, "InvalidSignatureException", text)),
        ("Message", |world, text| {
            let body = serde_json::json!({"Message": text}).to_string();
            world.answer(500, &[], vec![crate::world::Chunk::Bytes(body.into())])
        }),
        ("the model's", |world, text| {
            let body = serde_json::json!({"message": "m", "originalMessage": text, "resourceName": text})
                .to_string();
            world.answer(424, &[], vec![crate::world::Chunk::Bytes(body.into())])
        }),
        ("a page", |world, text| world.answer(502, &[], vec![crate::world::Chunk::Bytes(text.into())])),
        ("a page of 200", |world, text| {
            world.answer(200, &[("content-type", "text/html")], vec![crate::world::Chunk::Bytes(text.into())])
        }),
        ("JSON with escapes", |world, text| {
            let text = serde_json::json!({"headers": text}).to_string().replace('/', "\\/");
            world.answer(200, &[("content-type", "text/html")], vec![crate::world::Chunk::Bytes(text.into())])
        }),
        ("what breaks off", |world, text| {
            let text = &text.as_bytes()[..text.len().min(150)];
            world.answer(502, &[], vec![crate::world::Chunk::Bytes(text.into()), crate::world::Chunk::Reset])
        }),
        ("an exception in a stream", |world, text| {
            let payload = serde_json::json!({"message": text}).to_string();
            world.stream(vec![
                crate::world::event("messageStart", "{\"role\":\"assistant\"}"),
                crate::world::exception("validationException", &payload),
            ])
        }),
    ];
    for (name, echo) in echoes {
        let service = || {
            World::new(move |world, request, _| {
                let answer = echo(&world, &canonical(&request));
                async move { Ok(answer) }
            })
        };
        for shown in [
            told(&service(), |client| client.credentials(credentials()).max_attempts(2)),
            told(&service(), |client| client.api_key(ApiKey::new(API_KEY).unwrap()).max_attempts(2)),
        ] {
            println!("{name}: {} texts", shown.count);
            shown.end(4);
        }
    }
    // What is left says what was said.
    let world = World::new(|world, request, _| {
        let answer =
            world.error(403, "InvalidSignatureException", &format!("before {TOKEN} after {}", request.url));
        async move { Ok(answer) }
    });
    let client = Client::builder().region("us-east-1").transport(world.clone()).credentials(credentials());
    let error = world.run(client.build().unwrap().converse(input())).unwrap_err();
    let Error::Service(error) = error else { panic!("{error:?}") };
    assert!(error.message.starts_with("before … after https://bedrock-runtime."), "{}", error.message);
}

/// Answers that are none, that break off, and networks that fail: of none of them is the body told, but the beginning of
/// what is no answer at all.
#[test]
fn no_failure_shows_a_body() {
    use crate::world::{Chunk, event};
    type Answer = fn(&World) -> Result<HttpResponse, NetworkError>;
    let answers: [(&str, Answer); 7] = [
        ("a good one", |world| Ok(world.json(&format!("{{\"stopReason\":\"{ANSWER}\"}}")))),
        ("of another shape", |world| Ok(world.json(&format!("{{\"usage\":\"{ANSWER}\"}}")))),
        ("cut short", |world| {
            Ok(world.answer(
                200,
                &[],
                vec![Chunk::Bytes(format!("{{\"output\":\"{ANSWER}").into()), Chunk::Reset],
            ))
        }),
        ("a stream that is cut", |world| {
            let payload = format!("{{\"contentBlockIndex\":0,\"delta\":{{\"text\":\"{ANSWER}\"}}}}");
            Ok(world.stream(vec![event("contentBlockDelta", &payload), Chunk::Reset]))
        }),
        ("an event that is no JSON", |world| {
            Ok(world
                .stream(vec![event("messageStart", "{}"), event("contentBlockDelta", &format!("[{ANSWER}"))]))
        }),
        ("a frame that is none", |world| {
            Ok(world
                .stream(vec![event("messageStart", "{}"), Chunk::Bytes(format!("{ANSWER}{ANSWER}").into())]))
        }),
        ("a network's error", |_| Err(NetworkError::new(format!("no way for {TOKEN}")))),
    ];
    for (name, answer) in answers {
        let world = World::new(move |world, _, _| {
            let answer = answer(&world);
            async move { answer }
        });
        let mut shown = told(&world, |client| client.credentials(credentials()).max_attempts(1));
        // That of a stream that is no stream begins with what it is.
        shown
            .wrong
            .retain(|wrong| !wrong.contains("NotAnEventStream") && !wrong.contains("is no event stream but"));
        println!("{name}: {} texts", shown.count);
        shown.end(4);
    }
}

/// The tokens of users, where AWS says what is wrong with them; sets that cannot be used.
#[test]
fn no_provider_shows_a_token() {
    let mut shown = Shown::default();
    type Answer = fn(&World, &str) -> HttpResponse;
    let answers: [Answer; 4] = [
        |world, body| {
            world.error(400, "ValidationException", &format!("Value '{body}' failed to satisfy constraint"))
        },
        |world, body| {
            let body = body.replace('&', "&amp;").replace('<', "&lt;");
            let text = format!(
                "<ErrorResponse><Error><Code>ValidationError</Code><Message>{body}</Message></Error></ErrorResponse>"
            );
            world.answer(400, &[], vec![crate::world::Chunk::Bytes(text.into())])
        },
        |world, body| world.answer(502, &[], vec![crate::world::Chunk::Bytes(body.into())]),
        |world, _| {
            let given = serde_json::json!({"AccessKeyId": "a/b", "SecretKey": SECRET, "SessionToken": TOKEN, "Expiration": 1});
            world.json(&serde_json::json!({"IdentityId": "us-east-1:1", "Credentials": given}).to_string())
        },
    ];
    let identity = "us-east-1:00000000-0000-0000-0000-000000000000";
    for answer in answers {
        let world = World::new(move |world, request, _| {
            let answer = answer(&world, &String::from_utf8_lossy(&request.body));
            async move { Ok(answer) }
        });
        let transport: Arc<dyn Transport> = Arc::new(world.clone());
        let pool = || CognitoIdentityPool::new(identity).unwrap().login("issuer", Secret::from(WEB_TOKEN));
        let role = "arn:aws:iam::1:role/a";
        let providers: [Box<dyn ProvideCredentials>; 4] = [
            Box::new(pool()),
            Box::new(CognitoIdentity::new(identity).unwrap().login("issuer", Secret::from(WEB_TOKEN))),
            Box::new(WebIdentity::new("us-east-1", role, Secret::from(WEB_TOKEN)).unwrap()),
            Box::new(Chain::new(
                WebIdentity::new("us-east-1", role, CognitoOpenIdToken::from(pool())).unwrap(),
            )),
        ];
        for provider in providers {
            let error = world.run(provider.provide(&transport)).unwrap_err();
            shown.error("a provider", &error);
            shown.debug("a provider", &provider);
        }
    }
    shown.end(40);
}

/// Panics in what is the caller's own: what the hook is told is the caller's words and no more.
#[test]
fn no_panic_shows_a_secret() {
    let mut shown = Shown::default();
    let log: Arc<Mutex<String>> = Arc::default();
    let heard = Arc::clone(&log);
    let before = std::panic::take_hook();
    // Also of what other tests do meanwhile: those panic for nothing.
    std::panic::set_hook(Box::new(move |panic| {
        writeln!(heard.lock().unwrap(), "{panic} {panic:?}").unwrap();
        before(panic);
    }));
    let world = World::new(|world, _, _| async move { Ok(world.json("{}")) });
    let client = |client: outcrop::client::ClientBuilder| client.region("us-east-1").transport(world.clone());
    let provider = from_fn(|| Box::pin(async { panic!("the provider of this test panics") }));
    let calling = client(Client::builder()).credentials(provider).build().unwrap();
    shown.error("a provider that panics", &world.run(calling.converse(input())).unwrap_err());
    let credentialled = || client(Client::builder()).credentials(credentials());
    let observed =
        credentialled().observer(|_: &Event<'_>| panic!("the observer of this test panics")).build().unwrap();
    let caught =
        std::panic::catch_unwind(AssertUnwindSafe(|| world.run(observed.converse(input())).map(drop)));
    shown.debug("an observer that panics", &caught.unwrap_err().downcast_ref::<&str>());
    shown.debug("its client", &observed);
    let broken = World::new(|_, _, _| async move { panic!("the transport of this test panics") });
    let sent = Client::builder()
        .region("us-east-1")
        .transport(broken.clone())
        .credentials(credentials())
        .build()
        .unwrap();
    let caught = std::panic::catch_unwind(AssertUnwindSafe(|| broken.run(sent.converse(input())).map(drop)));
    shown.debug("a transport that panics", &caught.unwrap_err().downcast_ref::<&str>());
    // What was held while it panicked can still be used.
    world.run(credentialled().build().unwrap().converse(input())).unwrap();
    let log = log.lock().unwrap();
    for own in ["provider", "observer", "transport"] {
        assert!(log.contains(&format!("the {own} of this test panics")), "{log}");
    }
    shown.text("the panic hook", &log);
    let error = CredentialsError::new("said by a provider");
    shown.error("a provider's own words", &error);
    shown.end(7);
}
