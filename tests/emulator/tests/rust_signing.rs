//! What a client signs for others: OpenAI's API and InvokeAgent over a plain reqwest, each signature checked by the emulator with aws-sigv4.

use crate::started::Emulator;
use outcrop::credentials::{ApiKey, Credentials, Secret};
use outcrop::event_stream::{Decoder, Message};
use outcrop::transport::HttpRequest;
use outcrop::{Client, Error};
use serde_json::{Value, json};
use std::time::Duration;

fn credentials(emulator: &Emulator) -> Credentials {
    Credentials::new(
        emulator.text("/temporaryCredentials/accessKeyId"),
        emulator.text("/temporaryCredentials/secretAccessKey"),
        Some(Secret::from(emulator.text("/temporaryCredentials/sessionToken"))),
    )
    .unwrap()
}

fn client(emulator: &Emulator) -> Client {
    Client::builder().region("us-east-1").credentials(credentials(emulator)).build().unwrap()
}

/// As it is sent.
fn request(method: &'static str, url: &str, body: String) -> HttpRequest {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    HttpRequest { method, url: url.to_owned(), headers, body: body.into() }
}

/// Sends what was signed, with reqwest alone.
async fn send(signed: HttpRequest) -> reqwest::Response {
    let mut sending = reqwest::Client::new().request(signed.method.parse().unwrap(), &signed.url);
    for (name, value) in &signed.headers {
        sending = sending.header(name, value);
    }
    sending.body(signed.body.clone()).send().await.unwrap()
}

async fn post(client: &Client, url: &str, body: &Value) -> reqwest::Response {
    send(client.sign_request(request("POST", url, body.to_string()), "bedrock").await.unwrap()).await
}

#[tokio::test]
async fn requests_of_others_are_signed() {
    let emulator = Emulator::start();
    let url = emulator.endpoint("/run/rust%20chat/openai/v1/chat/completions");
    let chat =
        json!({ "model": "openai.gpt-oss-20b-1:0", "messages": [{ "role": "user", "content": "Hi é" }] });
    let keyed = Client::builder()
        .region("us-east-1")
        .api_key(ApiKey::new(emulator.text("/apiKey")).unwrap())
        .build()
        .unwrap();
    for client in [client(&emulator), keyed] {
        let response = post(&client, &url, &chat).await;
        assert_eq!(response.status(), 200);
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let text = answer.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap();
        assert!(text.starts_with("You said: Hi é"), "{text}");
    }
    // What was signed is what counts.
    let mut signed =
        client(&emulator).sign_request(request("POST", &url, "{}".to_owned()), "bedrock").await.unwrap();
    signed.body = "[]".into();
    assert_eq!(send(signed).await.status(), 403);
}

#[tokio::test]
async fn urls_carry_their_signature() {
    let emulator = Emulator::start();
    let url = emulator.endpoint("/run/a/openai/v1/models?b=2&a=%2Fx%20y");
    let client = client(&emulator);
    let minute = Duration::from_secs(60);
    let presigned = client.presign_url("GET", &url, &[], minute, "bedrock").await.unwrap();
    let response = reqwest::get(&presigned.url).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().contains("gpt-oss"));
    let other = presigned.url.replace("b=2", "b=3");
    assert_eq!(reqwest::get(&other).await.unwrap().status(), 403);
    let second = client.presign_url("GET", &url, &[], Duration::from_secs(1), "bedrock").await.unwrap();
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(reqwest::get(&second.url).await.unwrap().status(), 403);
    for bad in [Duration::ZERO, Duration::from_secs(604_801)] {
        let refused = client.presign_url("GET", &url, &[], bad, "bedrock").await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }
}

#[tokio::test]
async fn the_decoder_reads_other_streams() {
    let emulator = Emulator::start();
    let url = emulator.endpoint("/pace/0/agents/A/agentAliases/B/sessions/C%2FD/text");
    let asked = json!({ "inputText": "Hi throw throttlingException", "enableTrace": true });
    let response = post(&client(&emulator), &url, &asked).await;
    assert_eq!(response.headers()["x-amz-bedrock-agent-session-id"], "C/D");
    let mut decoder = Decoder::new();
    let bytes = response.bytes().await.unwrap();
    let (mut told, mut rest) = (Vec::new(), &bytes[..]);
    while let Some(frame) = decoder.decode(&mut rest).unwrap() {
        told.push(match Message::of(&frame).unwrap() {
            Message::Event { event_type, .. } => event_type.to_owned(),
            Message::Exception { exception_type, .. } => exception_type.to_owned(),
            Message::Error { code, .. } => code.to_owned(),
        });
    }
    decoder.finish().unwrap();
    assert_eq!(told, ["trace", "chunk", "throttlingException"]);
}
