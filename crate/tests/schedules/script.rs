//! What happens in one schedule, by its seed: settings, credentials, calls, and what the service does to each request. It
//! decides nothing: `mod.rs` plays it to the crate, `model.rs` says what must come of it. It is a little long because it is the
//! list of all that can happen.

/// The longest that anything takes: 10^9 ms, eleven days. It stands for "never".
pub const NEVER: i64 = 1_000_000_000;

/// splitmix64: a sequence for every seed, also for those that are neighbours.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, `end`.
    pub fn below(&mut self, end: i64) -> i64 {
        (self.bits() % end.unsigned_abs()) as i64
    }

    pub fn percent(&mut self, share: i64) -> bool {
        self.below(100) < share
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as i64) as usize]
    }
}

/// Limits in ms; 0 for none.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub total: i64,
    pub first_byte: i64,
    pub idle: i64,
}

/// What requests are authorised with.
#[derive(Clone, Debug)]
pub enum Access {
    ApiKey,
    Fixed,
    /// A provider that does this when it is asked, one after the other, the last one again and again.
    Provider(Vec<Turn>),
    /// A provider whose sets last so many ms, and which takes so many to give one.
    ShortLived {
        life: i64,
        after: i64,
    },
}

/// What a provider does, after so many ms.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    Gives(i64),
    Fails(i64),
    GivesExpired(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Converse,
    ConverseStream,
    InvokeModelWithResponseStream,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Converse => "Converse",
            Self::ConverseStream => "ConverseStream",
            Self::InvokeModelWithResponseStream => "InvokeModelWithResponseStream",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub operation: Operation,
    /// How long after the call before it, in ms.
    pub pause: i64,
    /// The caller gives up after so many ms, wherever the call is then.
    pub dropped: Option<i64>,
    /// The stream is left after so many events.
    pub leaves: Option<usize>,
}

/// A part of an answer's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Ms of silence.
    Wait(i64),
    /// The first half of what comes next.
    Half,
    /// A frame's rest, or a piece of another body.
    Whole,
    /// The frame that ends a good stream.
    End,
    /// Bytes that are no frame.
    Garbage,
    /// An exception in the stream.
    Exception(&'static str),
    /// The connection breaks.
    Reset,
}

/// What the service says of its time, and how long it asks to wait.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    Nothing,
    /// `x-amz-retry-after`
    Millis(i64),
    /// `Retry-After`
    Seconds(i64),
    /// Both: the first counts.
    Both(i64, i64),
    /// `Retry-After` as a date so many seconds from its own clock, or, without a `Date`, from the host's.
    Until(i64),
    /// Text that is none of these.
    Nonsense,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    Plain,
    /// How AWS begins to say that a token has expired.
    Expired,
    /// How AWS says that a signature is too old or too new: both times, its own one so many ms from the host's.
    Skewed(i64),
    /// The same, cut before its own time.
    SkewedHalf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Nowhere,
    Header,
    Code,
    Type,
}

#[derive(Clone, Debug)]
pub enum Answer {
    /// Nobody is there.
    Refused,
    Redirect,
    /// What was asked for: JSON's pieces, or a stream's.
    Good(Vec<Part>),
    /// An answer of 200 that says that there is no such operation; to a stream the page of a proxy.
    Other(Vec<Part>),
    Error {
        status: u16,
        place: Place,
        name: &'static str,
        /// What AWS puts around a name.
        dressed: bool,
        message: Message,
        asked: Asked,
        /// `Date`, so many ms from the host's clock.
        date: Option<i64>,
        body: Vec<Part>,
    },
}

#[derive(Clone, Debug)]
pub struct Schedule {
    /// All calls at once, and nobody knows which of them gets which answer.
    pub crowd: bool,
    pub random: u32,
    pub max_attempts: u32,
    pub limits: Limits,
    pub access: Access,
    pub observed: bool,
    pub calls: Vec<Call>,
    /// Ms until the answer's head, and the answer; one for each request, the last one again and again.
    pub answers: Vec<(i64, Answer)>,
}

const STATUSES: [u16; 15] = [400, 400, 402, 403, 403, 404, 408, 424, 429, 500, 501, 502, 503, 504, 505];
const NAMES: [&str; 24] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttl",
    "ModelNotReadyException",
    "IDPCommunicationError",
    "ValidationException",
    "AccessDeniedException",
    "InternalServerException",
    "ServiceUnavailableException",
    "ExpiredTokenException",
    "ExpiredToken",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignature",
    "AuthFailure",
    "OddException",
];
/// Union members of the streams, and one that no model knows.
pub const EXCEPTIONS: [&str; 7] = [
    "internalServerException",
    "modelStreamErrorException",
    "serviceUnavailableException",
    "throttlingException",
    "validationException",
    "modelTimeoutException",
    "oddException",
];

impl Schedule {
    pub fn new(seed: u64) -> Self {
        let mut r = Random::new(seed);
        let r = &mut r;
        let limits = match r.below(4) {
            0 => Limits { total: 0, first_byte: 3_600_000, idle: 300_000 },
            1 => Limits { total: 0, first_byte: 0, idle: 0 },
            _ => Limits {
                total: if r.percent(40) { 1 + r.below(30_000) } else { 0 },
                first_byte: if r.percent(60) { 1 + r.below(6_000) } else { 0 },
                idle: if r.percent(60) { 1 + r.below(6_000) } else { 0 },
            },
        };
        let access = match r.below(10) {
            0 => Access::ApiKey,
            1..=4 => Access::Fixed,
            5..=8 => Access::Provider((0..1 + r.below(4)).map(|_| turn(r)).collect()),
            _ => Access::ShortLived { life: 200 + r.below(20_000), after: r.below(300) },
        };
        // A quota is used up only by many calls.
        let many = r.percent(3);
        let crowd = !many && r.percent(6);
        let calls = if many { 30 + r.below(40) } else { 1 + r.below(if crowd { 8 } else { 3 }) };
        let calls = (0..calls).map(|_| call(r)).collect();
        let answers = if many {
            // An outage with few good moments, and what it costs differs.
            (0..40).map(|_| if r.percent(8) { answer(r) } else { (r.below(50), outage(r)) }).collect()
        } else {
            (0..1 + r.below(10)).map(|_| answer(r)).collect()
        };
        let mut own = Self {
            crowd,
            random: match r.below(8) {
                0 => 0,
                1 => u32::MAX,
                _ => r.bits() as u32,
            },
            max_attempts: if many { 1 + r.below(40) } else { r.below(6) } as u32,
            limits,
            access,
            observed: r.percent(12),
            calls,
            answers,
        };
        if let Access::ShortLived { .. } = own.access {
            // How long such a set is waited for is not modelled, so nothing may hang on it.
            own.limits = Limits { total: 0, ..own.limits };
            own.calls.iter_mut().for_each(|call| call.dropped = None);
            for (_, answer) in &mut own.answers {
                if let Answer::Error { date, asked, .. } = answer {
                    *date = None;
                    if let Asked::Until(_) = asked {
                        *asked = Asked::Nothing;
                    }
                }
            }
        }
        own
    }
}

fn turn(r: &mut Random) -> Turn {
    let after = if r.percent(5) { NEVER } else { r.below(2_000) };
    match r.below(12) {
        0 => Turn::Fails(after),
        1 => Turn::GivesExpired(after),
        _ => Turn::Gives(after),
    }
}

fn call(r: &mut Random) -> Call {
    Call {
        operation: r.pick(&[
            Operation::Converse,
            Operation::ConverseStream,
            Operation::ConverseStream,
            Operation::InvokeModelWithResponseStream,
        ]),
        pause: if r.percent(50) { 0 } else { r.below(10_000) },
        dropped: r.percent(15).then(|| r.below(8_000)),
        leaves: r.percent(20).then(|| r.below(6) as usize),
    }
}

fn outage(r: &mut Random) -> Answer {
    let (status, name) = r.pick(&[
        (503, "ServiceUnavailableException"),
        (500, "InternalServerException"),
        (429, "ThrottlingException"),
    ]);
    Answer::Error {
        status,
        place: Place::Header,
        name,
        dressed: false,
        message: Message::Plain,
        asked: Asked::Nothing,
        date: None,
        body: vec![Part::Whole],
    }
}

fn answer(r: &mut Random) -> (i64, Answer) {
    let after = match r.below(20) {
        0 => NEVER,
        1..=4 => r.below(8_000),
        _ => r.below(300),
    };
    let answer = match r.below(100) {
        0..=34 => Answer::Good(good(r)),
        35..=44 => Answer::Refused,
        45..=46 => Answer::Redirect,
        47..=50 => Answer::Other(pieces(r)),
        _ => {
            let asked = match r.below(10) {
                0 => Asked::Millis(r.below(30_000)),
                1 => Asked::Seconds(r.below(30)),
                2 => Asked::Both(r.below(5_000), r.below(30)),
                3 => Asked::Until(r.below(60) - 10),
                4 => Asked::Nonsense,
                _ => Asked::Nothing,
            };
            let off = r.pick(&[0, 1_000, 239_000, 241_000, -239_500, -242_000, 3_600_000, -86_400_000]);
            Answer::Error {
                status: r.pick(&STATUSES),
                place: r.pick(&[Place::Nowhere, Place::Header, Place::Header, Place::Code, Place::Type]),
                name: r.pick(&NAMES),
                dressed: r.percent(30),
                message: match r.below(10) {
                    0 => Message::Expired,
                    1 | 2 => Message::Skewed(off + r.below(2_000)),
                    3 => Message::SkewedHalf,
                    _ => Message::Plain,
                },
                asked,
                date: r.percent(40).then(|| off + r.below(999)),
                body: pieces(r),
            }
        }
    };
    (after, answer)
}

/// A body that is not a stream: one piece or two, which may stop between them or break.
fn pieces(r: &mut Random) -> Vec<Part> {
    let mut parts = Vec::new();
    if r.percent(20) {
        parts.push(Part::Wait(silence(r)));
    }
    if r.percent(30) {
        parts.push(Part::Half);
        match r.below(6) {
            0 => parts.push(Part::Wait(silence(r))),
            1 => {
                parts.push(Part::Reset);
                return parts;
            }
            _ => parts.push(Part::Wait(r.below(500))),
        }
    } else if r.percent(5) {
        parts.push(Part::Reset);
        return parts;
    }
    parts.push(Part::Whole);
    if r.percent(10) {
        parts.push(Part::Wait(silence(r)));
    }
    parts
}

fn silence(r: &mut Random) -> i64 {
    if r.percent(15) { NEVER } else { r.below(12_000) }
}

/// A stream, and for an operation without one the pieces of its JSON: then only the first parts are of use.
fn good(r: &mut Random) -> Vec<Part> {
    let mut parts = Vec::new();
    let events = r.below(7);
    for _ in 0..events {
        if r.percent(30) {
            parts.push(Part::Wait(if r.percent(8) { silence(r) } else { r.below(700) }));
        }
        if r.percent(20) {
            parts.push(Part::Half);
            if r.percent(40) {
                parts.push(Part::Wait(r.below(900)));
            }
        }
        parts.push(Part::Whole);
    }
    match r.below(20) {
        0..=11 => parts.push(Part::End),
        12 => {}
        13 => parts.push(Part::Half),
        14 => parts.push(Part::Reset),
        15 => parts.extend([Part::Half, Part::Reset]),
        16 => parts.push(Part::Garbage),
        17 => parts.push(Part::Exception(r.pick(&EXCEPTIONS))),
        18 => parts.extend([Part::Wait(NEVER), Part::End]),
        // What comes after the end is no concern of whoever has it.
        _ => parts.extend([Part::End, Part::Reset]),
    }
    parts
}
