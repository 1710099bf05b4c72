//! Amazon Titan Embeddings, v1 and v2, and Titan Multimodal Embeddings. Bodies only; it checks no range.
//! Source: AWS's Bedrock user guide, pages model-parameters-titan-embed-text and model-parameters-titan-embed-mm.

use crate::types::Blob;

structure! {
    /// What Titan Embeddings takes; v1 takes the text only.
    TitanEmbeddingsRequest => TitanEmbeddingsRequestBuilder {
        input_text = "inputText": text(), required;
        /// v2 only: 256, 512 or 1,024; default 1,024.
        dimensions = "dimensions": number(i32);
        /// v2 only; default true.
        normalize = "normalize": number(bool);
        /// v2 only: `float`, `binary` or both; default `float`.
        embedding_types = "embeddingTypes": list(TitanEmbeddingType, push_embedding_type);
    }
}

open_enum! {
    /// A form of an embedding.
    TitanEmbeddingType {
        Float = "float", Binary = "binary",
    }
}

structure! {
    /// What Titan Embeddings answers.
    TitanEmbeddingsAnswer => TitanEmbeddingsAnswerBuilder {
        /// Absent when only `binary` was asked for.
        embedding = "embedding": list(f64, push_value);
        input_text_token_count = "inputTextTokenCount": number(i64);
        /// v2 only.
        embeddings_by_type = "embeddingsByType": one(TitanEmbeddingsByType);
    }
}

structure! {
    /// An embedding in each form that was asked for.
    TitanEmbeddingsByType => TitanEmbeddingsByTypeBuilder {
        float = "float": list(f64, push_float);
        binary = "binary": list(i32, push_binary);
    }
}

structure! {
    /// What Titan Multimodal Embeddings takes: a text of at most 128 tokens (the model's price list of 2024-06-21),
    /// an image, or both for the average of the two vectors.
    TitanMultimodalRequest => TitanMultimodalRequestBuilder {
        input_text = "inputText": text();
        input_image = "inputImage": one(Blob);
        embedding_config = "embeddingConfig": one(TitanMultimodalConfig);
    }
}

structure! {
    /// The length of the vector.
    TitanMultimodalConfig => TitanMultimodalConfigBuilder {
        /// 256, 384 or 1,024; default 1,024.
        output_embedding_length = "outputEmbeddingLength": number(i32);
    }
}

structure! {
    /// What Titan Multimodal Embeddings answers.
    TitanMultimodalAnswer => TitanMultimodalAnswerBuilder {
        embedding = "embedding": list(f64, push_value);
        input_text_token_count = "inputTextTokenCount": number(i64);
        /// What went wrong, if something did.
        message = "message": text();
    }
}

impl TitanEmbeddingsRequest {
    /// A request for this text's embedding.
    pub fn new(input_text: impl Into<String>) -> Self {
        Self { input_text: Some(input_text.into()), ..Self::default() }
    }
}
