//! What a page may send and read: strict, as several AWS services are.

use crate::support::{CLAUDE, Call, Emulator, ask};

fn preflight(emulator: &Emulator, run: &str, headers: &str) -> Call {
    let mut call = emulator.call("OPTIONS", &format!("/run/{run}/model/{CLAUDE}/converse"), "");
    call.headers.clear();
    call.with("origin", "http://page.example")
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", headers)
}

#[tokio::test]
async fn a_listed_header_is_allowed() {
    let emulator = Emulator::start(&[]);
    let asked = "accept, authorization,content-type,x-amz-date,x-amz-security-token,x-amz-target,\
                 X-Amzn-Bedrock-Trace,x-amzn-bedrock-accept";
    let reply = preflight(&emulator, "good", asked).send().await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("access-control-allow-methods"), "POST");
    let allowed = reply.header("access-control-allow-headers");
    assert!(allowed.contains("x-amzn-bedrock-trace") && allowed.contains("authorization"));
    let seen = emulator.seen("good").await;
    assert_eq!(seen["attempts"].as_array().map(Vec::len), Some(0));
    assert_eq!(seen["preflights"][0]["allowed"], true);
    assert_eq!(seen["preflights"][0]["asked"], asked);
    assert_eq!(seen["preflights"][0]["origin"], "http://page.example");
}

#[tokio::test]
async fn any_other_header_is_refused() {
    let emulator = Emulator::start(&[]);
    for header in ["amz-sdk-invocation-id", "x-amz-content-sha256", "x-amz-user-agent", "x-custom"] {
        let asked = format!("authorization,{header}");
        let reply = preflight(&emulator, "bad", &asked).send().await;
        assert_eq!(reply.status, 403, "{header}");
        let granted =
            reply.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).count();
        assert_eq!(granted, 0, "{header}");
    }
    let mut put = preflight(&emulator, "bad", "authorization");
    put.headers[1].1 = "PUT".to_owned();
    assert_eq!(put.send().await.status, 403);
    let seen = emulator.seen("bad").await;
    let preflights = seen["preflights"].as_array().expect("preflights");
    assert_eq!(preflights.len(), 5);
    assert!(preflights.iter().all(|preflight| preflight["allowed"] == false));
}

#[tokio::test]
async fn answers_say_what_a_page_may_read() {
    let emulator = Emulator::start(&[]);
    let exposed = "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date";
    let path = format!("/run/r/model/{CLAUDE}/converse");
    let good = emulator.post(&path, &ask("Hello")).send().await;
    let bad = emulator.call("POST", &path, "{}").send().await;
    assert_eq!((good.status, bad.status), (200, 403));
    for reply in [good, bad] {
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("access-control-expose-headers"), exposed);
    }
    let mut seen = emulator.call("GET", "/_seen/r", "");
    seen.headers.clear();
    assert_eq!(seen.send().await.header("access-control-allow-origin"), "*");
}
