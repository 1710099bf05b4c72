//! The tasks that Amazon's image models share: Titan Image Generator takes them all, Nova Canvas has more of its own.
//! Bodies only; it checks no range. Sources: AWS's Bedrock user guide, page model-parameters-titan-image ("Titan"),
//! and AWS's Nova user guide, page image-gen-req-resp-structure ("Nova").

use crate::types::Blob;

structure! {
    /// Makes an image from a text.
    TextToImageParams => TextToImageParamsBuilder {
        /// At most 512 characters (Titan), 1 to 1,024 (Nova).
        text = "text": text(), required;
        /// What not to show, without negating words. At most 512 characters (Titan), 1 to 1,024 (Nova).
        negative_text = "negativeText": text();
        /// An image whose layout is followed. Titan v2 and Nova.
        condition_image = "conditionImage": one(Blob);
        /// How it is followed; only with a `conditionImage`. Default `CANNY_EDGE`.
        control_mode = "controlMode": one(ImageControlMode);
        /// How much it is followed, 0 to 1; only with a `conditionImage`. Default 0.7.
        control_strength = "controlStrength": number(f64);
        /// Nova only: a visual style such as `PHOTOREALISM`.
        style = "style": one(ImageStyle);
    }
}

open_enum! {
    /// How an image's layout is followed.
    ImageControlMode {
        CannyEdge = "CANNY_EDGE", Segmentation = "SEGMENTATION",
    }
}

open_enum! {
    /// A visual style (Nova).
    ImageStyle {
        AnimatedFamilyFilm3d = "3D_ANIMATED_FAMILY_FILM", DesignSketch = "DESIGN_SKETCH",
        FlatVectorIllustration = "FLAT_VECTOR_ILLUSTRATION", GraphicNovelIllustration = "GRAPHIC_NOVEL_ILLUSTRATION",
        Maximalism = "MAXIMALISM", MidcenturyRetro = "MIDCENTURY_RETRO", Photorealism = "PHOTOREALISM",
        SoftDigitalPainting = "SOFT_DIGITAL_PAINTING",
    }
}

structure! {
    /// Changes what is inside a mask. One of `maskPrompt` and `maskImage`.
    InPaintingParams => InPaintingParamsBuilder {
        image = "image": one(Blob), required;
        /// What to show inside the mask; without it the mask is filled with background.
        text = "text": text();
        negative_text = "negativeText": text();
        /// Words for what the mask covers.
        mask_prompt = "maskPrompt": text();
        /// As large as the image; black is inside.
        mask_image = "maskImage": one(Blob);
        /// Titan only; default false.
        return_mask = "returnMask": number(bool);
    }
}

structure! {
    /// Changes what is outside a mask. One of `maskPrompt` and `maskImage`.
    OutPaintingParams => OutPaintingParamsBuilder {
        image = "image": one(Blob), required;
        /// What to show outside the mask.
        text = "text": text(), required;
        negative_text = "negativeText": text();
        mask_prompt = "maskPrompt": text();
        mask_image = "maskImage": one(Blob);
        out_painting_mode = "outPaintingMode": one(OutPaintingMode);
        /// Titan only; default false.
        return_mask = "returnMask": number(bool);
    }
}

open_enum! {
    /// Whether the edge of a mask may be touched.
    OutPaintingMode {
        Default = "DEFAULT", Precise = "PRECISE",
    }
}

structure! {
    /// Makes variations of images.
    ImageVariationParams => ImageVariationParamsBuilder {
        /// 1 to 5.
        images = "images": list(Blob, push_image), required;
        text = "text": text();
        negative_text = "negativeText": text();
        /// 0.2 to 1; default 0.7 (Titan).
        similarity_strength = "similarityStrength": number(f64);
    }
}

structure! {
    /// Makes an image in given colours. Titan v2 and Nova.
    ColorGuidedGenerationParams => ColorGuidedGenerationParamsBuilder {
        text = "text": text(), required;
        negative_text = "negativeText": text();
        /// 1 to 10, each such as `#00FF00`.
        colors = "colors": list(String, push_color), required;
        reference_image = "referenceImage": one(Blob);
    }
}

structure! {
    /// Takes the background away. Titan v2 and Nova.
    BackgroundRemovalParams => BackgroundRemovalParamsBuilder {
        image = "image": one(Blob), required;
    }
}

structure! {
    /// What every task but the removal of backgrounds shares.
    ImageGenerationConfig => ImageGenerationConfigBuilder {
        /// Default `standard`; the price depends on it.
        quality = "quality": one(ImageQuality);
        /// 1 to 5, default 1.
        number_of_images = "numberOfImages": number(i32);
        /// Pixels; default 1,408 (Titan), 1,024 (Nova). Only the sizes that the guides list.
        height = "height": number(i32);
        /// Pixels; default 1,408 (Titan), 1,024 (Nova).
        width = "width": number(i32);
        /// 1.1 to 10; default 8 (Titan), 6.5 (Nova).
        cfg_scale = "cfgScale": number(f64);
        /// 0 to 2,147,483,646; default 42 (Titan).
        seed = "seed": number(i64);
    }
}

open_enum! {
    /// The quality of an image.
    ImageQuality {
        Standard = "standard", Premium = "premium",
    }
}

structure! {
    /// What an image model answers.
    ImageTaskAnswer => ImageTaskAnswerBuilder {
        images = "images": list(Blob, push_image);
        /// The mask that was used, when it was asked for.
        mask_image = "maskImage": one(Blob);
        /// Why there are no images, or fewer: a content policy.
        error = "error": text();
    }
}
