//! Times in JSON: ISO 8601 text, or seconds since 1970 as a number, as some AWS services write them; written as text.

use crate::time::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso_8601())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    /// The models say ISO 8601 (`timestampFormat`); restJson1's own default is seconds as a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimeVisitor;
        impl Visitor<'_> for TimeVisitor {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time between the years 1970 and 9999")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::from_iso_8601(text).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
                let ms = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000));
                let time = ms.and_then(|ms| Timestamp::from_unix_millis(ms).ok());
                time.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(seconds), &self))
            }
            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
                // A cast of what 64 bits can't hold gives the nearest that they can: out of the range too.
                let time = Timestamp::from_unix_millis((seconds * 1000.0).round() as i64).ok();
                time.filter(|_| seconds.is_finite())
                    .ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
            }
        }
        deserializer.deserialize_any(TimeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn text_or_seconds() {
        let ms = |json: &str| serde_json::from_str(json).ok().map(Timestamp::as_unix_millis);
        assert_eq!(ms(r#""2024-12-03T04:05:06.5+00:00""#), Some(1_733_198_706_500));
        assert_eq!(ms("1733198706"), Some(1_733_198_706_000));
        assert_eq!(ms("1733198706.123"), Some(1_733_198_706_123));
        assert_eq!(ms("1.733198706E9"), Some(1_733_198_706_000));
        for bad in ["\"\"", "\"yesterday\"", "-1", "1e300", "253402300800", "true", "{}", "null"] {
            assert_eq!(ms(bad), None, "{bad}");
        }
        let time: Timestamp = serde_json::from_str("1733198706.123").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), r#""2024-12-03T04:05:06.123000Z""#);
    }
}
