//! The API's operations, each a line of text: method, path, bindings, kinds of body; it builds a request's line and headers, never its body.
//!
//! Source: the service models of bedrock-runtime, version 2023-09-30, and bedrock, 2023-04-20 (both restJson1),
//! cognito-identity, 2014-06-30 (awsJson1_1), and sts, 2011-06-15 (awsQuery).

use crate::decide::StreamKind;
use crate::error::Invalid;
use crate::service::Service;
use crate::sigv4::percent_encode;
use crate::text::{cut, is_word_of, pieces};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// What goes into a request's body, and what comes out of an answer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    None,
    /// A JSON object of the members that are bound to nothing else.
    Json,
    /// Bytes, as they are.
    Blob,
    /// An event stream.
    Stream(StreamKind),
    /// An event stream in each direction at once.
    Bidirectional,
    /// Names and values, as a form sends them.
    Query,
    /// XML.
    Xml,
}

/// The words for `Body` in an operation's line.
const BODIES: &str = "none json blob converse invoke bidirectional query xml";

impl Body {
    fn of(word: &str) -> Self {
        match word {
            "json" => Self::Json,
            "blob" => Self::Blob,
            "converse" => Self::Stream(StreamKind::Converse),
            "invoke" => Self::Stream(StreamKind::Invoke),
            "bidirectional" => Self::Bidirectional,
            "query" => Self::Query,
            "xml" => Self::Xml,
            _ => Self::None,
        }
    }
}

/// One operation: a line of text, cut at its spaces.
///
/// `<Name> <service> <METHOD> <path> <input> <output>[ <binding>…]`, such as
/// `GetAsyncInvoke bedrock-runtime GET /async-invoke/{invocationArn} none json`. Labels stand in the path's
/// braces. A binding is `h:<member>=<header>` (an input member that travels as a header), `q:<member>=<name>`
/// (in the query) or `o:<header>=<member>` (a header that is an output member); headers are in lower case.
/// A text, and not a structure: whoever brings the line needs no table, and ships what is used.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// AWS's name, such as `ConverseStream`.
    pub name: &'a str,
    /// Whose it is. Only Bedrock's are signed: the others are how one comes by credentials.
    pub service: Service,
    /// The HTTP method.
    pub method: &'a str,
    /// The path, its labels in braces.
    pub path: &'a str,
    /// The line's word for the request's body.
    pub input: &'a str,
    /// The line's word for the answer's body.
    pub output: &'a str,
    bindings: &'a str,
}

/// Every operation that this crate speaks. Query members are sorted by their names in the query: so they are
/// sent in the order in which they are signed.
#[rustfmt::skip]
pub const OPERATIONS: &[&str] = &[
    "ApplyGuardrail bedrock-runtime POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply json json",
    "Converse bedrock-runtime POST /model/{modelId}/converse json json",
    "ConverseStream bedrock-runtime POST /model/{modelId}/converse-stream json converse",
    "CountTokens bedrock-runtime POST /model/{modelId}/count-tokens json json",
    "GetAsyncInvoke bedrock-runtime GET /async-invoke/{invocationArn} none json",
    "InvokeGuardrailChecks bedrock-runtime POST /guardrail-checks/invoke json json",
    "InvokeModel bedrock-runtime POST /model/{modelId}/invoke blob blob \
        h:contentType=content-type h:accept=accept h:trace=x-amzn-bedrock-trace \
        h:guardrailIdentifier=x-amzn-bedrock-guardrailidentifier h:guardrailVersion=x-amzn-bedrock-guardrailversion \
        h:performanceConfigLatency=x-amzn-bedrock-performanceconfig-latency \
        h:serviceTier=x-amzn-bedrock-service-tier h:requestMetadata=x-amzn-bedrock-request-metadata \
        o:content-type=contentType o:x-amzn-bedrock-performanceconfig-latency=performanceConfigLatency \
        o:x-amzn-bedrock-service-tier=serviceTier",
    "InvokeModelWithBidirectionalStream bedrock-runtime POST /model/{modelId}/invoke-with-bidirectional-stream \
        bidirectional bidirectional",
    "InvokeModelWithResponseStream bedrock-runtime POST /model/{modelId}/invoke-with-response-stream blob invoke \
        h:contentType=content-type h:accept=x-amzn-bedrock-accept h:trace=x-amzn-bedrock-trace \
        h:guardrailIdentifier=x-amzn-bedrock-guardrailidentifier h:guardrailVersion=x-amzn-bedrock-guardrailversion \
        h:performanceConfigLatency=x-amzn-bedrock-performanceconfig-latency \
        h:serviceTier=x-amzn-bedrock-service-tier h:requestMetadata=x-amzn-bedrock-request-metadata \
        o:x-amzn-bedrock-content-type=contentType \
        o:x-amzn-bedrock-performanceconfig-latency=performanceConfigLatency \
        o:x-amzn-bedrock-service-tier=serviceTier",
    "ListAsyncInvokes bedrock-runtime GET /async-invoke none json q:maxResults=maxResults q:nextToken=nextToken \
        q:sortBy=sortBy q:sortOrder=sortOrder q:statusEquals=statusEquals q:submitTimeAfter=submitTimeAfter \
        q:submitTimeBefore=submitTimeBefore",
    "StartAsyncInvoke bedrock-runtime POST /async-invoke json json",
    "GetFoundationModel bedrock GET /foundation-models/{modelIdentifier} none json",
    "GetFoundationModelAvailability bedrock GET /foundation-model-availability/{modelId} none json",
    "GetInferenceProfile bedrock GET /inference-profiles/{inferenceProfileIdentifier} none json",
    "ListFoundationModels bedrock GET /foundation-models none json q:byCustomizationType=byCustomizationType \
        q:byInferenceType=byInferenceType q:byOutputModality=byOutputModality q:byProvider=byProvider",
    "ListInferenceProfiles bedrock GET /inference-profiles none json q:maxResults=maxResults q:nextToken=nextToken \
        q:typeEquals=type",
    "GetId cognito-identity POST / json json",
    "GetCredentialsForIdentity cognito-identity POST / json json",
    "GetOpenIdToken cognito-identity POST / json json",
    "AssumeRoleWithWebIdentity sts POST / query xml",
];

/// A request without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound<'a> {
    /// Path (and query) as they go over the wire, to stand behind an endpoint.
    pub target: String,
    /// Headers in lower case.
    pub headers: Vec<(&'a str, String)>,
    /// Members that went into path, query or headers: what is left is the body.
    pub used: Vec<&'a str>,
}

impl<'a> Operation<'a> {
    /// Reads an operation's line.
    pub fn parse(line: &'a str) -> Result<Self, Invalid> {
        let mut words = pieces(line, b' ');
        let mut next = || words.next().unwrap_or_default();
        let (name, service) = (next(), Service::hosted(next()));
        let (method, path, input, output) = (next(), next(), next(), next());
        match service {
            Some(service) if is_word_of(BODIES, input) && is_word_of(BODIES, output) => {
                Ok(Self { name, service, method, path, input, output, bindings: words.rest() })
            }
            _ => Err(Invalid::malformed("this is no operation's line")),
        }
    }

    /// The operation of that name.
    pub fn named(name: &str) -> Result<Operation<'static>, Invalid> {
        OPERATIONS
            .iter()
            .find(|line| cut(line, b' ').0 == name)
            .ok_or_else(|| Invalid::value("UnknownOperation", "no such operation", name))
            .and_then(|line| Operation::parse(line))
    }

    /// The request's body.
    pub fn input_body(&self) -> Body {
        Body::of(self.input)
    }

    /// The answer's body.
    pub fn output_body(&self) -> Body {
        Body::of(self.output)
    }

    /// The bindings of one kind, cut at their `=`.
    fn bound(&self, kind: u8) -> impl Iterator<Item = (&'a str, &'a str)> {
        pieces(self.bindings, b' ').filter_map(move |binding| {
            let (left, right) = cut(binding, b'=');
            let (of, name) = cut(left, b':');
            (of.as_bytes() == [kind]).then_some((name?, right?))
        })
    }

    /// Output members that travel as headers: (header in lower case, member).
    pub fn output_headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.bound(b'o')
    }

    /// Puts members (name, value) into path, query and headers. Members that belong to the body are left alone.
    pub fn bind(&self, members: &[(&str, &str)]) -> Result<Bound<'a>, Invalid> {
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
        let mut before = '?';
        for (member, name) in self.bound(b'q') {
            let Some(value) = value_of(member) else { continue };
            bound.target.push(before);
            before = '&';
            // The models' names need no encoding.
            bound.target.push_str(name);
            bound.target.push('=');
            percent_encode(&mut bound.target, value);
            bound.used.push(member);
        }
        for (member, header) in self.bound(b'h') {
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
        // Without a body there is nothing that has a type.
        if self.input != "none" && !bound.headers.iter().any(|(name, _)| *name == "content-type") {
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
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

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

    #[test]
    fn query_members_go_into_the_query() {
        let list = Operation::named("ListAsyncInvokes").unwrap();
        let members =
            [("submitTimeAfter", "2024-12-03T04:05:06Z"), ("nextToken", "a+/="), ("sortBy", ""), ("x", "y")];
        let bound = list.bind(&members).unwrap();
        assert_eq!(
            bound.target,
            "/async-invoke?nextToken=a%2B%2F%3D&sortBy=&submitTimeAfter=2024-12-03T04%3A05%3A06Z"
        );
        assert_eq!(bound.used, ["nextToken", "sortBy", "submitTimeAfter"]);
        assert_eq!(bound.headers, []);
        let get = Operation::named("GetAsyncInvoke").unwrap();
        let bound = get.bind(&[("invocationArn", "arn:aws:bedrock:us-east-1:1:async-invoke/x")]).unwrap();
        assert_eq!(
            (bound.target.as_str(), bound.headers.len()),
            ("/async-invoke/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aasync-invoke%2Fx", 0)
        );
        let models = Operation::named("ListInferenceProfiles").unwrap();
        assert_eq!(
            models.bind(&[("typeEquals", "APPLICATION")]).unwrap().target,
            "/inference-profiles?type=APPLICATION"
        );
        assert_eq!(models.bind(&[]).unwrap().target, "/inference-profiles");
    }

    #[test]
    fn every_line_is_an_operation() {
        for line in OPERATIONS {
            assert!(!line.contains("  "), "{line}");
            let operation = Operation::parse(line).unwrap();
            assert_eq!(Operation::named(operation.name).unwrap().path, operation.path);
            let bindings = line.split(' ').skip(6).count();
            let read = [b'h', b'q', b'o'].map(|kind| operation.bound(kind).count());
            assert_eq!(bindings, read.iter().sum::<usize>(), "{line}");
            let names: Vec<_> = operation.bound(b'q').map(|(_, name)| name).collect();
            assert!(
                names.is_sorted() && names.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric()))
            );
            for (_, header) in operation.bound(b'h') {
                assert_eq!(header, header.to_ascii_lowercase());
            }
            assert_eq!(operation.input_body() == Body::None, operation.method == "GET", "{line}");
        }
        for bad in ["", "X", "X bedrock GET /x none", "X other GET /x none json", "X bedrock GET /x no json"]
        {
            assert!(Operation::parse(bad).is_err(), "{bad}");
        }
    }
}
