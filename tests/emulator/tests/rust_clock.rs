//! A clock that is wrong, with nothing to tell it by but the error's text: the emulator checks each signature with aws-sigv4 and the real time.

use crate::started::Emulator;
use futures::future::join_all;
use outcrop::Client;
use outcrop::credentials::{Credentials, Secret};
use outcrop::failure::NetworkError;
use outcrop::time::Timestamp;
use outcrop::transport::{BoxFuture, HttpRequest, HttpResponse, Transport};
use outcrop::types::{ConverseInput, Message};
use std::sync::Arc;
use std::time::Duration;

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

/// A host whose clock is so far off, and who can't read an answer's Date, like a page behind CORS.
#[derive(Debug)]
struct Lying {
    real: Arc<dyn Transport>,
    off_ms: i64,
}

impl Transport for Lying {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            let mut response = self.real.send(request).await?;
            response.headers.retain(|(name, _)| name != "date");
            Ok(response)
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.real.sleep(duration)
    }

    fn now(&self) -> Timestamp {
        self.real.now().offset(self.off_ms)
    }

    fn random(&self) -> Option<u64> {
        self.real.random()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_an_hour_off_take_at_most_one_attempt_more_each() {
    let emulator = Emulator::start();
    let credentials = Credentials::new(
        emulator.text("/temporaryCredentials/accessKeyId"),
        emulator.text("/temporaryCredentials/secretAccessKey"),
        Some(Secret::from(emulator.text("/temporaryCredentials/sessionToken"))),
    )
    .unwrap();
    let hour = 3_600_000;
    for (run, off_ms) in [("ahead", hour), ("behind", -hour)] {
        let client = Client::builder()
            .region("us-east-1")
            .endpoint(format!("{}/run/{run}", emulator.text("/address")))
            .credentials(credentials.clone())
            .transport(Lying { real: outcrop::transport::default().unwrap(), off_ms })
            .build()
            .unwrap();
        let call = || async {
            let input = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello")]);
            client.converse(input.build().unwrap()).await.map(|answer| answer.metadata.clone())
        };
        let answers = join_all((0..100).map(|_| call())).await;
        let attempts: Vec<u32> = answers.into_iter().map(|answer| answer.unwrap().attempts).collect();
        assert!(attempts.iter().all(|attempts| (1..=2).contains(attempts)), "{run}: {attempts:?}");
        assert!(attempts.contains(&2), "{run}: the clock was not wrong");
        // And from then on it is known.
        assert_eq!(call().await.unwrap().attempts, 1, "{run}");
        let seen = emulator.seen(run).await;
        let seen = seen["attempts"].as_array().unwrap();
        let good = seen.iter().filter(|attempt| attempt["signature"] == "ok").count();
        let expected: usize = attempts.iter().map(|attempts| *attempts as usize).sum();
        assert_eq!((good, seen.len()), (101, expected + 1), "{run}");
    }
}
