//! The catalog against the facts: every figure of the price list is in it, with its source; and what estimates cost.
//! It asks no service.
#![cfg(feature = "catalog")]

use outcrop::catalog::{Images, Quantity, Rates, estimate_cost, estimate_tokens, model, models, source};
use outcrop::models::{Family, Usage, text_of};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/facts/models-2024.json");

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn every_fact_is_in_the_catalog() {
    if !Path::new(FACTS).exists() {
        println!("1 skipped: no ../shared/facts");
        return;
    }
    let facts: Value =
        serde_json::from_str(&std::fs::read_to_string(FACTS).expect("reads")).expect("is JSON");
    let as_of = facts["asOf"].as_str().expect("a date");
    let list = facts["models"].as_array().expect("models");
    let mut figures = 0;
    for fact in list {
        let id = fact["id"].as_str().expect("an id");
        let ours = model(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(source(&ours.source).expect("a source").date, as_of, "{id}");
        assert_eq!(Some(ours.provider.as_str()), fact["provider"].as_str(), "{id}");
        assert_eq!(ours.name.as_deref(), fact["name"].as_str(), "{id}");
        assert_eq!(ours.context_tokens, fact["maxTokens"].as_u64(), "{id}");
        assert_eq!(ours.languages, texts(&fact["languages"]), "{id}");
        assert_eq!(ours.use_cases, texts(&fact["useCases"]), "{id}");
        let output = match fact["modality"].as_str().expect("a modality") {
            "text" => "TEXT",
            "image" => "IMAGE",
            "embedding" => "EMBEDDING",
            other => panic!("{id}: {other}"),
        };
        assert_eq!(ours.output.as_deref().unwrap_or_default(), [output], "{id}");
        let legacy = ours.lifecycle.as_ref().is_some_and(|life| life.status == "LEGACY");
        let said = fact["note"].as_str().is_some_and(|note| note.starts_with("legacy"));
        assert!(legacy || !said, "{id}");

        let dated = |key: &str| source(key).expect("a source").date == as_of;
        let price = &fact["onDemandPer1000Tokens"];
        let on_demand = ours.prices.on_demand.first();
        assert_eq!(on_demand.and_then(|ours| ours.input), number(&price["input"]), "{id}");
        assert_eq!(on_demand.and_then(|ours| ours.output), number(&price["output"]), "{id}");
        assert!(on_demand.is_none_or(|ours| dated(&ours.source) && ours.region == facts["region"]), "{id}");
        let price = &fact["provisionedThroughputPerHour"];
        if price.is_object() {
            let ours = ours.prices.provisioned.first().unwrap_or_else(|| panic!("{id}"));
            assert_eq!(ours.no_commitment, number(&price["noCommitment"]), "{id}");
            assert_eq!(ours.one_month, number(&price["1month"]), "{id}");
            assert_eq!(ours.six_months, number(&price["6months"]), "{id}");
            assert!(dated(&ours.source), "{id}");
        }
        let price = &fact["customization"];
        if price.is_object() {
            let ours = ours.prices.customization.first().unwrap_or_else(|| panic!("{id}"));
            assert_eq!(ours.train_per_1000_tokens, number(&price["trainPer1000Tokens"]), "{id}");
            assert_eq!(ours.store_per_month, number(&price["storePerMonth"]), "{id}");
        }
        figures += 1;
    }
    for fact in facts["images"].as_array().expect("images") {
        let name = fact["model"].as_str().expect("a model");
        let (id, custom) = name.split_once(" (custom)").map_or((name, false), |(id, _)| (id, true));
        let ours = model(id).unwrap_or_else(|| panic!("{id} is missing"));
        for quality in ["standard", "premium"] {
            let found = ours.prices.images.iter().filter(|price| {
                price.custom == custom
                    && price.quality == quality
                    && price.size.as_deref() == fact["size"].as_str()
                    && price.up_to.as_deref() == fact["upTo"].as_str()
                    && price.above.as_deref() == fact["above"].as_str()
            });
            let prices: Vec<f64> = found.map(|price| price.price).collect();
            assert_eq!(prices, [fact[quality].as_f64().expect("a price")], "{name} {quality}");
            figures += 1;
        }
        if let Some([none, one, six]) = fact["provisionedThroughputPerHour"].as_array().map(Vec::as_slice) {
            let found = ours.prices.provisioned.iter().find(|price| price.custom == custom).expect("a price");
            assert_eq!(
                [found.no_commitment, found.one_month, found.six_months],
                [none, one, six].map(number),
                "{name}"
            );
        }
    }
    for id in facts["listedIds"]["ids"].as_array().expect("ids").iter().filter_map(Value::as_str) {
        assert!(model(id).is_some(), "{id} is missing");
    }
    // What the notes say beside the figures.
    let large = model("mistral.mistral-large-2402-v1:0").expect("in the catalog");
    let older = &large.prices.on_demand[1];
    assert_eq!((older.input, older.output), (Some(0.008), Some(0.024)));
    assert_eq!(source(&older.source).expect("a source").date, "2024-04-17");
    let multimodal = model("amazon.titan-embed-image-v1").expect("in the catalog");
    assert_eq!(multimodal.prices.input_images[0].price, 0.00006);
    assert_eq!(multimodal.prices.customization[0].train_per_image, Some(0.0002));
    let custom = &model("amazon.titan-image-generator-v1").expect("in the catalog").prices.customization[0];
    assert_eq!((custom.train_per_image, custom.store_per_month), (Some(0.005), Some(1.95)));
    println!("{} models and {figures} price lists of the facts", list.len());
}

#[test]
fn the_file_is_sound() {
    let mut ids = BTreeSet::new();
    for entry in models() {
        let id = entry.id.as_str();
        assert!(ids.insert(id), "{id} is there twice");
        let sources = [&entry.source]
            .into_iter()
            .chain(entry.source_of.values())
            .chain(entry.lifecycle.iter().map(|life| &life.source))
            .chain(entry.parameters.iter().map(|parameter| &parameter.source))
            .chain(entry.prices.on_demand.iter().map(|price| &price.source))
            .chain(entry.prices.images.iter().map(|price| &price.source))
            .chain(entry.prices.input_images.iter().map(|price| &price.source))
            .chain(entry.prices.provisioned.iter().map(|price| &price.source))
            .chain(entry.prices.customization.iter().map(|price| &price.source));
        for key in sources {
            assert!(
                source(key).is_some_and(|source| !source.title.is_empty() && !source.date.is_empty()),
                "{id}: {key}"
            );
        }
        assert_eq!(entry.family.is_some(), Family::of(id).is_some_and(|_| true), "{id}");
        for list in [
            entry.prices.on_demand.iter().map(|price| &price.source).collect::<Vec<_>>(),
            entry.prices.provisioned.iter().map(|price| &price.source).collect(),
        ] {
            let dates: Vec<&str> =
                list.into_iter().map(|key| source(key).expect("a source").date.as_str()).collect();
            assert!(
                dates.windows(2).all(|pair| pair[0] >= pair[1]),
                "{id}: the newest price is not the first"
            );
        }
        for parameter in &entry.parameters {
            let (min, max) = (parameter.min.unwrap_or(f64::MIN), parameter.max.unwrap_or(f64::MAX));
            assert!(min <= max, "{id} {}", parameter.name);
            if let Some(default) = parameter.default.as_ref().and_then(Value::as_f64) {
                assert!((min..=max).contains(&default), "{id} {}", parameter.name);
            }
        }
    }
    assert!(ids.len() > 70, "{}", ids.len());
    println!("{} models", ids.len());
}

#[test]
fn models_are_found_by_any_id() {
    let id = "anthropic.claude-3-haiku-20240307-v1:0";
    for other in [
        id,
        "us.anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0",
    ] {
        assert_eq!(model(other).map(|model| model.id.as_str()), Some(id), "{other}");
    }
    for unknown in
        ["", "anthropic", "us.nobody.model", "arn:aws:bedrock:us-east-1:1:application-inference-profile/x"]
    {
        assert_eq!(model(unknown), None, "{unknown}");
    }
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-12
}

#[test]
fn estimates_are_whole_or_none() {
    let id = "amazon.titan-text-express-v1";
    let call = Quantity { input_tokens: 1500, output_tokens: 500, ..Quantity::default() };
    let told = estimate_cost(id, &call, &Rates::default()).expect("known");
    assert!(near(told.amount, 1.5 * 0.0008 + 0.5 * 0.0016), "{told:?}");
    assert_eq!((told.currency, told.date), ("USD", Some("2024-06-21")));
    assert!(told.source.expect("a source").contains("2024-06-21"));
    // Own prices, whole or in part; all own, and the catalog is not the source.
    let own = Rates { input: Some(1.0), ..Rates::default() };
    assert!(near(estimate_cost(id, &call, &own).expect("known").amount, 1.5 + 0.5 * 0.0016));
    let own = Rates { input: Some(1.0), output: Some(2.0), ..Rates::default() };
    let told = estimate_cost("some.model-of-mine", &call, &own).expect("the caller's");
    assert!(near(told.amount, 2.5) && told.source.is_none() && told.date.is_none());
    // Nothing is told in part.
    assert_eq!(
        estimate_cost("some.model-of-mine", &call, &Rates { input: Some(1.0), ..Rates::default() }),
        None
    );
    for wrong in [f64::NAN, -1.0, f64::INFINITY] {
        assert_eq!(estimate_cost(id, &call, &Rates { input: Some(wrong), ..Rates::default() }), None);
    }
    let cached = Quantity { cache_read_input_tokens: 1, ..call.clone() };
    assert_eq!(estimate_cost(id, &cached, &Rates::default()), None);
    let own = Rates { cache_read: Some(0.0001), ..Rates::default() };
    assert!(estimate_cost(id, &cached, &own).is_some());
    assert_eq!(estimate_cost("amazon.nova-micro-v1:0", &call, &Rates::default()), None);
    let embedded = Quantity { input_tokens: 1000, ..Quantity::default() };
    let told = estimate_cost("amazon.titan-embed-text-v1", &embedded, &Rates::default()).expect("known");
    assert!(near(told.amount, 0.0001));
    let written = Quantity { output_tokens: 1, ..embedded };
    assert_eq!(estimate_cost("amazon.titan-embed-text-v1", &written, &Rates::default()), None);
    assert_eq!(estimate_cost(id, &Quantity::default(), &Rates::default()).expect("nothing").amount, 0.0);
}

#[test]
fn images_cost_by_size_and_quality() {
    let cost = |id: &str, size: Option<&str>, quality: Option<&str>| {
        let images = Images { count: 3, size: size.map(Into::into), quality: quality.map(Into::into) };
        let quantity = Quantity { images: Some(images), ..Quantity::default() };
        estimate_cost(id, &quantity, &Rates::default()).map(|told| told.amount / 3.0)
    };
    let titan = "amazon.titan-image-generator-v1";
    for (id, size, quality, price) in [
        (titan, Some("512x512"), None, Some(0.008)),
        (titan, Some("512x512"), Some("premium"), Some(0.01)),
        (titan, Some("1024x1024"), Some("standard"), Some(0.01)),
        (titan, Some("768x768"), None, None),
        (titan, None, None, None),
        (titan, Some("512x512"), Some("best"), None),
        ("stability.stable-diffusion-xl-v0", Some("512x512"), None, Some(0.018)),
        ("stability.stable-diffusion-xl-v0", Some("512x513"), None, Some(0.036)),
        ("stability.stable-diffusion-xl-v0", Some("large"), None, None),
        ("stability.stable-diffusion-xl-v1", Some("1024x1024"), Some("premium"), Some(0.08)),
        ("stability.stable-diffusion-xl-v1", Some("2048x1024"), None, None),
    ] {
        let told = cost(id, size, quality);
        let same = match (told, price) {
            (Some(told), Some(price)) => near(told, price),
            (told, price) => told.is_none() && price.is_none(),
        };
        assert!(same, "{id} {size:?} {quality:?}: {told:?}");
    }
}

#[test]
fn what_a_body_tells_can_be_priced() {
    let body = br#"{"inputTextTokenCount":1000,"results":[{"tokenCount":1000,"outputText":"x","completionReason":"FINISH"}]}"#;
    let usage: Usage =
        text_of("amazon.titan-text-lite-v1", body.as_slice()).expect("JSON").usage.expect("usage");
    let told = estimate_cost("amazon.titan-text-lite-v1", &usage.into(), &Rates::default()).expect("known");
    assert!(near(told.amount, 0.0007));
    assert_eq!(estimate_tokens(""), 0);
    assert_eq!(estimate_tokens("naïve 😀"), 7);
}
