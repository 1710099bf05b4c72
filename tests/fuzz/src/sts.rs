//! STS's XML against roxmltree: what is read is what a whole parser finds at that path, once, in one place; what a whole
//! parser refuses is refused. Of documents as STS writes them none is.

use outcrop::identity::sts;
use outcrop::time::Timestamp;
use roxmltree::{Document, Node};

use crate::input::Input;

const PIECES: [&str; 40] = [
    "<ErrorResponse>",
    "</ErrorResponse>",
    "<Error>",
    "</Error>",
    "<Code>",
    "</Code>",
    "<Message>",
    "</Message>",
    "<a>",
    "</a>",
    "<a/>",
    "<Credentials>",
    "</Credentials>",
    "<Credentials/>",
    "<AccessKeyId>",
    "</AccessKeyId>",
    "<SecretAccessKey>",
    "</SecretAccessKey>",
    "<SessionToken>",
    "</SessionToken>",
    "<Expiration>",
    "</Expiration>",
    "2026-11-21T17:00:00Z",
    "ASIA",
    "&amp;",
    "&lt;",
    "&#65;",
    "&x;",
    "&",
    "<!-- x -->",
    "<![CDATA[x]]>",
    "<?x?>",
    "<!DOCTYPE a>",
    "]]>",
    " xmlns='u'",
    " b=\"c\"",
    "<x:a/>",
    "é",
    "\u{fffe}",
    "\r\n",
];

const RESPONSE: &str = "AssumeRoleWithWebIdentityResponse";
const RESULT: &str = "AssumeRoleWithWebIdentityResult";
const FIELDS: [&str; 4] = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"];
const VALUES: [&str; 10] = [
    "ASIA",
    "secret/+=",
    "to&amp;ken",
    "2026-11-21T17:00:00Z",
    "2026-11-21T17:00:00.5+01:00",
    "",
    " ",
    "a b",
    "&lt;",
    "é",
];

/// A document as STS writes one, or nearly.
fn credentials_like(input: &mut Input<'_>) -> String {
    let mut inner = String::new();
    for _ in 0..1 + input.below(3) {
        let mut fields = String::new();
        for _ in 0..input.below(7) {
            let (name, value) = (input.pick(&FIELDS), input.pick(&VALUES));
            fields.push_str(&format!("<{name}>{value}</{name}>"));
        }
        if input.one_in(4) {
            input.push_text(&mut fields, 3, &PIECES);
        }
        inner.push_str(&format!("<Credentials>{fields}</Credentials>"));
        if !input.one_in(3) {
            break;
        }
    }
    let head =
        input.pick(&["", "<?xml version=\"1.0\"?>", "\u{feff}", "<?xml version='1.0' encoding='UTF-8'?>\n"]);
    format!("{head}<{RESPONSE}><{RESULT}>{inner}</{RESULT}></{RESPONSE}>")
}

/// One input: a document.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let text = match input.byte() & 7 {
        0 => return read(input.rest()),
        1 | 2 => input.text(40, &PIECES),
        3 => format!("<ErrorResponse><Error>{}</Error></ErrorResponse>", input.text(20, &PIECES)),
        4 => return good(&mut input),
        _ => credentials_like(&mut input),
    };
    read(text.as_bytes());
}

/// The children of that name.
fn named<'a, 'i>(nodes: &[Node<'a, 'i>], name: &str) -> Vec<Node<'a, 'i>> {
    let of = |node: &Node<'a, 'i>| node.children().filter(|child| child.is_element()).collect::<Vec<_>>();
    nodes.iter().flat_map(of).filter(|child| child.tag_name().name() == name).collect()
}

/// The one text at that path, with nothing on the way twice.
fn only(document: &Document<'_>, path: &[&str]) -> Option<String> {
    let mut nodes = vec![document.root()];
    for name in path {
        nodes = named(&nodes, name);
        assert!(nodes.len() < 2, "two {name} were taken for one");
    }
    let node = nodes.first()?;
    assert!(node.children().all(|child| child.is_text()), "more than a text was taken for one");
    Some(node.text().unwrap_or_default().to_owned())
}

fn read(body: &[u8]) {
    let parsed = || {
        let text = std::str::from_utf8(body).expect("no UTF-8 was read");
        Document::parse(text).expect("what is no XML was read")
    };
    if let Ok(told) = sts::credentials(body) {
        let document = parsed();
        let due = FIELDS.map(|field| only(&document, &[RESPONSE, RESULT, "Credentials", field]));
        let [key, secret, token, expiration] = due.map(|text| text.expect("what is not there was read"));
        // Line ends are one character to a parser (XML 1.0, section 2.11); none can be in these.
        assert_eq!(told.access_key_id(), key);
        assert_eq!(told.secret_access_key().expose().replace("\r\n", "\n").replace('\r', "\n"), secret);
        assert_eq!(told.session_token().map(|token| token.expose()), Some(token.as_str()));
        assert_eq!(told.expiration(), Timestamp::from_iso_8601(&expiration).ok());
    }
    if let Some((code, message)) = sts::error(body) {
        let document = parsed();
        let line_ends = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(Some(line_ends(&code)), only(&document, &["ErrorResponse", "Error", "Code"]));
        let due = only(&document, &["ErrorResponse", "Error", "Message"]);
        assert_eq!(line_ends(&message), due.unwrap_or_default());
    }
}

/// What STS could answer is read.
fn good(input: &mut Input<'_>) {
    let mut visible = || -> String {
        let word = |byte: &u8| char::from(b'!' + byte % 94);
        let text: String = input.sized().iter().take(40).map(word).collect();
        if text.is_empty() { "x".to_owned() } else { text }
    };
    let (key, secret, token) = (visible().replace(['/', ','], "x"), visible(), visible());
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let body = format!(
        "<{RESPONSE} xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{RESULT}><Audience>a</Audience><Credentials>\
         <AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
         <Expiration>2026-11-21T17:00:00Z</Expiration></Credentials></{RESULT}></{RESPONSE}>",
        escape(&key),
        escape(&secret),
        escape(&token)
    );
    read(body.as_bytes());
    let told = sts::credentials(body.as_bytes()).expect("an answer of STS");
    assert_eq!((told.access_key_id(), told.secret_access_key().expose()), (key.as_str(), secret.as_str()));
}
