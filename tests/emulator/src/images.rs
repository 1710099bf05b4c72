//! Bodies and answers of the models that make images, and a picture for each: its pixels depend on the prompt, on what is
//! not to be shown and on the seed. It draws squares, whatever was asked for, and looks at no image that it is given.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::builtin::{Invalid, invalid, words};
use crate::media::{Made, malformed, number};

/// Squares on a side of a picture.
const SQUARES: usize = 12;
/// The seed of Titan Image and of Nova Canvas when there is none, from AWS's guide.
const TASK_SEED: u64 = 42;
const MOST_TASK_SEED: u64 = 2_147_483_646;
/// The highest seed of Stability's models, from AWS's guide.
const MOST_SEED: u64 = 4_294_967_295;
/// Pixels on a side, at least and at most, from AWS's guide to Nova Canvas, which has the widest range; and in all.
const SIDES: (u64, u64) = (256, 4096);
const MOST_PIXELS: u64 = 4_194_304;
/// The word that a content filter stops, here as in the emulator's guardrail.
const FILTERED: &str = "forbidden";

/// Each task and the member that belongs to it.
const TASKS: [(&str, &str); 7] = [
    ("TEXT_IMAGE", "textToImageParams"),
    ("INPAINTING", "inPaintingParams"),
    ("OUTPAINTING", "outPaintingParams"),
    ("IMAGE_VARIATION", "imageVariationParams"),
    ("COLOR_GUIDED_GENERATION", "colorGuidedGenerationParams"),
    ("BACKGROUND_REMOVAL", "backgroundRemovalParams"),
    ("VIRTUAL_TRY_ON", "virtualTryOnParams"),
];

/// Titan Image Generator and Nova Canvas.
pub fn task(request: &Value) -> Result<Made, Invalid> {
    let kind = request["taskType"].as_str().unwrap_or_default();
    let member = TASKS.iter().find(|(name, _)| *name == kind).map(|(_, member)| *member);
    let member = member.ok_or_else(|| malformed(format!("#/taskType: {kind} is not a valid enum value")))?;
    let params = &request[member];
    if !params.is_object() {
        return Err(malformed(format!("#: required key [{member}] not found")));
    }
    let text = params["text"].as_str().unwrap_or_default();
    if kind == "TEXT_IMAGE" && text.trim().is_empty() {
        return Err(malformed(format!("#/{member}/text: expected minLength: 1, actual: 0")));
    }
    if text.to_lowercase().contains(FILTERED) {
        return Err(invalid(
            "This request has been blocked by our content filters. Please adjust your text prompt to submit a \
             new request.",
        ));
    }
    let config = &request["imageGenerationConfig"];
    let named = |name: &str| format!("imageGenerationConfig/{name}");
    let (least, most) = SIDES;
    let width = number(&config["width"], &named("width"), least, most, 1024)?;
    let height = number(&config["height"], &named("height"), least, most, 1024)?;
    if width * height > MOST_PIXELS {
        return Err(invalid(format!(
            "The provided dimensions {width}x{height} are more than 4,194,304 pixels."
        )));
    }
    let count = number(&config["numberOfImages"], &named("numberOfImages"), 1, 5, 1)?;
    let seed = number(&config["seed"], &named("seed"), 0, MOST_TASK_SEED, TASK_SEED)?;
    // All that is asked but how many: one more does not change the others.
    let mut same = request.clone();
    for name in ["numberOfImages", "seed", "width", "height"] {
        if let Some(config) = same["imageGenerationConfig"].as_object_mut() {
            config.remove(name);
        }
    }
    let picture = |index: u64| json!(picture(&same.to_string(), seed + index, width, height));
    Ok(Made {
        answer: json!({ "images": (0..count).map(picture).collect::<Vec<_>>(), "error": null }),
        tokens_in: words(text),
        pictures: u32::try_from(count).unwrap_or(1),
    })
}

/// Stable Diffusion XL.
pub fn diffusion(request: &Value) -> Result<Made, Invalid> {
    let prompts = request["text_prompts"].as_array().filter(|prompts| !prompts.is_empty());
    let prompts =
        prompts.ok_or_else(|| malformed("#/text_prompts: expected minimum item count: 1, found: 0"))?;
    let text: Vec<&str> = prompts.iter().filter_map(|prompt| prompt["text"].as_str()).collect();
    let width = number(&request["width"], "width", 128, 1536, 1024)?;
    let height = number(&request["height"], "height", 128, 1536, 1024)?;
    let count = number(&request["samples"], "samples", 1, 1, 1)?;
    let all = request["text_prompts"].to_string();
    let seed = match number(&request["seed"], "seed", 0, MOST_SEED, 0)? {
        0 => chosen(&all),
        seed => seed,
    };
    let filtered = text.join(" ").to_lowercase().contains(FILTERED);
    let reason = if filtered { "CONTENT_FILTERED" } else { "SUCCESS" };
    let artifact = |index: u64| {
        let picture = picture(&all, seed + index, width, height);
        json!({ "seed": seed + index, "base64": picture, "finishReason": reason })
    };
    Ok(Made {
        answer: json!({ "result": "success", "artifacts": (0..count).map(artifact).collect::<Vec<_>>() }),
        tokens_in: words(&text.join(" ")),
        pictures: u32::try_from(count).unwrap_or(1),
    })
}

/// Width and height of about a megapixel, for an aspect ratio of AWS's guide.
const RATIOS: [(&str, u64, u64); 9] = [
    ("16:9", 1344, 768),
    ("1:1", 1024, 1024),
    ("21:9", 1536, 640),
    ("2:3", 832, 1216),
    ("3:2", 1216, 832),
    ("4:5", 896, 1088),
    ("5:4", 1088, 896),
    ("9:16", 768, 1344),
    ("9:21", 640, 1536),
];

/// Stable Image and Stable Diffusion 3.
pub fn stable(request: &Value) -> Result<Made, Invalid> {
    let prompt = request["prompt"].as_str().unwrap_or_default();
    if prompt.trim().is_empty() {
        return Err(malformed("#/prompt: expected minLength: 1, actual: 0"));
    }
    if prompt.to_lowercase().contains(FILTERED) {
        let answer = json!({ "finish_reasons": ["Filter reason: prompt"] });
        return Ok(Made { answer, tokens_in: words(prompt), pictures: 0 });
    }
    let ratio = request["aspect_ratio"].as_str().unwrap_or("1:1");
    let known = RATIOS.iter().find(|(name, ..)| *name == ratio);
    let &(_, width, height) =
        known.ok_or_else(|| malformed(format!("#/aspect_ratio: {ratio} is not a valid enum value")))?;
    match request["output_format"].as_str() {
        None | Some("png") => {}
        Some(other) => {
            let message = format!("The emulator draws 'png' only, not '{other}'");
            return Err(Invalid { name: "EmulatorMisuse", message });
        }
    }
    let all = format!("{prompt}\n{}", request["negative_prompt"]);
    let seed = match number(&request["seed"], "seed", 0, MOST_SEED, 0)? {
        0 => chosen(&all),
        seed => seed,
    };
    Ok(Made {
        answer: json!({
            "seeds": [seed],
            "finish_reasons": [null],
            "images": [picture(&all, seed, width, height)],
        }),
        tokens_in: words(prompt),
        pictures: 1,
    })
}

/// A seed where none is given: the same for the same request, and never 0.
fn chosen(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    u64::from(u32::from_be_bytes([hash[0] & 0x7f, hash[1], hash[2], hash[3]])) + 1
}

/// Four colours from one to another.
fn palette(ends: &[u8]) -> Vec<u8> {
    (0..4u16)
        .flat_map(|step| {
            (0..3).map(move |part| {
                let mixed = u16::from(ends[part]) * (3 - step) + u16::from(ends[3 + part]) * step;
                u8::try_from(mixed / 3).unwrap_or(u8::MAX)
            })
        })
        .collect()
}

/// A PNG in base64: squares in four colours, the same on both sides of the middle.
fn picture(text: &str, seed: u64, width: u64, height: u64) -> String {
    let hash = |of: &str| Sha256::digest(format!("{of} {seed} {text}").as_bytes());
    let (colours, places) = (hash("colours"), [hash("left"), hash("right"), hash("more")].concat());
    let square = |row: usize, column: usize| {
        let mirrored = column.min(SQUARES - 1 - column);
        places[(row * SQUARES / 2 + mirrored) % places.len()] % 4
    };
    let (across, down) = (usize::try_from(width).unwrap_or(1), usize::try_from(height).unwrap_or(1));
    let pixels: Vec<u8> = (0..down)
        .flat_map(|y| (0..across).map(move |x| square(y * SQUARES / down, x * SQUARES / across)))
        .collect();
    let mut bytes = Vec::new();
    let mut encoder =
        png::Encoder::new(&mut bytes, u32::try_from(width).unwrap_or(1), u32::try_from(height).unwrap_or(1));
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette(&colours));
    // Most rows are the one above, which this makes zeros of: a megapixel is some kilobytes.
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header().expect("a picture has a width and a height");
    writer.write_image_data(&pixels).expect("a picture has as many pixels as it says");
    writer.finish().expect("memory takes what is written");
    STANDARD.encode(bytes)
}
