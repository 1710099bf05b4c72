//! Cohere Command and Command Light: bodies with several generations and likelihoods. It checks no range.
//! Sources: Caylent's guide to Bedrock of 2023-09-28, AWS's Bedrock user guide, page model-parameters-cohere-command.

structure! {
    /// What Command takes.
    CommandRequest => CommandRequestBuilder {
        prompt = "prompt": text(), required;
        /// 0 to 5, default 0.9.
        temperature = "temperature": number(f64);
        /// 0 to 1, default 0.75; after `k`.
        p = "p": number(f64);
        /// 0 to 500, default 0, which is off.
        k = "k": number(f64);
        /// 1 to 4,096, default 20.
        max_tokens = "max_tokens": number(i32);
        /// At most 4.
        stop_sequences = "stop_sequences": list(String, push_stop_sequence);
        /// Default `NONE`.
        return_likelihoods = "return_likelihoods": one(CommandLikelihoods);
        /// Needed to be streamed.
        stream = "stream": number(bool);
        /// 1 to 5, default 1.
        num_generations = "num_generations": number(i32);
        /// By a token's number: -10 to 10.
        logit_bias = "logit_bias": map(f64);
        /// What is cut from a prompt that is too long; default `END`.
        truncate = "truncate": one(CommandTruncate);
    }
}

open_enum! {
    /// Which tokens' likelihoods are told.
    CommandLikelihoods {
        None = "NONE", Generation = "GENERATION", All = "ALL",
    }
}

open_enum! {
    /// What is cut from an input that is too long.
    CommandTruncate {
        None = "NONE", Start = "START", End = "END",
    }
}

answer! {
    /// What Command answers.
    CommandAnswer => CommandAnswerBuilder {
        id = "id": text();
        prompt = "prompt": text();
        generations = "generations": list(CommandGeneration, push_generation);
    }
}

structure! {
    /// One of the texts.
    CommandGeneration => CommandGenerationBuilder {
        id = "id": text();
        text = "text": text();
        finish_reason = "finish_reason": one(CommandFinishReason);
        /// The average of the tokens' likelihoods.
        likelihood = "likelihood": number(f64);
        token_likelihoods = "token_likelihoods": list(CommandTokenLikelihood, push_token_likelihood);
        is_finished = "is_finished": number(bool);
        index = "index": number(i64);
    }
}

structure! {
    /// How likely a token was.
    CommandTokenLikelihood => CommandTokenLikelihoodBuilder {
        token = "token": text();
        likelihood = "likelihood": number(f64);
    }
}

open_enum! {
    /// Why a generation ended.
    CommandFinishReason {
        Complete = "COMPLETE", MaxTokens = "MAX_TOKENS", Error = "ERROR", ErrorToxic = "ERROR_TOXIC",
    }
}

chunk! {
    /// A chunk of Command's answer.
    CommandChunk => CommandChunkBuilder {
        text = "text": text();
        /// Which generation this belongs to, when there are several.
        index = "index": number(i64);
        is_finished = "is_finished": number(bool);
        finish_reason = "finish_reason": one(CommandFinishReason);
    }
}

impl CommandRequest {
    /// A request with this prompt and the model's defaults.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}
