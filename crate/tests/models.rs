//! The model families without recordings: bodies as AWS's guides have them are built, written, read; ids name families;
//! prompts have their forms; texts are told. It calls nothing. Over 400 lines, as most of them are bodies.
#![cfg(feature = "models")]

use outcrop::models::chat::{ChatAnswer, ChatMessage};
use outcrop::models::claude::*;
use outcrop::models::command::{CommandAnswer, CommandLikelihoods, CommandRequest};
use outcrop::models::command_r::{CommandRAnswer, CommandRRequest};
use outcrop::models::deepseek::{DeepSeekAnswer, DeepSeekRequest};
use outcrop::models::embed::{EmbedAnswer, EmbedRequest};
use outcrop::models::jamba::JambaRequest;
use outcrop::models::jurassic::{JurassicAnswer, JurassicPenalty, JurassicRequest};
use outcrop::models::llama::LlamaRequest;
use outcrop::models::mistral::MistralChatRequest;
use outcrop::models::nova::{NovaChunk, NovaRequest};
use outcrop::models::nova_canvas::NovaCanvasRequest;
use outcrop::models::nova_embeddings::{NovaEmbeddingsAnswer, NovaEmbeddingsRequest};
use outcrop::models::nova_reel::NovaReelRequest;
use outcrop::models::prompt::{self, Turn};
use outcrop::models::stable_diffusion::{StableDiffusionAnswer, StableDiffusionRequest};
use outcrop::models::stable_image::{StableImageAnswer, StableImageRequest};
use outcrop::models::titan_embeddings::*;
use outcrop::models::titan_image::{TitanImageAnswer, TitanImageRequest};
use outcrop::models::titan_text::TitanTextRequest;
use outcrop::models::{Collector, Family, Generated, base_model_id, text_of, text_of_chunk};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Reads and writes the same, knowing every member and value.
#[track_caller]
fn known<T: DeserializeOwned + Serialize + Debug>(body: Value) -> T {
    let read: T = serde_json::from_str(&body.to_string()).expect("reads");
    assert_eq!(serde_json::to_value(&read).expect("writes"), body);
    let debug = format!("{read:?}");
    assert!(!debug.contains("other: {\"") && !debug.contains("Unknown("), "{debug}");
    read
}

fn written(shape: &impl Serialize) -> Value {
    serde_json::to_value(shape).expect("writes")
}

#[test]
fn titan_bodies() {
    known::<TitanTextRequest>(json!({
        "inputText": "User: Hello\nBot:",
        "textGenerationConfig": {"temperature": 0.7, "topP": 0.9, "maxTokenCount": 512, "stopSequences": ["User:"]},
    }));
    known::<TitanEmbeddingsRequest>(json!({
        "inputText": "Hello", "dimensions": 256, "normalize": false, "embeddingTypes": ["float", "binary"],
    }));
    let answer: TitanEmbeddingsAnswer = known(json!({
        "embedding": [0.5, -0.25], "inputTextTokenCount": 3,
        "embeddingsByType": {"binary": [0, 1], "float": [0.5, -0.25]},
    }));
    assert_eq!(answer.embedding(), [0.5, -0.25]);
    let request: TitanMultimodalRequest = known(json!({
        "inputText": "A family", "inputImage": "/9j/4A==", "embeddingConfig": {"outputEmbeddingLength": 384},
    }));
    assert_eq!(request.input_image.expect("an image").as_bytes(), [0xff, 0xd8, 0xff, 0xe0]);
    known::<TitanMultimodalAnswer>(
        json!({"embedding": [0.5], "inputTextTokenCount": 3, "message": "too large"}),
    );
    assert_eq!(
        written(&TitanImageRequest::text_to_image("A cup of coffee")),
        json!({"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "A cup of coffee"}}),
    );
    let config = json!({
        "quality": "premium", "numberOfImages": 2, "height": 512, "width": 512, "cfgScale": 8.0, "seed": 42,
    });
    for (task, name, params) in [
        (
            "TEXT_IMAGE",
            "textToImageParams",
            json!({
                "text": "a", "negativeText": "b", "conditionImage": "AAAA", "controlMode": "CANNY_EDGE",
                "controlStrength": 0.7,
            }),
        ),
        (
            "INPAINTING",
            "inPaintingParams",
            json!({
                "image": "AAAA", "text": "a", "negativeText": "b", "maskPrompt": "c", "returnMask": true,
            }),
        ),
        (
            "OUTPAINTING",
            "outPaintingParams",
            json!({
                "image": "AAAA", "text": "a", "maskImage": "AAAA", "outPaintingMode": "PRECISE",
            }),
        ),
        ("IMAGE_VARIATION", "imageVariationParams", json!({"images": ["AAAA"], "similarityStrength": 0.5})),
        (
            "COLOR_GUIDED_GENERATION",
            "colorGuidedGenerationParams",
            json!({
                "text": "a", "colors": ["#00FF00"], "referenceImage": "AAAA",
            }),
        ),
        ("BACKGROUND_REMOVAL", "backgroundRemovalParams", json!({"image": "AAAA"})),
    ] {
        let body = json!({"taskType": task, name: params, "imageGenerationConfig": config});
        known::<TitanImageRequest>(body.clone());
        known::<NovaCanvasRequest>(body);
    }
    let answer: TitanImageAnswer = known(json!({"images": ["AAAA", "AQID"], "error": "one was filtered"}));
    assert_eq!(answer.images()[1].as_bytes(), [1, 2, 3]);
}

#[test]
fn nova_bodies() {
    known::<NovaRequest>(json!({
        "schemaVersion": "messages-v1",
        "system": [{"text": "Be brief."}],
        "messages": [
            {"role": "user", "content": [
                {"text": "What is this?"},
                {"image": {"format": "png", "source": {"bytes": "iVBORw=="}}},
                {"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://b/k", "bucketOwner": "123456789012"}}}},
            ]},
            {"role": "assistant", "content": [{"text": "It is"}]},
        ],
        "inferenceConfig": {
            "maxTokens": 100, "temperature": 0.7, "topP": 0.9, "topK": 50, "stopSequences": ["."],
            "reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"},
        },
        "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]},
        "toolChoice": {"any": {}},
    }));
    let chunk: NovaChunk = known(json!({
        "contentBlockDelta": {"delta": {"reasoningContent": {"text": "hm"}}, "contentBlockIndex": 0},
        "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1, "outputTokenCount": 2, "invocationLatency": 3},
    }));
    assert_eq!(chunk.invocation_metrics.expect("metrics").output_token_count, Some(2));
    known::<NovaCanvasRequest>(json!({
        "taskType": "VIRTUAL_TRY_ON",
        "virtualTryOnParams": {
            "sourceImage": "AAAA", "referenceImage": "AAAA", "maskType": "GARMENT",
            "garmentBasedMask": {
                "maskShape": "CONTOUR", "garmentClass": "UPPER_BODY", "garmentStyling": {"tuckingStyle": "TUCKED"},
            },
            "maskExclusions": {"preserveFace": "ON"}, "mergeStyle": "SEAMLESS", "returnMask": false,
        },
    }));
    known::<NovaReelRequest>(json!({
        "taskType": "MULTI_SHOT_MANUAL",
        "multiShotManualParams": {"shots": [
            {"text": "one", "image": {"format": "png", "source": {"bytes": "AAAA"}}}, {"text": "two"},
        ]},
        "videoGenerationConfig": {"fps": 24, "dimension": "1280x720", "seed": 42},
    }));
    known::<NovaEmbeddingsRequest>(json!({
        "schemaVersion": "nova-multimodal-embed-v1", "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {
            "embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256,
            "text": {"truncationMode": "END", "value": "Hello"},
        },
    }));
    known::<NovaEmbeddingsAnswer>(json!({
        "embeddings": [{"embeddingType": "TEXT", "embedding": [0.5], "truncatedCharLength": 8000}],
    }));
}

#[test]
fn claude_bodies() {
    let request: ClaudeRequest = known(json!({
        "anthropic_version": "bedrock-2023-05-31",
        "anthropic_beta": ["computer-use-2025-01-24"],
        "max_tokens": 2000,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [
            {"role": "user", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
                {"type": "document", "title": "d", "citations": {"enabled": true},
                 "source": {"type": "text", "media_type": "text/plain", "data": "The sky is green."}},
                {"type": "search_result", "source": "https://example.com", "title": "t",
                 "content": [{"type": "text", "text": "r"}]},
                {"type": "text", "text": "What?"},
            ]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
                {"type": "redacted_thinking", "data": "b3BhcXVl"},
                {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": true,
                 "content": [{"type": "text", "text": "no"}]},
                {"type": "tool_result", "tool_use_id": "toolu_2", "content": "yes"},
            ]},
        ],
        "temperature": 1.0, "top_k": 5, "stop_sequences": ["\n\n"],
        "tools": [
            {"type": "custom", "name": "f", "description": "d", "input_schema": {"type": "object"}},
            {"type": "computer_20241022", "name": "computer", "display_height_px": 768, "display_width_px": 1024,
             "display_number": 0},
        ],
        "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "metadata": {"user_id": "u"},
    }));
    let blocks = request.messages()[1].content.as_ref().expect("content").items();
    assert_eq!(blocks[0].as_thinking().and_then(ClaudeThinking::signature), Some("c2ln"));
    let answer: ClaudeAnswer = known(json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4",
        "content": [
            {"type": "thinking", "thinking": "Hm. ", "signature": "c2ln"},
            {"type": "text", "text": "It is "},
            {"type": "text", "text": "green.", "citations": [{"type": "char_location", "cited_text": "green"}]},
        ],
        "stop_reason": "refusal", "stop_sequence": "x",
        "usage": {
            "input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 8,
            "cache_creation": {"ephemeral_5m_input_tokens": 8, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        },
    }));
    assert_eq!(answer.stop_reason, Some(ClaudeStopReason::Refusal));
    let chunks = [
        json!({"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "content": [],
            "usage": {"input_tokens": 10, "output_tokens": 1, "cache_read_input_tokens": 3},
        }}),
        json!({"type": "ping"}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Yes"}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "citations_delta", "citation": {"x": 1}}}),
        json!({"type": "content_block_delta", "index": 2,
               "delta": {"type": "input_json_delta", "partial_json": "{\"a\""}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 20}}),
        json!({"type": "message_stop", "amazon-bedrock-invocationMetrics": {
            "inputTokenCount": 10, "outputTokenCount": 15, "invocationLatency": 1, "firstByteLatency": 1,
        }}),
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    ];
    let mut collector = Collector::new("us.anthropic.claude-sonnet-4-20250514-v1:0");
    for chunk in chunks {
        let read: ClaudeChunk = known(chunk.clone());
        assert_eq!(read.r#type(), chunk["type"].as_str());
        collector.push(&chunk).expect("JSON");
    }
    let told = collector.finish();
    assert_eq!((told.text(), told.reasoning.as_deref()), ("Yes", Some("Hm.")));
    assert_eq!(told.stop_reason.as_deref(), Some("tool_use"));
    let metrics = told.metrics.expect("metrics");
    assert_eq!((metrics.latency_ms, metrics.first_byte_latency_ms), (Some(1), Some(1)));
    let usage = told.usage.expect("usage");
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(10), Some(20)));
    assert_eq!((usage.cache_read_input_tokens, usage.cache_write_input_tokens), (Some(3), None));

    // What is not known is kept whole.
    let unknown = json!({"type": "server_tool_use", "id": "x", "name": "web_search"});
    let block: ClaudeBlock = serde_json::from_value(unknown.clone()).expect("reads");
    assert_eq!(block.r#type(), Some("server_tool_use"));
    assert_eq!(written(&block), unknown);
    let error = ClaudeRequest::builder().max_tokens(1).messages([ClaudeMessage::user("Hi")]).build();
    assert_eq!(
        error.expect_err("no version").to_string(),
        "ClaudeRequest needs the member anthropic_version"
    );
    assert_eq!(
        written(&ClaudeRequest::new(
            9,
            [ClaudeMessage::user(vec![
                ClaudeBlock::text("Hi"),
                ClaudeBlock::image("image/png", [1, 2, 3]),
                ClaudeBlock::tool_result("toolu_1", "done"),
            ])]
        )),
        json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": [
            {"type": "text", "text": "Hi"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AQID"}},
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"},
        ]}]}),
    );
}

#[test]
fn ai21_bodies() {
    let penalty = JurassicPenalty::builder()
        .scale(0.5)
        .apply_to_whitespaces(false)
        .apply_to_punctuations(false)
        .apply_to_numbers(true)
        .apply_to_stopwords(false)
        .apply_to_emojis(true)
        .build()
        .expect("builds");
    let request = JurassicRequest::builder()
        .prompt("Hi")
        .count_penalty(penalty)
        .presence_penalty(JurassicPenalty::new(5.0))
        .frequency_penalty(JurassicPenalty::new(500.0))
        .num_results(2)
        .build()
        .expect("builds");
    let body = json!({
        "prompt": "Hi",
        "countPenalty": {
            "scale": 0.5, "applyToWhitespaces": false, "applyToPunctuations": false, "applyToNumbers": true,
            "applyToStopwords": false, "applyToEmojis": true,
        },
        "presencePenalty": {"scale": 5.0},
        "frequencyPenalty": {"scale": 500.0},
        "numResults": 2,
    });
    assert_eq!(written(&request), body);
    known::<JurassicRequest>(body);
    let answer: JurassicAnswer = known(json!({
        "id": 1234,
        "prompt": {"text": "Hi", "tokens": []},
        "completions": [
            {"data": {"text": " there", "tokens": [{
                "generatedToken": {"token": "▁there", "logprob": -0.5, "raw_logprob": -0.75},
                "topTokens": [{"token": "▁you", "logprob": -1.5}],
                "textRange": {"start": 0, "end": 6},
            }]}, "finishReason": {"reason": "stop", "sequence": "."}},
            {"data": {"text": " you"}, "finishReason": {"reason": "length", "length": 1}},
        ],
    }));
    let tokens = answer.completions()[0].data.as_ref().expect("data").tokens();
    assert_eq!(tokens[0].top_tokens()[0].logprob, Some(-1.5));
    let told = text_of("ai21.j2-ultra-v1", written(&answer)).expect("JSON");
    assert_eq!(told.texts, [" there", " you"]);
    assert_eq!(told.stop_reason.as_deref(), Some("stop"));
    // The tokens themselves are there to be counted, as far as they are.
    let usage = told.usage.expect("usage");
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.total_tokens), (Some(0), Some(1), None));

    for stop in [json!("###"), json!(["###", "\n"])] {
        known::<JambaRequest>(json!({
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
            "max_tokens": 512, "temperature": 0.7, "top_p": 0.9, "stop": stop, "n": 2, "frequency_penalty": 0.5,
            "presence_penalty": 0.5, "documents": [{"content": "d"}], "response_format": {"type": "json_object"},
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        }));
    }
    let answer: ChatAnswer = known(json!({
        "id": "c", "model": "jamba-1.5-large",
        "choices": [
            {"index": 1, "message": {"role": "assistant", "content": "B"}, "finish_reason": "length", "stop_reason": 518},
            {"index": 0, "message": {"role": "assistant", "content": "A"}, "finish_reason": "stop"},
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }));
    let told = text_of("ai21.jamba-1-5-large-v1:0", written(&answer)).expect("JSON");
    assert_eq!(told.texts, ["B", "A"]);
    assert_eq!(told.stop_reason.as_deref(), Some("length"));
    assert_eq!(told.usage.and_then(|usage| usage.total_tokens), Some(3));
}

#[test]
fn cohere_bodies() {
    let request: CommandRequest = known(json!({
        "prompt": "Hi", "temperature": 0.9, "p": 0.75, "k": 0.0, "max_tokens": 20, "stop_sequences": ["."],
        "return_likelihoods": "ALL", "stream": true, "num_generations": 5, "logit_bias": {"11": -10.0},
        "truncate": "START",
    }));
    assert_eq!(request.return_likelihoods, Some(CommandLikelihoods::All));
    let answer: CommandAnswer = known(json!({
        "id": "a", "prompt": "Hi",
        "generations": [
            {"id": "b", "text": "one", "finish_reason": "COMPLETE", "likelihood": -0.5,
             "token_likelihoods": [{"token": "one", "likelihood": -0.5}]},
            {"id": "c", "text": "two", "finish_reason": "ERROR_TOXIC"},
        ],
    }));
    assert_eq!(answer.generations()[0].token_likelihoods()[0].token(), Some("one"));
    assert_eq!(text_of("cohere.command-text-v14", written(&answer)).expect("JSON").texts, ["one", "two"]);
    let mut collector = Collector::new("cohere.command-light-text-v14");
    for chunk in [
        json!({"text": "a", "index": 1, "is_finished": false}),
        json!({"text": "b", "index": 0, "is_finished": false}),
        json!({"text": "c", "index": 1, "is_finished": true, "finish_reason": "MAX_TOKENS"}),
        json!({"index": 0, "is_finished": true, "finish_reason": "COMPLETE"}),
    ] {
        let told = text_of_chunk("cohere.command-light-text-v14", &chunk).expect("JSON");
        assert_eq!(told.index as u64, chunk["index"].as_u64().expect("an index"));
        assert_eq!(told.text, chunk["text"].as_str().unwrap_or_default());
        collector.push(&chunk).expect("JSON");
    }
    let told = collector.finish();
    assert_eq!(told.texts, ["b", "ac"]);
    assert_eq!(told.stop_reason.as_deref(), Some("COMPLETE"));
    known::<CommandRRequest>(json!({
        "message": "Hi",
        "chat_history": [{"role": "USER", "message": "a"}, {"role": "CHATBOT", "message": "b"}],
        "documents": [{"title": "t", "snippet": "s"}], "search_queries_only": false, "preamble": "p",
        "max_tokens": 20, "temperature": 0.3, "p": 0.75, "k": 0.0, "prompt_truncation": "OFF",
        "frequency_penalty": 0.0, "presence_penalty": 0.0, "seed": 1, "return_prompt": true,
        "tools": [{"name": "f", "description": "d", "parameter_definitions": {
            "a": {"description": "d", "type": "str", "required": true},
        }}],
        "tool_results": [{"call": {"name": "f", "parameters": {"a": "x"}}, "outputs": [{"r": "y"}]}],
        "stop_sequences": ["."], "raw_prompting": false,
    }));
    known::<CommandRAnswer>(json!({
        "response_id": "a", "text": "t", "generation_id": "g", "prompt": "p", "finish_reason": "COMPLETE",
        "citations": [{"start": 0, "end": 1, "text": "t", "document_ids": ["doc_0"]}],
        "tool_calls": [{"name": "f", "parameters": {"a": "x"}}],
        "documents": [{"id": "doc_0"}], "is_search_required": true,
        "search_queries": [{"text": "q", "generation_id": "g"}],
        "meta": {"api_version": {"version": "1"}, "billed_units": {"input_tokens": 1.0, "output_tokens": 2.0}},
    }));
    known::<EmbedRequest>(json!({
        "input_type": "search_query", "texts": ["Hi"], "truncate": "LEFT", "embedding_types": ["float", "int8"],
        "output_dimension": 256, "max_tokens": 100,
        "inputs": [{"content": [
            {"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        ]}],
    }));
    let answer: EmbedAnswer = known(json!({
        "id": "a", "response_type": "embeddings_by_type", "texts": ["hi"],
        "embeddings": {"float": [[0.5, 0.25]], "int8": [[7.0, -3.0]]},
    }));
    assert_eq!(answer.embeddings.as_ref().expect("embeddings").floats(), [[0.5, 0.25]]);
    assert_eq!(text_of("cohere.embed-english-v3", written(&answer)).expect("JSON"), Generated::default());
}

#[test]
fn the_other_bodies() {
    known::<LlamaRequest>(json!({
        "prompt": "Hi", "temperature": 0.5, "top_p": 0.9, "max_gen_len": 512, "images": ["AAAA"],
    }));
    known::<MistralChatRequest>(json!({
        "messages": [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "c", "content": "{\"t\":1}"},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}],
        "tool_choice": "any", "max_tokens": 10, "temperature": 0.7, "top_p": 1.0,
    }));
    assert_eq!(written(&ChatMessage::user("Hi")), json!({"role": "user", "content": "Hi"}));
    let answer: ChatAnswer = known(json!({"choices": [{
        "index": 0, "message": {"role": "assistant", "content": "Sunny"}, "stop_reason": "stop",
    }]}));
    let told = text_of("mistral.mistral-large-2407-v1:0", written(&answer)).expect("JSON");
    assert_eq!((told.text(), told.stop_reason.as_deref()), ("Sunny", Some("stop")));
    known::<StableDiffusionRequest>(json!({
        "text_prompts": [{"text": "a", "weight": 1.0}, {"text": "b", "weight": -1.0}],
        "height": 1024, "width": 1024, "cfg_scale": 7.0, "clip_guidance_preset": "FAST_BLUE", "sampler": "K_DPMPP_2M",
        "samples": 1, "seed": 0, "steps": 30, "style_preset": "photographic", "extras": {"x": 1},
        "init_image": "AAAA", "init_image_mode": "IMAGE_STRENGTH", "image_strength": 0.5,
        "mask_source": "MASK_IMAGE_WHITE", "mask_image": "AAAA",
    }));
    let answer: StableDiffusionAnswer = known(json!({
        "result": "success", "artifacts": [{"seed": 1, "base64": "AQID", "finishReason": "SUCCESS"}],
    }));
    assert_eq!(answer.artifacts()[0].base64.as_ref().expect("an image").as_bytes(), [1, 2, 3]);
    known::<StableImageRequest>(json!({
        "prompt": "a", "mode": "image-to-image", "aspect_ratio": "16:9", "output_format": "png", "seed": 4294967295_u32,
        "negative_prompt": "b", "image": "AAAA", "strength": 0.35,
    }));
    let answer: StableImageAnswer =
        known(json!({"seeds": [2130420379], "finish_reasons": [null], "images": ["AQID"]}));
    assert_eq!(answer.finish_reasons(), [None]);
    known::<StableImageAnswer>(json!({"finish_reasons": ["Filter reason: prompt"]}));
    known::<DeepSeekRequest>(json!({
        "prompt": "a", "temperature": 0.5, "top_p": 0.9, "max_tokens": 512, "stop": ["x"],
    }));
    let answer: DeepSeekAnswer =
        known(json!({"choices": [{"text": "hm</think>yes", "stop_reason": "length"}]}));
    let told = text_of("us.deepseek.r1-v1:0", written(&answer)).expect("JSON");
    assert_eq!((told.text(), told.reasoning.as_deref()), ("hm</think>yes", None));
}

#[test]
fn ids_name_families() {
    for (id, family, base) in [
        ("amazon.titan-tg1-large", Some(Family::TitanText), "amazon.titan-tg1-large"),
        ("amazon.titan-embed-text-v2:0", Some(Family::TitanEmbeddings), "amazon.titan-embed-text-v2:0"),
        ("amazon.titan-embed-g1-text-02", Some(Family::TitanEmbeddings), "amazon.titan-embed-g1-text-02"),
        ("amazon.titan-embed-image-v1", Some(Family::TitanMultimodal), "amazon.titan-embed-image-v1"),
        ("amazon.titan-image-generator-v2:0", Some(Family::TitanImage), "amazon.titan-image-generator-v2:0"),
        ("us.amazon.nova-micro-v1:0", Some(Family::Nova), "amazon.nova-micro-v1:0"),
        ("amazon.nova-canvas-v1:0", Some(Family::NovaCanvas), "amazon.nova-canvas-v1:0"),
        ("amazon.nova-reel-v1:1", Some(Family::NovaReel), "amazon.nova-reel-v1:1"),
        (
            "amazon.nova-2-multimodal-embeddings-v1:0",
            Some(Family::NovaEmbeddings),
            "amazon.nova-2-multimodal-embeddings-v1:0",
        ),
        ("global.anthropic.claude-v2", Some(Family::ClaudeText), "anthropic.claude-v2"),
        ("anthropic.claude-instant-v1", Some(Family::ClaudeText), "anthropic.claude-instant-v1"),
        (
            "apac.anthropic.claude-sonnet-4-20250514-v1:0",
            Some(Family::Claude),
            "anthropic.claude-sonnet-4-20250514-v1:0",
        ),
        (
            "us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0",
            Some(Family::Claude),
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
        ),
        ("ai21.j2-mid-v1", Some(Family::Jurassic), "ai21.j2-mid-v1"),
        ("ai21.jamba-1-5-mini-v1:0", Some(Family::Jamba), "ai21.jamba-1-5-mini-v1:0"),
        ("cohere.command-light-text-v14:7:4k", Some(Family::Command), "cohere.command-light-text-v14:7:4k"),
        ("cohere.command-r-plus-v1:0", Some(Family::CommandR), "cohere.command-r-plus-v1:0"),
        ("cohere.embed-multilingual-v3", Some(Family::Embed), "cohere.embed-multilingual-v3"),
        ("cohere.rerank-v3-5:0", Some(Family::Rerank), "cohere.rerank-v3-5:0"),
        ("eu.meta.llama3-2-1b-instruct-v1:0", Some(Family::Llama), "meta.llama3-2-1b-instruct-v1:0"),
        ("us.mistral.pixtral-large-2502-v1:0", Some(Family::Mistral), "mistral.pixtral-large-2502-v1:0"),
        ("stability.stable-diffusion-xl", Some(Family::StableDiffusion), "stability.stable-diffusion-xl"),
        ("stability.sd3-5-large-v1:0", Some(Family::StableImage), "stability.sd3-5-large-v1:0"),
        ("stability.stable-image-ultra-v1:1", Some(Family::StableImage), "stability.stable-image-ultra-v1:1"),
        ("us.deepseek.r1-v1:0", Some(Family::DeepSeek), "deepseek.r1-v1:0"),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-tg1-large",
            Some(Family::TitanText),
            "amazon.titan-tg1-large",
        ),
        (
            "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-3-haiku-20240307-v1:0",
            Some(Family::Claude),
            "anthropic.claude-3-haiku-20240307-v1:0",
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-lite-v1:0:4k/abcdefghijkl",
            Some(Family::TitanText),
            "amazon.titan-text-lite-v1:0:4k",
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr",
            None,
            "1arbu5hu2sjr",
        ),
        ("us.amazon.nova-2-sonic-v1:0", None, "amazon.nova-2-sonic-v1:0"),
        ("writer.palmyra-x5-v1:0", None, "writer.palmyra-x5-v1:0"),
        ("anthropic", None, "anthropic"),
        ("notanthropic.claude-v2", None, "notanthropic.claude-v2"),
        ("a.b.anthropic.claude-v2", None, "a.b.anthropic.claude-v2"),
        ("arn:aws:bedrock", None, "arn:aws:bedrock"),
        ("", None, ""),
    ] {
        assert_eq!((Family::of(id), base_model_id(id)), (family, base), "{id}");
    }
}

#[test]
fn texts_of_strange_bodies() {
    let told = |body: Value| text_of("x", body).expect("JSON");
    for body in [
        json!({}),
        json!(null),
        json!([1, "text"]),
        json!("text"),
        json!({"text": 7, "results": {"a": 1}, "choices": "no", "usage": []}),
        json!({"results": [{"index": 0, "relevance_score": 0.5}]}),
        json!({"images": ["AAAA"]}),
        json!({"messageStart": {"role": "assistant"}}),
        json!({"type": "message_start", "message": {"content": []}}),
        json!({"content_block": {"type": "tool_use"}, "type": "content_block_start"}),
    ] {
        assert_eq!(told(body.clone()), Generated::default(), "{body}");
        let mut collector = Collector::new("x");
        collector.push(&body).expect("JSON");
        assert_eq!(collector.finish().text(), "", "{body}");
    }
    assert!(text_of("x", [0xff, 0xd8].as_slice()).is_err());
    assert!(text_of_chunk("x", "{").is_err());
    // An index that no family makes costs no memory.
    let mut collector = Collector::new("x");
    collector.push(json!({"text": "a", "index": 4_000_000_000_u32, "is_finished": false})).expect("JSON");
    assert_eq!(collector.finish().texts.len(), 0);
    // Metrics fill in what the model does not tell, and are all there is in the last chunk.
    let metrics = json!({"inputTokenCount": 3, "outputTokenCount": -1, "firstByteLatency": 5});
    let last = told(json!({"amazon-bedrock-invocationMetrics": metrics}));
    let usage = last.usage.expect("usage");
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(3), None));
    assert_eq!(last.metrics.and_then(|metrics| metrics.first_byte_latency_ms), Some(5));
    let both = told(json!({
        "outputs": [{"text": "a"}], "usage": {"output_tokens": 144},
        "amazon-bedrock-invocationMetrics": {"inputTokenCount": 7, "outputTokenCount": 108},
    }));
    let usage = both.usage.expect("usage");
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(7), Some(144)));
    // A family's id does not keep another family's body from being read.
    let completion = json!({"completion": "a", "stop_reason": "stop_sequence"});
    assert_eq!(text_of("amazon.titan-text-lite-v1", completion).expect("JSON").text(), "a");
    // Converse: cited text is text, reasoning is not.
    let answer = told(json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm"}}},
            {"text": "a"},
            {"citationsContent": {"content": [{"text": "b"}], "citations": []}},
            {"toolUse": {"toolUseId": "t", "name": "f", "input": {"text": "no"}}},
        ]}},
        "stopReason": "end_turn", "metrics": {"latencyMs": 9},
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "cacheReadInputTokens": 4, "cacheWriteInputTokens": 5},
    }));
    assert_eq!((answer.text(), answer.reasoning.as_deref()), ("ab", Some("hm")));
    assert_eq!(answer.stop_reason.as_deref(), Some("end_turn"));
    assert_eq!(answer.metrics.and_then(|metrics| metrics.latency_ms), Some(9));
    let usage = answer.usage.expect("usage");
    assert_eq!((usage.cache_read_input_tokens, usage.cache_write_input_tokens), (Some(4), Some(5)));
    let chat = told(json!({"choices": [{"index": 0, "message": {
        "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "reasoning_content": "hm",
    }, "finish_reason": null}]}));
    assert_eq!(
        (chat.text(), chat.reasoning.as_deref(), chat.stop_reason.as_deref()),
        ("ab", Some("hm"), None)
    );
    let tools =
        told(json!({"type": "message", "stop_reason": "tool_use", "content": [{"type": "tool_use"}]}));
    assert_eq!((tools.texts, tools.stop_reason.as_deref()), (vec![String::new()], Some("tool_use")));
}

#[test]
fn prompts_have_their_forms() {
    let talk = [Turn::system("S"), Turn::user("U1"), Turn::assistant("A1"), Turn::user("U2")];
    let begun = [Turn::user("U1"), Turn::assistant("A1"), Turn::user("U2"), Turn::assistant("A2")];
    let (claude, llama2, llama3) = (prompt::claude_text("U"), prompt::llama2("U"), prompt::llama3("U"));
    assert_eq!(claude.expect("alternates"), "\n\nHuman: U\n\nAssistant:");
    assert_eq!(llama2.expect("alternates"), "<s>[INST] U [/INST]");
    assert_eq!(
        llama3.expect("alternates"),
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    );
    assert_eq!(prompt::mistral("U").expect("alternates"), "<s>[INST] U [/INST]");
    assert_eq!(
        prompt::deepseek("U").expect("alternates"),
        "<｜begin▁of▁sentence｜><｜User｜>U<｜Assistant｜><think>\n"
    );
    assert_eq!(
        prompt::claude_text(&talk).expect("alternates"),
        "S\n\nHuman: U1\n\nAssistant: A1\n\nHuman: U2\n\nAssistant:",
    );
    assert_eq!(
        prompt::llama2(&talk).expect("alternates"),
        "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nU1 [/INST] A1 </s><s>[INST] U2 [/INST]",
    );
    assert_eq!(
        prompt::llama3(&talk).expect("alternates"),
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>\
         <|start_header_id|>user<|end_header_id|>\n\nU1<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA1<|eot_id|>\
         <|start_header_id|>user<|end_header_id|>\n\nU2<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    );
    assert_eq!(
        prompt::mistral(&talk).expect("alternates"),
        "<s>[INST] S\n\nU1 [/INST] A1</s>[INST] U2 [/INST]"
    );
    assert_eq!(
        prompt::deepseek(&talk).expect("alternates"),
        "<｜begin▁of▁sentence｜>S<｜User｜>U1<｜Assistant｜>A1<｜end▁of▁sentence｜><｜User｜>U2<｜Assistant｜><think>\n",
    );
    assert_eq!(
        prompt::claude_text(&begun).expect("alternates"),
        "\n\nHuman: U1\n\nAssistant: A1\n\nHuman: U2\n\nAssistant: A2",
    );
    assert!(prompt::llama2(&begun).expect("alternates").ends_with("<s>[INST] U2 [/INST] A2"));
    assert!(prompt::llama3(&begun).expect("alternates").ends_with("assistant<|end_header_id|>\n\nA2"));
    assert!(prompt::mistral(&begun).expect("alternates").ends_with("[INST] U2 [/INST] A2"));
    assert!(prompt::deepseek(&begun).expect("alternates").ends_with("<｜Assistant｜>A2"));
    let refused: [&[Turn<'_>]; 6] = [
        &[],
        &[Turn::system("S")],
        &[Turn::assistant("A")],
        &[Turn::user("U"), Turn::user("U")],
        &[Turn::user("U"), Turn::system("S")],
        &[Turn::user("U"), Turn::assistant("A"), Turn::assistant("A")],
    ];
    for turns in refused {
        let error = prompt::llama3(turns).expect_err("refused");
        assert!(error.to_string().contains("turn"), "{error}");
    }
}
