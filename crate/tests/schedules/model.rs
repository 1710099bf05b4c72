//! What must come of a schedule, worked out step by step on a clock of its own from what the README and AWS's guide say; it
//! calls nothing of the crate. It is one simulation in one piece, and a little long for that.

use super::script::{Access, Answer, Asked, Call, Limits, Message, Operation, Part, Place, Schedule, Turn};

/// A request as it was sent: when (ms from the start), with which key, signed for which second (Unix ms).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub at: i64,
    pub key: String,
    pub signed: i64,
}

/// What came of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// `done`, `left`, `dropped` or an error's name, and for a limit of time which one.
    pub verdict: String,
    /// Events of a stream, bytes of another body.
    pub got: usize,
    /// Requests, as the answer or the error has them; nothing is told to whoever gave up.
    pub attempts: Option<u32>,
    /// Ms between them.
    pub waited: Option<u64>,
    /// Of a service's error: server's fault, retryable, throttling, guessed.
    pub service: Option<[bool; 4]>,
    /// When it was over, in ms from the start.
    pub at: i64,
}

/// What ends a call from outside, wherever it is.
#[derive(Debug)]
enum Stop {
    Total,
    Dropped,
}

/// How an attempt failed.
enum Failed {
    /// No answer, or none to its end.
    Network,
    /// The same, as a stream has it.
    Truncated,
    FirstByte,
    /// Nothing can follow.
    Final(&'static str),
    Service(Refusal),
}

#[derive(Default)]
struct Refusal {
    status: u16,
    /// As it was stated, anywhere.
    stated: Option<&'static str>,
    message: Option<Message>,
    /// The service's time minus the one that was signed, as a text would have it.
    apart: i64,
    /// `Date`, as Unix ms.
    date: Option<i64>,
    /// How long is asked for, in ms.
    asked: i64,
    in_stream: bool,
}

enum Next {
    Stop,
    Retry { delay: i64, cost: i64 },
    Clock(i64),
    Renew,
}

/// The client as it should be, from one call to the next.
pub struct Model<'a> {
    schedule: &'a Schedule,
    /// Unix ms.
    start: i64,
    pub now: i64,
    pub tokens: i64,
    /// What is added to the host's clock.
    clock: i64,
    /// The set that is kept, by its number.
    kept: Option<usize>,
    pub asked_for_credentials: usize,
    pub sent: Vec<Sent>,
    /// Two things came in one millisecond, and which is first is nobody's promise.
    pub tie: bool,
    /// How often a clock was corrected, credentials renewed, a retry not paid for.
    pub corrected: usize,
    pub renewed: usize,
    pub used_up: usize,
    deadline: Option<i64>,
    dropped: Option<i64>,
}

const QUOTA: i64 = 500;
const LONGEST_WAIT: i64 = 20_000;
const ERROR_BODY: i64 = 10_000;
const FOUR_MINUTES: i64 = 240_000;

impl<'a> Model<'a> {
    pub fn new(schedule: &'a Schedule, start: i64) -> Self {
        Self {
            schedule,
            start,
            now: start,
            tokens: QUOTA,
            clock: 0,
            kept: None,
            asked_for_credentials: 0,
            sent: Vec::new(),
            tie: false,
            corrected: 0,
            renewed: 0,
            used_up: 0,
            deadline: None,
            dropped: None,
        }
    }

    fn limits(&self) -> Limits {
        self.schedule.limits
    }

    /// Time passes, unless the call ends before.
    fn wait(&mut self, ms: i64) -> Result<(), Stop> {
        let then = self.now + ms;
        let (total, dropped) = (self.deadline.unwrap_or(i64::MAX), self.dropped.unwrap_or(i64::MAX));
        let end = total.min(dropped);
        self.tie |= then == end || total == dropped && then > end;
        if then <= end {
            self.now = then;
            return Ok(());
        }
        self.now = end;
        Err(if total < dropped { Stop::Total } else { Stop::Dropped })
    }

    /// The same, and whether that moment came before `end`; else it is `end` now.
    fn wait_until(&mut self, ms: i64, end: Option<i64>) -> Result<bool, Stop> {
        let then = self.now + ms;
        let end = end.unwrap_or(i64::MAX);
        self.tie |= then == end;
        self.wait(then.min(end) - self.now)?;
        Ok(then <= end)
    }

    fn after(&self, limit: i64) -> Option<i64> {
        (limit > 0).then_some(self.now + limit)
    }

    /// One call to its end.
    pub fn call(&mut self, call: &Call) -> Told {
        self.now += call.pause;
        self.deadline = self.after(self.limits().total);
        self.dropped = call.dropped.map(|after| self.now + after);
        let mut told = Told::default();
        let (mut attempts, mut waited) = (0, 0);
        let ended = self.attempts(call, &mut told, &mut attempts, &mut waited);
        told.attempts = Some(attempts);
        told.waited = Some(waited);
        match ended {
            Ok(()) => {}
            Err(Stop::Total) => told.verdict = "TimeoutError Total".to_owned(),
            Err(Stop::Dropped) => {
                told = Told { verdict: "dropped".to_owned(), got: told.got, ..Told::default() };
            }
        }
        told.at = self.now - self.start;
        told
    }

    fn attempts(
        &mut self,
        call: &Call,
        told: &mut Told,
        attempts: &mut u32,
        waited: &mut u64,
    ) -> Result<(), Stop> {
        let most = self.schedule.max_attempts.max(1);
        let (mut counted, mut paid) = (0, 0);
        let (mut may_correct, mut may_renew) = match &self.schedule.access {
            Access::ApiKey => (false, false),
            Access::Fixed => (true, false),
            Access::Provider(_) | Access::ShortLived { .. } => (true, true),
        };
        loop {
            let key = match self.credentials()? {
                Some(key) => key,
                None => {
                    told.verdict = "CredentialsProviderError".to_owned();
                    return Ok(());
                }
            };
            let signed = (self.now + self.clock).div_euclid(1000) * 1000;
            let signed_with = self.clock;
            let answers = &self.schedule.answers;
            let (after, answer) = answers[self.sent.len().min(answers.len() - 1)].clone();
            self.sent.push(Sent { at: self.now - self.start, key, signed });
            *attempts += 1;
            counted += 1;
            let failed = match self.attempt(call, after, &answer, signed)? {
                Ok(rest) => {
                    self.tokens = (self.tokens + paid.max(1)).min(QUOTA);
                    return self.good(call, told, rest);
                }
                Err(failed) => failed,
            };
            let next = self.next(&failed, counted, most, may_correct, may_renew, signed_with);
            match next {
                Next::Stop => {
                    self.tell(told, failed);
                    return Ok(());
                }
                Next::Retry { delay, cost } => {
                    self.tokens -= cost;
                    assert!(self.tokens >= 0 && (0..=LONGEST_WAIT).contains(&delay));
                    paid = cost;
                    *waited += delay as u64;
                    self.wait(delay)?;
                }
                Next::Clock(delta) => {
                    self.corrected += 1;
                    self.clock = signed_with + delta;
                    may_correct = false;
                    counted -= 1;
                }
                Next::Renew => {
                    self.renewed += 1;
                    self.kept = None;
                    may_renew = false;
                    counted -= 1;
                }
            }
        }
    }

    /// The key that is signed with, or nothing when the provider has none.
    fn credentials(&mut self) -> Result<Option<String>, Stop> {
        let turns = match &self.schedule.access {
            Access::ApiKey => return Ok(Some("key".to_owned())),
            Access::Fixed => return Ok(Some("AKIDFIXED".to_owned())),
            Access::ShortLived { .. } => return Ok(Some("any".to_owned())),
            Access::Provider(turns) => turns,
        };
        if self.kept.is_none() {
            let number = self.asked_for_credentials;
            let turn = turns[number.min(turns.len() - 1)];
            self.asked_for_credentials += 1;
            let (Turn::Gives(after) | Turn::Fails(after) | Turn::GivesExpired(after)) = turn;
            self.wait(after)?;
            if !matches!(turn, Turn::Gives(_)) {
                return Ok(None);
            }
            self.kept = Some(number + 1);
        }
        Ok(self.kept.map(|number| format!("AKID{number}")))
    }

    /// One request. What is good of an answer are the bytes of it, or the parts of a stream after its first event.
    fn attempt(
        &mut self,
        call: &Call,
        after: i64,
        answer: &Answer,
        signed: i64,
    ) -> Result<Result<Result<usize, Vec<Part>>, Failed>, Stop> {
        let arrived = self.now;
        let first = self.after(self.limits().first_byte);
        if !self.wait_until(after, first)? {
            return Ok(Err(Failed::FirstByte));
        }
        let streams = call.operation != Operation::Converse;
        match answer {
            Answer::Refused => Ok(Err(Failed::Network)),
            Answer::Redirect => Ok(Err(Failed::Final("NetworkError"))),
            Answer::Good(parts) if streams => self.stream_begins(parts, first),
            Answer::Good(parts) => Ok(self.body(parts)?.map(Ok)),
            Answer::Other(parts) if streams => {
                // Ten seconds for its beginning, if there is time for it.
                let end = self.now + ERROR_BODY;
                for part in parts {
                    let Part::Wait(ms) = part else {
                        if *part == Part::Reset {
                            break;
                        }
                        continue;
                    };
                    let then = self.now + ms;
                    self.tie |= first == Some(end) && then >= end;
                    if !self.wait_until(*ms, Some(end.min(first.unwrap_or(i64::MAX))))? {
                        if first.is_some_and(|first| first <= end) {
                            return Ok(Err(Failed::FirstByte));
                        }
                        break;
                    }
                }
                Ok(Err(Failed::Final("EventStreamError")))
            }
            Answer::Other(parts) => Ok(Err(match self.body(parts)? {
                Ok(_) => Failed::Service(Refusal {
                    status: 200,
                    stated: Some("UnknownOperationException"),
                    ..Refusal::default()
                }),
                Err(failed) => failed,
            })),
            Answer::Error { status, place, name, message, asked, date, body, .. } => {
                let complete = self.error_body(body)?;
                let known = *place == Place::Header || complete && *place != Place::Nowhere;
                let server = |off: i64| (arrived + off).div_euclid(1000) * 1000;
                let apart = if let Message::Skewed(off) = message { server(*off) - signed } else { 0 };
                let date = date.map(server);
                let asked = match *asked {
                    Asked::Nothing | Asked::Nonsense => 0,
                    Asked::Millis(ms) | Asked::Both(ms, _) => ms,
                    Asked::Seconds(seconds) => seconds * 1000,
                    Asked::Until(seconds) => {
                        let own = match answer {
                            Answer::Error { date: Some(off), .. } => *off,
                            _ => 0,
                        };
                        (server(own + seconds * 1000) - date.unwrap_or(self.now)).max(0)
                    }
                };
                Ok(Err(Failed::Service(Refusal {
                    status: *status,
                    stated: known.then_some(*name),
                    message: complete.then_some(*message),
                    apart,
                    date,
                    asked,
                    in_stream: false,
                })))
            }
        }
    }

    /// A body to its end: how many bytes it has.
    fn body(&mut self, parts: &[Part]) -> Result<Result<usize, Failed>, Stop> {
        let mut bytes = 0;
        let mut quiet_until = self.after(self.limits().idle);
        for part in parts {
            match part {
                Part::Wait(ms) => {
                    if !self.wait_until(*ms, quiet_until)? {
                        return Ok(Err(Failed::Final("TimeoutError Idle")));
                    }
                }
                Part::Reset => return Ok(Err(Failed::Network)),
                _ => {
                    bytes += 1;
                    quiet_until = self.after(self.limits().idle);
                }
            }
        }
        Ok(Ok(bytes))
    }

    /// An error's body, for ten seconds at most: whether all of it came.
    fn error_body(&mut self, parts: &[Part]) -> Result<bool, Stop> {
        let idle = self.limits().idle;
        let limit = if idle > 0 { idle.min(ERROR_BODY) } else { ERROR_BODY };
        let end = self.after(limit);
        let mut complete = false;
        for part in parts {
            complete |= *part == Part::Whole;
            let goes_on = match part {
                Part::Wait(ms) => self.wait_until(*ms, end)?,
                part => *part != Part::Reset,
            };
            if !goes_on {
                break;
            }
        }
        Ok(complete)
    }

    /// A stream up to its first event: what fails until then may be tried again.
    fn stream_begins(
        &mut self,
        parts: &[Part],
        first: Option<i64>,
    ) -> Result<Result<Result<usize, Vec<Part>>, Failed>, Stop> {
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Wait(ms) => {
                    if !self.wait_until(*ms, first)? {
                        return Ok(Err(Failed::FirstByte));
                    }
                }
                Part::Half => {}
                Part::Whole | Part::End => return Ok(Ok(Err(parts[at..].to_vec()))),
                Part::Garbage => return Ok(Err(Failed::Final("EventStreamError"))),
                Part::Exception(member) => return Ok(Err(Failed::Service(exception(member)))),
                Part::Reset => return Ok(Err(Failed::Truncated)),
            }
        }
        Ok(Err(Failed::Truncated))
    }

    /// The rest of what is good.
    fn good(&mut self, call: &Call, told: &mut Told, rest: Result<usize, Vec<Part>>) -> Result<(), Stop> {
        let parts = match rest {
            Ok(bytes) => {
                (told.got, told.verdict) = (bytes, "done".to_owned());
                return Ok(());
            }
            Err(parts) => parts,
        };
        let mut ended = false;
        let mut quiet_until = None;
        for part in &parts {
            if call.leaves.is_some_and(|leaves| told.got >= leaves) {
                told.verdict = "left".to_owned();
                return Ok(());
            }
            match part {
                Part::Wait(ms) => {
                    quiet_until = quiet_until.or_else(|| self.after(self.limits().idle));
                    if !self.wait_until(*ms, quiet_until)? {
                        told.verdict = "TimeoutError Idle".to_owned();
                        return Ok(());
                    }
                    continue;
                }
                Part::Half => {}
                Part::Whole => told.got += 1,
                Part::End => {
                    told.got += 1;
                    ended = true;
                }
                Part::Garbage => {
                    told.verdict = "EventStreamError".to_owned();
                    return Ok(());
                }
                Part::Exception(member) => {
                    self.tell(told, Failed::Service(exception(member)));
                    return Ok(());
                }
                Part::Reset => break,
            }
            quiet_until = None;
        }
        let whole = parts.iter().rev().find(|part| !matches!(part, Part::Wait(_) | Part::Reset));
        let left = call.leaves.is_some_and(|leaves| told.got >= leaves);
        told.verdict = match (left, ended && whole != Some(&Part::Half)) {
            (true, _) => "left",
            (_, true) => "done",
            _ => "TruncatedStreamError",
        }
        .to_owned();
        Ok(())
    }

    /// What follows a failure.
    fn next(
        &mut self,
        failed: &Failed,
        counted: u32,
        most: u32,
        may_correct: bool,
        may_renew: bool,
        signed_with: i64,
    ) -> Next {
        let (mut retryable, mut throttling, mut asked) = (true, false, 0);
        match failed {
            Failed::Final(_) => return Next::Stop,
            Failed::Network | Failed::Truncated | Failed::FirstByte => {}
            Failed::Service(refusal) => {
                if may_correct {
                    if let Some(delta) = refusal.clocks_apart(self.now + signed_with) {
                        return Next::Clock(delta);
                    }
                }
                if may_renew && refusal.expired() {
                    return Next::Renew;
                }
                (retryable, throttling) = (refusal.retryable(), refusal.throttling());
                asked = refusal.asked;
            }
        }
        let (first, cost) = if throttling { (1000, 5) } else { (50, 14) };
        if !retryable || counted >= most {
            return Next::Stop;
        }
        if self.tokens < cost {
            self.used_up += 1;
            return Next::Stop;
        }
        let mut ceiling: i64 = first;
        for _ in 1..counted {
            ceiling = (ceiling * 2).min(LONGEST_WAIT);
        }
        let jittered = (ceiling as u128 * u128::from(self.schedule.random) / (1_u128 << 32)) as i64;
        Next::Retry { delay: jittered.max(asked).min(LONGEST_WAIT), cost }
    }

    fn tell(&self, told: &mut Told, failed: Failed) {
        told.verdict = match failed {
            Failed::Network => "NetworkError",
            Failed::Truncated => "TruncatedStreamError",
            Failed::FirstByte => "TimeoutError FirstByte",
            Failed::Final(name) => name,
            Failed::Service(refusal) => {
                let guessed = refusal.stated.is_none();
                let facts = [refusal.server(), refusal.retryable(), refusal.throttling(), guessed];
                told.service = Some(facts);
                refusal.name()
            }
        }
        .to_owned();
    }
}

/// The names of the exceptions, as the service model spells them.
fn exception(member: &str) -> Refusal {
    let name = match member {
        "internalServerException" => "InternalServerException",
        "modelStreamErrorException" => "ModelStreamErrorException",
        "serviceUnavailableException" => "ServiceUnavailableException",
        "throttlingException" => "ThrottlingException",
        "validationException" => "ValidationException",
        "modelTimeoutException" => "ModelTimeoutException",
        _ => "OddException",
    };
    Refusal { status: 200, stated: Some(name), in_stream: true, ..Refusal::default() }
}

impl Refusal {
    fn name(&self) -> &'static str {
        self.stated.unwrap_or(match self.status {
            400 => "ValidationException",
            403 => "AccessDeniedException",
            404 => "ResourceNotFoundException",
            408 => "ModelTimeoutException",
            424 => "ModelErrorException",
            429 => "ThrottlingException",
            500 => "InternalServerException",
            503 => "ServiceUnavailableException",
            _ => "UnknownError",
        })
    }

    fn server(&self) -> bool {
        let by_name = self.in_stream
            && ["InternalServerException", "ServiceUnavailableException"].contains(&self.name());
        self.status >= 500 || by_name
    }

    fn throttling(&self) -> bool {
        let names = [
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
        ];
        self.name() != "ModelNotReadyException" && (self.status == 429 || names.contains(&self.name()))
    }

    fn retryable(&self) -> bool {
        self.throttling()
            || ["ModelNotReadyException", "IDPCommunicationError"].contains(&self.name())
            || [500, 502, 503, 504].contains(&self.status)
            || self.in_stream && self.server()
    }

    fn expired(&self) -> bool {
        ["ExpiredTokenException", "ExpiredToken"].contains(&self.name())
            || self.stated.is_none() && self.message == Some(Message::Expired)
    }

    /// By how much the clock that was signed with, `now`, is wrong.
    fn clocks_apart(&self, now: i64) -> Option<i64> {
        if matches!(self.message, Some(Message::Skewed(_))) {
            return Some(self.apart);
        }
        let names = [
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "RequestTimeTooSkewed",
            "RequestExpired",
            "RequestInTheFuture",
            "InvalidSignature",
            "AuthFailure",
        ];
        let delta = self.date? - now;
        (names.contains(&self.name()) && delta.abs() > FOUR_MINUTES).then_some(delta)
    }
}
