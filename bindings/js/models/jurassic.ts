// AI21 Labs' Jurassic-2: Mid, Ultra, and the older Grande and Jumbo. It does not stream. Types only.
// Sources: an AWS workshop's page for the body; the answer from a recording; ranges from AWS's user guide
// (AI21 Labs Jurassic-2 models).
import type { Guarded, NoChunk, Open } from "./common.js";

/** What Jurassic-2 takes. */
export interface JurassicBody {
  prompt: string;
  /** 0 to 8191 tokens, 200 when not given. */
  maxTokens?: number | undefined;
  /** 0 to 1, 0.5 when not given. */
  temperature?: number | undefined;
  /** 0 to 1, 0.5 when not given. */
  topP?: number | undefined;
  stopSequences?: string[] | undefined;
  /** By how often a token has occurred. `scale` 0 to 1. */
  countPenalty?: JurassicPenalty | undefined;
  /** If a token has occurred at all. `scale` 0 to 5. */
  presencePenalty?: JurassicPenalty | undefined;
  /** By a token's share of the text. `scale` 0 to 500. */
  frequencyPenalty?: JurassicPenalty | undefined;
  /** How many generations. */
  numResults?: number | undefined;
}

/** How strong, and for which tokens. */
export interface JurassicPenalty {
  /** 0, when no penalty is given. */
  scale: number;
  /** True when not given. */
  applyToWhitespaces?: boolean | undefined;
  /** True when not given. */
  applyToPunctuations?: boolean | undefined;
  /** True when not given. */
  applyToNumbers?: boolean | undefined;
  /** True when not given. */
  applyToStopwords?: boolean | undefined;
  /** True when not given. */
  applyToEmojis?: boolean | undefined;
}

/** What Jurassic-2 answers. */
export interface JurassicAnswer extends Guarded {
  id: number | string;
  prompt: JurassicText;
  completions: {
    data: JurassicText;
    finishReason: {
      reason: Open<"length" | "endoftext" | "stop">;
      /** With `length`: tokens. */
      length?: number;
      /** With `stop`: the sequence. */
      sequence?: string;
    };
  }[];
}

/** A text and its tokens. */
export interface JurassicText {
  text: string;
  tokens: JurassicToken[];
}

/** A token with its log-probabilities. */
export interface JurassicToken {
  generatedToken: {
    token: string;
    /** After temperature and penalties. */
    logprob: number;
    /** As the model had it. */
    raw_logprob: number;
  };
  topTokens: { token: string; logprob: number }[] | null;
  /** Characters of the text, the end not included. */
  textRange: { start: number; end: number };
}

/** It does not stream. */
export type JurassicChunk = NoChunk;
