// The events of a streaming answer, in AWS's shapes. Events before an error are delivered first; whatever ends
// the loop ends the request; an end that came too early is an error. It reads only when asked for an event.

import type { Marks } from "./body.js";
import { concat, revive } from "./body.js";
import { EventStreamError, TimeoutError, TruncatedStreamError } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Engine } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import { LEFT } from "./lifetime.js";
import { Failed, judged, quietly } from "./tries.js";
import type { EventStream } from "./types/index.js";

/** What a stream's iterator stands on. It does not know the iterator, which can be collected when nobody has it. */
export interface Stream {
  /** But while somebody waits for an event it does, as a collected iterator ends its stream. */
  _kept?: unknown;
  /** Waits for the first event; until then a failure is thrown, to be judged, and the call lives on. */
  _begin(): Promise<void>;
  _next(): Promise<IteratorResult<any, undefined>>;
  /** Nobody reads on. */
  _leave(): void;
}

export function events(engine: Engine, kind: string, response: ResponseLike, marks: Marks, life: Lifetime): Stream {
  // As the wasm names the kinds of streams.
  const wire = kind === "invoke" ? 2 : 0;
  // The start of a frame whose rest has not come, and how many bytes are wanted before it is worth another look.
  let held: Uint8Array[] = [];
  let wanted = 0;
  // 1 when the stream's end mark has come, or none is known. With `held` all there is to know: the wasm remembers nothing.
  const unmarked = kind === "bidirectional";
  let seen = +unmarked;

  let queue: any[] = [];
  let at = 0;
  let delivered = 0;
  let bytesReceived = 0;
  let stopReason: string | undefined;
  let begun = false;
  let over = false;
  let failure: unknown;
  let tail: Promise<unknown> = Promise.resolve();
  let turns = 0;

  const end = (reason?: unknown) => {
    over = true;
    failure = reason;
    held = [];
  };
  /** Ends the stream before its bytes have ended; before its first event it is for the driver to say what follows. */
  const fail = (reason: unknown) => {
    if (!over) end(reason);
    if (!begun) return;
    if (failure instanceof Failed) failure = judged(failure, life._meta)._error;
    life._end(failure);
  };
  // Aborted, or out of time: what has come is not delivered any more.
  life._onstop = () => {
    if (over) return;
    end(life._reason);
    queue = [];
  };

  const decode = (bytes: Uint8Array): string => engine._pure((glue) => glue.decode(wire + seen, bytes));
  /** Events, and last what to do. */
  const parsed = (text: string): any[] => {
    const list = JSON.parse(text);
    revive(list, marks);
    return list;
  };

  const push = () => {
    const bytes = held.length > 1 ? concat(held) : held[0]!;
    const text = decode(bytes);
    let list: any[];
    try {
      list = parsed(text);
    } catch {
      list = salvaged(bytes);
    }
    const status = list.pop();
    if (typeof status === "number") wanted = list.pop();
    for (const event of list) {
      stopReason = event.messageStop?.stopReason ?? stopReason;
      // Padding, so that a listener can't tell the words by their lengths: of no use to the caller.
      for (const type in event) delete event[type].p;
    }
    queue = list;
    at = 0;
    if (typeof status === "number") {
      seen = status & 1;
      held = status > 1 ? [bytes.subarray(-(status >> 1))] : [];
    } else if (status.error) {
      fail(
        new EventStreamError(`not an event stream from here on (${status.error})`, "aws", {
          code: status.error,
          events: delivered + list.length,
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
      // From each frame's prelude (12 bytes) to its end.
      for (let from = 0; from < bytes.length; ) {
        const to = from + 12 + parsed(decode(bytes.subarray(from, from + 12)))[0];
        list.push(...parsed(decode(bytes.subarray(from, to))).slice(0, -2));
        from = to;
      }
    } catch {
      // This one.
    }
    return [...list, { error: "InvalidPayload" }];
  };

  /** Reads until there is an event or an end. */
  const fill = async () => {
    let cause: unknown;
    let value: Uint8Array | undefined;
    try {
      value = await life._read();
    } catch (error) {
      cause = error;
    }
    if (over) return;
    try {
      if (value) {
        bytesReceived += value.length;
        if (value.length) held.push(value);
        wanted -= value.length;
        if (value.length && wanted <= 0) push();
        return;
      }
      // Before the first event: the rest of an attempt's time has passed.
      if (cause instanceof TimeoutError) fail(cause);
      else if (seen && !held.length && !(cause && unmarked)) {
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
    } catch (error) {
      fail(error);
    }
  };

  const step = async (): Promise<IteratorResult<any, undefined>> => {
    try {
      while (at >= queue.length) {
        if (over) {
          const error = failure;
          failure = undefined;
          if (error) throw error;
          return { value: undefined, done: true };
        }
        await fill();
      }
      delivered++;
      return { value: queue[at++], done: false };
    } finally {
      if (!--turns) stream._kept = undefined;
    }
  };

  const stream: Stream = {
    async _begin() {
      life._open(response);
      while (at >= queue.length && !over) await fill();
      if (at >= queue.length && failure) throw failure;
      begun = true;
      if (failure) fail(failure);
    },
    _next() {
      const turn = turns++ ? tail.then(step, step) : step();
      tail = turn;
      return turn;
    },
    _leave() {
      if (!over) {
        end();
        life._end(LEFT);
      }
      queue = [];
      failure = undefined;
    },
  };
  return stream;
}

let registry: FinalizationRegistry<Stream> | undefined;

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
  if (globalThis.FinalizationRegistry) {
    registry ??= new FinalizationRegistry((stream) => quietly(stream._leave));
    registry.register(iterator, stream);
  }
  return iterator;
}
