//! Who is let in and who is not, with AWS's names and texts. Everything here is signed by aws-sigv4; botocore and
//! AWS's JavaScript client are tried in tests/oracles/clients.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use serde_json::json;

use crate::support::{CLAUDE, Emulator, ask};

const HOUR: Duration = Duration::from_secs(3600);

fn path(run: &str) -> String {
    format!("/run/{run}/model/{CLAUDE}/converse")
}

#[tokio::test]
async fn signed_requests_are_answered() {
    let emulator = Emulator::start(&[]);
    let arn = "arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-3-haiku-20240307-v1%3A0";
    for id in [CLAUDE, "anthropic.claude-3-haiku-20240307-v1:0", arn] {
        let path = format!("/run/ok/model/{id}/converse");
        let reply = emulator.post(&path, &ask("Hello")).send().await;
        assert_eq!(reply.status, 200, "{id}: {:?}", reply.body);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert!(httpdate::parse_http_date(reply.header("date")).is_ok());
        assert!(uuid::Uuid::parse_str(reply.header("x-amzn-requestid")).is_ok());
    }
    let temporary = emulator.temporary();
    let call = emulator.call("POST", &path("ok"), ask("Hello").to_string());
    assert_eq!(call.clone().signed(&temporary).send().await.status, 200);
    // A token that is sent but not signed.
    let bare = Credentials::new(temporary.access_key_id(), temporary.secret_access_key(), None, None, "test");
    let token = temporary.session_token().expect("a token");
    let reply = call.clone().signed(&bare).with("x-amz-security-token", token).send().await;
    assert_eq!(reply.status, 200);
    // Headers outside SignedHeaders, a signed one with spaces, a signed query.
    let reply = call
        .clone()
        .with("x-amzn-bedrock-trace", "  a   b ")
        .signed(&emulator.credentials())
        .with("user-agent", "test")
        .send()
        .await;
    assert_eq!(reply.status, 200);
    let query = format!("{}?b=2&a=%2F+x&c", path("ok"));
    assert_eq!(emulator.post(&query, &ask("Hello")).send().await.status, 200);
    let seen = emulator.seen("ok").await;
    let attempts = seen["attempts"].as_array().expect("attempts");
    assert_eq!(attempts.len(), 7);
    assert!(attempts.iter().all(|attempt| attempt["signature"] == "ok"), "{seen}");
    assert_eq!(seen["open"], 0);
}

#[tokio::test]
async fn wrong_signatures_are_refused() {
    let emulator = Emulator::start(&[]);
    let known = emulator.credentials();
    let mine = |key: &str, secret: &str, token: Option<&str>| {
        Credentials::new(key, secret, token.map(str::to_owned), None, "test")
    };
    let secret = known.secret_access_key();
    let temporary = emulator.temporary();
    let expired = emulator.line["expiredSessionToken"].as_str();
    let mismatch = "The request signature we calculated does not match the signature you provided. ";
    let unknown = "The security token included in the request is invalid.";
    let refused = [
        (mine(known.access_key_id(), "another", None), "InvalidSignatureException", mismatch),
        (mine("AKIAIOSFODNN7EXAMPLE", secret, None), "UnrecognizedClientException", unknown),
        (mine(known.access_key_id(), secret, Some("token")), "UnrecognizedClientException", unknown),
        (
            mine(temporary.access_key_id(), temporary.secret_access_key(), None),
            "UnrecognizedClientException",
            unknown,
        ),
        (
            mine(temporary.access_key_id(), temporary.secret_access_key(), expired),
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    ];
    for (credentials, name, text) in refused {
        let call = emulator.call("POST", &path("bad"), ask("Hello").to_string());
        let reply = call.signed(&credentials).send().await;
        assert_eq!(reply.status, 403);
        let (error, message) = reply.error();
        assert_eq!(error, name);
        assert!(message.starts_with(text), "{message}");
        assert_eq!(
            reply.header("x-amzn-errortype"),
            format!("{name}:http://internal.amazon.com/coral/com.amazon.coral.service/")
        );
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    // Anything that changes after the signature breaks it.
    let signed = emulator.post(&path("bad"), &ask("Hello"));
    let mut changes = vec![signed.clone(); 5];
    changes[0].body = ask("Hullo").to_string().into();
    changes[1].path = changes[1].path.replace("%3A", ":");
    changes[2].path.push_str("?x=1");
    changes[3].headers[0].1 = "text/plain".to_owned();
    changes[4].headers.retain(|(name, _)| name != "content-type");
    for changed in changes {
        let reply = changed.send().await;
        assert_eq!((reply.status, reply.error().0.as_str()), (403, "InvalidSignatureException"));
    }
    let unsigned = emulator.call("POST", &path("none"), ask("Hello").to_string()).send().await;
    assert_eq!(unsigned.status, 403);
    assert_eq!(unsigned.error().0, "MissingAuthenticationTokenException");
    let seen = emulator.seen("bad").await;
    let attempts = seen["attempts"].as_array().expect("attempts");
    assert!(attempts.iter().all(|attempt| attempt["signature"] == "bad"), "{seen}");
    assert!(attempts.iter().all(|attempt| attempt["reason"].is_string()), "{seen}");
    assert_eq!(emulator.seen("none").await["attempts"][0]["signature"], "none");
}

#[tokio::test]
async fn a_wrong_clock_is_told_with_both_times() {
    let emulator = Emulator::start(&[]);
    let known = emulator.credentials();
    let call = emulator.call("POST", &path("skew"), ask("Hello").to_string());
    let now = SystemTime::now();
    let (name, message) = call.clone().signed_at(&known, now - HOUR).send().await.error();
    assert_eq!(name, "InvalidSignatureException");
    let words: Vec<&str> = message.split(' ').collect();
    assert_eq!(words[..2], ["Signature", "expired:"], "{message}");
    assert_eq!(words[3..7], ["is", "now", "earlier", "than"], "{message}");
    assert_eq!(words[9..], ["-", "5", "min.)"], "{message}");
    let (signed, limit, server) = (words[2], words[7], words[8].trim_start_matches('('));
    assert_eq!(seconds(server) - seconds(limit), 300);
    assert!((3600..=3605).contains(&(seconds(server) - seconds(signed))), "{message}");

    let (name, message) = call.clone().signed_at(&known, now + HOUR).send().await.error();
    assert_eq!(name, "InvalidSignatureException");
    let words: Vec<&str> = message.split(' ').collect();
    assert_eq!(words[..4], ["Signature", "not", "yet", "current:"], "{message}");
    assert_eq!(words[5..9], ["is", "still", "later", "than"], "{message}");
    assert_eq!(words[11..], ["+", "5", "min.)"], "{message}");
    let (signed, limit, server) = (words[4], words[9], words[10].trim_start_matches('('));
    assert_eq!(seconds(limit) - seconds(server), 300);
    assert!((3595..=3600).contains(&(seconds(signed) - seconds(server))), "{message}");

    // Four minutes are within the five.
    for time in [now - Duration::from_secs(240), now + Duration::from_secs(240)] {
        assert_eq!(call.clone().signed_at(&known, time).send().await.status, 200);
    }
}

/// Unix seconds of `20260101T000000Z`.
fn seconds(text: &str) -> i64 {
    let layout = time::macros::format_description!("[year][month][day]T[hour][minute][second]Z");
    time::PrimitiveDateTime::parse(text, layout).expect("a time").assume_utc().unix_timestamp()
}

#[tokio::test]
async fn presigned_requests() {
    let emulator = Emulator::start(&[]);
    let now = SystemTime::now();
    let life = Duration::from_secs(60);
    let mut call = emulator.call("POST", &path("query"), ask("Hello").to_string());
    call.headers.clear();
    for credentials in [emulator.credentials(), emulator.temporary()] {
        let presigned = call.clone().presigned_at(&credentials, now, life);
        // A header added afterwards is harmless.
        let reply = presigned.clone().with("content-type", "application/json").send().await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let mut changed = presigned;
        changed.body = ask("Hullo").to_string().into();
        assert_eq!(changed.send().await.error().0, "InvalidSignatureException");
    }
    // A token that was added to the URL after signing.
    let temporary = emulator.temporary();
    let bare = Credentials::new(temporary.access_key_id(), temporary.secret_access_key(), None, None, "test");
    let mut late = call.clone().presigned_at(&bare, now, life);
    late.path += "&X-Amz-Security-Token=outcrop-emulator-session-token";
    assert_eq!(late.send().await.status, 200);
    let expired = call.clone().presigned_at(&emulator.credentials(), now - 2 * life, life);
    let (name, message) = expired.send().await.error();
    assert_eq!(name, "InvalidSignatureException");
    assert!(message.starts_with("Signature expired: "), "{message}");
    let week = Duration::from_secs(8 * 24 * 3600);
    let long = call.presigned_at(&emulator.credentials(), now, week).send().await;
    assert_eq!(long.error().0, "IncompleteSignatureException");
}

#[tokio::test]
async fn api_keys() {
    let emulator = Emulator::start(&[]);
    let key = emulator.line["apiKey"].as_str().expect("a key");
    let call = emulator.call("POST", &path("key"), ask("Hello").to_string());
    let reply = call.clone().with("authorization", &format!("Bearer {key}")).send().await;
    assert_eq!(reply.status, 200);
    let reply = call.with("authorization", "Bearer nonsense").send().await;
    assert_eq!((reply.status, reply.error().0.as_str()), (403, "AccessDeniedException"));
    let seen = emulator.seen("key").await;
    assert_eq!(seen["attempts"][0]["signature"], "bearer");
    assert_eq!(seen["attempts"][1]["signature"], "bad");
}

#[tokio::test]
async fn a_signed_hash_must_be_the_bodys() {
    let emulator = Emulator::start(&[]);
    let body = ask("Hello").to_string();
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()));
    let call = emulator.call("POST", &path("hash"), body);
    let known = emulator.credentials();
    let right = call.clone().with("x-amz-content-sha256", &hash).signed(&known).send().await;
    assert_eq!(right.status, 200);
    let wrong = call.with("x-amz-content-sha256", &"0".repeat(64)).signed(&known).send().await;
    assert_eq!(wrong.error().0, "InvalidSignatureException");
}

#[tokio::test]
async fn paths_that_are_no_operation() {
    let emulator = Emulator::start(&[]);
    // A raw slash in an ARN makes another path, and the service says so with HTTP 200.
    let raw = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-v2";
    let reply = emulator.post(&format!("/run/x/model/{raw}/converse"), &ask("Hello")).send().await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["Output"]["__type"], json!("com.amazon.coral.service#UnknownOperationException"));
    // Labels are decoded once: what is encoded twice is no model.
    let twice = emulator.post("/model/anthropic.claude-v2%253A1/converse", &ask("Hello")).send().await;
    assert_eq!(twice.status, 400);
    assert_eq!(twice.error().1, "The provided model identifier is invalid.");
}
