//! Amazon Nova Canvas: the whole request and the task of its own; the others are `image_tasks`. Bodies only.
//! Source: AWS's Nova user guide, page image-gen-req-resp-structure.

pub use super::image_tasks::*;
use crate::types::Blob;

structure! {
    /// What Nova Canvas takes: a task, that task's parameters, and what all tasks share.
    NovaCanvasRequest => NovaCanvasRequestBuilder {
        task_type = "taskType": one(NovaCanvasTask), required;
        text_to_image_params = "textToImageParams": one(TextToImageParams);
        in_painting_params = "inPaintingParams": one(InPaintingParams);
        out_painting_params = "outPaintingParams": one(OutPaintingParams);
        image_variation_params = "imageVariationParams": one(ImageVariationParams);
        color_guided_generation_params = "colorGuidedGenerationParams": one(ColorGuidedGenerationParams);
        background_removal_params = "backgroundRemovalParams": one(BackgroundRemovalParams);
        virtual_try_on_params = "virtualTryOnParams": one(VirtualTryOnParams);
        image_generation_config = "imageGenerationConfig": one(ImageGenerationConfig);
    }
}

open_enum! {
    /// A task of Nova Canvas.
    NovaCanvasTask {
        TextImage = "TEXT_IMAGE", Inpainting = "INPAINTING", Outpainting = "OUTPAINTING",
        ImageVariation = "IMAGE_VARIATION", ColorGuidedGeneration = "COLOR_GUIDED_GENERATION",
        BackgroundRemoval = "BACKGROUND_REMOVAL", VirtualTryOn = "VIRTUAL_TRY_ON",
    }
}

structure! {
    /// Puts the object of one image onto another.
    VirtualTryOnParams => VirtualTryOnParamsBuilder {
        source_image = "sourceImage": one(Blob), required;
        reference_image = "referenceImage": one(Blob), required;
        /// Which of the three masks is meant.
        mask_type = "maskType": one(TryOnMaskType), required;
        image_based_mask = "imageBasedMask": one(TryOnImageMask);
        garment_based_mask = "garmentBasedMask": one(TryOnGarmentMask);
        prompt_based_mask = "promptBasedMask": one(TryOnPromptMask);
        mask_exclusions = "maskExclusions": one(TryOnMaskExclusions);
        /// `BALANCED`, `SEAMLESS` or `DETAILED`.
        merge_style = "mergeStyle": text();
        return_mask = "returnMask": number(bool);
    }
}

open_enum! {
    /// How the mask is given.
    TryOnMaskType {
        Image = "IMAGE", Garment = "GARMENT", Prompt = "PROMPT",
    }
}

structure! {
    /// A mask given as an image.
    TryOnImageMask => TryOnImageMaskBuilder {
        mask_image = "maskImage": one(Blob), required;
    }
}

structure! {
    /// A mask given as a kind of garment.
    TryOnGarmentMask => TryOnGarmentMaskBuilder {
        /// `CONTOUR`, `BOUNDING_BOX` or `DEFAULT`.
        mask_shape = "maskShape": text();
        /// Such as `UPPER_BODY`, `SHOES`.
        garment_class = "garmentClass": text(), required;
        garment_styling = "garmentStyling": one(TryOnGarmentStyling);
    }
}

structure! {
    /// How the garment is worn.
    TryOnGarmentStyling => TryOnGarmentStylingBuilder {
        /// `SLEEVE_DOWN` or `SLEEVE_UP`.
        long_sleeve_style = "longSleeveStyle": text();
        /// `UNTUCKED` or `TUCKED`.
        tucking_style = "tuckingStyle": text();
        /// `CLOSED` or `OPEN`.
        outer_layer_style = "outerLayerStyle": text();
    }
}

structure! {
    /// A mask given in words.
    TryOnPromptMask => TryOnPromptMaskBuilder {
        /// `CONTOUR`, `BOUNDING_BOX` or `DEFAULT`.
        mask_shape = "maskShape": text();
        mask_prompt = "maskPrompt": text(), required;
    }
}

structure! {
    /// What the mask leaves alone, each `ON`, `OFF` or `DEFAULT`.
    TryOnMaskExclusions => TryOnMaskExclusionsBuilder {
        preserve_body_pose = "preserveBodyPose": text();
        preserve_hands = "preserveHands": text();
        preserve_face = "preserveFace": text();
    }
}

/// What Nova Canvas answers.
pub type NovaCanvasAnswer = ImageTaskAnswer;
