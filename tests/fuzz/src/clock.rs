//! Times in and out of text: `x-amz-date`, HTTP's date, ISO 8601, against the crates `httpdate` and `time`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outcrop::time::Timestamp;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::input::Input;

/// The end of the year 9999, in milliseconds.
const MAX_MS: u64 = 253_402_300_799_999;

/// One input: a time, and how its texts are spoiled; or a text of any kind.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte();
    if kind & 3 == 0 {
        let text = String::from_utf8_lossy(input.rest()).into_owned();
        return read(&text);
    }
    let ms = input.long() % (MAX_MS + 1);
    let time = Timestamp::from_unix_millis(ms as i64).expect("within the years");
    let due =
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).expect("within the years");
    written(time, due, ms);
    let mut text = match kind >> 2 & 3 {
        0 => time.amz_date(),
        1 => httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms)),
        2 => time.iso_8601(),
        _ => due.format(&Rfc3339).expect("within the years"),
    }
    .into_bytes();
    for _ in 0..input.below(5) {
        let at = input.below(text.len().max(1));
        match input.below(5) {
            0 | 1 => text[at] = input.pick(b"0123456789 :-+.TtZz,GMTSunMonFebAug"),
            2 => text[at] = input.byte() & 0x7f,
            3 => text.insert(at, input.pick(b"0123456789:-+.Z ")),
            _ => {
                let end = input.pick(&[
                    &b"+00:00"[..],
                    b"-23:59",
                    b"+24:00",
                    b"+0100",
                    b"+01",
                    b".5Z",
                    b".123456789Z",
                    b"",
                ]);
                text.truncate(text.len().saturating_sub(1));
                text.extend_from_slice(end);
            }
        }
        if text.is_empty() {
            break;
        }
    }
    read(&String::from_utf8_lossy(&text));
}

/// What is written is read again.
fn written(time: Timestamp, due: OffsetDateTime, ms: u64) {
    let amz = format_description!("[year][month][day]T[hour][minute][second]Z");
    assert_eq!(time.amz_date(), due.format(&amz).expect("a date"));
    let seconds = Timestamp::from_unix_millis((ms - ms % 1000) as i64).expect("within the years");
    assert_eq!(Timestamp::parse_amz_date(&time.amz_date()), Ok(seconds));
    assert_eq!(Timestamp::from_iso_8601(&time.iso_8601()), Ok(time));
    assert_eq!(OffsetDateTime::parse(&time.iso_8601(), &Rfc3339).expect("RFC 3339"), due);
    assert_eq!(time.to_string(), time.iso_8601());
    let http = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms));
    assert_eq!(Timestamp::from_http_date(&http), Ok(seconds));
}

/// What is read is what others read, or is refused.
fn read(text: &str) {
    let amz =
        PrimitiveDateTime::parse(text, format_description!("[year][month][day]T[hour][minute][second]Z"));
    let amz = amz.ok().map(|time| time.assume_utc()).filter(|time| (1970..=9999).contains(&time.year()));
    let ours = Timestamp::parse_amz_date(text).ok();
    // Crate `time` takes a sign before the year.
    if text.len() == 16 && text.as_bytes()[0].is_ascii_digit() {
        assert_eq!(
            ours.map(Timestamp::as_unix_millis),
            amz.map(|time| time.unix_timestamp() * 1000),
            "{text:?}"
        );
    } else {
        assert_eq!(ours, None, "{text:?}");
    }

    let http = httpdate::parse_http_date(text)
        .ok()
        .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let ours = Timestamp::from_http_date(text).ok();
    // It reads two older forms too.
    let usual = text.len() == 29 && text.as_bytes()[3] == b',';
    if usual {
        // It reads a second 60, and says the next.
        let leap = text.get(23..25) == Some("60");
        let http = http.filter(|_| !leap);
        assert_eq!(
            ours.map(|time| time.as_unix_millis() as u128),
            http.map(|time| time.as_millis()),
            "{text:?}"
        );
    } else {
        assert_eq!(ours, None, "{text:?}");
    }

    let iso = OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .map(|time| time.unix_timestamp_nanos().div_euclid(1_000_000));
    let ours = Timestamp::from_iso_8601(text).ok().map(|time| i128::from(time.as_unix_millis()));
    // RFC 3339 lets letters be small, and a minute have a second 60.
    let usual =
        text.as_bytes().get(10) == Some(&b'T') && text.get(17..19) != Some("60") && !text.ends_with('z');
    match (ours, iso.filter(|_| usual)) {
        (Some(ours), Some(due)) => assert_eq!(ours, due, "{text:?}"),
        (None, Some(due)) => {
            // Ours reads the day before it looks at the offset: the day must be one from 1970 to 9999, and so the time.
            let year: i32 = text[..4].parse().expect("RFC 3339");
            assert!(year < 1970 || !(0..=i128::from(MAX_MS)).contains(&due), "{text:?} is {due}");
        }
        _ => {}
    }
}
