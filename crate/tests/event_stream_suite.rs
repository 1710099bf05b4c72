//! Framing against the cases of six other implementations and 100 generated messages, good and bad, whole and in pieces.
//! It is long because one reader of cases serves every suite, and each difference stands beside the suite that shows it.

use crate::vectors::{cases, hex, string, to_hex};
use outcrop::event_stream::{DecodeError, Decoder, Header, MAX_PAYLOAD_BYTES, Message, Value, encode};
use serde_json::Value as Json;

/// A frame in memory of its own.
#[derive(Debug, PartialEq)]
struct Owned {
    headers: Vec<(String, OwnedValue)>,
    payload: Vec<u8>,
}

/// A header's value in memory of its own.
#[derive(Clone, Debug, PartialEq)]
enum OwnedValue {
    Bool(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    ByteArray(Vec<u8>),
    String(String),
    Timestamp(i64),
    Uuid([u8; 16]),
}

impl OwnedValue {
    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(value),
            Value::Byte(value) => Self::Byte(value),
            Value::Short(value) => Self::Short(value),
            Value::Integer(value) => Self::Integer(value),
            Value::Long(value) => Self::Long(value),
            Value::ByteArray(value) => Self::ByteArray(value.to_vec()),
            Value::String(value) => Self::String(value.to_owned()),
            Value::Timestamp(value) => Self::Timestamp(value),
            Value::Uuid(value) => Self::Uuid(value),
            other => panic!("a new kind of value: {other:?}"),
        }
    }

    fn borrow(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Byte(value) => Value::Byte(*value),
            Self::Short(value) => Value::Short(*value),
            Self::Integer(value) => Value::Integer(*value),
            Self::Long(value) => Value::Long(*value),
            Self::ByteArray(value) => Value::ByteArray(value),
            Self::String(value) => Value::String(value),
            Self::Timestamp(value) => Value::Timestamp(*value),
            Self::Uuid(value) => Value::Uuid(*value),
        }
    }
}

/// How bytes ended.
#[derive(Debug, PartialEq)]
enum End {
    Clean,
    Error(DecodeError),
    /// With so many bytes of an unfinished frame.
    Truncated(usize),
}

/// Decodes chunks as a client does.
fn decode<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> (Vec<Owned>, End) {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for chunk in chunks {
        let mut input = chunk;
        loop {
            match decoder.decode(&mut input) {
                Ok(Some(frame)) => frames.push(Owned {
                    headers: frame
                        .headers()
                        .iter()
                        .map(|h| (h.name.to_owned(), OwnedValue::of(h.value)))
                        .collect(),
                    payload: frame.payload().to_vec(),
                }),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(decoder.decode(&mut input).err(), Some(error), "an error comes again");
                    return (frames, End::Error(error));
                }
            }
        }
        assert!(input.is_empty(), "all of a chunk is taken in");
    }
    let pending = decoder.pending();
    match decoder.finish() {
        Ok(()) => (frames, End::Clean),
        Err(truncated) => {
            assert_eq!(truncated.pending, pending);
            (frames, End::Truncated(pending))
        }
    }
}

fn number(header: &Json) -> i64 {
    header["value_str"]
        .as_str()
        .map_or_else(|| header["value"].as_i64(), |text| text.parse().ok())
        .expect("a number")
}

fn uuid(text: &str) -> [u8; 16] {
    hex(&text.replace('-', "")).try_into().expect("16 bytes")
}

/// A header as the data state it.
fn stated_header(header: &Json) -> (String, OwnedValue) {
    let value = match header["type"].as_u64().expect("a type") {
        0 => OwnedValue::Bool(true),
        1 => OwnedValue::Bool(false),
        2 => OwnedValue::Byte(i8::try_from(number(header)).expect("8 bits")),
        3 => OwnedValue::Short(i16::try_from(number(header)).expect("16 bits")),
        4 => OwnedValue::Integer(i32::try_from(number(header)).expect("32 bits")),
        5 => OwnedValue::Long(number(header)),
        6 => OwnedValue::ByteArray(hex(string(header, "value_hex"))),
        7 => OwnedValue::String(string(header, "value").to_owned()),
        8 => OwnedValue::Timestamp(number(header)),
        9 => OwnedValue::Uuid(uuid(string(header, "value"))),
        other => panic!("type {other}"),
    };
    (string(header, "name").to_owned(), value)
}

/// A message as the data state it.
fn stated(message: &Json) -> Owned {
    Owned {
        headers: message["headers"].as_array().expect("headers").iter().map(stated_header).collect(),
        payload: hex(string(message, "payload_hex")),
    }
}

fn encoded(frame: &Owned) -> Vec<u8> {
    let headers: Vec<Header<'_>> =
        frame.headers.iter().map(|(name, value)| Header { name, value: value.borrow() }).collect();
    encode(&headers, &frame.payload).expect("what was decoded can be encoded")
}

/// Every way to cut bytes in two, and byte by byte, must give the same.
fn check_chunkings(name: &str, bytes: &[u8], frames: &[Owned], end: &End) {
    for cut in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(cut);
        let (again, ended) = decode([head, tail]);
        assert_eq!((again.as_slice(), &ended), (frames, end), "{name} cut at {cut}");
    }
    let (again, ended) = decode(bytes.chunks(1));
    assert_eq!((again.as_slice(), &ended), (frames, end), "{name} byte by byte");
}

/// Good bytes: exactly the stated messages, in any two pieces, and the same bytes when encoded.
fn check_good(name: &str, bytes: &[u8], messages: &[Owned]) {
    let (frames, end) = decode([bytes]);
    assert_eq!((frames.as_slice(), &end), (messages, &End::Clean), "{name}");
    check_chunkings(name, bytes, &frames, &end);
    let mut rebuilt = Vec::new();
    for frame in &frames {
        rebuilt.extend(encoded(frame));
    }
    assert_eq!(to_hex(&rebuilt), to_hex(bytes), "{name}: encoded again");
}

/// CRC-32 one bit at a time: to mend frames that are bad in more than one way. Not the crate's own.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
            },
        )
    })
}

/// A prelude with a right checksum.
fn prelude(total: u32, headers: u32) -> Vec<u8> {
    let mut out = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out
}

/// A frame with right checksums around bytes that may be no headers.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).expect("below 4 GiB");
    let mut out = prelude(length(16 + headers.len() + payload.len()), length(headers.len()));
    out.extend_from_slice(headers);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out
}

/// The first frame in the bytes, with the checksum that its bytes have.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let total = u32::from_be_bytes(*bytes.first_chunk().expect("a length")) as usize;
    let (body, _) = bytes[..total].split_last_chunk::<4>().expect("a frame");
    let mut out = body.to_vec();
    out.extend_from_slice(&crc32(body).to_be_bytes());
    out
}

/// What each bad case is to us: (origin, case, the origin's word, ours, ours once its checksum is mended).
///
/// Five frames of smithy-rs are bad twice: they have a wrong message checksum too. smithy-rs reads
/// headers first; we do not look at headers of a frame whose checksum is wrong.
type Bad = (&'static str, &'static str, &'static str, DecodeError, Option<DecodeError>);
const BAD: [Bad; 20] = {
    use DecodeError as E;
    [
        (
            "aws-c-event-stream",
            "test_streaming_decoder_incoming_illegal_header_length_relationship_fails",
            "AWS_ERROR_EVENT_STREAM_MESSAGE_INVALID_HEADERS_LEN",
            E::InvalidHeadersLength,
            None,
        ),
        (
            "aws-c-event-stream",
            "test_streaming_decoder_incoming_message_too_short",
            "AWS_ERROR_EVENT_STREAM_BUFFER_LENGTH_MISMATCH",
            E::FrameTooShort,
            None,
        ),
        ("botocore", "corrupted_length", "ChecksumMismatch", E::PreludeChecksumMismatch, None),
        ("botocore", "corrupted_payload", "ChecksumMismatch", E::MessageChecksumMismatch, None),
        ("botocore", "corrupted_headers", "ChecksumMismatch", E::MessageChecksumMismatch, None),
        ("botocore", "corrupted_header_length", "ChecksumMismatch", E::PreludeChecksumMismatch, None),
        ("botocore", "duplicate_header", "DuplicateHeader", E::DuplicateHeader, None),
        ("botocore", "invalid_headers_length", "InvalidHeadersLength", E::InvalidHeadersLength, None),
        (
            "smithy-rs",
            "invalid_header_name_length",
            "InvalidHeaderNameLength",
            E::MessageChecksumMismatch,
            Some(E::HeaderCutShort),
        ),
        (
            "smithy-rs",
            "invalid_header_name_length_too_long",
            "InvalidUtf8String",
            E::MessageChecksumMismatch,
            Some(E::HeaderCutShort),
        ),
        (
            "smithy-rs",
            "invalid_header_string_length_cut_off",
            "InvalidHeaderValue",
            E::MessageChecksumMismatch,
            Some(E::HeaderCutShort),
        ),
        (
            "smithy-rs",
            "invalid_header_string_value_length",
            "InvalidHeaderValue",
            E::MessageChecksumMismatch,
            Some(E::HeaderCutShort),
        ),
        (
            "smithy-rs",
            "invalid_header_value_type",
            "InvalidHeaderValueType(0x60)",
            E::MessageChecksumMismatch,
            Some(E::UnknownHeaderType(0x60)),
        ),
        ("smithy-rs", "invalid_headers_length", "InvalidHeadersLength", E::InvalidHeadersLength, None),
        (
            "smithy-rs",
            "invalid_message_checksum",
            "MessageChecksumMismatch(0x01a05860, 0xDEADBEEF)",
            E::MessageChecksumMismatch,
            None,
        ),
        (
            "smithy-rs",
            "invalid_prelude_checksum",
            "PreludeChecksumMismatch(0x8BB495FB, 0xDEADBEEF)",
            E::PreludeChecksumMismatch,
            None,
        ),
        (
            "smithy-typescript",
            "corrupted_header_len",
            "Prelude checksum mismatch",
            E::PreludeChecksumMismatch,
            None,
        ),
        (
            "smithy-typescript",
            "corrupted_headers",
            "Message checksum mismatch",
            E::MessageChecksumMismatch,
            None,
        ),
        (
            "smithy-typescript",
            "corrupted_length",
            "Prelude checksum mismatch",
            E::PreludeChecksumMismatch,
            None,
        ),
        (
            "smithy-typescript",
            "corrupted_payload",
            "Message checksum mismatch",
            E::MessageChecksumMismatch,
            None,
        ),
    ]
};

/// Bad bytes: no frame, the right error, in any two pieces.
fn check_bad(name: &str, bytes: &[u8], wanted: DecodeError) {
    let (frames, end) = decode([bytes]);
    assert_eq!((frames.as_slice(), &end), (&[][..], &End::Error(wanted)), "{name}");
    check_chunkings(name, bytes, &[], &end);
}

/// The cases of aws-c-event-stream, botocore, smithy-rs, smithy-typescript and smithy, each distinct
/// frame once; aws-sdk-go-v2's are smithy-typescript's.
#[test]
fn distinct_cases() {
    let Some(list) = cases("eventstream/all_distinct.json", 63) else {
        return;
    };
    let (mut good, mut bad) = (0, 0);
    for case in &list {
        let (name, origin) =
            (string(case, "name"), string(case, "source").split('/').next().expect("an origin"));
        if string(case, "outcome") == "ok" {
            let messages: Vec<Owned> =
                case["messages"].as_array().expect("messages").iter().map(stated).collect();
            check_good(name, &hex(string(case, "hex")), &messages);
            good += 1;
            continue;
        }
        bad += 1;
        match (origin, name) {
            // Described, not given: 1,048,560 zero bytes as headers. Ours is the limit of 128 KiB.
            ("aws-c-event-stream", "test_read_message_headers_too_many") => {
                let bytes = frame(&[0; 1_048_560], &[]);
                assert_eq!(
                    decode([bytes.as_slice()]),
                    (vec![], End::Error(DecodeError::InvalidHeadersLength))
                );
                assert_eq!(
                    decode(bytes.chunks(1).take(12)),
                    (vec![], End::Error(DecodeError::InvalidHeadersLength))
                );
            }
            // Given as a recipe: a payload of 24 MiB and one byte.
            ("botocore", "invalid_payload_length") => {
                let recipe = &case["recipe"];
                let repeated = hex(string(recipe, "repeat_byte"))[0];
                let count =
                    usize::try_from(recipe["repeat_count"].as_u64().expect("a count")).expect("a count");
                assert_eq!(count, MAX_PAYLOAD_BYTES + 1);
                let mut bytes = hex(string(recipe, "prefix_hex"));
                bytes.resize(bytes.len() + count, repeated);
                bytes.extend(hex(string(recipe, "suffix_hex")));
                assert_eq!(decode([bytes.as_slice()]), (vec![], End::Error(DecodeError::PayloadTooLong)));
                assert_eq!(
                    decode(bytes.chunks(1).take(12)),
                    (vec![], End::Error(DecodeError::PayloadTooLong))
                );
            }
            _ => {
                let listed = BAD.iter().find(|(o, n, ..)| (*o, *n) == (origin, name));
                let Some((_, _, word, wanted, once_mended)) = listed else {
                    panic!("{origin} {name} is not in the table");
                };
                assert_eq!(*word, string(case, "expected_error"), "{name}");
                let bytes = hex(string(case, "hex"));
                check_bad(name, &bytes, *wanted);
                if let Some(wanted) = once_mended {
                    check_bad(name, &mended(&bytes), *wanted);
                }
            }
        }
    }
    assert_eq!((good, bad), (41, 22));
    println!("event stream: {good} good cases and {bad} bad ones, each cut in two everywhere");
}

/// Smithy's protocol cases: what the frames say, and which of them must fail.
#[test]
fn smithy_protocol_cases() {
    let Some(list) = cases("eventstream/smithy-protocol.json", 92) else {
        return;
    };
    let (mut failures, mut above_framing) = (0, 0);
    for case in &list {
        let name = string(case, "name");
        let bytes = hex(string(case, "hex"));
        let messages: Vec<Owned> =
            case["messages"].as_array().expect("messages").iter().map(stated).collect();
        check_good(name, &bytes, &messages);

        let mut decoder = Decoder::new();
        let mut input = bytes.as_slice();
        let frame = decoder.decode(&mut input).expect("a frame").expect("a frame");
        for (header, value) in case["stated_headers"].as_object().expect("headers") {
            let ours = frame.headers().get(header).unwrap_or_else(|| panic!("{name}: no {header}"));
            let (kind, value) = value.as_object().and_then(|value| value.iter().next()).expect("a value");
            match (kind.as_str(), ours) {
                ("boolean", Value::Bool(ours)) => assert_eq!(Some(ours), value.as_bool(), "{name}"),
                ("byte", Value::Byte(ours)) => {
                    assert_eq!(Some(i64::from(ours)), value.as_i64(), "{name}")
                }
                ("short", Value::Short(ours)) => {
                    assert_eq!(Some(i64::from(ours)), value.as_i64(), "{name}")
                }
                ("integer", Value::Integer(ours)) => {
                    assert_eq!(Some(i64::from(ours)), value.as_i64(), "{name}")
                }
                ("long", Value::Long(ours)) => assert_eq!(Some(ours), value.as_i64(), "{name}"),
                ("string", Value::String(ours)) => assert_eq!(Some(ours), value.as_str(), "{name}"),
                ("blob", Value::ByteArray(ours)) => {
                    assert_eq!(Some(base64(ours).as_str()), value.as_str(), "{name}")
                }
                // All of them state this one moment.
                ("timestamp", Value::Timestamp(1_730_384_114_000)) => {
                    assert_eq!(value, "2024-10-31T14:15:14Z", "{name}")
                }
                (kind, ours) => panic!("{name}: {header} is stated as {kind} and read as {ours:?}"),
            }
        }
        if let Some(body) = case["stated_body"].as_str() {
            assert_eq!(frame.payload(), body.as_bytes(), "{name}");
        }

        let stem = name.trim_start_matches("Duplex").trim_end_matches("Input").trim_end_matches("Output");
        let message = Message::of(&frame);
        let fails = !case["expectation"]["failure"].is_null();
        failures += usize::from(fails);
        match stem {
            "ServerError" | "ClientError" => {
                assert!(
                    matches!(message, Ok(Message::Exception { exception_type: "error", .. })),
                    "{name}: {message:?}"
                );
            }
            "ServerUnexpectedError" | "ClientUnexpectedError" => {
                let wanted = Message::Error { code: "internal-error", message: "An unknown error occurred." };
                assert_eq!(message, Ok(wanted), "{name}");
            }
            "MissingMessageType" | "MalformedMessageType" => {
                assert_eq!(message, Err(DecodeError::InvalidMessageType), "{name}");
            }
            "MissingEventType" | "MalformedEventType" => {
                assert_eq!(message, Err(DecodeError::InvalidEventType), "{name}");
            }
            // Their failure is that the operation wants another message first: no matter of framing, and
            // no operation of Bedrock wants one.
            "MissingRequiredInitialRequest" | "MissingRequiredInitialResponse" => {
                above_framing += 1;
                assert!(
                    matches!(message, Ok(Message::Event { event_type: "headers", .. })),
                    "{name}: {message:?}"
                );
            }
            _ => {
                assert!(!fails, "{name} must fail, and is in no table");
                assert!(matches!(message, Ok(Message::Event { .. })), "{name}: {message:?}");
            }
        }
    }
    assert_eq!((failures, above_framing), (28, 4));
    println!("event stream: {} protocol cases of smithy, {failures} of them failures", list.len());
}

fn base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

/// 100 messages made with AWS's JavaScript codec.
#[test]
fn generated_messages() {
    let Some(list) = cases("generated/eventstream/messages.json", 100) else {
        return;
    };
    for case in &list {
        let bytes = hex(string(case, "hex"));
        assert_eq!(case["total_length"].as_u64(), Some(bytes.len() as u64));
        check_good(string(case, "name"), &bytes, &[stated(case)]);
        for cut in 1..bytes.len() {
            assert_eq!(decode([&bytes[..cut]]), (vec![], End::Truncated(cut)));
        }
    }
    println!("event stream: {} generated messages, decoded and encoded again", list.len());
}

/// 20 frames spoiled in known ways.
#[test]
fn generated_negatives() {
    let Some(list) = cases("generated/eventstream/negative.json", 20) else {
        return;
    };
    for case in &list {
        let (name, bytes) = (string(case, "name"), hex(string(case, "hex")));
        let wanted = match string(case, "expected_error") {
            "PreludeChecksumMismatch" => DecodeError::PreludeChecksumMismatch,
            "MessageChecksumMismatch" => DecodeError::MessageChecksumMismatch,
            "InvalidTotalLength" => DecodeError::FrameTooShort,
            "InvalidHeadersLength" => DecodeError::InvalidHeadersLength,
            "InvalidHeaderValue" => DecodeError::HeaderCutShort,
            // The type byte stands behind the name: length, then one letter, at 12.
            "InvalidHeaderValueType" => DecodeError::UnknownHeaderType(bytes[14]),
            "Incomplete" => {
                let end = End::Truncated(bytes.len());
                assert_eq!(decode([bytes.as_slice()]), (vec![], End::Truncated(bytes.len())), "{name}");
                check_chunkings(name, &bytes, &[], &end);
                continue;
            }
            other => panic!("{name}: a new kind of error: {other}"),
        };
        check_bad(name, &bytes, wanted);
    }
    println!("event stream: {} spoiled frames", list.len());
}

/// 10 streams of several frames, with places to cut them at.
#[test]
fn generated_streams() {
    let Some(list) = cases("generated/eventstream/streams.json", 10) else {
        return;
    };
    let known = cases("generated/eventstream/messages.json", 100).expect("messages beside streams");
    let mut named = 0;
    for case in &list {
        let (name, bytes) = (string(case, "name"), hex(string(case, "hex")));
        let cuts = case["cut_points"].as_array().expect("cuts");
        let mut chunks = Vec::new();
        let mut start = 0;
        for cut in cuts.iter().map(|cut| cut.as_u64().expect("a cut") as usize).chain([bytes.len()]) {
            chunks.push(&bytes[start..cut]);
            start = cut;
        }
        let (frames, end) = decode(chunks);
        assert_eq!(end, End::Clean, "{name}");
        check_good(name, &bytes, &frames);
        let messages = case["messages"].as_array().expect("messages");
        assert_eq!(frames.len(), messages.len(), "{name}");
        for (frame, message) in frames.iter().zip(messages) {
            let message = known.iter().find(|known| known["name"] == *message).expect("a known message");
            assert_eq!(*frame, stated(message), "{name}");
            named += 1;
        }
    }
    println!("event stream: {} streams of {named} messages, cut at their points and everywhere", list.len());
}

/// Every header type at its edges, and every limit from both sides.
#[test]
fn limits_and_edges() {
    use DecodeError as E;
    let long = "n".repeat(255);
    let text = "é".repeat(32_767);
    let values = [
        Value::Bool(true),
        Value::Bool(false),
        Value::Byte(i8::MIN),
        Value::Short(i16::MIN),
        Value::Integer(i32::MIN),
        Value::Long(i64::MIN),
        Value::ByteArray(&[]),
        Value::ByteArray(&[0; 65_535]),
        Value::String(""),
        Value::String(&text),
        Value::Timestamp(i64::MAX),
        Value::Uuid([255; 16]),
    ];
    for value in values {
        for name in ["a", long.as_str(), ":message-type", "__proto__", "名前", "\0"] {
            let bytes = encode(&[Header { name, value }], b"payload").expect("encodes");
            let (frames, end) = decode([bytes.as_slice()]);
            assert_eq!(end, End::Clean);
            assert_eq!(frames.len(), 1);
            assert_eq!(frames[0].headers, [(name.to_owned(), OwnedValue::of(value))]);
            assert_eq!(frames[0].payload, b"payload");
            assert_eq!(encoded(&frames[0]), bytes);
        }
    }

    // 1,024 headers are taken, 1,025 are not, whoever made them.
    let names: Vec<String> = (0..1025).map(|number| format!("h{number}")).collect();
    let headers: Vec<Header<'_>> =
        names.iter().map(|name| Header { name, value: Value::Bool(true) }).collect();
    let bytes = encode(&headers[..1024], b"").expect("1,024 headers");
    assert_eq!(decode([bytes.as_slice()]).1, End::Clean);
    assert!(encode(&headers, b"").is_err());
    let raw: Vec<u8> =
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes(), &[0]].concat()).collect();
    check_error(&frame(&raw, b""), E::TooManyHeaders);

    // A name twice is found among few and among many, wherever the first one stands.
    for count in [2, 7, 8, 9, 10, 30, 1023] {
        for first in [0, count / 3, count - 2, count - 1] {
            let list: Vec<&String> = names[..count].iter().chain([&names[first]]).collect();
            let raw: Vec<u8> =
                list.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes(), &[0]].concat()).collect();
            check_error(&frame(&raw, b""), E::DuplicateHeader);
            let headers: Vec<Header<'_>> =
                list.iter().map(|name| Header { name, value: Value::Bool(true) }).collect();
            assert!(encode(&headers, b"").is_err());
        }
    }

    // 128 KiB of headers are taken, a byte more is not.
    let two = |second: usize| {
        let mut raw = Vec::new();
        for (name, length) in [(b'a', 65_535), (b'b', second)] {
            raw.extend_from_slice(&[1, name, 6]);
            raw.extend_from_slice(&u16::try_from(length).expect("16 bits").to_be_bytes());
            raw.resize(raw.len() + length, 0);
        }
        raw
    };
    let most = two(131_072 - 65_535 - 10);
    assert_eq!(most.len(), 128 * 1024);
    assert_eq!(decode([frame(&most, b"").as_slice()]).1, End::Clean);
    check_error(&frame(&two(131_073 - 65_535 - 10), b""), E::InvalidHeadersLength);

    // 24 MiB of payload are taken and given back.
    let payload = vec![7; MAX_PAYLOAD_BYTES];
    let bytes = encode(&[], &payload).expect("24 MiB");
    let (frames, end) = decode(bytes.chunks(100_000));
    assert_eq!((frames.len(), end), (1, End::Clean));
    assert_eq!(frames[0].payload, payload);

    for (headers, wanted) in [
        (&b"\0\0"[..], E::EmptyHeaderName),
        (b"\x01a", E::HeaderCutShort),
        (b"\x02a", E::HeaderCutShort),
        (b"\xffa\x00", E::HeaderCutShort),
        (b"\x01a\x02", E::HeaderCutShort),
        (b"\x01a\x03\0", E::HeaderCutShort),
        (b"\x01a\x04\0\0\0", E::HeaderCutShort),
        (b"\x01a\x05\0\0\0\0\0\0\0", E::HeaderCutShort),
        (b"\x01a\x06\0", E::HeaderCutShort),
        (b"\x01a\x06\0\x01", E::HeaderCutShort),
        (b"\x01a\x07\xff\xffx", E::HeaderCutShort),
        (b"\x01a\x08\0\0\0\0\0\0\0", E::HeaderCutShort),
        (b"\x01a\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", E::HeaderCutShort),
        (b"\x01a\x0a", E::UnknownHeaderType(10)),
        (b"\x01a\xff", E::UnknownHeaderType(255)),
        (b"\x01\xff\x00", E::HeaderNotUtf8),
        (b"\x01a\x07\0\x01\xff", E::HeaderNotUtf8),
        (b"\x01a\x07\0\x03\xed\xa0\x80", E::HeaderNotUtf8),
        (b"\x01a\x00\x01a\x01", E::DuplicateHeader),
    ] {
        // A payload stands behind them: a header that is cut short must not read on into it.
        check_error(&frame(headers, b"payload payload payload"), wanted);
    }
    println!("event stream: 72 edges of header values, 52 limits");
}

fn check_error(bytes: &[u8], wanted: DecodeError) {
    assert_eq!(decode([bytes]), (vec![], End::Error(wanted)));
    assert_eq!(decode(bytes.chunks(7)), (vec![], End::Error(wanted)));
}

/// The shortest of some runs, in seconds: what else the machine does is left out as far as it goes.
fn shortest(mut run: impl FnMut()) -> f64 {
    (0..7)
        .map(|_| {
            let start = std::time::Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

/// What a frame costs follows its bytes: not the number of its headers squared, nor its length times its chunks.
#[test]
fn the_cost_is_linear() {
    let names: Vec<String> = (0..1024).map(|number| format!("h{number}")).collect();
    let list: Vec<Header<'_>> = names.iter().map(|name| Header { name, value: Value::Bool(true) }).collect();
    let many = encode(&list, b"").expect("encodes");
    let usual = encode(&list[..3], b"").expect("encodes").repeat(300);
    let all = |bytes: &[u8]| {
        let (mut decoder, mut input) = (Decoder::new(), bytes);
        while decoder.decode(&mut input).expect("good frames").is_some() {}
    };
    let (many_per_byte, usual_per_byte) =
        (shortest(|| all(&many)) / many.len() as f64, shortest(|| all(&usual)) / usual.len() as f64);
    let headers = many_per_byte / usual_per_byte;
    println!("event stream: a byte of 1,024 headers costs {headers:.1} times one of three");
    // About 3 here; 200 when each header is compared with each.
    assert!(headers < 30.0, "{headers}");

    let long = |kib: usize| encode(&[], &vec![7; kib * 1024]).expect("encodes");
    let bytewise = |bytes: &[u8]| {
        let mut decoder = Decoder::new();
        for mut byte in bytes.chunks(1) {
            decoder.decode(&mut byte).expect("a good frame");
        }
    };
    let (short, long) = (long(64), long(1024));
    let chunks = shortest(|| bytewise(&long)) / shortest(|| bytewise(&short)) / 16.0;
    println!("event stream: byte by byte, a byte of 1 MiB costs {chunks:.1} times one of 64 KiB");
    // About 1; 16 when each chunk is paid for by all that came before it.
    assert!(chunks < 6.0, "{chunks}");
}
