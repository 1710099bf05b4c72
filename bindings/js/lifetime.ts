// How long one call lasts: until it ends, the caller aborts it, or one of its time limits passes. Whatever the call
// waits for then, it waits no longer. One timer serves all limits; no timer, listener or body is left behind.
import { AbortError, TimeoutError } from "./errors.js";
import type { AbortSignalLike, ReaderLike, ResponseLike } from "./host.js";
import { own } from "./own.js";
import type { ResponseMetadata } from "./types/index.js";

// The longest time that a host's timer takes (2^31 - 1 ms, 24.8 days); it fires a longer one at once.
const LONGEST_TIMER = 2_147_483_647;

export const noop = (): void => {};

/** Runs what is not ours; its errors are no reason to fail, nor are those that it promises. */
export function quietly(run: () => any): void {
  try {
    run()?.catch?.(noop);
  } catch {
    // As said.
  }
}

/** Milliseconds that only ever grow, where the host has such a clock. */
export const clock = (): number => (globalThis.performance ?? Date).now();

// So often within a silence that is too long it is looked whether there is one: no chunk costs a clock or a timer. It
// is seen at most a quarter later, and a machine that slept is no silence.
const LOOKS = 4;

/** What a reader reads. */
type Chunk = { readonly value?: Uint8Array | undefined };

/** Why a stream that was merely left has ended: nobody is told. */
export const LEFT = {};

export interface Lifetime {
  /** What is known about the attempt; errors take it along. */
  _meta: ResponseMetadata;
  /** The tokens that went out with the attempt. */
  _tokens: readonly unknown[];
  /** A text of others, without those: AWS's words may repeat them. What is no text stays as it is. */
  _plain(text: any): any;
  /** Why the call was ended before its end, if it was. */
  _reason?: unknown;
  /** Called once, when the call has ended. */
  _onend?: (reason?: unknown) => void;
  /** Called when the call is ended while its stream is read. */
  _onstop?: () => void;
  /** A new attempt begins: the signal for its fetch. */
  _attempt(): AbortSignalLike;
  /** The promise's outcome, or the reason why the call was ended, whichever is first. One at a time. */
  _wait<T>(promise: PromiseLike<T> | T): Promise<T>;
  /** Sets a limit, or lifts it. What passes it is a TimeoutError: of what is waited for, or (`whole`) of the call. */
  _limit(name: string, milliseconds?: number | undefined, whole?: boolean): void;
  _sleep(milliseconds: number): Promise<void>;
  /** The body that `_read` reads, whole, or for so many milliseconds at most. */
  _open(response: ResponseLike, most?: number): void;
  /** The body's next bytes, or nothing at its end. Too long a silence ends the call. */
  _read(): Promise<Uint8Array | undefined>;
  /** The same, told to the reader's own callbacks, also after the call's end; they set `_idle` to 0. */
  _pull(got: (chunk: Chunk) => void, broke: (cause: unknown) => void): void;
  /** While bytes are waited for, more than 0: how often in a row that was seen. */
  _idle: number;
  /** Ends the attempt: its request and its body. */
  _close(): void;
  /** Ends the call: nothing is listened to any more. With a reason, what it waits for fails with that. */
  _end(reason?: unknown): void;
}

export function lifetime(signal: AbortSignalLike | undefined, idle: number): Lifetime {
  const limits = new Map<string, readonly [at: number, passed: () => void]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // When the timer fires.
  let due = Infinity;
  let controller: AbortController | undefined;
  let reader: ReaderLike | undefined;
  let interrupt: (reason: unknown) => void = noop;
  let ended = false;
  let silence = idle;
  let watched = false;

  const arm = () => {
    clearTimeout(timer);
    due = Math.min(...[...limits.values()].map(([at]) => at));
    // Deno and newer Nodes warn of a negative time.
    if (due < Infinity) timer = setTimeout(fire, Math.max(0, Math.min(due - clock(), LONGEST_TIMER)));
  };
  const fire = () => {
    for (const [name, [at, passed]] of limits) {
      if (at <= clock()) {
        limits.delete(name);
        passed();
      }
    }
    arm();
  };
  const limit = (name: string, milliseconds: number | undefined, passed: () => void) => {
    limits.delete(name);
    // Of a call that has ended, aborted before it began perhaps, no timer is left.
    if (!ended && milliseconds! > 0 && milliseconds! < Infinity) {
      const at = clock() + milliseconds!;
      limits.set(name, [at, passed]);
      // A timer that fires too early finds nothing to do: a limit that moves on costs no timer.
      if (at < due) arm();
    }
  };
  const watch = () => {
    watched = silence > 0 && silence < Infinity && !ended;
    if (watched) limit("idle", silence / LOOKS, look);
  };
  const look = () => {
    watched = false;
    if (!life._idle) return;
    if (life._idle++ > LOOKS) life._end(late("idle", silence));
    else watch();
  };
  const late = (name: string, milliseconds: number | undefined) =>
    new TimeoutError(`${name}: more than ${milliseconds} ms`, "network", { $metadata: life._meta });
  const onabort = () => {
    life._end(new AbortError("the call was aborted", "caller", { cause: signal!.reason, $metadata: life._meta }));
  };

  const life: Lifetime = own<Lifetime>({
    _meta: { attempts: 0, totalRetryDelay: 0 },
    _tokens: [],
    _plain(text) {
      for (const token of life._tokens) if (token) text = text?.replaceAll?.(token, "…") ?? text;
      return text;
    },
    _attempt: () => (controller = new AbortController()).signal,
    _wait: (promise) =>
      new Promise((resolve, reject) => {
        interrupt = reject;
        Promise.resolve(promise).then(resolve, reject);
        if (life._reason) reject(life._reason);
      }),
    _limit(name, milliseconds, whole) {
      limit(name, milliseconds, () => {
        const error = late(name, milliseconds);
        if (whole) life._end(error);
        else interrupt(error);
      });
    },
    _sleep: (milliseconds) => life._wait(new Promise<void>((resolve) => limit("", milliseconds || 1, resolve))),
    _open(response, most) {
      reader = response.body?.getReader();
      silence = most ? 0 : idle;
      if (most) life._limit("firstByte", Math.min(idle || most, most));
    },
    _idle: 0,
    _pull(got, broke) {
      life._idle = 1;
      if (!watched) watch();
      try {
        if (reader) reader.read().then(got, broke);
        else got({ value: undefined });
      } catch (cause) {
        broke(cause);
      }
    },
    async _read() {
      const { value } = await life._wait(new Promise<Chunk>((resolve, reject) => life._pull(resolve, reject)));
      life._idle = 0;
      return value;
    },
    _close() {
      limits.delete("firstByte");
      limits.delete("idle");
      watched = false;
      controller?.abort();
      // For a fetch that heeds no signal.
      reader?.cancel().catch(noop);
      reader = undefined;
    },
    _end(reason) {
      if (ended) return;
      ended = true;
      limits.clear();
      clearTimeout(timer);
      quietly(() => signal?.removeEventListener("abort", onabort));
      if (reason) {
        life._reason = reason;
        life._close();
        interrupt(reason);
        life._onstop?.();
      }
      life._onend?.(reason);
    },
  });

  if (signal?.aborted) onabort();
  else signal?.addEventListener("abort", onabort);
  return life;
}
