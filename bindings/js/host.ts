// What the package needs from its host, as structural types: an app needs neither the DOM's nor Node's types.
// It declares nothing and runs nothing.

/** Bytes in memory of their own, which is what a fetch takes; older TypeScripts have no word for the difference. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** An AbortSignal, whoever made it. */
export interface AbortSignalLike {
  /** Whether it has been aborted already. */
  readonly aborted: boolean;
  /** The AbortError's `cause`. */
  readonly reason?: unknown;
  /** The listener is called once, when it is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Called when the call has ended: nothing is left behind. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The part of a fetch Response that is read. */
export interface ResponseLike {
  /** The HTTP status; 0 of a redirect that was not followed. */
  readonly status: number;
  /** By name, in any case. */
  readonly headers: { get(name: string): string | null };
  /** None where a fetch does not stream: then `arrayBuffer()` is read. */
  readonly body: BodyLike | null;
  /** The whole body as text. */
  text(): Promise<string>;
  /** The whole body as bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A body that is read piece by piece, as fetch's `ReadableStream` is. */
export interface BodyLike {
  /** Asked for once. */
  getReader(): ReaderLike;
}

/** Reads a body. */
export interface ReaderLike {
  /** The next bytes, or that there are no more. */
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  /** Ends the request. */
  cancel(reason?: unknown): Promise<void>;
}

/** What goes to `fetch`: never a cookie, a cached answer or a followed redirect. */
export interface RequestLike {
  /** `GET` or `POST`. */
  method: string;
  /** Names in lower case; the signature is among them. */
  headers: Record<string, string>;
  /** The whole body: it is signed. */
  body?: Bytes;
  redirect?: "manual";
  cache?: "no-store";
  credentials?: "omit";
  // Each host has an AbortSignal type of its own and its fetch accepts no other.
  signal?: any;
}

/** `fetch`, or a function that does the same. */
export type Fetch = (url: string, init: RequestLike) => Promise<ResponseLike>;

/** The WebAssembly module, loaded or to be loaded. */
export interface Wasm {
  /** Resolves when it is compiled; a load that failed is tried again. */
  load(): Promise<void>;
}
