//! Percent-encoding against the crate of that name.

use outcrop::sigv4::{percent_encode, percent_encode_path};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986, section 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const OF_PATHS: &AsciiSet = &UNRESERVED.remove(b'/');

/// One input: a text, behind another that must stay.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (ours, set) in
        [(percent_encode as fn(&mut String, &str), UNRESERVED), (percent_encode_path, OF_PATHS)]
    {
        let mut told = String::from("%");
        ours(&mut told, &text);
        let due = utf8_percent_encode(&text, set);
        assert_eq!(told.strip_prefix('%').expect("what was there"), due.to_string());
    }
}
