//! The encoder: what it writes is read again as it was, by ours and by the second reader; what it refuses would be
//! refused when read, wherever it can be written at all.

use outcrop::event_stream::{Frame, Header, MAX_HEADERS, MAX_HEADERS_BYTES, Value, encode};

use crate::frames::{self, End, Found};
use crate::input::Input;

const NAMES: [&str; 8] = [":event-type", ":message-type", "a", "b", "__proto__", "é", "", "a\0"];

/// A text of any length that counts: of none, of a few bytes, and about as many as a length can say.
fn sized<'a>(input: &mut Input<'_>, text: &'a str) -> &'a str {
    let length = match input.byte() {
        0..240 => input.below(8),
        240..252 => 250 + input.below(10),
        252 => 65_530 + input.below(10),
        _ => usize::from(input.short()) % 2048,
    };
    &text[..length.min(text.len())]
}

/// One input: headers and a payload.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let long = LONG.with(|long| *long);
    let mut names: Vec<String> = Vec::new();
    let many = match input.byte() {
        0..=254 => input.below(12),
        // Seldom: it takes a hundred times as long as another.
        _ if input.short() == 0x4040 => MAX_HEADERS + 1 + input.below(8),
        _ => 12,
    };
    for number in 0..many {
        names.push(match input.byte() {
            0 if many < 100 => input.pick(&NAMES).to_owned(),
            1 => sized(&mut input, long).to_owned(),
            _ => format!("n{number}"),
        });
    }
    let headers: Vec<Header<'_>> = names
        .iter()
        .map(|name| {
            let value = match input.below(11) {
                0 => Value::Bool(true),
                1 => Value::Bool(false),
                2 => Value::Byte(input.byte() as i8),
                3 => Value::Short(input.short() as i16),
                4 => Value::Integer(input.word() as i32),
                5 => Value::Long(input.long() as i64),
                6 => Value::ByteArray(sized(&mut input, long).as_bytes()),
                7 | 8 => Value::String(sized(&mut input, long)),
                9 => Value::Timestamp(input.long() as i64),
                _ => Value::Uuid([input.byte(); 16]),
            };
            Header { name, value }
        })
        .collect();
    let payload = input.rest();
    let told = encode(&headers, payload);
    // The frame as nobody stops it from being written, where each part can be.
    let mut raw = Vec::new();
    let mut writable = true;
    for header in &headers {
        let (kind, bytes) = frames::written(header.value);
        writable &= header.name.len() <= 255 && bytes.len() <= 65_535;
        if writable {
            frames::push_header(&mut raw, header.name.as_bytes(), kind, &bytes);
        }
    }
    let mut stream = Vec::new();
    frames::push(&mut stream, &raw, payload);
    let mut found = Found::default();
    let end = found.read(&stream);
    let mut rest = &stream[..];
    let read = Frame::read(&mut rest);
    match told {
        Ok(bytes) => {
            assert!(writable, "it wrote what no length can say");
            assert_eq!(bytes, stream);
            assert_eq!(end, End::Bytes(0));
            let Ok(Ok(frame)) = read else { panic!("{read:?}: its own frame is none") };
            found.same(0, &stream, &frame);
            assert!(frame.headers().iter().eq(headers.iter().copied()));
        }
        Err(error) => {
            assert!(!writable || read.is_err() || end != End::Bytes(0), "{error:?}: it can be read");
            let large = raw.len() > MAX_HEADERS_BYTES || headers.len() > MAX_HEADERS;
            let twice = !large && (1..names.len()).any(|at| names[..at].contains(&names[at]));
            let empty = names.iter().any(String::is_empty);
            assert!(!writable || large || twice || empty, "{error:?}: nothing is wrong");
        }
    }
}

thread_local! {
    static LONG: &'static str = Box::leak("x".repeat(65_540).into_boxed_str());
}
