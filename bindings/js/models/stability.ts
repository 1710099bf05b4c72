// Stability AI: Stable Diffusion XL, and its successors SD3, SD3.5, Stable Image Core and Ultra. Types only.
// Sources: AWS's user guide (Stability.ai Diffusion 1.0; Stable Diffusion 3; Stable Image Core; Stable Image Ultra), as
// no recording is at hand.
import type { DocumentType } from "../types/base.js";
import type { Base64, NoChunk, Open } from "./common.js";

/** What Stable Diffusion XL takes; with `init_image` or a mask it changes that image. */
export interface StableDiffusionXlBody {
  text_prompts: {
    /** At most 2000 characters. */
    text: string;
    /** 1 when not given; below 0 for what not to show. */
    weight?: number | undefined;
  }[];
  /** Pixels, by 64. */
  height?: number | undefined;
  /** Pixels, by 64. */
  width?: number | undefined;
  /** How closely the prompt is followed: 0 to 35, 7 when not given (v0: 0 to 30, 10). */
  cfg_scale?: number | undefined;
  clip_guidance_preset?:
    | Open<"FAST_BLUE" | "FAST_GREEN" | "NONE" | "SIMPLE" | "SLOW" | "SLOWER" | "SLOWEST">
    | undefined;
  sampler?: string | undefined;
  /** How many images: AWS's guide allows 1. */
  samples?: number | undefined;
  /** 0 (when not given, a random one) to 4294967295. */
  seed?: number | undefined;
  /** 10 to 150, 30 when not given; from 51 on it is priced as premium. */
  steps?: number | undefined;
  style_preset?: string | undefined;
  /** Experiments of Stability's. */
  extras?: DocumentType | undefined;
  init_image?: Base64 | undefined;
  init_image_mode?: Open<"IMAGE_STRENGTH" | "STEP_SCHEDULE"> | undefined;
  /** How much of `init_image` stays: 0 to 1. */
  image_strength?: number | undefined;
  mask_source?: Open<"MASK_IMAGE_WHITE" | "MASK_IMAGE_BLACK" | "INIT_IMAGE_ALPHA"> | undefined;
  mask_image?: Base64 | undefined;
}

/** What Stable Diffusion XL answers. */
export interface StableDiffusionXlAnswer {
  result: Open<"success">;
  artifacts: {
    seed: number;
    base64: string;
    finishReason: Open<"SUCCESS" | "ERROR" | "CONTENT_FILTERED">;
  }[];
}

/** What SD3 and later, Core and Ultra take. */
export interface StableImageBody {
  /** At most 10,000 characters. */
  prompt: string;
  /** What not to show; at most 10,000 characters. */
  negative_prompt?: string | undefined;
  /** `1:1` when not given; not with an image. */
  aspect_ratio?: Open<"16:9" | "1:1" | "21:9" | "2:3" | "3:2" | "4:5" | "5:4" | "9:16" | "9:21"> | undefined;
  /** `text-to-image` when not given. */
  mode?: Open<"text-to-image" | "image-to-image"> | undefined;
  /** With `image-to-image`. */
  image?: Base64 | undefined;
  /** With `image-to-image`: 0 (the image stays) to 1; Ultra: 0.35 when not given. */
  strength?: number | undefined;
  /** 0 (when not given, a random one) to 4294967295. */
  seed?: number | undefined;
  /** `png` when not given. */
  output_format?: Open<"png" | "jpeg" | "webp"> | undefined;
}

/** What they answer: when a filter stopped the request, only `finish_reasons`. */
export interface StableImageAnswer {
  seeds?: number[];
  /** Null for an image that was made. */
  finish_reasons: (Open<
    "Filter reason: prompt" | "Filter reason: output image" | "Filter reason: input image" | "Inference error"
  > | null)[];
  /** Base64. */
  images?: string[];
}

/** They do not stream. */
export type StabilityChunk = NoChunk;
