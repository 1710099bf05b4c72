// The events of a streaming answer, in AWS's shapes. Events before an error are delivered first; whatever ends
// the loop ends the request; an end that came too early is an error. It reads only when asked for an event.

import type { Blobs } from "./body.js";
import { concat, revive } from "./body.js";
import { Failed, judged } from "./driver.js";
import { EventStreamError, TimeoutError, TruncatedStreamError } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Engine, Instance } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import { LEFT } from "./lifetime.js";
import type { EventStream } from "./types/index.js";

/** What a stream's iterator stands on. It does not know the iterator, which can be collected while this still reads. */
export interface Stream {
  /** Waits for the first event; until then a failure is thrown, to be judged, and the call lives on. */
  _begin(): Promise<void>;
  _next(): Promise<IteratorResult<any, undefined>>;
  /** Nobody reads on. */
  _leave(): void;
}

export function events(engine: Engine, kind: string, response: ResponseLike, blobs: Blobs, life: Lifetime): Stream {
  // As the wasm names the kinds of streams.
  const wire = kind === "invoke" ? 2 : 0;
  let instance: Instance | undefined;
  let handle = 0;
  let wanted = 0;
  // Chunks too small to be worth a call.
  let staged: Uint8Array[] = [];
  let stagedBytes = 0;
  // The bytes of the unfinished frame that the decoder holds, and whether it has seen the stream's end mark: all
  // that a decoder on a fresh instance needs to go on, should another stream's trap take this one's instance.
  // It costs nothing a chunk (references, no copies), and a move 0.3 ms in Node: an instance, and one push.
  let held: Uint8Array[] = [];
  let seen = 0;

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

  /** The instance this stream's decoder lives on, moved if that has trapped. */
  const attached = (): Instance => {
    if (!instance || instance._dead) {
      instance = engine._current();
      handle = engine._on(instance, (glue) => glue.open(wire + seen));
      if (held.length) engine._on(instance, (glue) => glue.push(handle, concat(held)));
    }
    return instance;
  };

  const end = (reason?: unknown) => {
    over = true;
    failure = reason;
    staged = held = [];
    if (instance && !instance._dead) {
      try {
        engine._on(instance, (glue) => glue.close(handle));
      } catch {
        // Retired with that; nothing is owed to it.
      }
    }
    instance = undefined;
  };
  /** Ends the stream before its bytes have ended; before its first event it is for the driver to say what follows. */
  const fail = (reason: unknown) => {
    if (!over) end(reason);
    if (!begun) return;
    if (failure instanceof Failed) failure = judged(engine, failure, life._meta)._error;
    life._end(failure);
  };
  // Aborted, or out of time: what has come is not delivered any more.
  life._onstop = () => {
    if (over) return;
    end(life._reason);
    queue = [];
  };

  const push = () => {
    const bytes = staged.length === 1 ? staged[0]! : concat(staged);
    staged = [];
    stagedBytes = 0;
    const on = attached();
    const text = engine._on(on, (glue) => glue.push(handle, bytes));
    let list: any[];
    try {
      list = JSON.parse(text);
      revive(list, blobs);
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
      held.push(bytes);
      held = last(held, status >> 1);
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
    const all = concat([...held, bytes]);
    const on = engine._current();
    const again = engine._on(on, (glue) => glue.open(wire));
    try {
      // From prelude to prelude (12 bytes), and from each to the end of its frame.
      for (let from = 0, to = 12; from < all.length; ) {
        const part = JSON.parse(engine._on(on, (glue) => glue.push(again, all.subarray(from, to))));
        revive(part, blobs);
        list.push(...part.slice(0, -2));
        from = to;
        to += part.at(-2);
      }
    } catch {
      engine._on(on, (glue) => glue.close(again));
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
        stagedBytes += value.length;
        if (value.length) staged.push(value);
        if (stagedBytes && stagedBytes >= wanted) push();
        return;
      }
      if (cause instanceof TimeoutError) return fail(cause);
      if (stagedBytes) {
        push();
        // Its events first; the next read says again that the bytes have ended.
        if (over || at < queue.length) return;
      }
      const on = attached();
      const verdict = engine._on(on, (glue) => glue.finish(handle));
      if (!verdict) {
        end();
        life._end();
      } else {
        fail(
          new TruncatedStreamError(
            `the stream ended ${verdict > 1 ? "within" : "between two of its"} events`,
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
      turns--;
    }
  };

  return {
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
}

let registry: FinalizationRegistry<Stream> | undefined;

/** What the caller iterates. Collected without having been left, it ends its stream, where the host tells. */
export function iterator(stream: Stream): EventStream<any> {
  const iterator: EventStream<any> = {
    next: stream._next,
    async return() {
      stream._leave();
      return { value: undefined, done: true };
    },
    async throw(error) {
      stream._leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  if (globalThis.FinalizationRegistry) {
    registry ??= new FinalizationRegistry((stream) => stream._leave());
    registry.register(iterator, stream);
  }
  // `await using`, where the host has it.
  const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
  return asyncDispose
    ? Object.assign(iterator, { [asyncDispose]: async () => void (await iterator.return()) })
    : iterator;
}

/** The last bytes of those chunks. */
function last(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (let at = chunks.length; bytes > 0 && at--; ) {
    const chunk = chunks[at]!;
    kept.unshift(chunk.subarray(Math.max(0, chunk.length - bytes)));
    bytes -= chunk.length;
  }
  return kept;
}
