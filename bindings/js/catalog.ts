// `outcrop/catalog`: what is known of each model, with where it was found and when, and what a call would cost. It asks
// no service, so it grows old; what is not known is absent and never guessed. A bundler leaves out what is not used: each
// provider's models are an export of their own, and `costOf` and `estimateTokens` need none of them.
import {
  ai21 as ai21Models,
  amazon as amazonModels,
  anthropic as anthropicModels,
  cohere as cohereModels,
  deepseek as deepseekModels,
  currency as fileCurrency,
  sources as fileSources,
  meta as metaModels,
  mistral as mistralModels,
  stability as stabilityModels,
} from "../../crate/src/catalog/models.json";
import { bareId } from "./models-id.js";
import { own } from "./own.js";

/** Where a fact is from. */
export interface Source {
  title: string;
  /** `2024-06-21`, or as much of a date as is known. */
  date: string;
}

/** Whose models are listed. */
export type ModelProvider = "ai21" | "amazon" | "anthropic" | "cohere" | "deepseek" | "meta" | "mistral" | "stability";

/** What is known of a model. A `source` is a key of `sources`. */
export interface Model {
  /** As Bedrock names it, without a profile's prefix. */
  id: string;
  /** Who made it. */
  provider: string;
  /** What people call it. */
  name?: string;
  /** The family of its bodies, such as `titan-text`. */
  family?: string;
  /** Where what stands here is from, unless `sourceOf` says otherwise. */
  source: string;
  /** What goes in: `TEXT`, `IMAGE`, `AUDIO`, `SPEECH`, `VIDEO`. */
  input?: string[];
  /** What comes out: those, and `EMBEDDING`. */
  output?: string[];
  /** Tokens that fit. */
  contextTokens?: number;
  /** Whether it streams. */
  streaming?: boolean;
  /** Whether Converse takes it. */
  converse?: boolean;
  languages?: string[];
  useCases?: string[];
  lifecycle?: {
    status: "ACTIVE" | "LEGACY" | (string & {});
    legacyFrom?: string;
    /** From when on requests fail. */
    endOfLife?: string;
    source: string;
  };
  note?: string;
  /** Ranges and defaults; sources that differ each have an entry, the newest first. */
  parameters?: ModelParameter[];
  prices?: ModelPrices;
  /** Members that are from another source, such as `streaming`. */
  sourceOf?: Record<string, string>;
}

/** The range and the default of one member of a body. */
export interface ModelParameter {
  /** The member's path in the body, such as `textGenerationConfig.topP`. */
  name: string;
  min?: number;
  max?: number;
  /** The only values. */
  values?: unknown[];
  /** The most items of a list. */
  maxItems?: number;
  default?: unknown;
  note?: string;
  source: string;
}

/** What a model costs, in `currency`; each list has the newest first. */
export interface ModelPrices {
  /** For 1,000 tokens. */
  onDemand?: { source: string; region: string; input?: number; output?: number }[];
  /** For one image made: of one `size` in pixels, of all up to a size, or of all above it. */
  images?: {
    source: string;
    region: string;
    size?: string;
    upTo?: string;
    above?: string;
    /** `standard` is at most 50 steps, `premium` 51 and more. */
    quality: string;
    price: number;
    /** Whether it is for a model of one's own. */
    custom?: boolean;
  }[];
  /** For one image looked at, beside its tokens. */
  inputImages?: { source: string; region: string; price: number }[];
  /** For a model unit of Provisioned Throughput and an hour. */
  provisioned?: {
    source: string;
    region: string;
    noCommitment?: number;
    oneMonth?: number;
    sixMonths?: number;
    custom?: boolean;
  }[];
  /** For training and keeping a model of one's own. */
  customization?: {
    source: string;
    region: string;
    trainPer1000Tokens?: number;
    trainPerImage?: number;
    storePerMonth?: number;
  }[];
}

/** The currency of all prices: `USD`. */
export const currency: string = fileCurrency;
/** The sources by their keys. */
export const sources: Readonly<Record<string, Source>> = fileSources;

/** What is known of AI21's models. */
export const ai21: readonly Model[] = ai21Models;
/** What is known of Amazon's models. */
export const amazon: readonly Model[] = amazonModels;
/** What is known of Anthropic's models. */
export const anthropic: readonly Model[] = anthropicModels;
/** What is known of Cohere's models. */
export const cohere: readonly Model[] = cohereModels;
/** What is known of DeepSeek's models. */
export const deepseek: readonly Model[] = deepseekModels;
/** What is known of Meta's models. */
export const meta: readonly Model[] = metaModels;
/** What is known of Mistral's models. */
export const mistral: readonly Model[] = mistralModels;
/** What is known of Stability's models. */
export const stability: readonly Model[] = stabilityModels;

/** Every model: a list for each provider, and all of them by iteration. */
export const models: Readonly<Record<ModelProvider, readonly Model[]>> & Iterable<Model> = {
  ai21,
  amazon,
  anthropic,
  cohere,
  deepseek,
  meta,
  mistral,
  stability,
  *[Symbol.iterator]() {
    for (const list of Object.values(this)) yield* list;
  },
};

/**
 * A model by its id, by the id of an inference profile such as `us.…`, or by an ARN that names a model. The version may
 * name a context size (`…-v1:0:8k`), and `:0` may be left out or be too much.
 */
export function model(id: string): Model | undefined {
  const all = [...models];
  const named = (name: string) => all.find((model) => model.id === name);
  const base = (bareId(id) ?? id.slice(id.lastIndexOf("/") + 1)).replace(/\/.*/, "");
  // Sizes of Provisioned Throughput: `:8k`, `:200k`, `:512`, `:mm`.
  const unsized = base.replace(/:(\d+k|\d{3,}|mm)$/, "");
  return named(id) ?? named(base) ?? named(unsized) ?? named(`${unsized}:0`) ?? named(unsized.replace(/:0$/, ""));
}

/** What is to be paid for: what `textOf` or Converse tells as usage, and images made. */
export interface Quantity {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  cacheReadInputTokens?: number | undefined;
  cacheWriteInputTokens?: number | undefined;
  images?:
    | {
        count: number;
        /** Width and height in pixels, such as `512x512`. */
        size?: string | undefined;
        /** `standard` when not given. */
        quality?: "standard" | "premium" | (string & {}) | undefined;
      }
    | undefined;
}

/** The caller's prices, in the catalog's currency; each takes the place of the catalog's. */
export interface Rates {
  /** For 1,000 tokens of input. */
  input?: number | undefined;
  /** For 1,000 tokens of output. */
  output?: number | undefined;
  /** For 1,000 tokens read from a cache. */
  cacheRead?: number | undefined;
  /** For 1,000 tokens written to a cache. */
  cacheWrite?: number | undefined;
  /** For one image made. */
  image?: number | undefined;
}

/** An estimate of a cost. */
export interface Estimate {
  amount: number;
  currency: string;
  /** The title of the catalog's source, if any price is the catalog's. */
  source?: string;
  /** That source's date. */
  date?: string;
}

/**
 * What a call costs by the newest prices of the catalog, or by the caller's where there are any. Undefined when a price
 * that is needed is not known: never a part. The catalog knows no prices of cached tokens.
 *
 * @throws RangeError for a quantity or a price that is no number, or below 0
 */
export function estimateCost(modelId: string, quantity: Quantity, rates: Rates = {}): Estimate | undefined {
  return costOf(model(modelId), quantity, rates);
}

/** As `estimateCost`, for a model at hand: `costOf(anthropic.find(…), usage)` takes that provider's data along only. */
export function costOf(model: Model | undefined, given: Quantity, ownRates: Rates = {}): Estimate | undefined {
  const [quantity, rates] = [own(given), own(ownRates)];
  const prices = own(own(model).prices);
  const tokens = prices.onDemand?.[0] && own(prices.onDemand[0]);
  const { images } = quantity;
  const image = prices.images
    ?.map((price) => own(price))
    .find((price) => images && !price.custom && fits(price, own(images)));
  let amount = 0;
  let used: string | undefined;
  const items: [
    count: number | undefined,
    unit: number,
    own: number | undefined,
    known?: number | undefined,
    from?: string | undefined,
  ][] = [
    // Prices of tokens are for 1,000.
    [quantity.inputTokens, 1000, rates.input, tokens?.input, tokens?.source],
    [quantity.outputTokens, 1000, rates.output, tokens?.output, tokens?.source],
    [quantity.cacheReadInputTokens, 1000, rates.cacheRead],
    [quantity.cacheWriteInputTokens, 1000, rates.cacheWrite],
    [images?.count, 1, rates.image, image?.price, image?.source],
  ];
  for (const [count = 0, unit, own, known, from] of items) {
    for (const number of [count, own ?? 0]) {
      if (!(Number.isFinite(number) && number >= 0)) {
        throw new RangeError("quantities and prices must be numbers from 0 on");
      }
    }
    if (!count) continue;
    const price = own ?? known;
    if (price === undefined) return undefined;
    if (own === undefined) used = from;
    amount += (count / unit) * price;
  }
  const source = used === undefined ? undefined : sources[used];
  return { amount, currency, ...(source && { source: source.title, date: source.date }) };
}

/** Whether this is the price of such images. */
function fits(
  price: NonNullable<ModelPrices["images"]>[number],
  { size, quality = "standard" }: NonNullable<Quantity["images"]>,
): boolean {
  const sides = (pixels: string | undefined) =>
    /^(\d+)x(\d+)$/
      .exec(pixels ?? "")
      ?.slice(1)
      .map(Number);
  const made = sides(size);
  const within = (limit: string) => {
    const most = sides(limit);
    return made && most && made[0]! <= most[0]! && made[1]! <= most[1]!;
  };
  return (
    !!made &&
    price.quality === quality &&
    (price.size === undefined || price.size === size) &&
    (price.upTo === undefined || within(price.upTo) === true) &&
    (price.above === undefined || within(price.above) === false)
  );
}

/**
 * More tokens than a text has, or as many: one for each character (Unicode code point). For budgets, where there is no
 * tokenizer.
 */
export function estimateTokens(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
