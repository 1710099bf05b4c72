//! Whether a refusal means that the clocks differ, and by how much; it reads no clock itself.
//!
//! Source: the texts of AWS's `InvalidSignatureException` in recorded answers, and the names for it in AWS's SDKs.

use crate::text::{cut, is_word_of};
use crate::time::{Timestamp, read_amz_date};

/// Four minutes, in milliseconds. AWS refuses what is more than five minutes off; a `Date` is older than
/// its reading by the answer's way, and whoever is this close was refused for another reason.
const SKEW_MS: i64 = 240_000;

/// Names that AWS services give to a signature that is too old or too new, with a space between them.
const NAMES: &str = "InvalidSignatureException SignatureDoesNotMatch RequestTimeTooSkewed RequestExpired \
    RequestInTheFuture InvalidSignature AuthFailure";

/// How far the host's clock must be moved to be right, in milliseconds, relative to what the attempt used.
///
/// The text is believed first: it has the time that was signed and the service's own, both at one moment.
/// It is all that a page can read when CORS hides `Date` and the error's name. `date_ms` is the answer's
/// `Date` and `now_ms` the host's corrected clock when the answer came.
pub fn skew(name: &str, message: &str, date_ms: Option<i64>, now_ms: i64) -> Option<i64> {
    from_text(message).or_else(|| {
        let delta = date_ms?.saturating_sub(now_ms);
        (is_word_of(NAMES, name) && delta.saturating_abs() > SKEW_MS).then_some(delta)
    })
}

/// `Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)` or
/// `Signature not yet current: 20260101T010000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)`
fn from_text(message: &str) -> Option<i64> {
    let words = message.strip_prefix("Signature expired: ");
    let words = words.or_else(|| message.strip_prefix("Signature not yet current: "))?;
    let signed = words.get(..16)?;
    let server = cut(words, b'(').1?.get(..16)?;
    let ms = |text| read_amz_date(text).map(Timestamp::as_unix_millis);
    Some(ms(server)?.wrapping_sub(ms(signed)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const EXPIRED: &str = "Signature expired: 20260101T000000Z is now earlier than 20260101T005500Z (20260101T010000Z - 5 min.)";
    const EARLY: &str = "Signature not yet current: 20260101T010000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)";

    #[test]
    fn the_text_says_both_times() {
        assert_eq!(skew("AccessDeniedException", EXPIRED, None, 0), Some(3_600_000));
        assert_eq!(skew("InvalidSignatureException", EARLY, Some(5), 5), Some(-3_600_000));
        for cut in 0..EARLY.len() {
            let shown = EARLY.find('(').unwrap() + 17;
            assert_eq!(skew("x", &EARLY[..cut], None, 0).is_some(), cut >= shown, "{cut}");
        }
        for other in ["", "Signature expired: é", "The security token included in the request is expired"] {
            assert_eq!(skew("InvalidSignatureException", other, None, 0), None);
        }
    }

    #[test]
    fn the_date_counts_for_signatures_only() {
        let hour = 3_600_000;
        assert_eq!(skew("SignatureDoesNotMatch", "", Some(hour), 0), Some(hour));
        assert_eq!(skew("InvalidSignatureException", "", Some(0), hour), Some(-hour));
        assert_eq!(skew("InvalidSignatureException", "", Some(200_000), 0), None);
        for (off, moved) in [(240_000, false), (-240_000, false), (240_001, true), (-240_001, true)] {
            assert_eq!(skew("RequestExpired", "", Some(off), 0), moved.then_some(off));
        }
        assert_eq!(skew("InvalidSignatureException", "", None, 0), None);
        assert_eq!(skew("AccessDeniedException", "", Some(hour), 0), None);
        assert_eq!(skew("InvalidSignatureException", "", Some(i64::MIN), i64::MAX), Some(i64::MIN));
    }
}
