// The microphone's sound as a speech model takes it: one channel, 16,000 samples a second, 16 bits, in pieces. It runs on
// the audio thread, as a module of its own, and sends nothing anywhere but to the page.

/** Samples a second that Nova Sonic hears best, from AWS's guide. */
const RATE = 16_000;
/** Samples in a piece: 32 ms, short enough to be answered at once. */
const PIECE = 512;

// The scope's own names: TypeScript's DOM library has not those of worklets.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/**
 * Each output sample is the mean of the input between it and the next, weighed by how much of it lies there: enough
 * against the folding of high tones for a voice, and right for every rate, also one that is no multiple.
 */
class Microphone extends AudioWorkletProcessor {
  #piece = new Int16Array(PIECE);
  #filled = 0;
  /** Input samples that make one output sample, and how much of the current one is still wanted. */
  readonly #ratio = sampleRate / RATE;
  #wanted = this.#ratio;
  #sum = 0;

  process([channels]: Float32Array[][]): boolean {
    const length = channels?.[0]?.length ?? 0;
    for (let index = 0; index < length; index++) {
      let sample = 0;
      for (const channel of channels ?? []) sample += (channel[index] ?? 0) / (channels?.length || 1);
      let left = 1;
      while (left > 0) {
        const part = Math.min(left, this.#wanted);
        this.#sum += sample * part;
        this.#wanted -= part;
        left -= part;
        // What rounding leaves over is no part of a sample.
        if (this.#wanted < 1e-9) this.#out(this.#sum / this.#ratio);
      }
    }
    return true;
  }

  #out(sample: number): void {
    this.#sum = 0;
    this.#wanted = this.#ratio;
    this.#piece[this.#filled++] = Math.max(-1, Math.min(1, sample)) * 32_767;
    if (this.#filled < PIECE) return;
    this.port.postMessage(this.#piece, [this.#piece.buffer]);
    this.#piece = new Int16Array(PIECE);
    this.#filled = 0;
  }
}

registerProcessor("microphone", Microphone);
