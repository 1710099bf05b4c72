//! Where a service answers: AWS's endpoint rules and a checked override; it resolves no name and opens nothing.
//!
//! Source: the endpoint rule sets of bedrock-runtime, bedrock, cognito-identity and sts, and AWS's partitions file.

use crate::error::Invalid;
use crate::region::Region;
pub use crate::service::Service;
use crate::text::{cut, joined, pieces};
use crate::url::{Url, shown};
use alloc::borrow::ToOwned;
use alloc::string::String;

/// Regions whose STS calls went to the one global endpoint, before each region had its own.
const STS_GLOBAL: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The parts of AWS, each with its own domain names: what comes before `-<word>-<digits>` in its regions, with a space
/// between them; a region that this does not match, or nothing; the suffix of its hosts; that of the dual-stack ones.
/// An unknown region belongs to the last. A text, as a table would have an address and a length for each.
const PARTITIONS: &str = "\
us-gov|aws-us-gov-global|amazonaws.com|api.aws
cn|aws-cn-global|amazonaws.com.cn|api.amazonwebservices.com.cn
eusc-de||amazonaws.eu|api.amazonwebservices.eu
us-iso|aws-iso-global|c2s.ic.gov|api.aws.ic.gov
us-isob|aws-iso-b-global|sc2s.sgov.gov|api.aws.scloud
eu-isoe|aws-iso-e-global|cloud.adc-e.uk|api.cloud-aws.adc-e.uk
us-isof|aws-iso-f-global|csp.hci.ic.gov|api.aws.hci.ic.gov
us eu ap sa ca me af il mx|aws-global|amazonaws.com|api.aws";

/// One of them.
#[derive(Default)]
struct Partition {
    /// The region that its pattern does not match; `aws-global` is AWS itself.
    other: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
}

impl Partition {
    fn of(region: &str) -> Self {
        let mut found = Self::default();
        for line in pieces(PARTITIONS, b'\n') {
            let mut columns = pieces(line, b'|');
            let mut next = || columns.next().unwrap_or_default();
            let prefixes = next();
            found = Self { other: next(), suffix: next(), dual_stack_suffix: next() };
            let matches = |prefix| {
                let rest = region.strip_prefix(prefix).and_then(|rest| rest.strip_prefix("-"));
                rest.is_some_and(is_word_and_number)
            };
            if found.other == region || pieces(prefixes, b' ').any(matches) {
                break;
            }
        }
        found
    }
}

/// `\w+-\d+`
fn is_word_and_number(text: &str) -> bool {
    let (word, number) = cut(text, b'-');
    !word.is_empty()
        && number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// An origin and a base path that requests may be signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// AWS's endpoint of a service.
    pub fn of(service: Service, region: &Region, fips: bool, dual_stack: bool) -> Self {
        let name = region.as_str();
        let partition = Partition::of(name);
        let (mut fips_host, mut dual_host) = (fips, dual_stack);
        match service {
            // Reached over IPv6 by the usual name; with FIPS, in four regions only.
            Service::CognitoIdentity if !fips && partition.other == "aws-global" => dual_host = false,
            Service::CognitoIdentity
                if matches!(name, "us-east-1" | "us-east-2" | "us-west-1" | "us-west-2") =>
            {
                dual_host = false;
            }
            Service::Sts if partition.other == "aws-us-gov-global" && !dual_stack => fips_host = false,
            Service::Sts if name == "aws-global" && !fips && !dual_stack => return Self::sts_of_all(),
            _ => {}
        }
        let suffix = if dual_host { partition.dual_stack_suffix } else { partition.suffix };
        let fips = if fips_host { "-fips" } else { "" };
        Self(joined(&["https://", service.host_name(), fips, ".", name, ".", suffix]))
    }

    fn sts_of_all() -> Self {
        Self("https://sts.amazonaws.com".to_owned())
    }

    /// STS's endpoint under the old setting `sts_regional_endpoints = legacy`, and the region to sign for.
    pub fn of_sts_legacy(region: &Region) -> Result<(Self, Region), Invalid> {
        if STS_GLOBAL.contains(&region.as_str()) {
            return Ok((Self::sts_of_all(), Region::new("us-east-1")?));
        }
        Ok((Self::of(Service::Sts, region, false, false), region.clone()))
    }

    /// An endpoint of the caller's choice, such as a proxy or a test server.
    ///
    /// `https://` with a host, a port and a base path if need be; `http://` only to this machine
    /// itself, because credentials and prompts would cross a network in the clear.
    pub fn parse(url: &str) -> Result<Self, Invalid> {
        let parsed = Url::parse(url)?;
        let wrong = |message| Invalid::value("InvalidEndpoint", message, &shown(url));
        if !parsed.https && !is_loopback(parsed.host()) {
            return Err(wrong(
                "http:// is for this machine only (localhost, 127.0.0.0/8, [::1]): use https://",
            ));
        }
        let path = parsed.path.trim_end_matches('/');
        let in_path = |b: u8| b.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@%".contains(&b);
        if url.bytes().any(|b| b == b'?') || !path.bytes().all(in_path) {
            return Err(wrong("an endpoint's path is percent-encoded, and there is no query"));
        }
        // URL libraries read `%2e` as a dot here.
        let dots = |segment: &str| {
            let (mut rest, mut count) = (segment, 0_usize);
            while let Some(next) = [".", "%2e", "%2E"].iter().find_map(|dot| rest.strip_prefix(dot)) {
                (rest, count) = (next, count.saturating_add(1));
            }
            rest.is_empty() && (1..=2).contains(&count)
        };
        if path.split('/').any(dots) {
            return Err(wrong(
                "an endpoint's path has no dot segments: a URL library would take them out after signing",
            ));
        }
        let scheme = if parsed.https { "https://" } else { "http://" };
        Ok(Self(joined(&[scheme, &parsed.authority, path])))
    }

    /// AWS's endpoint of a service, or the caller's own unless `given` is empty.
    pub fn choose(
        service: Service,
        region: &Region,
        given: &str,
        fips: bool,
        dual_stack: bool,
    ) -> Result<Self, Invalid> {
        if given.is_empty() {
            return Ok(Self::of(service, region, fips, dual_stack));
        }
        Self::parse(given).and_then(|own| Self::checked(&own.0, fips || dual_stack))
    }

    /// An endpoint that was parsed already, by `parse` or by the host's own URL parser: http or https, a
    /// host, a path without a slash at its end, and nothing else. `variant`: whether the FIPS or the
    /// dual-stack endpoint was asked for, which only AWS's own have.
    pub fn checked(base: &str, variant: bool) -> Result<Self, Invalid> {
        if variant {
            return Err(Invalid::new(
                "InvalidEndpoint",
                "useFipsEndpoint and useDualstackEndpoint are for AWS's own endpoints",
            ));
        }
        Ok(Self(base.to_owned()))
    }

    /// Origin and base path, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `host` is in lower case.
pub(crate) fn is_loopback(host: &str) -> bool {
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let v4 = host
        .strip_prefix("127.")
        .is_some_and(|rest| rest.split('.').count() == 3 && rest.split('.').all(is_number));
    v4 || host == "[::1]" || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn hosts_of_each_kind() {
        let host = |region: &str, fips, dual| {
            Endpoint::of(Service::BedrockRuntime, &Region::new(region).unwrap(), fips, dual)
                .as_str()
                .to_owned()
        };
        assert_eq!(host("us-east-1", false, false), "https://bedrock-runtime.us-east-1.amazonaws.com");
        assert_eq!(host("us-east-1", true, false), "https://bedrock-runtime-fips.us-east-1.amazonaws.com");
        assert_eq!(host("us-gov-west-1", true, true), "https://bedrock-runtime-fips.us-gov-west-1.api.aws");
        assert_eq!(host("cn-north-1", false, false), "https://bedrock-runtime.cn-north-1.amazonaws.com.cn");
        assert_eq!(host("xx-nowhere-9", false, false), "https://bedrock-runtime.xx-nowhere-9.amazonaws.com");
        assert_eq!(
            host("eusc-de-east-1", false, false),
            "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu"
        );
    }

    #[test]
    fn overrides_are_checked() {
        for (given, kept) in [
            ("https://proxy.example/base/", "https://proxy.example/base"),
            ("http://127.0.0.1:4567", "http://127.0.0.1:4567"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
            ("https://EXAMPLE.com:8443", "https://example.com:8443"),
        ] {
            assert_eq!(Endpoint::parse(given).unwrap().as_str(), kept);
        }
        for bad in [
            "",
            "ftp://x",
            "https://",
            "https://a@b",
            "https://a/b?c",
            "https://a/b#c",
            "https://a/../b",
            "https://a/%2E./b",
            "https://a/b/%2e",
            "http://example.com",
            "https://a:0",
            "https://a:99999",
            "https://a:",
            "https://a b",
            "https://a\\b",
            "https://[::1",
            "https://a..b",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }
}
