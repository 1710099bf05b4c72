//! What a speech model hears and says, event by event: the order that it wants, whose turn it is, transcripts and a voice.
//! It understands no word: it tells how long a sound was and says it back, and plays a tone for a text.
//!
//! Shapes: AWS's user guide to Nova Sonic, input and output events.

use std::collections::{HashMap, VecDeque};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::builtin::words;

/// Bytes of a sample: 16 bits.
const SAMPLE_BYTES: usize = 2;
/// A sample above this is sound and not a quiet room: 2 % of the loudest.
const SOUND: u16 = 655;
/// Milliseconds of quiet after a sound that end a turn: about what the model waits at its highest sensitivity.
const QUIET_MS: usize = 800;
/// Milliseconds of voice in one event.
const PIECE_MS: usize = 100;
/// The longest voice, in milliseconds.
const LONGEST_MS: usize = 10_000;
/// Milliseconds of tone for a word of a text, and the tone in hertz: concert pitch.
const WORD_MS: usize = 150;
const TONE_HZ: f64 = 440.0;
/// Tokens that a second of sound counts: any constant will do.
const TOKENS_A_SECOND: usize = 25;
/// A prompt with these words is interrupted in the middle of its answer, as if someone had spoken.
const INTERRUPT: &str = "interrupt yourself";

/// Whether this model talks, and the event in a chunk, if it is one of the model's.
pub fn event(model: &str, chunk: &[u8]) -> Option<Value> {
    let name = model.rsplit('/').next().unwrap_or(model);
    if !name.contains("amazon.nova-") || !name.contains("sonic") {
        return None;
    }
    let value: Value = serde_json::from_slice(chunk).ok()?;
    let event = &value["event"];
    event.as_object().filter(|event| event.len() == 1).map(|_| event.clone())
}

/// What a content is of.
enum Kind {
    Text(String),
    Audio { samples: Vec<i16>, rate: usize, quiet_ms: usize },
}

struct Content {
    role: String,
    interactive: bool,
    kind: Kind,
}

#[derive(Default)]
pub struct Speech {
    session: Option<String>,
    /// The prompt's name and the hertz of the voice.
    prompt: Option<(String, usize)>,
    contents: HashMap<String, Content>,
    turns: usize,
    /// Tokens in and out, each of speech and of text.
    total: [usize; 4],
}

impl Speech {
    /// What is to be said to an event, after what `waits` to be said, which a voice cuts short. The text says what is
    /// wrong.
    pub fn hear(&mut self, event: &Value, waits: &mut VecDeque<Value>) -> Result<(), String> {
        let Some((name, value)) = event.as_object().and_then(|event| event.iter().next()) else {
            return Err("an event has one member".to_owned());
        };
        match name.as_str() {
            "sessionStart" if self.session.is_none() => {
                self.session = Some(uuid::Uuid::new_v4().to_string());
                return Ok(());
            }
            "sessionStart" => return Err("the session has started".to_owned()),
            _ if self.session.is_none() => return Err(format!("{name} comes after sessionStart")),
            "sessionEnd" => {
                self.prompt = None;
                return Ok(());
            }
            "promptStart" => return self.prompt_start(value),
            _ => {}
        }
        let prompt = self.prompt.as_ref().map(|(name, _)| name.as_str());
        if prompt.is_none() || value["promptName"].as_str() != prompt {
            return Err(format!("{name} names the prompt that has started"));
        }
        let content = value["contentName"].as_str().unwrap_or_default().to_owned();
        match name.as_str() {
            "promptEnd" => {
                self.prompt = None;
                self.contents.clear();
            }
            "contentStart" => self.content_start(content, value)?,
            "textInput" => match self.contents.get_mut(&content).map(|content| &mut content.kind) {
                Some(Kind::Text(text)) => text.push_str(value["content"].as_str().unwrap_or_default()),
                _ => return Err(format!("no text content '{content}' has started")),
            },
            "audioInput" => {
                let bytes = value["content"].as_str().and_then(|text| STANDARD.decode(text).ok());
                let bytes = bytes.ok_or("the content of audioInput is no base64")?;
                self.listen(&content, &bytes, waits)?;
            }
            "contentEnd" => {
                let ended = self.contents.remove(&content);
                let Content { role, interactive, kind } =
                    ended.ok_or_else(|| format!("no content '{content}' has started"))?;
                match kind {
                    Kind::Text(text) if role == "USER" && interactive => self.turn(&text, None, waits),
                    Kind::Audio { samples, rate, .. } if !samples.is_empty() => {
                        self.answer_sound(&samples, rate, waits);
                    }
                    _ => {}
                }
            }
            _ => return Err(format!("there is no event {name}")),
        }
        Ok(())
    }

    fn prompt_start(&mut self, value: &Value) -> Result<(), String> {
        let name =
            value["promptName"].as_str().filter(|name| !name.is_empty()).ok_or("a prompt has a name")?;
        let voice = &value["audioOutputConfiguration"];
        let rate = match voice["sampleRateHertz"].as_u64() {
            Some(8000) => 8000,
            Some(16000) => 16000,
            Some(24000) => 24000,
            _ => return Err("sampleRateHertz is 8000, 16000 or 24000".to_owned()),
        };
        if voice["mediaType"] != "audio/lpcm" || !voice["voiceId"].is_string() {
            return Err("audioOutputConfiguration has a voiceId and the mediaType audio/lpcm".to_owned());
        }
        if self.prompt.is_some() {
            return Err("the prompt before has not ended".to_owned());
        }
        self.prompt = Some((name.to_owned(), rate));
        Ok(())
    }

    fn content_start(&mut self, content: String, value: &Value) -> Result<(), String> {
        let role = value["role"].as_str().unwrap_or_default();
        if !["SYSTEM", "USER", "ASSISTANT"].contains(&role) || content.is_empty() {
            return Err("a content has a name and a role".to_owned());
        }
        let kind = match value["type"].as_str() {
            Some("TEXT") => Kind::Text(String::new()),
            Some("AUDIO") => {
                let format = &value["audioInputConfiguration"];
                let rate = match format["sampleRateHertz"].as_u64() {
                    Some(8000) => 8000,
                    Some(16000) => 16000,
                    Some(24000) => 24000,
                    _ => return Err("sampleRateHertz is 8000, 16000 or 24000".to_owned()),
                };
                if format["mediaType"] != "audio/lpcm" || format["sampleSizeBits"] != 16 {
                    return Err("what is heard is audio/lpcm of 16 bits".to_owned());
                }
                Kind::Audio { samples: Vec::new(), rate, quiet_ms: 0 }
            }
            _ => return Err("the type of a content is TEXT or AUDIO".to_owned()),
        };
        let interactive = value["interactive"] == true;
        let before = self.contents.insert(content, Content { role: role.to_owned(), interactive, kind });
        if before.is_some() { Err("a content of that name has started".to_owned()) } else { Ok(()) }
    }

    /// Takes a piece of sound. It interrupts a voice, and quiet after it ends a turn.
    fn listen(&mut self, name: &str, bytes: &[u8], waits: &mut VecDeque<Value>) -> Result<(), String> {
        let Some(Content { kind: Kind::Audio { samples, rate, quiet_ms }, .. }) = self.contents.get_mut(name)
        else {
            return Err(format!("no audio content '{name}' has started"));
        };
        let piece: Vec<i16> =
            bytes.chunks_exact(SAMPLE_BYTES).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        let loud = piece.iter().any(|sample| sample.unsigned_abs() > SOUND);
        if loud {
            *quiet_ms = 0;
            interrupt(waits);
        } else {
            *quiet_ms += piece.len() * 1000 / *rate;
        }
        // Quiet before a sound is nobody's turn.
        if loud || !samples.is_empty() {
            samples.extend(piece);
        }
        if *quiet_ms >= QUIET_MS && !samples.is_empty() {
            let (samples, rate) = (std::mem::take(samples), *rate);
            self.answer_sound(&samples, rate, waits);
        }
        Ok(())
    }

    fn answer_sound(&mut self, samples: &[i16], rate: usize, waits: &mut VecDeque<Value>) {
        let loudest =
            samples.iter().map(|sample| usize::from(sample.unsigned_abs())).max().unwrap_or_default();
        let tenths = samples.len() * 10 / rate;
        let text = format!(
            "{}.{} seconds of sound, {} percent loud",
            tenths / 10,
            tenths % 10,
            (loudest * 100 / usize::from(i16::MAX.unsigned_abs())).min(100),
        );
        self.turn(&text, Some((samples, rate)), waits);
    }

    /// Says one whole answer.
    fn turn(&mut self, asked: &str, sound: Option<(&[i16], usize)>, waits: &mut VecDeque<Value>) {
        let (Some(session), Some((prompt, rate))) = (&self.session, &self.prompt) else { return };
        self.turns += 1;
        let turn = self.turns;
        let id = json!({ "sessionId": session, "promptName": prompt, "completionId": format!("completion-{turn}") });
        let with = |name: &str, more: Value| {
            let mut value = id.clone();
            if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
                value.extend(more);
            }
            json!({ name: value })
        };
        let mut contents = 0;
        let mut content = || {
            contents += 1;
            format!("content-{turn}-{contents}")
        };
        let text = |content: String, role: &str, stage: &str, text: &str, stop: &str| {
            let stage = json!({ "generationStage": stage }).to_string();
            let format = json!({ "mediaType": "text/plain" });
            [
                with(
                    "contentStart",
                    json!({ "contentId": content, "type": "TEXT", "role": role, "additionalModelFields": stage, "textOutputConfiguration": format }),
                ),
                with("textOutput", json!({ "contentId": content, "role": role, "content": text })),
                with("contentEnd", json!({ "contentId": content, "type": "TEXT", "stopReason": stop })),
            ]
        };
        let said = match sound {
            Some(_) => format!("I heard {asked}."),
            None => format!("You said: {asked}"),
        };
        let voice = match sound {
            Some((samples, heard)) => resampled(samples, heard, *rate),
            None => tone(words(asked) * WORD_MS, *rate),
        };
        let mut events = vec![with("completionStart", json!({}))];
        events.extend(text(content(), "USER", "FINAL", asked, "PARTIAL_TURN"));
        events.extend(text(content(), "ASSISTANT", "SPECULATIVE", &said, "PARTIAL_TURN"));
        let spoken = content();
        events.push(with(
            "contentStart",
            json!({
                "contentId": spoken,
                "type": "AUDIO",
                "role": "ASSISTANT",
                "audioOutputConfiguration": {
                    "mediaType": "audio/lpcm",
                    "sampleRateHertz": rate,
                    "sampleSizeBits": 16,
                    "channelCount": 1,
                    "encoding": "base64",
                    "audioType": "SPEECH",
                },
            }),
        ));
        for piece in voice.chunks((rate * PIECE_MS / 1000).max(1)) {
            let bytes: Vec<u8> = piece.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            let piece = STANDARD.encode(bytes);
            events.push(with(
                "audioOutput",
                json!({ "contentId": spoken, "role": "ASSISTANT", "content": piece }),
            ));
        }
        events.push(with(
            "contentEnd",
            json!({ "contentId": spoken, "type": "AUDIO", "stopReason": "END_TURN" }),
        ));
        events.extend(text(content(), "ASSISTANT", "FINAL", &said, "END_TURN"));
        let tokens = |samples: usize, rate: usize| samples.div_ceil(rate.div_ceil(TOKENS_A_SECOND).max(1));
        let speech_in = sound.map_or(0, |(samples, rate)| tokens(samples.len(), rate));
        let text_in = if sound.is_some() { 0 } else { words(asked) };
        let delta = [speech_in, text_in, tokens(voice.len(), *rate), words(&said)];
        for (total, more) in self.total.iter_mut().zip(delta) {
            *total += more;
        }
        let details = |[speech_in, text_in, speech_out, text_out]: [usize; 4]| {
            json!({
                "input": { "speechTokens": speech_in, "textTokens": text_in },
                "output": { "speechTokens": speech_out, "textTokens": text_out },
            })
        };
        let [speech_in, text_in, speech_out, text_out] = self.total;
        events.push(with(
            "usageEvent",
            json!({
                "details": { "delta": details(delta), "total": details(self.total) },
                "totalInputTokens": speech_in + text_in,
                "totalOutputTokens": speech_out + text_out,
                "totalTokens": speech_in + text_in + speech_out + text_out,
            }),
        ));
        events.push(with("completionEnd", json!({ "stopReason": "END_TURN" })));
        let mut events = VecDeque::from(events);
        if asked.to_lowercase().contains(INTERRUPT) {
            let is_voice = |event: &Value| !event["audioOutput"].is_null();
            let first = events.iter().position(is_voice).unwrap_or_default();
            let mut rest =
                events.split_off(first + events.iter().filter(|event| is_voice(event)).count() / 2);
            interrupt(&mut rest);
            events.append(&mut rest);
        }
        waits.append(&mut events);
    }
}

/// Cuts short every voice that waits to be heard: its pieces are dropped, and it is told.
fn interrupt(waits: &mut VecDeque<Value>) {
    while let Some(first) = waits.iter().position(|event| !event["audioOutput"].is_null()) {
        let content = waits[first]["audioOutput"]["contentId"].clone();
        waits.retain(|event| event["audioOutput"]["contentId"] != content);
        // What ends it comes after it, and then what it had been about to say, which is told as interrupted too.
        let rest = waits.iter_mut().skip_while(|event| event["contentEnd"]["contentId"] != content).take(4);
        for event in rest {
            if event["textOutput"]["role"] == "ASSISTANT" {
                event["textOutput"]["content"] = json!("{ \"interrupted\" : true }");
            }
            if event["contentEnd"]["stopReason"] == "END_TURN" {
                event["contentEnd"]["stopReason"] = json!("INTERRUPTED");
            }
        }
    }
}

/// A sound at another rate, by the straight line between two samples; its end, if it is long.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "samples of 16 bits"
)]
fn resampled(samples: &[i16], from: usize, to: usize) -> Vec<i16> {
    let kept = &samples[samples.len().saturating_sub(LONGEST_MS * from / 1000)..];
    let at = |index: usize| f64::from(kept[index.min(kept.len() - 1)]);
    (0..kept.len() * to / from)
        .map(|index| {
            let place = index as f64 * from as f64 / to as f64;
            let (whole, part) = (place.floor(), place.fract());
            (at(whole as usize) * (1.0 - part) + at(whole as usize + 1) * part) as i16
        })
        .collect()
}

/// A tone at a quarter of the loudest.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "samples of 16 bits")]
fn tone(ms: usize, rate: usize) -> Vec<i16> {
    let turn = std::f64::consts::TAU * TONE_HZ / rate as f64;
    (0..ms.min(LONGEST_MS) * rate / 1000)
        .map(|index| ((turn * index as f64).sin() * f64::from(i16::MAX) / 4.0) as i16)
        .collect()
}
