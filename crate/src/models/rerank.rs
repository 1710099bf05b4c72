//! Cohere Rerank: bodies only. Source: recordings; ranges are not known here.

use serde_json::Value;

structure! {
    /// What Rerank takes.
    RerankRequest => RerankRequestBuilder {
        query = "query": text(), required;
        /// Texts.
        documents = "documents": list(Value, push_document), required;
        /// How many results.
        top_n = "top_n": number(i32);
        /// Tokens of each document that are read (Cohere's API reference).
        max_tokens_per_doc = "max_tokens_per_doc": number(i32);
        /// 2.
        api_version = "api_version": number(i32);
    }
}

structure! {
    /// What Rerank answers.
    RerankAnswer => RerankAnswerBuilder {
        /// Best first.
        results = "results": list(RerankResult, push_result);
    }
}

structure! {
    /// A document and how well it fits.
    RerankResult => RerankResultBuilder {
        /// The place of the document in the request, from 0.
        index = "index": number(i64);
        relevance_score = "relevance_score": number(f64);
    }
}

impl RerankRequest {
    /// A request that ranks these texts.
    pub fn new(query: impl Into<String>, documents: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            query: Some(query.into()),
            documents: Some(documents.into_iter().map(|text| Value::String(text.into())).collect()),
            api_version: Some(2),
            ..Self::default()
        }
    }
}
