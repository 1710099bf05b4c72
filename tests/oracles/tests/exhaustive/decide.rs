//! Retries and clocks: every combination of boundaries against models in floating point and in 128 bits, which are written
//! from AWS's description and not from ours, and what must hold of every answer whatever the numbers.
//!
//! A little over 400 lines, as the models are whole.

use super::{command, numbers_of_32_bits};
use outcrop::decide::{Failed, Failure, Next, QUOTA_TOKENS, Retry, retry, skew, verdict};
use outcrop_oracles::tried::{Tried, all, on_every_core};
use time::PrimitiveDateTime;

/// Names of errors: all that mean something to a retry, others of Bedrock, and what is nearly one of them.
const NAMES: [&str; 36] = [
    "ThrottlingException",
    "Throttling",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "ModelNotReadyException",
    "IDPCommunicationError",
    "",
    " ",
    "AccessDeniedException",
    "ConflictException",
    "InternalServerException",
    "ModelErrorException",
    "ModelStreamErrorException",
    "ModelTimeoutException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ServiceUnavailableException",
    "UnknownError",
    "NetworkError",
    "ValidationException",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "throttlingException",
    "THROTTLING",
    "Throttlin",
    "Throttlings",
    "Throttling ThrottledException",
    "SlowDown ",
    " SlowDown",
    "RequestThrottledException",
    "ModelNotReadyExceptio",
    "IDPCommunicationErrorException",
    "SlowDown\u{e9}",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    Final,
    Throttling,
    Other,
}

/// What AWS's standard mode makes of an answer, one rule after the other.
fn class(status: u16, name: &str) -> Class {
    let throttling = [
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
    ];
    if name == "ModelNotReadyException" {
        return Class::Other;
    }
    if throttling.contains(&name) || status == 429 {
        return Class::Throttling;
    }
    if name == "IDPCommunicationError" || [500, 502, 503, 504].contains(&status) {
        return Class::Other;
    }
    Class::Final
}

#[test]
fn every_status_with_every_name() {
    let mut tried = Tried::new("exhaustive", command());
    let count = on_every_core(1 << 16, |status| {
        for name in NAMES {
            let (status, due) = (status as u16, class(status as u16, name));
            let failure = Failure::Service { status, name };
            assert_eq!(failure.is_retryable(), due != Class::Final, "{failure:?}");
            assert_eq!(failure.is_throttling(), due == Class::Throttling, "{failure:?}");
        }
        NAMES.len() as u64
    });
    assert!(Failure::Network.is_retryable() && !Failure::Network.is_throttling());
    tried.row(
        "retry: what is tried again",
        "a model of the test's own",
        count,
        "answers",
        "every status of 16 bits with each of 36 names",
    );
    tried.write("retryable");
}

/// The wait in milliseconds by the textbook: a share of base × 2^(attempt - 1), at most 20 s, at least what the service
/// asks for, and that at most 20 s too. In floating point, which is exact for the ceiling: a power of two times a small
/// number, or more than the cap.
fn wait(class: Class, attempt: u32, retry_after: Option<u32>, random: u32) -> u32 {
    let base = if class == Class::Throttling { 1000.0 } else { 50.0 };
    let before = f64::from(attempt.max(1)) - 1.0;
    let ceiling = (base * 2_f64.powf(before)).min(20_000.0);
    let share = u128::from(random) * (ceiling as u128) / (1 << 32);
    let asked = u128::from(retry_after.unwrap_or(0)).min(20_000);
    share.max(asked) as u32
}

/// The verdict by the model.
fn due(class: Class, attempt: u32, most: u32, retry_after: Option<u32>, random: u32, tokens: u32) -> Retry {
    let cost = if class == Class::Throttling { 5 } else { 14 };
    if class == Class::Final {
        Retry::Stop { reason: "final error" }
    } else if i64::from(most) - i64::from(attempt) <= 0 {
        Retry::Stop { reason: "attempts used up" }
    } else if i64::from(tokens) - i64::from(cost) < 0 {
        Retry::Stop { reason: "quota used up" }
    } else {
        Retry::After { delay_ms: wait(class, attempt, retry_after, random), cost }
    }
}

/// One failure of each class.
const FAILURES: [(Class, Failure<'_>); 4] = [
    (Class::Final, Failure::Service { status: 400, name: "ValidationException" }),
    (Class::Throttling, Failure::Service { status: 429, name: "ThrottlingException" }),
    (Class::Other, Failure::Service { status: 503, name: "ServiceUnavailableException" }),
    (Class::Other, Failure::Network),
];

#[test]
fn every_retry_at_a_boundary() {
    let mut tried = Tried::new("exhaustive", command());
    let numbers = numbers_of_32_bits();
    let attempts: Vec<u32> = (0..=40).chain(numbers.iter().copied().filter(|number| *number > 40)).collect();
    let randoms = [0, 1, (1 << 31) - 1, 1 << 31, u32::MAX - 1, u32::MAX];
    let asked = [None, Some(0), Some(1), Some(49), Some(19_999), Some(20_000), Some(20_001), Some(u32::MAX)];
    // Every number of tokens that there can be, and some that there cannot.
    let tokens: Vec<u32> = (0..=QUOTA_TOKENS).chain([QUOTA_TOKENS + 1, 1 << 16, u32::MAX]).collect();
    let count = on_every_core((attempts.len() * FAILURES.len()) as u64, |index| {
        let attempt = attempts[index as usize / FAILURES.len()];
        let (class, failure) = FAILURES[index as usize % FAILURES.len()];
        let most = [0, 1, 2, 3, attempt.saturating_sub(1), attempt, attempt.saturating_add(1), u32::MAX];
        let mut count = 0;
        for most in most {
            for retry_after in asked {
                for random in randoms {
                    for tokens in &tokens {
                        let told = retry(attempt, most, failure, retry_after, random, *tokens);
                        let due = due(class, attempt, most, retry_after, random, *tokens);
                        assert_eq!(
                            told, due,
                            "{attempt} {most} {failure:?} {retry_after:?} {random} {tokens}"
                        );
                        if let Retry::After { delay_ms, cost } = told {
                            // No caller hangs, the service is heeded, the quota does not fall below nothing.
                            assert!(delay_ms <= 20_000 && delay_ms >= retry_after.unwrap_or(0).min(20_000));
                            assert!(cost <= *tokens && cost > 0 && attempt < most);
                        }
                        count += 1;
                    }
                }
            }
        }
        count
    });
    tried.row(
        "retry: at boundaries",
        "a model in floating point and 128 bits",
        count,
        "verdicts",
        "attempts, limits, Retry-After and random numbers at boundaries, with every number of tokens",
    );
    if all() {
        let count = on_every_core(1 << 16, |high| {
            for low in 0..1 << 16_u32 {
                let number = (high as u32) << 16 | low;
                // Each random number at one of the attempts that still grow, and at one of those that do not.
                let (class, failure) = FAILURES[1 + (low % 3) as usize];
                let attempt = if low % 17 == 16 { number } else { 1 + low % 17 };
                let told = retry(attempt, u32::MAX, failure, None, number, 500);
                assert_eq!(told, due(class, attempt, u32::MAX, None, number, 500), "{number}");
            }
            1 << 16
        });
        tried.row(
            "retry: every random number",
            "a model in floating point and 128 bits",
            count,
            "verdicts",
            "all of 32 bits",
        );
    }
    tried.write("retry");
}

#[test]
fn waits_only_grow() {
    let mut tried = Tried::new("exhaustive", command());
    let delay = |attempt, failure, retry_after, random| match retry(
        attempt,
        u32::MAX,
        failure,
        retry_after,
        random,
        500,
    ) {
        Retry::After { delay_ms, .. } => delay_ms,
        Retry::Stop { reason } => panic!("{reason}"),
    };
    let numbers = numbers_of_32_bits();
    let randoms: Vec<u32> = (0..=u32::MAX).step_by(65_537).collect();
    let mut count = 0;
    for (_, failure) in &FAILURES[1..] {
        for random in &randoms {
            let attempts = (1..=40).chain([1 << 16, u32::MAX - 1]);
            let waits: Vec<u32> = attempts.map(|attempt| delay(attempt, *failure, None, *random)).collect();
            assert!(waits.is_sorted(), "{random}: {waits:?}");
            count += waits.len() as u64;
        }
        for attempt in 1..=20 {
            let waits: Vec<u32> =
                randoms.iter().map(|random| delay(attempt, *failure, None, *random)).collect();
            assert!(waits.is_sorted(), "{attempt}");
            let asked: Vec<u32> =
                numbers.iter().map(|asked| delay(attempt, *failure, Some(*asked), 1 << 30)).collect();
            assert!(asked.is_sorted(), "{attempt}");
            count += (waits.len() + asked.len()) as u64;
        }
    }
    tried.row(
        "retry: waits only grow",
        "",
        count,
        "verdicts",
        "with the attempt, with the random number, with Retry-After",
    );
    tried.write("waits");
}

/// Names of errors that a wrong clock has, as AWS's SDKs list them.
const CLOCKS: [&str; 7] = [
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignature",
    "AuthFailure",
];

/// The two times of AWS's text, by searching; the crate time reads them.
fn told_by_text(message: &str) -> Option<i64> {
    let format = time::format_description::parse_borrowed::<2>("[year][month][day]T[hour][minute][second]Z")
        .expect("a format");
    let rest = message
        .strip_prefix("Signature expired: ")
        .or_else(|| message.strip_prefix("Signature not yet current: "))?;
    let open = rest.find('(')?;
    let ms = |text: Option<&str>| {
        let text = text.filter(|text| text.as_bytes()[0].is_ascii_digit())?;
        let ms = PrimitiveDateTime::parse(text, &format).ok()?.assume_utc().unix_timestamp() * 1000;
        (ms >= 0).then_some(ms)
    };
    Some(ms(rest.get(open + 1..open + 17))? - ms(rest.get(..16))?)
}

#[test]
fn every_clock_at_a_boundary() {
    let mut tried = Tried::new("exhaustive", command());
    let limits = [
        0_i128,
        240_000,
        -240_000,
        i128::from(i64::MAX),
        i128::from(i64::MIN),
        i128::from(i64::MAX) / 2,
        253_402_300_799_999,
        1_700_000_000_000,
    ];
    let around = |limit: &i128| (limit - 2..=limit + 2).collect::<Vec<_>>();
    let times: Vec<i64> =
        limits.iter().flat_map(around).filter_map(|time| i64::try_from(time).ok()).collect();
    let mut count = 0;
    for name in NAMES.iter().chain(&CLOCKS) {
        for now in &times {
            for date in times.iter().copied().map(Some).chain([None]) {
                let delta = date.map(|date| i128::from(date) - i128::from(*now));
                let due = delta.filter(|delta| delta.abs() > 240_000 && CLOCKS.contains(name));
                // What 64 bits do not hold is the farthest that they do.
                let due = due.map(|delta| delta.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
                assert_eq!(skew(name, "", date, *now), due, "{name} {date:?} {now}");
                count += 1;
            }
        }
    }
    tried.row("skew: by Date", "a model in 128 bits", count, "verdicts", "");
    let good = [
        "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)",
        "Signature not yet current: 20260101T010000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)",
    ];
    let mut count = 0;
    for good in good {
        assert!(told_by_text(good).is_some_and(|delta| delta.abs() == 3_600_000));
        for at in 0..=good.len() {
            for character in (0..=0x2FF_u32).filter_map(char::from_u32) {
                let put_in = [&good[..at], &character.to_string(), &good[at..]].concat();
                let changed =
                    [&good[..at], &character.to_string(), good.get(at + 1..).unwrap_or_default()].concat();
                for text in [&put_in, &changed] {
                    assert_eq!(skew("AccessDeniedException", text, Some(0), 0), told_by_text(text), "{text}");
                    count += 1;
                }
            }
            for end in at..=good.len() {
                let left_out = [&good[..at], &good[end..]].concat();
                assert_eq!(
                    skew("AccessDeniedException", &left_out, Some(0), 0),
                    told_by_text(&left_out),
                    "{left_out}"
                );
                count += 1;
            }
        }
    }
    tried.row(
        "skew: by text",
        "the crate time",
        count,
        "texts",
        "a character changed or put in, any run of them left out",
    );
    tried.write("skew");
}

#[test]
fn every_verdict_is_allowed() {
    let mut tried = Tried::new("exhaustive", command());
    let late = "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)";
    let gone = "The security token included in the request is expired";
    let count = on_every_core(1000, |status| {
        let mut count = 0;
        for header in NAMES {
            for message in ["", late, gone] {
                for bits in 0..32 {
                    let failed = Failed {
                        attempt: 1 + (bits & 1) * 2,
                        max_attempts: 3,
                        status: status as u16,
                        header,
                        message,
                        random: u32::MAX,
                        tokens: if bits & 2 == 0 { 500 } else { 4 },
                        retry_after: Some(u32::MAX),
                        date_ms: (bits & 4 == 0).then_some(0),
                        now_ms: 1_700_000_000_000,
                        may_correct_clock: bits & 8 == 0,
                        may_renew: bits & 16 == 0,
                        ..Failed::default()
                    };
                    let told = verdict(&failed);
                    let name = told.error.name.as_str();
                    let clock = message == late || failed.date_ms.is_some() && CLOCKS.contains(&name);
                    let hidden = told.error.guessed && message == gone;
                    let expired = hidden || name == "ExpiredTokenException";
                    assert_eq!(
                        matches!(told.next, Next::CorrectClock { .. }),
                        clock && failed.may_correct_clock,
                        "{failed:?}"
                    );
                    let corrects = clock && failed.may_correct_clock;
                    assert_eq!(
                        told.next == Next::Renew,
                        !corrects && expired && failed.may_renew,
                        "{failed:?}"
                    );
                    let again = matches!(told.next, Next::Retry { .. });
                    assert!(
                        !again || told.retryable && failed.attempt < 3 && failed.tokens == 500,
                        "{failed:?}"
                    );
                    assert!(!told.throttling || told.retryable, "{failed:?}");
                    if let Next::Retry { delay_ms, .. } = told.next {
                        assert_eq!(delay_ms, 20_000);
                    }
                    count += 1;
                }
            }
        }
        count
    });
    tried.row(
        "verdicts",
        "a model of the test's own",
        count,
        "verdicts",
        "statuses below 1,000, each of 36 names, three texts, what is allowed still",
    );
    tried.write("verdicts");
}
