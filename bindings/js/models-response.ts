// A stream as server-sent events, for a page to read from its own server. It hides nothing of the events, and of errors
// everything but the package's own words.
import { toBase64 } from "./base64.js";
import { member, OutcropError, own } from "./core.js";
import { streamOf } from "./models-collect.js";
import type { Streamed } from "./models-texts.js";
import type { ConverseStreamEvent, ResponseStream } from "./types/index.js";

/** The host's Response, if its types are there. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer Type } }
  ? Type
  : { readonly status: number; readonly headers: object; readonly body: object | null };

/** Status and headers of the answer; headers as the host's Response takes them. */
export interface ResponseOptions {
  status?: number | undefined;
  statusText?: string | undefined;
  headers?: Iterable<readonly [string, string]> | Record<string, string> | object | undefined;
  /** Milliseconds of silence after which a comment is sent, 15,000 when not given; 0 for none. */
  keepAlive?: number | undefined;
}

interface Controller {
  enqueue(bytes: Uint8Array): void;
  close(): void;
}
interface Host {
  Response: new (body: unknown, init: object) => HostResponse;
  ReadableStream: new (source: object, strategy: object) => unknown;
  Headers: new (init?: object) => { has(name: string): boolean; set(name: string, value: string): void };
}

// What proxies and browsers need to pass events on as they come.
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

// ms: what the HTML standard advises, as proxies drop connections on which nothing comes.
const KEEP_ALIVE = 15_000;

const encoder = /* @__PURE__ */ new TextEncoder();

// The value before toJSON, which Node's Buffer has.
function base64(this: any, key: string, value: unknown): unknown {
  return this[key] instanceof Uint8Array ? toBase64(this[key]) : value;
}

/** One event: its name, and its data on one line for each line of text. */
function line(name: string, data: string): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${data.replace(/\r\n?|\n/g, "\ndata: ")}\n\n`);
}

/** An event of the stream as a server-sent one. */
function sent(event: ConverseStreamEvent | ResponseStream | string): Uint8Array {
  if (typeof event === "string") return line("text", JSON.stringify(event));
  const bytes = member(member(event, "chunk"), "bytes");
  if (bytes) return line("chunk", new TextDecoder().decode(bytes));
  // Names are letters: a line break in one would begin another field.
  const [name = "message", value] = Object.entries(event).at(0) ?? [];
  return line(/^\w+$/.test(name) ? name : "message", JSON.stringify(value ?? null, base64));
}

/** What is told of an error: the package's errors hold no secret, others' may. */
function failed(error: unknown): Uint8Array {
  const { name, message } = error instanceof OutcropError ? error : new Error("the stream failed");
  return line("error", JSON.stringify({ name, message }));
}

/**
 * A `Response` (`text/event-stream`) that sends a stream on as it comes:
 *
 * - an event of ConverseStream as `event: contentBlockDelta` (its name) and `data:` its JSON, bytes in base64;
 * - a chunk of InvokeModelWithResponseStream as `event: chunk` and `data:` the model's own JSON;
 * - a text, as from `texts(stream)`, as `event: text` and `data:` the text as JSON;
 * - after the last one `event: end` with `data: {}`: an answer without it was cut off;
 * - or, if the stream fails, `event: error` with `data: {"name": …, "message": …}`.
 *
 * While nothing comes, a comment keeps the connection alive. Nothing is read before the reader asks for it, and when the reader goes away the stream is ended.
 *
 * @param options status, headers, `keepAlive`; `content-type` and `cache-control` are set where they are not given
 * @throws OutcropError on a host without Response and ReadableStream
 */
export function toResponse(stream: Streamed | AsyncIterable<string>, options: ResponseOptions = {}): HostResponse {
  const { keepAlive = KEEP_ALIVE, ...rest } = own(options);
  const init = own<ResponseOptions>(rest);
  const host = globalThis as unknown as Partial<Host>;
  if (!host.Response || !host.ReadableStream || !host.Headers) {
    throw new OutcropError("this host has no Response, ReadableStream and Headers", "caller");
  }
  const events = streamOf<ConverseStreamEvent | ResponseStream | string>(stream)[Symbol.asyncIterator]();
  let next: ReturnType<typeof events.next> | undefined;
  /** The next event; or nothing, if it does not come in time: then it still is the next one. */
  const inTime = async () => {
    next ??= events.next();
    let timer: unknown;
    const late = new Promise<undefined>((done) => {
      if (keepAlive) timer = setTimeout(done, keepAlive);
    });
    try {
      const result = await Promise.race([next, late]);
      if (result) next = undefined;
      return result;
    } finally {
      clearTimeout(timer as number);
    }
  };
  const source = {
    async pull(controller: Controller) {
      let end: Uint8Array;
      try {
        const result = await inTime();
        if (!result) return controller.enqueue(encoder.encode(": nothing yet\n\n"));
        const { done, value } = own<IteratorResult<ConverseStreamEvent | ResponseStream | string>>(result);
        if (!done) return controller.enqueue(sent(value));
        end = line("end", "{}");
      } catch (error) {
        end = failed(error);
      }
      controller.enqueue(end);
      controller.close();
    },
    async cancel() {
      await events.return?.();
    },
  };
  const headers = new host.Headers(init.headers);
  for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value);
  // 0 events ahead of the reader.
  return new host.Response(new host.ReadableStream(own(source), own({ highWaterMark: 0 })), own({ ...init, headers }));
}
