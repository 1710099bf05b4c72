//! What the last message of a Converse request brings beside its text: images, documents, what a tool answered; told in
//! words. It looks at a PNG's size and a plain document's words, and at nothing else of a file.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::builtin::{Invalid, invalid, words};

/// Formats, from the service's model.
const IMAGES: [&str; 4] = ["png", "jpeg", "gif", "webp"];
const DOCUMENTS: [&str; 9] = ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"];
/// Those whose bytes are text.
const PLAIN: [&str; 4] = ["csv", "html", "txt", "md"];

/// A sentence for each.
pub fn told(request: &Value) -> Result<Vec<String>, Invalid> {
    let mut told = Vec::new();
    let messages = request["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let last = messages.iter().rposition(|message| message["role"] == "user");
    for (message, value) in messages.iter().enumerate() {
        let blocks = value["content"].as_array().map_or(&[][..], Vec::as_slice);
        for (index, block) in blocks.iter().enumerate() {
            let place = format!("messages.{}.member.content.{}.member", message + 1, index + 1);
            let sentence = if !block["image"].is_null() {
                image(&block["image"], &place)?
            } else if !block["document"].is_null() {
                document(&block["document"], &place, blocks)?
            } else if !block["toolResult"].is_null() {
                tool_result(&block["toolResult"])
            } else {
                continue;
            };
            if Some(message) == last {
                told.push(sentence);
            }
        }
    }
    Ok(told)
}

fn image(image: &Value, place: &str) -> Result<String, Invalid> {
    let format = one_of(&image["format"], &format!("{place}.image.format"), &IMAGES)?;
    let Some(bytes) = bytes(&image["source"])? else { return Ok(format!("I see a {format} image in S3.")) };
    let size = match png::Decoder::new(Cursor::new(&bytes)).read_info() {
        Ok(reader) if format == "png" => {
            format!(" of {} by {} pixels", reader.info().width, reader.info().height)
        }
        _ => String::new(),
    };
    Ok(format!("I see a {format} image{size} ({} bytes).", bytes.len()))
}

fn document(document: &Value, place: &str, blocks: &[Value]) -> Result<String, Invalid> {
    let format = match &document["format"] {
        Value::Null => "txt",
        format => one_of(format, &format!("{place}.document.format"), &DOCUMENTS)?,
    };
    let name = document["name"].as_str().unwrap_or_default();
    let odd = |c: char| !(c.is_alphanumeric() || c.is_whitespace() || "-()[]".contains(c));
    if name.is_empty() || name.contains(odd) || name.contains("  ") {
        return Err(invalid(
            "The provided document file name can only contain alphanumeric characters, whitespace \
             characters, hyphens, parentheses, and square brackets. The name can't contain more than one \
             consecutive whitespace character.",
        ));
    }
    if !blocks.iter().any(|block| block["text"].is_string()) {
        return Err(invalid(
            "The model returned the following errors: A message with a document has a text block too.",
        ));
    }
    let parts = document["source"]["content"].as_array();
    let text = match parts {
        Some(parts) => {
            Some(parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join(" "))
        }
        None => document["source"]["text"].as_str().map(ToOwned::to_owned),
    };
    let text = text.map(String::into_bytes);
    let Some(bytes) = text.map_or_else(|| bytes(&document["source"]), |text| Ok(Some(text)))? else {
        return Ok(format!("I see the document \"{name}\" ({format}) in S3."));
    };
    let length = match std::str::from_utf8(&bytes) {
        Ok(text) if PLAIN.contains(&format) => format!("{} words", words(text)),
        _ => format!("{} bytes", bytes.len()),
    };
    Ok(format!("I read the document \"{name}\" ({format}, {length})."))
}

fn tool_result(result: &Value) -> String {
    let answered = result["content"].as_array().into_iter().flatten().filter_map(|block| {
        block["text"]
            .as_str()
            .map(ToOwned::to_owned)
            .or_else(|| (!block["json"].is_null()).then(|| block["json"].to_string()))
    });
    let what = if result["status"] == "error" { "The tool failed" } else { "The tool answered" };
    format!("{what}: {}", answered.collect::<Vec<_>>().join(" "))
}

/// The bytes of a source that has them; none for one in S3.
fn bytes(source: &Value) -> Result<Option<Vec<u8>>, Invalid> {
    let refused = || Invalid {
        name: "SerializationException",
        message: "A source has 'bytes' in base64, or an 's3Location'".to_owned(),
    };
    match source["bytes"].as_str() {
        Some(text) => STANDARD.decode(text).map(Some).map_err(|_| refused()),
        None if source["s3Location"].is_object() => Ok(None),
        None => Err(refused()),
    }
}

fn one_of<'a>(value: &'a Value, place: &str, values: &[&str]) -> Result<&'a str, Invalid> {
    let text = value.as_str().unwrap_or_default();
    if values.contains(&text) {
        return Ok(text);
    }
    Err(invalid(format!(
        "1 validation error detected: Value '{text}' at '{place}' failed to satisfy constraint: Member must \
         satisfy enum value set: [{}]",
        values.join(", ")
    )))
}
