// The events of a streaming answer, in AWS's shapes. Events before an error are delivered first; whatever ends
// the loop ends the request; an end that came too early is an error. It reads only when asked for an event.

import type { Marks } from "./body.js";
import { concat, revive } from "./body.js";
import { EventStreamError, TruncatedStreamError } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Engine } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import { LEFT, quietly } from "./lifetime.js";
import { own } from "./own.js";
import { Failed, judged } from "./tries.js";
import type { EventStream } from "./types/index.js";

/** What a stream's iterator stands on. It does not know the iterator, which can be collected when nobody has it. */
export interface Stream {
  /** But while somebody waits for an event it does, as a collected iterator ends its stream. */
  _kept?: unknown;
  /**
   * What leaves it when its iterator is collected, and nothing any more once it has ended: until then the collector holds
   * what is here, and among all that a stream has is an error whose stack may lead to the iterator.
   */
  readonly _tie: { _leave?: (() => void) | undefined };
  /** Waits for the first event; until then a failure is thrown, to be judged, and the call lives on. */
  _begin(): Promise<void>;
  _next(): Promise<IteratorResult<any, undefined>>;
  /** Nobody reads on. */
  _leave(): void;
}

export function events(engine: Engine, kind: string, response: ResponseLike, marks: Marks, life: Lifetime): Stream {
  // What came after the last whole frame, how many bytes that is, and how many are wanted before it is worth a look.
  let held: Uint8Array[] = [];
  let wanted = 0;
  // Whether the stream's end mark has come, or none is known.
  const unmarked = kind === "bidirectional";
  let seen = unmarked;
  // What the wasm said last: how many bytes it left, or what ended the stream.
  let status: any;

  let queue: any[] = [];
  let at = 0;
  let delivered = 0;
  let bytesReceived = 0;
  let stopReason: string | undefined;
  let begun = false;
  let over = false;
  let failure: unknown;
  /** Those who wait for an event, in order. */
  const waiting: ((result: any) => void)[] = [];

  const end = (reason?: unknown) => {
    over = true;
    stream._tie._leave = undefined;
    failure = reason;
    held = [];
  };
  /** Ends the stream before its bytes have ended; before its first event it is for the driver to say what follows. */
  const fail = (reason: unknown) => {
    if (!over) end(reason);
    if (!begun) return;
    if (failure instanceof Failed) failure = judged(failure, life)._error;
    life._end(failure);
  };
  // Aborted, or out of time: what has come is not delivered any more.
  life._onstop = () => {
    if (over) return;
    end(life._reason);
    queue = [];
    settle();
  };

  const decode = (pieces: Uint8Array[]): string => engine._pure((glue) => glue.decode(pieces));
  /** The events of a text; `status` and `wanted` are what is to be done after them. */
  const parsed = (text: string): any[] => {
    const list = JSON.parse(text);
    const told: any[] = [];
    let contentBlockIndex: unknown;
    let chunk: any;
    status = list.pop();
    if (status >= 0) wanted = list.pop();
    for (const item of list) {
      // Most events are a piece of text, and stand there as such, behind its number if that is another.
      if (typeof item === "string") told.push({ contentBlockDelta: { contentBlockIndex, delta: { text: item } } });
      else if (Object(item) !== item) contentBlockIndex = item;
      else {
        revive(item, marks);
        // Padding, so that a listener can't tell the words by their lengths: of no use to the caller.
        const event = own(item);
        for (const type in event) delete event[type].p;
        told.push(item);
        stopReason = event.messageStop?.stopReason ?? stopReason;
        if (kind === "invoke") chunk = event.chunk ?? chunk;
        else if (event.metadata) seen = true;
      }
    }
    // As a key: within a JSON text a quote is escaped, so these are never a model's words.
    if (chunk) seen = /amazon-bedrock-invocationMetrics"\s*:/.test(chunk.bytes?.transformToString?.());
    return told;
  };

  const push = () => {
    const text = decode(held);
    try {
      queue = parsed(text);
    } catch {
      queue = salvaged(concat(held));
    }
    at = 0;
    if (status >= 0) {
      let from = held.length;
      while (status > 0) status -= held[--from]!.length;
      held = held.slice(from);
      if (status) held[0] = held[0]!.subarray(-status);
    } else if ((status = own(status)).error) {
      fail(
        new EventStreamError(`not an event stream from here on (${status.error})`, "aws", {
          code: status.error,
          events: delivered + queue.length,
          $metadata: life._meta,
        }),
      );
    } else {
      let body: object | undefined;
      try {
        body = JSON.parse(status.payload);
      } catch {
        // An exception without a text is still that exception.
      }
      fail(new Failed(200, status.exception, { message: status.text, ...body }));
    }
  };

  /** Those bytes again, frame by frame: the events before the one that could not be read, and a status that says so. */
  const salvaged = (bytes: Uint8Array): any[] => {
    const list: any[] = [];
    try {
      // A frame begins with its length, which was found good.
      const view = new DataView(bytes.buffer);
      for (let from = 0; ; ) list.push(...parsed(decode([bytes.subarray(from, (from += view.getUint32(from)))])));
    } catch {
      // This one.
    }
    status = { error: "InvalidPayload" };
    return list;
  };

  /** The bytes have ended. */
  const finish = (cause?: unknown) => {
    if (seen && !held.length && !(cause && unmarked)) {
      end();
      life._end();
    } else {
      fail(
        new TruncatedStreamError(
          `the stream ended ${held.length ? "within" : "between two of its"} events`,
          "network",
          { events: delivered, bytesReceived, stopReason, cause, $metadata: life._meta },
        ),
      );
    }
  };

  // One callback for all reads: a stream of single bytes makes no closure and no promise for each.
  const got = ({ value }: { readonly value?: Uint8Array | undefined }) => {
    life._idle = 0;
    if (over) return;
    try {
      if (value) {
        bytesReceived += value.length;
        if (value.length) held.push(value);
        wanted -= value.length;
        if (value.length && wanted <= 0) push();
      } else finish();
    } catch (error) {
      fail(error);
    }
    settle();
  };
  const broke = (cause: unknown) => {
    life._idle = 0;
    if (over) return;
    finish(cause);
    settle();
  };

  /** The next event, or how the stream ended; nothing when neither is there. */
  const take = () => {
    if (at < queue.length) {
      delivered++;
      return { value: queue[at++], done: false };
    }
    if (!over) return;
    const error = failure;
    failure = undefined;
    return error ? Promise.reject(error) : { value: undefined, done: true };
  };
  /** Tells those who wait; while one of them still does, it reads on. */
  const settle = () => {
    while (waiting.length) {
      if (at >= queue.length && !over) return life._pull(got, broke);
      waiting.shift()!(begun && take());
    }
    stream._kept = undefined;
  };
  const wait = () =>
    new Promise<any>((resolve) => {
      if (waiting.push(resolve) < 2) settle();
    });

  const stream: Stream = {
    _tie: { _leave: () => stream._leave() },
    async _begin() {
      life._open(response);
      try {
        await life._wait(wait());
      } catch (cause) {
        // The rest of an attempt's time has passed.
        if (!over) end(cause);
      }
      if (at >= queue.length && failure) throw failure;
      begun = true;
      if (failure) fail(failure);
    },
    _next() {
      const there = waiting.length ? undefined : take();
      if (!there) return wait();
      stream._kept = undefined;
      return Promise.resolve(there);
    },
    _leave() {
      if (!over) {
        end();
        life._end(LEFT);
      }
      queue = [];
      failure = undefined;
      settle();
    },
  };
  return stream;
}

let registry: FinalizationRegistry<Stream["_tie"]> | undefined;

/** What the caller iterates. Collected without having been left, it ends its stream, where the host tells. */
export function iterator(stream: Stream): EventStream<any> {
  const iterator: EventStream<any> = {
    next() {
      stream._kept = iterator;
      return stream._next();
    },
    async return() {
      stream._leave();
      return { value: undefined, done: true };
    },
    async throw(error) {
      stream._leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
    // `await using`, where the host has it.
    [(Symbol as { readonly asyncDispose?: symbol }).asyncDispose ?? Symbol()]: async () => stream._leave(),
  };
  // Unregistering it at its end costs more than it saves: V8 then drops compiled code with the last stream (decoding one
  // event a chunk 115 ms, not 60).
  if (globalThis.FinalizationRegistry && stream._tie._leave) {
    registry ??= new FinalizationRegistry((tie) => quietly(() => tie._leave?.()));
    registry.register(iterator, stream._tie);
  }
  return iterator;
}
