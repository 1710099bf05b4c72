//! Bodies and answers of the models that embed, and their vectors: words and runs of three letters, each hashed to a
//! place and a sign, so that texts that share them are near each other. It knows no meaning: synonyms are far apart.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::builtin::{Invalid, invalid, words};
use crate::media::{Made, malformed};

/// How much a run of three letters counts beside a word: ten of them say as much as three words do.
const LETTERS_WEIGHT: f64 = 0.3;
/// Bytes of an image that are taken together.
const IMAGE_BYTES: usize = 48;
/// The most texts of a request, from AWS's guide to Embed.
const MOST_TEXTS: usize = 96;

/// Titan Embeddings, both versions, and Titan Multimodal Embeddings.
pub fn titan(model: &str, request: &Value) -> Result<Made, Invalid> {
    let text = request["inputText"].as_str().unwrap_or_default();
    if model.contains("titan-embed-image") {
        return multimodal(request, text);
    }
    if text.is_empty() {
        return Err(malformed("expected minLength: 1, actual: 0"));
    }
    let second = model.contains("v2") || model.contains("text-02");
    let dimensions = match second {
        true => dimension(&request["dimensions"], "dimensions", &[1024, 512, 256])?,
        false => 1536,
    };
    let whole = counted(text, dimensions);
    let vector = if request["normalize"] == false { whole } else { normalised(whole) };
    let mut answer = Map::new();
    let kinds = request["embeddingTypes"].as_array();
    let asked = |kind: &str| kinds.is_none_or(|kinds| kinds.iter().any(|asked| asked == kind));
    if asked("float") {
        answer.insert("embedding".to_owned(), numbers(&vector));
    }
    if second {
        let mut by_type = Map::new();
        if asked("float") {
            by_type.insert("float".to_owned(), numbers(&vector));
        }
        if kinds.is_some() && asked("binary") {
            by_type.insert(
                "binary".to_owned(),
                vector.iter().map(|value| json!(u8::from(*value > 0.0))).collect(),
            );
        }
        answer.insert("embeddingsByType".to_owned(), Value::Object(by_type));
    }
    answer.insert("inputTextTokenCount".to_owned(), json!(words(text)));
    Ok(Made { answer: Value::Object(answer), tokens_in: words(text), pictures: 0 })
}

fn multimodal(request: &Value, text: &str) -> Result<Made, Invalid> {
    let config = &request["embeddingConfig"]["outputEmbeddingLength"];
    let dimensions = dimension(config, "embeddingConfig/outputEmbeddingLength", &[1024, 384, 256])?;
    let mut parts = Vec::new();
    if !text.is_empty() {
        parts.push(normalised(counted(text, dimensions)));
    }
    if !request["inputImage"].is_null() {
        parts.push(image(&request["inputImage"], dimensions)?);
    }
    if parts.is_empty() {
        return Err(malformed("#: required key [inputText] or [inputImage] not found"));
    }
    // AWS's guide: of both, the mean.
    let sum = (0..dimensions).map(|index| parts.iter().map(|part| part[index]).sum()).collect();
    let answer = json!({
        "embedding": numbers(&normalised(sum)),
        "inputTextTokenCount": words(text),
        "message": null,
    });
    Ok(Made { answer, tokens_in: words(text), pictures: 0 })
}

/// Cohere's Embed, v3 and v4.
pub fn cohere(model: &str, request: &Value) -> Result<Made, Invalid> {
    let fourth = model.contains("embed-v4");
    let dimensions = match fourth {
        true => dimension(&request["output_dimension"], "output_dimension", &[1536, 1024, 512, 256])?,
        false => 1024,
    };
    let list = |name: &str| request[name].as_array().map_or(&[][..], Vec::as_slice);
    let (texts, images) = (list("texts"), list("images"));
    if texts.len() + images.len() > MOST_TEXTS {
        return Err(invalid(format!("a request has at most {MOST_TEXTS} texts")));
    }
    let mut vectors = Vec::new();
    let mut tokens = 0;
    for text in texts {
        let text = text.as_str().ok_or_else(|| malformed("#/texts: expected type: String"))?;
        tokens += words(text);
        vectors.push(normalised(counted(text, dimensions)));
    }
    for url in images {
        let data = url.as_str().and_then(|url| url.split_once(";base64,")).map(|(_, data)| json!(data));
        vectors.push(image(&data.unwrap_or_default(), dimensions)?);
    }
    for input in list("inputs").iter().filter(|_| fourth) {
        let texts =
            input["content"].as_array().into_iter().flatten().filter_map(|part| part["text"].as_str());
        let text = texts.collect::<Vec<_>>().join(" ");
        tokens += words(&text);
        vectors.push(normalised(counted(&text, dimensions)));
    }
    if vectors.is_empty() {
        return Err(invalid("valid input texts, images or inputs must be provided"));
    }
    let id = hex::encode(&Sha256::digest(request.to_string().as_bytes())[..12]);
    let all = |of: fn(&[f64]) -> Value| vectors.iter().map(|vector| of(vector)).collect::<Value>();
    let (embeddings, kind) = match request["embedding_types"].as_array() {
        None => (all(numbers), "embeddings_floats"),
        Some(kinds) => {
            let mut by_type = Map::new();
            for kind in kinds.iter().filter_map(Value::as_str) {
                let made = match kind {
                    "float" => all(numbers),
                    "int8" => all(|vector| vector.iter().map(|value| json!(quantised(*value))).collect()),
                    "uint8" => {
                        all(|vector| vector.iter().map(|value| json!(quantised(*value) + 128)).collect())
                    }
                    "binary" => all(|vector| bits(vector).map(|byte| json!(i32::from(byte) - 128)).collect()),
                    "ubinary" => all(|vector| bits(vector).map(|byte| json!(byte)).collect()),
                    other => {
                        return Err(malformed(format!(
                            "#/embedding_types: {other} is not a valid enum value"
                        )));
                    }
                };
                by_type.insert(kind.to_owned(), made);
            }
            (Value::Object(by_type), "embeddings_by_type")
        }
    };
    let answer = json!({ "id": id, "response_type": kind, "embeddings": embeddings, "texts": texts });
    Ok(Made { answer, tokens_in: tokens, pictures: 0 })
}

/// Nova Multimodal Embeddings, one thing at a time.
pub fn nova(request: &Value) -> Result<Made, Invalid> {
    if request["taskType"] != "SINGLE_EMBEDDING" {
        return Err(malformed("#/taskType: InvokeModel takes SINGLE_EMBEDDING"));
    }
    let params = &request["singleEmbeddingParams"];
    if !params["embeddingPurpose"].is_string() {
        return Err(malformed("#/singleEmbeddingParams: required key [embeddingPurpose] not found"));
    }
    let name = "singleEmbeddingParams/embeddingDimension";
    let dimensions = dimension(&params["embeddingDimension"], name, &[3072, 1024, 384, 256])?;
    let text = params["text"]["value"].as_str().unwrap_or_default();
    let (kind, vector) = if !params["text"].is_null() {
        if text.is_empty() {
            return Err(malformed("#/singleEmbeddingParams/text/value: expected minLength: 1, actual: 0"));
        }
        ("TEXT", normalised(counted(text, dimensions)))
    } else {
        let kinds = [("image", "IMAGE"), ("audio", "AUDIO"), ("video", "VIDEO")];
        let found = kinds.iter().find(|(name, _)| !params[*name].is_null());
        let (name, kind) = found.ok_or_else(|| {
            malformed("#/singleEmbeddingParams: one of [text, image, audio, video] is required")
        })?;
        (*kind, image(&params[*name]["source"]["bytes"], dimensions)?)
    };
    let answer = json!({ "embeddings": [{ "embeddingType": kind, "embedding": numbers(&vector) }] });
    Ok(Made { answer, tokens_in: words(text), pictures: 0 })
}

/// One of the sizes that a model has; the first when none is asked for.
fn dimension(asked: &Value, name: &str, sizes: &[usize]) -> Result<usize, Invalid> {
    if asked.is_null() {
        return Ok(sizes[0]);
    }
    let found = sizes.iter().find(|size| asked.as_u64() == u64::try_from(**size).ok());
    found.copied().ok_or_else(|| malformed(format!("#/{name}: {asked} is not a valid enum value")))
}

/// How often a text has each word and each run of three letters, at the places that they hash to.
fn counted(text: &str, dimensions: usize) -> Vec<f64> {
    let mut vector = vec![0.0; dimensions];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        add(&mut vector, word.as_bytes(), 1.0);
        let edged: Vec<char> = format!(" {word} ").chars().collect();
        for letters in edged.windows(3) {
            add(&mut vector, letters.iter().collect::<String>().as_bytes(), LETTERS_WEIGHT);
        }
    }
    if vector.iter().all(|value| *value == 0.0) {
        add(&mut vector, text.as_bytes(), 1.0);
    }
    vector
}

/// The same for an image's bytes.
fn image(base64: &Value, dimensions: usize) -> Result<Vec<f64>, Invalid> {
    let bytes = base64.as_str().and_then(|text| STANDARD.decode(text).ok()).filter(|bytes| !bytes.is_empty());
    let bytes = bytes.ok_or_else(|| invalid("The image is no base64."))?;
    let mut vector = vec![0.0; dimensions];
    for part in bytes.chunks(IMAGE_BYTES) {
        add(&mut vector, part, 1.0);
    }
    Ok(normalised(vector))
}

fn add(vector: &mut [f64], feature: &[u8], weight: f64) {
    let hash = Sha256::digest(feature);
    let place = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    let place = usize::try_from(place).unwrap_or_default() % vector.len();
    vector[place] += if hash[4] % 2 == 0 { weight } else { -weight };
}

/// The same direction, of length 1.
fn normalised(vector: Vec<f64>) -> Vec<f64> {
    let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length == 0.0 { vector } else { vector.into_iter().map(|value| value / length).collect() }
}

/// With eight digits, which is what the models' 32 bits have.
fn numbers(vector: &[f64]) -> Value {
    vector.iter().map(|value| json!((value * 1e8).round() / 1e8)).collect()
}

/// A number from -1 to 1 as one from -128 to 127.
#[expect(clippy::cast_possible_truncation, reason = "it is clamped")]
fn quantised(value: f64) -> i32 {
    (value * 127.0).round().clamp(-128.0, 127.0) as i32
}

/// Eight signs to a byte, the first the highest bit.
fn bits(vector: &[f64]) -> impl Iterator<Item = u8> {
    vector.chunks(8).map(|eight| eight.iter().fold(0, |byte, value| byte << 1 | u8::from(*value > 0.0)))
}
