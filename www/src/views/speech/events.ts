// Nova Sonic's events: those that are said, as JSON in chunks, and those that are heard, read from chunks. Shapes: AWS's
// user guide to Nova Sonic. It keeps no state.

import { base64 } from "../../app/code.js";
import { HEARD, SPOKEN } from "./sound.js";

export interface Settings {
  system: string;
  voice: string;
  inference: { maxTokens?: number; temperature?: number; topP?: number };
}

type Event = Record<string, Record<string, unknown>>;

/** The voices of the user guide: name, and what they speak. */
export const voices = [
  ["matthew", "Matthew, English (US)"],
  ["tiffany", "Tiffany, English (US)"],
  ["amy", "Amy, English (UK)"],
  ["ambre", "Ambre, French"],
  ["florian", "Florian, French"],
  ["beatrice", "Beatrice, Italian"],
  ["lorenzo", "Lorenzo, Italian"],
  ["greta", "Greta, German"],
  ["lennart", "Lennart, German"],
  ["lupe", "Lupe, Spanish"],
  ["carlos", "Carlos, Spanish"],
] as const;

const text = (
  promptName: string,
  contentName: string,
  role: string,
  interactive: boolean,
  content: string,
): Event[] => [
  {
    contentStart: {
      promptName,
      contentName,
      type: "TEXT",
      interactive,
      role,
      textInputConfiguration: { mediaType: "text/plain" },
    },
  },
  { textInput: { promptName, contentName, content } },
  { contentEnd: { promptName, contentName } },
];

/** How a session begins: its settings, one prompt, the system prompt. */
export function opening(promptName: string, { system, voice, inference }: Settings): Event[] {
  return [
    { sessionStart: { inferenceConfiguration: inference } },
    {
      promptStart: {
        promptName,
        textOutputConfiguration: { mediaType: "text/plain" },
        audioOutputConfiguration: {
          mediaType: "audio/lpcm",
          sampleRateHertz: SPOKEN,
          sampleSizeBits: 16,
          channelCount: 1,
          voiceId: voice,
          encoding: "base64",
          audioType: "SPEECH",
        },
      },
    },
    ...text(promptName, crypto.randomUUID(), "SYSTEM", false, system),
  ];
}

/** A turn that is typed. */
export const typed = (promptName: string, content: string): Event[] =>
  text(promptName, crypto.randomUUID(), "USER", true, content);

export const audioStart = (promptName: string, contentName: string): Event => ({
  contentStart: {
    promptName,
    contentName,
    type: "AUDIO",
    interactive: true,
    role: "USER",
    audioInputConfiguration: {
      mediaType: "audio/lpcm",
      sampleRateHertz: HEARD,
      sampleSizeBits: 16,
      channelCount: 1,
      audioType: "SPEECH",
      encoding: "base64",
    },
  },
});

export function audio(promptName: string, contentName: string, samples: Int16Array): Event {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  // The lower byte first, whatever the machine's own order.
  for (const [index, sample] of samples.entries()) view.setInt16(index * 2, sample, true);
  return { audioInput: { promptName, contentName, content: base64(bytes) } };
}

export const contentEnd = (promptName: string, contentName: string): Event => ({
  contentEnd: { promptName, contentName },
});

export const closing = (promptName: string): Event[] => [{ promptEnd: { promptName } }, { sessionEnd: {} }];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const chunk = (event: Event) => ({ chunk: { bytes: encoder.encode(JSON.stringify({ event })) } });

/** What the model says, as far as this page shows it. */
export interface Heard {
  contentStart?: { contentId: string; type: string; role: string; additionalModelFields?: string };
  textOutput?: { contentId: string; role?: string; content: string };
  audioOutput?: { contentId: string; content: string };
  contentEnd?: { contentId: string; type: string; stopReason: string };
  usageEvent?: {
    totalInputTokens: number;
    totalOutputTokens: number;
    totalTokens: number;
    details?: { total?: Record<"input" | "output", { speechTokens: number; textTokens: number }> };
  };
  completionStart?: object;
  completionEnd?: { stopReason?: string };
}

export function heard(bytes: Uint8Array): Heard {
  const value: unknown = JSON.parse(decoder.decode(bytes));
  const event = typeof value === "object" && value !== null && "event" in value ? value.event : undefined;
  return typeof event === "object" && event !== null ? (event as Heard) : {};
}

/** What a text is: final, or what the model means to say. */
export function speculative(fields: string | undefined): boolean {
  try {
    return JSON.parse(fields ?? "{}").generationStage === "SPECULATIVE";
  } catch {
    return false;
  }
}
