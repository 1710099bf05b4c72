//! Stability AI's Stable Diffusion XL, 0.8 and 1.0: from a text, from an image, and with a mask. Bodies only; it
//! checks no range. Source: AWS's Bedrock user guide, pages model-parameters-diffusion-0-8 ("0.8"),
//! model-parameters-diffusion-1-0-text-image, -image-image and -image-image-mask.

use crate::types::Blob;

structure! {
    /// What Stable Diffusion XL takes; 0.8 takes prompts, `cfg_scale`, `steps` and `seed` only.
    StableDiffusionRequest => StableDiffusionRequestBuilder {
        text_prompts = "text_prompts": list(StableDiffusionPrompt, push_text_prompt), required;
        /// Pixels: with `width` one of 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, 768x1344,
        /// 832x1216, 896x1152.
        height = "height": number(i32);
        /// Pixels.
        width = "width": number(i32);
        /// 0 to 35, default 7; 0.8: 0 to 30, default 10.
        cfg_scale = "cfg_scale": number(f64);
        clip_guidance_preset = "clip_guidance_preset": one(ClipGuidancePreset);
        /// Chosen by the model when absent.
        sampler = "sampler": one(StableDiffusionSampler);
        /// 1 is the only value.
        samples = "samples": number(i32);
        /// 0 is random.
        seed = "seed": number(i64);
        /// 10 to 150, default 30.
        steps = "steps": number(i32);
        /// Such as `photographic`, `pixel-art`, `line-art`; the list changes.
        style_preset = "style_preset": text();
        /// Experimental; free JSON.
        extras = "extras": document();
        /// The image to begin with.
        init_image = "init_image": one(Blob);
        /// `IMAGE_STRENGTH` (the default) or `STEP_SCHEDULE`.
        init_image_mode = "init_image_mode": text();
        /// 0 to 1: how much of the image to keep.
        image_strength = "image_strength": number(f64);
        mask_source = "mask_source": one(StableDiffusionMaskSource);
        /// As large as `init_image`.
        mask_image = "mask_image": one(Blob);
    }
}

structure! {
    /// A prompt and its weight.
    StableDiffusionPrompt => StableDiffusionPromptBuilder {
        /// At most 2,000 characters.
        text = "text": text(), required;
        /// Default 1; below 0 it says what not to show.
        weight = "weight": number(f64);
    }
}

open_enum! {
    /// How the prompt guides.
    ClipGuidancePreset {
        FastBlue = "FAST_BLUE", FastGreen = "FAST_GREEN", None = "NONE", Simple = "SIMPLE", Slow = "SLOW",
        Slower = "SLOWER", Slowest = "SLOWEST",
    }
}

open_enum! {
    /// A sampler of the diffusion.
    StableDiffusionSampler {
        Ddim = "DDIM", Ddpm = "DDPM", KDpmpp2m = "K_DPMPP_2M", KDpmpp2sAncestral = "K_DPMPP_2S_ANCESTRAL",
        KDpm2 = "K_DPM_2", KDpm2Ancestral = "K_DPM_2_ANCESTRAL", KEuler = "K_EULER",
        KEulerAncestral = "K_EULER_ANCESTRAL", KHeun = "K_HEUN", KLms = "K_LMS",
    }
}

open_enum! {
    /// What is replaced: white pixels of the mask, black ones, or what is transparent in the image itself.
    StableDiffusionMaskSource {
        MaskImageWhite = "MASK_IMAGE_WHITE", MaskImageBlack = "MASK_IMAGE_BLACK", InitImageAlpha = "INIT_IMAGE_ALPHA",
    }
}

structure! {
    /// What Stable Diffusion XL answers.
    StableDiffusionAnswer => StableDiffusionAnswerBuilder {
        /// `success`.
        result = "result": text();
        artifacts = "artifacts": list(StableDiffusionArtifact, push_artifact);
    }
}

structure! {
    /// An image.
    StableDiffusionArtifact => StableDiffusionArtifactBuilder {
        seed = "seed": number(i64);
        base64 = "base64": one(Blob);
        finish_reason = "finishReason": one(StableDiffusionFinishReason);
    }
}

open_enum! {
    /// How it went; a filtered image may be blurred.
    StableDiffusionFinishReason {
        Success = "SUCCESS", Error = "ERROR", ContentFiltered = "CONTENT_FILTERED",
    }
}

impl StableDiffusionRequest {
    /// An image from a text, with the model's defaults.
    pub fn new(text: impl Into<String>) -> Self {
        let prompt = StableDiffusionPrompt { text: Some(text.into()), ..Default::default() };
        Self { text_prompts: Some(vec![prompt]), ..Self::default() }
    }
}
