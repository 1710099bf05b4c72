//! STS's answers, mutated, against the crate roxmltree, which is not ours: what our scanner takes, a whole XML parser takes too and reads alike.
//!
//! Not the other way round: our scanner refuses on purpose what STS does not write.
#![cfg(feature = "client")]

use outcrop::identity::sts;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const GOOD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/" a='b&gt;'>
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <SessionToken>AQoDYX/+=&amp;&quot;&apos;</SessionToken>
      <SecretAccessKey>wJalr&lt;xUtn</SecretAccessKey>
      <Expiration>2026-11-21T17:00:00Z</Expiration><Empty/>
      <AccessKeyId>ASgeIAIOSFODNN7EXAMPLE</AccessKeyId>
    </Credentials>
    <Provider>www.amazon.com</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
"#;

/// What is put in, besides single bytes.
const PIECES: [&str; 24] = [
    "<",
    ">",
    "/",
    "&",
    ";",
    "\"",
    "'",
    "=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x ?>",
    "<!DOCTYPE a>",
    "&#65;",
    "&amp;",
    "<AccessKeyId>",
    "</AccessKeyId>",
    "<Credentials>",
    "</Credentials>",
    "/>",
    " x=\"y\"",
    "\u{0}",
    "\u{85}",
];

/// A parser's reading of one field: the text of the one element at that place.
fn theirs(text: &str, field: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let mut node = document.root();
    for name in ["AssumeRoleWithWebIdentityResponse", "AssumeRoleWithWebIdentityResult", "Credentials", field]
    {
        node = node.children().find(|child| child.is_element() && child.tag_name().name() == name)?;
    }
    Some(node.text().unwrap_or_default().to_owned())
}

/// xorshift: the same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn what_we_take_a_whole_parser_takes_and_reads_alike() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut taken, mut refused) = (0_u32, 0_u32);
    for _ in 0..40_000 {
        let mut text = GOOD.as_bytes().to_vec();
        for _ in 0..=dice.below(3) {
            let at = dice.below(text.len());
            match dice.below(4) {
                0 => text[at] = b' ' + dice.below(95) as u8,
                1 => drop(text.remove(at)),
                2 => drop(text.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
                _ => {
                    let end = (at + dice.below(60)).min(text.len());
                    let part = text[at..end].to_vec();
                    let to = dice.below(text.len());
                    drop(text.splice(to..to, part));
                }
            }
        }
        let Ok(text) = String::from_utf8(text) else { continue };
        let Ok(ours) = sts::credentials(text.as_bytes()) else {
            refused += 1;
            continue;
        };
        taken += 1;
        assert_eq!(theirs(&text, "AccessKeyId").as_deref(), Some(ours.access_key_id()), "{text}");
        let secret = ours.secret_access_key().expose();
        assert_eq!(theirs(&text, "SecretAccessKey").as_deref(), Some(secret), "{text}");
        let token = ours.session_token().unwrap().expose();
        assert_eq!(theirs(&text, "SessionToken").as_deref(), Some(token), "{text}");
    }
    println!("{taken} taken, {refused} refused");
    assert!(taken > 1000 && refused > 1000, "{taken} {refused}");
}
