//! Built-in pictures and vectors: what is asked for is what comes, the same for the same, and nearer for what is alike.

use std::io::Cursor;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::Emulator;

async fn invoke(emulator: &Emulator, model: &str, request: &Value) -> Value {
    let path = format!("/pace/0/run/r/model/{}/invoke", model.replace(':', "%3A"));
    let reply = emulator.post(&path, request).send().await;
    assert_eq!(reply.status, 200, "{model}: {:?}", reply.body);
    reply.json()
}

async fn refused(emulator: &Emulator, model: &str, request: &Value, text: &str) {
    let path = format!("/run/r/model/{}/invoke", model.replace(':', "%3A"));
    let reply = emulator.post(&path, request).send().await;
    let (name, message) = reply.error();
    assert_eq!((reply.status, name.as_str()), (400, "ValidationException"), "{message}");
    assert!(message.contains(text), "{message}");
}

/// Width, height and pixels of a PNG in base64, decoded whole.
fn picture(value: &Value) -> (u32, u32, Vec<u8>) {
    let bytes = STANDARD.decode(value.as_str().expect("base64")).expect("base64");
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    (info.width, info.height, pixels)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("numbers").iter().map(|n| n.as_f64().expect("a number")).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn pictures_have_the_size_and_the_number_that_was_asked_for() {
    let emulator = Emulator::start(&[]);
    let task = |text: &str, seed: u64, count: u64| {
        json!({
            "taskType": "TEXT_IMAGE",
            "textToImageParams": { "text": text },
            "imageGenerationConfig": { "numberOfImages": count, "width": 640, "height": 384, "seed": seed },
        })
    };
    for model in ["amazon.titan-image-generator-v2:0", "us.amazon.nova-canvas-v1:0"] {
        let three = invoke(&emulator, model, &task("a rock", 1, 3)).await;
        let three: Vec<_> = three["images"].as_array().expect("images").iter().map(picture).collect();
        assert_eq!(three.len(), 3);
        assert!(three.iter().all(|(width, height, _)| (*width, *height) == (640, 384)));
        assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2]);
        let again = invoke(&emulator, model, &task("a rock", 1, 1)).await;
        assert!(picture(&again["images"][0]) == three[0], "the same seed and prompt");
        for other in [task("a rock", 9, 1), task("a tree", 1, 1)] {
            let other = invoke(&emulator, model, &other).await;
            assert!(picture(&other["images"][0]) != three[0], "another seed, another prompt");
        }
        let mut negative = task("a rock", 1, 1);
        negative["textToImageParams"]["negativeText"] = json!("moss");
        let other = invoke(&emulator, model, &negative).await;
        assert!(picture(&other["images"][0]) != three[0], "what is not to be shown");
        refused(&emulator, model, &task("a rock", 1, 6), "6 is not less or equal to 5").await;
        refused(&emulator, model, &task(" ", 1, 1), "expected minLength: 1").await;
        refused(&emulator, model, &task("forbidden", 1, 1), "blocked by our content filters").await;
        refused(&emulator, model, &json!({ "taskType": "DANCE" }), "DANCE is not a valid enum value").await;
    }
}

#[tokio::test]
async fn stabilitys_pictures_tell_their_seeds() {
    let emulator = Emulator::start(&[]);
    let core = "stability.stable-image-core-v1:1";
    let made =
        invoke(&emulator, core, &json!({ "prompt": "a rock", "aspect_ratio": "16:9", "seed": 7 })).await;
    assert_eq!((&made["seeds"], &made["finish_reasons"]), (&json!([7]), &json!([null])));
    let (width, height, _) = picture(&made["images"][0]);
    assert_eq!((width, height), (1344, 768));
    let chosen = invoke(&emulator, core, &json!({ "prompt": "a rock" })).await;
    assert!(chosen["seeds"][0].as_u64() > Some(0), "{}", chosen["seeds"]);
    let stopped = invoke(&emulator, core, &json!({ "prompt": "forbidden" })).await;
    assert_eq!(stopped, json!({ "finish_reasons": ["Filter reason: prompt"] }));
    refused(&emulator, core, &json!({ "prompt": "a rock", "aspect_ratio": "7:1" }), "7:1").await;

    let body = json!({ "text_prompts": [{ "text": "a rock" }], "width": 896, "height": 1152, "seed": 5 });
    let made = invoke(&emulator, "stability.stable-diffusion-xl-v1", &body).await;
    let artifact = &made["artifacts"][0];
    assert_eq!((&artifact["seed"], &artifact["finishReason"]), (&json!(5), &json!("SUCCESS")));
    assert_eq!(picture(&artifact["base64"]).0, 896);
}

#[tokio::test]
async fn a_picture_takes_as_long_as_ten_events() {
    let emulator = Emulator::start(&[]);
    let body = json!({ "taskType": "TEXT_IMAGE", "textToImageParams": { "text": "a rock" } });
    let begin = Instant::now();
    let path = "/pace/30/run/r/model/amazon.titan-image-generator-v1/invoke";
    assert_eq!(emulator.post(path, &body).send().await.status, 200);
    assert!(begin.elapsed() >= Duration::from_millis(300), "{:?}", begin.elapsed());
}

/// Model, a request for that text, where the vector is, and how long it is.
fn embedders(text: &str) -> Vec<(&'static str, Value, &'static str, usize)> {
    let nova = |more: Value| {
        let mut params =
            json!({ "embeddingPurpose": "CLUSTERING", "text": { "truncationMode": "END", "value": text } });
        params.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({ "taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": params })
    };
    let cohere = |more: Value| {
        let mut body = json!({ "texts": ["other", text], "input_type": "clustering" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    vec![
        ("amazon.titan-embed-text-v1", json!({ "inputText": text }), "/embedding", 1536),
        ("amazon.titan-embed-text-v2:0", json!({ "inputText": text }), "/embedding", 1024),
        ("amazon.titan-embed-text-v2:0", json!({ "inputText": text, "dimensions": 512 }), "/embedding", 512),
        (
            "amazon.titan-embed-image-v1",
            json!({ "inputText": text, "embeddingConfig": { "outputEmbeddingLength": 384 } }),
            "/embedding",
            384,
        ),
        ("amazon.nova-2-multimodal-embeddings-v1:0", nova(json!({})), "/embeddings/0/embedding", 3072),
        (
            "amazon.nova-2-multimodal-embeddings-v1:0",
            nova(json!({ "embeddingDimension": 256 })),
            "/embeddings/0/embedding",
            256,
        ),
        ("cohere.embed-english-v3", cohere(json!({})), "/embeddings/1", 1024),
        (
            "us.cohere.embed-v4:0",
            cohere(json!({ "embedding_types": ["float"] })),
            "/embeddings/float/1",
            1536,
        ),
    ]
}

#[tokio::test]
async fn vectors_have_their_length_and_are_near_where_texts_are_alike() {
    let emulator = Emulator::start(&[]);
    let texts = ["The cat sat on the mat", "A cat sits on the mat", "Interest rates rose in March"];
    let [one, like, other] = texts.map(embedders);
    for ((ask, like), other) in one.into_iter().zip(like).zip(other) {
        let (model, request, pointer, length) = ask;
        let mut vectors = Vec::new();
        for request in [&request, &like.1, &other.1] {
            let answer = invoke(&emulator, model, request).await;
            let vector = numbers(answer.pointer(pointer).unwrap_or_else(|| panic!("{model}: {answer}")));
            assert_eq!(vector.len(), length, "{model}");
            assert!((dot(&vector, &vector) - 1.0).abs() < 1e-6, "{model}: of length 1");
            vectors.push(vector);
        }
        let (near, far) = (dot(&vectors[0], &vectors[1]), dot(&vectors[0], &vectors[2]));
        assert!(near > 0.5 && near > far + 0.3, "{model}: {near} and {far}");
    }
}

#[tokio::test]
async fn other_kinds_of_numbers_and_what_is_refused() {
    let emulator = Emulator::start(&[]);
    let titan = "amazon.titan-embed-text-v2:0";
    let raw = json!({ "inputText": "cat cat", "normalize": false, "dimensions": 256 });
    let raw = numbers(&invoke(&emulator, titan, &raw).await["embedding"]);
    assert!(dot(&raw, &raw) > 1.5, "not of length 1");
    let body = json!({ "inputText": "a cat", "embeddingTypes": ["binary"] });
    let binary = invoke(&emulator, titan, &body).await;
    assert!(binary["embedding"].is_null());
    assert!(numbers(&binary["embeddingsByType"]["binary"]).iter().all(|bit| *bit == 0.0 || *bit == 1.0));
    let kinds = json!({
        "texts": ["a cat"],
        "input_type": "clustering",
        "embedding_types": ["float", "int8", "uint8", "binary", "ubinary"],
    });
    let answer = invoke(&emulator, "cohere.embed-multilingual-v3", &kinds).await;
    let by_type = &answer["embeddings"];
    assert_eq!(answer["response_type"], "embeddings_by_type");
    let of = |kind: &str| numbers(&by_type[kind][0]);
    assert_eq!((of("int8").len(), of("ubinary").len()), (1024, 128));
    for (place, value) in of("float").iter().enumerate() {
        let bit = u8::from(*value > 0.0);
        assert_eq!((of("ubinary")[place / 8] as u8) >> (7 - place % 8) & 1, bit, "bit {place}");
        assert!((of("uint8")[place] - 128.0 - of("int8")[place]).abs() < 0.1);
    }
    refused(&emulator, titan, &json!({ "inputText": "" }), "minLength").await;
    refused(&emulator, titan, &json!({ "inputText": "a", "dimensions": 7 }), "7 is not a valid enum value")
        .await;
    let many = json!({ "texts": vec!["a"; 97], "input_type": "clustering" });
    refused(&emulator, "cohere.embed-english-v3", &many, "at most 96 texts").await;
    refused(&emulator, "cohere.embed-english-v3", &json!({ "input_type": "clustering" }), "texts").await;
}
