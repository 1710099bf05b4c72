//! Amazon Nova Multimodal Embeddings: InvokeModel's body and answer, and the `modelInput` of StartAsyncInvoke.
//! It checks no range. Source: AWS's Nova user guide, page embeddings-schema.

use crate::types::Blob;

structure! {
    /// What the model takes: one embedding at once, or, through StartAsyncInvoke, one for each segment.
    NovaEmbeddingsRequest => NovaEmbeddingsRequestBuilder {
        /// `nova-multimodal-embed-v1`, which is the default.
        schema_version = "schemaVersion": text();
        task_type = "taskType": one(NovaEmbeddingsTask), required;
        single_embedding_params = "singleEmbeddingParams": one(NovaEmbeddingParams);
        segmented_embedding_params = "segmentedEmbeddingParams": one(NovaEmbeddingParams);
    }
}

open_enum! {
    /// A task: the first for InvokeModel, the second for StartAsyncInvoke.
    NovaEmbeddingsTask {
        SingleEmbedding = "SINGLE_EMBEDDING", SegmentedEmbedding = "SEGMENTED_EMBEDDING",
    }
}

structure! {
    /// What to embed, one of the four, and for what.
    NovaEmbeddingParams => NovaEmbeddingParamsBuilder {
        embedding_purpose = "embeddingPurpose": one(NovaEmbeddingPurpose), required;
        /// 256, 384, 1,024 or 3,072; default 3,072.
        embedding_dimension = "embeddingDimension": number(i32);
        text = "text": one(NovaEmbeddingText);
        image = "image": one(NovaEmbeddingImage);
        audio = "audio": one(NovaEmbeddingAudio);
        video = "video": one(NovaEmbeddingVideo);
    }
}

open_enum! {
    /// What the embedding is for.
    NovaEmbeddingPurpose {
        GenericIndex = "GENERIC_INDEX", GenericRetrieval = "GENERIC_RETRIEVAL", TextRetrieval = "TEXT_RETRIEVAL",
        ImageRetrieval = "IMAGE_RETRIEVAL", VideoRetrieval = "VIDEO_RETRIEVAL",
        DocumentRetrieval = "DOCUMENT_RETRIEVAL", AudioRetrieval = "AUDIO_RETRIEVAL",
        Classification = "CLASSIFICATION", Clustering = "CLUSTERING",
    }
}

structure! {
    /// A text, or a file of text in S3.
    NovaEmbeddingText => NovaEmbeddingTextBuilder {
        /// `START`, `END` or `NONE`: what is cut from a text that is too long.
        truncation_mode = "truncationMode": text(), required;
        /// At most 8,192 characters.
        value = "value": text();
        source = "source": one(NovaEmbeddingSource);
        segmentation_config = "segmentationConfig": one(NovaSegmentation);
    }
}

structure! {
    /// An image.
    NovaEmbeddingImage => NovaEmbeddingImageBuilder {
        /// `STANDARD_IMAGE` (the default) or `DOCUMENT_IMAGE`.
        detail_level = "detailLevel": text();
        /// `png`, `jpeg`, `gif` or `webp`.
        format = "format": text(), required;
        source = "source": one(NovaEmbeddingSource), required;
    }
}

structure! {
    /// Sound of at most 30 seconds, unless segmented.
    NovaEmbeddingAudio => NovaEmbeddingAudioBuilder {
        /// `mp3`, `wav` or `ogg`.
        format = "format": text(), required;
        source = "source": one(NovaEmbeddingSource), required;
        segmentation_config = "segmentationConfig": one(NovaSegmentation);
    }
}

structure! {
    /// A video of at most 30 seconds, unless segmented.
    NovaEmbeddingVideo => NovaEmbeddingVideoBuilder {
        /// `mp4`, `mov`, `mkv`, `webm`, `flv`, `mpeg`, `mpg`, `wmv` or `3gp`.
        format = "format": text(), required;
        source = "source": one(NovaEmbeddingSource), required;
        /// `AUDIO_VIDEO_COMBINED` or `AUDIO_VIDEO_SEPARATE`, which answers two embeddings.
        embedding_mode = "embeddingMode": text(), required;
        segmentation_config = "segmentationConfig": one(NovaSegmentation);
    }
}

structure! {
    /// How long content is cut; StartAsyncInvoke only.
    NovaSegmentation => NovaSegmentationBuilder {
        /// For text.
        max_length_chars = "maxLengthChars": number(i32);
        /// For sound and video.
        duration_seconds = "durationSeconds": number(i32);
    }
}

union! {
    /// Where content comes from.
    NovaEmbeddingSource {
        Bytes as_bytes = "bytes": one(Blob), from;
        S3Location as_s3_location = "s3Location": one(crate::types::S3Location), from;
    }
}

structure! {
    /// What the model answers.
    NovaEmbeddingsAnswer => NovaEmbeddingsAnswerBuilder {
        /// One; two for a video whose sound is embedded separately.
        embeddings = "embeddings": list(NovaEmbedding, push_embedding);
    }
}

structure! {
    /// An embedding.
    NovaEmbedding => NovaEmbeddingBuilder {
        /// `TEXT`, `IMAGE`, `VIDEO`, `AUDIO` or `AUDIO_VIDEO_COMBINED`.
        embedding_type = "embeddingType": text();
        embedding = "embedding": list(f64, push_value);
        /// After which character a text was cut, if it was.
        truncated_char_length = "truncatedCharLength": number(i64);
    }
}
