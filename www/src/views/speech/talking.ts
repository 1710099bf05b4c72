// What the buttons of the speech view do: begin a conversation when the first thing is said, by microphone, by file or by
// text, and end it. One conversation at a time.

import { signal } from "@preact/signals";
import { inAddress } from "../../app/address.js";
import { FormError } from "../../app/errors.js";
import type { Range } from "../../app/parameters.js";
import { numberOf } from "../../parts/slider.js";
import { Session } from "./session.js";
import { HEARD, microphone, samplesOf } from "./sound.js";

export const model = inAddress("speech.model", "amazon.nova-2-sonic-v1:0");
export const voice = inAddress("speech.voice", "matthew");
export const system = inAddress("speech.system", "You are a friendly guide. Answer in one or two short sentences.");
export const text = signal("");

const source = "AWS's user guide to Nova Sonic";
/** What sessionStart takes. */
export const ranges: readonly { range: Range; value: ReturnType<typeof inAddress> }[] = [
  {
    range: {
      name: "temperature",
      label: "Temperature",
      min: 0,
      max: 1,
      step: 0.01,
      default: 0.7,
      source,
      path: "temperature",
    },
    value: inAddress("speech.temperature"),
  },
  {
    range: { name: "topP", label: "Top P", min: 0, max: 1, step: 0.01, default: 0.9, source, path: "topP" },
    value: inAddress("speech.topP"),
  },
  {
    range: {
      name: "maxTokens",
      label: "Longest answer (tokens)",
      min: 1,
      max: 4096,
      step: 1,
      default: 1024,
      source,
      path: "maxTokens",
    },
    value: inAddress("speech.maxTokens"),
  },
];

export const session = signal<Session | undefined>(undefined);
/** What went wrong before there was a conversation: the microphone, the file. */
export const wrong = signal<unknown>(undefined);
/** Whether the microphone is open, or being opened. */
export const listening = signal(false);

/** Milliseconds of a file's sound in one piece. It is said as fast as someone speaks. */
const PIECE_MS = 32;

/** The conversation that goes on, or a new one. */
function held(): Session {
  const now = session.value;
  if (now?.run.open && !now.ending.value) return now;
  const inference = Object.fromEntries(
    ranges.flatMap(({ range, value }) => {
      const number = numberOf(range, value.value) ?? range.default;
      return number === undefined ? [] : [[range.path, number]];
    }),
  );
  const made = new Session(model.value, { system: system.value.trim(), voice: voice.value, inference });
  session.value = made;
  void made.hold();
  return made;
}

/** Says what was typed. */
export function type(): void {
  wrong.value = undefined;
  const said = text.value.trim();
  if (said === "") {
    wrong.value = new FormError("Type something to say.", "speech-text");
    return;
  }
  held().type(said);
  text.value = "";
}

let close: (() => Promise<void>) | undefined;

async function closeMicrophone(): Promise<void> {
  const closing = close;
  close = undefined;
  listening.value = false;
  await closing?.();
}

/** Opens the microphone and says what it hears, until `hush` or the conversation's end. */
export async function talk(): Promise<void> {
  if (listening.value) return;
  wrong.value = undefined;
  listening.value = true;
  let now: Session | undefined;
  try {
    const opened = await microphone((samples) => {
      if (now && !now.run.open) void closeMicrophone();
      else now?.sound(samples);
    });
    close = opened;
    // While the browser asked, the reader may have thought better of it.
    if (!listening.value) return await closeMicrophone();
    now = held();
  } catch (error) {
    wrong.value = error;
    await closeMicrophone();
  }
}

/** Ends the reader's turn: the model answers. */
export async function hush(): Promise<void> {
  await closeMicrophone();
  session.value?.quiet();
}

/** Says a file's sound. */
export async function play(file: File): Promise<void> {
  wrong.value = undefined;
  try {
    const samples = await samplesOf(file);
    const now = held();
    const piece = (HEARD * PIECE_MS) / 1000;
    const began = performance.now();
    for (let at = 0; at < samples.length && now.run.open; at += piece) {
      now.sound(samples.slice(at, at + piece));
      const ahead = ((at + piece) * 1000) / HEARD - (performance.now() - began);
      if (ahead > 0) await new Promise((done) => setTimeout(done, ahead));
    }
    now.quiet();
  } catch (error) {
    wrong.value = error;
  }
}

/** Ends the conversation when what was said is answered. */
export async function end(): Promise<void> {
  await closeMicrophone();
  session.value?.end();
}
