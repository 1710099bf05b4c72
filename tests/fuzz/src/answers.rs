//! Answers and events through the types: what is no JSON is refused, what is read is written again, and reading that
//! again changes nothing. Nothing that a service sends makes one panic.

use outcrop::types::bedrock::{
    GetFoundationModelOutput, ListFoundationModelsOutput, ListInferenceProfilesOutput,
};
use outcrop::types::{
    ApplyGuardrailOutput, ConverseOutput, ConverseStreamEvent, CountTokensOutput, GetAsyncInvokeOutput,
    ListAsyncInvokesOutput,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::input::Input;
use crate::values;

const EVENTS: [&str; 9] = [
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
    "",
    "chunk",
    "someLaterEvent",
];

fn again<T: DeserializeOwned + Serialize>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return };
    assert!(serde_json::from_slice::<Value>(bytes).is_ok(), "it was no JSON");
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let second: T = serde_json::from_slice(&written).expect("what was written can be read");
    let told = serde_json::to_vec(&second).expect("what was read can be written");
    assert_eq!(String::from_utf8_lossy(&told), String::from_utf8_lossy(&written));
}

/// One input: which type, then the JSON.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.below(12);
    let event_type = input.pick(&EVENTS);
    let bytes = values::bytes(&mut input);
    match kind {
        0 => again::<ConverseOutput>(&bytes),
        1 => again::<CountTokensOutput>(&bytes),
        2 => again::<ApplyGuardrailOutput>(&bytes),
        3 => again::<GetAsyncInvokeOutput>(&bytes),
        4 => again::<ListAsyncInvokesOutput>(&bytes),
        5 => again::<ListFoundationModelsOutput>(&bytes),
        6 => again::<GetFoundationModelOutput>(&bytes),
        7 => again::<ListInferenceProfilesOutput>(&bytes),
        _ => {
            let Ok(event) = ConverseStreamEvent::from_event(event_type, &bytes) else { return };
            assert_eq!(event.event_type(), event_type);
            let _ = (event.text(), event.stop_reason(), event.usage());
            let written = event.to_payload().expect("what was read can be written");
            let second =
                ConverseStreamEvent::from_event(event_type, &written).expect("what was written can be read");
            let told = second.to_payload().expect("what was read can be written");
            assert_eq!(String::from_utf8_lossy(&told), String::from_utf8_lossy(&written));
        }
    }
}
