//! What a browser page may send and read. Strict as AWS services are: a preflight that asks for one header
//! outside the list is refused whole.

use http::HeaderMap;

/// Headers a page may send, beside those that begin with `x-amzn-bedrock-`.
const ALLOWED: [&str; 6] =
    ["authorization", "content-type", "accept", "x-amz-date", "x-amz-security-token", "x-amz-target"];

/// Headers of an answer that a page may read unless a case says otherwise.
pub const EXPOSED: &str = "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date";

/// Seconds a browser may remember a preflight: long enough for one test, shorter than a test session.
const MAX_AGE_SECONDS: &str = "60";

/// The headers of a preflight's answer, or `None` if it is refused.
pub fn preflight(headers: &HeaderMap) -> Option<Vec<(&'static str, String)>> {
    let one = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    one("origin")?;
    let method = one("access-control-request-method")?;
    if !matches!(method, "GET" | "POST") {
        return None;
    }
    let asked = one("access-control-request-headers").unwrap_or_default().to_ascii_lowercase();
    let fits = |name: &str| name.is_empty() || ALLOWED.contains(&name) || name.starts_with("x-amzn-bedrock-");
    if !asked.split(',').map(str::trim).all(fits) {
        return None;
    }
    Some(vec![
        ("access-control-allow-origin", "*".to_owned()),
        ("access-control-allow-methods", method.to_owned()),
        ("access-control-allow-headers", asked),
        ("access-control-max-age", MAX_AGE_SECONDS.to_owned()),
    ])
}
