//! Random requests of the kinds that a client of Bedrock sends, and odder ones; all of them can be sent as they are.

use crate::random::Random;
use outcrop::region::Region;
use outcrop::secret::{Credentials, Secret};
use outcrop::sigv4::percent_encode;
use outcrop::time::Timestamp;

/// How wild a request may be, so that the other side can be expected to sign it alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wild {
    /// Dot segments, doubled slashes, and queries that are not encoded throughout.
    Smithy,
    /// None of those: botocore keeps a query as it is, and drops the slash that a last dot segment leaves.
    Botocore,
    /// As for smithy, but what a page can send: no dot segments beside doubled slashes, each header's name once and its
    /// value in ASCII, each parameter with its `=`, nothing in the clear but to this machine.
    JavaScript,
}

/// A request to sign.
#[derive(Clone, Debug)]
pub struct Order {
    /// HTTP method.
    pub method: &'static str,
    /// Scheme and authority.
    pub origin: String,
    /// As it goes over the wire.
    pub path: String,
    /// As it goes over the wire, without `?`.
    pub query: String,
    /// In any order and case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Who signs.
    pub access_key_id: String,
    /// Who signs.
    pub secret_access_key: String,
    /// Who signs.
    pub session_token: Option<String>,
    /// Where.
    pub region: String,
    /// For what.
    pub service: &'static str,
    /// When, in seconds since 1970.
    pub seconds: i64,
}

impl Order {
    /// The whole URL.
    pub fn url(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        [&self.origin, &self.path, mark, &self.query].concat()
    }

    /// Our credentials.
    pub fn credentials(&self) -> Credentials {
        let token = self.session_token.clone().map(Secret::from);
        Credentials::new(self.access_key_id.as_str(), self.secret_access_key.as_str(), token)
            .expect("credentials")
    }

    /// Our region.
    pub fn region(&self) -> Region {
        Region::new(self.region.as_str()).expect("a region")
    }

    /// Our time.
    pub fn time(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.seconds * 1000).expect("a time")
    }

    /// Headers as borrowed pairs.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

const MODELS: [&str; 14] = [
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "amazon.nova-lite-v1:0:300k",
    "amazon.titan-text-express-v1",
    "meta.llama3-8b-instruct-v1:0",
    "openai.gpt-oss-120b-1:0",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1",
    "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.meta.llama3-2-11b-instruct-v1:0",
    "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123def456",
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-lite-v1:0:4k/abcdefghijkl",
    "arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT12345:1",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:default-prompt-router/anthropic.claude:1",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
];
const OPERATIONS: [&str; 6] =
    ["converse", "converse-stream", "invoke", "invoke-with-response-stream", "count-tokens", "apply"];
const REGIONS: [&str; 8] = [
    "us-east-1",
    "us-west-2",
    "eu-central-1",
    "ap-northeast-3",
    "us-gov-west-1",
    "cn-north-1",
    "eusc-de-east-1",
    "x",
];
const SERVICES: [&str; 5] = ["bedrock", "bedrock", "bedrock", "cognito-identity", "execute-api"];
const METHODS: [&str; 6] = ["POST", "POST", "POST", "GET", "PUT", "DELETE"];
const UNRESERVED: &str = "ABCXYZabcxyz0189-._~";
const ANY: &str = "AZaz09-._~ !\"#$%&'()*+,/:;<=>?@[\\]^`{|}éßÿ€名🦀\u{a0}";
const RAW_IN_PATH: &str = "abc019-._~!$&'()*,;=:@é";
const RAW_IN_QUERY: &str = "abc019-._~!$'()*,;:@/?";
const VISIBLE: &str = "ABCabc019!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~é€";
const SECRET: &str = "ABCXYZabcxyz0189/+";

fn letters(of: &str) -> Vec<char> {
    of.chars().collect()
}

fn word(random: &mut Random, most: usize, of: &str) -> String {
    let length = 1 + random.below(most);
    random.text(length, &letters(of))
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    percent_encode(&mut out, text);
    out
}

fn origin(random: &mut Random, region: &str, wild: Wild) -> String {
    let scheme = if random.one_in(5) { "http" } else { "https" };
    let host = match random.below(8) {
        0 => "localhost".to_owned(),
        1 => "127.0.0.1".to_owned(),
        2 => "[::1]".to_owned(),
        3 => "proxy-1.example.com".to_owned(),
        4 => format!("bedrock-runtime-fips.{region}.api.aws"),
        _ => format!("bedrock-runtime.{region}.amazonaws.com"),
    };
    let port = match random.below(8) {
        0 => ":443".to_owned(),
        1 => ":80".to_owned(),
        2 => ":8443".to_owned(),
        3 => format!(":{}", 1 + random.below(65_535)),
        _ => String::new(),
    };
    let here = ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
    let scheme = if wild == Wild::JavaScript && !here { "https" } else { scheme };
    format!("{scheme}://{host}{port}")
}

fn path(random: &mut Random, wild: Wild) -> String {
    let mut path = String::new();
    if random.one_in(4) {
        for _ in 0..random.below(3) {
            path.push('/');
            path.push_str(&word(random, 8, UNRESERVED).replace('.', "-"));
        }
    }
    match random.below(20) {
        0 => return ["", "/", "/a", "/a/"][random.below(4)].to_owned(),
        // Segments as a URL library would leave them, and segments that it would not.
        1 | 2 => {
            for _ in 0..1 + random.below(5) {
                path.push('/');
                match random.below(if wild == Wild::Botocore { 3 } else { 6 }) {
                    0 => path.push_str(&word(random, 8, RAW_IN_PATH).replace('.', "-")),
                    1 => {
                        let segment = encoded(&word(random, 8, ANY));
                        let dots = matches!(segment.as_str(), "." | "..");
                        path.push_str(if dots && wild == Wild::Botocore { "-" } else { &segment });
                    }
                    2 => path.push_str("..."),
                    3 => path.push('.'),
                    4 => path.push_str(".."),
                    _ => {}
                }
            }
            if wild == Wild::JavaScript {
                path = without_one(&path.replace('é', "e"), random.one_in(2));
            }
            return path;
        }
        _ => {}
    }
    let model = match random.below(4) {
        0 => word(random, 30, ANY),
        _ => (*random.pick(&MODELS)).to_owned(),
    };
    path.push_str("/model/");
    // `.` and `..` alone name no model: the operations refuse them.
    path.push_str(&if model == "." || model == ".." { "m".to_owned() } else { encoded(&model) });
    path.push('/');
    path.push_str(OPERATIONS[random.below(OPERATIONS.len())]);
    path
}

/// Without dot segments, or without doubled slashes; and with none of both at its end.
fn without_one(path: &str, dots: bool) -> String {
    let mut out = String::new();
    for segment in path.split('/').skip(1) {
        if dots && segment.is_empty() {
            continue;
        }
        out.push('/');
        out.push_str(if dots || !matches!(segment, "." | "..") { segment } else { "-" });
    }
    out + "/-"
}

fn query(random: &mut Random, wild: Wild) -> String {
    if !random.one_in(4) {
        return String::new();
    }
    let mut names: Vec<String> = vec!["a".to_owned(), "maxResults".to_owned()];
    let mut parts = Vec::new();
    for _ in 0..1 + random.below(5) {
        names.push(word(random, 8, ANY));
        let name = encoded(&names[random.below(names.len())]);
        parts.push(match random.below(8) {
            0 if wild != Wild::JavaScript => name,
            0 | 1 => format!("{name}="),
            2 if wild != Wild::Botocore => format!("{name}={}", word(random, 8, RAW_IN_QUERY)),
            3 => format!("{name}={}", encoded(&word(random, 8, ANY))),
            4 => format!("{name}=2024-12-03T04%3A05%3A06Z"),
            _ => format!("{name}={}", word(random, 20, UNRESERVED)),
        });
    }
    parts.join("&")
}

/// Names that nobody's signer treats in a way of its own.
const HEADERS: [&str; 12] = [
    "content-type",
    "Content-Type",
    "accept",
    "X-Amzn-Bedrock-Accept",
    "x-amzn-bedrock-trace",
    "X-Amzn-Bedrock-GuardrailIdentifier",
    "x-amz-target",
    "content-length",
    "date-of-birth",
    "x!#$%&'*-^_`|~",
    "a",
    "zzz",
];

fn headers(random: &mut Random, wild: Wild) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = Vec::new();
    for _ in 0..random.below(7) {
        let name = match random.below(6) {
            // The same name again, perhaps in another case.
            0 if !list.is_empty() => {
                let name = random.pick(&list).0.clone();
                if random.one_in(2) { name.to_ascii_uppercase() } else { name }
            }
            1 => format!("x-{}", word(random, 12, "abcABC019-_.")),
            _ => (*random.pick(&HEADERS)).to_owned(),
        };
        let mut value = String::new();
        for _ in 0..random.below(5) {
            value.push_str(&" ".repeat(random.below(4)));
            value.push_str(&word(random, 12, VISIBLE));
        }
        value.push_str(&" ".repeat(random.below(3)));
        list.push((name, value));
    }
    if wild == Wild::JavaScript {
        let mut names = Vec::new();
        list.retain(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let first = !names.contains(&name);
            names.push(name);
            // A host sets the length by itself.
            first && value.is_ascii() && names.last().is_some_and(|name| name != "content-length")
        });
    }
    list
}

/// A request.
pub fn order(random: &mut Random, wild: Wild) -> Order {
    let region = match random.below(10) {
        0 => format!("r{}-{}", word(random, 20, "abc019-"), random.below(10)),
        _ => (*random.pick(&REGIONS)).to_owned(),
    };
    let length = match random.below(20) {
        0 | 1 => 0,
        2 => random.below(20_000),
        _ => random.below(600),
    };
    Order {
        method: METHODS[random.below(METHODS.len())],
        origin: origin(random, &region, wild),
        path: path(random, wild),
        query: query(random, wild),
        headers: headers(random, wild),
        body: random.bytes(length),
        access_key_id: format!("AKIA{}", word(random, 16, "ABCXYZ234567")),
        secret_access_key: word(random, 60, SECRET),
        session_token: random.one_in(3).then(|| word(random, 400, "ABCXYZabcxyz0189/+=")),
        region,
        service: SERVICES[random.below(SERVICES.len())],
        // 1970 to 2100.
        seconds: random.below(4_102_444_800) as i64,
    }
}
