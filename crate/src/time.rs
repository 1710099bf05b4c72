//! Points in time as SigV4 and JSON write them; it knows no clock, and no time zone but UTC and what a text says of itself.

use crate::error::Invalid;
use crate::text::push_ascii;
use alloc::string::String;

/// The first and the last millisecond that a SigV4 date of eight digits can say from 1970 on.
const MAX_MS: i64 = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

/// Milliseconds since 1970-01-01T00:00:00Z, between then and the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// Checks the range.
    pub fn from_unix_millis(ms: i64) -> Result<Self, Invalid> {
        if (0..=MAX_MS).contains(&ms) {
            Ok(Self(ms))
        } else {
            Err(Invalid::new("InvalidTimestamp", "a time must lie between the years 1970 and 9999"))
        }
    }

    /// Milliseconds since 1970.
    pub fn as_unix_millis(self) -> i64 {
        self.0
    }

    /// This time moved by some milliseconds, held within the range.
    #[must_use]
    pub fn offset(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms).clamp(0, MAX_MS))
    }

    /// `YYYYMMDDTHHMMSSZ`, the value of `x-amz-date`.
    pub fn amz_date(self) -> String {
        // Never negative. Both are within 32 bits: the year 9999 ends after 2,932,897 days.
        let seconds = self.0 / 1000;
        let (days, of_day) = ((seconds / 86_400) as u32, (seconds % 86_400) as u32);
        let (year, month, day) = civil(days);
        let mut out = String::with_capacity(16);
        // Two digits each, as one number.
        let behind = |first: u32, second: u32| first.wrapping_mul(100).wrapping_add(second);
        push_digits(&mut out, behind(behind(year, month), day), 8);
        out.push_str("T");
        push_digits(&mut out, behind(behind(of_day / 3600, of_day / 60 % 60), of_day % 60), 6);
        out.push_str("Z");
        out
    }

    /// Reads `YYYYMMDDTHHMMSSZ`; a date that no calendar has is refused.
    pub fn parse_amz_date(text: &str) -> Result<Self, Invalid> {
        read_amz_date(text).ok_or_else(|| {
            Invalid::value("InvalidTimestamp", "expected a time such as 20261121T093000Z", text)
        })
    }

    /// Reads the `Date` of an HTTP answer, `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 section
    /// 5.6.7). The two older forms are refused: no AWS service writes them, and one of them has a year of two digits.
    #[cfg(feature = "client")]
    pub fn from_http_date(text: &str) -> Result<Self, Invalid> {
        parse_http_date(text).ok_or_else(|| {
            Invalid::value("InvalidTimestamp", "expected a time such as Sun, 06 Nov 1994 08:49:37 GMT", text)
        })
    }

    /// Reads `2026-11-21T09:30:00Z`, with a fraction of a second and an offset from UTC (`+01:00`, `-0530`)
    /// if need be (RFC 3339, ISO 8601). What is finer than a millisecond is cut off.
    #[cfg(any(feature = "client", feature = "types"))]
    pub fn from_iso_8601(text: &str) -> Result<Self, Invalid> {
        parse_iso_8601(text).ok_or_else(|| {
            Invalid::value("InvalidTimestamp", "expected a time such as 2026-11-21T09:30:00Z", text)
        })
    }

    /// `2026-11-21T09:30:00Z`, as a body or a query says it; with six digits behind the second
    /// (`09:30:00.250000Z`) where there are milliseconds: botocore's form, and with it the one that AWS sees most.
    #[cfg(any(feature = "client", feature = "types"))]
    pub fn iso_8601(self) -> String {
        let (basic, ms) = (self.amz_date(), (self.0 % 1000) as u32);
        let mut out = String::with_capacity(27);
        for (place, character) in basic.trim_end_matches('Z').chars().enumerate() {
            match place {
                4 | 6 => out.push('-'),
                11 | 13 => out.push(':'),
                _ => {}
            }
            out.push(character);
        }
        if ms > 0 {
            out.push('.');
            push_digits(&mut out, ms.wrapping_mul(1000), 6);
        }
        out.push('Z');
        out
    }
}

/// As `iso_8601`.
#[cfg(any(feature = "client", feature = "types"))]
impl core::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(&self.iso_8601())
    }
}

#[cfg(feature = "client")]
fn parse_http_date(text: &str) -> Option<Timestamp> {
    const DAYS: [&[u8]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let (day_name, rest) = text.as_bytes().split_at_checked(3)?;
    let mut fields = Fields(rest.strip_prefix(b", ")?);
    let day = fields.number(2, b"")?;
    let (month_name, rest) = fields.0.strip_prefix(b" ")?.split_at_checked(3)?;
    fields.0 = rest;
    let month = u32::try_from(MONTHS.iter().position(|name| *name == month_name)?).ok()?.checked_add(1)?;
    let year = fields.number(4, b" ")?;
    let of_day = [fields.number(2, b" ")?, fields.number(2, b":")?, fields.number(2, b":")?];
    let time = at(fields.0 == b" GMT", [year, month, day], of_day)?;
    // The first of January 1970 was a Thursday.
    let weekday = time.0.div_euclid(86_400_000).rem_euclid(7);
    (DAYS.get(usize::try_from(weekday).ok()?) == Some(&day_name)).then_some(time)
}

#[cfg(any(feature = "client", feature = "types"))]
fn parse_iso_8601(text: &str) -> Option<Timestamp> {
    let mut fields = Fields(text.as_bytes());
    let date = [fields.number(4, b"")?, fields.number(2, b"-")?, fields.number(2, b"-")?];
    let of_day = [fields.number(2, b"T")?, fields.number(2, b":")?, fields.number(2, b":")?];
    // In its own place it may lie beyond what a `Timestamp` holds, and in UTC not.
    let whole = moment(true, date, of_day)?;
    let mut ms = 0_i64;
    if let Some(fraction) = fields.0.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = fraction.split_at_checked(digits).filter(|(digits, _)| !digits.is_empty())?;
        // Milliseconds; what is finer is cut off.
        for digit in digits.iter().chain(b"000").take(3) {
            ms = ms.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0')));
        }
        fields.0 = rest;
    }
    let utc = whole.checked_add(ms)?.checked_sub(offset_minutes(fields)?.checked_mul(60_000)?)?;
    Timestamp::from_unix_millis(utc).ok()
}

/// `Z`, `+01:00`, `+0100` or `+01`, and nothing behind it, as minutes east of UTC.
#[cfg(any(feature = "client", feature = "types"))]
fn offset_minutes(mut fields: Fields<'_>) -> Option<i64> {
    let (sign, before): (i64, &[u8]) = match fields.0 {
        b"Z" => return Some(0),
        [b'+', ..] => (1, b"+"),
        _ => (-1, b"-"),
    };
    let hours = fields.number(2, before)?;
    let minutes = match fields.0 {
        b"" => 0,
        [b':', ..] => fields.number(2, b":")?,
        _ => fields.number(2, b"")?,
    };
    let good = fields.0.is_empty() && hours < 24 && minutes < 60;
    good.then(|| sign.wrapping_mul(i64::from(hours.wrapping_mul(60).wrapping_add(minutes))))
}

/// What is left of a text with numbers of fixed width in it.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    /// `width` digits (at most 9, which 32 bits hold) behind `before`.
    fn number(&mut self, width: usize, before: &[u8]) -> Option<u32> {
        let mut value = 0_u32;
        self.0 = self.0.strip_prefix(before)?;
        for _ in 0..width {
            let (byte, rest) = self.0.split_first()?;
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            self.0 = rest;
            value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
        }
        Some(value)
    }
}

/// As `Timestamp::parse_amz_date`, without an error's words.
pub(crate) fn read_amz_date(text: &str) -> Option<Timestamp> {
    let mut fields = Fields(text.as_bytes());
    let (date, of_day) = (fields.number(8, b"")?, fields.number(6, b"T")?);
    let date = [date / 10_000, date / 100 % 100, date % 100];
    at(fields.0 == b"Z", date, [of_day / 10_000, of_day / 100 % 100, of_day % 100])
}

/// That second of that day, if the calendar and the clock have both and the text was `good` otherwise.
fn at(good: bool, date: [u32; 3], of_day: [u32; 3]) -> Option<Timestamp> {
    moment(good, date, of_day).filter(|ms| (0..=MAX_MS).contains(ms)).map(Timestamp)
}

/// The same in milliseconds since 1970, and before.
fn moment(good: bool, [year, month, day]: [u32; 3], [hour, minute, second]: [u32; 3]) -> Option<i64> {
    if !good || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = hour.wrapping_mul(3600).wrapping_add(minute.wrapping_mul(60)).wrapping_add(second);
    let days = days_from_civil(year, month, day)?;
    Some(i64::from(days as i32).wrapping_mul(86_400).wrapping_add(i64::from(seconds)).wrapping_mul(1000))
}

/// Writes `value` with `width` digits (at most 8), zeros in front.
fn push_digits(out: &mut String, mut value: u32, width: usize) {
    let mut digits = [b'0'; 8];
    for place in digits.iter_mut().rev() {
        *place = b'0'.wrapping_add((value % 10) as u8);
        value /= 10;
    }
    push_ascii(out, digits.get(8_usize.wrapping_sub(width)..).unwrap_or_default());
}

/// Days since 1970 to (year, month, day), by counting in 400-year eras of 146,097 days that begin on
/// 1 March (Hinnant, "chrono-compatible low-level date algorithms"); 719,468 days lie between
/// 0000-03-01 and 1970-01-01. Nothing overflows for the days of a `Timestamp`.
fn civil(days: u32) -> (u32, u32, u32) {
    let z = days.wrapping_add(719_468);
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = doe.wrapping_sub(doe / 1460).wrapping_add(doe / 36_524).wrapping_sub(doe / 146_096) / 365;
    let before = yoe.wrapping_mul(365).wrapping_add(yoe / 4).wrapping_sub(yoe / 100);
    let doy = doe.wrapping_sub(before);
    let mp = doy.wrapping_mul(5).wrapping_add(2) / 153;
    let day = doy.wrapping_sub(mp.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(1);
    let month = if mp < 10 { mp.wrapping_add(3) } else { mp.wrapping_sub(9) };
    let year = yoe.wrapping_add(era.wrapping_mul(400)).wrapping_add(u32::from(month <= 2));
    (year, month, day)
}

/// The inverse of `civil`, by which it is checked: `None` for a day that the month does not have, for a month that
/// there is not. Days before 1970 are below zero, wrapped around.
fn days_from_civil(year: u32, month: u32, day: u32) -> Option<u32> {
    let y = year.wrapping_sub(u32::from(month <= 2));
    let (era, yoe) = (y / 400, y % 400);
    let mp = if month > 2 { month.wrapping_sub(3) } else { month.wrapping_add(9) };
    let doy = (mp.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(day).wrapping_sub(1);
    let doe = yoe.wrapping_mul(365).wrapping_add(yoe / 4).wrapping_sub(yoe / 100).wrapping_add(doy);
    let days = era.wrapping_mul(146_097).wrapping_add(doe).wrapping_sub(719_468);
    (civil(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        // Under Miri, which is some thousand times slower, a day in 27 years.
        for day in (0..(800 * 366)).step_by(if cfg!(miri) { 10_007 } else { 1 }) {
            let t = Timestamp::from_unix_millis(day * 86_400_000 + 86_399_000).unwrap();
            let text = t.amz_date();
            assert!(text.ends_with("T235959Z"), "{text}");
            assert_eq!(Timestamp::parse_amz_date(&text), Ok(t), "{text}");
        }
    }

    #[test]
    fn known_times() {
        let t = Timestamp::from_unix_millis(1_440_938_160_000).unwrap();
        assert_eq!(t.amz_date(), "20150830T123600Z");
        assert_eq!(Timestamp::from_unix_millis(MAX_MS).unwrap().amz_date(), "99991231T235959Z");
        for bad in [
            "",
            "20150230T000000Z",
            "20151301T000000Z",
            "20150830T240000Z",
            "2015083 T000000Z",
            "20150830T123600",
            "+0150830T123600Z",
            "20150830t123600Z",
            "19691231T235959Z",
            "00000101T000000Z",
            "00000000T000000Z",
            "20150800T000000Z",
            "20150031T000000Z",
            "20159999T000000Z",
        ] {
            assert!(Timestamp::parse_amz_date(bad).is_err(), "{bad}");
        }
        assert!(Timestamp::from_unix_millis(-1).is_err());
    }
}
