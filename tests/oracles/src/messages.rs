//! Random event-stream messages of all ten header types, with lengths at their edges.

use crate::random::Random;
use outcrop::event_stream::{Header, Value};

/// A message whose parts are owned, so that headers can borrow from it.
#[derive(Clone, Debug)]
pub struct Parts {
    names: Vec<String>,
    values: Vec<Kind>,
    /// The payload.
    pub payload: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Kind {
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

impl Parts {
    /// The headers.
    pub fn headers(&self) -> Vec<Header<'_>> {
        let values = self.values.iter().map(|kind| match kind {
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Byte(value) => Value::Byte(*value),
            Kind::Short(value) => Value::Short(*value),
            Kind::Integer(value) => Value::Integer(*value),
            Kind::Long(value) => Value::Long(*value),
            Kind::ByteArray(value) => Value::ByteArray(value),
            Kind::String(value) => Value::String(value),
            Kind::Timestamp(value) => Value::Timestamp(*value),
            Kind::Uuid(value) => Value::Uuid(*value),
        });
        self.names.iter().zip(values).map(|(name, value)| Header { name, value }).collect()
    }
}

const LETTERS: [char; 12] = ['a', 'Z', '0', '-', ':', '_', ' ', '"', '\0', 'é', '名', '🦀'];
const OWN_NAMES: [&str; 6] =
    [":message-type", ":event-type", ":exception-type", ":content-type", "__proto__", "constructor"];
/// The longest text or byte array that aws-smithy-eventstream writes; the field holds 65,535.
pub const SMITHY_LONGEST: usize = 32_767;

/// At most so many bytes of UTF-8.
fn text(random: &mut Random, most: usize) -> String {
    let mut out = String::new();
    loop {
        let next = LETTERS[random.below(LETTERS.len())];
        if out.len() + next.len_utf8() > most {
            return out;
        }
        out.push(next);
    }
}

fn length(random: &mut Random, longest: usize) -> usize {
    match random.below(200) {
        0 => longest,
        1 => longest - 1,
        2..30 => 0,
        _ => random.below(40),
    }
}

fn edge(random: &mut Random) -> i64 {
    const EDGES: [i64; 6] = [0, 1, -1, i64::MAX, i64::MIN, 1_700_000_000_000];
    if random.one_in(3) { EDGES[random.below(EDGES.len())] } else { random.number() as i64 }
}

fn kind(random: &mut Random) -> Kind {
    match random.below(10) {
        0 => Kind::Bool(true),
        1 => Kind::Bool(false),
        2 => Kind::Byte(edge(random) as i8),
        3 => Kind::Short(edge(random) as i16),
        4 => Kind::Integer(edge(random) as i32),
        5 => Kind::Long(edge(random)),
        6 => {
            let length = length(random, SMITHY_LONGEST);
            Kind::ByteArray(random.bytes(length))
        }
        7 => {
            let length = length(random, SMITHY_LONGEST);
            Kind::String(text(random, length))
        }
        8 => Kind::Timestamp(edge(random)),
        _ => Kind::Uuid(random.bytes(16).try_into().expect("16 bytes")),
    }
}

/// A message that both sides can write: no name twice, none empty.
pub fn message(random: &mut Random) -> Parts {
    let count = match random.below(50) {
        0 => 40,
        _ => random.below(8),
    };
    let mut names: Vec<String> = Vec::new();
    while names.len() < count {
        let name = match random.below(8) {
            0 => OWN_NAMES[random.below(OWN_NAMES.len())].to_owned(),
            1 => "n".repeat(255 - random.below(2)),
            _ => {
                let most = 1 + random.below(30);
                text(random, most)
            }
        };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let mut values: Vec<Kind> = Vec::new();
    let mut long = 0;
    while values.len() < count {
        let value = kind(random);
        // Three of the longest fit into 128 KiB of headers beside the rest.
        let is_long = matches!(&value, Kind::ByteArray(bytes) if bytes.len() > 1000)
            || matches!(&value, Kind::String(text) if text.len() > 1000);
        long += usize::from(is_long);
        if !is_long || long <= 3 {
            values.push(value);
        }
    }
    let length = match random.below(100) {
        0 => random.below(100_000),
        1..20 => 0,
        _ => random.below(300),
    };
    Parts { names, values, payload: random.bytes(length) }
}
