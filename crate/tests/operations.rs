//! The operations as methods, each as one request and its answer in a world without a network: line, headers, body, pages, tokens, times.
//!
//! It is long because each of eleven operations is called here with its own input and answer.
#![cfg(all(feature = "client", feature = "types"))]

use crate::world::{Chunk, World};
use futures::StreamExt;
use outcrop::client::CallOptions;
use outcrop::credentials::{ApiKey, Credentials};
use outcrop::failure::NetworkError;
use outcrop::region::Region;
use outcrop::sigv4::{self, KeyCache, PathEncoding, Payload, Request, Scope, Settings};
use outcrop::transport::{HttpRequest, HttpResponse};
use outcrop::types::bedrock::{
    AgreementStatus, GetFoundationModelAvailabilityInput, GetFoundationModelInput, GetInferenceProfileInput,
    InferenceProfileType, ListFoundationModelsInput, ListInferenceProfilesInput, ModelModality,
};
use outcrop::types::{
    ApplyGuardrailInput, AsyncInvokeS3OutputDataConfig, AsyncInvokeStatus, ConverseInput,
    ConverseTokensRequest, CountTokensInput, GetAsyncInvokeInput, GuardrailChecksConfig,
    GuardrailChecksContentBlock, GuardrailChecksMessage, GuardrailChecksRole, GuardrailContentSource,
    GuardrailTextBlock, InferenceConfiguration, InvokeGuardrailChecksInput, InvokeModelInput,
    InvokeModelTokensRequest, ListAsyncInvokesInput, Message, SortOrder, StartAsyncInvokeInput, Timestamp,
};
use outcrop::{Bedrock, Client, Error};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What was sent, and a world that answers with these bodies one after the other, the last one for ever.
fn answering(bodies: &[&str]) -> (World, Arc<Mutex<Vec<HttpRequest>>>) {
    let bodies: Vec<String> = bodies.iter().map(|body| (*body).to_owned()).collect();
    telling(move |world, number| Ok(world.json(bodies.get(number).or(bodies.last()).unwrap())))
}

/// As `answering`, with answers of any kind by their number, from 0.
fn telling(
    answer: impl Fn(&World, usize) -> Result<HttpResponse, NetworkError> + Send + Sync + 'static,
) -> (World, Arc<Mutex<Vec<HttpRequest>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sent);
    let world = World::new(move |world, request, number| {
        seen.lock().unwrap().push(request);
        let answered = answer(&world, number as usize - 1);
        async move { answered }
    });
    (world, sent)
}

fn client(world: &World) -> Client {
    Client::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        .transport(world.clone())
        .build()
        .unwrap()
}

const RUNTIME: &str = "https://bedrock-runtime.us-east-1.amazonaws.com";
const CONTROL: &str = "https://bedrock.us-east-1.amazonaws.com";

/// Method and URL, the headers that are not the signature's, and the body.
fn line(request: &HttpRequest) -> (String, Vec<String>, Value) {
    let signature = ["authorization", "x-amz-date"];
    let headers = request.headers.iter().filter(|(name, _)| !signature.contains(&name.as_str()));
    let body =
        if request.body.is_empty() { Value::Null } else { serde_json::from_slice(&request.body).unwrap() };
    (
        format!("{} {}", request.method, request.url),
        headers.map(|(name, value)| format!("{name}: {value}")).collect(),
        body,
    )
}

fn only(sent: &Mutex<Vec<HttpRequest>>) -> (String, Vec<String>, Value) {
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    line(&sent[0])
}

const JSON: &str = "content-type: application/json";

#[test]
fn count_tokens() {
    let (world, sent) = answering(&[r#"{"inputTokens":7}"#]);
    let request = ConverseTokensRequest::builder().messages([Message::user("Hello")]).build().unwrap();
    let input = CountTokensInput::builder().model_id("a.b:0").input(request).build().unwrap();
    let output = world.run(client(&world).count_tokens(input)).unwrap();
    assert_eq!((output.input_tokens(), output.metadata.attempts), (Some(7), 1));
    let body =
        json!({"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}}});
    assert_eq!(
        only(&sent),
        (format!("POST {RUNTIME}/model/a.b%3A0/count-tokens"), vec![JSON.to_owned()], body.clone())
    );

    // A request that is there already.
    let (world, sent) = answering(&[r#"{"inputTokens":7}"#]);
    let converse = ConverseInput::builder()
        .model_id("a.b:0")
        .messages([Message::user("Hello")])
        .inference_config(InferenceConfiguration::builder().max_tokens(5).build().unwrap())
        .build()
        .unwrap();
    world.run(client(&world).count_tokens(converse.into())).unwrap();
    assert_eq!(only(&sent).2, body);
    let invoke = InvokeModelInput::json("m", &json!({})).unwrap();
    assert_eq!(
        serde_json::to_value(CountTokensInput::from(invoke)).unwrap(),
        json!({"input": {"invokeModel": {"body": "e30="}}})
    );

    let (world, sent) = answering(&[r#"{"inputTokens":7}"#]);
    let request = InvokeModelTokensRequest::builder().body(b"{}").build().unwrap();
    let input = CountTokensInput::builder().model_id("m").input(request).build().unwrap();
    world.run(client(&world).count_tokens(input)).unwrap();
    assert_eq!(only(&sent).2, json!({"input": {"invokeModel": {"body": "e30="}}}));
}

#[test]
fn apply_guardrail() {
    let answer = json!({
        "usage": {"topicPolicyUnits": 1}, "action": "GUARDRAIL_INTERVENED", "outputs": [{"text": "no"}],
        "assessments": [{}], "blockedResponse": null, "output": [1]
    });
    let (world, sent) = answering(&[&answer.to_string()]);
    let text = GuardrailTextBlock::builder().text("how?").build().unwrap();
    let input = ApplyGuardrailInput::builder()
        .guardrail_identifier("arn:aws:bedrock:us-east-1:1:guardrail/x")
        .guardrail_version("DRAFT")
        .source(GuardrailContentSource::Input)
        .push_content(text)
        .build()
        .unwrap();
    let output = world.run(client(&world).apply_guardrail(input)).unwrap();
    assert_eq!(output.outputs()[0].text(), Some("no"));
    // What the model does not know is kept (TRAPS: real answers have it).
    assert_eq!(output.output.other.get("output"), Some(&json!([1])));
    let path = "/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aguardrail%2Fx/version/DRAFT/apply";
    let body = json!({"source": "INPUT", "content": [{"text": {"text": "how?"}}]});
    assert_eq!(only(&sent), (format!("POST {RUNTIME}{path}"), vec![JSON.to_owned()], body));
}

#[test]
fn invoke_guardrail_checks() {
    let answer = json!({
        "results": {"promptAttack": {"results": [{"category": "JAILBREAK", "severityScore": 0.75}]}},
        "usage": {"promptAttack": {"textUnits": 1}}
    });
    let (world, sent) = answering(&[&answer.to_string()]);
    let message = GuardrailChecksMessage::builder()
        .role(GuardrailChecksRole::User)
        .push_content(GuardrailChecksContentBlock::Text("hi".to_owned()))
        .build()
        .unwrap();
    let checks = GuardrailChecksConfig::builder().build().unwrap();
    let input = InvokeGuardrailChecksInput::builder().push_message(message).checks(checks).build().unwrap();
    let output = world.run(client(&world).invoke_guardrail_checks(input)).unwrap();
    let attack = output.results().unwrap().prompt_attack().unwrap();
    assert_eq!(attack.results()[0].severity_score(), Some(0.75));
    let body = json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}], "checks": {}});
    assert_eq!(only(&sent), (format!("POST {RUNTIME}/guardrail-checks/invoke"), vec![JSON.to_owned()], body));
}

fn start() -> StartAsyncInvokeInput {
    let s3 = AsyncInvokeS3OutputDataConfig::builder().s3_uri("s3://bucket/key").build().unwrap();
    StartAsyncInvokeInput::builder()
        .model_id("amazon.nova-reel-v1:0")
        .model_input(json!({"taskType": "TEXT_VIDEO"}))
        .output_data_config(s3)
        .build()
        .unwrap()
}

#[test]
fn an_idempotency_token_is_one_for_all_attempts_of_a_call() {
    let (world, sent) = telling(|world, number| match number {
        0 => Err(NetworkError::new("reset")),
        1 => Ok(world.error(503, "ServiceUnavailableException", "later")),
        _ => Ok(world.json(r#"{"invocationArn":"arn"}"#)),
    });
    let output = world.run(client(&world).start_async_invoke(start())).unwrap();
    assert_eq!((output.invocation_arn(), output.metadata.attempts), (Some("arn"), 3));
    let sent = sent.lock().unwrap();
    let bodies: Vec<Value> = sent.iter().map(|request| line(request).2).collect();
    assert_eq!(line(&sent[0]).0, format!("POST {RUNTIME}/async-invoke"));
    // The world's random bits are 2^31, whenever it is asked.
    let expected = json!({
        "clientRequestToken": "00000000-8000-4000-8000-000080000000",
        "modelId": "amazon.nova-reel-v1:0",
        "modelInput": {"taskType": "TEXT_VIDEO"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/key"}}
    });
    assert_eq!(bodies, [expected.clone(), expected.clone(), expected]);
}

#[test]
fn a_given_idempotency_token_stays() {
    let (world, sent) = answering(&[r#"{"invocationArn":"arn"}"#]);
    let mut input = start();
    input.client_request_token = Some("mine".to_owned());
    world.run(client(&world).start_async_invoke(input)).unwrap();
    assert_eq!(only(&sent).2["clientRequestToken"], "mine");
}

#[test]
fn a_conflict_is_the_callers_and_not_tried_again() {
    let (world, _) = telling(|world, _| Ok(world.error(400, "ConflictException", "another input")));
    let error = world.run(client(&world).start_async_invoke(start())).unwrap_err();
    assert_eq!((error.name(), world.sent()), ("ConflictException", 1));
}

#[test]
fn get_async_invoke() {
    let answer = json!({
        "invocationArn": "arn:x/y", "modelArn": "m", "status": "Completed",
        "submitTime": "2024-12-03T04:05:06Z", "endTime": "2024-12-03T05:05:06.250+01:00", "failureMessage": null,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/k"}}
    });
    let (world, sent) = answering(&[&answer.to_string()]);
    let input = GetAsyncInvokeInput::builder().invocation_arn("arn:x/y").build().unwrap();
    let output = world.run(client(&world).get_async_invoke(input)).unwrap();
    assert_eq!(output.status(), Some(&AsyncInvokeStatus::Completed));
    assert_eq!(output.submit_time().map(Timestamp::as_unix_millis), Some(1_733_198_706_000));
    assert_eq!(output.end_time().map(Timestamp::as_unix_millis), Some(1_733_198_706_250));
    // Without a body there is no type of one.
    assert_eq!(only(&sent), (format!("GET {RUNTIME}/async-invoke/arn%3Ax%2Fy"), Vec::new(), Value::Null));
}

#[test]
fn list_async_invokes() {
    let (world, sent) = answering(&[r#"{"asyncInvokeSummaries":null}"#]);
    let time = |ms| Timestamp::from_unix_millis(ms).unwrap();
    let input = ListAsyncInvokesInput::builder()
        .submit_time_before(time(1_733_198_706_120))
        .submit_time_after(time(1_733_198_706_000))
        .status_equals(AsyncInvokeStatus::InProgress)
        .max_results(5)
        .next_token("a+b/c=")
        .sort_by("SubmissionTime")
        .sort_order(SortOrder::Descending)
        .build()
        .unwrap();
    let output = world.run(client(&world).list_async_invokes(input)).unwrap();
    assert!(output.async_invoke_summaries().is_empty());
    let query = "maxResults=5&nextToken=a%2Bb%2Fc%3D&sortBy=SubmissionTime&sortOrder=Descending\
        &statusEquals=InProgress&submitTimeAfter=2024-12-03T04%3A05%3A06Z\
        &submitTimeBefore=2024-12-03T04%3A05%3A06.120000Z";
    assert_eq!(only(&sent), (format!("GET {RUNTIME}/async-invoke?{query}"), Vec::new(), Value::Null));
}

/// A page with these invocations and this token.
fn page(names: &[&str], token: Value) -> String {
    let summaries: Vec<Value> = names.iter().map(|name| json!({"invocationArn": name})).collect();
    json!({"asyncInvokeSummaries": summaries, "nextToken": token}).to_string()
}

fn urls(sent: &Mutex<Vec<HttpRequest>>) -> Vec<String> {
    let sent = sent.lock().unwrap();
    sent.iter().map(|request| request.url.replace(RUNTIME, "").replace(CONTROL, "")).collect()
}

#[test]
fn pages_are_asked_for_when_they_are_wanted() {
    let pages = [page(&["a", "b"], json!("1")), page(&[], json!("2")), page(&["c"], json!(""))];
    let (world, sent) = answering(&pages.each_ref().map(String::as_str));
    let input = ListAsyncInvokesInput::builder().max_results(2).build().unwrap();
    let client = client(&world);
    let mut items = client.paginate_list_async_invokes(input.clone()).items();
    assert_eq!(world.sent(), 0);
    world.run(async {
        let mut arns = Vec::new();
        for (sent_before, _) in [(0, "a"), (1, "b")] {
            assert_eq!(world.sent(), sent_before);
            arns.push(items.next().await.unwrap().unwrap().invocation_arn);
        }
        assert_eq!(world.sent(), 1);
        while let Some(item) = items.next().await {
            arns.push(item.unwrap().invocation_arn);
        }
        assert_eq!(arns, ["a", "b", "c"].map(|arn| Some(arn.to_owned())));
        assert!(items.next().await.is_none());
    });
    assert_eq!(
        urls(&sent),
        [
            "/async-invoke?maxResults=2",
            "/async-invoke?maxResults=2&nextToken=1",
            "/async-invoke?maxResults=2&nextToken=2"
        ]
    );
    assert_eq!(world.open(), 0);
}

#[test]
fn a_page_that_names_itself_as_the_next_is_an_error() {
    let same = page(&["a"], json!("1"));
    let (world, sent) = answering(&[&same]);
    let input = ListAsyncInvokesInput::builder().build().unwrap();
    let pages: Vec<_> = world.run(client(&world).paginate_list_async_invokes(input).collect());
    assert_eq!(urls(&sent), ["/async-invoke", "/async-invoke?nextToken=1"]);
    assert!(pages[0].is_ok() && pages[1].is_ok() && pages.len() == 3);
    assert_eq!(pages[2].as_ref().unwrap_err().name(), "AnswerError");
}

#[test]
fn an_error_ends_the_pages() {
    let (world, _) = telling(|world, number| match number {
        0 => Ok(world.json(&page(&["a"], json!("1")))),
        _ => Ok(world.error(400, "ValidationException", "token")),
    });
    let input = ListAsyncInvokesInput::builder().build().unwrap();
    let items: Vec<_> = world.run(client(&world).paginate_list_async_invokes(input).items().collect());
    assert_eq!(items.len(), 2);
    assert_eq!(items[1].as_ref().unwrap_err().name(), "ValidationException");
    assert_eq!(world.sent(), 2);
}

#[test]
fn pages_that_are_dropped_leave_nothing_open() {
    let (world, _) = telling(|world, _| Ok(world.answer(200, &[], vec![Chunk::Wait(60_000)])));
    let mut pages = client(&world).paginate_list_async_invokes(ListAsyncInvokesInput::default());
    world.run(async {
        let late = world.wait(10);
        futures::future::select(pages.next(), late).await;
    });
    assert_eq!((world.sent(), world.open()), (1, 1));
    drop(pages);
    assert_eq!(world.open(), 0);
}

#[test]
fn a_label_that_is_missing_is_said_before_anything_is_sent() {
    let (world, _) = answering(&["{}"]);
    let error = world.run(client(&world).get_async_invoke(GetAsyncInvokeInput::default())).unwrap_err();
    assert_eq!((error.name(), world.sent()), ("InvalidInput", 0));
    assert!(error.to_string().contains("invocationArn"), "{error}");
    let mut input = ListAsyncInvokesInput::default();
    input.max_results = Some(-1);
    // Limits are the service's to judge.
    world.run(client(&world).list_async_invokes(input)).unwrap();
}

#[test]
fn an_answer_of_another_shape_says_where() {
    let (world, _) = answering(&["{\"submitTime\":\n\"yesterday, secretly\"}"]);
    let input = GetAsyncInvokeInput::builder().invocation_arn("a").build().unwrap();
    match world.run(client(&world).get_async_invoke(input)).unwrap_err() {
        Error::Answer(error) => {
            assert!(error.message.contains("line 2") && !error.message.contains("secretly"), "{error}");
            assert_eq!(error.metadata.http_status, Some(200));
        }
        error => panic!("{error}"),
    }
}

// --- Other requests ---

#[test]
fn other_requests_are_signed_by_the_services_clock() {
    // The first answer tells that the host's clock is an hour slow.
    let (world, _) = telling(|world, number| {
        match number {
        0 => Ok(world.error(
            403,
            "InvalidSignatureException",
            "Signature expired: 20261121T093000Z is now earlier than 20261121T102500Z (20261121T103000Z - 5 min.)",
        )),
        _ => Ok(world.json("{}")),
    }
    });
    let client = client(&world);
    let request = HttpRequest {
        method: "POST",
        url: "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/responses".to_owned(),
        headers: ["Content-Type", "Authorization", "X-Amz-Date"]
            .map(|name| (name.to_owned(), "x".to_owned()))
            .into(),
        body: "{}".into(),
    };
    let of = |request: &HttpRequest, wanted: &str| {
        let mut values =
            request.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let value = values.next();
        assert!(values.next().is_none(), "{wanted} twice");
        value.unwrap_or_default()
    };
    let signed = world.run(client.sign_request(request.clone(), "bedrock")).unwrap();
    assert_eq!(of(&signed, "x-amz-date"), "20261121T093000Z");
    let authorization = of(&signed, "authorization");
    assert!(
        authorization
            .contains("/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date,")
    );
    world.run(client.send("Converse", &[("modelId", "m")], "{}")).unwrap();
    let again = world.run(client.sign_request(request.clone(), "execute-api")).unwrap();
    assert_eq!(of(&again, "x-amz-date"), "20261121T103000Z");
    assert!(of(&again, "authorization").contains("/us-east-1/execute-api/aws4_request"));

    let presigned =
        world.run(client.presign_url("GET", &request.url, &[], Duration::from_secs(60), "bedrock")).unwrap();
    let query = presigned.url.split_once('?').unwrap().1;
    assert!(
        query.contains("X-Amz-Date=20261121T103000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"),
        "{query}"
    );

    let key = client.with(CallOptions::new().api_key(ApiKey::new("key").unwrap())).unwrap();
    assert_eq!(
        of(&world.run(key.sign_request(request.clone(), "bedrock")).unwrap(), "authorization"),
        "Bearer key"
    );
    let never = world.run(key.presign_url("GET", &request.url, &[], Duration::from_secs(60), "bedrock"));
    assert_eq!(never.unwrap_err().name(), "InvalidInput");
    for (url, good) in [
        ("https://bedrock.us-east-1.api.aws/x", true),
        ("https://bedrock-runtime-fips.us-east-1.amazonaws.com", true),
        ("http://127.0.0.1:4567/x", true),
        ("https://proxy.example:444/other", true),
        ("https://proxy.example/base", false),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/x", false),
        ("https://bedrock-runtime.us-east-1.amazonaws.com.evil.example/x", false),
        ("https://bedrock-runtime.us-east-1.amazonaws.com:444/x", false),
    ] {
        let proxied = key.with(CallOptions::new().endpoint("https://proxy.example:444/base")).unwrap();
        let mut request = request.clone();
        request.url = url.to_owned();
        assert_eq!(world.run(proxied.sign_request(request, "bedrock")).is_ok(), good, "{url}");
    }
    let elsewhere = world.run(key.sign_request(request.clone(), "execute-api")).unwrap_err();
    assert_eq!(elsewhere.name(), "InvalidInput");
    for (url, good) in [
        ("https://bedrock.us-east-1.api.aws/x", true),
        ("https://bedrock-runtime-fips.us-east-1.amazonaws.com", true),
        ("http://127.0.0.1:4567/x", true),
        ("https://proxy.example:444/other", true),
        ("https://proxy.example/base", false),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/x", false),
        ("https://bedrock-runtime.us-east-1.amazonaws.com.evil.example/x", false),
        ("https://bedrock-runtime.us-east-1.amazonaws.com:444/x", false),
    ] {
        let proxied = key.with(CallOptions::new().endpoint("https://proxy.example:444/base")).unwrap();
        let mut request = request.clone();
        request.url = url.to_owned();
        assert_eq!(world.run(proxied.sign_request(request, "bedrock")).is_ok(), good, "{url}");
    }
    let elsewhere = world.run(key.sign_request(request.clone(), "execute-api")).unwrap_err();
    assert_eq!(elsewhere.name(), "InvalidInput");
    for (bad, name) in [
        ("http://example.com/x", "InvalidEndpoint"),
        ("https://user@example.com/x", "InvalidUrl"),
        ("/x", "InvalidUrl"),
    ] {
        let mut request = request.clone();
        request.url = bad.to_owned();
        assert_eq!(world.run(key.sign_request(request, "bedrock")).unwrap_err().name(), name, "{bad}");
    }
    // S3: the path is encoded once, the body's hash a header.
    let mut object = request.clone();
    object.url = "https://b.s3.us-east-1.amazonaws.com/a%3Ab//c".to_owned();
    let signed = world.run(client.sign_request(object.clone(), "s3")).unwrap();
    let payload = Payload::Bytes(b"{}");
    let own = Request { method: "POST", url: &object.url, headers: &[("content-type", "x")], payload };
    let region = Region::new("us-east-1").unwrap();
    let scope = Scope::new(&region, "s3", Timestamp::parse_amz_date("20261121T103000Z").unwrap());
    let settings = Settings {
        path: PathEncoding::AsSent,
        normalize_path: false,
        content_sha256: true,
        ..Settings::default()
    };
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None).unwrap();
    let wanted = sigv4::sign(&own, &credentials, &scope, &settings, &mut KeyCache::default()).unwrap();
    assert_eq!(of(&signed, "authorization"), wanted.authorization);
    assert_eq!(of(&signed, "x-amz-content-sha256").len(), 64);

    let long =
        client.presign_url("GET", "http://localhost:1/x?y", &[], Duration::from_secs(604_801), "bedrock");
    assert_eq!(world.run(long).unwrap_err().name(), "InvalidExpires");
}

// --- The control plane ---

fn bedrock(world: &World) -> Bedrock {
    Bedrock::builder()
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None).unwrap())
        .transport(world.clone())
        .build()
        .unwrap()
}

#[test]
fn list_foundation_models() {
    let answer = json!({"modelSummaries": [{
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/a.b", "modelId": "a.b",
        "inputModalities": ["TEXT", "SPEECH"], "responseStreamingSupported": true,
        "modelLifecycle": {"status": "LEGACY", "legacyTime": "2026-01-30T00:00:00Z"}
    }]});
    let (world, sent) = answering(&[&answer.to_string()]);
    let input = ListFoundationModelsInput::builder()
        .by_provider("Stability AI")
        .by_output_modality(ModelModality::Image)
        .build()
        .unwrap();
    let output = world.run(bedrock(&world).list_foundation_models(input)).unwrap();
    let model = &output.model_summaries()[0];
    assert_eq!(model.input_modalities(), [ModelModality::Text, ModelModality::Unknown("SPEECH".to_owned())]);
    let legacy = model.model_lifecycle().unwrap().legacy_time().unwrap();
    assert_eq!(legacy.iso_8601(), "2026-01-30T00:00:00Z");
    let url = format!("GET {CONTROL}/foundation-models?byOutputModality=IMAGE&byProvider=Stability%20AI");
    assert_eq!(only(&sent), (url, Vec::new(), Value::Null));
    // Another host, the same name in the signature.
    let sent = sent.lock().unwrap();
    let authorization = sent[0].headers.iter().find(|(name, _)| name == "authorization").unwrap();
    assert!(authorization.1.contains("/us-east-1/bedrock/aws4_request"), "{}", authorization.1);
}

#[test]
fn one_model_and_whether_it_may_be_used() {
    let (world, sent) = answering(&[
        r#"{"modelDetails":{"modelId":"a.b"}}"#,
        r#"{"modelId":"a.b","agreementAvailability":{"status":"PENDING"},"regionAvailability":"AVAILABLE"}"#,
    ]);
    let bedrock = bedrock(&world);
    let input = GetFoundationModelInput::builder().model_identifier("arn:aws:x/a.b").build().unwrap();
    let output = world.run(bedrock.get_foundation_model(input)).unwrap();
    assert_eq!(output.model_details().unwrap().model_id(), Some("a.b"));
    let input = GetFoundationModelAvailabilityInput::builder().model_id("a.b").build().unwrap();
    let output = world.run(bedrock.get_foundation_model_availability(input)).unwrap();
    assert_eq!(output.agreement_availability().unwrap().status(), Some(&AgreementStatus::Pending));
    assert_eq!(output.authorization_status(), None);
    assert_eq!(urls(&sent), ["/foundation-models/arn%3Aaws%3Ax%2Fa.b", "/foundation-model-availability/a.b"]);
}

#[test]
fn inference_profiles_page_by_page_and_one() {
    let (world, sent) = answering(&[
        r#"{"inferenceProfileSummaries":[{"inferenceProfileId":"us.a"}],"nextToken":"n/1"}"#,
        r#"{"inferenceProfileSummaries":[{"inferenceProfileId":"us.b"}]}"#,
        r#"{"inferenceProfileId":"us.a","models":[{"modelArn":"m"}],"createdAt":"2024-08-26T00:00:00Z"}"#,
    ]);
    let bedrock = bedrock(&world);
    let input = ListInferenceProfilesInput::builder()
        .type_equals(InferenceProfileType::SystemDefined)
        .build()
        .unwrap();
    let items: Vec<_> = world.run(bedrock.paginate_list_inference_profiles(input).items().collect());
    let ids: Vec<_> =
        items.iter().map(|item| item.as_ref().unwrap().inference_profile_id().unwrap()).collect();
    assert_eq!(ids, ["us.a", "us.b"]);
    let input = GetInferenceProfileInput::builder().inference_profile_identifier("us.a").build().unwrap();
    let output = world.run(bedrock.get_inference_profile(input)).unwrap();
    assert_eq!(output.models()[0].model_arn(), Some("m"));
    assert_eq!(
        urls(&sent),
        [
            "/inference-profiles?type=SYSTEM_DEFINED",
            "/inference-profiles?nextToken=n%2F1&type=SYSTEM_DEFINED",
            "/inference-profiles/us.a"
        ]
    );
}

#[test]
fn one_client_makes_the_other() {
    let (world, sent) = answering(&["{}"]);
    let client = client(&world);
    let west = CallOptions::new().region("us-west-2").header("x-team", "red");
    let bedrock = client.with(west).unwrap().bedrock().unwrap();
    world.run(bedrock.list_foundation_models(ListFoundationModelsInput::default())).unwrap();
    let own = CallOptions::new().endpoint("http://127.0.0.1:4567/base");
    world
        .run(
            bedrock
                .with(own.clone())
                .unwrap()
                .send("GetInferenceProfile", &[("inferenceProfileIdentifier", "p")]),
        )
        .unwrap();
    let both = client.with(own).unwrap().bedrock().unwrap();
    world.run(both.list_inference_profiles(ListInferenceProfilesInput::default())).unwrap();
    assert_eq!(
        urls(&sent),
        [
            "https://bedrock.us-west-2.amazonaws.com/foundation-models",
            "http://127.0.0.1:4567/base/inference-profiles/p",
            "http://127.0.0.1:4567/base/inference-profiles"
        ]
    );
    assert_eq!(line(&sent.lock().unwrap()[0]).1, ["x-team: red"]);
}

#[test]
fn an_operation_belongs_to_one_client() {
    let (world, _) = answering(&["{}"]);
    let client = client(&world);
    for name in ["ListFoundationModels", "GetId", "AssumeRoleWithWebIdentity", "DeleteEverything"] {
        let error = world.run(client.send(name, &[], "")).unwrap_err();
        assert_eq!(error.name(), "UnknownOperation", "{name}");
    }
    let error = world.run(client.bedrock().unwrap().send("Converse", &[("modelId", "m")])).unwrap_err();
    assert_eq!(error.name(), "UnknownOperation");
    let both_ways = world.run(client.send("InvokeModelWithBidirectionalStream", &[("modelId", "m")], ""));
    assert_eq!(both_ways.unwrap_err().name(), "InvalidInput");
    let with_a_body = world.run(client.send("GetAsyncInvoke", &[("invocationArn", "a")], "{}"));
    assert_eq!(with_a_body.unwrap_err().name(), "InvalidInput");
    assert_eq!(world.sent(), 0);
}
