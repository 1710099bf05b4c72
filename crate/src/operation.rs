//! The API's operations as one table: method, path, bindings, kinds of body; it builds a request's line and headers, never its body.
//!
//! Source: the service models of bedrock-runtime, version 2023-09-30 (restJson1), cognito-identity, 2014-06-30
//! (awsJson1_1), and sts, 2011-06-15 (awsQuery).

use crate::decide::StreamKind;
use crate::error::Invalid;
use crate::service::Service;
use crate::sigv4::percent_encode;
use crate::text::{cut, pieces};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// What goes into a request's body, and what comes out of an answer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// A JSON object of the members that are bound to nothing else.
    Json,
    /// Bytes, as they are.
    Blob,
    /// An event stream.
    Stream(StreamKind),
    /// Names and values, as a form sends them.
    Query,
    /// XML.
    Xml,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// AWS's name, such as `ConverseStream`.
    pub name: &'static str,
    /// Whose it is. Only Bedrock's are signed: the others are how one comes by credentials.
    pub service: Service,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, its labels in braces.
    pub path: &'static str,
    /// Input members that travel as headers: (member, header).
    pub input_headers: &'static [(&'static str, &'static str)],
    /// Output members that travel as headers: (header in lower case, member).
    pub output_headers: &'static [(&'static str, &'static str)],
    /// The request's body.
    pub input: Body,
    /// The answer's body.
    pub output: Body,
}

/// What InvokeModel and InvokeModelWithResponseStream send alike, with the header that says which
/// type of answer is wanted: it differs between the two.
macro_rules! invoke_headers {
    ($accept:literal) => {
        &[
            ("contentType", "content-type"),
            ("accept", $accept),
            ("trace", "x-amzn-bedrock-trace"),
            ("guardrailIdentifier", "x-amzn-bedrock-guardrailidentifier"),
            ("guardrailVersion", "x-amzn-bedrock-guardrailversion"),
            ("performanceConfigLatency", "x-amzn-bedrock-performanceconfig-latency"),
            ("serviceTier", "x-amzn-bedrock-service-tier"),
            ("requestMetadata", "x-amzn-bedrock-request-metadata"),
        ]
    };
}

/// As `invoke_headers`, for the answers.
macro_rules! invoke_answer_headers {
    ($content_type:literal) => {
        &[
            ($content_type, "contentType"),
            ("x-amzn-bedrock-performanceconfig-latency", "performanceConfigLatency"),
            ("x-amzn-bedrock-service-tier", "serviceTier"),
        ]
    };
}

/// Every operation that this crate speaks.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "Converse",
        service: Service::BedrockRuntime,
        method: "POST",
        path: "/model/{modelId}/converse",
        input_headers: &[],
        output_headers: &[],
        input: Body::Json,
        output: Body::Json,
    },
    Operation {
        name: "ConverseStream",
        service: Service::BedrockRuntime,
        method: "POST",
        path: "/model/{modelId}/converse-stream",
        input_headers: &[],
        output_headers: &[],
        input: Body::Json,
        output: Body::Stream(StreamKind::Converse),
    },
    Operation {
        name: "InvokeModel",
        service: Service::BedrockRuntime,
        method: "POST",
        path: "/model/{modelId}/invoke",
        input_headers: invoke_headers!("accept"),
        output_headers: invoke_answer_headers!("content-type"),
        input: Body::Blob,
        output: Body::Blob,
    },
    Operation {
        name: "InvokeModelWithResponseStream",
        service: Service::BedrockRuntime,
        method: "POST",
        path: "/model/{modelId}/invoke-with-response-stream",
        input_headers: invoke_headers!("x-amzn-bedrock-accept"),
        output_headers: invoke_answer_headers!("x-amzn-bedrock-content-type"),
        input: Body::Blob,
        output: Body::Stream(StreamKind::Invoke),
    },
    identity("GetId", Service::CognitoIdentity, Body::Json, Body::Json),
    identity("GetCredentialsForIdentity", Service::CognitoIdentity, Body::Json, Body::Json),
    identity("GetOpenIdToken", Service::CognitoIdentity, Body::Json, Body::Json),
    identity("AssumeRoleWithWebIdentity", Service::Sts, Body::Query, Body::Xml),
];

/// An operation whose whole input is its body.
const fn identity(name: &'static str, service: Service, input: Body, output: Body) -> Operation {
    Operation {
        name,
        service,
        method: "POST",
        path: "/",
        input_headers: &[],
        output_headers: &[],
        input,
        output,
    }
}

/// A request without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Path (and query) as they go over the wire, to stand behind an endpoint.
    pub target: String,
    /// Headers in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Members that went into path, query or headers: what is left is the body.
    pub used: Vec<&'static str>,
}

impl Operation {
    /// The operation of that name.
    pub fn named(name: &str) -> Result<&'static Self, Invalid> {
        OPERATIONS
            .iter()
            .find(|operation| operation.name == name)
            .ok_or_else(|| Invalid::value("UnknownOperation", "no such operation", name))
    }

    /// Puts members (name, value) into path and headers. Members that belong to the body are left alone.
    pub fn bind(&self, members: &[(&str, &str)]) -> Result<Bound, Invalid> {
        let mut bound = Bound { target: String::new(), headers: Vec::new(), used: Vec::new() };
        let value_of =
            |wanted: &str| members.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        for piece in pieces(self.path, b'{') {
            let (label, Some(literal)) = cut(piece, b'}') else {
                bound.target.push_str(piece);
                continue;
            };
            let value = value_of(label).unwrap_or_default();
            // `.` and `..` need no encoding, and every URL library takes them out of the path.
            if matches!(value, "" | "." | "..") {
                return Err(Invalid::value("InvalidInput", &[label, " must be given"].concat(), value));
            }
            percent_encode(&mut bound.target, value);
            bound.used.push(label);
            bound.target.push_str(literal);
        }
        for (member, header) in self.input_headers {
            let Some(value) = value_of(member) else { continue };
            if !is_header_value(value) {
                return Err(Invalid::new(
                    "InvalidInput",
                    &[member, " is sent as a header: visible ASCII"].concat(),
                ));
            }
            bound.headers.push((header, value.to_owned()));
            bound.used.push(member);
        }
        let content_type = match self.service {
            Service::CognitoIdentity => {
                let target = ["AWSCognitoIdentityService.", self.name].concat();
                bound.headers.push(("x-amz-target", target));
                "application/x-amz-json-1.1"
            }
            Service::Sts => "application/x-www-form-urlencoded",
            _ => "application/json",
        };
        if !bound.headers.iter().any(|(name, _)| *name == "content-type") {
            bound.headers.push(("content-type", content_type.to_owned()));
        }
        Ok(bound)
    }
}

/// What a header may hold so that no HTTP client changes it after it was signed.
fn is_header_value(value: &str) -> bool {
    let ends = [value.bytes().next(), value.bytes().last()];
    value.bytes().all(|b| (b' '..=b'~').contains(&b)) && ends.iter().all(|end| end.is_some_and(|b| b != b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_encoded_once_and_headers_bound() {
        let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/a1b2";
        let bound = Operation::named("ConverseStream").unwrap().bind(&[("modelId", arn)]).unwrap();
        assert_eq!(
            bound.target,
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fa1b2/converse-stream"
        );
        let invoke = Operation::named("InvokeModelWithResponseStream").unwrap();
        let bound = invoke.bind(&[("modelId", "m:0"), ("accept", "*/*"), ("other", "x")]).unwrap();
        assert_eq!(bound.target, "/model/m%3A0/invoke-with-response-stream");
        assert_eq!(bound.used, ["modelId", "accept"]);
        assert_eq!(
            bound.headers,
            [("x-amzn-bedrock-accept", "*/*".to_owned()), ("content-type", "application/json".to_owned())]
        );
        for bad in ["", ".", ".."] {
            assert!(invoke.bind(&[("modelId", bad)]).is_err());
        }
        assert!(invoke.bind(&[]).is_err());
        let bound = Operation::named("GetId").unwrap().bind(&[("IdentityPoolId", "us-east-1:x")]).unwrap();
        assert_eq!((bound.target.as_str(), bound.used.len()), ("/", 0));
        assert_eq!(
            bound.headers,
            [
                ("x-amz-target", "AWSCognitoIdentityService.GetId".to_owned()),
                ("content-type", "application/x-amz-json-1.1".to_owned())
            ]
        );
        assert!(invoke.bind(&[("modelId", "m"), ("trace", "a\r\nb: c")]).is_err());
    }
}
