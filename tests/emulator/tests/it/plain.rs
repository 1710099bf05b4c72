//! The operations without streams: what is refused, and what depends on what came before in the same run.

use serde_json::{Value, json};

use crate::support::{Emulator, Reply};

async fn get(emulator: &Emulator, path: &str) -> Reply {
    let mut call = emulator.call("GET", path, "");
    call.headers.clear();
    call.signed(&emulator.credentials()).send().await
}

fn start(token: &str, seconds: u32) -> Value {
    json!({
        "clientRequestToken": token,
        "modelId": "amazon.nova-reel-v1:0",
        "modelInput": { "seconds": seconds },
        "outputDataConfig": { "s3OutputDataConfig": { "s3Uri": "s3://some-bucket" } },
    })
}

#[tokio::test]
async fn they_want_a_signature_and_their_own_method() {
    let emulator = Emulator::start(&[]);
    for path in ["/foundation-models", "/async-invoke?maxResults=5", "/inference-profiles/a%3Ab"] {
        let mut unsigned = emulator.call("GET", path, "");
        unsigned.headers.clear();
        assert_eq!(unsigned.send().await.error().0, "MissingAuthenticationTokenException", "{path}");
    }
    // The query is signed.
    let mut call = emulator.call("GET", "/async-invoke?maxResults=5", "").signed(&emulator.credentials());
    call.path = "/async-invoke?maxResults=6".to_owned();
    assert_eq!(call.send().await.error().0, "InvalidSignatureException");
    let wrong = [
        ("GET", "/guardrail-checks/invoke"),
        ("POST", "/foundation-models"),
        ("POST", "/async-invoke/a"),
        ("GET", "/model/m/count-tokens"),
        ("PUT", "/async-invoke"),
        ("GET", "/foundation-models/"),
        ("GET", "/foundation-models/a/b"),
    ];
    for (method, path) in wrong {
        let reply = emulator.call(method, path, "{}").signed(&emulator.credentials()).send().await;
        assert_eq!(reply.status, 200, "{method} {path}");
        let unknown = "com.amazon.coral.service#UnknownOperationException";
        assert_eq!(reply.json()["Output"]["__type"], unknown, "{method} {path}");
    }
}

#[tokio::test]
async fn what_they_refuse() {
    let emulator = Emulator::start(&[]);
    let posts = [
        ("/model/nobody.m/count-tokens", json!({ "input": { "converse": {} } }), 400, "ValidationException"),
        ("/model/amazon.nova/count-tokens", json!({}), 400, "ValidationException"),
        ("/model/amazon.nova/count-tokens", json!({ "input": {} }), 400, "SerializationException"),
        ("/model/amazon.nova/count-tokens", json!([]), 400, "SerializationException"),
        (
            "/model/amazon.nova/count-tokens",
            json!({ "input": { "invokeModel": { "body": "{}" } } }),
            400,
            "SerializationException",
        ),
        ("/guardrail/missing/version/1/apply", json!({}), 404, "ResourceNotFoundException"),
        ("/guardrail/G1/version/1/apply", json!({}), 400, "ValidationException"),
        ("/guardrail/g1/version/0/apply", json!({}), 404, "ResourceNotFoundException"),
        ("/guardrail/g1/version/1/apply", json!({ "source": "ELSE" }), 400, "ValidationException"),
        (
            "/guardrail/g1/version/1/apply",
            json!({ "source": "INPUT", "content": [{ "text": "plain" }] }),
            400,
            "SerializationException",
        ),
        ("/guardrail-checks/invoke", json!({ "messages": [] }), 400, "ValidationException"),
        ("/async-invoke", json!({ "modelId": "m" }), 400, "ValidationException"),
    ];
    for (path, body, status, name) in posts {
        let reply = emulator.post(path, &body).send().await;
        assert_eq!((reply.status, reply.error().0.as_str()), (status, name), "{path} {body}");
    }
    let gets = [
        ("/async-invoke/arn%3Anothing", 400, "ValidationException"),
        ("/async-invoke?maxResults=0", 400, "ValidationException"),
        ("/async-invoke?maxResults=1001", 400, "ValidationException"),
        ("/async-invoke?nextToken=x", 400, "ValidationException"),
        ("/async-invoke?statusEquals=completed", 400, "ValidationException"),
        ("/async-invoke?submitTimeAfter=1700000000", 400, "SerializationException"),
        ("/async-invoke?status=Completed", 400, "EmulatorMisuse"),
        ("/inference-profiles?typeEquals=APPLICATION", 400, "EmulatorMisuse"),
        ("/foundation-models/no.model", 404, "ResourceNotFoundException"),
    ];
    for (path, status, name) in gets {
        let reply = get(&emulator, path).await;
        assert_eq!((reply.status, reply.error().0.as_str()), (status, name), "{path}");
    }
}

#[tokio::test]
async fn an_invocation_is_started_once_and_gets_done() {
    let emulator = Emulator::start(&[]);
    let begin = async |run: &str, token: &str, seconds: u32| {
        let reply = emulator.post(&format!("/run/{run}/async-invoke"), &start(token, seconds)).send().await;
        reply.json()["invocationArn"].as_str().map(str::to_owned).ok_or(reply.error().0)
    };
    let arn = begin("r", "a", 1).await.expect("starts");
    assert_eq!(begin("r", "a", 1).await, Ok(arn.clone()));
    assert_eq!(begin("r", "a", 2).await, Err("ConflictException".to_owned()));
    assert_ne!(begin("r", "b", 1).await, Ok(arn.clone()));
    // Deterministic, and by run.
    assert_eq!(begin("other", "a", 2).await, Ok(arn.clone()));
    let path = format!("/run/r/async-invoke/{}", arn.replace(':', "%3A").replace('/', "%2F"));
    for status in ["InProgress", "Completed"] {
        assert_eq!(get(&emulator, &path).await.json()["status"], status);
    }
    let listed = async |query: &str| {
        let answer = get(&emulator, &format!("/run/r/async-invoke?{query}")).await.json();
        let summaries = answer["asyncInvokeSummaries"].as_array().expect("a list").clone();
        (summaries.len(), answer["nextToken"].as_str().map(str::to_owned))
    };
    assert_eq!(listed("").await, (2, None));
    assert_eq!(listed("statusEquals=Completed").await, (1, None));
    assert_eq!(listed("submitTimeAfter=2025-01-02T03%3A04%3A05Z").await, (1, None));
    let (first, token) = listed("maxResults=1").await;
    let token = token.expect("there is more");
    let token = percent_encoding::utf8_percent_encode(&token, percent_encoding::NON_ALPHANUMERIC);
    assert_eq!(first, 1);
    assert_eq!(listed(&format!("maxResults=1&nextToken={token}")).await, (1, None));
}
