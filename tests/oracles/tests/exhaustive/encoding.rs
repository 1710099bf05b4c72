//! Percent-encoding and hexadecimal: every character, every pair of bytes, every byte of a hash in every place, against
//! the crates percent-encoding and hex.

use super::command;
use outcrop::region::Region;
use outcrop::secret::Credentials;
use outcrop::sigv4::{
    KeyCache, Payload, RequestLine, Scope, Settings, percent_encode, percent_encode_path, sign_line,
};
use outcrop::time::Timestamp;
use outcrop_oracles::tried::{Tried, on_every_core};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// RFC 3986, section 2.3: what stays besides letters and digits.
const LABEL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same with slashes.
const PATH: &AsciiSet = &LABEL.remove(b'/');

fn check(text: &str) {
    let (mut label, mut path) = ("x".to_owned(), "x".to_owned());
    percent_encode(&mut label, text);
    percent_encode_path(&mut path, text);
    assert_eq!(label[1..], utf8_percent_encode(text, LABEL).to_string(), "{text:?}");
    assert_eq!(path[1..], utf8_percent_encode(text, PATH).to_string(), "{text:?}");
    assert_eq!(percent_decode_str(&label[1..]).decode_utf8().expect("UTF-8"), text);
}

#[test]
fn every_character_and_every_pair() {
    let mut tried = Tried::new("exhaustive", command());
    let characters: Vec<char> = (0..=0x10_FFFF).filter_map(char::from_u32).collect();
    characters.iter().for_each(|character| check(character.encode_utf8(&mut [0; 4])));
    // All of one byte and of two (that is every byte of a first place), and the edges of three and four.
    let edges =
        ['\u{800}', '\u{fff}', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{fffff}', '\u{10ffff}'];
    let some: Vec<char> = (0..0x300).filter_map(char::from_u32).chain(edges).collect();
    let pairs = on_every_core(some.len() as u64, |first| {
        for second in &some {
            check(&[some[first as usize], *second].iter().collect::<String>());
        }
        some.len() as u64
    });
    let count = characters.len() as u64 + pairs;
    tried.row(
        "percent-encoding",
        "the crate percent-encoding",
        count,
        "texts",
        "every character, and all pairs of those below U+0300",
    );
    tried.write("percent");
}

/// The canonical request of a line with this query and this payload.
fn canonical(query: &str, payload: Payload<'_>, keys: &mut KeyCache) -> String {
    let line = RequestLine { method: "POST", authority: "a", path: "/", query };
    let region = Region::new("us-east-1").expect("a region");
    let scope = Scope::new(&region, "bedrock", Timestamp::EPOCH);
    let credentials = Credentials::new("AKID", "secret", None).expect("credentials");
    let signed = sign_line(&line, &[], payload, &credentials, &scope, &Settings::default(), keys);
    signed.expect("a signature").canonical_request.expose().to_owned()
}

#[test]
fn every_escape_of_a_query() {
    let mut tried = Tried::new("exhaustive", command());
    // A text in a query, decoded and encoded again: the same however it was written, and `+` is no space.
    let count = on_every_core(128, |first| {
        let mut keys = KeyCache::new();
        let mut count = 0;
        for second in 0..128_u8 {
            let pair: String = [first as u8, second].map(char::from).iter().collect();
            if pair.contains(['&', '=']) {
                continue;
            }
            for text in [
                format!("%{pair}"),
                format!("{pair}%"),
                format!("%%{pair}"),
                format!("%4{pair}"),
                format!("%C3%{pair}"),
            ] {
                let bytes: Vec<u8> = percent_decode_str(&text).collect();
                let due = percent_encoding::percent_encode(&bytes, LABEL).to_string();
                let told = canonical(&format!("{text}={text}"), Payload::Unsigned, &mut keys);
                assert_eq!(told.lines().nth(2), Some(format!("{due}={due}").as_str()), "{text:?}");
                count += 1;
            }
        }
        count
    });
    tried.row(
        "escapes in a query",
        "the crate percent-encoding",
        count,
        "texts",
        "every pair of ASCII behind and before a percent sign",
    );
    let mut keys = KeyCache::new();
    let mut count = 0;
    for place in 0..32 {
        for byte in 0..=255 {
            let mut hash = [0x5A; 32];
            hash[place] = byte;
            let told = canonical("", Payload::Sha256(hash), &mut keys);
            assert_eq!(told.lines().last(), Some(hex::encode(hash).as_str()));
            count += 1;
        }
    }
    tried.row("hexadecimal", "the crate hex", count, "hashes", "every byte in every place");
    tried.write("encoding");
}
