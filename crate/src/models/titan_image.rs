//! Amazon Titan Image Generator, v1 and v2: the whole request; its tasks are `image_tasks`. Bodies only.
//! Source: AWS's Bedrock user guide, page model-parameters-titan-image.

pub use super::image_tasks::*;

structure! {
    /// What Titan Image Generator takes: a task, that task's parameters, and what all tasks share.
    TitanImageRequest => TitanImageRequestBuilder {
        task_type = "taskType": one(TitanImageTask), required;
        text_to_image_params = "textToImageParams": one(TextToImageParams);
        in_painting_params = "inPaintingParams": one(InPaintingParams);
        out_painting_params = "outPaintingParams": one(OutPaintingParams);
        image_variation_params = "imageVariationParams": one(ImageVariationParams);
        /// v2 only.
        color_guided_generation_params = "colorGuidedGenerationParams": one(ColorGuidedGenerationParams);
        /// v2 only.
        background_removal_params = "backgroundRemovalParams": one(BackgroundRemovalParams);
        image_generation_config = "imageGenerationConfig": one(ImageGenerationConfig);
    }
}

open_enum! {
    /// A task of Titan Image Generator.
    TitanImageTask {
        TextImage = "TEXT_IMAGE", Inpainting = "INPAINTING", Outpainting = "OUTPAINTING",
        ImageVariation = "IMAGE_VARIATION", ColorGuidedGeneration = "COLOR_GUIDED_GENERATION",
        BackgroundRemoval = "BACKGROUND_REMOVAL",
    }
}

/// What Titan Image Generator answers.
pub type TitanImageAnswer = ImageTaskAnswer;

impl TitanImageRequest {
    /// An image from a text, with the model's defaults.
    pub fn text_to_image(text: impl Into<String>) -> Self {
        Self {
            task_type: Some(TitanImageTask::TextImage),
            text_to_image_params: Some(TextToImageParams { text: Some(text.into()), ..Default::default() }),
            ..Self::default()
        }
    }
}
