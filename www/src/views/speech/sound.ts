// Sound in and out of the page: the microphone and audio files as 16 kHz samples, and a voice of 24 kHz that is played
// while it comes. It knows no conversation and sends nothing.

import { FormError } from "../../app/errors.js";

/** Samples a second: what is said to the model, and what it says. */
export const HEARD = 16_000;
export const SPOKEN = 24_000;

/** Milliseconds for the browser's sound to start; a wireless device takes one or two seconds. */
const START = 5_000;

/** How loud samples are, from 0 to 1: the root of the mean square. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 32_768) ** 2;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

/** What keeps this page from hearing, or undefined. */
export const deaf = (): string | undefined =>
  !navigator.mediaDevices?.getUserMedia
    ? "This browser gives pages no microphone here: it wants HTTPS, or this machine's own address."
    : typeof AudioWorkletNode === "undefined"
      ? "This browser has no AudioWorklet, which the microphone's sound goes through."
      : undefined;

/**
 * Opens the microphone; each piece goes to `heard` until the returned function is called.
 *
 * @throws FormError that says what the reader can do
 */
export async function microphone(heard: (samples: Int16Array) => void): Promise<() => Promise<void>> {
  const why = deaf();
  if (why) throw new FormError(why, "speech-text");
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    throw new FormError(
      name === "NotFoundError"
        ? "There is no microphone. Plug one in, or use a file or text."
        : name === "NotAllowedError"
          ? "The browser did not let this page use the microphone. Allow it in the address bar, or use a file or text."
          : `The microphone could not be opened (${name || "no reason"}). Is another program using it?`,
      "speech-talk",
    );
  }
  // At its own rate: not every browser connects a microphone to a context of another.
  const context = new AudioContext();
  const close = async () => {
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== "closed") await context.close();
  };
  try {
    await context.audioWorklet.addModule(new URL("microphone.js", location.href));
    const node = new AudioWorkletNode(context, "microphone", { numberOfInputs: 1, numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<Int16Array>) => heard(data);
    context.createMediaStreamSource(stream).connect(node);
    await running(context);
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

/**
 * An audio file as samples: whatever the browser can decode, its channels mixed to one.
 *
 * @throws FormError when it cannot
 */
export async function samplesOf(file: File): Promise<Int16Array> {
  // At this rate the decoder resamples by itself.
  const decoder = new OfflineAudioContext(1, 1, HEARD);
  let sound: AudioBuffer;
  try {
    sound = await decoder.decodeAudioData(await file.arrayBuffer());
  } catch {
    throw new FormError(`${file.name} is no audio that this browser can decode.`, "speech-file");
  }
  const samples = new Int16Array(sound.length);
  const channels = Array.from({ length: sound.numberOfChannels }, (_, index) => sound.getChannelData(index));
  for (let index = 0; index < samples.length; index++) {
    let sum = 0;
    for (const channel of channels) sum += channel[index] ?? 0;
    samples[index] = Math.max(-1, Math.min(1, sum / channels.length)) * 32_767;
  }
  return samples;
}

/**
 * Waits until a context runs. A browser without any sound device lets that wait for ever.
 *
 * @throws FormError when it does not
 */
async function running(context: AudioContext): Promise<void> {
  const late = new Promise<void>((done) => setTimeout(done, START));
  await Promise.race([context.resume(), late]);
  if (context.state !== "running") {
    throw new FormError("The browser's sound does not start. Is there a sound device?", "speech-talk");
  }
}

/** Plays pieces of a voice one after the other, as they come. */
export class Voice {
  readonly #context = new AudioContext();
  readonly #told: (bytes: number, loud: number) => void;
  #next = 0;
  readonly #playing = new Set<AudioBufferSourceNode>();

  /** @param told hears of each piece that was played to its end: its bytes, and how loud it was */
  constructor(told: (bytes: number, loud: number) => void) {
    this.#told = told;
    // Where there is no sound device, or nobody has clicked, it stays silent; the words come all the same.
    this.#context.resume().catch(() => {});
  }

  /** Whether something is still to be heard. */
  get speaks(): boolean {
    return this.#playing.size > 0;
  }

  /** Adds samples of 16 bits, the lower byte first. */
  play(bytes: Uint8Array): void {
    const samples = new Int16Array(bytes.length >> 1);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true);
    if (samples.length === 0) return;
    const buffer = this.#context.createBuffer(1, samples.length, SPOKEN);
    buffer.copyToChannel(
      Float32Array.from(samples, (sample) => sample / 32_768),
      0,
    );
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    // 50 ms ahead of the first: the next piece is then there before this one ends.
    this.#next = Math.max(this.#next, this.#context.currentTime + 0.05);
    source.start(this.#next);
    this.#next += buffer.duration;
    this.#playing.add(source);
    source.onended = () => {
      if (this.#playing.delete(source)) this.#told(samples.length * 2, loudness(samples));
    };
  }

  /** Silence, at once: what was not played is dropped. */
  hush(): void {
    for (const source of this.#playing) source.stop();
    this.#playing.clear();
    this.#next = 0;
    this.#told(0, 0);
  }

  /** Ends when all was heard. */
  async close(): Promise<void> {
    while (this.speaks && this.#context.state === "running") await new Promise((done) => setTimeout(done, 50)); // ms
    if (this.#context.state !== "closed") await this.#context.close();
  }
}
