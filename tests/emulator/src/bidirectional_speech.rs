//! A conversation with a speech model: it listens while it speaks. It decides when something is said; what is said it
//! does not know.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bidirectional::{Conversation, End, Heard, Step};
use crate::frames;
use crate::speech::{self, Speech};

impl Conversation {
    /// Talks on from the first event to the end: how to end, or nothing when the other side is gone.
    pub async fn speak(&mut self, first: Value) -> Option<End> {
        let mut speech = Speech::default();
        let mut waits = VecDeque::new();
        let mut said = 0;
        let mut ended = false;
        if let Err(reason) = self.understand(&mut speech, &first, &mut waits) {
            return Some(self.invalid(&reason).await);
        }
        let mut due = Instant::now();
        loop {
            let heard = match (waits.is_empty(), ended) {
                (true, true) => return Some(End::Clean),
                (true, false) => Some(self.hear().await),
                (false, true) => {
                    tokio::time::sleep_until(due).await;
                    None
                }
                (false, false) => tokio::select! {
                    () = tokio::time::sleep_until(due) => None,
                    heard = self.hear() => Some(heard),
                },
            };
            match heard {
                None => {
                    let Some(event) = waits.pop_front() else { continue };
                    said += 1;
                    self.count(&event, false);
                    match self.answer(said, frames::chunk(&json!({ "event": event }), said)).await {
                        Step::On => {}
                        Step::Gone => return None,
                        Step::Over(end) => return Some(end),
                    }
                    due = Instant::now() + self.pace;
                }
                Some(Heard::Part(part)) => {
                    let event = speech::event(&self.model, &part);
                    let understood = event
                        .ok_or_else(|| "a chunk is JSON with the member 'event'".to_owned())
                        .and_then(|event| self.understand(&mut speech, &event, &mut waits));
                    if let Err(reason) = understood {
                        return Some(self.invalid(&reason).await);
                    }
                }
                Some(Heard::End) => ended = true,
                Some(Heard::Wrong(reason)) => {
                    return Some(self.refuse(self.listened.number, &reason).await);
                }
                Some(Heard::Malformed(reason)) => return Some(self.invalid(&reason).await),
                Some(Heard::Gone) => return None,
            }
        }
    }

    fn understand(
        &mut self,
        speech: &mut Speech,
        event: &Value,
        waits: &mut VecDeque<Value>,
    ) -> Result<(), String> {
        self.count(event, true);
        speech.hear(event, waits)
    }

    /// Counts the bytes of sound in an event.
    fn count(&self, event: &Value, came: bool) {
        let content = &event[if came { "audioInput" } else { "audioOutput" }]["content"];
        let bytes =
            content.as_str().and_then(|text| STANDARD.decode(text).ok()).map_or(0, |bytes| bytes.len());
        self.handle.duplex(|duplex| {
            let sound = duplex.sound_bytes.get_or_insert((0, 0));
            *(if came { &mut sound.0 } else { &mut sound.1 }) += bytes;
        });
    }
}
