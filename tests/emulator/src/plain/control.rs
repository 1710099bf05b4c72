//! The control plane's five operations over the models of `models.json` and profiles made of them. It grants and
//! refuses access to nothing. Values that the service's model does not list (the modality VIDEO, the inference type
//! INFERENCE_PROFILE) are there, as in real answers.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Refused;
use super::async_invoke::ACCOUNT;
use super::query::Query;

static MODELS: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("models.json")).expect("models.json is right"));

/// What a profile's id begins with, what its name begins with, and the regions behind it.
const GEOGRAPHIES: [(&str, &str, [&str; 2]); 3] = [
    ("us", "US", ["us-east-1", "us-west-2"]),
    ("eu", "EU", ["eu-central-1", "eu-west-1"]),
    ("apac", "APAC", ["ap-northeast-1", "ap-southeast-2"]),
];

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:bedrock:{region}::foundation-model/{id}")
}

fn text<'a>(model: &'a Value, member: &str) -> &'a str {
    model[member].as_str().unwrap_or_default()
}

fn with_arn(region: &str, model: &Value) -> Value {
    let mut answer = json!({ "modelArn": arn(region, text(model, "modelId")) });
    if let (Some(answer), Some(model)) = (answer.as_object_mut(), model.as_object()) {
        answer.extend(model.clone());
    }
    answer
}

/// ListFoundationModels: a model is listed when it passes every filter given.
pub fn list_models(region: &str, mut query: Query) -> Result<Value, Refused> {
    let provider = query.take("byProvider");
    let lists = [
        (
            "customizationsSupported",
            query
                .one_of("byCustomizationType", &["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"])?,
        ),
        ("outputModalities", query.one_of("byOutputModality", &["TEXT", "IMAGE", "EMBEDDING"])?),
        ("inferenceTypesSupported", query.one_of("byInferenceType", &["ON_DEMAND", "PROVISIONED"])?),
    ];
    query.end()?;
    let listed = MODELS.iter().filter(|model| {
        let by = provider.as_ref().is_none_or(|by| text(model, "providerName").eq_ignore_ascii_case(by));
        let has = |member: &str, wanted: &str| {
            model[member].as_array().is_some_and(|values| values.iter().any(|value| value == wanted))
        };
        by && lists.iter().all(|(member, wanted)| wanted.as_ref().is_none_or(|wanted| has(member, wanted)))
    });
    Ok(json!({ "modelSummaries": listed.map(|model| with_arn(region, model)).collect::<Vec<_>>() }))
}

fn find(id: &str) -> Result<&'static Value, Refused> {
    let name = id.rsplit('/').next().unwrap_or(id);
    MODELS.iter().find(|model| text(model, "modelId") == name).ok_or_else(|| {
        Refused::not_found("Could not resolve the foundation model from the provided model identifier.")
    })
}

/// GetFoundationModel, by id or ARN.
pub fn model(region: &str, id: &str) -> Result<Value, Refused> {
    Ok(json!({ "modelDetails": with_arn(region, find(id)?) }))
}

/// GetFoundationModelAvailability: a model that is no longer sold has no agreement to be had.
pub fn availability(id: &str) -> Result<Value, Refused> {
    let model = find(id)?;
    let active = model["modelLifecycle"]["status"] == "ACTIVE";
    let agreement = if active {
        json!({ "status": "AVAILABLE" })
    } else {
        json!({ "status": "NOT_AVAILABLE", "errorMessage": "The model is a legacy." })
    };
    Ok(json!({
        "modelId": text(model, "modelId"),
        "agreementAvailability": agreement,
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": if active { "AVAILABLE" } else { "NOT_AVAILABLE" },
        "regionAvailability": "AVAILABLE",
    }))
}

/// For each geography a profile of each model that has some, and an application's own profile.
fn profiles(region: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for (prefix, name, regions) in GEOGRAPHIES {
        for model in MODELS.iter() {
            let types = model["inferenceTypesSupported"].as_array();
            if !types.is_some_and(|types| types.iter().any(|kind| kind == "INFERENCE_PROFILE")) {
                continue;
            }
            let id = format!("{prefix}.{}", text(model, "modelId"));
            all.push(json!({
                "inferenceProfileName": format!("{name} {} {}", text(model, "providerName"), text(model, "modelName")),
                "description": format!("Routes requests to {} in {} and {}.", text(model, "modelName"), regions[0], regions[1]),
                "createdAt": "2024-08-26T00:00:00Z",
                "updatedAt": "2024-08-26T15:58:00.123456Z",
                "inferenceProfileArn": format!("arn:aws:bedrock:{region}:{ACCOUNT}:inference-profile/{id}"),
                "models": regions.map(|region| json!({ "modelArn": arn(region, text(model, "modelId")) })),
                "inferenceProfileId": id,
                "status": "ACTIVE",
                "type": "SYSTEM_DEFINED",
            }));
        }
    }
    let id = "a1b2c3d4e5f6";
    all.push(json!({
        "inferenceProfileName": "outcrop tests",
        "createdAt": "2025-01-02T03:04:05Z",
        "updatedAt": "2025-01-02T03:04:05Z",
        "inferenceProfileArn": format!("arn:aws:bedrock:{region}:{ACCOUNT}:application-inference-profile/{id}"),
        "models": [{ "modelArn": arn(region, "anthropic.claude-3-haiku-20240307-v1:0") }],
        "inferenceProfileId": id,
        "status": "ACTIVE",
        "type": "APPLICATION",
    }));
    all
}

/// ListInferenceProfiles, by `type`, in pages.
pub fn list_profiles(region: &str, mut query: Query) -> Result<Value, Refused> {
    let kind = query.one_of("type", &["SYSTEM_DEFINED", "APPLICATION"])?;
    let page = query.page()?;
    query.end()?;
    let wanted = |profile: &Value| kind.as_ref().is_none_or(|kind| profile["type"] == **kind);
    let (results, next) = page.of(profiles(region).into_iter().filter(wanted).collect());
    let mut answer = json!({ "inferenceProfileSummaries": results });
    if let Some(next) = next {
        answer["nextToken"] = next.into();
    }
    Ok(answer)
}

/// GetInferenceProfile, by id or ARN.
pub fn profile(region: &str, id: &str) -> Result<Value, Refused> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let found = profiles(region).into_iter().find(|profile| profile["inferenceProfileId"] == name);
    found.ok_or_else(|| Refused::not_found("The inference profile could not be found."))
}
