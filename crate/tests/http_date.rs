//! The `Date` of an HTTP answer against the crate httpdate, which is not ours: it reads three forms, we read the one that is written today.
#![cfg(feature = "client")]

use outcrop::time::Timestamp;
use std::time::{Duration, UNIX_EPOCH};
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn ours(text: &str) -> Option<i64> {
    Timestamp::from_http_date(text).ok().map(Timestamp::as_unix_millis)
}

fn theirs(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    Some(time.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64 * 1000)
}

#[test]
fn times_to_the_year_9999_as_httpdate_writes_them() {
    // Eight days and about an hour each time, so that all weekdays, hours, minutes and seconds come.
    for seconds in (0..253_402_300_800_u64).step_by(8 * 86_400 + 3_671) {
        let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(ours(&text), Some(seconds as i64 * 1000), "{text}");
    }
}

#[test]
fn what_httpdate_refuses_is_refused() {
    let good = "Sun, 06 Nov 1994 08:49:37 GMT";
    assert_eq!(ours(good), Some(784_111_777_000));
    let mut refused = 0;
    // Every byte replaced by every visible one: what both read, both read alike.
    for at in 0..good.len() {
        for byte in b' '..=b'~' {
            let mut bytes = good.as_bytes().to_vec();
            bytes[at] = byte;
            let text = String::from_utf8(bytes).unwrap();
            if let Some(time) = ours(&text) {
                assert_eq!(theirs(&text), Some(time), "{text}");
            } else {
                refused += 1;
                // httpdate does not look at the separators of the time.
                assert!(theirs(&text).is_none() || [19, 22].contains(&at), "{text} {at}");
            }
        }
        assert_eq!(ours(&good[..at]), None);
    }
    assert!(refused > 2000, "{refused}");
    // The forms of RFC 850 and of C's asctime, which httpdate reads.
    for old in ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert!(theirs(old).is_some() && ours(old).is_none(), "{old}");
    }
    for bad in [
        "",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Mon, 29 Feb 2027 00:00:00 GMT",
        "\u{e9}\u{e9}, 06 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(ours(bad), None, "{bad}");
    }
}

#[test]
fn times_in_bodies() {
    let read = |text: &str| Timestamp::from_iso_8601(text).ok().map(Timestamp::as_unix_millis);
    assert_eq!(read("2026-11-21T09:30:00Z"), Some(1_795_253_400_000));
    assert_eq!(read("2026-11-21T09:30:00.5Z"), Some(1_795_253_400_500));
    assert_eq!(read("2026-11-21T09:30:00.123456789Z"), Some(1_795_253_400_123));
    for (same, offset) in
        [("09", "+00:00"), ("10", "+01:00"), ("04", "-0500"), ("11", "+02"), ("09", ".000-00:00")]
    {
        assert_eq!(read(&format!("2026-11-21T{same}:30:00{offset}")), Some(1_795_253_400_000), "{offset}");
    }
    assert_eq!(read("2026-11-21T15:15:00.25+05:45"), Some(1_795_253_400_250));
    // What is before 1970 in its own place need not be so in UTC.
    assert_eq!(read("1969-12-31T23:59:59-00:01"), Some(59_000));
    assert_eq!(read("1969-12-31T23:59:59.999-00:00"), None);
    for bad in [
        "",
        "2026-11-21",
        "2026-11-21T09:30:00",
        "2026-11-21 09:30:00Z",
        "2026-11-21T09:30:00+",
        "2026-11-21T09:30:00+1:00",
        "2026-11-21T09:30:00+01:0",
        "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00+00:60",
        "2026-11-21T09:30:00+01:00Z",
        "2026-11-21T09:30:00ZZ",
        "1970-01-01T00:30:00+01:00",
        "9999-12-31T23:30:00-01:00",
        "2026-11-21T09:30:00.Z",
        "2026-11-21T09:30:00.1x2Z",
        "2026-11-21T09:30:00x1Z",
        "2026-02-30T09:30:00Z",
        "2026-11-21T24:30:00Z",
    ] {
        assert_eq!(read(bad), None, "{bad}");
    }
}

/// Source: botocore's `_timestamp_iso8601`: no fraction, or six digits.
#[test]
fn times_as_botocore_writes_them() {
    for (ms, text) in [
        (1_733_198_706_000, "2024-12-03T04:05:06Z"),
        (1_733_198_706_123, "2024-12-03T04:05:06.123000Z"),
        (1_733_198_706_007, "2024-12-03T04:05:06.007000Z"),
        (0, "1970-01-01T00:00:00Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999000Z"),
    ] {
        let time = Timestamp::from_unix_millis(ms).unwrap();
        assert_eq!((time.iso_8601(), time.to_string()), (text.to_owned(), text.to_owned()));
        assert_eq!(Timestamp::from_iso_8601(text), Ok(time));
    }
}
