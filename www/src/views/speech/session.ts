// A conversation with a speech model from its first word to its end: what is said goes out in the order in which it was
// said, what is heard becomes a transcript, a voice and figures. It opens no microphone.

import { signal } from "@preact/signals";
import { invokeModelWithBidirectionalStream, type SocketConstructor } from "outcrop/bidirectional";
import { client } from "../../app/connection.js";
import { Run } from "../../app/run.js";
import { recordingSocket } from "../../app/traffic.js";
import {
  audio,
  audioStart,
  chunk,
  closing,
  contentEnd,
  type Heard,
  heard,
  opening,
  type Settings,
  speculative,
  typed,
} from "./events.js";
import { loudness, Voice } from "./sound.js";

/** Milliseconds without a word from the model after which a conversation that is to end does. */
const PATIENCE = 5_000;

export interface Line {
  id: string;
  role: string;
  text: string;
  /** What the model means to say, before it has said it. */
  planned: boolean;
  interrupted: boolean;
}

export interface Tokens {
  speechIn: number;
  textIn: number;
  speechOut: number;
  textOut: number;
}

export class Session {
  readonly run: Run;
  readonly lines = signal<readonly Line[]>([]);
  readonly tokens = signal<Tokens | undefined>(undefined);
  /** Bytes of sound: sent, come, and played to their end. */
  readonly sent = signal(0);
  readonly came = signal(0);
  readonly played = signal(0);
  /** How loud each side is now, from 0 to 1. */
  readonly level = signal(0);
  readonly voiceLevel = signal(0);
  /** Whether a piece of sound is being sent. */
  readonly talking = signal(false);
  readonly ending = signal(false);
  readonly #prompt = crypto.randomUUID();
  readonly #waiting: ReturnType<typeof chunk>[] = [];
  #over = false;
  #wake: (() => void) | undefined;
  /** Turns that were said and not answered yet. */
  #due = 0;
  #content: string | undefined;
  #heardAt = performance.now();
  readonly #roles = new Map<string, { role: string; planned: boolean }>();

  constructor(
    modelId: string,
    readonly settings: Settings,
  ) {
    this.run = new Run(modelId);
    for (const event of opening(this.#prompt, settings)) this.#say(event);
  }

  #say(event: Record<string, Record<string, unknown>>): void {
    this.#waiting.push(chunk(event));
    this.#wake?.();
  }

  async *#body() {
    for (;;) {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) yield next;
      if (this.#over) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Holds it to its end. Never throws: the run has the error. */
  async hold(): Promise<void> {
    const { run } = this;
    const voice = new Voice((bytes, loud) => {
      this.played.value += bytes;
      this.voiceLevel.value = voice.speaks ? loud : 0;
    });
    const watch = setInterval(() => {
      if (this.ending.value && performance.now() - this.#heardAt > PATIENCE) this.#close();
    }, 200); // ms: the patience is counted in seconds
    const hush = () => voice.hush();
    run.abortSignal.addEventListener("abort", hush);
    await run.until(async () => {
      const { body } = await invokeModelWithBidirectionalStream(
        client(run.told),
        { modelId: run.modelId, body: this.#body() },
        { WebSocket: recordingSocket(run.told) as SocketConstructor, abortSignal: run.abortSignal },
      );
      for await (const event of body) {
        const bytes = event.chunk?.bytes;
        if (bytes) this.#hear(heard(bytes), voice);
      }
      await voice.close();
    });
    clearInterval(watch);
    run.abortSignal.removeEventListener("abort", hush);
    if (run.state.value !== "done") voice.hush();
    void voice.close();
    this.talking.value = false;
    this.level.value = 0;
    this.voiceLevel.value = 0;
    this.#over = true;
    this.#wake?.();
  }

  #hear(event: Heard, voice: Voice): void {
    this.#heardAt = performance.now();
    const { contentStart, textOutput, audioOutput, contentEnd, usageEvent } = event;
    if (contentStart) {
      const { contentId, role, additionalModelFields } = contentStart;
      this.#roles.set(contentId, { role, planned: speculative(additionalModelFields) });
    }
    if (textOutput) this.#transcribe(textOutput.contentId, textOutput.content, textOutput.role);
    if (audioOutput) {
      const bytes = Uint8Array.from(atob(audioOutput.content), (character) => character.charCodeAt(0));
      this.came.value += bytes.length;
      this.run.came(bytes.length);
      voice.play(bytes);
    }
    if (contentEnd?.stopReason === "INTERRUPTED") {
      voice.hush();
      const last = this.lines.value.findLastIndex(({ role }) => role === "ASSISTANT");
      this.lines.value = this.lines.value.map((line, index) =>
        index === last ? { ...line, planned: false, interrupted: true } : line,
      );
    }
    if (usageEvent) {
      const { totalInputTokens, totalOutputTokens, totalTokens, details } = usageEvent;
      this.run.usage.value = { inputTokens: totalInputTokens, outputTokens: totalOutputTokens, totalTokens };
      const total = details?.total;
      if (total) {
        this.tokens.value = {
          speechIn: total.input.speechTokens,
          textIn: total.input.textTokens,
          speechOut: total.output.speechTokens,
          textOut: total.output.textTokens,
        };
      }
    }
    if (event.completionEnd) {
      this.#due = Math.max(0, this.#due - 1);
      if (this.ending.value && this.#due === 0) this.#close();
    }
  }

  #transcribe(id: string, text: string, said: string | undefined): void {
    const { role = said ?? "", planned = false } = this.#roles.get(id) ?? {};
    // The service's way of saying that the voice was cut short.
    if (/^\{\s*"interrupted"\s*:\s*true\s*\}$/.test(text.trim())) return;
    const line: Line = { id, role, text, planned, interrupted: false };
    const { value } = this.lines;
    const same = value.findIndex((one) => one.id === id);
    if (same >= 0) {
      this.lines.value = value.map((one, index) => (index === same ? { ...one, text: one.text + text } : one));
      return;
    }
    // What was said takes the place of what was meant.
    const meant = planned ? -1 : value.findIndex((one) => one.role === role && one.planned);
    this.lines.value = meant < 0 ? [...value, line] : value.map((one, index) => (index === meant ? line : one));
  }

  /** Says a typed turn. */
  type(text: string): void {
    if (this.ending.value) return;
    this.#due += 1;
    for (const event of typed(this.#prompt, text)) this.#say(event);
  }

  /** Says a piece of sound; the first begins a turn. */
  sound(samples: Int16Array): void {
    if (!this.run.open || this.ending.value) return;
    if (this.#content === undefined) {
      this.#content = crypto.randomUUID();
      this.talking.value = true;
      this.#say(audioStart(this.#prompt, this.#content));
    }
    this.level.value = loudness(samples);
    this.sent.value += samples.length * 2;
    this.#say(audio(this.#prompt, this.#content, samples));
  }

  /** The sound has ended: the model may answer. */
  quiet(): void {
    if (this.#content === undefined) return;
    this.#say(contentEnd(this.#prompt, this.#content));
    this.#content = undefined;
    this.#due += 1;
    this.talking.value = false;
    this.level.value = 0;
  }

  /** Ends when what was said is answered, or nothing comes any more. */
  end(): void {
    this.quiet();
    this.ending.value = true;
    this.#heardAt = performance.now();
    if (this.#due === 0) this.#close();
  }

  #close(): void {
    if (this.#over) return;
    for (const event of closing(this.#prompt)) this.#say(event);
    this.#over = true;
    this.#wake?.();
  }
}
