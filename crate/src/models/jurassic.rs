//! AI21 Labs Jurassic-2, Mid and Ultra: bodies with the three penalties and the tokens' log-probabilities. It checks
//! no range. Sources: AWS's Bedrock user guide, page model-parameters-jurassic2; an AWS workshop for the bodies.

structure! {
    /// What Jurassic-2 takes.
    JurassicRequest => JurassicRequestBuilder {
        prompt = "prompt": text(), required;
        /// 0 to 8,191, default 200.
        max_tokens = "maxTokens": number(i32);
        /// 0 to 1, default 0.5.
        temperature = "temperature": number(f64);
        /// 0 to 1, default 0.5.
        top_p = "topP": number(f64);
        stop_sequences = "stopSequences": list(String, push_stop_sequence);
        /// In proportion to how often a token has come; scale 0 to 1, default 0.
        count_penalty = "countPenalty": one(JurassicPenalty);
        /// For any token that has come at all; scale 0 to 5, default 0.
        presence_penalty = "presencePenalty": one(JurassicPenalty);
        /// In proportion to how often a token has come in a text of that length; scale 0 to 500, default 0.
        frequency_penalty = "frequencyPenalty": one(JurassicPenalty);
        /// How many completions (AI21's API reference).
        num_results = "numResults": number(i32);
    }
}

structure! {
    /// A penalty on tokens that came before, and what it applies to. Each flag is true by default.
    JurassicPenalty => JurassicPenaltyBuilder {
        scale = "scale": number(f64), required;
        apply_to_whitespaces = "applyToWhitespaces": number(bool);
        apply_to_punctuations = "applyToPunctuations": number(bool);
        apply_to_numbers = "applyToNumbers": number(bool);
        apply_to_stopwords = "applyToStopwords": number(bool);
        apply_to_emojis = "applyToEmojis": number(bool);
    }
}

answer! {
    /// What Jurassic-2 answers.
    JurassicAnswer => JurassicAnswerBuilder {
        /// A number on Bedrock (AWS's guide).
        id = "id": document();
        prompt = "prompt": one(JurassicText);
        completions = "completions": list(JurassicCompletion, push_completion);
    }
}

structure! {
    /// A text and its tokens.
    JurassicText => JurassicTextBuilder {
        text = "text": text();
        tokens = "tokens": list(JurassicToken, push_token);
    }
}

structure! {
    /// A token of a text.
    JurassicToken => JurassicTokenBuilder {
        generated_token = "generatedToken": one(JurassicGeneratedToken);
        /// What else could have stood there, best first.
        top_tokens = "topTokens": list(JurassicTopToken, push_top_token);
        text_range = "textRange": one(JurassicTextRange);
    }
}

structure! {
    /// The token itself.
    JurassicGeneratedToken => JurassicGeneratedTokenBuilder {
        /// `▁` stands for a space.
        token = "token": text();
        /// The logarithm of its probability, as sampled.
        logprob = "logprob": number(f64);
        /// The logarithm of its probability before temperature and penalties.
        raw_logprob = "raw_logprob": number(f64);
    }
}

structure! {
    /// A candidate, as AI21's API reference has it, to which AWS's guide points.
    JurassicTopToken => JurassicTopTokenBuilder {
        token = "token": text();
        logprob = "logprob": number(f64);
    }
}

structure! {
    /// Where a token stands, in characters.
    JurassicTextRange => JurassicTextRangeBuilder {
        start = "start": number(i64);
        end = "end": number(i64);
    }
}

structure! {
    /// One completion.
    JurassicCompletion => JurassicCompletionBuilder {
        data = "data": one(JurassicText);
        finish_reason = "finishReason": one(JurassicFinishReason);
    }
}

structure! {
    /// Why it ended.
    JurassicFinishReason => JurassicFinishReasonBuilder {
        /// `length`, `endoftext` or `stop` (AI21's API reference).
        reason = "reason": text();
        /// With `length`: the limit that was met, in tokens.
        length = "length": number(i64);
        /// With `stop`: the sequence that was met (AI21's API reference).
        sequence = "sequence": text();
    }
}

impl JurassicRequest {
    /// A request with this prompt and the model's defaults.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}

impl JurassicPenalty {
    /// A penalty that applies to everything, which is the default.
    pub fn new(scale: f64) -> Self {
        Self { scale: Some(scale), ..Self::default() }
    }
}
