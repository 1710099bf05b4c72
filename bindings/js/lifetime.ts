// How long one call lasts: until it ends, the caller aborts it, or its time is up. Whatever the call waits for
// then, it waits no longer. It leaves no listener and no timer behind.
import { AbortError, TimeoutError } from "./errors.js";
import type { AbortSignalLike } from "./host.js";

// The longest time that a host's timer takes (2^31 - 1 ms, 24.8 days); it fires a longer one at once.
const LONGEST_TIMER = 2_147_483_647;

export interface Lifetime {
  /** For fetch. */
  readonly _signal: unknown;
  /** Why the call was ended, if it was. */
  _reason?: unknown;
  /** Called when the call is ended by the signal or the timer. */
  _onend?: () => void;
  /** The promise's outcome, or the reason why the call was ended, whichever is first. One at a time. */
  _wait<T>(promise: PromiseLike<T> | T): Promise<T>;
  _sleep(milliseconds: number): Promise<void>;
  /** Stops the timer. */
  _untimed(): void;
  /** Ends the call: nothing is listened to any more. With a reason, what it waits for fails with that. */
  _end(reason?: unknown): void;
}

export function lifetime(signal: AbortSignalLike | undefined, timeout: number | undefined): Lifetime {
  const controller = new AbortController();
  let interrupt: ((reason: unknown) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (reason: unknown) => {
    life._end(reason);
    life._onend?.();
  };
  const onabort = () => stop(new AbortError("the call was aborted", "caller", { cause: signal!.reason }));

  const life: Lifetime = {
    _signal: controller.signal,
    _wait: (promise) =>
      new Promise((resolve, reject) => {
        interrupt = reject;
        Promise.resolve(promise).then(resolve, reject);
        if (life._reason) reject(life._reason);
      }),
    async _sleep(milliseconds) {
      let sleeping;
      try {
        await life._wait(new Promise<void>((resolve) => (sleeping = setTimeout(resolve, milliseconds))));
      } finally {
        clearTimeout(sleeping);
      }
    },
    _untimed: () => clearTimeout(timer),
    _end(reason) {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onabort);
      if (reason) {
        life._reason ??= reason;
        controller.abort();
        interrupt?.(reason);
      }
    },
  };

  if (signal) {
    if (signal.aborted) onabort();
    else signal.addEventListener("abort", onabort);
  }
  if (timeout) {
    timer = setTimeout(
      () => stop(new TimeoutError(`the call took longer than ${timeout} ms`, "network")),
      Math.min(timeout, LONGEST_TIMER),
    );
  }
  return life;
}
