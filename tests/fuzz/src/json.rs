//! The little of JSON that the pure floors do themselves, against serde_json: seeing that bytes are one object, writing a
//! text and a number.

use outcrop::json::{is_one_object, push_number, push_string};
use serde_json::Value;

use crate::input::Input;

const PIECES: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    "{}",
    "[]",
    "\"",
    "\\",
    "\\\"",
    "\\\\",
    ":",
    ",",
    "\"a\":",
    "\"__proto__\":{}",
    "1",
    "-0",
    "1e9",
    "true",
    "null",
    " ",
    "\n",
    "\u{c}",
    "\u{a0}",
    "\\u0041",
    "\\ud800",
    "é",
    "\u{0}",
    "\"}\"",
];

/// One input: bytes, or pieces of JSON.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.byte();
    let number = u64::from(flags).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (flags & 63);
    let mut digits = String::new();
    push_number(&mut digits, number);
    assert_eq!(digits, number.to_string());
    let bytes = match flags & 3 {
        0 => input.rest().to_vec(),
        1 => ["{", &input.text(30, &PIECES), "}"].concat().into_bytes(),
        _ => input.text(40, &PIECES).into_bytes(),
    };
    one_object(&bytes);
    let text = String::from_utf8_lossy(&bytes);
    let mut told = String::from("[");
    push_string(&mut told, &text);
    told.push(']');
    let read: Vec<String> = serde_json::from_str(&told).expect("a JSON text");
    assert_eq!(read, [text]);
}

fn one_object(bytes: &[u8]) {
    let read: Option<Value> = serde_json::from_slice(bytes).ok();
    let told = is_one_object(bytes);
    if read.as_ref().is_some_and(Value::is_object) {
        assert!(told, "an object is not seen");
    }
    if !told {
        return;
    }
    // It does not reach out of its place: a parser that takes the whole takes it as one object.
    let whole = [b"[[0,{\"x\":", bytes, b",\"y\":[1]}],2]"].concat();
    if let Ok(whole) = serde_json::from_slice::<Value>(&whole) {
        assert_eq!(whole.as_array().map(Vec::len), Some(2));
        assert_eq!(whole[0].as_array().map(Vec::len), Some(2));
        assert_eq!(whole[0][1].as_object().map(serde_json::Map::len), Some(2));
        assert!(whole[0][1]["x"].is_object());
    }
}
