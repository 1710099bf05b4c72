//! Points in time as SigV4 writes them; it knows no clock and no time zone but UTC.

use crate::error::Invalid;
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
        let seconds = self.0.div_euclid(1000);
        // Both are within 32 bits: the year 9999 ends after 2,932,897 days.
        let days = u32::try_from(seconds.div_euclid(86_400)).unwrap_or(0);
        let of_day = u32::try_from(seconds.rem_euclid(86_400)).unwrap_or(0);
        let (year, month, day) = civil(days);
        let mut out = String::with_capacity(16);
        push_digits(&mut out, year, 4);
        push_digits(&mut out, month, 2);
        push_digits(&mut out, day, 2);
        out.push('T');
        push_digits(&mut out, of_day / 3600, 2);
        push_digits(&mut out, of_day / 60 % 60, 2);
        push_digits(&mut out, of_day % 60, 2);
        out.push('Z');
        out
    }

    /// Reads `YYYYMMDDTHHMMSSZ`; a date that no calendar has is refused.
    pub fn parse_amz_date(text: &str) -> Result<Self, Invalid> {
        parse_amz_date(text).ok_or_else(|| {
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

    /// Reads `2026-11-21T09:30:00Z`, with a fraction of a second if need be (RFC 3339, in UTC only).
    #[cfg(feature = "client")]
    pub fn from_iso_8601(text: &str) -> Result<Self, Invalid> {
        parse_iso_8601(text).ok_or_else(|| {
            Invalid::value("InvalidTimestamp", "expected a time such as 2026-11-21T09:30:00Z", text)
        })
    }
}

#[cfg(feature = "client")]
fn parse_http_date(text: &str) -> Option<Timestamp> {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day_name, rest) = text.split_at_checked(3)?;
    let rest = rest.strip_prefix(", ")?;
    let mut fields = Fields(rest);
    let day = fields.number(2, "")?;
    let (month_name, rest) = fields.0.strip_prefix(' ')?.split_at_checked(3)?;
    fields.0 = rest;
    let month = u32::try_from(MONTHS.iter().position(|name| *name == month_name)?).ok()?.checked_add(1)?;
    let year = fields.number(4, " ")?;
    let of_day = [fields.number(2, " ")?, fields.number(2, ":")?, fields.number(2, ":")?];
    let time = at(fields.0 == " GMT", [year, month, day], of_day)?;
    // The first of January 1970 was a Thursday.
    let weekday = time.0.div_euclid(86_400_000).rem_euclid(7);
    (DAYS.get(usize::try_from(weekday).ok()?) == Some(&day_name)).then_some(time)
}

#[cfg(feature = "client")]
fn parse_iso_8601(text: &str) -> Option<Timestamp> {
    let mut fields = Fields(text);
    let date = [fields.number(4, "")?, fields.number(2, "-")?, fields.number(2, "-")?];
    let of_day = [fields.number(2, "T")?, fields.number(2, ":")?, fields.number(2, ":")?];
    let rest = fields.0.strip_suffix('Z')?;
    let fraction = rest.strip_prefix('.');
    let digits = fraction.is_some_and(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    let whole = at(rest.is_empty() || digits, date, of_day)?;
    // Milliseconds; what is finer is cut off.
    let thousandths = fraction.unwrap_or_default().bytes().chain([b'0'; 3]).take(3);
    let ms = thousandths
        .fold(0_i64, |ms, b| ms.saturating_mul(10).saturating_add(i64::from(b.saturating_sub(b'0'))));
    Some(whole.offset(ms))
}

/// What is left of a text with numbers of fixed width in it.
struct Fields<'a>(&'a str);

impl Fields<'_> {
    /// `width` digits behind `before`.
    fn number(&mut self, width: usize, before: &str) -> Option<u32> {
        let (head, tail) = self.0.strip_prefix(before)?.split_at_checked(width)?;
        self.0 = tail;
        if head.bytes().all(|b| b.is_ascii_digit()) { head.parse().ok() } else { None }
    }
}

fn parse_amz_date(text: &str) -> Option<Timestamp> {
    let mut fields = Fields(text);
    let date = [fields.number(4, "")?, fields.number(2, "")?, fields.number(2, "")?];
    let of_day = [fields.number(2, "T")?, fields.number(2, "")?, fields.number(2, "")?];
    at(fields.0 == "Z", date, of_day)
}

/// That second of that day, if the calendar and the clock have both and the text was `good` otherwise.
fn at(good: bool, [year, month, day]: [u32; 3], [hour, minute, second]: [u32; 3]) -> Option<Timestamp> {
    if !good || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let of_day = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    let seconds =
        i64::from(days_from_civil(year, month, day)?).checked_mul(86_400)?.checked_add(of_day.into())?;
    Timestamp::from_unix_millis(seconds.checked_mul(1000)?).ok()
}

/// Writes `value` with `width` digits, zeros in front.
fn push_digits(out: &mut String, value: u32, width: u32) {
    if width > 1 {
        push_digits(out, value / 10, width.saturating_sub(1));
    }
    out.push(char::from_digit(value % 10, 10).unwrap_or('0'));
}

/// Days since 1970 to (year, month, day), by counting in 400-year eras of 146,097 days that begin on
/// 1 March (Hinnant, "chrono-compatible low-level date algorithms"); 719,468 days lie between
/// 0000-03-01 and 1970-01-01.
fn civil(days: u32) -> (u32, u32, u32) {
    let z = days.saturating_add(719_468);
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = doe.saturating_sub(doe / 1460).saturating_add(doe / 36_524).saturating_sub(doe / 146_096) / 365;
    let before = yoe.saturating_mul(365).saturating_add(yoe / 4).saturating_sub(yoe / 100);
    let doy = doe.saturating_sub(before);
    let mp = doy.saturating_mul(5).saturating_add(2) / 153;
    let day = doy.saturating_sub(mp.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let month = if mp < 10 { mp.saturating_add(3) } else { mp.saturating_sub(9) };
    let year = yoe.saturating_add(era.saturating_mul(400)).saturating_add(u32::from(month <= 2));
    (year, month, day)
}

/// The inverse of `civil`; `None` for a day that the month does not have, and before 1970.
fn days_from_civil(year: u32, month: u32, day: u32) -> Option<u32> {
    if !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let y = year.checked_sub(u32::from(month <= 2))?;
    let (era, yoe) = (y / 400, y % 400);
    let mp = if month > 2 { month.checked_sub(3)? } else { month.checked_add(9)? };
    let doy = (mp.checked_mul(153)?.checked_add(2)? / 5).checked_add(day)?.checked_sub(1)?;
    let doe = yoe.checked_mul(365)?.checked_add(yoe / 4)?.checked_sub(yoe / 100)?.checked_add(doy)?;
    let days = era.checked_mul(146_097)?.checked_add(doe)?.checked_sub(719_468)?;
    (civil(days) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        for day in 0..(800 * 366) {
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
        ] {
            assert!(Timestamp::parse_amz_date(bad).is_err(), "{bad}");
        }
        assert!(Timestamp::from_unix_millis(-1).is_err());
    }
}
