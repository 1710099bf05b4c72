// Amazon Nova Canvas: images. Types only.
// Source: AWS's Nova user guide (Request and response structure for image generation), as no recording is at hand.
import type { Base64, Open } from "./common.js";
import type { TitanColorGuided, TitanImageConfig, TitanInpainting, TitanOutpainting } from "./titan-image.js";

/** What Nova Canvas takes: a task, and the member that belongs to it. */
export type NovaCanvasBody = {
  /** `cfgScale` is 6.5, width and height are 1024 when not given. */
  imageGenerationConfig?: TitanImageConfig | undefined;
} & (
  | { taskType: "TEXT_IMAGE"; textToImageParams: NovaTextToImage }
  | { taskType: "INPAINTING"; inPaintingParams: TitanInpainting }
  | { taskType: "OUTPAINTING"; outPaintingParams: TitanOutpainting }
  | { taskType: "IMAGE_VARIATION"; imageVariationParams: NovaImageVariation }
  | { taskType: "COLOR_GUIDED_GENERATION"; colorGuidedGenerationParams: TitanColorGuided }
  | { taskType: "BACKGROUND_REMOVAL"; backgroundRemovalParams: { image: Base64 } }
  | { taskType: "VIRTUAL_TRY_ON"; virtualTryOnParams: NovaVirtualTryOn }
);

/** An image from text, also from the layout of another image. */
export interface NovaTextToImage {
  /** 1 to 1024 characters. */
  text: string;
  /** What not to show; 1 to 1024 characters. */
  negativeText?: string | undefined;
  style?:
    | Open<
        | "3D_ANIMATED_FAMILY_FILM"
        | "DESIGN_SKETCH"
        | "FLAT_VECTOR_ILLUSTRATION"
        | "GRAPHIC_NOVEL_ILLUSTRATION"
        | "MAXIMALISM"
        | "MIDCENTURY_RETRO"
        | "PHOTOREALISM"
        | "SOFT_DIGITAL_PAINTING"
      >
    | undefined;
  conditionImage?: Base64 | undefined;
  /** `CANNY_EDGE` when not given. */
  controlMode?: Open<"CANNY_EDGE" | "SEGMENTATION"> | undefined;
  controlStrength?: number | undefined;
}

/** Images like these. */
export interface NovaImageVariation {
  images: Base64[];
  text: string;
  negativeText?: string | undefined;
  similarityStrength?: number | undefined;
}

/** Puts the object of one image onto another. */
export interface NovaVirtualTryOn {
  sourceImage: Base64;
  referenceImage: Base64;
  /** Which of the masks below is meant. */
  maskType: Open<"IMAGE" | "GARMENT" | "PROMPT">;
  imageBasedMask?: { maskImage: Base64 } | undefined;
  garmentBasedMask?:
    | {
        maskShape?: Open<"CONTOUR" | "BOUNDING_BOX" | "DEFAULT"> | undefined;
        garmentClass: string;
        garmentStyling?:
          | {
              longSleeveStyle?: Open<"SLEEVE_DOWN" | "SLEEVE_UP"> | undefined;
              tuckingStyle?: Open<"UNTUCKED" | "TUCKED"> | undefined;
              outerLayerStyle?: Open<"CLOSED" | "OPEN"> | undefined;
            }
          | undefined;
      }
    | undefined;
  promptBasedMask?:
    | { maskShape?: Open<"CONTOUR" | "BOUNDING_BOX" | "DEFAULT"> | undefined; maskPrompt: string }
    | undefined;
  /** Each `ON`, `OFF` or `DEFAULT`. */
  maskExclusions?:
    | {
        preserveBodyPose?: string | undefined;
        preserveHands?: string | undefined;
        preserveFace?: string | undefined;
      }
    | undefined;
  mergeStyle?: Open<"BALANCED" | "SEAMLESS" | "DETAILED"> | undefined;
  returnMask?: boolean | undefined;
}

/** What Nova Canvas answers. */
export interface NovaCanvasAnswer {
  /** Base64. */
  images?: string[];
  /** With `returnMask`; base64. */
  maskImage?: string;
  /** What went wrong, if something did. */
  error?: string | null;
}
