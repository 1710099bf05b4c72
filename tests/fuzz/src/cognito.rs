//! Cognito's JSON: answers read as serde_json reads them, requests that are JSON whatever is in them.

use outcrop::identity::cognito;
use outcrop::secret::Secret;
use serde_json::{Map, Value, json};

use crate::input::Input;

const NAMES: [&str; 10] = [
    "Credentials",
    "AccessKeyId",
    "SecretKey",
    "SessionToken",
    "Expiration",
    "IdentityId",
    "Token",
    "Logins",
    "__type",
    "a",
];
const TEXTS: [&str; 8] = ["", "ASIA", "s/+=", "us-east-1:i", "a b", "é", "\n", "\""];

fn value(input: &mut Input<'_>, depth: usize) -> Value {
    match input.below(if depth == 0 { 7 } else { 10 }) {
        0 => Value::Null,
        1 => Value::from(f64::from(input.word()) + 0.25),
        2 => serde_json::Number::from_f64(f64::from_bits(input.long())).map_or(Value::Null, Value::Number),
        3 => Value::from(input.long()),
        4..7 => Value::from(input.pick(&TEXTS)),
        _ => Value::Object(object(input, depth - 1)),
    }
}

fn object(input: &mut Input<'_>, depth: usize) -> Map<String, Value> {
    (0..input.below(7)).map(|_| (input.pick(&NAMES).to_owned(), value(input, depth))).collect()
}

/// One input: an answer, or what is asked.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() & 7 {
        0 => answer(input.rest()),
        1 => asked(&mut input),
        2..5 => {
            // All that is needed, each of any kind.
            let credentials: Map<String, Value> =
                NAMES[1..5].iter().map(|name| ((*name).to_owned(), value(&mut input, 0))).collect();
            answer(
                json!({ "IdentityId": value(&mut input, 0), "Credentials": credentials })
                    .to_string()
                    .as_bytes(),
            );
        }
        _ => answer(Value::Object(object(&mut input, 2)).to_string().as_bytes()),
    }
}

fn answer(body: &[u8]) {
    let read: Option<Value> = serde_json::from_slice(body).ok();
    let text = |of: Option<&Value>, name: &str| {
        of?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let object = read.as_ref().filter(|value| value.is_object());
    assert_eq!(cognito::id(body).ok(), text(object, "IdentityId"));
    assert_eq!(cognito::token(body).ok().map(|token| token.expose().to_owned()), text(object, "Token"));
    let given = object.and_then(|object| object.get("Credentials")).filter(|given| given.is_object());
    let (key, secret, token) =
        (text(given, "AccessKeyId"), text(given, "SecretKey"), text(given, "SessionToken"));
    let expiration = given.and_then(|given| given.get("Expiration")).and_then(Value::as_f64);
    let visible =
        |text: &Option<String>| text.as_ref().is_some_and(|text| text.bytes().all(|b| b.is_ascii_graphic()));
    let good = visible(&key)
        && !key.as_ref().is_some_and(|key| key.contains(['/', ',']))
        && secret.is_some()
        && visible(&token)
        && expiration.is_some_and(|seconds| seconds > -0.001 && seconds * 1000.0 < 253_402_300_800_000.0);
    let told = cognito::credentials(body);
    assert_eq!(told.is_ok(), good, "{told:?} {}", String::from_utf8_lossy(body));
    let Ok(told) = told else { return };
    assert_eq!(Some(told.access_key_id()), key.as_deref());
    assert_eq!(Some(told.secret_access_key().expose()), secret.as_deref());
    assert_eq!(told.session_token().map(Secret::expose), token.as_deref());
    let ms = told.expiration().map(|time| time.as_unix_millis() as f64);
    assert!((ms.unwrap_or(f64::NAN) - expiration.unwrap_or(f64::NAN) * 1000.0).abs() < 1.0);
}

fn asked(input: &mut Input<'_>) {
    let texts = [input.text(5, &TEXTS), input.text(5, &TEXTS), input.text(5, &TEXTS), input.text(5, &TEXTS)];
    let [pool, account, name, token] = &texts;
    let secret = Secret::from(token.as_str());
    let logins = [(name.as_str(), &secret)];
    let told: Value = serde_json::from_str(&cognito::get_id(pool, Some(account), &logins)).expect("JSON");
    assert_eq!(told, json!({ "IdentityPoolId": pool, "AccountId": account, "Logins": { name: token } }));
    let told: Value = serde_json::from_str(&cognito::get_credentials(pool, None, &logins)).expect("JSON");
    assert_eq!(told, json!({ "IdentityId": pool, "Logins": { name: token } }));
    let told: Value = serde_json::from_str(&cognito::get_open_id_token(pool, &[])).expect("JSON");
    assert_eq!(told, json!({ "IdentityId": pool }));
}
