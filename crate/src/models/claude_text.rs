//! Anthropic Claude's text completions: Claude v1, v2 and Instant v1. Bodies only; the prompt's form is
//! `prompt::claude_text`. Source: Caylent's guide to Bedrock of 2023-09-28, and recordings.

structure! {
    /// What text completion takes.
    ClaudeTextRequest => ClaudeTextRequestBuilder {
        /// `\n\nHuman: …\n\nAssistant:`.
        prompt = "prompt": text(), required;
        /// Up to the context; default 200.
        max_tokens_to_sample = "max_tokens_to_sample": number(i32), required;
        /// 0 to 1, default 0.5.
        temperature = "temperature": number(f64);
        /// 0 to 500, default 250.
        top_k = "top_k": number(i32);
        /// 0 to 1, default 1.
        top_p = "top_p": number(f64);
        stop_sequences = "stop_sequences": list(String, push_stop_sequence);
        anthropic_version = "anthropic_version": text();
    }
}

answer! {
    /// What text completion answers.
    ClaudeTextAnswer => ClaudeTextAnswerBuilder {
        /// `completion`.
        r#type = "type": text();
        completion = "completion": text();
        /// `stop_sequence` or `max_tokens`.
        stop_reason = "stop_reason": text();
        /// The stop sequence that was met.
        stop = "stop": text();
    }
}

chunk! {
    /// A chunk of a text completion.
    ClaudeTextChunk => ClaudeTextChunkBuilder {
        /// `completion`.
        r#type = "type": text();
        completion = "completion": text();
        stop_reason = "stop_reason": text();
        stop = "stop": text();
    }
}

impl ClaudeTextRequest {
    /// A request with a prompt that has the right form.
    pub fn new(prompt: impl Into<String>, max_tokens_to_sample: i32) -> Self {
        Self {
            prompt: Some(prompt.into()),
            max_tokens_to_sample: Some(max_tokens_to_sample),
            ..Self::default()
        }
    }
}
