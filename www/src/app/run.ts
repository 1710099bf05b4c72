// One call from the reader's click to its end: its state, its times, its tokens, and a signal that stops it. It knows
// no view and asks nothing itself.

import { signal } from "@preact/signals";
import type { TokenUsage } from "outcrop";
import { begin as beginErrors } from "./errors.js";
import type { Exchange } from "./traffic.js";

export type RunState = "waiting" | "running" | "done" | "stopped" | "failed";

/** How far the answer was at a time. */
export interface Sample {
  /** Milliseconds since the click. */
  at: number;
  /** Characters, or what else the view counts, that had come. */
  amount: number;
}

/** What was asked, for "copy as code": the package's method and what it was given. */
export interface Asked {
  operation: string;
  input: unknown;
  /** The entry that the method is imported from, if it is a function of its own. */
  from?: string;
}

/** ms between two pictures of a stream: it may have a thousand pieces a second. */
const PACE = 100;

/** Those that are on their way. Escape stops them all. */
export const running = signal<readonly Run[]>([]);

export class Run {
  readonly state = signal<RunState>("waiting");
  readonly started = performance.now();
  /** Milliseconds until the first piece of the answer. */
  readonly first = signal<number | undefined>(undefined);
  /** Milliseconds until the end. */
  readonly whole = signal<number | undefined>(undefined);
  readonly samples = signal<readonly Sample[]>([]);
  readonly usage = signal<TokenUsage | undefined>(undefined);
  /** Milliseconds at the service, as it says. */
  readonly latency = signal<number | undefined>(undefined);
  readonly stopReason = signal<string | undefined>(undefined);
  readonly error = signal<unknown>(undefined);
  /** What crossed the wire for it. */
  readonly exchanges = signal<readonly Exchange[]>([]);
  readonly asked = signal<Asked | undefined>(undefined);
  /** Images made, for the estimate of the cost. */
  readonly images = signal<{ count: number; size?: string; quality?: string } | undefined>(undefined);
  readonly #controller = new AbortController();
  #amount = 0;
  readonly #samples: Sample[] = [];
  #told = -PACE;

  constructor(
    readonly modelId: string,
    asked?: Asked,
  ) {
    if (asked) this.asked.value = asked;
  }

  get abortSignal(): AbortSignal {
    return this.#controller.signal;
  }

  /** To be given to `client(…)`: notes what crosses the wire. */
  readonly told = (exchange: Exchange): void => {
    this.exchanges.value = [...this.exchanges.value, exchange];
  };

  /** A piece of the answer has come, of so many characters. */
  came(amount: number): void {
    const at = performance.now() - this.started;
    if (amount > 0 && this.first.value === undefined) {
      this.first.value = at;
      this.state.value = "running";
    }
    this.#amount += amount;
    this.#samples.push({ at, amount: this.#amount });
    if (at - this.#told < PACE) return;
    this.#told = at;
    this.#tell();
  }

  #tell(): void {
    this.samples.value = [...this.#samples];
  }

  stop(): void {
    this.#controller.abort();
  }

  /** Whether it is still on its way. */
  get open(): boolean {
    return this.state.value === "waiting" || this.state.value === "running";
  }

  /** Runs `work` to its end, whichever way. Never throws: `error` has what was thrown. */
  async until(work: () => Promise<void>): Promise<void> {
    beginErrors();
    running.value = [...running.value, this];
    try {
      await work();
      this.state.value = "done";
    } catch (error) {
      if (this.abortSignal.aborted) {
        this.state.value = "stopped";
      } else {
        this.error.value = error;
        this.state.value = "failed";
      }
    } finally {
      this.#tell();
      this.whole.value = performance.now() - this.started;
      running.value = running.value.filter((one) => one !== this);
    }
  }
}

export function stopAll(): void {
  for (const run of running.value) run.stop();
}
