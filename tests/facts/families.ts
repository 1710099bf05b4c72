// Bodies, answers and chunks that follow from the model's id, and mistakes that the types must refuse. It is compiled
// and never run.

import type {
  ChatAnswer,
  ClaudeMessagesAnswer,
  ClaudeMessagesBody,
  CohereCommandAnswer,
  CohereEmbedAnswer,
  CohereRerankAnswer,
  DeepSeekR1Answer,
  DocumentType,
  JambaAnswer,
  JurassicAnswer,
  LlamaAnswer,
  MistralTextAnswer,
  ModelAnswer,
  ModelBody,
  ModelChunk,
  ModelFamily,
  NovaAnswer,
  StableDiffusionXlAnswer,
  StableImageAnswer,
  TitanEmbeddingsV2Answer,
  TitanImageAnswer,
  TitanMultimodalEmbeddingsAnswer,
  TitanTextAnswer,
} from "outcrop";

/** As the client's method: the body's type follows from the id. */
declare function invoke<Id extends string>(input: { modelId: Id; body: ModelBody<Id> }): ModelAnswer<Id>;
declare function stream<Id extends string>(input: { modelId: Id; body: ModelBody<Id> }): ModelChunk<Id>;

/** True where two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const yes = <Answer extends true>(answer?: Answer) => answer;

// Every family by its ids.
yes<Same<ModelFamily<"amazon.titan-text-lite-v1">, "titan-text">>();
yes<Same<ModelFamily<"amazon.titan-text-express-v1:0:8k">, "titan-text">>();
yes<Same<ModelFamily<"amazon.titan-text-premier-v1:0">, "titan-text">>();
yes<Same<ModelFamily<"amazon.titan-tg1-large">, "titan-text">>();
yes<Same<ModelFamily<"amazon.titan-embed-text-v1">, "titan-embeddings">>();
yes<Same<ModelFamily<"amazon.titan-embed-g1-text-02">, "titan-embeddings">>();
yes<Same<ModelFamily<"amazon.titan-embed-text-v2:0">, "titan-embeddings-v2">>();
yes<Same<ModelFamily<"amazon.titan-embed-image-v1">, "titan-multimodal-embeddings">>();
yes<Same<ModelFamily<"amazon.titan-image-generator-v1">, "titan-image">>();
yes<Same<ModelFamily<"amazon.titan-image-generator-v2:0">, "titan-image">>();
yes<Same<ModelFamily<"amazon.nova-micro-v1:0">, "nova">>();
yes<Same<ModelFamily<"us.amazon.nova-premier-v1:0">, "nova">>();
yes<Same<ModelFamily<"global.amazon.nova-2-lite-v1:0">, "nova">>();
yes<Same<ModelFamily<"amazon.nova-canvas-v1:0">, "nova-canvas">>();
yes<Same<ModelFamily<"us.amazon.nova-2-multimodal-embeddings-v1:0">, "nova-embeddings">>();
yes<Same<ModelFamily<"anthropic.claude-v1">, "claude-text">>();
yes<Same<ModelFamily<"anthropic.claude-v2:1">, "claude-text">>();
yes<Same<ModelFamily<"anthropic.claude-instant-v1">, "claude-text">>();
yes<Same<ModelFamily<"anthropic.claude-3-haiku-20240307-v1:0">, "claude-messages">>();
yes<Same<ModelFamily<"eu.anthropic.claude-3-5-sonnet-20240620-v1:0">, "claude-messages">>();
yes<Same<ModelFamily<"us.anthropic.claude-sonnet-4-20250514-v1:0">, "claude-messages">>();
yes<Same<ModelFamily<"apac.anthropic.claude-opus-4-1-20250805-v1:0">, "claude-messages">>();
yes<Same<ModelFamily<"ai21.j2-mid-v1">, "jurassic">>();
yes<Same<ModelFamily<"ai21.j2-ultra">, "jurassic">>();
yes<Same<ModelFamily<"ai21.j2-grande-instruct">, "jurassic">>();
yes<Same<ModelFamily<"ai21.jamba-1-5-mini-v1:0">, "jamba">>();
yes<Same<ModelFamily<"cohere.command-text-v14">, "cohere-command">>();
yes<Same<ModelFamily<"cohere.command-light-text-v14:7:4k">, "cohere-command">>();
yes<Same<ModelFamily<"cohere.command-r-v1:0">, "cohere-command-r">>();
yes<Same<ModelFamily<"cohere.command-r-plus-v1:0">, "cohere-command-r">>();
yes<Same<ModelFamily<"cohere.embed-english-v3">, "cohere-embed">>();
yes<Same<ModelFamily<"cohere.embed-multilingual-v3:0:512">, "cohere-embed">>();
yes<Same<ModelFamily<"us.cohere.embed-v4:0">, "cohere-embed-v4">>();
yes<Same<ModelFamily<"cohere.rerank-v3-5:0">, "cohere-rerank">>();
yes<Same<ModelFamily<"meta.llama2-13b-chat-v1">, "llama2">>();
yes<Same<ModelFamily<"meta.llama3-8b-instruct-v1:0">, "llama">>();
yes<Same<ModelFamily<"us.meta.llama3-3-70b-instruct-v1:0">, "llama">>();
yes<Same<ModelFamily<"us.meta.llama4-scout-17b-instruct-v1:0">, "llama">>();
yes<Same<ModelFamily<"mistral.mistral-7b-instruct-v0:2">, "mistral-text">>();
yes<Same<ModelFamily<"mistral.mixtral-8x7b-instruct-v0:1">, "mistral-text">>();
yes<Same<ModelFamily<"mistral.mistral-small-2402-v1:0">, "mistral-text">>();
yes<Same<ModelFamily<"mistral.mistral-large-2402-v1:0">, "mistral-either">>();
yes<Same<ModelFamily<"mistral.mistral-large-2407-v1:0">, "mistral-chat">>();
yes<Same<ModelFamily<"us.mistral.pixtral-large-2502-v1:0">, "mistral-chat">>();
yes<Same<ModelFamily<"stability.stable-diffusion-xl-v1">, "stable-diffusion-xl">>();
yes<Same<ModelFamily<"stability.stable-diffusion-xl">, "stable-diffusion-xl">>();
yes<Same<ModelFamily<"stability.sd3-5-large-v1:0">, "stable-image">>();
yes<Same<ModelFamily<"stability.stable-image-ultra-v1:1">, "stable-image">>();
yes<Same<ModelFamily<"us.deepseek.r1-v1:0">, "deepseek-r1">>();
yes<Same<ModelFamily<"deepseek.v3-v1:0">, "deepseek-v3">>();
yes<Same<ModelFamily<"us-gov.anthropic.claude-3-haiku-20240307-v1:0">, "claude-messages">>();
// ARNs of foundation models and system profiles; other ARNs say nothing.
yes<Same<ModelFamily<"arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-tg1-large">, "titan-text">>();
yes<Same<ModelFamily<"arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0">, "nova">>();
yes<Same<ModelFamily<"arn:aws:bedrock:us-east-1:1:application-inference-profile/1arbu5hu2sjr">, "other">>();
// Ids that say nothing, and no id at all.
yes<Same<ModelFamily<"amazon.nova-reel-v1:0">, "other">>();
yes<Same<ModelFamily<"writer.palmyra-x5-v1:0">, "other">>();
yes<Same<ModelFamily<string>, "other">>();
yes<Same<ModelFamily<undefined>, "other">>();
yes<Same<ModelFamily<string | undefined>, "other">>();
// What untyped code has.
yes<Same<ModelFamily<any>, "other">>();
yes<Same<ModelBody<string>, object>>();
yes<Same<ModelAnswer<string>, DocumentType>>();
yes<Same<ModelChunk<string>, DocumentType>>();
// Several ids: what any of them takes.
yes<Same<ModelAnswer<"ai21.j2-mid" | "meta.llama2-13b-chat-v1">, JurassicAnswer | LlamaAnswer>>();

// The answers.
yes<Same<ModelAnswer<"amazon.titan-tg1-large">, TitanTextAnswer>>();
yes<Same<ModelAnswer<"amazon.titan-embed-text-v2:0">, TitanEmbeddingsV2Answer>>();
yes<Same<ModelAnswer<"amazon.titan-embed-image-v1">, TitanMultimodalEmbeddingsAnswer>>();
yes<Same<ModelAnswer<"amazon.titan-image-generator-v1">, TitanImageAnswer>>();
yes<Same<ModelAnswer<"apac.amazon.nova-pro-v1:0">, NovaAnswer>>();
yes<Same<ModelAnswer<"us.anthropic.claude-3-5-haiku-20241022-v1:0">, ClaudeMessagesAnswer>>();
yes<Same<ModelAnswer<"ai21.jamba-1-5-large-v1:0">, JambaAnswer>>();
yes<Same<ModelAnswer<"cohere.command-text-v14">, CohereCommandAnswer>>();
yes<Same<ModelAnswer<"cohere.embed-english-v3">, CohereEmbedAnswer>>();
yes<Same<ModelAnswer<"cohere.rerank-v3-5:0">, CohereRerankAnswer>>();
yes<Same<ModelAnswer<"mistral.mistral-7b-instruct-v0:2">, MistralTextAnswer>>();
yes<Same<ModelAnswer<"mistral.mistral-large-2407-v1:0">, ChatAnswer>>();
yes<Same<ModelAnswer<"stability.stable-diffusion-xl-v1">, StableDiffusionXlAnswer>>();
yes<Same<ModelAnswer<"stability.stable-image-core-v1:1">, StableImageAnswer>>();
yes<Same<ModelAnswer<"us.deepseek.r1-v1:0">, DeepSeekR1Answer>>();
yes<Same<ModelChunk<"amazon.titan-embed-text-v1">, never>>();

// Code that is accepted, and beside it the mistake that is not.
const prompt = "Hello";
export const titan: string | undefined = invoke({
  modelId: "amazon.titan-text-express-v1",
  body: { inputText: prompt, textGenerationConfig: { maxTokenCount: 512, temperature: 0, topP: 1, stopSequences: [] } },
}).results[0]?.outputText;
invoke({
  modelId: "amazon.titan-text-express-v1",
  // @ts-expect-error Titan has its own word for the limit
  body: { inputText: prompt, textGenerationConfig: { maxTokens: 512 } },
});
// @ts-expect-error another family's body
invoke({ modelId: "amazon.titan-tg1-large", body: { prompt } });
// @ts-expect-error Titan answers no `completion`
invoke({ modelId: "amazon.titan-tg1-large", body: { inputText: prompt } }).completion;

export const vector: number[] = invoke({
  modelId: "amazon.titan-embed-text-v2:0",
  body: { inputText: prompt, dimensions: 512, normalize: true },
}).embedding;
// @ts-expect-error only v2 has dimensions
invoke({ modelId: "amazon.titan-embed-text-v1", body: { inputText: prompt, dimensions: 512 } });
// @ts-expect-error no such dimensions
invoke({ modelId: "amazon.titan-embed-text-v2:0", body: { inputText: prompt, dimensions: 300 } });

invoke({ modelId: "amazon.titan-embed-image-v1", body: { inputImage: new Uint8Array(3) } });
// @ts-expect-error a text or an image
invoke({ modelId: "amazon.titan-embed-image-v1", body: { embeddingConfig: { outputEmbeddingLength: 384 } } });

invoke({
  modelId: "amazon.titan-image-generator-v1",
  body: { taskType: "TEXT_IMAGE", textToImageParams: { text: prompt }, imageGenerationConfig: { quality: "premium" } },
});
invoke({
  modelId: "amazon.titan-image-generator-v1",
  // @ts-expect-error the task's own parameters are missing
  body: { taskType: "INPAINTING", textToImageParams: { text: prompt } },
});

const nova = stream({
  modelId: "us.amazon.nova-micro-v1:0",
  body: { messages: [{ role: "user", content: [{ text: prompt }] }], inferenceConfig: { maxTokens: 100, topK: 20 } },
});
export const piece: string | undefined = nova.contentBlockDelta?.delta.text;
export const tokens: number | undefined = nova["amazon-bedrock-invocationMetrics"]?.outputTokenCount;
// @ts-expect-error Nova's content is a list of blocks
invoke({ modelId: "us.amazon.nova-micro-v1:0", body: { messages: [{ role: "user", content: prompt }] } });

invoke({
  modelId: "amazon.nova-canvas-v1:0",
  body: { taskType: "TEXT_IMAGE", textToImageParams: { text: prompt, style: "PHOTOREALISM" } },
});
// @ts-expect-error the task's own parameters are missing
invoke({ modelId: "amazon.nova-canvas-v1:0", body: { taskType: "VIRTUAL_TRY_ON" } });
invoke({
  modelId: "amazon.nova-2-multimodal-embeddings-v1:0",
  body: {
    taskType: "SINGLE_EMBEDDING",
    singleEmbeddingParams: { embeddingPurpose: "GENERIC_INDEX", text: { truncationMode: "END", value: prompt } },
  },
});

invoke({ modelId: "anthropic.claude-v2", body: { prompt, max_tokens_to_sample: 200, stop_sequences: ["\n\nHuman:"] } });
export const completion: string | undefined = invoke({ modelId: "anthropic.claude-v2", body: { prompt } }).completion;
// The same models answer the Messages form, too.
invoke({
  modelId: "anthropic.claude-v2:1",
  body: { anthropic_version: "bedrock-2023-05-31", max_tokens: 10, messages: [{ role: "user", content: prompt }] },
});
// @ts-expect-error `max_tokens` belongs to the Messages form
invoke({ modelId: "anthropic.claude-instant-v1", body: { prompt, max_tokens: 10 } });

export const claude: ClaudeMessagesBody = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 1000,
  system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
  thinking: { type: "enabled", budget_tokens: 1024 },
  tools: [{ name: "weather", description: "The weather", input_schema: { type: "object", properties: {} } }],
  tool_choice: { type: "auto" },
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", source: { type: "base64", media_type: "image/png", data: new Uint8Array(3) } },
      ],
    },
    { role: "assistant", content: [{ type: "tool_use", id: "1", name: "weather", input: { city: "Bern" } }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: "Rain" }] },
  ],
};
const said = invoke({ modelId: "us.anthropic.claude-sonnet-4-20250514-v1:0", body: claude });
export const text: string = said.content.map((block) => (block.type === "text" ? block.text : "")).join("");
const event = stream({ modelId: "anthropic.claude-3-haiku-20240307-v1:0", body: claude });
export const added: string =
  event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : "";
invoke({
  modelId: "anthropic.claude-3-haiku-20240307-v1:0",
  // @ts-expect-error `max_tokens` is required
  body: { anthropic_version: "bedrock-2023-05-31", messages: [{ role: "user", content: prompt }] },
});

export const logprob: number | undefined = invoke({
  modelId: "ai21.j2-ultra-v1",
  body: {
    prompt,
    maxTokens: 10,
    countPenalty: {
      scale: 1,
      applyToWhitespaces: true,
      applyToPunctuations: false,
      applyToNumbers: true,
      applyToStopwords: true,
      applyToEmojis: false,
    },
    presencePenalty: { scale: 0 },
    frequencyPenalty: { scale: 0 },
  },
}).completions[0]?.data.tokens[0]?.generatedToken.raw_logprob;
// @ts-expect-error a penalty has a scale
invoke({ modelId: "ai21.j2-ultra-v1", body: { prompt, countPenalty: { applyToNumbers: true } } });

export const said2: string | null | undefined = stream({
  modelId: "ai21.jamba-1-5-mini-v1:0",
  body: { messages: [{ role: "user", content: prompt }], max_tokens: 10 },
}).choices?.[0]?.delta.content;
// @ts-expect-error Jamba takes messages
invoke({ modelId: "ai21.jamba-1-5-mini-v1:0", body: { prompt } });

export const likelihoods: number | undefined = invoke({
  modelId: "cohere.command-light-text-v14",
  body: { prompt, num_generations: 5, return_likelihoods: "ALL", stream: false, p: 0.75, k: 0, max_tokens: 20 },
}).generations[4]?.token_likelihoods?.[0]?.likelihood;
// @ts-expect-error Command has `p`
invoke({ modelId: "cohere.command-text-v14", body: { prompt, top_p: 1 } });

invoke({
  modelId: "cohere.command-r-plus-v1:0",
  body: { message: prompt, chat_history: [{ role: "USER", message: "Hi" }], documents: [{ title: "a", snippet: "b" }] },
});
// @ts-expect-error Command R has `message`
invoke({ modelId: "cohere.command-r-v1:0", body: { prompt } });

invoke({ modelId: "cohere.embed-english-v3", body: { texts: [prompt], input_type: "search_query", truncate: "END" } });
// @ts-expect-error what the vectors are for
invoke({ modelId: "cohere.embed-multilingual-v3", body: { texts: [prompt] } });
export const best: number | undefined = invoke({
  modelId: "cohere.rerank-v3-5:0",
  body: { query: prompt, documents: ["a", "b"], api_version: 2, top_n: 1 },
}).results[0]?.index;
// @ts-expect-error which version of the interface
invoke({ modelId: "cohere.rerank-v3-5:0", body: { query: prompt, documents: [] } });

invoke({
  modelId: "us.meta.llama3-2-11b-instruct-v1:0",
  body: { prompt, images: [new Uint8Array(3)], max_gen_len: 9 },
});
// @ts-expect-error Llama 2 sees no images
invoke({ modelId: "meta.llama2-70b-chat-v1", body: { prompt, images: [] } });
// @ts-expect-error Llama has its own word for the limit
invoke({ modelId: "meta.llama2-70b-chat-v1", body: { prompt, max_tokens: 9 } });

invoke({ modelId: "mistral.mixtral-8x7b-instruct-v0:1", body: { prompt, max_tokens: 9, stop: ["|"], top_k: 50 } });
// @ts-expect-error Mixtral takes a prompt
invoke({ modelId: "mistral.mixtral-8x7b-instruct-v0:1", body: { messages: [] } });
invoke({ modelId: "mistral.mistral-large-2402-v1:0", body: { prompt } });
invoke({ modelId: "mistral.mistral-large-2402-v1:0", body: { messages: [{ role: "user", content: prompt }] } });
// @ts-expect-error Large 24.07 takes messages
invoke({ modelId: "mistral.mistral-large-2407-v1:0", body: { prompt } });

invoke({
  modelId: "stability.stable-diffusion-xl-v1",
  body: { text_prompts: [{ text: prompt, weight: 1 }], steps: 50 },
});
// @ts-expect-error SDXL takes a list of prompts
invoke({ modelId: "stability.stable-diffusion-xl-v1", body: { prompt } });
invoke({ modelId: "stability.sd3-large-v1:0", body: { prompt, aspect_ratio: "16:9", output_format: "png" } });
// @ts-expect-error SD3 takes one prompt
invoke({ modelId: "stability.sd3-large-v1:0", body: { text_prompts: [{ text: prompt }] } });

invoke({ modelId: "us.deepseek.r1-v1:0", body: { prompt, max_tokens: 512, stop: ["|"] } });
// @ts-expect-error R1 takes a prompt
invoke({ modelId: "us.deepseek.r1-v1:0", body: { messages: [] } });

// Any other id takes anything, and its answer is free JSON.
declare const some: string;
export const free: DocumentType = invoke({ modelId: some, body: { anything: [1, 2, 3] } });
invoke({ modelId: "writer.palmyra-x5-v1:0", body: { anything: { at: "all" } } });
