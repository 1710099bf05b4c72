//! Chains of event-stream chunks signed as aws-sigv4's `sign-eventstream` signs them, the empty one at the end too.

use aws_credential_types::Credentials;
use aws_sigv4::event_stream::{SigningParams, sign_empty_message, sign_message};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use outcrop::region::Region;
use outcrop::sigv4::sign_chunk;
use outcrop::time::Timestamp;
use outcrop_oracles::random::Random;
use std::time::{Duration, SystemTime};

/// Chains in a run, each of up to a dozen chunks.
const CHAINS: usize = 2_000;

#[test]
fn chains_are_signed_as_aws_sigv4_signs_them() {
    let mut random = Random::from_environment("chunk_signatures");
    let mut chunks = 0;
    for _ in 0..CHAINS {
        let characters: Vec<char> = ('!'..='~').collect();
        let length = 1 + random.below(90);
        let secret = random.text(length, &characters);
        let region = *random.pick(&["us-east-1", "eu-central-1", "us-gov-west-1"]);
        let service = *random.pick(&["bedrock", "transcribe"]);
        let identity: Identity = Credentials::new("AKID", secret.as_str(), None, None, "test").into();
        let mut theirs: String = random.text(64, &"0123456789abcdef".chars().collect::<Vec<_>>());
        let mut ours = theirs.clone();
        // Any second up to the year 2286.
        let mut seconds = random.number() % 10_000_000_000;
        for place in 0..random.below(12) {
            seconds += random.number() % 3;
            let params = SigningParams::builder()
                .identity(&identity)
                .region(region)
                .name(service)
                .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
                .settings(())
                .build()
                .unwrap();
            let length = random.below(300);
            let message = Message::new(random.bytes(length))
                .add_header(Header::new(":event-type", HeaderValue::String("chunk".into())));
            let signed = match place % 5 {
                4 => sign_empty_message(&theirs, &params),
                _ => sign_message(&message, &theirs, &params),
            };
            let (outer, signature) = signed.unwrap().into_parts();
            theirs = signature;
            let time = Timestamp::from_unix_millis(i64::try_from(seconds * 1000).unwrap()).unwrap();
            ours = sign_chunk(&secret, &Region::new(region).unwrap(), service, time, &ours, outer.payload());
            assert_eq!(ours, theirs, "{region} {service} {seconds}");
            chunks += 1;
        }
    }
    assert!(chunks > CHAINS, "{chunks} chunks");
    println!("{chunks} chunks in {CHAINS} chains");
}
