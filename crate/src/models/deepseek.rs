//! DeepSeek R1's text completion. Bodies only; the prompt's form is `prompt::deepseek`. Later models chat: `chat`.
//! Source: AWS's Bedrock user guide, page model-parameters-deepseek.

structure! {
    /// What text completion takes.
    DeepSeekRequest => DeepSeekRequestBuilder {
        prompt = "prompt": text(), required;
        /// At most 1.
        temperature = "temperature": number(f64);
        /// At most 1.
        top_p = "top_p": number(f64);
        /// 1 to 32,768; best at most 8,192.
        max_tokens = "max_tokens": number(i32);
        /// At most 10.
        stop = "stop": list(String, push_stop);
    }
}

answer! {
    /// What text completion answers; the reasoning is part of the text.
    DeepSeekAnswer => DeepSeekAnswerBuilder {
        choices = "choices": list(DeepSeekChoice, push_choice);
    }
}

chunk! {
    /// A chunk of a text completion.
    DeepSeekChunk => DeepSeekChunkBuilder {
        choices = "choices": list(DeepSeekChoice, push_choice);
    }
}

structure! {
    /// One of the texts, or a piece of it.
    DeepSeekChoice => DeepSeekChoiceBuilder {
        index = "index": number(i64);
        text = "text": text();
        /// `stop` or `length`.
        stop_reason = "stop_reason": text();
    }
}

impl DeepSeekRequest {
    /// A request with a prompt that has the right form.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}
