//! Headers of one frame, any bytes under right checksums: read as the second reader reads them, found by name, and what
//! a frame says by them; the short way over the headers of the frame before says the same.

use outcrop::event_stream::{Frame, Message};

use crate::frames::{self, End, Found};
use crate::input::Input;

/// One input: how the headers are made, then the headers.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte();
    let mut headers = Vec::new();
    match kind & 63 {
        // Seldom: it takes a hundred times as long as another.
        0 if input.short() == 0x4040 => {
            // As many as are taken, or one more, or fewer, none of them twice.
            let many = 1016 + u16::from(input.byte() % 16);
            for number in 0..many {
                frames::push_header(&mut headers, &[b'x', (number >> 6) as u8, (number & 63) as u8], 1, &[]);
            }
        }
        0..20 => headers.extend_from_slice(input.take(400)),
        20..28 => frames::push_usual(&mut headers, &mut input),
        _ => {
            frames::push_usual(&mut headers, &mut input);
            for _ in 0..input.below(12) {
                frames::push_any(&mut headers, &mut input);
            }
        }
    }
    let mut stream = Vec::new();
    frames::push(&mut stream, &headers, input.rest());
    let mut found = Found::default();
    let end = found.read(&stream);
    let mut rest = &stream[..];
    let told = Frame::read(&mut rest);
    match (told, end) {
        (Ok(Ok(frame)), End::Bytes(0)) => {
            found.same(0, &stream, &frame);
            by_name(&frame, &found, &stream);
            // The same headers again.
            let mut rest = &stream[..];
            let Ok(Ok(again)) = Frame::read_after(&mut rest, frame.headers()) else {
                panic!("not the same again")
            };
            assert_eq!((again.headers(), again.payload()), (frame.headers(), frame.payload()));
        }
        (Err(error), End::Wrong(due)) => {
            assert_eq!(error.name(), due);
            // Headers that are another's are looked at all the same.
            let mut before = Vec::new();
            frames::push(&mut before, b"\x01a\x00", b"");
            let mut rest = &before[..];
            let Ok(Ok(before)) = Frame::read(&mut rest) else { panic!("a good frame") };
            let mut rest = &stream[..];
            assert!(Frame::read_after(&mut rest, before.headers()).is_err());
        }
        (ours, due) => panic!("{ours:?} where {due:?} is due"),
    }
}

/// Every header is found by its name, and the message is what three of them say.
fn by_name(frame: &Frame<'_>, found: &Found, stream: &[u8]) {
    let (raw, payload) = found.of(0, stream);
    let raw: Vec<_> = raw.collect();
    // Where there are very many, the first and the last do.
    let many = raw.len();
    for (_, header) in frame.headers().iter().enumerate().filter(|(at, _)| *at < 40 || at + 4 > many) {
        assert_eq!(frame.headers().get(header.name), Some(header.value));
        assert_eq!(frame.headers().text(header.name), header.value.as_str());
    }
    let text = |wanted: &str| {
        let header = raw.iter().find(|(name, kind, _)| *name == wanted.as_bytes() && *kind == 7)?;
        std::str::from_utf8(header.2).ok()
    };
    let due = match (text(":message-type"), text(":event-type"), text(":exception-type")) {
        (Some("event"), Some(event_type), _) => Ok(Message::Event { event_type, payload }),
        (Some("exception"), _, Some(exception_type)) => Ok(Message::Exception { exception_type, payload }),
        (Some("error"), ..) => Ok(Message::Error {
            code: text(":error-code").unwrap_or_default(),
            message: text(":error-message").unwrap_or_default(),
        }),
        (Some("event" | "exception"), ..) => Err("InvalidEventType"),
        _ => Err("InvalidMessageType"),
    };
    assert_eq!(Message::of(frame).map_err(|error| error.name()), due);
    assert_eq!(
        frame.headers().get("no such header").is_some(),
        raw.iter().any(|raw| raw.0 == b"no such header")
    );
}
