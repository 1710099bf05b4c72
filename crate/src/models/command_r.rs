//! Cohere Command R and R+: chat with documents, tools and citations. Bodies only; it checks no range.
//! Source: AWS's Bedrock user guide, page model-parameters-cohere-command-r-plus, and recordings.

use serde_json::Value;

structure! {
    /// What Command R takes.
    CommandRRequest => CommandRRequestBuilder {
        message = "message": text(), required;
        chat_history = "chat_history": list(CommandRTurn, push_turn);
        /// Texts that can be cited, each an object of texts such as `{"title": …, "snippet": …}`.
        documents = "documents": list(Value, push_document);
        /// Default false; true answers search queries and no text.
        search_queries_only = "search_queries_only": number(bool);
        preamble = "preamble": text();
        max_tokens = "max_tokens": number(i32);
        /// 0 to 1, default 0.3.
        temperature = "temperature": number(f64);
        /// 0.01 to 0.99, default 0.75.
        p = "p": number(f64);
        /// 0 to 500, default 0.
        k = "k": number(f64);
        /// `OFF` (the default) or `AUTO_PRESERVE_ORDER`.
        prompt_truncation = "prompt_truncation": text();
        /// 0 to 1, default 0.
        frequency_penalty = "frequency_penalty": number(f64);
        /// 0 to 1, default 0.
        presence_penalty = "presence_penalty": number(f64);
        seed = "seed": number(i64);
        /// Default false.
        return_prompt = "return_prompt": number(bool);
        tools = "tools": list(CommandRTool, push_tool);
        tool_results = "tool_results": list(CommandRToolResult, push_tool_result);
        stop_sequences = "stop_sequences": list(String, push_stop_sequence);
        raw_prompting = "raw_prompting": number(bool);
    }
}

structure! {
    /// A turn of the conversation so far.
    CommandRTurn => CommandRTurnBuilder {
        role = "role": one(CommandRRole), required;
        message = "message": text(), required;
    }
}

open_enum! {
    /// Who spoke.
    CommandRRole {
        User = "USER", Chatbot = "CHATBOT",
    }
}

structure! {
    /// A tool that the model may ask for.
    CommandRTool => CommandRToolBuilder {
        name = "name": text(), required;
        description = "description": text(), required;
        parameter_definitions = "parameter_definitions": map(CommandRParameter);
    }
}

structure! {
    /// A tool's parameter.
    CommandRParameter => CommandRParameterBuilder {
        description = "description": text();
        /// Such as `str`.
        r#type = "type": text();
        required = "required": number(bool);
    }
}

structure! {
    /// What a tool answered.
    CommandRToolResult => CommandRToolResultBuilder {
        call = "call": one(CommandRToolCall), required;
        /// Objects; a single one stands in a list too.
        outputs = "outputs": list(Value, push_output), required;
    }
}

structure! {
    /// A call of a tool.
    CommandRToolCall => CommandRToolCallBuilder {
        name = "name": text(), required;
        /// The tool's input.
        parameters = "parameters": document();
    }
}

answer! {
    /// What Command R answers.
    CommandRAnswer => CommandRAnswerBuilder {
        response_id = "response_id": text();
        text = "text": text();
        generation_id = "generation_id": text();
        citations = "citations": list(CommandRCitation, push_citation);
        /// The prompt, when it was asked for.
        prompt = "prompt": text();
        finish_reason = "finish_reason": one(CommandRFinishReason);
        tool_calls = "tool_calls": list(CommandRToolCall, push_tool_call);
        chat_history = "chat_history": list(CommandRTurn, push_turn);
        /// The documents that were cited (Cohere's API reference).
        documents = "documents": list(Value, push_document);
        /// With `search_queries_only` (Cohere's API reference).
        search_queries = "search_queries": list(CommandRSearchQuery, push_search_query);
        /// Whether a search would help (Cohere's API reference).
        is_search_required = "is_search_required": number(bool);
        /// Only in streams, says the guide.
        meta = "meta": one(CommandRMeta);
    }
}

structure! {
    /// A query that would find documents.
    CommandRSearchQuery => CommandRSearchQueryBuilder {
        text = "text": text();
        generation_id = "generation_id": text();
    }
}

structure! {
    /// A piece of the text and what it rests on.
    CommandRCitation => CommandRCitationBuilder {
        /// In characters, from 0.
        start = "start": number(i64);
        end = "end": number(i64);
        text = "text": text();
        document_ids = "document_ids": list(String, push_document_id);
    }
}

open_enum! {
    /// Why the answer ended; upper case as recorded, the guide writes them in lower case.
    CommandRFinishReason {
        Complete = "COMPLETE", MaxTokens = "MAX_TOKENS", StopSequence = "STOP_SEQUENCE", ErrorToxic = "ERROR_TOXIC",
        ErrorLimit = "ERROR_LIMIT", Error = "ERROR", UserCancel = "USER_CANCEL",
    }
}

structure! {
    /// What the answer cost.
    CommandRMeta => CommandRMetaBuilder {
        api_version = "api_version": one(CommandRApiVersion);
        /// What is billed.
        billed_units = "billed_units": one(CommandRTokens);
        /// What the model saw and wrote.
        tokens = "tokens": one(CommandRTokens);
    }
}

structure! {
    /// The version of Cohere's API.
    CommandRApiVersion => CommandRApiVersionBuilder {
        version = "version": text();
    }
}

structure! {
    /// Numbers of tokens; Cohere's API has them as doubles, Bedrock's answers as whole numbers.
    CommandRTokens => CommandRTokensBuilder {
        input_tokens = "input_tokens": number(f64);
        output_tokens = "output_tokens": number(f64);
    }
}

chunk! {
    /// A chunk of Command R's answer.
    CommandRChunk => CommandRChunkBuilder {
        /// `text-generation`, `stream-end` and others.
        event_type = "event_type": text();
        is_finished = "is_finished": number(bool);
        text = "text": text();
        finish_reason = "finish_reason": one(CommandRFinishReason);
        /// With `stream-end`: the whole answer once more.
        response = "response": one(CommandRAnswer);
    }
}

impl CommandRRequest {
    /// A request with this message and the model's defaults.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::default() }
    }
}
