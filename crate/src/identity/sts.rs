//! STS's AssumeRoleWithWebIdentity: a form, and the few fields of its XML answer; it signs nothing, and no other operation is here.
//!
//! Source: the service model of sts, version 2011-06-15 (awsQuery).

use super::{Read, xml};
use crate::secret::{Credentials, Secret};
use crate::sigv4::percent_encode;
use crate::time::Timestamp;

/// The input.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRole<'a> {
    /// The role.
    pub role_arn: &'a str,
    /// A name that CloudTrail will show.
    pub role_session_name: &'a str,
    /// The user's token.
    pub web_identity_token: &'a Secret,
    /// The OAuth 2.0 provider's host, for those that are no OpenID Connect provider.
    pub provider_id: Option<&'a str>,
    /// Managed policies that narrow the role.
    pub policy_arns: &'a [String],
    /// A policy in JSON that narrows the role.
    pub policy: Option<&'a str>,
    /// Seconds that the credentials shall live.
    pub duration_seconds: Option<u32>,
}

/// The body: names and values, as a form sends them.
pub fn assume_role(input: &AssumeRole<'_>) -> String {
    // A byte takes three characters at most: it is never moved, as the token is in it. 512 are room for the names.
    let texts = [input.role_arn, input.role_session_name, input.web_identity_token.expose()];
    let optional = [input.provider_id, input.policy];
    let arns = input.policy_arns.iter().map(String::as_str);
    let bytes = texts.into_iter().chain(optional.into_iter().flatten()).chain(arns);
    // 40 more for the name before each policy's ARN.
    let bytes = bytes.map(|text| text.len().saturating_add(40)).fold(0, usize::saturating_add);
    let mut out = String::with_capacity(bytes.saturating_mul(3).saturating_add(512));
    out.push_str("Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
    let mut pair = |name: &str, value: &str| {
        out.push('&');
        out.push_str(name);
        out.push('=');
        percent_encode(&mut out, value);
    };
    pair("RoleArn", input.role_arn);
    pair("RoleSessionName", input.role_session_name);
    pair("WebIdentityToken", input.web_identity_token.expose());
    for (number, arn) in (1_u32..).zip(input.policy_arns) {
        pair(&format!("PolicyArns.member.{number}.arn"), arn);
    }
    let seconds = input.duration_seconds.map(|seconds| seconds.to_string());
    let optional = [
        ("ProviderId", input.provider_id),
        ("Policy", input.policy),
        ("DurationSeconds", seconds.as_deref()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            pair(name, value);
        }
    }
    out
}

/// Where the credentials stand.
const GIVEN: &str = "AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/Credentials/";

/// The credentials, out of the answer.
pub fn credentials(body: &[u8]) -> Read<Credentials> {
    let names = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"];
    let paths = names.map(|name| [GIVEN, name].concat());
    let [key, secret, token, expiration] = xml::texts(body, paths.each_ref().map(String::as_str))?;
    let key = key.ok_or("no AccessKeyId")?;
    let expiration = expiration.ok_or("no Expiration")?;
    let expiration =
        Timestamp::from_iso_8601(expiration.expose()).map_err(|_| "an Expiration that is no time")?;
    Credentials::new(key.expose(), secret.ok_or("no SecretAccessKey")?, Some(token.ok_or("no SessionToken")?))
        .map(|credentials| credentials.with_expiration(expiration))
        .map_err(|_| "credentials of a wrong form")
}

/// Code and message, out of an error answer; `None` where it is something else, such as a proxy's page.
pub fn error(body: &[u8]) -> Option<(String, String)> {
    let paths = ["ErrorResponse/Error/Code", "ErrorResponse/Error/Message"];
    let [code, message] = xml::texts(body, paths).ok()?;
    let text = |text: Secret| text.expose().to_owned();
    Some((text(code?), message.map(text).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_form() {
        let token = Secret::from("a+b/c=&d e");
        let full = AssumeRole {
            role_arn: "arn:aws:iam::123456789012:role/x",
            role_session_name: "me@x",
            web_identity_token: &token,
            provider_id: Some("www.amazon.com"),
            policy_arns: &["arn:a".to_owned(), "arn:b".to_owned()],
            policy: Some("{}"),
            duration_seconds: Some(900),
        };
        assert_eq!(
            assume_role(&full),
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fx\
             &RoleSessionName=me%40x&WebIdentityToken=a%2Bb%2Fc%3D%26d%20e&PolicyArns.member.1.arn=arn%3Aa\
             &PolicyArns.member.2.arn=arn%3Ab&ProviderId=www.amazon.com&Policy=%7B%7D&DurationSeconds=900"
        );
    }

    const GOOD: &str = r#"<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>amzn1.account.X</SubjectFromWebIdentityToken>
    <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/a/b</Arn><AssumedRoleId>A:b</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <SessionToken>AQoDYX/+=&amp;</SessionToken>
      <SecretAccessKey>wJalr/xUtn</SecretAccessKey>
      <Expiration>2026-11-21T17:00:00Z</Expiration>
      <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
    <Provider>www.amazon.com</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>"#;

    #[test]
    fn an_answer() {
        let got = credentials(GOOD.as_bytes()).unwrap();
        assert_eq!(got.access_key_id(), "ASgeIAIOSFODNN7EXAMPLE");
        assert_eq!(got.session_token().unwrap().expose(), "AQoDYX/+=&");
        assert_eq!(got.expiration().unwrap().amz_date(), "20261121T170000Z");
        for (from, to) in [
            ("AccessKeyId", "AccessKey"),
            ("<Credentials>", "<Credentials><AccessKeyId>AKIAOTHER</AccessKeyId>"),
            // Which of two are meant nobody can say; least of all are they to be mixed.
            ("<Credentials>", "<Credentials></Credentials><Credentials>"),
            ("<Credentials>", "<Credentials/><Credentials>"),
            ("</SessionToken>", "</SessionToken></Credentials><Credentials>"),
            (
                "<AssumeRoleWithWebIdentityResult>",
                "<AssumeRoleWithWebIdentityResult/><AssumeRoleWithWebIdentityResult>",
            ),
            ("2026-11-21T17:00:00Z", "tomorrow"),
            ("2026-11-21T17:00:00Z", ""),
            ("AQoDYX", "AQo\u{a0}DYX"),
            ("AQoDYX", "AQo\nDYX"),
            ("AssumeRoleWithWebIdentityResult", "Result"),
            ("<AssumeRoleWithWebIdentityResponse", "<!DOCTYPE a><AssumeRoleWithWebIdentityResponse"),
        ] {
            assert!(credentials(GOOD.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        // Under Miri, which is some thousand times slower, few of the cuts.
        for end in (0..GOOD.len()).step_by(if cfg!(miri) { 97 } else { 1 }) {
            assert!(credentials(&GOOD.as_bytes()[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn an_error() {
        let text = "<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>\
            <Message>No OpenIDConnect provider &lt;x&gt;</Message></Error></ErrorResponse>";
        let wanted = ("InvalidIdentityToken".to_owned(), "No OpenIDConnect provider <x>".to_owned());
        assert_eq!(error(text.as_bytes()), Some(wanted));
        assert_eq!(error(b"<html><body>502</body></html>"), None);
        assert_eq!(error(b"{}"), None);
    }
}
