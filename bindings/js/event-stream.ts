// `outcrop/event-stream`: any AWS event stream as headers and bytes, for services whose API this package does not know.
// It is in TypeScript, not the wasm's decoder, which knows Bedrock's events only: what an app does not use must not
// weigh on it. A stream that breaks off is an error, and it says nothing about which event has to be the last.

import { concat } from "./body.js";
import { EventStreamError, member, OutcropError, own, TruncatedStreamError } from "./core.js";
import type { Message, MessageHeaders } from "./event-stream-frame.js";
import { damaged, length, message, PRELUDE } from "./event-stream-frame.js";
import type { BodyLike, Bytes, ReaderLike } from "./host.js";

export type { HeaderValue, Message, MessageHeaders, TypedHeaderValue } from "./event-stream-frame.js";
export { encode } from "./event-stream-frame.js";

// Bytes of an answer of the wrong kind that an error shows.
const SHOWN = 200;

/** An exception or an error inside a stream: `name` is AWS's name for it. What came before it was delivered. */
export class EventStreamException extends OutcropError {
  static {
    this.prototype.name = "EventStreamException";
  }
  /** As on the wire: `:exception-type`, such as `throttlingException`, or `:error-code`. */
  declare readonly code: string;
  declare readonly headers: MessageHeaders;
  /** The payload; an error has none. */
  declare readonly body: Bytes;
}

/** What is read of an answer. */
export interface EventStreamResponse {
  /** The HTTP status; one that is no success is an error before any event. */
  readonly status?: number;
  /** As fetch's `Headers`; `content-type` is read. */
  readonly headers: { get(name: string): string | null };
  /** What is decoded; without one it is an EventStreamError. */
  readonly body: BodyLike | null;
}

/** Events, read when asked for. Leaving the loop, or `return()`, ends the request. */
export interface Messages extends AsyncIterableIterator<Message> {
  /** Ends the request, and the iteration with it. */
  return(): Promise<IteratorResult<Message, undefined>>;
}

/** A reader of what there is to read. */
function opened(source: EventStreamResponse | BodyLike | AsyncIterable<Uint8Array>): ReaderLike {
  const getReader = member(source, "getReader");
  if (getReader) return getReader.call(source);
  if (Symbol.asyncIterator in source) {
    const iterator = source[Symbol.asyncIterator]();
    return {
      read: () => iterator.next() as ReturnType<ReaderLike["read"]>,
      cancel: async () => void (await iterator.return?.()),
    };
  }
  const body = member(source, "body");
  if (!body) throw new EventStreamError("the answer has no body", "aws", { events: 0 });
  return body.getReader();
}

/** The start of an answer that is no event stream. */
async function beginning(reader: ReaderLike): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < SHOWN) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What has come will do.
  }
  return text.slice(0, SHOWN).replace(/[^ -~]+/g, " ");
}

/** What the message of these bytes says; an exception or an error is thrown. */
function told(bytes: Bytes, events: number): Message {
  const texts: Record<string, string> = Object.create(null);
  const received = message(bytes, texts);
  const { headers, body } = received;
  let code = texts[":exception-type"];
  let said = "";
  switch (texts[":message-type"]) {
    case "event":
      if (texts[":event-type"] === undefined) throw damaged("InvalidEventType", events);
      return received;
    case "exception":
      if (code === undefined) throw damaged("InvalidEventType", events);
      try {
        const value = own(JSON.parse(new TextDecoder().decode(body)));
        const words = value.message ?? value.Message;
        if (typeof words === "string") said = words;
      } catch {
        // An exception without a text is still that exception.
      }
      break;
    case "error":
      code = texts[":error-code"] ?? "";
      said = texts[":error-message"] ?? "";
      break;
    default:
      throw damaged("InvalidMessageType", events);
  }
  code ||= "UnknownError";
  const name = code.replace(/^[a-z]/, (first) => first.toUpperCase());
  throw new EventStreamException(`${said || code}`, "aws", { name, code, headers, body });
}

/** One message from all its bytes, such as the one inside a signed chunk. */
export function decode(bytes: Bytes): Message {
  if (bytes.length < PRELUDE || length(bytes) !== bytes.length) throw damaged("FrameTooShort");
  return message(bytes);
}

/**
 * The messages of an answer's event stream, or of a body's: each event's headers (`:event-type` says which it is) and
 * its payload's bytes.
 *
 * Errors, after the events before them: EventStreamException (the service's own), EventStreamError (not an event
 * stream, or damaged), TruncatedStreamError (the bytes ended within an event, or the connection broke). An abort of the
 * request is thrown as the host throws it. What the service calls the last event is yours to look for: a stream that
 * was cut between two events, by a server that ended it cleanly, looks whole.
 */
export function events(source: EventStreamResponse | BodyLike | AsyncIterable<Uint8Array>): Messages {
  const reader = opened(source);
  // The start of a message whose rest has not come; how many bytes there are, and are wanted.
  let held: Uint8Array[] = [];
  let bytes = 0;
  let wanted = PRELUDE;
  let queue: Message[] = [];
  let at = 0;
  let delivered = 0;
  let bytesReceived = 0;
  let over = false;
  let failure: unknown;
  let tail: Promise<unknown> = Promise.resolve();
  let checked = false;

  const end = (reason?: unknown) => {
    if (over) return;
    over = true;
    failure = reason;
    held = [];
    // For a stream that ended by itself it does nothing.
    Promise.resolve(reader.cancel(reason)).catch(() => {});
  };

  /** The messages in what has come. */
  const push = () => {
    const all = concat(held);
    let from = 0;
    // It was read to its end: else nothing would be wanted.
    queue = [];
    at = 0;
    wanted = PRELUDE;
    try {
      while (all.length - from >= PRELUDE) {
        const size = length(all.subarray(from));
        wanted = size;
        if (all.length - from < size) break;
        queue.push(told(all.subarray(from, from + size), delivered + queue.length));
        from += size;
        wanted = PRELUDE;
      }
    } catch (error) {
      if (error instanceof EventStreamError) Object.assign(error, { events: delivered + queue.length });
      end(error);
      return;
    }
    held = from < all.length ? [all.subarray(from)] : [];
    bytes = all.length - from;
  };

  const fill = async () => {
    const headers = member(source, "headers");
    if (!checked && headers) {
      const type = headers.get("content-type") ?? "";
      if (!/^application\/vnd\.amazon\.eventstream\b/i.test(type)) {
        const begins = await beginning(reader);
        const code = member(source, "status");
        const status = code ? ` (HTTP ${code})` : "";
        const what = `the answer${status} is not an event stream but ${type || "of no type"}`;
        return end(new EventStreamError(`${what}, and begins: ${begins}`, "aws", { events: 0 }));
      }
    }
    checked = true;
    let chunk: { readonly done?: boolean; readonly value?: Uint8Array | undefined };
    try {
      chunk = await reader.read();
    } catch (cause) {
      if (over) return;
      if ((cause as Error | undefined)?.name === "AbortError") return end(cause);
      const about = { events: delivered, bytesReceived, cause };
      return end(new TruncatedStreamError("the stream broke off", "network", about));
    }
    if (over) return;
    if (chunk.done) {
      const about = { events: delivered, bytesReceived };
      return end(bytes ? new TruncatedStreamError("the stream ended within an event", "network", about) : undefined);
    }
    const value = chunk.value!;
    bytesReceived += value.length;
    bytes += value.length;
    if (value.length) held.push(value);
    if (bytes >= wanted) push();
  };

  const step = async (): Promise<IteratorResult<Message, undefined>> => {
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
    return { value: queue[at++]!, done: false };
  };

  const leave = () => {
    end();
    queue = [];
    failure = undefined;
  };

  const messages: Messages = {
    next() {
      const turn = tail.then(step, step);
      tail = turn;
      return turn;
    },
    async return() {
      leave();
      return { value: undefined, done: true };
    },
    async throw(error) {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => messages,
    // `await using`, where the host has it.
    [(Symbol as { readonly asyncDispose?: symbol }).asyncDispose ?? Symbol()]: async () => leave(),
  };
  return messages;
}
