//! Times: every day from 1970 to 9999 written and read in all three forms, every date and every time of day that digits
//! can write, every text that differs from a good one in a byte, against the crates time and httpdate.

use super::command;
use outcrop::time::Timestamp;
use outcrop_oracles::tried::{Tried, all, on_every_core};
use std::time::{Duration, UNIX_EPOCH};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// 1970-01-01 to 9999-12-31.
const DAYS: u64 = 2_932_897;
/// Seconds of a day.
const DAY: u64 = 86_400;

fn basic() -> Vec<BorrowedFormatItem<'static>> {
    time::format_description::parse_borrowed::<2>("[year][month][day]T[hour][minute][second]Z")
        .expect("a format")
}

/// The same second by ours and by theirs.
fn both(seconds: u64) -> (Timestamp, OffsetDateTime) {
    let ours = Timestamp::from_unix_millis(seconds as i64 * 1000).expect("a time");
    (ours, OffsetDateTime::from_unix_timestamp(seconds as i64).expect("a time"))
}

fn check(seconds: u64, basic: &[BorrowedFormatItem<'_>]) {
    let (ours, theirs) = both(seconds);
    let text = ours.amz_date();
    assert_eq!(text, theirs.format(basic).expect("a text"));
    assert_eq!(Timestamp::parse_amz_date(&text), Ok(ours), "{text}");
    let text = ours.iso_8601();
    assert_eq!(text, theirs.format(&Rfc3339).expect("a text"));
    assert_eq!(Timestamp::from_iso_8601(&text), Ok(ours), "{text}");
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(Timestamp::from_http_date(&text), Ok(ours), "{text}");
}

#[test]
fn every_day_and_every_second_of_some() {
    let mut tried = Tried::new("exhaustive", command());
    let basic = basic();
    let count = on_every_core(DAYS, |day| {
        // The last second of every day, and one of its others.
        check(day * DAY + DAY - 1, &basic);
        if all() {
            check(day * DAY, &basic);
            check(day * DAY + day * 7919 % DAY, &basic);
            3
        } else {
            1
        }
    });
    tried.row(
        "times, every day",
        "the crates time and httpdate",
        count,
        "times",
        "1970 to 9999, written and read in three forms",
    );
    let leap = (DAYS - 1, 10_957 + 59, 0); // 9999-12-31, 2000-02-29, 1970-01-01
    let count = on_every_core(3 * DAY, |second| {
        let day = [leap.0, leap.1, leap.2][(second / DAY) as usize];
        check(day * DAY + second % DAY, &basic);
        1
    });
    tried.row("times, every second of three days", "the crates time and httpdate", count, "times", "");
    // Every millisecond of a second, and what a moment is cut to.
    for ms in 0..1000 {
        let time = Timestamp::from_unix_millis(951_782_400_000 + ms).expect("a time");
        let theirs = OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.as_unix_millis()) * 1_000_000)
            .expect("a time");
        let text = time.iso_8601();
        assert_eq!(OffsetDateTime::parse(&text, &Rfc3339).expect("RFC 3339"), theirs);
        assert_eq!(Timestamp::from_iso_8601(&text), Ok(time));
        assert_eq!(Timestamp::from_iso_8601(&theirs.format(&Rfc3339).expect("a text")), Ok(time));
        assert_eq!(time.amz_date(), "20000229T000000Z");
    }
    tried.write("times");
}

/// What eight and six digits say, by the calendar of the crate time: within 1970 to 9999 alone.
fn due(date: u32, of_day: u32) -> Option<i64> {
    let month = Month::try_from((date / 100 % 100) as u8).ok()?;
    let date = Date::from_calendar_date((date / 10_000) as i32, month, (date % 100) as u8).ok()?;
    let of_day =
        Time::from_hms((of_day / 10_000) as u8, (of_day / 100 % 100) as u8, (of_day % 100) as u8).ok()?;
    let seconds = PrimitiveDateTime::new(date, of_day).assume_utc().unix_timestamp();
    (seconds >= 0).then(|| seconds * 1000)
}

fn ours(text: &str) -> Option<i64> {
    Timestamp::parse_amz_date(text).ok().map(Timestamp::as_unix_millis)
}

#[test]
fn every_date_that_digits_can_write() {
    let mut tried = Tried::new("exhaustive", command());
    // All 100,000,000, or those whose month and day are not far from being one.
    let dates = on_every_core(10_000, |year| {
        let mut count = 0;
        let (months, days) = if all() { (0..100, 0..100) } else { (0..14, 0..33) };
        for month in months {
            for day in days.clone() {
                let date = year as u32 * 10_000 + month * 100 + day;
                assert_eq!(ours(&format!("{date:08}T235958Z")), due(date, 235_958), "{date:08}");
                count += 1;
            }
        }
        count
    });
    let note = if all() { "all of eight digits" } else { "all with months to 13 and days to 32" };
    tried.row("dates of eight digits", "the crate time", dates, "texts", note);
    let times = on_every_core(1_000_000, |of_day| {
        for date in [19_700_101, 20_000_229, 99_991_231] {
            let told = ours(&format!("{date}T{of_day:06}Z"));
            assert_eq!(told, due(date, of_day as u32), "{of_day:06}");
        }
        3
    });
    tried.row("times of six digits", "the crate time", times, "texts", "all of them, on three days");
    tried.write("digits");
}

#[test]
fn every_text_that_differs_in_a_byte() {
    let mut tried = Tried::new("exhaustive", command());
    let basic = basic();
    let good = [
        "19700101T000000Z",
        "20000229T235959Z",
        "19000301T000000Z",
        "21000228T120000Z",
        "20261130T115000Z",
        "99991231T235959Z",
        "20240131T010203Z",
        "20230430T101010Z",
        "19991212T121212Z",
        "20200902T200020Z",
    ];
    // Characters of one byte and of two; the first is changed in place, the second at the cost of another.
    let changed = |good: &str, look: &mut dyn FnMut(&str)| {
        for at in 0..good.len() {
            for number in 0..=0x2FF_u32 {
                let character = char::from_u32(number).expect("below the surrogates");
                let end = (at + character.len_utf8()).min(good.len());
                look(&[&good[..at], &character.to_string(), &good[end..]].concat());
                look(&[&good[..at], &character.to_string(), &good[at..]].concat());
            }
            look(&[&good[..at], &good[at + 1..]].concat());
            look(&good[..at]);
        }
    };
    let mut count = 0;
    for good in good {
        changed(good, &mut |text| {
            count += 1;
            let theirs = PrimitiveDateTime::parse(text, &basic).ok();
            let theirs = theirs.map(|time| time.assume_utc().unix_timestamp() * 1000).filter(|ms| *ms >= 0);
            // They take a sign before the year's digits.
            let theirs = theirs.filter(|_| !text.starts_with(['+', '-']));
            assert_eq!(ours(text), theirs, "{text:?}");
        });
    }
    tried.row("x-amz-date, a byte changed, put in or left out", "the crate time", count, "texts", "");
    let mut count = 0;
    for good in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 29 Feb 2000 23:59:59 GMT",
        "Mon, 30 Nov 2026 11:50:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        changed(good, &mut |text| {
            count += 1;
            let ours = Timestamp::from_http_date(text).ok().map(Timestamp::as_unix_millis);
            let theirs = httpdate::parse_http_date(text).ok();
            let theirs =
                theirs.map(|time| time.duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as i64);
            // They do not look at the colons.
            let colons =
                text.is_char_boundary(20) && text.get(19..20) == Some(":") && text.get(22..23) == Some(":");
            assert_eq!(ours, theirs.filter(|_| colons), "{text:?}");
        });
    }
    tried.row(
        "Date of an answer, a byte changed, put in or left out",
        "the crate httpdate",
        count,
        "texts",
        "",
    );
    let mut count = 0;
    for good in [
        "1970-01-01T00:00:00Z",
        "2000-02-29T23:59:59.999Z",
        "2026-11-30T11:50:00+01:00",
        "9999-12-31T23:59:59-00:00",
        "2024-02-29T00:00:00.123456789-23:59",
    ] {
        changed(good, &mut |text| {
            count += 1;
            iso(text);
        });
    }
    tried.row("ISO 8601, a byte changed, put in or left out", "the crate time", count, "texts", "");
    tried.write("texts-of-times");
}

/// A time of ISO 8601 by both. Theirs is RFC 3339 alone; what differs is named.
fn iso(text: &str) {
    let ours = Timestamp::from_iso_8601(text).ok().map(Timestamp::as_unix_millis);
    // ISO 8601's short offsets, which RFC 3339 does not have, in full; theirs takes small letters and other separators.
    let bytes = text.as_bytes();
    let digits = |place: std::ops::Range<usize>| {
        bytes.get(place).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let end = bytes.len();
    let sign = |back: usize| end > 19 + back && matches!(bytes[end - back - 1], b'+' | b'-');
    let full = if sign(4) && digits(end - 4..end) {
        format!("{}:{}", &text[..end - 2], &text[end - 2..])
    } else if sign(2) && digits(end - 2..end) {
        format!("{text}:00")
    } else {
        text.to_owned()
    };
    let theirs = OffsetDateTime::parse(&full, &Rfc3339).ok();
    let theirs = theirs.map(|time| time.unix_timestamp_nanos().div_euclid(1_000_000) as i64);
    let theirs = theirs.filter(|_| bytes.get(10) == Some(&b'T') && !text.contains('z'));
    // A leap second is the end of the second before it to them, and no second of ours: no service writes one.
    let theirs = theirs.filter(|_| text.get(17..19) != Some("60"));
    let in_range = |ms: &i64| (0..=253_402_300_799_999).contains(ms);
    assert_eq!(ours, theirs.filter(in_range), "{text:?} {full:?}");
}

#[test]
fn every_offset_and_fraction() {
    let mut tried = Tried::new("exhaustive", command());
    let mut count = 0;
    for date in [
        "1969-12-31T23:59:59",
        "1970-01-01T00:00:00",
        "1970-01-01T23:59:59",
        "2000-02-29T12:00:00",
        "9999-12-31T23:59:59",
        "1970-01-02T00:00:00",
    ] {
        for hours in 0..100 {
            for minutes in 0..100 {
                for sign in ["+", "-"] {
                    for between in ["", ":"] {
                        iso(&format!("{date}{sign}{hours:02}{between}{minutes:02}"));
                        count += 1;
                    }
                }
            }
            iso(&format!("{date}+{hours:02}"));
            iso(&format!("{date}-{hours:02}"));
            count += 2;
        }
    }
    for digits in 1..=9_u32 {
        let step = 10_u64.pow(digits.saturating_sub(4));
        for fraction in (0..10_u64.pow(digits)).step_by(step as usize * 7) {
            iso(&format!("2026-11-30T11:50:00.{fraction:0width$}Z", width = digits as usize));
            count += 1;
        }
    }
    tried.row(
        "offsets and fractions",
        "the crate time",
        count,
        "texts",
        "every offset of four digits, with a colon and without",
    );
    tried.write("offsets");
}
