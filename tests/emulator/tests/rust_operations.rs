//! The plain operations of both services through the Rust client, over real connections; each signature is checked by aws-sigv4 in the emulator.

use crate::started::Emulator;
use futures::StreamExt;
use outcrop::Bedrock;
use outcrop::types::bedrock::{
    GetFoundationModelAvailabilityInput, GetFoundationModelInput, GetInferenceProfileInput,
    ListFoundationModelsInput, ListInferenceProfilesInput,
};
use outcrop::types::{
    ApplyGuardrailInput, AsyncInvokeS3OutputDataConfig, AsyncInvokeStatus, ConverseInput, CountTokensInput,
    GetAsyncInvokeInput, GuardrailChecksConfig, GuardrailChecksContentBlock, GuardrailChecksMessage,
    GuardrailChecksRole, GuardrailContentSource, GuardrailTextBlock, InvokeGuardrailChecksInput,
    ListAsyncInvokesInput, Message, SortOrder, StartAsyncInvokeInput, Timestamp,
};
use serde_json::json;

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

fn start(number: usize) -> StartAsyncInvokeInput {
    let place =
        AsyncInvokeS3OutputDataConfig::builder().s3_uri(format!("s3://bucket/{number}")).build().unwrap();
    StartAsyncInvokeInput::builder()
        .model_id("amazon.nova-reel-v1:0")
        .model_input(json!({ "taskType": "TEXT_VIDEO", "number": number }))
        .output_data_config(place)
        .build()
        .unwrap()
}

#[tokio::test]
async fn invocations_are_started_looked_at_and_listed() {
    let emulator = Emulator::start();
    let client = emulator.client("/run/async");
    let mut started = Vec::new();
    for number in 0..5 {
        let output = client.start_async_invoke(start(number)).await.unwrap();
        started.push(output.invocation_arn().unwrap().to_owned());
    }
    let mut again = start(0);
    again.client_request_token = Some("one-token".to_owned());
    let first = client.start_async_invoke(again.clone()).await.unwrap();
    let second = client.start_async_invoke(again).await.unwrap();
    assert_eq!(first.invocation_arn(), second.invocation_arn(), "the same request is the same invocation");
    started.push(first.invocation_arn().unwrap().to_owned());

    let input = GetAsyncInvokeInput::builder().invocation_arn(&started[0]).build().unwrap();
    let first = client.get_async_invoke(input.clone()).await.unwrap();
    assert_eq!(first.status(), Some(&AsyncInvokeStatus::InProgress));
    let one = client.get_async_invoke(input).await.unwrap();
    assert_eq!(one.invocation_arn(), Some(started[0].as_str()));
    assert_eq!(one.status(), Some(&AsyncInvokeStatus::Completed));
    // The emulator's take 42.5 seconds: a fraction of a second is read.
    let submitted = one.submit_time().unwrap();
    assert_eq!(one.end_time(), Some(submitted.offset(42_500)));

    let input = ListAsyncInvokesInput::builder().max_results(2).build().unwrap();
    let pages: Vec<_> = client.paginate_list_async_invokes(input.clone()).collect().await;
    let sizes: Vec<_> =
        pages.iter().map(|page| page.as_ref().unwrap().async_invoke_summaries().len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 6);
    assert!(sizes.len() >= 3 && sizes.iter().all(|size| *size <= 2), "{sizes:?}");
    let items: Vec<_> = client.paginate_list_async_invokes(input).items().collect().await;
    let mut arns: Vec<String> = items.into_iter().map(|item| item.unwrap().invocation_arn.unwrap()).collect();
    arns.sort();
    started.sort();
    assert_eq!(arns, started);

    // A time in the query is read there as it was meant here.
    let day = 86_400_000;
    for (after, wanted) in
        [(submitted.offset(-day), 6), (submitted.offset(500), 5), (submitted.offset(day), 0)]
    {
        let input =
            ListAsyncInvokesInput::builder().submit_time_after(after).sort_order(SortOrder::Ascending);
        let page = client.list_async_invokes(input.build().unwrap()).await.unwrap();
        assert_eq!(page.async_invoke_summaries().len(), wanted, "{}", Timestamp::iso_8601(after));
    }
    let signatures = emulator.signatures("async").await;
    assert!(signatures.len() >= 16 && signatures.iter().all(|signature| signature == "ok"), "{signatures:?}");
}

#[tokio::test]
async fn tokens_are_counted_and_guardrails_asked() {
    let emulator = Emulator::start();
    let client = emulator.client("/run/plain");
    let converse = ConverseInput::builder().model_id(MODEL).messages([Message::user("Hello there")]);
    let output = client.count_tokens(CountTokensInput::from(converse.build().unwrap())).await.unwrap();
    assert!(output.input_tokens().unwrap() > 0);

    let text = GuardrailTextBlock::builder().text("Hello").build().unwrap();
    let input = ApplyGuardrailInput::builder()
        .guardrail_identifier("arn:aws:bedrock:us-east-1:123456789012:guardrail/abc")
        .guardrail_version("DRAFT")
        .source(GuardrailContentSource::Input)
        .push_content(text);
    let output = client.apply_guardrail(input.build().unwrap()).await.unwrap();
    assert!(output.action().is_some() && output.usage().is_some());

    let message = GuardrailChecksMessage::builder()
        .role(GuardrailChecksRole::User)
        .push_content(GuardrailChecksContentBlock::Text("Hello".to_owned()));
    let checks = GuardrailChecksConfig::builder().build().unwrap();
    let input =
        InvokeGuardrailChecksInput::builder().push_message(message.build().unwrap()).checks(checks).build();
    let output = client.invoke_guardrail_checks(input.unwrap()).await.unwrap();
    assert!(output.results().is_some() && output.usage().is_some());
    assert_eq!(emulator.signatures("plain").await, ["ok"; 3]);
}

#[tokio::test]
async fn the_control_plane_is_signed_for_the_same_name() {
    let emulator = Emulator::start();
    let bedrock = Bedrock::builder()
        .region("us-east-1")
        .endpoint(emulator.endpoint("/run/control"))
        .credentials(emulator.credentials("temporaryCredentials"))
        .build()
        .unwrap();
    let models = bedrock.list_foundation_models(ListFoundationModelsInput::default()).await.unwrap();
    let model = models.model_summaries().first().unwrap();
    let input =
        GetFoundationModelInput::builder().model_identifier(model.model_arn().unwrap()).build().unwrap();
    let details = bedrock.get_foundation_model(input).await.unwrap();
    assert_eq!(details.model_details().unwrap().model_id(), model.model_id());
    let input = GetFoundationModelAvailabilityInput::builder().model_id(model.model_id().unwrap());
    let available = bedrock.get_foundation_model_availability(input.build().unwrap()).await.unwrap();
    assert_eq!(available.model_id(), model.model_id());

    let input = ListInferenceProfilesInput::builder().max_results(1).build().unwrap();
    let profiles: Vec<_> = bedrock.paginate_list_inference_profiles(input).items().collect().await;
    assert!(profiles.len() > 1, "{}", profiles.len());
    let profile = profiles.into_iter().next().unwrap().unwrap();
    let input = GetInferenceProfileInput::builder()
        .inference_profile_identifier(profile.inference_profile_arn().unwrap())
        .build()
        .unwrap();
    let one = bedrock.get_inference_profile(input).await.unwrap();
    assert_eq!(one.inference_profile_id(), profile.inference_profile_id());
    let signatures = emulator.signatures("control").await;
    assert!(signatures.len() >= 6 && signatures.iter().all(|signature| signature == "ok"), "{signatures:?}");
}
