// A stream's text alone, piece by piece. It leaves out reasoning, tools and all generations but the first.

import { own } from "./core.js";
import { streamOf } from "./models-collect.js";
import { chunkOf, readChunk } from "./models-text.js";
import type { ConverseStreamEvent, EventStream, ResponseStream } from "./types/index.js";

/** An answer that has a stream, or the stream. */
export type Streamed =
  | AsyncIterable<ConverseStreamEvent>
  | AsyncIterable<ResponseStream>
  | { stream: AsyncIterable<ConverseStreamEvent> }
  | { body: AsyncIterable<ResponseStream> };

/**
 * The pieces of text of a ConverseStream or of an InvokeModelWithResponseStream in any family: what the model says, as
 * it comes. Leaving the loop ends the request.
 *
 * @throws the stream's own errors; AnswerError for a chunk that is not JSON. The stream is then ended.
 */
export function texts(source: Streamed): EventStream<string> {
  const events = streamOf<unknown>(source)[Symbol.asyncIterator]();
  // Not a generator: that would let `return()` wait for the event that is being waited for.
  const left = async (): Promise<IteratorResult<string, undefined>> => {
    await events.return?.();
    return { value: undefined, done: true };
  };
  const iterator: EventStream<string> = {
    async next() {
      for (;;) {
        const { done, value } = own<IteratorResult<unknown>>(await events.next());
        if (done) return { value: undefined, done: true };
        let pieces: { text?: string | undefined; index?: number | undefined }[];
        try {
          pieces = readChunk(undefined, chunkOf(value));
        } catch (error) {
          await left();
          throw error;
        }
        const piece = pieces.map((piece) => own(piece)).find(({ index }) => !index)?.text;
        if (piece) return { value: piece, done: false };
      }
    },
    return: left,
    async throw(error) {
      await left();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
    [(Symbol as { readonly asyncDispose?: symbol }).asyncDispose ?? Symbol()]: left,
  };
  return iterator;
}
