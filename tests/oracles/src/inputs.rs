//! Inputs as JSON, as the service model names their members, through the Rust client's own types and methods. In
//! them `{"$blob": base64}` is bytes and `{"$time": milliseconds}` a timestamp. It judges nothing.

use outcrop::time::Timestamp;
use outcrop::{Bedrock, Client, Error};
use serde_json::{Map, Value};

/// Bytes and times as JSON has them.
fn wired(value: &Value) -> Value {
    match value {
        Value::Object(members) => match (members.get("$blob"), members.get("$time")) {
            (Some(base64), None) => base64.clone(),
            (None, Some(ms)) => {
                let ms = ms.as_i64().expect("a time in milliseconds");
                Timestamp::from_unix_millis(ms).expect("between 1970 and 9999").iso_8601().into()
            }
            _ => {
                members.iter().map(|(name, value)| (name.clone(), wired(value))).collect::<Map<_, _>>().into()
            }
        },
        Value::Array(items) => items.iter().map(wired).collect(),
        other => other.clone(),
    }
}

/// Calls an operation with an input; what it answers is not looked at.
pub async fn call(client: &Client, bedrock: &Bedrock, operation: &str, input: &Value) -> Result<(), Error> {
    macro_rules! by_method {
        ($( $client:ident: $( $name:literal => $method:ident, )+ )+) => {
            match operation {
                $( $( $name => {
                    let input = serde_json::from_value(wired(input)).expect("reads");
                    $client.$method(input).await.map(drop)
                } )+ )+
                other => panic!("no way to call {other} here"),
            }
        };
    }
    by_method! {
        client:
            "ApplyGuardrail" => apply_guardrail,
            "Converse" => converse,
            "ConverseStream" => converse_stream,
            "CountTokens" => count_tokens,
            "GetAsyncInvoke" => get_async_invoke,
            "InvokeGuardrailChecks" => invoke_guardrail_checks,
            "InvokeModel" => invoke_model,
            "InvokeModelWithResponseStream" => invoke_model_with_response_stream,
            "ListAsyncInvokes" => list_async_invokes,
            "StartAsyncInvoke" => start_async_invoke,
        bedrock:
            "GetFoundationModel" => get_foundation_model,
            "GetFoundationModelAvailability" => get_foundation_model_availability,
            "GetInferenceProfile" => get_inference_profile,
            "ListFoundationModels" => list_foundation_models,
            "ListInferenceProfiles" => list_inference_profiles,
    }
}
