//! Meta Llama: Llama 2 Chat, Llama 3 and later. Bodies only; the prompts' forms are `prompt::llama2` and
//! `prompt::llama3`. Source: AWS's Bedrock user guide, page model-parameters-meta (ranges for Llama 3 and later).

structure! {
    /// What a Llama model takes.
    LlamaRequest => LlamaRequestBuilder {
        prompt = "prompt": text(), required;
        /// 0 to 1, default 0.5.
        temperature = "temperature": number(f64);
        /// 0 to 1, default 0.9; 1 is off.
        top_p = "top_p": number(f64);
        /// 1 to 2,048, default 512.
        max_gen_len = "max_gen_len": number(i32);
        /// Llama 3.2 and later.
        images = "images": list(String, push_image);
    }
}

answer! {
    /// What a Llama model answers.
    LlamaAnswer => LlamaAnswerBuilder {
        generation = "generation": text();
        prompt_token_count = "prompt_token_count": number(i64);
        generation_token_count = "generation_token_count": number(i64);
        stop_reason = "stop_reason": one(LlamaStopReason);
    }
}

chunk! {
    /// A chunk of a Llama model's answer.
    LlamaChunk => LlamaChunkBuilder {
        generation = "generation": text();
        /// In the first chunk only.
        prompt_token_count = "prompt_token_count": number(i64);
        /// So far.
        generation_token_count = "generation_token_count": number(i64);
        stop_reason = "stop_reason": one(LlamaStopReason);
    }
}

open_enum! {
    /// Why a Llama model stopped; `max_tokens` is recorded, the guide has the other two.
    LlamaStopReason {
        Stop = "stop", Length = "length", MaxTokens = "max_tokens",
    }
}

impl LlamaRequest {
    /// A request with a prompt that has the right form.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}
