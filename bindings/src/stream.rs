//! Stream decoders behind handles: the only state of an instance but one derived key; a freed handle answers an error, never another stream.

use alloc::string::String;
use alloc::vec::Vec;
use outcrop::decide::{EndMark, StreamKind, exception_name};
use outcrop::event_stream::{Decoder, Message};
use outcrop::json::{is_one_object, push_number, push_string};
use spin::Mutex;

struct Stream {
    decoder: Decoder,
    end: EndMark,
}

/// A place for one stream. `generation` grows with each stream that had it, so that an old handle
/// does not fit.
#[derive(Default)]
struct Slot {
    generation: u16,
    stream: Option<Stream>,
}

static SLOTS: Mutex<Vec<Slot>> = Mutex::new(Vec::new());

/// The slot's number counts from 1 in the lower 16 bits, its generation stands in the upper 16.
fn handle(index: usize, generation: u16) -> Option<u32> {
    let number = u16::try_from(index).ok()?.checked_add(1)?;
    Some((u32::from(generation) << 16) | u32::from(number))
}

fn with<T>(handle: u32, run: impl FnOnce(&mut Option<Stream>) -> T) -> Option<T> {
    let index = usize::try_from(handle & 0xFFFF).ok()?.checked_sub(1)?;
    let mut slots = SLOTS.lock();
    let slot = slots.get_mut(index)?;
    (u32::from(slot.generation) == handle >> 16 && slot.stream.is_some()).then(|| run(&mut slot.stream))
}

pub fn open(kind: u32) -> u32 {
    let seen = kind & 1 == 1;
    let kind = match kind >> 1 {
        0 => StreamKind::Converse,
        1 => StreamKind::Invoke,
        _ => return 0,
    };
    let mut slots = SLOTS.lock();
    let free = slots.iter().position(|slot| slot.stream.is_none());
    let index = free.unwrap_or(slots.len());
    if free.is_none() {
        slots.push(Slot::default());
    }
    let Some(slot) = slots.get_mut(index) else { return 0 };
    slot.generation = slot.generation.wrapping_add(1);
    let Some(handle) = handle(index, slot.generation) else { return 0 };
    slot.stream = Some(Stream { decoder: Decoder::new(), end: EndMark::new(kind, seen) });
    handle
}

pub fn push(handle: u32, chunk: &[u8]) -> String {
    with(handle, |slot| {
        let mut out = String::with_capacity(chunk.len().saturating_add(64));
        out.push('[');
        let ended = slot.as_mut().is_none_or(|stream| stream.push(chunk, &mut out));
        out.push(']');
        if ended {
            *slot = None;
        }
        out
    })
    .unwrap_or_else(|| {
        let mut out = String::from("[");
        push_error(&mut out, "UnknownHandle");
        out.push(']');
        out
    })
}

impl Stream {
    /// Writes the events and the status. Whether the stream has ended with it.
    fn push(&mut self, chunk: &[u8], out: &mut String) -> bool {
        let mut input = chunk;
        loop {
            let message = match self.decoder.decode(&mut input) {
                Ok(Some(frame)) => Message::of(&frame),
                Ok(None) => {
                    // Both are below 2^26: a frame has at most 24 MiB and 128 KiB.
                    let number = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
                    push_number(out, number(self.decoder.need()).into());
                    out.push(',');
                    let status = number(self.decoder.pending()).wrapping_mul(2) | u32::from(self.end.seen());
                    push_number(out, status.into());
                    return false;
                }
                Err(error) => Err(error),
            };
            match message {
                // Protocols without HTTP bindings begin so; here it would say nothing (TRAPS: none seen).
                Ok(Message::Event { event_type: "initial-response", .. }) => {}
                Ok(Message::Event { event_type, payload }) => {
                    let payload = if payload.is_empty() { b"{}" } else { payload };
                    let Some(text) =
                        core::str::from_utf8(payload).ok().filter(|text| is_one_object(text.as_bytes()))
                    else {
                        push_error(out, "InvalidPayload");
                        return true;
                    };
                    self.end.observe(event_type, payload);
                    out.push('{');
                    push_string(out, event_type);
                    out.push(':');
                    out.push_str(text);
                    out.push('}');
                    out.push(',');
                }
                Ok(Message::Exception { exception_type, payload }) => {
                    push_members(
                        out,
                        &[
                            ("exception", &exception_name(exception_type)),
                            ("wire", exception_type),
                            ("payload", core::str::from_utf8(payload).unwrap_or_default()),
                        ],
                    );
                    return true;
                }
                Ok(Message::Error { code, message }) => {
                    push_members(
                        out,
                        &[("exception", &exception_name(code)), ("wire", code), ("text", message)],
                    );
                    return true;
                }
                Err(error) => {
                    push_error(out, error.name());
                    return true;
                }
            }
        }
    }
}

fn push_members(out: &mut String, members: &[(&str, &str)]) {
    let mut before = '{';
    for (name, value) in members {
        out.push(before);
        before = ',';
        push_string(out, name);
        out.push(':');
        push_string(out, value);
    }
    out.push('}');
}

fn push_error(out: &mut String, name: &str) {
    push_members(out, &[("error", name)]);
}

pub fn finish(handle: u32) -> u32 {
    match with(handle, Option::take).flatten() {
        None => 3,
        Some(stream) => match (stream.decoder.finish(), stream.end.seen()) {
            (Ok(()), true) => 0,
            (Ok(()), false) => 1,
            (Err(_), _) => 2,
        },
    }
}

pub fn close(handle: u32) {
    with(handle, Option::take);
}
