//! The text of any family's answer, chunk and stream: whatever the bytes, it ends, says the same of bytes as of what they
//! mean, and holds no more memory than they are worth.

use outcrop::models::{Collector, text_of, text_of_chunk};
use serde_json::Value;

use crate::held;
use crate::input::Input;
use crate::values;

const IDS: [&str; 20] = [
    "",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-v2:1",
    "amazon.titan-text-lite-v1",
    "amazon.nova-lite-v1:0",
    "ai21.j2-mid-v1",
    "ai21.jamba-1-5-large-v1:0",
    "cohere.command-text-v14",
    "cohere.command-r-v1:0",
    "meta.llama3-8b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mistral-large-2402-v1:0",
    "deepseek.r1-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "stability.sd3-large-v1:0",
    "amazon.titan-embed-text-v2:0",
    "cohere.embed-english-v3",
    "cohere.rerank-v3-5:0",
    "openai.gpt-oss-20b-1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0",
];

/// One input: a model's id, then a body or the chunks of a stream.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte();
    let id = if kind & 0x80 == 0 { input.pick(&IDS).to_owned() } else { input.text(5, &IDS) };
    if kind & 1 == 0 {
        let body = values::bytes(&mut input);
        let told = text_of(&id, body.as_slice());
        let read: Option<Value> = serde_json::from_slice(&body).ok();
        assert_eq!(told.is_ok(), read.is_some());
        if let (Ok(told), Some(read)) = (told, read) {
            assert_eq!(text_of(&id, &read).expect("a value"), told);
            assert_eq!(told.text(), told.texts.first().map_or("", String::as_str));
        }
        return;
    }
    let mut collector = Collector::new(id.as_str());
    let mut length = 0;
    let (_, held) = held::most(|| {
        for _ in 0..1 + input.below(6) {
            let chunk = values::bytes(&mut input);
            length += chunk.len();
            let (told, pushed) = (text_of_chunk(&id, chunk.as_slice()), collector.push(chunk.as_slice()));
            assert_eq!(told.is_ok(), pushed.is_ok());
        }
    });
    // A parsed value takes some 100 bytes for each byte of `[[[[`; and for a generation that is told of, each one before
    // it is there, 48 bytes at most 1,024 times.
    let most = 400 * (length + 512) + 2 * 48 * 1024 + 65_536;
    assert!(held <= most, "{held} bytes for {length}");
    let told = collector.finish();
    assert!(told.texts.len() <= 1024);
}
