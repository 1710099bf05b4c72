//! Runs the files of tests/cases through the Rust client over any transport, and says whether each verdict is the
//! right one: that nothing told of it, at whatever level, holds a secret is part of every verdict. It sleeps, reads the clock and asks the emulator through the transport alone, so that it is the same on
//! every runtime and target; it prints nothing and panics for nothing but a case that it cannot read.
//!
//! It is long because it is one file: whoever else runs the cases includes it by its path.

use core::fmt::Write;
use core::future::Future;
use core::time::Duration;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use futures::future::{Either, join_all, select};
use outcrop::client::{CallOptions, ClientBuilder, Timeouts};
use outcrop::credentials::{ApiKey, Credentials, ProvideCredentials, Secret, from_fn};
use outcrop::failure::{CredentialsError, Metadata, NetworkError};
use outcrop::observe::Event;
use outcrop::stream::{EventStream, RawEvent};
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::types::ConverseInput;
use outcrop::{Client, Error};
use serde_json::Value;

/// Milliseconds a case may take unless it says otherwise: the slowest wait of an ordinary one is 4 s.
const LIMIT_MS: u64 = 15_000;
/// Milliseconds until the emulator has seen the end of every request: four times the goal of 250 ms, as the machine may
/// be busy.
const PROMPT_MS: i64 = 1_000;
/// Between two looks at what the emulator has seen, in milliseconds.
const LOOK: Duration = Duration::from_millis(10);

/// What came of a case.
#[derive(Debug, Default)]
pub struct Outcome {
    pub name: String,
    /// Why it does not apply here.
    pub skipped: Option<String>,
    /// Everything that is not as the verdict has it; nothing if the case passed.
    pub wrong: Vec<String>,
    /// The error's name, or `ok`.
    pub verdict: String,
    pub events: Option<u64>,
    pub attempts: Option<u64>,
    pub ms: i64,
}

/// The verdicts as a person reads them; the last line counts them.
pub fn table(outcomes: &[Outcome]) -> String {
    let wide = outcomes.iter().map(|outcome| outcome.name.len()).max().unwrap_or(0);
    let mut text = format!("{:wide$}  verdict                        attempts    time\n", "case");
    let mut ran = 0;
    let mut passed = 0;
    for outcome in outcomes {
        let name = &outcome.name;
        if let Some(reason) = &outcome.skipped {
            let _ = writeln!(text, "{name:wide$}  does not apply: {reason}");
            continue;
        }
        ran += 1;
        let events = outcome.events.map(|events| format!(", {events} events")).unwrap_or_default();
        let verdict = format!("{}{events}", outcome.verdict);
        let attempts = outcome.attempts.map_or_else(|| "?".to_owned(), |attempts| attempts.to_string());
        let _ = write!(text, "{name:wide$}  {verdict:34} {attempts:>2}  {:6} ms", outcome.ms);
        if outcome.wrong.is_empty() {
            passed += 1;
        } else {
            let _ = write!(text, "  WRONG: {}", outcome.wrong.join("; "));
        }
        text.push('\n');
    }
    let _ = write!(text, "{ran} cases, {passed} passed");
    text
}

/// A transport behind an `Arc`: what a client is given and what the runner itself uses are one.
#[derive(Clone, Debug)]
struct Through(Arc<dyn Transport>);

impl Transport for Through {
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
        self.0.random()
    }
}

/// What the call under judgement has told so far; it outlives a call that is dropped.
#[derive(Debug, Default)]
struct Told {
    events: AtomicU64,
    provider_calls: AtomicU32,
    /// All that an observer was told, and all ways to show the error and the client.
    shown: Mutex<String>,
}

impl Told {
    fn show(&self, what: impl core::fmt::Debug) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(shown, "{what:?}\n{what:#?}");
    }

    /// Each way in which an error could get into a log.
    fn error(&self, error: &Error) {
        self.show(error);
        self.show(error.metadata());
        let mut cause: Option<&dyn core::error::Error> = Some(error);
        while let Some(error) = cause {
            self.show(error);
            self.show(error.to_string());
            cause = error.source();
        }
    }
}

/// A word of a prompt, and a value of a header, which no log and no error may tell.
const PROMPT: &str = "canary-Of-A-Prompt-0123456789";
const HEADER: &str = "canary-Of-A-Header-0123456789";
/// Characters by which either end of a secret is known: the first 17 are the emulator's name.
const PART: usize = 20;

/// Those of the emulator's secrets, of the prompt and of the header that the text tells, in part or as a URL has them.
fn leaked<'a>(hello: &'a Value, shown: &str) -> Vec<&'a str> {
    let secrets = [
        &hello["credentials"]["secretAccessKey"],
        &hello["temporaryCredentials"]["secretAccessKey"],
        &hello["temporaryCredentials"]["sessionToken"],
        &hello["expiredSessionToken"],
        &hello["apiKey"],
    ];
    let known = secrets.into_iter().filter_map(Value::as_str).chain([PROMPT, HEADER]);
    known
        .filter(|secret| {
            let ends = [&secret[..PART], &secret[secret.len() - PART..]];
            ends.iter().any(|end| shown.contains(end))
        })
        .collect()
}

/// How the call ended.
#[derive(Debug, Default)]
struct Ended {
    error: Option<String>,
    who: Option<&'static str>,
    message: String,
    metadata: Option<Metadata>,
    /// The caller ended it.
    stopped: bool,
}

impl Ended {
    fn of(error: Error, told: &Told) -> Self {
        told.error(&error);
        Self {
            error: Some(error.name().to_owned()),
            who: Some(error.who().as_str()),
            message: error.to_string(),
            metadata: error.metadata().cloned(),
            stopped: false,
        }
    }
}

/// Runs cases over one transport against one emulator.
#[derive(Clone, Debug)]
pub struct Runner {
    through: Through,
    /// The emulator's first line.
    hello: Arc<Value>,
    /// `rust-wasm` or `rust-ureq` beside `rust`, for what a case excepts.
    kind: &'static str,
    /// Which verdict counts: `page` or `other`.
    place: &'static str,
}

impl Runner {
    pub fn new(transport: Arc<dyn Transport>, hello: Value, kind: &'static str) -> Self {
        Self { through: Through(transport), hello: Arc::new(hello), kind, place: "other" }
    }

    /// In a page, behind CORS.
    #[allow(dead_code, reason = "only a runner in a page is")]
    pub fn in_page(self) -> Self {
        Self { place: "page", ..self }
    }

    /// Runs one case. `run` is a name that no other run at this emulator has.
    pub async fn run(&self, case: &Value, run: &str) -> Outcome {
        let name = text(case, "name").to_owned();
        let except = |kind: &str| case["except"][kind].as_str().map(str::to_owned);
        // What only a page does is excepted for Node as well.
        let rust = || except("rust").filter(|_| self.place != "page" || except("node").is_none());
        if let Some(reason) = except(self.kind).or_else(rust) {
            return Outcome { name, skipped: Some(reason), ..Outcome::default() };
        }
        let told = Arc::new(Told::default());
        let mut case = case.clone();
        let input = case["request"]["input"].to_string().replace("\"Hello\"", &format!("\"Hello,{PROMPT}\""));
        case["request"]["input"] = serde_json::from_str(&input).unwrap_or_default();
        let case = &case;
        let request = &case["request"];
        let client =
            match self.client(case, run, &told).build().and_then(|client| client.with(self.own(request))) {
                Ok(client) => client,
                Err(error) => {
                    return Outcome {
                        name,
                        wrong: vec![format!("there is no client: {error}")],
                        ..Outcome::default()
                    };
                }
            };
        told.show(&client);
        if let Some(calls) = request["before"]["calls"].as_u64() {
            join_all((0..calls).map(|_| async {
                let _ = self.call(&client, case, &Value::Null, &Told::default()).await;
            }))
            .await;
            self.sleep(request["before"]["thenWaitMs"].as_u64().unwrap_or(0)).await;
        }

        let began = self.now();
        let limit = case["limitMs"].as_u64().unwrap_or(LIMIT_MS);
        let mut wrong = Vec::new();
        let judged = Box::pin(self.judged(&client, case, run, &told));
        let ended = match select(judged, self.through.sleep(Duration::from_millis(limit))).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => {
                wrong.push(format!("it took longer than {limit} ms"));
                Ended::default()
            }
        };
        let ms = self.now() - began;
        if case.get("stop").is_some() && !ended.stopped {
            wrong.push("it ended before it could be stopped".to_owned());
        }

        let ended_at = self.now();
        let mut seen = self.seen(run).await;
        while seen["open"] != 0 && self.now() - ended_at < PROMPT_MS {
            self.through.sleep(LOOK).await;
            seen = self.seen(run).await;
        }
        if seen["open"] != 0 {
            wrong.push(format!("{} requests are still open after {PROMPT_MS} ms", seen["open"]));
        }
        if seen["elsewhere"] != 0 {
            wrong.push("a redirect was followed".to_owned());
        }
        let shown = told.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        wrong.extend(leaked(&self.hello, &shown).into_iter().map(|secret| format!("{secret} was told")));
        // A case that is stopped before it begins has nothing to tell.
        if ended.metadata.is_some() && !shown.contains("outcrop.call.ended") {
            wrong.push("the observer was told nothing".to_owned());
        }
        let streams = text(request, "operation").ends_with("Stream");
        let outcome = Outcome {
            name,
            skipped: None,
            wrong,
            verdict: ended.error.clone().unwrap_or_else(|| "ok".to_owned()),
            events: streams.then(|| told.events.load(Ordering::SeqCst)),
            attempts: ended.metadata.as_ref().map(|metadata| metadata.attempts.into()),
            ms,
        };
        compare(&case["verdict"][self.place], outcome, &ended, &told, &seen)
    }

    /// The client of a case.
    fn client(&self, case: &Value, run: &str, told: &Arc<Told>) -> ClientBuilder {
        let request = &case["request"];
        let refused = case["endpoint"] == "refused";
        let origin = text(&self.hello, if refused { "nobody" } else { "address" });
        let mut builder = Client::builder()
            .region("us-east-1")
            .endpoint(format!("{origin}/case/{}/{run}", text(case, "name")))
            .transport(self.through.clone())
            .observer({
                let told = Arc::clone(told);
                move |event: &Event<'_>| told.show(event)
            });
        for (option, value) in request["options"].as_object().into_iter().flatten() {
            builder = match option.as_str() {
                "maxAttempts" => builder.max_attempts(number(value)),
                "timeouts" => builder.timeouts(timeouts(value)),
                "retryMode" if value == "standard" => builder,
                other => panic!("the runner does not know the option {other}"),
            };
        }
        if request["apiKey"] == true {
            return builder
                .api_key(ApiKey::new(text(&self.hello, "apiKey")).expect("the emulator's key is a key"));
        }
        if let Some(words) = request["provider"].as_array() {
            return builder.credentials(self.provider(words.clone(), Arc::clone(told)));
        }
        builder.credentials(self.credentials(request["credentials"].as_str().unwrap_or("good")))
    }

    /// The options of the call.
    fn own(&self, request: &Value) -> CallOptions {
        let mut options = CallOptions::new();
        // A page would have to ask whether it may.
        if self.place != "page" {
            options = options.header("x-canary", HEADER).header("x-amz-canary", HEADER);
        }
        for (option, value) in request["call"].as_object().into_iter().flatten() {
            options = match option.as_str() {
                "maxAttempts" => options.max_attempts(number(value)),
                "timeouts" => options.timeouts(timeouts(value)),
                other => panic!("the runner does not know the call's option {other}"),
            };
        }
        options
    }

    /// Credentials that the emulator knows, by the words of a case.
    fn credentials(&self, word: &str) -> Credentials {
        let known = &self.hello[if word == "good" { "credentials" } else { "temporaryCredentials" }];
        let token = match word {
            "expiredToken" => self.hello["expiredSessionToken"].as_str(),
            _ => known["sessionToken"].as_str(),
        };
        Credentials::new(text(known, "accessKeyId"), text(known, "secretAccessKey"), token.map(Secret::from))
            .expect("the emulator's credentials are credentials")
    }

    fn provider(&self, words: Vec<Value>, told: Arc<Told>) -> impl ProvideCredentials + use<> {
        let runner = self.clone();
        from_fn(move || {
            let index = told.provider_calls.fetch_add(1, Ordering::SeqCst) as usize;
            let word = words[index.min(words.len() - 1)].as_str().unwrap_or_default().to_owned();
            let runner = runner.clone();
            Box::pin(async move {
                // A minute ago; in two seconds.
                let expiring =
                    |ms| Ok(runner.credentials("temporary").with_expiration(runner.through.now().offset(ms)));
                match word.as_str() {
                    "fails" => Err(CredentialsError::new("the provider of this case fails")),
                    "hangs" => futures::future::pending().await,
                    "expired" => expiring(-60_000),
                    "short" => expiring(2_000),
                    word => Ok(runner.credentials(word)),
                }
            })
        })
    }

    /// The call that counts, and what the case does to it.
    async fn judged(&self, client: &Client, case: &Value, run: &str, told: &Told) -> Ended {
        let stop = &case["stop"];
        let call = Box::pin(self.call(client, case, stop, told));
        let Some(stage) = stop["at"].as_str() else {
            return call.await;
        };
        // A future that is never polled is a call that was never begun.
        if stage == "start" {
            drop(call);
            return stopped(None);
        }
        match select(call, Box::pin(self.reached(stage, run, told))).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => stopped(None),
        }
    }

    /// Returns when the call has come to that stage.
    async fn reached(&self, stage: &str, run: &str, told: &Told) {
        loop {
            if stage == "credentials" {
                if told.provider_calls.load(Ordering::SeqCst) > 0 {
                    return self.sleep(30).await;
                }
            } else {
                let seen = self.seen(run).await;
                let first = &seen["attempts"][0];
                match stage {
                    "sent" if first.is_object() => return,
                    // 50 ms, for the client to have noticed too.
                    "waiting" if first.is_object() && seen["open"] == 0 => return self.sleep(50).await,
                    "head" if first["status"].is_number() => return self.sleep(50).await,
                    _ => {}
                }
            }
            self.through.sleep(LOOK).await;
        }
    }

    /// One call with JSON, as a case states it.
    async fn call(&self, client: &Client, case: &Value, stop: &Value, told: &Told) -> Ended {
        let request = &case["request"];
        let operation = text(request, "operation");
        // The one that is typed here, so that an answer's shape counts too.
        if operation == "Converse" {
            let mut input: ConverseInput =
                serde_json::from_value(request["input"].clone()).expect("an input of Converse");
            input.model_id = request["input"]["modelId"].as_str().map(str::to_owned);
            return match client.converse(input).await {
                Ok(answer) => Ended { metadata: Some(answer.metadata), ..Ended::default() },
                Err(error) => Ended::of(error, told),
            };
        }
        let mut input = request["input"].as_object().cloned().unwrap_or_default();
        let mut members = Vec::new();
        for name in ["modelId", "contentType", "accept", "trace", "guardrailIdentifier", "guardrailVersion"] {
            if let Some(Value::String(value)) = input.remove(name) {
                members.push((name, value));
            }
        }
        let members: Vec<(&str, &str)> =
            members.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = match input.remove("body") {
            Some(Value::String(text)) => text,
            Some(json) => json.to_string(),
            None => Value::Object(input).to_string(),
        };
        if !operation.ends_with("Stream") {
            return match client.send(operation, &members, body).await {
                Ok(answer) => Ended { metadata: Some(answer.metadata), ..Ended::default() },
                Err(error) => Ended::of(error, told),
            };
        }
        match client.send_stream::<RawEvent>(operation, &members, body).await {
            Ok(stream) => self.read(stream.events, stop, told).await,
            Err(error) => Ended::of(error, told),
        }
    }

    /// Reads a stream until it ends or the case wants it dropped.
    async fn read(&self, mut stream: EventStream<RawEvent>, stop: &Value, told: &Told) -> Ended {
        let metadata = Some(stream.metadata().clone());
        while let Some(event) = stream.next().await {
            if let Err(error) = event {
                let mut ended = Ended::of(error, told);
                if stream.next().await.is_some() {
                    ended.message.push_str(", and something came after it");
                    ended.error = Some("SomethingAfterTheError".to_owned());
                }
                return ended;
            }
            let events = told.events.fetch_add(1, Ordering::SeqCst) + 1;
            if stop["at"]["event"].as_u64() != Some(events) {
                continue;
            }
            if let Some(ms) = stop["at"]["thenMs"].as_u64() {
                let later = self.through.sleep(Duration::from_millis(ms));
                if let Either::Left((Some(event), _)) = select(stream.next(), later).await {
                    return match event {
                        Ok(_) => {
                            Ended { error: Some("AnEventTooMany".to_owned()), metadata, ..Ended::default() }
                        }
                        Err(error) => Ended::of(error, told),
                    };
                }
            }
            drop(stream);
            let mut ended = stopped(metadata);
            // Only an abort is told to whoever waits for the stream.
            if stop["how"] != "abort" {
                ended.error = None;
            }
            return ended;
        }
        Ended { metadata, ..Ended::default() }
    }

    /// What the emulator has seen of a run; an empty report if it cannot be asked, which no verdict fits.
    async fn seen(&self, run: &str) -> Value {
        let request = HttpRequest {
            method: "GET",
            url: format!("{}/_seen/{run}", text(&self.hello, "address")),
            headers: Vec::new(),
            body: Default::default(),
        };
        let Ok(response) = self.through.send(request).await else {
            return Value::Null;
        };
        let mut body = response.body;
        let mut bytes = Vec::new();
        while let Some(Ok(chunk)) = body.next().await {
            bytes.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + use<> {
        self.through.sleep(Duration::from_millis(ms))
    }

    fn now(&self) -> i64 {
        self.through.now().as_unix_millis()
    }
}

/// What the one who aborted is told: in Rust nobody is, so this is the runner's word for it.
fn stopped(metadata: Option<Metadata>) -> Ended {
    Ended { error: Some("AbortError".to_owned()), metadata, stopped: true, ..Ended::default() }
}

/// Compares what came with the verdict.
fn compare(want: &Value, mut outcome: Outcome, ended: &Ended, told: &Told, seen: &Value) -> Outcome {
    let wrong = &mut outcome.wrong;
    let mut due = |what: &str, got: String, want: String| {
        if got != want {
            wrong.push(format!("{what}: got {got}, want {want}"));
        }
    };
    due("verdict", outcome.verdict.clone(), want["error"].as_str().unwrap_or("ok").to_owned());
    if let Some(events) = want["events"].as_u64() {
        due("events", outcome.events.unwrap_or_default().to_string(), events.to_string());
    }
    let attempts = want["attempts"].as_u64().unwrap_or_default();
    match &ended.metadata {
        Some(metadata) => due("attempts", metadata.attempts.to_string(), attempts.to_string()),
        // Who drops a call is told nothing of it.
        None => due("metadata", "none".to_owned(), if ended.stopped { "none" } else { "some" }.to_owned()),
    }
    let count = seen["attempts"].as_array().map(|attempts| attempts.len() as u64);
    let count_due = want["seenAtMost"].as_u64().map_or_else(
        || want["seen"].as_u64().unwrap_or(attempts),
        |most| count.unwrap_or_default().clamp(attempts, most),
    );
    due("seen", count.map_or_else(|| "nothing".to_owned(), |count| count.to_string()), count_due.to_string());
    if let Some(calls) = want["providerCalls"].as_u64() {
        due("provider's calls", told.provider_calls.load(Ordering::SeqCst).to_string(), calls.to_string());
    }
    if let Some(who) = want["who"].as_str() {
        due("who", ended.who.unwrap_or_default().to_owned(), who.to_owned());
    }
    let delay = ended.metadata.as_ref().map_or(u128::MAX, |metadata| metadata.total_retry_delay.as_millis());
    // 5 ms for a clock of whole milliseconds.
    if let Some(min) = want["minDelayMs"].as_u64()
        && (delay < u128::from(min) || outcome.ms + 5 < min as i64)
    {
        wrong.push(format!("waited {delay} ms, not {min}"));
    }
    if let Some(max) = want["maxDelayMs"].as_u64()
        && delay > u128::from(max)
    {
        wrong.push(format!("waited {delay} ms, above {max}"));
    }
    if !wrong.is_empty() && !ended.message.is_empty() {
        wrong.push(format!("({})", ended.message));
    }
    outcome
}

/// Milliseconds as the npm package takes them, 0 for off.
fn timeouts(value: &Value) -> Timeouts {
    let mut timeouts = Timeouts::default();
    for (name, ms) in value.as_object().into_iter().flatten() {
        let limit = ms.as_u64().filter(|ms| *ms > 0).map(Duration::from_millis);
        timeouts = match name.as_str() {
            "total" => timeouts.total(limit),
            "firstByte" => timeouts.first_byte(limit),
            "idle" => timeouts.idle(limit),
            other => panic!("the runner does not know the time limit {other}"),
        };
    }
    timeouts
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|number| number.try_into().ok()).expect("a number of attempts")
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
