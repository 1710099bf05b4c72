// The events of a streaming answer, in AWS's shapes. Events before an error are delivered first; whatever ends
// the loop ends the request; an end that came too early is an error. It reads only when asked for an event.

import type { Blobs } from "./body.js";
import { revive } from "./body.js";
import { serviceException } from "./driver.js";
import { EventStreamError, OutcropError, TruncatedStreamError } from "./errors.js";
import type { ResponseLike } from "./host.js";
import type { Engine, Instance } from "./instance.js";
import type { Lifetime } from "./lifetime.js";
import type { EventStream, ResponseMetadata } from "./types/index.js";

const noop = () => {};

export function events(
  engine: Engine,
  kind: string,
  response: ResponseLike,
  blobs: Blobs,
  life: Lifetime,
  $metadata: ResponseMetadata,
): EventStream<any> {
  // As the wasm names the kinds of streams.
  const wire = kind === "invoke" ? 2 : 0;
  const reader = response.body?.getReader();
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

  const end = (reason?: unknown, drop?: boolean) => {
    over = true;
    failure = reason;
    if (drop) queue = [];
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
  /** Ends the stream before its bytes have ended. */
  const cancel = (reason?: unknown, drop?: boolean) => {
    if (over) return;
    end(reason, drop);
    life._end(reason ?? new OutcropError("the stream was left", "caller"));
    // For a fetch that heeds no signal.
    reader?.cancel().catch(noop);
  };
  life._onend = () => cancel(life._reason, true);

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
      return;
    }
    let error: unknown;
    if (status.error) {
      error = new EventStreamError(`not an event stream from here on (${status.error})`, "aws", {
        code: status.error,
        events: delivered + list.length,
        $metadata,
      });
    } else {
      let body = {};
      try {
        body = JSON.parse(status.payload) ?? body;
      } catch {
        // An exception without a text is still that exception.
      }
      // The answer's status was 200: the name alone tells whose fault it is.
      const fault = /^(InternalServer|ServiceUnavailable)Exception$/.test(status.exception) ? 500 : 400;
      error = serviceException(engine, fault, status.exception, body, $metadata, status.text).error;
    }
    cancel(error);
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
      value = reader && (await life._wait(reader.read())).value;
    } catch (error) {
      if (over) return;
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
        cancel(
          new TruncatedStreamError(
            `the stream ended ${verdict > 1 ? "within" : "between two of its"} events`,
            "network",
            {
              events: delivered,
              bytesReceived,
              stopReason,
              cause,
              $metadata,
            },
          ),
        );
      }
    } catch (error) {
      cancel(error);
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

  const stream: EventStream<any> = {
    next() {
      const turn = turns++ ? tail.then(step, step) : step();
      tail = turn;
      return turn;
    },
    async return() {
      cancel(undefined, true);
      queue = [];
      failure = undefined;
      return { value: undefined, done: true };
    },
    async throw(error) {
      await stream.return();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  // `await using`, where the host has it.
  const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
  return asyncDispose ? Object.assign(stream, { [asyncDispose]: async () => void (await stream.return()) }) : stream;
}

function concat(chunks: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
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
