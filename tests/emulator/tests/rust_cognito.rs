//! Calls signed with what an identity pool vends: the pool is a few lines here, every signature is checked by aws-sigv4 in the emulator.

use crate::started::{Emulator, example};
use futures::future::join_all;
use outcrop::Client;
use outcrop::credentials::{Cache, CognitoIdentityPool, ServiceConfig};
use outcrop::types::{ConverseInput, Message};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
const POOL: &str = "us-east-1:11111111-2222-3333-4444-555555555555";
const PROMPT: &str = "Where does bedrock come to the surface?";

/// Operations and what was in them.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Vends the emulator's temporary credentials, and keeps what it was asked: (operation, body). The first
/// question gets a 500.
fn cognito(credentials: Value) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut length, mut operation) = (0, String::new());
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
                    break;
                }
                let (name, value) = line.trim_end().split_once(": ").unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    "x-amz-target" => operation = value.rsplit('.').next().unwrap().to_owned(),
                    "authorization" => panic!("these operations are not signed"),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = serde_json::from_slice(&body).unwrap();
            let number = {
                let mut log = log.lock().unwrap();
                log.push((operation.clone(), body));
                log.len()
            };
            let expiration = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3600;
            let (status, answer) = match operation.as_str() {
                _ if number == 1 => ("500 Oops", json!({"message": "once"})),
                "GetId" => ("200 OK", json!({"IdentityId": "us-east-1:me"})),
                _ => (
                    "200 OK",
                    json!({"IdentityId": "us-east-1:me", "Credentials": {
                        "AccessKeyId": credentials["accessKeyId"], "SecretKey": credentials["secretAccessKey"],
                        "SessionToken": credentials["sessionToken"], "Expiration": expiration}}),
                ),
            };
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                answer.len()
            );
            reader.get_mut().write_all((head + &answer).as_bytes()).unwrap();
        }
    });
    (address, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_of_two_clients_ask_cognito_once() {
    let emulator = Emulator::start();
    let (address, asked) = cognito(emulator.hello["temporaryCredentials"].clone());
    let pool = CognitoIdentityPool::new(POOL).unwrap();
    let cache = Cache::new(pool.config(&ServiceConfig::new().endpoint(address)).unwrap());
    let clients = [(); 2].map(|()| {
        let builder = Client::builder().region("us-east-1").endpoint(emulator.endpoint("/run/thousand"));
        builder.credentials(cache.clone()).build().unwrap()
    });
    let calls = (0..1000).map(|number| {
        let client = clients[number % 2].clone();
        tokio::spawn(async move {
            let input = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]);
            client.converse(input.build().unwrap()).await.map(|answer| answer.text().len())
        })
    });
    for answer in join_all(calls).await {
        assert!(answer.unwrap().unwrap() > 0);
    }
    let asked: Vec<_> = asked.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect();
    assert_eq!(asked, ["GetId", "GetId", "GetCredentialsForIdentity"]);
    let signatures = emulator.signatures("thousand").await;
    assert!(signatures.len() >= 1000 && signatures.iter().all(|signature| signature == "ok"));
}

/// The crate's example, as a guest and as a user whose token is in a file.
#[tokio::test]
async fn the_example_prints_an_answer() {
    let emulator = Emulator::start();
    let (address, asked) = cognito(emulator.hello["temporaryCredentials"].clone());
    let token = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cognito-token-{}", std::process::id()));
    std::fs::write(&token, "the user's token\n").unwrap();
    for login in [false, true] {
        let mut example = Command::new(example("cognito"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            example.env_remove(name);
        }
        example
            .arg(PROMPT)
            .env("COGNITO_IDENTITY_POOL_ID", POOL)
            .env("AWS_ENDPOINT_URL_COGNITO_IDENTITY", &address)
            .env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", emulator.endpoint("/pace/1/run/example"));
        if login {
            example.env("COGNITO_LOGIN", "login.example").env("COGNITO_TOKEN_FILE", &token);
        }
        let output = example.output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && out.len() > 20, "{out}{err}");
        assert_eq!(err.trim(), "(new credentials)");
    }
    std::fs::remove_file(&token).unwrap();
    assert_eq!(emulator.signatures("example").await, ["ok", "ok"]);
    let asked = asked.lock().unwrap();
    assert_eq!(asked.last().unwrap().1["Logins"], json!({"login.example": "the user's token"}));
}
