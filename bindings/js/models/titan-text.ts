// Amazon Titan Text: Lite, Express, Premier, and tg1-large. Types only.
// Sources: ranges and defaults from Caylent's guide to Bedrock, 2023-09-28, and where AWS's user guide (Amazon Titan
// Text models) says otherwise, both; bodies from recordings of 2024 and 2025.
import type { Chunk, Guarded, Open } from "./common.js";

/** What Titan Text takes. */
export interface TitanTextBody {
  inputText: string;
  textGenerationConfig?:
    | {
        /** 0 to 8000 tokens (AWS: to 4096 for Lite, 8192 for Express), 512 when not given. */
        maxTokenCount?: number | undefined;
        /** Each at most 20 characters. */
        stopSequences?: string[] | undefined;
        /** 0 to 1; when not given 0 (AWS: 0.7). */
        temperature?: number | undefined;
        /** 0 to 1; when not given 1 (AWS: 0.9). */
        topP?: number | undefined;
      }
    | undefined;
}

/** Why Titan stopped. */
export type TitanCompletionReason = Open<
  "FINISH" | "LENGTH" | "CONTENT_FILTERED" | "STOP_CRITERIA_MET" | "RAG_QUERY_WHEN_RAG_DISABLED"
>;

/** What Titan Text answers. */
export interface TitanTextAnswer extends Guarded {
  inputTextTokenCount: number;
  results: {
    tokenCount: number;
    outputText: string;
    completionReason: TitanCompletionReason | null;
  }[];
}

/** A chunk: the counts are null where they are not known yet. */
export interface TitanTextChunk extends Chunk {
  outputText: string;
  /** Always 0 in recordings: there is one generation. */
  index: number;
  totalOutputTextTokenCount: number | null;
  completionReason: TitanCompletionReason | null;
  inputTextTokenCount: number | null;
}
