//! Cognito identity pools: the JSON of three operations; members that are not needed are not read.
//!
//! Source: the service model of cognito-identity, version 2014-06-30 (awsJson1_1).

use super::Read;
use crate::json::push_string;
use crate::secret::{Credentials, Secret, SecretJson};
use crate::time::Timestamp;
use serde_json::{Map, Value};

/// An identity provider's name and the token that it gave to the user.
pub type Login<'a> = (&'a str, &'a Secret);

/// The body of GetId.
pub fn get_id(pool_id: &str, account_id: Option<&str>, logins: &[Login<'_>]) -> String {
    object(&[("IdentityPoolId", Some(pool_id)), ("AccountId", account_id)], logins)
}

/// The body of GetCredentialsForIdentity.
pub fn get_credentials(identity_id: &str, custom_role_arn: Option<&str>, logins: &[Login<'_>]) -> String {
    object(&[("IdentityId", Some(identity_id)), ("CustomRoleArn", custom_role_arn)], logins)
}

/// The body of GetOpenIdToken.
pub fn get_open_id_token(identity_id: &str, logins: &[Login<'_>]) -> String {
    object(&[("IdentityId", Some(identity_id))], logins)
}

/// The identity's id, out of GetId's answer.
pub fn id(body: &[u8]) -> Read<String> {
    text(members(&mut SecretJson::read(body))?, "IdentityId", "no IdentityId")
}

/// The credentials, out of GetCredentialsForIdentity's answer.
pub fn credentials(body: &[u8]) -> Read<Credentials> {
    let mut answer = SecretJson::read(body);
    let answer = members(&mut answer)?;
    let Some(Value::Object(given)) = answer.get_mut("Credentials") else { return Err("no Credentials") };
    let secret = Secret::new(text(given, "SecretKey", "no SecretKey")?);
    let token = Secret::new(text(given, "SessionToken", "no SessionToken")?);
    let key = text(given, "AccessKeyId", "no AccessKeyId")?;
    // Seconds since 1970, with a fraction perhaps.
    let seconds = given.get("Expiration").and_then(Value::as_f64).ok_or("no Expiration")?;
    let expiration = Timestamp::from_unix_millis((seconds * 1000.0) as i64)
        .map_err(|_| "an Expiration beyond all years")?;
    let credentials =
        Credentials::new(key, secret, Some(token)).map_err(|_| "credentials of a wrong form")?;
    Ok(credentials.with_expiration(expiration))
}

/// The token, out of GetOpenIdToken's answer.
pub fn token(body: &[u8]) -> Read<Secret> {
    text(members(&mut SecretJson::read(body))?, "Token", "no Token").map(Secret::new)
}

/// A JSON object of texts, those that are there, and the logins if there are any.
fn object(texts: &[(&str, Option<&str>)], logins: &[Login<'_>]) -> String {
    // A byte takes six characters at most (`\u0000`) and a name or a text six beside it: it is never moved, as tokens
    // are in it.
    let logged = logins.iter().map(|(name, token)| (*name, Some(token.expose())));
    let all = texts.iter().copied().chain([("Logins", None)]).chain(logged);
    let room = |(name, value): (&str, Option<&str>)| {
        name.len().saturating_add(value.map_or(0, str::len)).saturating_add(2).saturating_mul(6)
    };
    let mut out = String::with_capacity(all.map(room).fold(2, usize::saturating_add));
    let mut before = '{';
    let mut member = |out: &mut String, name: &str| {
        out.push(before);
        before = ',';
        push_string(out, name);
        out.push(':');
    };
    for (name, value) in texts {
        if let Some(value) = value {
            member(&mut out, name);
            push_string(&mut out, value);
        }
    }
    if !logins.is_empty() {
        member(&mut out, "Logins");
        let mut before = '{';
        for (name, token) in logins {
            out.push(before);
            before = ',';
            push_string(&mut out, name);
            out.push(':');
            push_string(&mut out, token.expose());
        }
        out.push('}');
    }
    out.push('}');
    out
}

fn members(answer: &mut SecretJson) -> Read<&mut Map<String, Value>> {
    answer.0.as_object_mut().ok_or("it is no JSON object")
}

/// Takes a text out: it is not copied, so that a secret stays in one place.
fn text(members: &mut Map<String, Value>, name: &str, missing: &'static str) -> Read<String> {
    match members.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn bodies_are_json_whatever_is_in_them() {
        let token = Secret::from("a\"b\\\n");
        let body = get_id("us-east-1:p", Some("123456789012"), &[("x.example/\"", &token), ("y", &token)]);
        let json: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"IdentityPoolId": "us-east-1:p", "AccountId": "123456789012",
                "Logins": {"x.example/\"": "a\"b\\\n", "y": "a\"b\\\n"}})
        );
        assert_eq!(get_id("p", None, &[]), "{\"IdentityPoolId\":\"p\"}");
        assert_eq!(get_credentials("i", Some("r"), &[]), "{\"IdentityId\":\"i\",\"CustomRoleArn\":\"r\"}");
        assert_eq!(
            get_open_id_token("i", &[("y", &Secret::from("t"))]),
            "{\"IdentityId\":\"i\",\"Logins\":{\"y\":\"t\"}}"
        );
    }

    #[test]
    fn answers() {
        let good = r#"{"IdentityId":"us-east-1:i","Credentials":{"AccessKeyId":"ASIA","SecretKey":"s",
            "SessionToken":"t","Expiration":1.7960832005E9}}"#;
        let got = credentials(good.as_bytes()).unwrap();
        assert_eq!((got.access_key_id(), got.secret_access_key().expose()), ("ASIA", "s"));
        assert_eq!(got.expiration().unwrap().as_unix_millis(), 1_796_083_200_500);
        assert_eq!(id(good.as_bytes()).unwrap(), "us-east-1:i");
        assert_eq!(token(br#"{"Token":"t"}"#).unwrap().expose(), "t");
        for bad in [
            "",
            "[]",
            "null",
            "{}",
            "{\"Credentials\":null}",
            &good.replace("\"s\"", "1"),
            &good.replace("\"s\"", "\"\""),
            &good.replace("SessionToken", "Token"),
            &good.replace("\"ASIA\"", "\"AS\\nIA\""),
            &good.replace("1.7960832005E9", "1e300"),
            &good.replace("1.7960832005E9", "-1"),
            &good.replace("1.7960832005E9", "\"2026-11-21T09:30:00Z\""),
            &good[..good.len() - 1],
        ] {
            assert!(credentials(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(id(b"{\"IdentityId\":7}").is_err() && token(b"{\"IdentityId\":\"x\"}").is_err());
    }
}
