// Amazon Titan Image Generator G1, v1 and v2. Types only.
// Source: AWS's user guide (Amazon Titan Image Generator G1), as no recording is at hand.
import type { Base64, Open } from "./common.js";

/** What Titan Image Generator takes: a task, and the member that belongs to it. */
export type TitanImageBody = {
  imageGenerationConfig?: TitanImageConfig | undefined;
} & (
  | { taskType: "TEXT_IMAGE"; textToImageParams: TitanTextToImage }
  | { taskType: "INPAINTING"; inPaintingParams: TitanInpainting }
  | { taskType: "OUTPAINTING"; outPaintingParams: TitanOutpainting }
  | { taskType: "IMAGE_VARIATION"; imageVariationParams: TitanImageVariation }
  | { taskType: "COLOR_GUIDED_GENERATION"; colorGuidedGenerationParams: TitanColorGuided }
  | { taskType: "BACKGROUND_REMOVAL"; backgroundRemovalParams: { image: Base64 } }
);

/** How many images, how large, how close to the prompt. */
export interface TitanImageConfig {
  /** 1 to 5, 1 when not given. */
  numberOfImages?: number | undefined;
  /** `standard` when not given. */
  quality?: Open<"standard" | "premium"> | undefined;
  /** How closely the prompt is followed: 1.1 to 10, 8 when not given. */
  cfgScale?: number | undefined;
  /** Pixels. */
  height?: number | undefined;
  /** Pixels. */
  width?: number | undefined;
  /** 0 to 2147483646, 42 when not given. The same seed and parameters give the same image. */
  seed?: number | undefined;
}

/** An image from text; v2 also from the layout of another image. */
export interface TitanTextToImage {
  /** At most 512 characters. */
  text: string;
  /** What not to show; at most 512 characters. */
  negativeText?: string | undefined;
  /** Only v2. */
  conditionImage?: Base64 | undefined;
  /** Only v2, with `conditionImage`; `CANNY_EDGE` when not given. */
  controlMode?: Open<"CANNY_EDGE" | "SEGMENTATION"> | undefined;
  /** Only v2, with `conditionImage`: 0 to 1, 0.7 when not given. */
  controlStrength?: number | undefined;
}

/** Changes what is inside the mask. */
export interface TitanInpainting {
  image: Base64;
  text?: string | undefined;
  negativeText?: string | undefined;
  /** The mask in words; or `maskImage`. */
  maskPrompt?: string | undefined;
  /** Black is inside the mask, white outside; or `maskPrompt`. */
  maskImage?: Base64 | undefined;
  /** Only where images are returned with their mask. */
  returnMask?: boolean | undefined;
}

/** Changes what is outside the mask. */
export interface TitanOutpainting extends TitanInpainting {
  text: string;
  /** `DEFAULT` (when not given) lets the mask's inside change a little, `PRECISE` does not. */
  outPaintingMode?: Open<"DEFAULT" | "PRECISE"> | undefined;
}

/** Images like these. */
export interface TitanImageVariation {
  /** 1 to 5 images. */
  images: Base64[];
  text?: string | undefined;
  negativeText?: string | undefined;
  /** 0.2 to 1, 0.7 when not given. */
  similarityStrength?: number | undefined;
}

/** An image in these colours; only v2. */
export interface TitanColorGuided {
  text: string;
  negativeText?: string | undefined;
  referenceImage?: Base64 | undefined;
  /** 1 to 10 colours, each `#` and six hexadecimal digits. */
  colors: string[];
}

/** What Titan Image Generator answers. */
export interface TitanImageAnswer {
  /** Base64. */
  images: string[];
  /** What went wrong, if something did. */
  error?: string | null;
}
