//! The texts of a few elements of a small XML document; no DTD, no entity but the five, no CDATA, no comment, nothing from outside.
//!
//! Strict on purpose: what STS does not write is refused, and with it all that makes XML dangerous.

use super::Read;
use crate::secret::Secret;
use zeroize::Zeroizing;

/// 64 KiB: an answer of STS has two, and session tokens may grow.
const MAX_BYTES: usize = 64 * 1024;
/// Elements within elements; STS's answers have four.
const MAX_DEPTH: usize = 16;

/// The text of each element whose path is `a/b/c`, `None` where there is none. One that stands there twice, or on the
/// way to it (the texts of two `b` are not to be mixed), or holds elements besides, makes the document bad, and so does
/// anything that is not well formed. All are taken for secrets, wiped whatever else is wrong.
pub(super) fn texts<const N: usize>(body: &[u8], paths: [&str; N]) -> Read<[Option<Secret>; N]> {
    if body.len() > MAX_BYTES {
        return Err("the XML is too long");
    }
    let mut rest = core::str::from_utf8(body).map_err(|_| "the XML is no UTF-8")?;
    rest = rest.strip_prefix('\u{feff}').unwrap_or(rest);
    if let Some(declared) = rest.strip_prefix("<?xml ") {
        let (declaration, after) = declared.split_once("?>").ok_or("the XML declaration has no end")?;
        if !is_declaration(declaration) {
            return Err("the XML declaration is none");
        }
        rest = after;
    }
    let mut found = [const { None }; N];
    let mut open: Vec<&str> = Vec::new();
    // The elements that were on the way to one that is wanted.
    let mut passed: Vec<String> = Vec::new();
    // Where in `found` the text belongs that comes next.
    let mut wanted: Option<usize> = None;
    let mut roots = 0_u32;
    loop {
        let (text, markup) = rest.split_at_checked(rest.find('<').unwrap_or(rest.len())).unwrap_or_default();
        if open.is_empty() && !text.trim_ascii().is_empty() {
            return Err("text outside the XML's root");
        }
        let text = unescape(text)?;
        let slot = wanted.and_then(|place| found.get_mut(place));
        if let Some(slot) = slot {
            *slot = Some(text);
        }
        let Some(tag) = markup.strip_prefix('<') else { break };
        if let Some(tag) = tag.strip_prefix('/') {
            let (name, after) = tag.split_once('>').ok_or("an XML tag has no end")?;
            if open.pop() != Some(name.trim_ascii_end()) {
                return Err("an XML element ends that is not open");
            }
            (wanted, rest) = (None, after);
            continue;
        }
        if wanted.is_some() {
            return Err("an XML element where a text should be");
        }
        let (name, empty, after) = start(tag)?;
        if open.is_empty() {
            roots = roots.saturating_add(1);
        }
        if roots > 1 {
            return Err("the XML has two roots");
        }
        open.push(name);
        if open.len() > MAX_DEPTH {
            return Err("the XML is too deep");
        }
        let path = open.join("/");
        if paths.iter().any(|own| own.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'))) {
            if passed.contains(&path) {
                return Err("an XML element stands there twice");
            }
            passed.push(path.clone());
        }
        wanted = paths.iter().position(|own| *own == path);
        if let Some(slot) = wanted.and_then(|place| found.get_mut(place)) {
            if slot.is_some() {
                return Err("an XML element stands there twice");
            }
            *slot = Some(Secret::new(String::new()));
        }
        if empty {
            open.pop();
            wanted = None;
        }
        rest = after;
    }
    if !open.is_empty() || roots == 0 {
        return Err("the XML ends too early");
    }
    Ok(found)
}

/// Version 1.0, and perhaps that it is UTF-8 and stands alone: behind `<?xml `, before `?>`.
fn is_declaration(text: &str) -> bool {
    let mut parts = text.split_ascii_whitespace().map(|part| part.replace('\'', "\"")).peekable();
    let version = parts.next().is_some_and(|part| part == "version=\"1.0\"");
    parts.next_if(|part| matches!(part.as_str(), "encoding=\"UTF-8\"" | "encoding=\"utf-8\""));
    parts.next_if(|part| matches!(part.as_str(), "standalone=\"yes\"" | "standalone=\"no\""));
    // Quotes of two kinds around one value would have become one kind.
    let mixed = text.contains('"') && text.contains('\'');
    version && parts.next().is_none() && !mixed
}

/// Behind `<`: the element's name, whether it ends at once, and what follows its `>`. Attributes are
/// passed over, and must be written as XML writes them.
fn start(tag: &str) -> Read<(&str, bool, &str)> {
    let (name, mut rest) = name(tag)?;
    let mut attributes: Vec<&str> = Vec::new();
    loop {
        let trimmed = rest.trim_ascii_start();
        if let Some(after) = trimmed.strip_prefix('>') {
            return Ok((name, false, after));
        }
        if let Some(after) = trimmed.strip_prefix("/>") {
            return Ok((name, true, after));
        }
        if trimmed.len() == rest.len() {
            return Err("an XML tag is not well formed");
        }
        let (attribute, after) = attribute(trimmed)?;
        if attributes.contains(&attribute) {
            return Err("an XML attribute stands there twice");
        }
        attributes.push(attribute);
        rest = after;
    }
}

/// The name of `name="value"`, and what follows.
fn attribute(text: &str) -> Read<(&str, &str)> {
    let (name, rest) = name(text)?;
    let rest = rest.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start);
    let rest = rest.ok_or("an XML attribute has no value")?;
    let quote =
        rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("an XML value has no quotes")?;
    let (value, after) =
        rest.get(1..).and_then(|rest| rest.split_once(quote)).ok_or("an XML value has no end")?;
    if value.contains('<') {
        return Err("an XML value has no end");
    }
    unescape(value)?;
    Ok((name, after))
}

/// A name of ASCII letters, digits and `_.-`; neither a prefix's colon nor `!` and `?`, with which all else
/// begins, are among them.
fn name(text: &str) -> Read<(&str, &str)> {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let end = text.bytes().position(|b| !is_name(b)).unwrap_or(text.len());
    match text.split_at_checked(end) {
        Some((name, rest)) if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
            Ok((name, rest))
        }
        _ => Err("an XML name is not well formed"),
    }
}

/// Whether XML has no such character (1.0, section 2.2), or discourages it, as the controls above ASCII.
fn is_foreign(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The text with the five entities read. A character by its number is refused: STS writes none.
fn unescape(text: &str) -> Read<Secret> {
    if text.contains(is_foreign) || text.contains("]]>") {
        return Err("the XML has a character that it may not have");
    }
    // Wiped whatever follows, and never moved: an entity is longer than what it stands for.
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, entity)) = rest.split_once('&') {
        let (name, after) = entity.split_once(';').ok_or("an XML entity has no end")?;
        out.push_str(before);
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => return Err("an XML entity that is none of the five"),
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(Secret::new(core::mem::take(&mut *out)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn one(xml: &str) -> Read<Option<String>> {
        texts(xml.as_bytes(), ["a/b"]).map(|[found]| found.map(|text| text.expose().to_owned()))
    }

    #[test]
    fn what_is_well_formed() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(one("<a><b>x</b></a>"), some("x"));
        assert_eq!(
            one("\u{feff}<?xml version='1.0' encoding='UTF-8'  standalone='no' ?>\n<a>\n <b >x</b >\n</a>\n"),
            some("x")
        );
        assert_eq!(
            one("<a x='>' y = \"/>\"><b>&lt;&amp;&gt;&quot;&apos;&amp;lt;</b></a>"),
            some("<&>\"'&lt;")
        );
        assert_eq!(one("<a><b/></a>"), some(""));
        assert_eq!(one("<a><b></b></a>"), some(""));
        assert_eq!(one("<a><c><b>x</b></c></a>"), Ok(None));
        assert_eq!(one("<b>x</b>"), Ok(None));
        assert_eq!(one("<a><c>y</c><b>x</b><c><d/></c></a>"), some("x"));
    }

    #[test]
    fn what_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(17), "</a>".repeat(17));
        let long = format!("<a><b>{}</b></a>", "x".repeat(64 * 1024));
        for bad in [
            "",
            " ",
            "x",
            "{}",
            "<a>",
            "<a><b>x</b>",
            "<a><b>x</a></b>",
            "<a/><a/>",
            "<a/>x",
            "x<a/>",
            "</a>",
            "<a></a></a>",
            "<>x</>",
            "< a/>",
            "<1/>",
            "<a b/>",
            "<a b=c/>",
            "<a b='c/>",
            "<a b='<'/>",
            "<a b='&x;'/>",
            "<a b='c'd='e'/>",
            "<a/ >",
            "<a",
            "<a><b>x</b><b>x</b></a>",
            "<a><b/><b>x</b></a>",
            "<a><b>x</b></a><a/>",
            "<a><b>x<c/></b></a>",
            "<a><b>x<c/>y</b></a>",
            "<a><b>&#65;</b></a>",
            "<a><b>&#x41;</b></a>",
            "<a><b>&other;</b></a>",
            "<a><b>&amp</b></a>",
            "<a><b>& </b></a>",
            "<a><b>]]></b></a>",
            "<a><b>\u{0}</b></a>",
            "<a><b>\u{85}</b></a>",
            "<a><b>\u{fffe}</b></a>",
            "<a c='\u{ffff}'><b>x</b></a>",
            "<a><b><![CDATA[x]]></b></a>",
            "<a><!-- --><b>x</b></a>",
            "<a><?x y?><b>x</b></a>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a><b>&x;</b></a>",
            "<!DOCTYPE a SYSTEM \"http://example.com/\"><a><b>x</b></a>",
            "<?xml version=\"1.0\"<a><b>x</b></a>?>",
            "<?xml version=\"1.0\"",
            "<?xml ?><a/>",
            "<?xml version=\"1.1\"?><a/>",
            "<?xml version=\"1.0'?><a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>",
            "<?xml version=\"1.0\" encoding=\"utf-8\" x=\"y\"?><a/>",
            "<a b='c' b='d'/>",
            "<x:a/>",
            "<a x:b='c'/>",
            " <?xml version=\"1.0\"?><a><b>x</b></a>",
            &deep,
            &long,
        ] {
            assert!(one(bad).is_err(), "{}", &bad[..bad.len().min(80)]);
        }
        assert!(texts(b"<a><b>\xff</b></a>", ["a/b"]).is_err());
    }
}
