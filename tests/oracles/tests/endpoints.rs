//! The endpoint rules' own tests, as botocore carries them, against `Endpoint`: every case is judged, and what
//! the API cannot express is listed with its reason. Reads `../shared/vectors` in place; skipped without it.

use outcrop::endpoint::Endpoint;
use outcrop::region::Region;
use outcrop::service::Service;
use serde_json::Value;

/// 21 of bedrock-runtime, 21 of bedrock, 69 of sts, 35 of cognito-identity.
const CASES: usize = 146;

fn cases() -> Option<Vec<Value>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/endpoints/botocore/cases.json");
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// What our API makes of a case: the URL and, where it tells one, the region to sign for.
fn resolve(case: &Value) -> Result<(String, Option<String>), String> {
    let service = match case["service"].as_str().unwrap() {
        "bedrock-runtime" => Service::BedrockRuntime,
        "bedrock" => Service::Bedrock,
        "cognito-identity" => Service::CognitoIdentity,
        "sts" => Service::Sts,
        other => panic!("a service that these tests do not know: {other}"),
    };
    let params = &case["params"];
    let text = |name: &str| params[name].as_str().unwrap_or("");
    let flag = |name: &str| params[name].as_bool().unwrap_or(false);
    for name in params.as_object().into_iter().flat_map(|params| params.keys()) {
        assert!(
            ["Region", "Endpoint", "UseFIPS", "UseDualStack", "UseGlobalEndpoint"].contains(&name.as_str()),
            "a parameter that these tests do not know: {name}"
        );
    }
    let own = text("Endpoint");
    // An endpoint of the caller's own is one without any region.
    if !own.is_empty() && text("Region").is_empty() {
        assert!(!flag("UseFIPS") && !flag("UseDualStack"));
        let endpoint = Endpoint::parse(own).map_err(|error| error.to_string())?;
        return Ok((endpoint.as_str().to_owned(), None));
    }
    let region = Region::new(text("Region")).map_err(|error| error.to_string())?;
    let (fips, dual_stack) = (flag("UseFIPS"), flag("UseDualStack"));
    if flag("UseGlobalEndpoint") && own.is_empty() {
        assert!(service == Service::Sts && !fips && !dual_stack);
        let (endpoint, signed_for) = Endpoint::of_sts_legacy(&region).map_err(|error| error.to_string())?;
        return Ok((endpoint.as_str().to_owned(), Some(signed_for.as_str().to_owned())));
    }
    Endpoint::choose(service, &region, own, fips, dual_stack)
        .map(|endpoint| (endpoint.as_str().to_owned(), None))
        .map_err(|error| error.to_string())
}

/// A word that must be in our refusal where AWS's rules refuse, so that it is refused for the same reason.
fn reason(error: &str) -> &'static str {
    match error {
        "Invalid Configuration: FIPS and custom endpoint are not supported" => "useFipsEndpoint",
        "Invalid Configuration: Dualstack and custom endpoint are not supported" => "useDualstackEndpoint",
        "Invalid Configuration: Missing Region" => "region",
        other => panic!("a refusal that these tests do not know: {other}"),
    }
}

#[test]
fn every_case_of_the_rules() {
    let Some(cases) = cases() else {
        println!("{CASES} skipped: no ../shared/vectors");
        return;
    };
    let (mut urls, mut refusals, mut regions, mut wrong) = (0, 0, 0, Vec::new());
    let mut inexpressible = Vec::new();
    for case in &cases {
        let name = format!("{} {}", case["service"].as_str().unwrap(), case["n"]);
        let (got, expected) = (resolve(case), &case["expect"]);
        if let Some(error) = expected["error"].as_str() {
            match got {
                Err(ours) if ours.contains(reason(error)) => refusals += 1,
                other => wrong.push(format!("{name}: refused ({error}), got {other:?}")),
            }
            continue;
        }
        let endpoint = &expected["endpoint"];
        let url = endpoint["url"].as_str().unwrap();
        let Ok((got, signed_for)) = got else {
            wrong.push(format!("{name}: {url}, got {got:?}"));
            continue;
        };
        if got == url {
            urls += 1;
        } else {
            wrong.push(format!("{name}: {url}, got {got}"));
        }
        let scheme = &endpoint["properties"]["authSchemes"][0];
        let Some(region) = scheme["signingRegion"].as_str() else { continue };
        assert_eq!(scheme["signingName"], Service::Sts.signing_name(), "{name}");
        match signed_for {
            Some(ours) if ours == region => regions += 1,
            Some(ours) => wrong.push(format!("{name}: signed for {region}, got {ours}")),
            // The one call of STS here, AssumeRoleWithWebIdentity, is not signed; only the legacy rule tells.
            None => inexpressible.push(format!("{name}: signed for {region}: no call of STS here is signed")),
        }
    }
    println!("{urls} URLs, {refusals} refusals and {regions} signing regions of {} cases", cases.len());
    for line in &inexpressible {
        println!("its URL is right, the rest our API does not tell: {line}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((cases.len(), urls + refusals), (CASES, CASES));
    // `aws-global` without the legacy setting, and nothing else.
    assert_eq!((regions, inexpressible.len()), (17, 1), "{inexpressible:?}");
}

#[test]
fn the_judge_is_awake() {
    // A case turned wrong must not pass for right.
    let case = serde_json::json!({
        "service": "sts", "n": 0, "params": {"Region": "us-gov-west-1", "UseFIPS": true, "UseDualStack": false}
    });
    assert_ne!(resolve(&case).unwrap().0, "https://sts-fips.us-gov-west-1.amazonaws.com");
}
