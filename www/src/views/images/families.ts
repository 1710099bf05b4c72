// The bodies of the models that make images: what each family takes, and the pictures in its answer. It asks nothing,
// and knows text to image only.

import type {
  NovaCanvasAnswer,
  NovaCanvasBody,
  StableDiffusionXlAnswer,
  StableDiffusionXlBody,
  StableImageAnswer,
  StableImageBody,
  TitanImageAnswer,
  TitanImageBody,
} from "outcrop/models";
import { FormError } from "../../app/errors.js";

export type Family = "titan-image" | "nova-canvas" | "stable-diffusion" | "stable-image";

/** What is wanted; what is undefined is not sent. */
export interface Wish {
  text: string;
  negative: string;
  count: number;
  /** `512x512`, or `16:9` for Stable Image. */
  size: string | undefined;
  quality: string | undefined;
  seed: number | undefined;
  /** The other numbers, by their last name in the body. */
  numbers: Record<string, number>;
}

/** A picture as it came. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>;
  seed: number | undefined;
  /** Why the service kept it back or made it unclear, if it did. */
  filtered: string | undefined;
}

/** Which family an id is of, whatever profile's prefix it has. */
export function familyOf(id: string): Family {
  if (/titan-image/.test(id)) return "titan-image";
  if (/nova-canvas/.test(id)) return "nova-canvas";
  if (/stable-diffusion-xl/.test(id)) return "stable-diffusion";
  if (/stability\./.test(id)) return "stable-image";
  throw new FormError(
    "The id names no Titan Image, Nova Canvas or Stability model, whose bodies this page knows.",
    "images-model",
  );
}

/** Sizes that AWS's user guide lists for each family; Stable Image takes ratios. */
export const sizes: Record<Family, readonly string[]> = {
  "titan-image": [
    "512x512",
    "768x768",
    "1024x1024",
    "768x1152",
    "1152x768",
    "768x1280",
    "1280x768",
    "896x1152",
    "1152x896",
    "768x1408",
    "1408x768",
  ],
  "nova-canvas": ["512x512", "1024x1024", "2048x2048", "720x1280", "1280x720", "1024x1536", "1536x1024"],
  "stable-diffusion": ["1024x1024", "1152x896", "896x1152", "1216x832", "832x1216", "1344x768", "768x1344"],
  "stable-image": ["1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"],
};

/** The size without one: what the model makes then, as far as the package knows. */
export const usualSize: Record<Family, string | undefined> = {
  "titan-image": undefined,
  "nova-canvas": "1024x1024",
  "stable-diffusion": undefined,
  "stable-image": undefined,
};

/** Images that one request makes at most; more are asked for one after the other. */
export const mostAtOnce = (family: Family): number => (family.startsWith("stable") ? 1 : 5);

const pixels = (size: string | undefined): { width: number; height: number } | undefined => {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? "") ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : undefined;
};

/** The body of one request. */
export function bodyOf(
  family: Family,
  wish: Wish,
): TitanImageBody | NovaCanvasBody | StableDiffusionXlBody | StableImageBody {
  const { text, negative, count, size, quality, seed, numbers } = wish;
  switch (family) {
    case "titan-image":
    case "nova-canvas": {
      const body: TitanImageBody & NovaCanvasBody = {
        taskType: "TEXT_IMAGE",
        textToImageParams: { text, ...(negative && { negativeText: negative }) },
        imageGenerationConfig: {
          numberOfImages: count,
          ...pixels(size),
          ...(quality && { quality }),
          ...(seed !== undefined && { seed }),
          ...numbers,
        },
      };
      return body;
    }
    case "stable-diffusion": {
      const body: StableDiffusionXlBody = {
        // A weight below 0 is what is not to be shown.
        text_prompts: [{ text }, ...(negative ? [{ text: negative, weight: -1 }] : [])],
        ...pixels(size),
        ...(seed !== undefined && { seed }),
        ...numbers,
      };
      return body;
    }
    default: {
      const body: StableImageBody = {
        prompt: text,
        ...(negative && { negative_prompt: negative }),
        ...(size && { aspect_ratio: size }),
        ...(seed !== undefined && { seed }),
        output_format: "png",
      };
      return body;
    }
  }
}

const decoded = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * The pictures of an answer.
 *
 * @throws Error with the service's own words when it made none and says why
 */
export function picturesOf(family: Family, answer: unknown, seed: number | undefined): Picture[] {
  switch (family) {
    case "stable-diffusion":
      return (answer as StableDiffusionXlAnswer).artifacts.map((artifact) => ({
        bytes: decoded(artifact.base64),
        seed: artifact.seed,
        filtered: artifact.finishReason === "SUCCESS" ? undefined : artifact.finishReason,
      }));
    case "stable-image": {
      const { images = [], seeds = [], finish_reasons: reasons } = answer as StableImageAnswer;
      const reason = reasons.find((one) => one !== null);
      if (images.length === 0) throw new Error(reason ?? "The answer has no image.");
      return images.map((image, index) => ({
        bytes: decoded(image),
        seed: seeds[index],
        filtered: reasons[index] ?? undefined,
      }));
    }
    default: {
      const { images = [], error } = answer as TitanImageAnswer & NovaCanvasAnswer;
      if (images.length === 0) throw new Error(error ?? "The answer has no image.");
      // The answer tells no seed; only the first picture's is the one that was asked for.
      return images.map((image, index) => ({
        bytes: decoded(image),
        seed: index === 0 ? seed : undefined,
        filtered: error ?? undefined,
      }));
    }
  }
}
