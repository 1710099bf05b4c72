//! The service of a schedule, which answers each request by its script, and the provider of credentials; neither judges.

use super::model::Sent;
use super::script::{Access, Answer, Asked, Message, Operation, Part, Place, Schedule, Turn};
use crate::world::{Chunk, START_MS, World, event, exception};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outcrop::credentials::{Credentials, ProvideCredentials};
use outcrop::failure::{CredentialsError, NetworkError};
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// The body of each request, to be found in each attempt as it is.
pub const BODY: &str = "{\"messages\":[]}";

/// What the service has seen, and what it says.
#[derive(Debug, Default)]
pub struct Seen {
    pub sent: Vec<Sent>,
    pub signatures: Vec<String>,
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
}

pub fn service(schedule: &Schedule, seen: &Arc<Mutex<Seen>>) -> World {
    let (schedule, seen) = (schedule.clone(), Arc::clone(seen));
    World::with_random(u64::from(schedule.random), move |world, request, number| {
        let probe =
            ["503", "429"].into_iter().find(|status| request.url.contains(&format!("/probe-{status}/")));
        let number = number as usize - 1;
        let (after, answer) = schedule.answers[number.min(schedule.answers.len() - 1)].clone();
        let arrived = world.now_ms();
        assert_eq!(&*request.body, BODY.as_bytes());
        let authorization = header(&request, "authorization").unwrap().to_owned();
        let date = header(&request, "x-amz-date");
        let second = arrived.div_euclid(1000) * 1000;
        let signed = date.map_or(second, |date| Timestamp::parse_amz_date(date).unwrap().as_unix_millis());
        let key = authorization
            .split_once("Credential=")
            .map_or_else(
                || authorization.trim_start_matches("Bearer "),
                |(_, rest)| rest.split('/').next().unwrap(),
            )
            .to_owned();
        if probe.is_none() {
            let mut held = seen.lock().unwrap();
            held.sent.push(Sent { at: arrived - START_MS, key, signed });
            held.signatures.push(authorization);
        }
        async move {
            if let Some(status) = probe {
                return Ok(world.answer(status.parse().unwrap(), &[], Vec::new()));
            }
            world.wait(after).await;
            respond(&world, &request, answer, arrived, signed)
        }
    })
}

fn respond(
    world: &World,
    request: &HttpRequest,
    answer: Answer,
    arrived: i64,
    signed: i64,
) -> Result<HttpResponse, NetworkError> {
    let operation = match request.url.rsplit('/').next().unwrap() {
        "converse" => Operation::Converse,
        "converse-stream" => Operation::ConverseStream,
        _ => Operation::InvokeModelWithResponseStream,
    };
    let http_date = |ms: i64| {
        let ms = u64::try_from(arrived + ms).unwrap();
        httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(ms))
    };
    Ok(match answer {
        Answer::Refused => return Err(NetworkError::new("refused")),
        Answer::Redirect => {
            world.answer(307, &[("location", "https://elsewhere.example/")], vec![Chunk::Wait(5)])
        }
        Answer::Good(parts) if operation == Operation::Converse => {
            let byte = |part: &Part| match part {
                Part::Wait(ms) => Chunk::Wait(*ms),
                Part::Reset => Chunk::Reset,
                _ => Chunk::Bytes(b" ".to_vec()),
            };
            world.answer(200, &[("content-type", "application/json")], parts.iter().map(byte).collect())
        }
        Answer::Good(parts) => world.stream(frames(&parts, operation)),
        Answer::Other(parts) if operation == Operation::Converse => {
            let body = br#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
            world.answer(200, &[], chunks(&parts, body))
        }
        Answer::Other(parts) => {
            world.answer(200, &[("content-type", "text/html")], chunks(&parts, b"<!doctype html>"))
        }
        Answer::Error { status, place, name, dressed, message, asked, date, body } => {
            let text = |ms: i64| Timestamp::from_unix_millis(ms).unwrap().amz_date();
            let message = match message {
                Message::Plain => "no".to_owned(),
                Message::Expired => "The security token included in the request is expired".to_owned(),
                Message::Skewed(off) if signed < arrived + off => {
                    let now = arrived + off;
                    let least = now - 300_000;
                    format!(
                        "Signature expired: {} is now earlier than {} ({} - 5 min.)",
                        text(signed),
                        text(least),
                        text(now)
                    )
                }
                Message::Skewed(off) => {
                    let now = arrived + off;
                    let most = now + 300_000;
                    format!(
                        "Signature not yet current: {} is still later than {} ({} + 5 min.)",
                        text(signed),
                        text(most),
                        text(now)
                    )
                }
                Message::SkewedHalf => {
                    format!(
                        "Signature expired: {} is now earlier than {}",
                        text(signed),
                        text(signed + 60_000)
                    )
                }
            };
            let before = if dressed { "com.amazon.coral.service#" } else { "" };
            let behind = if dressed { ":http://internal.amazon.com/coral/" } else { "" };
            let stated = format!("{before}{name}{behind}");
            let mut json = serde_json::json!({ "message": message });
            let mut headers: Vec<(&str, String)> = Vec::new();
            match place {
                Place::Nowhere => {}
                Place::Header => headers.push(("x-amzn-errortype", stated)),
                Place::Code => json["code"] = stated.into(),
                Place::Type => json["__type"] = stated.into(),
            }
            headers.extend(date.map(|off| ("date", http_date(off))));
            match asked {
                Asked::Nothing => {}
                Asked::Millis(ms) => headers.push(("x-amz-retry-after", ms.to_string())),
                Asked::Seconds(seconds) => headers.push(("retry-after", seconds.to_string())),
                Asked::Both(ms, seconds) => headers
                    .extend([("retry-after", seconds.to_string()), ("x-amz-retry-after", ms.to_string())]),
                Asked::Until(seconds) => {
                    headers.push(("retry-after", http_date(date.unwrap_or(0) + seconds * 1000)));
                }
                Asked::Nonsense => headers.push(("retry-after", "soon".to_owned())),
            }
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
            world.answer(status, &headers, chunks(&body, json.to_string().as_bytes()))
        }
    })
}

/// The first half and the rest of a body, as often as they are wanted.
fn chunks(parts: &[Part], body: &[u8]) -> Vec<Chunk> {
    let (half, rest) = body.split_at(body.len() / 2);
    let mut halved = false;
    let mut out = Vec::new();
    for part in parts {
        out.push(match part {
            Part::Wait(ms) => Chunk::Wait(*ms),
            Part::Reset => Chunk::Reset,
            Part::Half => {
                halved = true;
                Chunk::Bytes(half.to_vec())
            }
            _ if halved => Chunk::Bytes(rest.to_vec()),
            _ => Chunk::Bytes(body.to_vec()),
        });
    }
    out
}

fn frames(parts: &[Part], operation: Operation) -> Vec<Chunk> {
    let streams = operation == Operation::ConverseStream;
    let chunk = |json: &str| event("chunk", &format!("{{\"bytes\":\"{}\"}}", STANDARD.encode(json)));
    let bytes = |part: &Part| {
        let made = match part {
            Part::End if streams => event("metadata", "{\"usage\":{}}"),
            Part::End => chunk("{\"amazon-bedrock-invocationMetrics\":{}}"),
            Part::Whole if streams => event("contentBlockDelta", "{\"delta\":{\"text\":\"a\"}}"),
            Part::Whole => chunk("{\"text\":\"a\"}"),
            Part::Exception(name) => exception(name, "{\"message\":\"no\"}"),
            _ => Chunk::Bytes(vec![b'x'; 40]),
        };
        let Chunk::Bytes(bytes) = made else { unreachable!() };
        bytes
    };
    let mut out = Vec::new();
    let mut halved = false;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Wait(ms) => out.push(Chunk::Wait(*ms)),
            Part::Reset => out.push(Chunk::Reset),
            Part::Half => {
                // Of what comes next that has bytes; at the end of a script of any frame.
                let next = parts[at..].iter().find(|part| matches!(part, Part::Whole | Part::End));
                let whole = bytes(next.unwrap_or(&Part::Whole));
                out.push(Chunk::Bytes(whole[..whole.len() / 2].to_vec()));
                halved = true;
            }
            _ => {
                let whole = bytes(part);
                let from = if std::mem::take(&mut halved) { whole.len() / 2 } else { 0 };
                out.push(Chunk::Bytes(whole[from..].to_vec()));
            }
        }
    }
    out
}

/// A provider by its turns, or one of short-lived sets.
#[derive(Debug)]
pub struct Provider {
    pub world: World,
    pub access: Access,
    pub calls: Arc<AtomicUsize>,
    pub open: Arc<AtomicUsize>,
    /// When a set that was given is due to be renewed at the earliest, if nobody calls it expired.
    pub due: AtomicI64,
    pub unasked: Arc<AtomicUsize>,
    pub together: Arc<AtomicUsize>,
}

struct Underway(Arc<AtomicUsize>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ProvideCredentials for Provider {
    fn provide<'a>(
        &'a self,
        _: &'a Arc<dyn Transport>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.open.fetch_add(1, Ordering::SeqCst) > 0 {
            self.together.fetch_add(1, Ordering::SeqCst);
        }
        if self.world.now_ms() < self.due.load(Ordering::SeqCst) {
            self.unasked.fetch_add(1, Ordering::SeqCst);
        }
        let underway = Underway(Arc::clone(&self.open));
        let set = Credentials::new(format!("AKID{}", number + 1), "secret", None).unwrap();
        Box::pin(async move {
            let _underway = underway;
            let turns = match &self.access {
                Access::Provider(turns) => turns,
                Access::ShortLived { life, after } => {
                    self.world.wait(*after).await;
                    let expires = self.world.now_ms() + life;
                    // A fifth of its life before the end, and a fifth of that earlier.
                    self.due.store(expires - life * 6 / 25 - 1, Ordering::SeqCst);
                    return Ok(set.with_expiration(Timestamp::from_unix_millis(expires).unwrap()));
                }
                _ => unreachable!(),
            };
            let turn = turns[number.min(turns.len() - 1)];
            let (Turn::Gives(after) | Turn::Fails(after) | Turn::GivesExpired(after)) = turn;
            self.world.wait(after).await;
            match turn {
                Turn::Gives(_) => Ok(set),
                Turn::Fails(_) => Err(CredentialsError::new("no luck")),
                Turn::GivesExpired(_) => {
                    Ok(set.with_expiration(Timestamp::from_unix_millis(self.world.now_ms()).unwrap()))
                }
            }
        })
    }

    fn invalidate(&self, _: &Credentials) {
        self.due.store(0, Ordering::SeqCst);
    }
}
