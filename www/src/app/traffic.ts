// What crossed the wire: each HTTP exchange and WebSocket with its bytes and times, for the inspector. It keeps no
// credential: what proves who sends is cut out before anything is kept. Nothing leaves the page's memory.

import { signal } from "@preact/signals";
import type { Fetch, ResponseLike } from "outcrop";

/** Exchanges that are kept; older ones go first. */
const MOST = 100;
/** Bytes of bodies that are kept in all: 64 MiB. For more of them older exchanges go. */
const MOST_BYTES = 67_108_864;

/** A piece of an answer as the browser handed it over. */
export interface Chunk {
  /** Milliseconds since the exchange began. */
  at: number;
  bytes: Uint8Array;
  /** Which way it went; an HTTP answer's are all `in`. */
  way: "in" | "out";
}

export interface Exchange {
  id: number;
  kind: "http" | "websocket";
  method: string;
  /** Without what signs it. */
  url: string;
  /** When it began, in Unix milliseconds. */
  began: number;
  requestHeaders: [string, string][];
  /** Undefined where it holds credentials. */
  requestBody: Uint8Array | undefined;
  status: number | undefined;
  responseHeaders: [string, string][];
  /** Milliseconds until the answer's head. */
  head: number | undefined;
  chunks: Chunk[];
  /** Bytes that came, kept or not. */
  bytes: number;
  /** Milliseconds until its end, and how it ended. */
  ended: number | undefined;
  outcome: string;
  /** Why bodies are not kept, if they are not. */
  withheld: string | undefined;
}

/** The newest last. The array is new at each change; the exchanges in it are not: who shows one reads this too. */
export const exchanges = signal<readonly Exchange[]>([]);
/** Which one the inspector shows. */
export const selected = signal<number | undefined>(undefined);

let last = 0;
let kept = 0;
let queued = false;

/** Tells those who look, at most once a frame: a stream has thousands of chunks. */
function changed(): void {
  if (queued) return;
  queued = true;
  setTimeout(() => {
    queued = false;
    exchanges.value = [...exchanges.value];
  }, 50); // ms: faster is not seen
}

/** Forgets all. */
export function clear(): void {
  while (exchanges.value.length > 0) forgetOldest();
  selected.value = undefined;
}

const CUT = "‹redacted›";

/** A header's value without what proves who sends. */
export function redacted(name: string, value: string): string {
  const lower = name.toLowerCase();
  if (lower === "authorization") {
    return value.startsWith("AWS4-")
      ? value.replace(/Credential=[^/,]+/, `Credential=${CUT}`).replace(/Signature=[0-9a-f]+/i, `Signature=${CUT}`)
      : `${value.split(" ")[0]} ${CUT}`;
  }
  return /token|api-?key|secret|cookie/.test(lower) && lower !== "x-amz-target" ? CUT : value;
}

/** An address without the query members that sign it. */
export function redactedUrl(text: string): string {
  return text.replace(/(X-Amz-(?:Credential|Signature|Security-Token))=[^&]*/gi, `$1=${CUT}`);
}

function begin(kind: Exchange["kind"], method: string, url: string): Exchange {
  const exchange: Exchange = {
    id: ++last,
    kind,
    method,
    url: redactedUrl(url),
    began: Date.now(),
    requestHeaders: [],
    requestBody: undefined,
    status: undefined,
    responseHeaders: [],
    head: undefined,
    chunks: [],
    bytes: 0,
    ended: undefined,
    outcome: "",
    withheld: undefined,
  };
  while (exchanges.value.length >= MOST) forgetOldest();
  exchanges.value = [...exchanges.value, exchange];
  return exchange;
}

function forgetOldest(): void {
  const [oldest, ...others] = exchanges.value;
  if (!oldest) return;
  kept -= oldest.requestBody?.length ?? 0;
  for (const { bytes } of oldest.chunks) kept -= bytes.length;
  // It may still be on its way: nothing more of it is kept.
  oldest.withheld = "Forgotten, to make room for newer ones.";
  exchanges.value = others;
}

/** Whether so many bytes more are kept of an exchange: older ones make room, and one that is too large is not kept. */
function room(exchange: Exchange, size: number): boolean {
  if (exchange.withheld !== undefined) return false;
  while (kept + size > MOST_BYTES && exchanges.value[0] !== exchange && exchanges.value.length > 0) forgetOldest();
  if (kept + size > MOST_BYTES) {
    exchange.withheld = "From here on nothing of it is kept: the inspector has room for 64 MiB.";
    return false;
  }
  kept += size;
  return true;
}

function add(exchange: Exchange, bytes: Uint8Array, at: number, way: Chunk["way"] = "in"): void {
  if (way === "in") exchange.bytes += bytes.length;
  // A copy: the next owner may transfer or change them.
  if (room(exchange, bytes.length)) exchange.chunks.push({ at, bytes: bytes.slice(), way });
  changed();
}

/**
 * A `fetch` that records. `secret` is for services that answer credentials: their bodies are not kept.
 *
 * @param told hears of each exchange as it begins
 */
export function recordingFetch(told?: (exchange: Exchange) => void, secret = false): Fetch {
  return async (url, init) => {
    const exchange = begin("http", init.method, url);
    const started = performance.now();
    const since = () => performance.now() - started;
    exchange.requestHeaders = Object.entries(init.headers).map(([name, value]) => [name, redacted(name, value)]);
    if (secret) exchange.withheld = "Bodies are not kept: they hold credentials.";
    else if (init.body && room(exchange, init.body.length)) exchange.requestBody = init.body.slice();
    told?.(exchange);
    const end = (outcome: string) => {
      if (exchange.ended !== undefined) return;
      exchange.ended = since();
      exchange.outcome = outcome;
      changed();
    };
    const failed = (error: unknown): never => {
      end((error as Error)?.name === "AbortError" ? "stopped by this page" : `failed: ${(error as Error)?.message}`);
      throw error;
    };
    const response = (await fetch(url, init as RequestInit).catch(failed)) as Response;
    exchange.status = response.status;
    exchange.head = since();
    exchange.responseHeaders = [...response.headers].map(([name, value]) => [name, redacted(name, value)]);
    changed();
    const whole = async (): Promise<ArrayBuffer> => {
      const bytes = await response.arrayBuffer().catch(failed);
      add(exchange, new Uint8Array(bytes as ArrayBuffer), since());
      end("complete");
      return bytes as ArrayBuffer;
    };
    const { body } = response;
    if (!body) end("complete");
    return {
      status: response.status,
      headers: response.headers,
      body: body && {
        getReader() {
          const reader = body.getReader();
          return {
            async read() {
              const piece = await reader.read().catch(failed);
              const { done, value } = piece as ReadableStreamReadResult<Uint8Array>;
              if (value) add(exchange, value, since());
              if (done) end("complete");
              return { done, value };
            },
            async cancel(reason?: unknown) {
              end("stopped by this page");
              await reader.cancel(reason);
            },
          };
        },
      },
      arrayBuffer: whole,
      text: async () => new TextDecoder().decode(await whole()),
    } satisfies ResponseLike;
  };
}

const bytesOf = (data: unknown): Uint8Array => {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array();
};

/** A `WebSocket` that records: for `invokeModelWithBidirectionalStream(client, input, { WebSocket: … })`. */
export function recordingSocket(told?: (exchange: Exchange) => void): typeof WebSocket {
  return class extends WebSocket {
    readonly #exchange: Exchange;
    readonly #started = performance.now();
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      const exchange = begin("websocket", "GET", `${url}`);
      this.#exchange = exchange;
      told?.(exchange);
      const since = () => performance.now() - this.#started;
      this.addEventListener("open", () => {
        exchange.status = 101;
        exchange.head = since();
        changed();
      });
      this.addEventListener("message", ({ data }) => add(exchange, bytesOf(data), since()));
      this.addEventListener("close", ({ code, reason }) => {
        exchange.ended = since();
        exchange.outcome = `closed with code ${code}${reason && ` (${reason})`}`;
        changed();
      });
    }
    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      add(this.#exchange, bytesOf(data), performance.now() - this.#started, "out");
      super.send(data as ArrayBuffer);
    }
  };
}
