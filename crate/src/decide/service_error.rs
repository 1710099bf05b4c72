//! What an error answer is called: by its header, by its body, and only then by its status; it reads no message.
//!
//! Source: the AWS restJson1 protocol ("Operation error serialization") and the service model's error table.

use crate::text::cut;
use alloc::borrow::ToOwned;
use alloc::string::String;

/// Whose mistake the service says it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request's (4xx).
    Client,
    /// The service's own (5xx).
    Server,
}

/// An error's name and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceErrorName {
    /// Such as `ThrottlingException`.
    pub name: String,
    /// By the status.
    pub fault: Fault,
    /// True when neither header nor body named the error and the status had to: behind CORS a page
    /// may not be allowed to read `x-amzn-errortype`, and Bedrock's bodies hold a message only.
    pub guessed: bool,
}

/// Names an error answer. Empty texts count as absent.
pub fn service_error_name(status: u16, header: &str, code: &str, type_: &str) -> ServiceErrorName {
    let stated = [header, code, type_].iter().map(|stated| bare(stated)).find(|name| !name.is_empty());
    ServiceErrorName {
        name: stated.unwrap_or_else(|| by_status(status)).to_owned(),
        fault: if status >= 500 { Fault::Server } else { Fault::Client },
        guessed: stated.is_none(),
    }
}

/// `ns#Name:http://…` without what stands before `#` and from `:` on.
fn bare(stated: &str) -> &str {
    let name = cut(stated, b':').0;
    match cut(name, b'#') {
        (_, Some(bare)) => bare.trim_ascii(),
        (name, None) => name.trim_ascii(),
    }
}

/// What AWS's clients call an error without a name.
const UNKNOWN: &str = "UnknownError";

/// The commonest of the errors that share a status in the service model.
fn by_status(status: u16) -> &'static str {
    match status {
        0 => "NetworkError",
        400 => "ValidationException",
        403 => "AccessDeniedException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        500 => "InternalServerException",
        503 => "ServiceUnavailableException",
        _ => UNKNOWN,
    }
}

/// The exception's name for a union member of a stream, or for the code of an error that no model has:
/// `throttlingException` is `ThrottlingException`, and nothing is `UnknownError`.
pub fn exception_name(member: &str) -> String {
    let member = if member.is_empty() { UNKNOWN } else { member };
    let mut name = member.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_as_rest_json_states_them() {
        let name = |header, code, type_| service_error_name(400, header, code, type_).name;
        assert_eq!(name("FooError", "x", "y"), "FooError");
        assert_eq!(
            name("FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/", "", ""),
            "FooError"
        );
        assert_eq!(name("aws.protocoltests.restjson#FooError:http://i.a.com/c/", "", ""), "FooError");
        assert_eq!(name("", "aws#FooError", ""), "FooError");
        assert_eq!(name("", "", "aws#FooError:http://i.a.com/c/"), "FooError");
        let guess = service_error_name(503, "", "", "");
        assert_eq!(
            (guess.name.as_str(), guess.fault, guess.guessed),
            ("ServiceUnavailableException", Fault::Server, true)
        );
        for (status, due) in [
            (0, "NetworkError"),
            (400, "ValidationException"),
            (403, "AccessDeniedException"),
            (404, "ResourceNotFoundException"),
            (408, "ModelTimeoutException"),
            (424, "ModelErrorException"),
            (429, "ThrottlingException"),
            (499, "UnknownError"),
            (500, "InternalServerException"),
            (502, "UnknownError"),
            (503, "ServiceUnavailableException"),
        ] {
            let told = service_error_name(status, "", "", "");
            assert_eq!((told.name.as_str(), told.fault == Fault::Server), (due, status >= 500), "{status}");
            let named = service_error_name(status, "", "", "#FooError");
            assert_eq!((named.name.as_str(), named.guessed), ("FooError", false), "{status}");
        }
        assert_eq!(exception_name("modelStreamErrorException"), "ModelStreamErrorException");
        assert_eq!(exception_name("\u{e9}t\u{e9}"), "\u{e9}t\u{e9}");
        assert_eq!(exception_name(""), "UnknownError");
    }
}
