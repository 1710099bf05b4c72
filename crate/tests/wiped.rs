//! What is freed holds no secret: an allocator that looks at every block before it goes. It sees the heap, not the stack.
//!
//! A test binary of its own with one test: the allocator looks for the whole process. A block that grows is taken for
//! one that moved, and what is new is zeroed, so that nothing is blamed on who comes after.
//!
//! It is long because each way that a secret goes through the crate is gone there.
#![cfg(all(feature = "client", feature = "types", not(target_arch = "wasm32")))]

mod world;

use bytes::Bytes;
use futures::stream;
use hmac::{KeyInit, Mac};
use outcrop::client::Client;
use outcrop::credentials::{
    ApiKey, Cache, Chain, CognitoIdentityPool, CognitoOpenIdToken, Credentials, Environment,
    ProvideCredentials, Secret, WebIdentity, from_fn, token_fn,
};
use outcrop::failure::NetworkError;
use outcrop::region::Region;
use outcrop::sigv4::{
    KeyCache, Payload, Presigned, Request, Scope, Settings, SigningKey, percent_encode, presign, sign,
    sign_chunk,
};
use outcrop::stream::RawEvent;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::types::{ConverseInput, Message};
use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use world::{START_MS, World, event};
use zeroize::Zeroizing;

/// The system's allocator, which looks at what is given back.
struct Inspecting;

/// What is looked for: what it is called, and its bytes.
static NEEDLES: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
/// What was found where it should not be, and by which way it got there.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Blocks that were looked at, and their bytes.
static BLOCKS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// What is freed now is the test's own.
    static OWN: Cell<bool> = const { Cell::new(false) };
}

/// Runs what is the test's and not the crate's: its blocks are not looked at.
fn own<T>(run: impl FnOnce() -> T) -> T {
    let before = OWN.replace(true);
    let answer = run();
    OWN.set(before);
    answer
}

fn inspect(block: &[u8]) {
    let Some(needles) = NEEDLES.get().filter(|_| !OWN.get()) else { return };
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    BYTES.fetch_add(block.len() as u64, Ordering::Relaxed);
    for (name, needle) in needles {
        let (first, length) = (needle[0], needle.len());
        let mut rest = block;
        while let Some(at) = rest.iter().position(|byte| *byte == first) {
            rest = &rest[at..];
            if rest.starts_with(needle) {
                own(|| {
                    let way = Backtrace::force_capture().to_string();
                    // The places in outcrop and in this file, innermost first.
                    let ours = |line: &&str| line.contains(" outcrop::") || line.contains(" wiped::");
                    let way: Vec<&str> = way.lines().filter(ours).take(12).map(str::trim).collect();
                    let text = format!("{name} in a block of {} bytes\n  {}", block.len(), way.join("\n  "));
                    FOUND.lock().unwrap().push(text);
                });
                break;
            }
            rest = &rest[1..];
            if rest.len() < length {
                break;
            }
        }
    }
}

// SAFETY: blocks come from the system's allocator, and go back to it with their own layouts.
unsafe impl GlobalAlloc for Inspecting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promised. Zeroed, so that every byte that is looked at later was written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's block, all of it written when it was allocated; nobody else uses it any more.
        unsafe {
            inspect(std::slice::from_raw_parts(pointer, layout.size()));
            System.dealloc(pointer, layout);
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: a new block of that size and the old alignment, of which as much is written as both have.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                std::ptr::copy_nonoverlapping(pointer, new, size.min(layout.size()));
                self.dealloc(pointer, layout);
            }
            new
        }
    }
}

#[global_allocator]
static ALLOCATOR: Inspecting = Inspecting;

const ID: &str = "ASIACANARY0123456789";
/// With characters that a URL and a form encode.
const SECRET: &str = "Canary/Of+The/Secret+Access/Key012345678";
const REGION: &str = "us-east-1";
const DATE: &str = "20261121";

/// Tokens, as long as real ones may be. They are never freed, so what is found is another's copy.
fn long(name: &str) -> &'static str {
    const NAMES: [&str; 5] = ["SessionToken", "ApiKey", "WebToken", "OpenIdToken", "Login"];
    static TOKENS: OnceLock<Vec<&'static str>> = OnceLock::new();
    let made = |name: &&str| {
        let text = (100..300).fold(format!("canaryOf{name}"), |mut text, number| {
            let _ = write!(text, "+{number}/{name}=");
            text
        });
        &*text.leak()
    };
    let tokens = own(|| TOKENS.get_or_init(|| NAMES.iter().map(made).collect()));
    tokens[NAMES.iter().position(|own| *own == name).unwrap()]
}

fn secret(name: &str) -> Secret {
    Secret::from(long(name))
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The state of SHA-256 behind a key's pad, as the processor has its words.
fn state(key: &[u8], pad: u8) -> Vec<u8> {
    let mut block = [pad; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
    // FIPS 180-4 section 5.3.3.
    let mut state = [
        0x6A09_E667,
        0xBB67_AE85,
        0x3C6E_F372,
        0xA54F_F53A,
        0x510E_527F,
        0x9B05_688C,
        0x1F83_D9AB,
        0x5BE0_CD19,
    ];
    sha2::block_api::compress256(&mut state, &[block]);
    state.iter().flat_map(|word: &u32| word.to_ne_bytes()).collect()
}

/// Whatever would tell a secret or sign in its place.
fn needles() -> Vec<(String, Vec<u8>)> {
    // Bytes of a secret's beginning and end by which it is known: what is left of it is a part, as often as not.
    const PART: usize = 12;
    let mut list = Vec::new();
    let mut text = |name: &str, text: &str| {
        let mut encoded = String::new();
        percent_encode(&mut encoded, text);
        for (form, text) in [("", text), (", percent-encoded", &encoded)] {
            list.push((format!("the beginning of {name}{form}"), text.as_bytes()[..PART].to_vec()));
            list.push((format!("the end of {name}{form}"), text.as_bytes()[text.len() - PART..].to_vec()));
        }
    };
    text("the secret access key", SECRET);
    for name in ["SessionToken", "ApiKey", "WebToken", "OpenIdToken", "Login"] {
        text(&format!("the {name}"), long(name));
    }
    let mut key = ["AWS4", SECRET].concat().into_bytes();
    let mut name = "AWS4 and the secret";
    let scope = [(DATE, "kDate"), (REGION, "kRegion"), ("bedrock", "kService"), ("aws4_request", "kSigning")];
    for (part, next) in [("", "")].iter().chain(&scope) {
        if !part.is_empty() {
            key = hmac(&key, part.as_bytes());
            name = next;
            list.push((name.to_owned(), key[..PART].to_vec()));
        }
        for pad in [0x36, 0x5C] {
            let padded: Vec<u8> = key.iter().map(|byte| byte ^ pad).take(PART).collect();
            list.push((format!("{name} with the pad {pad:#x}"), padded));
            list.push((
                format!("the state behind {name} with the pad {pad:#x}"),
                state(&key, pad)[..PART].to_vec(),
            ));
        }
    }
    list
}

fn credentials() -> Credentials {
    Credentials::new(ID, SECRET, Some(secret("SessionToken"))).unwrap()
}

/// A chunk that is wiped when its reader lets it go: what the transport read is the transport's.
fn chunk(text: impl FnOnce() -> String) -> Bytes {
    own(|| Bytes::from_owner(Zeroizing::new(text().into_bytes())))
}

/// An answer in pieces of 100 bytes.
fn answer(status: u16, headers: &[(&str, &str)], text: impl FnOnce() -> String) -> HttpResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let whole = chunk(text);
    let pieces: Vec<_> =
        (0..whole.len()).step_by(100).map(|at| whole.slice(at..whole.len().min(at + 100))).collect();
    HttpResponse { status, headers, body: Box::pin(stream::iter(pieces.into_iter().map(Ok))) }
}

/// Cognito, STS and Bedrock in one. `spoil` is what is done to what they say of credentials.
fn service(spoil: fn(String) -> String) -> World {
    World::new(move |world, request, number| {
        let header =
            |wanted: &str| request.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| &**value);
        let seconds = (START_MS + 3_600_000) / 1000;
        let (token, key) = (long("SessionToken"), SECRET);
        let answer = match header("x-amz-target").and_then(|target| target.rsplit('.').next()) {
            Some("GetId") => answer(200, &[], || "{\"IdentityId\":\"us-east-1:1\"}".to_owned()),
            Some("GetOpenIdToken") => answer(200, &[], || {
                spoil(format!("{{\"IdentityId\":\"i\",\"Token\":\"{}\"}}", long("OpenIdToken")))
            }),
            Some(_) => answer(200, &[], || {
                spoil(format!(
                    "{{\"IdentityId\":\"i\",\"Credentials\":{{\"SecretKey\":\"{key}\",\"SessionToken\":\"{token}\",\
                     \"AccessKeyId\":\"{ID}\",\"Expiration\":{seconds}}}}}"
                ))
            }),
            None if request.url.contains("sts.") => answer(200, &[("content-type", "text/xml")], || {
                spoil(format!(
                    "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
                     <AccessKeyId>{ID}</AccessKeyId><SecretAccessKey>{key}</SecretAccessKey>\
                     <SessionToken>{token}</SessionToken><Expiration>2026-11-21T10:30:00Z</Expiration></Credentials>\
                     </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
                ))
            }),
            // The first is refused, in the words that AWS has for it; what it says of what it was given is all there.
            None if number == 1 => answer(503, &[], || {
                let told: String =
                    request.headers.iter().map(|(name, value)| format!("{name}:{value}\\n")).collect();
                format!("{{\"message\":\"The Canonical String should have been '{told}'\"}}")
            }),
            None if request.url.ends_with("/converse-stream") => {
                let end = [event("messageStart", "{\"role\":\"assistant\"}"), event("metadata", "{}")];
                world.stream(end.to_vec())
            }
            None => answer(200, &[], || "{\"stopReason\":\"end_turn\"}".to_owned()),
        };
        drop(request);
        async move { Ok(answer) }
    })
}

fn whole(text: String) -> String {
    text
}

/// A transport that writes and reads at once, and says nothing.
#[derive(Debug)]
struct Both(World);

impl Transport for Both {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        self.0.send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> Option<u64> {
        None
    }

    fn open_duplex(
        &self,
        request: HttpRequest,
        mut input: outcrop::transport::Body,
    ) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        drop(request);
        Box::pin(async move {
            while let Some(piece) = futures::StreamExt::next(&mut input).await {
                drop(piece?);
            }
            Ok(answer(200, &[("content-type", "application/vnd.amazon.eventstream")], String::new))
        })
    }
}

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

fn input() -> ConverseInput {
    ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]).build().unwrap()
}

fn client(world: &World) -> outcrop::client::ClientBuilder {
    Client::builder().region(REGION).transport(world.clone())
}

/// Converse, which is refused once, and a stream.
fn calls(world: &World, client: &Client) {
    let answer = world.run(client.converse(input())).unwrap();
    assert_eq!(answer.metadata.attempts, 2);
    let body = "{\"messages\":[]}";
    let mut stream = world
        .run(client.send_stream::<RawEvent>("ConverseStream", &[("modelId", MODEL)], body))
        .unwrap()
        .events;
    while let Some(event) = world.run(futures::StreamExt::next(&mut stream)) {
        event.unwrap();
    }
}

fn the_url_is_the_callers(presigned: Presigned) {
    let Presigned { url, .. } = presigned;
    own(|| drop(url));
}

fn pure() {
    let region = Region::new(REGION).unwrap();
    let time = Timestamp::from_unix_millis(START_MS).unwrap();
    let scope = Scope::new(&region, "bedrock", time);
    let url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3Ab/converse?b=2&a=1";
    for sign_session_token in [true, false] {
        let settings = Settings { sign_session_token, ..Settings::default() };
        let mut keys = KeyCache::new();
        let request =
            Request { method: "POST", url, headers: &[("x-a", "b  c")], payload: Payload::Bytes(b"body") };
        let signed = sign(&request, &credentials(), &scope, &settings, &mut keys).unwrap();
        drop((signed.clone(), signed));
        // With a key that is kept.
        drop(sign(&request, &credentials(), &scope, &settings, &mut keys).unwrap());
        the_url_is_the_callers(presign(&request, &credentials(), &scope, 60, &settings, &mut keys).unwrap());
        // Refused behind the point where its headers are put together.
        let bad = Request { headers: &[("x a", "b")], ..request };
        sign(&bad, &credentials(), &scope, &settings, &mut keys).unwrap_err();
        presign(&bad, &credentials(), &scope, 60, &settings, &mut keys).unwrap_err();
        // In a block of its own, as in a client.
        let boxed = Box::new(keys);
        drop(boxed);
        let mut boxed = Box::new(KeyCache::new());
        drop(sign(&request, &credentials(), &scope, &settings, &mut boxed).unwrap());
        boxed.clear();
        drop(sign(&request, &credentials(), &scope, &settings, &mut boxed).unwrap());
    }
    let key = Box::new(SigningKey::derive(SECRET, DATE, REGION, "bedrock"));
    drop((key.clone(), key));
    sign_chunk(SECRET, &region, "bedrock", time, &"0".repeat(64), b"payload");
}

fn values() {
    let key = secret("ApiKey");
    drop(key.clone());
    drop(ApiKey::new(key).unwrap());
    drop(Secret::from(own(|| long("ApiKey").to_owned())));
    drop(credentials());
    let refused = Credentials::new("a/b", SECRET, Some(secret("SessionToken")));
    drop(refused.unwrap_err().to_string());
    let variables = Environment::new(|name| match name {
        "AWS_ACCESS_KEY_ID" => Some(ID.to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some(own(|| SECRET.to_owned())),
        "AWS_SESSION_TOKEN" => Some(own(|| long("SessionToken").to_owned())),
        _ => None,
    });
    let world = service(whole);
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    drop(world.run(variables.provide(&transport)).unwrap());
}

fn with_credentials() {
    let world = service(whole);
    calls(&world, &client(&world).credentials(credentials()).build().unwrap());
    // The attempt that is refused is the last.
    let world = service(whole);
    let client = client(&world).credentials(credentials()).max_attempts(1).build().unwrap();
    let error = world.run(client.converse(input())).unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(told.contains("The Canonical String should have been") && !told.contains("canaryOf"), "{told}");
}

fn with_an_api_key() {
    let world = service(whole);
    calls(&world, &client(&world).api_key(ApiKey::new(secret("ApiKey")).unwrap()).build().unwrap());
}

fn signed_by_hand() {
    let world = service(whole);
    let client = client(&world).credentials(credentials()).build().unwrap();
    for (url, service) in [
        ("https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/models", "bedrock"),
        ("https://b.s3.us-east-1.amazonaws.com/a", "s3"),
    ] {
        let request =
            HttpRequest { method: "GET", url: url.to_owned(), headers: Vec::new(), body: Bytes::new() };
        let signed = world.run(client.sign_request(request, service)).unwrap();
        drop((signed.clone(), signed));
        the_url_is_the_callers(
            world.run(client.presign_url("GET", url, &[], Duration::from_secs(60), service)).unwrap(),
        );
    }
}

fn a_conversation() {
    let world = service(whole);
    let client = Client::builder()
        .region(REGION)
        .transport(Both(world.clone()))
        .credentials(credentials())
        .build()
        .unwrap();
    let said = || RawEvent { event_type: "chunk".to_owned(), payload: Bytes::from_static(b"{}") };
    let events = stream::iter([said(), said()]);
    let name = "InvokeModelWithBidirectionalStream";
    let answer =
        world.run(client.send_bidirectional::<RawEvent>(name, &[("modelId", MODEL)], events)).unwrap();
    drop(answer);
}

/// The enhanced flow and the basic one, of guests and users, with good and with bad answers.
fn vended(spoil: fn(String) -> String, good: bool) {
    let role = "arn:aws:iam::123456789012:role/guests";
    let pool = || CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000").unwrap();
    let user = || pool().login("issuer", secret("Login"));
    let providers: [Box<dyn ProvideCredentials>; 5] = [
        Box::new(pool()),
        Box::new(user()),
        Box::new(WebIdentity::new(REGION, role, secret("WebToken")).unwrap()),
        Box::new(
            WebIdentity::new(REGION, role, token_fn(|| Box::pin(async { Ok(secret("WebToken")) })))
                .unwrap()
                .policy("{}")
                .provider_id("issuer"),
        ),
        Box::new(WebIdentity::new(REGION, role, CognitoOpenIdToken::from(user())).unwrap()),
    ];
    for provider in providers {
        let world = service(spoil);
        let transport: Arc<dyn Transport> = Arc::new(world.clone());
        let given = world.run(provider.provide(&transport));
        assert_eq!(given.is_ok(), good, "{given:?}");
    }
    if good {
        // A whole call with what they vend, kept and dropped.
        let world = service(whole);
        let cache = Cache::new(Chain::new(user()).then(from_fn(|| Box::pin(async { Ok(credentials()) }))));
        let client = client(&world).credentials(cache.clone()).build().unwrap();
        drop(world.run(client.converse(input())).unwrap());
        cache.invalidate(&credentials());
        drop(world.run(client.converse(input())).unwrap());
    }
}

/// Refused: AWS repeats what it was given.
fn refused() {
    let world = World::new(move |_, request, _| {
        let answer = answer(400, &[("x-amzn-errortype", "ValidationException")], || {
            let body = String::from_utf8(request.body.to_vec()).unwrap();
            serde_json::json!({"message": format!("Value '{body}' failed to satisfy constraint")}).to_string()
        });
        drop(request);
        async move { Ok(answer) }
    });
    let transport: Arc<dyn Transport> = Arc::new(world.clone());
    let user = CognitoIdentityPool::new("us-east-1:00000000-0000-0000-0000-000000000000").unwrap();
    let user = user.login("issuer", secret("Login"));
    let told = format!("{:?}", world.run(user.provide(&transport)).unwrap_err());
    assert!(told.contains("failed to satisfy constraint") && !told.contains("canaryOf"), "{told}");
    let role = WebIdentity::new(REGION, "arn:aws:iam::123456789012:role/guests", secret("WebToken")).unwrap();
    let told = format!("{:?}", world.run(role.provide(&transport)).unwrap_err());
    assert!(told.contains("failed to satisfy constraint") && !told.contains("canaryOf"), "{told}");
}

#[test]
fn what_is_freed_holds_no_secret() {
    let began = Instant::now();
    let list = needles();
    let forms = list.len();
    NEEDLES.set(list).unwrap();
    let found = || own(|| std::mem::take(&mut *FOUND.lock().unwrap()));

    // What is looked for is found where it is, whole, in part and in a block that has grown.
    for (name, needle) in NEEDLES.get().unwrap() {
        drop(Box::new([b"..", &needle[..]].concat()));
        let told = found();
        assert!(told.iter().any(|told| told.starts_with(name.as_str())), "{name}: {told:?}");
    }
    let mut grows = String::with_capacity(long("SessionToken").len());
    found();
    grows.push_str(SECRET);
    grows.reserve(10_000);
    assert!(!found().is_empty());
    own(|| drop(grows));

    let parts: [(&str, fn()); 9] = [
        ("signing and presigning", pure),
        ("values", values),
        ("calls with credentials", with_credentials),
        ("calls with an API key", with_an_api_key),
        ("requests signed by hand", signed_by_hand),
        ("a conversation", a_conversation),
        ("credentials from Cognito and STS", || vended(whole, true)),
        ("unusable credentials from Cognito and STS", || {
            // Without a part, with a wrong one, cut short, and of another kind.
            vended(|text| text.replace("Expiration", "Other").replace("\"Token\"", "\"Other\""), false);
            vended(|text| text.replace("AccessKeyId", "Other"), false);
            vended(|text| text[..text.len() - 2].to_owned(), false);
            vended(|text| ["[", &text, "]"].concat(), false);
            vended(|text| text.replace("SessionToken", "Else"), false);
        }),
        ("refused tokens", refused),
    ];
    let mut wrong = Vec::new();
    let mut told = Vec::new();
    for (name, run) in parts {
        run();
        own(|| {
            let (blocks, bytes) = (BLOCKS.swap(0, Ordering::Relaxed), BYTES.swap(0, Ordering::Relaxed));
            println!("{name}: {blocks} blocks, {bytes} bytes");
            assert!(blocks > 0, "{name}: nothing was looked at");
            wrong.extend(
                std::mem::take(&mut *FOUND.lock().unwrap())
                    .into_iter()
                    .map(|found| format!("{name}: {found}")),
            );
            told.push((name, blocks));
        });
    }
    own(|| {
        assert!(wrong.is_empty(), "{} findings\n{}", wrong.len(), wrong.join("\n"));
        let blocks: u64 = told.iter().map(|(_, blocks)| blocks).sum();
        let seconds = began.elapsed().as_secs_f64();
        println!("{blocks} blocks, {forms} forms of secrets, {seconds:.1} s");
        report(blocks, forms, seconds);
    });
}

/// A row for the table of what the code was put through.
fn report(blocks: u64, forms: usize, seconds: f64) {
    let now = Timestamp::try_from(std::time::SystemTime::now()).unwrap().amz_date();
    let row = serde_json::json!({
        "part": "secrets",
        "what": "blocks of memory that Rust frees",
        "against": "",
        "count": blocks,
        "unit": "blocks",
        "findings": 0,
        "seed": "",
        "command": "cargo xtask test rust",
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "date": format!("{}-{}-{}", &now[..4], &now[4..6], &now[6..8]),
        "note": format!("{forms} forms of secrets looked for in each"),
    });
    let usual = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../trust");
    let place = std::env::var_os("OUTCROP_TRUST").map_or(usual, PathBuf::from);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("secrets-wiped.json"), serde_json::json!([row]).to_string()).unwrap();
}
