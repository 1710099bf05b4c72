// What the package needs from its host, as structural types: an app needs neither the DOM's nor Node's types.
// It declares nothing and runs nothing.

/** Bytes in memory of their own, which is what a fetch takes; older TypeScripts have no word for the difference. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** An AbortSignal, whoever made it. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The part of a fetch Response that is read. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: BodyLike | null;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface BodyLike {
  getReader(): ReaderLike;
}

export interface ReaderLike {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

export interface RequestLike {
  method: string;
  headers: Record<string, string>;
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
