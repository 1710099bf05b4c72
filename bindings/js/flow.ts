// What holds calls back or sends them elsewhere: AWS's adaptive mode, a limit on concurrent calls, and a list of
// regions or models to fall back on. No client needs it.
import type { AbortSignalLike } from "./host.js";
import type { Limiter } from "./options.js";
import { member, own } from "./own.js";

export type { Limiter } from "./options.js";

// In workerd, milliseconds after which who runs says so again, and seconds of silence after which their request has ended.
const ALIVE = 1_000;
const GONE = 5;

/** Seconds. */
const now = (): number => (globalThis.performance ?? Date).now() / 1000;

/** Resolves after so many seconds, or at once when nobody waits any more. */
const pause = (seconds: number, signal: AbortSignalLike): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // 2^31 - 1 ms: the longest time that a host's timer takes.
    const timer = setTimeout(done, Math.min(seconds * 1000, 2_147_483_647));
    signal.addEventListener("abort", done);
  });

/**
 * AWS's adaptive mode: after a throttled attempt, attempts are sent at a rate that throttling lowers and success
 * raises (TCP's CUBIC). Give one to each service or region that throttles on its own.
 */
export function adaptive(): Limiter {
  // AWS's constants: what is left of a rate that was too high, how fast it grows again, how fast measurements count.
  const [beta, scale, smooth] = [0.7, 0.4, 0.8];
  // Attempts a second, and attempts that may be sent at once.
  const [slowest, smallest] = [0.5, 1];
  let enabled = false;
  let fillRate = slowest;
  let capacity = 0;
  let room = smallest;
  let filled = 0;
  let measured = 0;
  // Half-second buckets.
  let bucket = Math.floor(now() * 2) / 2;
  let count = 0;
  let lastMax = 0;
  let lastThrottled = 0;

  const refill = () => {
    const time = now();
    if (filled) capacity = Math.min(room, capacity + (time - filled) * fillRate);
    filled = time;
  };
  return {
    async before(signal) {
      if (!enabled) return;
      refill();
      // What is missing is owed: who comes next waits longer.
      capacity -= 1;
      if (capacity >= 0) return;
      await pause(-capacity / fillRate, signal);
      if (!signal.aborted) return;
      capacity += 1;
      throw signal.reason;
    },
    after({ throttled }) {
      const time = now();
      const current = Math.floor(time * 2) / 2;
      count++;
      if (current > bucket) {
        measured = (count / (current - bucket)) * smooth + measured * (1 - smooth);
        count = 0;
        bucket = current;
      }
      let rate: number;
      if (throttled) {
        lastMax = enabled ? Math.min(measured, fillRate) : measured;
        lastThrottled = time;
        rate = lastMax * beta;
        enabled = true;
      } else {
        const window = Math.cbrt((lastMax * (1 - beta)) / scale);
        rate = scale * (time - lastThrottled - window) ** 3 + lastMax;
      }
      rate = Math.min(rate, 2 * measured);
      refill();
      fillRate = Math.max(rate, slowest);
      room = Math.max(rate, smallest);
      capacity = Math.min(capacity, room);
    },
  };
}

/** At most so many calls at a time, a streaming one until its stream has ended; the others wait in order. */
export function limit(most: number): Limiter {
  if (!(most >= 1)) throw new RangeError("a limit is a number from 1 on");
  let running = 0;
  const waiting: (() => void)[] = [];
  // In workerd: who runs, when they last said so, and the timer by which they do. Of a request that ends nobody is told.
  const places = new Map<AbortSignalLike, { seen: number; timer: ReturnType<typeof setInterval> }>();
  const taken = (): boolean => {
    for (const [signal, { seen }] of places) if (now() - seen > GONE) places.delete(signal);
    return places.size >= most;
  };
  const next = () => {
    while (running < most && waiting.length) waiting.shift()!();
  };
  return {
    async before(signal) {
      // In workerd a promise of another request must not be waited for.
      if (member(globalThis, "WebSocketPair")) {
        // Seconds: doubled up to 50 ms.
        for (let step = 0.001; taken() && !signal.aborted; step = Math.min(step * 2, 0.05)) {
          await pause(step, signal);
        }
        if (signal.aborted) throw signal.reason;
        const alive = () => {
          place.seen = now();
        };
        const place = { seen: now(), timer: setInterval(alive, ALIVE) };
        places.set(signal, place);
        return;
      }
      if (running < most && !waiting.length) {
        running++;
        return;
      }
      await new Promise<void>((resolve) => {
        const go = () => {
          signal.removeEventListener("abort", gone);
          running++;
          resolve();
        };
        const gone = () => {
          waiting.splice(waiting.indexOf(go), 1);
        };
        waiting.push(go);
        signal.addEventListener("abort", gone);
      });
    },
    after(_, signal) {
      if (member(globalThis, "WebSocketPair")) {
        // Any of them, if it is not said which.
        const given = signal ?? places.keys().next().value!;
        clearInterval(places.get(given)?.timer);
        places.delete(given);
        return;
      }
      running--;
      next();
    },
  };
}

/** When `fallback` goes on to the next candidate. */
export interface FallbackOptions {
  /** Whether the next candidate is to be tried after this error: unless given, when it is not the caller's own. */
  when?: (error: unknown) => boolean;
}

/**
 * Regions, models or both, best first. What it answers runs a call with one after the other until one succeeds:
 * `fallback(["us-east-1", "us-west-2"])((region) => bedrock.converse(input, { region }))`.
 */
export function fallback<Candidate>(
  candidates: readonly Candidate[],
  options?: FallbackOptions,
): <Answer>(run: (candidate: Candidate) => Promise<Answer>) => Promise<Answer> {
  const { when = elsewhere } = own<FallbackOptions>(options);
  if (!candidates.length) throw new RangeError("there must be a candidate");
  return async (run) => {
    for (let at = 0; ; at++) {
      try {
        return await run(candidates[at]!);
      } catch (error) {
        if (at + 1 >= candidates.length || !when(error)) throw error;
      }
    }
  };
}

/** Whether another region or model may do better: not when the caller is wrong or wants no more. */
function elsewhere(error: any): boolean {
  return error?.who === "network" || error?.who === "aws" || !!error?.$retryable;
}
