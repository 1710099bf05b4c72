// A WebSocket as a queue of bytes: opened by the host's constructor, the caller's, or workerd's `fetch`. It bounds what
// waits to be read, tells a good end from a bad one, and asks why one was refused. It knows nothing of what is said.

import { fromBase64 } from "./base64.js";
import { ERROR_BODY, member, NetworkError, OutcropError, own } from "./core.js";
import type { BodyLike, Bytes, Fetch } from "./host.js";
import type { Lifetime } from "./lifetime.js";

// Bytes that are kept for a reader that does not read: 32 MiB, some minutes of speech. A socket that can be told to
// wait is told so at 1 MiB.
const KEPT = 33_554_432;
const PAUSE = 1_048_576;
// ms for the reason of a refusal: it is worth no more.
const REASON = 3_000;

/** A host's words without the query of an address: whoever has the signature in it may open the same WebSocket. */
export const withoutQuery = (text: unknown): string => `${text ?? ""}`.replace(/\?[^\s'"<>]+/g, "?…");

/** The host's error as far as it may be told: name, words and code, without what else it holds. */
export function told(error: any): unknown {
  if (error !== Object(error)) return typeof error === "string" ? withoutQuery(error) : error;
  const { name, message, code } = error;
  const plain = new Error(withoutQuery(message));
  if (name) plain.name = withoutQuery(name);
  return code === undefined ? plain : Object.assign(plain, { code: withoutQuery(code) });
}

/** The part of a WebSocket that is used. */
export interface SocketLike {
  binaryType: any;
  readonly bufferedAmount?: number;
  /** Sends one binary message. */
  send(data: Bytes): void;
  /** Begins to close. */
  close(code?: number, reason?: string): void;
  /** `open`, `message`, `error` and `close` are listened to. */
  addEventListener(type: any, listener: (event: any) => void): void;
  /** The package `ws` has both. */
  pause?(): void;
  /** Reads on. */
  resume?(): void;
}

/** `WebSocket`, or a class that does the same. */
export type SocketConstructor = new (url: string) => SocketLike;

/** What is read of an answer that is no WebSocket. */
interface Refused {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: BodyLike | null;
}

/** A WebSocket on its way, or open. */
export interface Opening {
  /** Resolves when it is open, with the answer's head where the host shows one. */
  readonly _opened: Promise<{ readonly headers: Refused["headers"] } | undefined>;
  /** The answer that was no WebSocket, where the host shows one. */
  _refused?: Refused | undefined;
  _send(bytes: Bytes): void;
  /** Bytes that wait to be sent, as far as the host tells. */
  _waiting(): number;
  _read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  /** Nothing more is read either. */
  _close(code?: number): void;
  _hangUp(code: number): void;
}

/** workerd opens WebSockets by `fetch`, and says why it could not. */
const byFetch = (): boolean => !!member(globalThis, "WebSocketPair");

export function opened(
  url: string,
  settings: { readonly fetch?: Fetch | undefined },
  theirs: SocketConstructor | undefined,
  signal: unknown,
): Opening {
  let socket: SocketLike | undefined;
  const queue: Uint8Array[] = [];
  let kept = 0;
  let paused = false;
  let over = false;
  let failure: unknown;
  let wake: () => void = () => {};
  let resolve: (value?: { readonly headers: Refused["headers"] }) => void;
  let reject: (error: unknown) => void;

  const end = (error?: unknown) => {
    if (over) return;
    over = true;
    failure = error;
    reject(error ?? new NetworkError("the WebSocket was closed before it was open", "network"));
    wake();
  };
  const heard = ({ data }: { data: unknown }) => {
    if (over) return;
    // A text, if one comes, is the base64 of the same bytes.
    const bytes = typeof data === "string" ? fromBase64(data) : new Uint8Array(data as ArrayBuffer);
    queue.push(bytes);
    kept += bytes.length;
    if (kept > KEPT) {
      end(new OutcropError(`more than ${KEPT} bytes of the answer came and were not read`, "caller"));
      opening._close(4000);
    } else if (kept > PAUSE && member(socket, "pause") && !paused) {
      paused = true;
      socket!.pause!();
    }
    wake();
  };
  const listen = (given: SocketLike) => {
    socket = given;
    try {
      given.binaryType = "arraybuffer";
    } catch {
      // workerd, which gives ArrayBuffers anyway.
    }
    given.addEventListener("message", heard);
    given.addEventListener("open", () => resolve());
    given.addEventListener("close", ({ code, reason }) => {
      const byThem = !over;
      // 1005: a closing handshake without a code (RFC 6455 section 7.4.1).
      const good = code === 1000 || code === 1005;
      end(
        good
          ? undefined
          : new NetworkError(`the WebSocket was closed: ${code} ${withoutQuery(reason)}`.trim(), "network"),
      );
      // workerd leaves the answer to the other side's close to us.
      if (byThem) opening._hangUp(1000);
    });
    // Browsers say nothing; what comes after it is a close.
    given.addEventListener("error", ({ message, error }) => {
      const words = message ? `: ${withoutQuery(message)}` : "";
      end(new NetworkError(`the WebSocket failed${words}`, "network", { cause: told(error) }));
    });
  };

  const opening: Opening = {
    _opened: new Promise((good, bad) => {
      resolve = good;
      reject = bad;
    }),
    _send: (bytes) => socket!.send(bytes),
    _waiting: () => socket?.bufferedAmount ?? 0,
    async _read() {
      while (!queue.length && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const value = queue.shift();
      if (value) {
        kept -= value.length;
        if (paused && kept < PAUSE / 2) {
          paused = false;
          member(socket, "resume")?.call(socket);
        }
        return { done: false, value };
      }
      if (failure) throw failure;
      return { done: true, value: undefined };
    },
    _close(code = 1000) {
      end();
      queue.length = 0;
      // What is paused would never hear the other side close.
      member(socket, "resume")?.call(socket);
      opening._hangUp(code);
    },
    _hangUp(code) {
      try {
        socket?.close(code);
      } catch {
        // Closed already, or a host that takes no such code.
      }
    },
  };
  // Whoever does not wait for it is told by `_read`.
  opening._opened.catch(() => {});

  const make: SocketConstructor | undefined = theirs ?? member(globalThis, "WebSocket");
  if (!theirs && byFetch()) {
    const send = settings.fetch ?? (fetch as unknown as Fetch);
    const init: any = own({ method: "GET", headers: { upgrade: "websocket" }, redirect: "manual", signal });
    Promise.resolve(send(url, init)).then((response: any) => {
      const given = response.webSocket;
      if (!given) {
        opening._refused = response;
        return end(new NetworkError(`the answer is no WebSocket but HTTP ${response.status}`, "network"));
      }
      given.accept();
      listen(given);
      if (over) given.close(1000);
      else resolve(response);
    }, end);
  } else if (make) {
    try {
      // Origin, path and query are what was signed: only the scheme has another name.
      listen(new make(url.replace(/^http/, "ws")));
    } catch (cause) {
      end(new OutcropError("this WebSocket could not be constructed", "caller", { cause: told(cause) }));
    }
  } else {
    const message = "this host has no WebSocket: give one as the option WebSocket, such as that of the package ws";
    end(new OutcropError(message, "caller"));
  }
  return opening;
}

/** Why the service refused it, as far as it says so, by `fetch` where the host has not shown its answer. */
export async function reason(
  opening: Opening,
  url: string,
  settings: { readonly fetch?: Fetch | undefined },
  life: Lifetime,
): Promise<{ status: number; headers: Refused["headers"]; body: object } | undefined> {
  const send = settings.fetch ?? (globalThis as { fetch?: Fetch }).fetch;
  try {
    life._limit("reason", REASON);
    let refused = opening._refused;
    if (!refused && send) {
      life._close();
      const init: any = own({ method: "GET", headers: {}, redirect: "manual", signal: life._attempt() });
      if ("credentials" in Request.prototype) Object.assign(init, { cache: "no-store", credentials: "omit" });
      refused = await life._wait(send(url, init));
    }
    const { status = 0, headers, body } = refused ?? {};
    // Others say nothing about a WebSocket: the address may be for those only.
    if (!headers || !(status === 401 || status === 403 || status === 429 || status > 499)) {
      refused?.body
        ?.getReader()
        .cancel()
        .catch(() => {});
      return undefined;
    }
    const decoder = new TextDecoder();
    const reader = body?.getReader();
    let text = "";
    while (reader && text.length < ERROR_BODY) {
      const { value, done } = await life._wait(reader.read());
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    reader?.cancel().catch(() => {});
    let told: object = {};
    try {
      const value = JSON.parse(text);
      if (value === Object(value)) told = value as object;
    } catch {
      // Not JSON: the status says enough.
    }
    return { status, headers, body: told };
  } catch {
    // No answer, or none in time: nothing is known but that there is no WebSocket.
    return undefined;
  } finally {
    life._limit("reason");
  }
}
