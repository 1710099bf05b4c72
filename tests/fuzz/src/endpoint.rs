//! Regions and endpoints, and the host that a signature names: against the crate `url`, on which reqwest connects. No text
//! in a region's place leads to another host than AWS's own; what is signed is what a URL parser sends.

use outcrop::endpoint::Endpoint;
use outcrop::region::Region;
use outcrop::secret::Credentials;
use outcrop::service::Service;
use outcrop::sigv4::{KeyCache, Payload, Request, Scope, Settings, sign};
use outcrop::time::Timestamp;
use url::{Host, Url};

use crate::input::Input;

const SERVICES: [Service; 4] =
    [Service::BedrockRuntime, Service::Bedrock, Service::CognitoIdentity, Service::Sts];

const OF_REGIONS: [&str; 24] = [
    "us-east-1",
    "eu-west-1",
    "us-gov-west-1",
    "cn-north-1",
    "aws-global",
    "us-iso-east-1",
    "eusc-de-east-1",
    "aws-cn-global",
    "x@evil:443/#",
    "@",
    ":",
    "/",
    "#",
    "?",
    "-",
    "--",
    ".",
    "evil.example",
    "%2f",
    "\\",
    "us",
    "1",
    "é",
    "\n",
];

const OF_HOSTS: [&str; 48] = [
    "https://",
    "http://",
    "HTTPS://",
    "https:",
    "//",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "[",
    "]",
    "::",
    "1.1",
    "0x7f",
    "0x",
    "2130706433",
    "010",
    "ffff:",
    "7f00",
    "1:2:3:4:5:6:7:8",
    "0:0:",
    "127.1",
    "evil.example",
    "@",
    "user:pw@",
    ":443",
    ":80",
    ":8080",
    ":0",
    ":65536",
    ":",
    "/",
    "//",
    "/..",
    "/.",
    "%2e",
    "%2E%2e",
    "/base",
    "?",
    "?a=b",
    "#",
    "#x",
    "\\",
    "é",
    "\u{3002}",
    "xn--",
    "xn--bcher-kva",
    "\t",
    "%31",
];

/// The hosts of AWS end so.
const SUFFIXES: [&str; 14] = [
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

/// One input: a region's text, or an endpoint's, or a URL's to be signed.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() & 3 {
        0 => region(&mut input),
        1 => endpoint(&text(&mut input)),
        2 => signed(&text(&mut input)),
        _ => {
            let text = text(&mut input);
            endpoint(&text);
            signed(&text);
        }
    }
}

fn text(input: &mut Input<'_>) -> String {
    let mut text = input.pick(&["https://", "http://", "", "https://"]).to_owned();
    input.push_text(&mut text, 12, &OF_HOSTS);
    text
}

fn region(input: &mut Input<'_>) {
    let flags = input.byte();
    let text = if flags & 4 == 0 { input.text(8, &OF_REGIONS) } else { input.pick(&OF_REGIONS).to_owned() };
    let told = Region::new(text.as_str());
    let label = (1..=63).contains(&text.len())
        && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
        && !text.starts_with('-')
        && !text.starts_with("xn--")
        && !text.ends_with('-');
    assert_eq!(told.is_ok(), label, "{text:?}");
    let Ok(region) = told else { return };
    for service in SERVICES {
        let endpoint = Endpoint::of(service, &region, flags & 1 != 0, flags & 2 != 0);
        let url = Url::parse(endpoint.as_str()).expect("an endpoint of AWS is a URL");
        assert_eq!(url.as_str(), format!("{}/", endpoint.as_str()), "a URL parser changes it");
        assert_eq!((url.scheme(), url.port(), url.username(), url.path()), ("https", None, "", "/"));
        let host = url.host_str().expect("a host");
        if host == "sts.amazonaws.com" {
            assert_eq!((service, text.as_str()), (Service::Sts, "aws-global"));
            continue;
        }
        let mut labels = host.splitn(3, '.');
        let first = labels.next().expect("a label");
        assert_eq!(first.strip_suffix("-fips").unwrap_or(first), service.host_name());
        assert_eq!(labels.next(), Some(text.as_str()));
        let suffix = labels.next().expect("a suffix");
        assert!(SUFFIXES.contains(&suffix), "{host}");
    }
}

fn endpoint(text: &str) {
    let Ok(endpoint) = Endpoint::parse(text) else { return };
    let told = endpoint.as_str();
    let Some(url) = parsed(text) else { return };
    // As a parser has what was given, so is what was made of it: both go to one place.
    let base = format!("{}{}", url.origin().ascii_serialization(), url.path().trim_end_matches('/'));
    assert_eq!(told, base, "{text:?}");
    assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none());
    assert!(url.fragment().is_none());
    // And behind it stands a path that a parser leaves alone.
    let target = format!("{told}/model/a%3Ab/converse?x=%20");
    let again = Url::parse(&target).expect("a base with a path");
    assert_eq!(again.as_str(), target);
    if url.scheme() == "http" {
        let here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        };
        assert!(here, "{text:?} in the clear");
    }
}

/// As the parser has it, or nothing where it refuses it: nothing is sent then. That is due to a name's Punycode only,
/// which ours does not read.
fn parsed(text: &str) -> Option<Url> {
    match Url::parse(text) {
        Ok(url) => Some(url),
        Err(error) => {
            assert!(text.to_ascii_lowercase().contains("xn--"), "{text:?}: {error}");
            None
        }
    }
}

/// The host that is signed is the one that is sent.
fn signed(text: &str) {
    let request = Request { method: "GET", url: text, headers: &[], payload: Payload::Unsigned };
    let region = Region::new("us-east-1").expect("a region");
    let scope = Scope::new(&region, "bedrock", Timestamp::EPOCH);
    let credentials = Credentials::new("AKID", "secret", None).expect("credentials");
    let Ok(signed) = sign(&request, &credentials, &scope, &Settings::default(), &mut KeyCache::new()) else {
        return;
    };
    let Some(url) = parsed(text) else { return };
    let host = url.host_str().expect("a host");
    let due = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let line = signed.canonical_request.expose().lines().find_map(|line| line.strip_prefix("host:"));
    assert_eq!(line, Some(due.as_str()), "{text:?}");
    assert!(url.username().is_empty() && url.fragment().is_none(), "{text:?}");
}
