//! Providers against services that the test plays: what they send, what they make of good, bad and hostile answers. moto and ministack judge them too, in tests/oracles.
//!
//! It is long because each provider is tried against good services, bad ones and hostile ones.
#![cfg(feature = "client")]

use crate::world::{Chunk, START_MS, World};
use outcrop::client::Timeouts;
use outcrop::credentials::{
    ApiKey, Cache, Chain, CognitoIdentity, CognitoIdentityPool, CognitoOpenIdToken, Credentials, Environment,
    IdentityCache, ProvideCredentials, Secret, ServiceConfig, WebIdentity, from_fn, token_fn,
};
use outcrop::failure::CredentialsError;
use outcrop::observe::Event;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const POOL: &str = "eu-west-1:11111111-2222-3333-4444-555555555555";
const ROLE: &str = "arn:aws:iam::123456789012:role/guests";

/// What was sent: (host, operation or form, body).
type Sent = Arc<Mutex<Vec<(String, String, String)>>>;

fn header<'a>(request: &'a HttpRequest, wanted: &str) -> Option<&'a str> {
    request.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

/// Cognito and STS in one: `answer` is given the operation and how often it was called.
fn service(
    answer: impl Fn(&World, &str, u32) -> HttpResponse + Send + Sync + 'static,
) -> (World, Sent, Arc<dyn Transport>) {
    let sent = Sent::default();
    let log = Arc::clone(&sent);
    let counts: Mutex<HashMap<String, u32>> = Mutex::default();
    let answer = Arc::new(answer);
    let world = World::new(move |world, request, _| {
        assert_eq!((request.method, header(&request, "authorization")), ("POST", None));
        assert!(
            request.headers.iter().all(|(name, _)| !name.starts_with("x-amz-") || name == "x-amz-target")
        );
        let target = header(&request, "x-amz-target").unwrap_or("STS").to_owned();
        let wanted =
            if target == "STS" { "application/x-www-form-urlencoded" } else { "application/x-amz-json-1.1" };
        assert_eq!(header(&request, "content-type"), Some(wanted));
        let operation = target.trim_start_matches("AWSCognitoIdentityService.").to_owned();
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        log.lock().unwrap().push((request.url.clone(), operation.clone(), body));
        let count = {
            let mut counts = counts.lock().unwrap();
            let count = counts.entry(operation.clone()).or_default();
            *count += 1;
            *count
        };
        let answer = Arc::clone(&answer);
        async move { Ok(answer(&world, &operation, count)) }
    });
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    (world, sent, transport)
}

/// All is well: identity `eu-west-1:i1`, `i2`, …, credentials that live an hour.
fn good(world: &World, operation: &str, count: u32) -> HttpResponse {
    let seconds = (START_MS + 3_600_000) / 1000;
    match operation {
        "GetId" => world.json(&json!({"IdentityId": format!("eu-west-1:i{count}")}).to_string()),
        "GetOpenIdToken" => {
            world.json(&json!({"IdentityId": "x", "Token": format!("oidc {count}")}).to_string())
        }
        "GetCredentialsForIdentity" => world.json(
            &json!({"IdentityId": "x", "Credentials": {"AccessKeyId": format!("ASIA{count}"),
                "SecretKey": "s", "SessionToken": "t", "Expiration": seconds as f64}})
            .to_string(),
        ),
        _ => world.answer(
            200,
            &[("content-type", "text/xml")],
            vec![Chunk::Bytes(assumed(&format!("ASIA{count}")))],
        ),
    }
}

fn assumed(key: &str) -> Vec<u8> {
    format!(
        "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{key}</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t&amp;</SessionToken>\
         <Expiration>2026-11-21T10:30:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
         </AssumeRoleWithWebIdentityResponse>"
    )
    .into_bytes()
}

fn operations(sent: &Sent) -> Vec<String> {
    sent.lock().unwrap().iter().map(|(_, operation, _)| operation.clone()).collect()
}

fn body(sent: &Sent, at: usize) -> Value {
    serde_json::from_str(&sent.lock().unwrap()[at].2).unwrap()
}

#[test]
fn the_enhanced_flow_for_guests() {
    let (world, sent, transport) = service(good);
    let pool = CognitoIdentityPool::new(POOL).unwrap().account_id("123456789012");
    let got = world.run(pool.provide(&transport)).unwrap();
    assert_eq!(
        (got.access_key_id(), got.expiration().unwrap().amz_date()),
        ("ASIA1", "20261121T103000Z".into())
    );
    assert_eq!(operations(&sent), ["GetId", "GetCredentialsForIdentity"]);
    assert_eq!(body(&sent, 0), json!({"IdentityPoolId": POOL, "AccountId": "123456789012"}));
    assert_eq!(body(&sent, 1), json!({"IdentityId": "eu-west-1:i1"}));
    assert_eq!(sent.lock().unwrap()[0].0, "https://cognito-identity.eu-west-1.amazonaws.com/");
    // The identity is known now.
    world.run(pool.provide(&transport)).unwrap();
    assert_eq!(operations(&sent)[2..], ["GetCredentialsForIdentity"]);
}

#[test]
fn logins_are_asked_for_at_each_renewal() {
    let (world, sent, transport) = service(good);
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let provider = CognitoIdentityPool::new(POOL)
        .unwrap()
        .login("fixed.example", Secret::from("always"))
        .login(
            "fresh.example",
            token_fn(move || {
                let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
                Box::pin(async move { Ok(Secret::new(format!("token {number}"))) })
            }),
        )
        .custom_role_arn(ROLE);
    for _ in 0..2 {
        world.run(provider.provide(&transport)).unwrap();
    }
    let logins = |number: u32| json!({"fixed.example": "always", "fresh.example": format!("token {number}")});
    assert_eq!(body(&sent, 0), json!({"IdentityPoolId": POOL, "Logins": logins(1)}));
    let wanted = json!({"IdentityId": "eu-west-1:i1", "CustomRoleArn": ROLE, "Logins": logins(1)});
    assert_eq!(body(&sent, 1), wanted);
    assert_eq!(body(&sent, 2)["Logins"], logins(2));
    assert!(!format!("{provider:?}").contains("always"));
    // A login that fails is told by its name, and nothing is sent.
    let failing = CognitoIdentityPool::new(POOL)
        .unwrap()
        .login("x.example", token_fn(|| Box::pin(async { Err(CredentialsError::new("signed out")) })));
    let before = world.sent();
    let error = world.run(failing.provide(&transport)).unwrap_err();
    assert!(error.to_string().contains("x.example: signed out"), "{error}");
    assert_eq!(world.sent(), before);
}

/// As `localStorage`.
#[derive(Clone, Debug, Default)]
struct Store(Arc<Mutex<HashMap<String, String>>>);

impl IdentityCache for Store {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<String>> {
        let found = self.0.lock().unwrap().get(key).cloned();
        Box::pin(async move { found })
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

#[test]
fn an_identity_is_kept_under_awss_key() {
    let (world, sent, transport) = service(good);
    let store = Store::default();
    let pool = || CognitoIdentityPool::new(POOL).unwrap().cache(store.clone());
    for _ in 0..2 {
        world.run(pool().provide(&transport)).unwrap();
    }
    assert_eq!(operations(&sent), ["GetId", "GetCredentialsForIdentity", "GetCredentialsForIdentity"]);
    let token = || Secret::from("t");
    world.run(pool().login("x.example", token()).user_identifier("me").provide(&transport)).unwrap();
    // Logins without a user: whose identity it is nobody knows.
    world.run(pool().login("x.example", token()).provide(&transport)).unwrap();
    let key = |user: &str| format!("aws:cognito-identity-credentials:{POOL}:{user}");
    let kept = store.0.lock().unwrap().clone();
    let wanted = [(key("ANONYMOUS"), "eu-west-1:i1".to_owned()), (key("me"), "eu-west-1:i2".to_owned())];
    assert_eq!(kept, HashMap::from(wanted));
    // What is no identity is not believed.
    store.0.lock().unwrap().insert(key("ANONYMOUS"), "<script>".to_owned());
    world.run(pool().provide(&transport)).unwrap();
    assert_eq!(store.0.lock().unwrap()[&key("ANONYMOUS")], "eu-west-1:i4");
}

#[test]
fn an_identity_that_the_service_forgot_is_asked_for_anew_once() {
    let forgetful = |until: u32| {
        service(move |world, operation, count| {
            if operation == "GetCredentialsForIdentity" && count <= until {
                return world.error(400, "ResourceNotFoundException", "Identity not found");
            }
            good(world, operation, count)
        })
    };
    let store = Store::default();
    let key = format!("aws:cognito-identity-credentials:{POOL}:ANONYMOUS");
    store.0.lock().unwrap().insert(key.clone(), "eu-west-1:old".to_owned());
    let (world, sent, transport) = forgetful(1);
    let pool = CognitoIdentityPool::new(POOL).unwrap().cache(store.clone());
    world.run(pool.provide(&transport)).unwrap();
    assert_eq!(operations(&sent), ["GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"]);
    assert_eq!(body(&sent, 2)["IdentityId"], "eu-west-1:i1");
    assert_eq!(store.0.lock().unwrap()[&key], "eu-west-1:i1");
    // One that is new can't be mended so, and a fixed one neither.
    let (world, sent, transport) = forgetful(9);
    let error = world.run(CognitoIdentityPool::new(POOL).unwrap().provide(&transport)).unwrap_err();
    assert!(error.to_string().contains("ResourceNotFoundException"), "{error}");
    assert_eq!(operations(&sent).len(), 2);
    let (world, sent, transport) = forgetful(9);
    world.run(CognitoIdentity::new("eu-west-1:i").unwrap().provide(&transport)).unwrap_err();
    assert_eq!(operations(&sent), ["GetCredentialsForIdentity"]);
}

#[test]
fn the_basic_flow() {
    let (world, sent, transport) = service(good);
    let token = CognitoOpenIdToken::from(CognitoIdentityPool::new(POOL).unwrap());
    let provider = WebIdentity::new("us-west-2", ROLE, token)
        .unwrap()
        .role_session_name("me")
        .duration_seconds(900)
        .policy_arns(["arn:aws:iam::aws:policy/x"]);
    let got = world.run(provider.provide(&transport)).unwrap();
    assert_eq!((got.access_key_id(), got.session_token().unwrap().expose()), ("ASIA1", "t&"));
    assert_eq!(operations(&sent), ["GetId", "GetOpenIdToken", "STS"]);
    let form = &sent.lock().unwrap()[2];
    assert_eq!(form.0, "https://sts.us-west-2.amazonaws.com/");
    assert_eq!(
        form.2,
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15\
         &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fguests&RoleSessionName=me\
         &WebIdentityToken=oidc%201&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fx\
         &DurationSeconds=900"
    );
}

#[test]
fn hostile_answers_give_no_credentials_and_are_not_quoted() {
    let xml = |text: &str| -> Vec<u8> {
        String::from_utf8(assumed("ASIA")).unwrap().replace("<AssumeRoleWithWebIdentityResponse", text).into()
    };
    let laughs =
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><AssumeRoleWithWebIdentityResponse";
    let answers: Vec<Vec<u8>> = vec![
        xml(laughs),
        xml("<!-- x --><AssumeRoleWithWebIdentityResponse"),
        String::from_utf8(assumed("&ASIASECRET;")).unwrap().into(),
        assumed("<![CDATA[ASIASECRET]]>"),
        assumed("ASIASECRET\r\nx-evil: 1"),
        assumed("<AccessKeyId>ASIASECRET</AccessKeyId>"),
        assumed(""),
        [assumed("ASIASECRET"), b"<x/>".to_vec()].concat(),
        assumed("ASIASECRET")[..200].to_vec(),
        vec![b'<'; 100_000],
        b"<html>ASIASECRET</html>".to_vec(),
        b"{\"AccessKeyId\":\"ASIASECRET\"}".to_vec(),
        vec![0xff; 10],
        vec![],
    ];
    for answer in answers {
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(80)]).into_owned();
        let (world, _, transport) =
            service(move |world, _, _| world.answer(200, &[], vec![Chunk::Bytes(answer.clone())]));
        let provider = WebIdentity::new("us-east-1", ROLE, Secret::from("t")).unwrap();
        let error = world.run(provider.provide(&transport)).unwrap_err().to_string();
        assert!(!error.contains("SECRET") && error.contains("AssumeRoleWithWebIdentity"), "{shown}: {error}");
        assert_eq!(world.open(), 0);
    }
}

#[test]
fn an_error_of_sts_is_told_in_its_words_and_tried_again_where_that_may_help() {
    let refused = |status: u16, code: &'static str, until: u32| {
        service(move |world, operation, count| {
            if count > until {
                return good(world, operation, count);
            }
            let body = format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>{code}</Code><Message>No &lt;provider&gt;</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            );
            world.answer(status, &[("content-type", "text/xml")], vec![Chunk::Bytes(body.into())])
        })
    };
    let provider = WebIdentity::new("us-east-1", ROLE, Secret::from("the token")).unwrap();
    let (world, sent, transport) = refused(400, "InvalidIdentityToken", 9);
    let error = world.run(provider.provide(&transport)).unwrap_err().to_string();
    assert!(error.contains("InvalidIdentityToken: No <provider>") && !error.contains("the token"), "{error}");
    assert_eq!(sent.lock().unwrap().len(), 1);
    for (status, code) in [(503, "ServiceUnavailable"), (400, "Throttling"), (500, "InternalFailure")] {
        let (world, sent, transport) = refused(status, code, 2);
        world.run(provider.provide(&transport)).unwrap();
        assert_eq!(sent.lock().unwrap().len(), 3, "{code}");
    }
}

#[test]
fn a_service_that_says_nothing_is_given_up_after_three_times_ten_seconds() {
    let world = World::new(|_, _, _| std::future::pending());
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    let provider = CognitoIdentityPool::new(POOL).unwrap();
    let error = world.run(provider.provide(&transport)).unwrap_err();
    assert!(error.to_string().contains("GetId") && error.to_string().contains("10s"), "{error}");
    assert_eq!((world.sent(), world.elapsed(), world.open()), (3, 30_075, 0));
}

#[test]
fn settings_of_its_own() {
    let (world, sent, transport) = service(|world, _, _| world.error(500, "InternalErrorException", "no"));
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let config = ServiceConfig::new()
        .region("us-gov-west-1")
        .use_fips_endpoint(true)
        .max_attempts(2)
        .timeouts(Timeouts::default().first_byte(Duration::from_secs(1)))
        .observer(move |event: &Event<'_>| {
            log.lock().unwrap().push(event.attribute("rpc.method").unwrap().to_string());
        });
    let pool = CognitoIdentityPool::new(POOL).unwrap().config(&config).unwrap();
    world.run(pool.provide(&transport)).unwrap_err();
    let urls: Vec<_> = sent.lock().unwrap().iter().map(|(url, _, _)| url.clone()).collect();
    assert_eq!(urls, vec!["https://cognito-identity-fips.us-gov-west-1.amazonaws.com/"; 2]);
    assert!(
        told.lock().unwrap().len() >= 6
            && told.lock().unwrap().iter().all(|method| method == "CognitoIdentity/GetId")
    );
    let elsewhere = ServiceConfig::new().endpoint("https://proxy.example/cognito");
    let pool = CognitoIdentityPool::new(POOL).unwrap().config(&elsewhere).unwrap();
    world.run(pool.provide(&transport)).unwrap_err();
    assert_eq!(sent.lock().unwrap().last().unwrap().0, "https://proxy.example/cognito/");
    for bad in ["http://example.com", "https://a@b", "x"] {
        assert!(CognitoIdentityPool::new(POOL).unwrap().config(&ServiceConfig::new().endpoint(bad)).is_err());
    }
    for bad in ["", "us-east-1", "us-east-1:", ":x", "x@evil:1", "a/b:c"] {
        assert!(CognitoIdentityPool::new(bad).is_err() && CognitoIdentity::new(bad).is_err(), "{bad}");
    }
    assert!(WebIdentity::new("a/b", ROLE, Secret::from("t")).is_err());
}

/// The service's clock is two hours ahead of the host's: by it the set expires in one hour, by ours too.
#[test]
fn an_expiry_is_moved_to_the_hosts_clock() {
    for (date, expiration) in [
        ("Sat, 21 Nov 2026 11:30:00 GMT", "2026-11-21T12:30:00Z"),
        ("Sat, 21 Nov 2026 07:30:00 GMT", "2026-11-21T08:30:00Z"),
        ("Sat, 21 Nov 2026 09:27:00 GMT", "2026-11-21T10:30:00Z"),
        ("garbage", "2026-11-21T10:30:00Z"),
    ] {
        let (world, _, transport) = service(move |world, _, _| {
            let body =
                String::from_utf8(assumed("ASIA")).unwrap().replace("2026-11-21T10:30:00Z", expiration);
            world.answer(200, &[("date", date)], vec![Chunk::Bytes(body.into())])
        });
        let provider = Cache::new(WebIdentity::new("us-east-1", ROLE, Secret::from("t")).unwrap());
        let got = world.run(provider.provide(&transport)).unwrap();
        assert_eq!(got.expiration().unwrap().as_unix_millis(), START_MS + 3_600_000, "{date}");
    }
}

#[test]
fn a_chain_takes_the_first_that_has_some() {
    let (world, _, transport) = service(good);
    let failing =
        |text: &'static str| from_fn(move || Box::pin(async move { Err(CredentialsError::new(text)) }));
    let key = |chain: Chain| world.run(chain.provide(&transport)).map(|got| got.access_key_id().to_owned());
    let own = || Credentials::new("AKIDOWN", "s", None).unwrap();
    assert_eq!(key(Chain::new(own()).then(failing("x"))).unwrap(), "AKIDOWN");
    let pool = CognitoIdentityPool::new(POOL).unwrap();
    assert_eq!(key(Chain::new(failing("x")).then(pool).then(own())).unwrap(), "ASIA1");
    let error = key(Chain::new(failing("first")).then(failing("second"))).unwrap_err();
    assert!(error.to_string().contains("first; second"), "{error}");
}

#[test]
fn an_environment_is_read_anew_each_time() {
    let variables: Arc<Mutex<HashMap<&'static str, &'static str>>> = Arc::default();
    let own = Arc::clone(&variables);
    let provider =
        Environment::new(move |name: &str| own.lock().unwrap().get(name).map(|value| (*value).to_owned()));
    let (world, _, transport) = service(good);
    let get = || world.run(provider.provide(&transport));
    let set = |name, value| variables.lock().unwrap().insert(name, value);
    assert!(get().unwrap_err().to_string().contains("AWS_ACCESS_KEY_ID"));
    set("AWS_ACCESS_KEY_ID", "AKIDENV");
    assert!(get().unwrap_err().to_string().contains("AWS_SECRET_ACCESS_KEY"));
    set("AWS_SECRET_ACCESS_KEY", "hush");
    let got = get().unwrap();
    assert_eq!((got.access_key_id(), got.session_token(), got.expiration()), ("AKIDENV", None, None));
    set("AWS_SESSION_TOKEN", "token");
    set("AWS_CREDENTIAL_EXPIRATION", "2026-11-21T10:30:00Z");
    let got = get().unwrap();
    assert_eq!(got.session_token().unwrap().expose(), "token");
    assert_eq!(got.expiration().unwrap().as_unix_millis(), START_MS + 3_600_000);
    set("AWS_CREDENTIAL_EXPIRATION", "soon");
    assert!(get().is_err());
    assert!(!format!("{provider:?}").contains("hush"));
    match std::env::var("AWS_BEARER_TOKEN_BEDROCK") {
        Ok(_) => assert!(ApiKey::from_env().is_ok()),
        Err(_) => assert!(ApiKey::from_env().unwrap_err().message().contains("AWS_BEARER_TOKEN_BEDROCK")),
    }
}
