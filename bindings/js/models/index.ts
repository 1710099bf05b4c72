// The body, the answer and the chunks of InvokeModel as they follow from the model's id. Types only: importing them
// costs nothing, and nothing is checked when the program runs.
//
// An id is read as `textOf` of `outcrop/models` reads it: the prefix of an inference profile (`us.`, `eu.`, `apac.`,
// `global.`, `us-gov.` …) and the front of a foundation model's or a system profile's ARN are skipped, what follows the
// family (version, context) does not matter. Any other id, and one that is only known as `string`, takes any body.
import type { DocumentType } from "../types/base.js";
import type { ClaudeMessagesAnswer, ClaudeMessagesBody, ClaudeMessagesChunk } from "./claude-messages.js";
import type { ClaudeTextAnswer, ClaudeTextBody, ClaudeTextChunk } from "./claude-text.js";
import type { CohereCommandAnswer, CohereCommandBody, CohereCommandChunk } from "./cohere-command.js";
import type { CohereCommandRAnswer, CohereCommandRBody, CohereCommandRChunk } from "./cohere-command-r.js";
import type { CohereEmbedAnswer, CohereEmbedBody, CohereEmbedV4Body } from "./cohere-embed.js";
import type { CohereRerankAnswer, CohereRerankBody } from "./cohere-rerank.js";
import type { NoChunk } from "./common.js";
import type {
  DeepSeekR1Answer,
  DeepSeekR1Body,
  DeepSeekR1Chunk,
  DeepSeekV3Answer,
  DeepSeekV3Body,
  DeepSeekV3Chunk,
} from "./deepseek.js";
import type { JambaAnswer, JambaBody, JambaChunk } from "./jamba.js";
import type { JurassicAnswer, JurassicBody } from "./jurassic.js";
import type { Llama2Body, Llama3Body, LlamaAnswer, LlamaChunk } from "./llama.js";
import type {
  MistralChatAnswer,
  MistralChatBody,
  MistralChatChunk,
  MistralTextAnswer,
  MistralTextBody,
  MistralTextChunk,
} from "./mistral.js";
import type { NovaAnswer, NovaBody, NovaChunk } from "./nova.js";
import type { NovaCanvasAnswer, NovaCanvasBody } from "./nova-canvas.js";
import type { NovaEmbeddingsAnswer, NovaEmbeddingsBody } from "./nova-embeddings.js";
import type {
  StableDiffusionXlAnswer,
  StableDiffusionXlBody,
  StableImageAnswer,
  StableImageBody,
} from "./stability.js";
import type {
  TitanEmbeddingsAnswer,
  TitanEmbeddingsBody,
  TitanEmbeddingsV2Answer,
  TitanEmbeddingsV2Body,
  TitanMultimodalEmbeddingsAnswer,
  TitanMultimodalEmbeddingsBody,
} from "./titan-embeddings.js";
import type { TitanImageAnswer, TitanImageBody } from "./titan-image.js";
import type { TitanTextAnswer, TitanTextBody, TitanTextChunk } from "./titan-text.js";

export type * from "./claude-messages.js";
export type * from "./claude-text.js";
export type * from "./cohere-command.js";
export type * from "./cohere-command-r.js";
export type * from "./cohere-embed.js";
export type * from "./cohere-rerank.js";
export type {
  ChatAnswer,
  ChatChoice,
  ChatChunk,
  ChatMessage,
  ChatPart,
  ChatTool,
  ChatToolCall,
  ChatUsage,
  InvocationMetrics,
} from "./common.js";
export type * from "./deepseek.js";
export type * from "./jamba.js";
export type * from "./jurassic.js";
export type * from "./llama.js";
export type * from "./mistral.js";
export type * from "./nova.js";
export type * from "./nova-canvas.js";
export type * from "./nova-embeddings.js";
export type * from "./stability.js";
export type * from "./titan-embeddings.js";
export type * from "./titan-image.js";
export type * from "./titan-text.js";

/** The families: body, answer, chunk. */
export interface ModelFamilies {
  "titan-text": [TitanTextBody, TitanTextAnswer, TitanTextChunk];
  "titan-embeddings": [TitanEmbeddingsBody, TitanEmbeddingsAnswer, NoChunk];
  "titan-embeddings-v2": [TitanEmbeddingsV2Body, TitanEmbeddingsV2Answer, NoChunk];
  "titan-multimodal-embeddings": [TitanMultimodalEmbeddingsBody, TitanMultimodalEmbeddingsAnswer, NoChunk];
  "titan-image": [TitanImageBody, TitanImageAnswer, NoChunk];
  nova: [NovaBody, NovaAnswer, NovaChunk];
  "nova-canvas": [NovaCanvasBody, NovaCanvasAnswer, NoChunk];
  "nova-embeddings": [NovaEmbeddingsBody, NovaEmbeddingsAnswer, NoChunk];
  "claude-text": [
    Either<ClaudeTextBody, ClaudeMessagesBody>,
    Either<ClaudeTextAnswer, ClaudeMessagesAnswer>,
    Either<ClaudeTextChunk, ClaudeMessagesChunk>,
  ];
  "claude-messages": [ClaudeMessagesBody, ClaudeMessagesAnswer, ClaudeMessagesChunk];
  jurassic: [JurassicBody, JurassicAnswer, NoChunk];
  jamba: [JambaBody, JambaAnswer, JambaChunk];
  "cohere-command": [CohereCommandBody, CohereCommandAnswer, CohereCommandChunk];
  "cohere-command-r": [CohereCommandRBody, CohereCommandRAnswer, CohereCommandRChunk];
  "cohere-embed": [CohereEmbedBody, CohereEmbedAnswer, NoChunk];
  "cohere-embed-v4": [CohereEmbedV4Body, CohereEmbedAnswer, NoChunk];
  "cohere-rerank": [CohereRerankBody, CohereRerankAnswer, NoChunk];
  llama2: [Llama2Body, LlamaAnswer, LlamaChunk];
  llama: [Llama3Body, LlamaAnswer, LlamaChunk];
  "mistral-text": [MistralTextBody, MistralTextAnswer, MistralTextChunk];
  "mistral-either": [
    Either<MistralTextBody, MistralChatBody>,
    Either<MistralTextAnswer, MistralChatAnswer>,
    Either<MistralTextChunk, MistralChatChunk>,
  ];
  "mistral-chat": [MistralChatBody, MistralChatAnswer, MistralChatChunk];
  "stable-diffusion-xl": [StableDiffusionXlBody, StableDiffusionXlAnswer, NoChunk];
  "stable-image": [StableImageBody, StableImageAnswer, NoChunk];
  "deepseek-r1": [DeepSeekR1Body, DeepSeekR1Answer, DeepSeekR1Chunk];
  "deepseek-v3": [DeepSeekV3Body, DeepSeekV3Answer, DeepSeekV3Chunk];
  other: [object, DocumentType, DocumentType];
}

/** How ids begin, family by family. */
interface Beginnings {
  "titan-text": "amazon.titan-text-" | "amazon.titan-tg1-";
  "titan-embeddings": "amazon.titan-embed-text-v1" | "amazon.titan-embed-g1-text-";
  "titan-embeddings-v2": "amazon.titan-embed-text-v2";
  "titan-multimodal-embeddings": "amazon.titan-embed-image-";
  "titan-image": "amazon.titan-image-generator-";
  nova: `amazon.nova-${"" | "2-"}${"micro" | "lite" | "pro" | "premier"}-`;
  "nova-canvas": "amazon.nova-canvas-";
  "nova-embeddings": "amazon.nova-2-multimodal-embeddings-";
  "claude-text": "anthropic.claude-v" | "anthropic.claude-instant-";
  "claude-messages": `anthropic.claude-${"3" | "opus" | "sonnet" | "haiku"}-`;
  jurassic: "ai21.j2-";
  jamba: "ai21.jamba-";
  "cohere-command": "cohere.command-text-" | "cohere.command-light-text-";
  "cohere-command-r": "cohere.command-r-";
  "cohere-embed": "cohere.embed-english-v3" | "cohere.embed-multilingual-v3";
  "cohere-embed-v4": "cohere.embed-v4";
  "cohere-rerank": "cohere.rerank-";
  llama2: "meta.llama2-";
  llama: `meta.llama${3 | 4}-`;
  "mistral-text": `mistral.${"mistral-7b" | "mixtral-8x7b" | "mistral-small-2402"}-`;
  "mistral-either": "mistral.mistral-large-2402-";
  "mistral-chat": `mistral.${"mistral-large-2407" | "pixtral-large"}-`;
  "stable-diffusion-xl": "stability.stable-diffusion-xl";
  "stable-image": `stability.${"sd3-" | "sd3-5-" | "stable-image-core-" | "stable-image-ultra-"}`;
  "deepseek-r1": "deepseek.r1-";
  "deepseek-v3": "deepseek.v3";
}

/** What stands before the provider's name in the id of an inference profile. */
type Prefix = "us." | "eu." | "apac." | "global." | "us-gov." | "jp." | "au." | "ca.";

/** The id as the provider gave it. */
type Bare<Id> = Id extends `arn:${string}:foundation-model/${infer Model}`
  ? Model
  : Id extends `arn:${string}:inference-profile/${infer Profile}`
    ? Unprefixed<Profile>
    : Unprefixed<Id>;

type Unprefixed<Id> = Id extends `${Prefix}${infer Model}` ? Model : Id;

/** The name of the family that an id belongs to; `other` for an id that says nothing. */
export type ModelFamily<Id> = 0 extends 1 & Id // `any`
  ? "other"
  : Id extends unknown
    ? [FamilyOf<Bare<Id>>] extends [never]
      ? "other"
      : FamilyOf<Bare<Id>>
    : never;

type FamilyOf<Model> = {
  [Name in keyof Beginnings]: Model extends `${Beginnings[Name]}${string}` ? Name : never;
}[keyof Beginnings];

/** One form or the other: a member of the one that the other lacks may be asked for, and is then `undefined`. */
export type Either<One, Other> = Without<One, KeysOf<Other>> | Without<Other, KeysOf<One>>;

type KeysOf<Type> = Type extends unknown ? keyof Type : never;

type Without<Type, Keys extends PropertyKey> = Type extends unknown
  ? Type & { [Key in Exclude<Keys, keyof Type>]?: undefined }
  : never;

/** What InvokeModel takes as `body` for this model. */
export type ModelBody<Id> = ModelFamilies[ModelFamily<Id>][0];

/** What `body.json()` gives for this model. */
export type ModelAnswer<Id> = ModelFamilies[ModelFamily<Id>][1];

/** What the JSON of a chunk's bytes is for this model. */
export type ModelChunk<Id> = ModelFamilies[ModelFamily<Id>][2];
