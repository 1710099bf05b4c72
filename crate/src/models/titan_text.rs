//! Amazon Titan Text: Lite, Express, Premier and the older tg1-large. Bodies only; it checks no range.
//! Sources: Caylent's guide to Bedrock of 2023-09-28 ("guide 2023") and AWS's Bedrock user guide ("AWS's guide",
//! page model-parameters-titan-text); where they differ both figures stand.

structure! {
    /// What a Titan Text model takes.
    TitanTextRequest => TitanTextRequestBuilder {
        /// The prompt. For a conversation AWS's guide has `User: …\nBot:`.
        input_text = "inputText": text(), required;
        text_generation_config = "textGenerationConfig": one(TitanTextConfig);
    }
}

structure! {
    /// How a Titan Text model is to sample.
    TitanTextConfig => TitanTextConfigBuilder {
        /// 0 to 1; default 0 (guide 2023), 0.7 (AWS's guide).
        temperature = "temperature": number(f64);
        /// 0 to 1, more than 0 (AWS's guide); default 1 (guide 2023), 0.9 (AWS's guide).
        top_p = "topP": number(f64);
        /// 0 to 8,000, default 512 (guide 2023); up to 4,096 for Lite, 8,192 for Express, 3,072 for Premier
        /// (AWS's guide).
        max_token_count = "maxTokenCount": number(i32);
        /// Each at most 20 characters (guide 2023).
        stop_sequences = "stopSequences": list(String, push_stop_sequence);
    }
}

answer! {
    /// What a Titan Text model answers.
    TitanTextAnswer => TitanTextAnswerBuilder {
        input_text_token_count = "inputTextTokenCount": number(i64);
        results = "results": list(TitanTextResult, push_result);
    }
}

structure! {
    /// One text. AWS's guide: there is one.
    TitanTextResult => TitanTextResultBuilder {
        token_count = "tokenCount": number(i64);
        output_text = "outputText": text();
        completion_reason = "completionReason": one(TitanCompletionReason);
    }
}

open_enum! {
    /// Why Titan stopped: `FINISH` and `LENGTH` are recorded, the others are from AWS's guide.
    TitanCompletionReason {
        Finish = "FINISH", Finished = "FINISHED", Length = "LENGTH", StopCriteriaMet = "STOP_CRITERIA_MET",
        RagQueryWhenRagDisabled = "RAG_QUERY_WHEN_RAG_DISABLED", ContentFiltered = "CONTENT_FILTERED",
    }
}

chunk! {
    /// A chunk of a Titan Text model's answer.
    TitanTextChunk => TitanTextChunkBuilder {
        output_text = "outputText": text();
        /// The number of the chunk (AWS's guide); 0 in every recording.
        index = "index": number(i64);
        total_output_text_token_count = "totalOutputTextTokenCount": number(i64);
        completion_reason = "completionReason": one(TitanCompletionReason);
        input_text_token_count = "inputTextTokenCount": number(i64);
    }
}

impl TitanTextRequest {
    /// A request with this prompt and the model's defaults.
    pub fn new(input_text: impl Into<String>) -> Self {
        Self { input_text: Some(input_text.into()), ..Self::default() }
    }
}
