//! Stability AI after SDXL: Stable Diffusion 3 and 3.5, Stable Image Core and Ultra. Bodies only; it checks no range.
//! Source: AWS's Bedrock user guide, pages model-parameters-diffusion-3-text-image and
//! model-parameters-diffusion-stable-ultra-text-image-request-response.

use crate::types::Blob;

structure! {
    /// What these models take.
    StableImageRequest => StableImageRequestBuilder {
        /// At most 10,000 characters.
        prompt = "prompt": text(), required;
        /// `text-to-image` (the default) or `image-to-image`.
        mode = "mode": text();
        /// `16:9`, `1:1` (the default), `21:9`, `2:3`, `3:2`, `4:5`, `5:4`, `9:16` or `9:21`.
        aspect_ratio = "aspect_ratio": text();
        /// JPEG or PNG.
        output_format = "output_format": text();
        /// 0 to 4,294,967,295; 0 is random.
        seed = "seed": number(i64);
        /// At most 10,000 characters.
        negative_prompt = "negative_prompt": text();
        /// The image to begin with.
        image = "image": one(Blob);
        /// How far to go from it, 0 to 1; default 0.35 (Ultra).
        strength = "strength": number(f64);
    }
}

structure! {
    /// What these models answer.
    StableImageAnswer => StableImageAnswerBuilder {
        seeds = "seeds": list(i64, push_seed);
        /// None for an image that is there, else why it is not, such as `Filter reason: prompt`.
        finish_reasons = "finish_reasons": list(Option<String>, push_finish_reason);
        images = "images": list(Blob, push_image);
    }
}

impl StableImageRequest {
    /// An image from a text, with the model's defaults.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: Some(prompt.into()), ..Self::default() }
    }
}
