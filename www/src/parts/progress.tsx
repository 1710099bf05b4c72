// That something runs, how long it has, and the button that stops it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Run } from "../app/run.js";

const words: Record<string, string> = { done: "Done", stopped: "Stopped", failed: "Failed" };

/** A run's state in words, for a live region: it says when the state changes, not at every tick. */
export function Status({ run, idle = "Nothing asked yet" }: { run: Run | undefined; idle?: string }) {
  if (!run) return <span class="status">{idle}</span>;
  const state = run.state.value;
  const reason = run.stopReason.value;
  const text =
    state === "waiting"
      ? "Waiting for the first word…"
      : state === "running"
        ? "Streaming…"
        : `${words[state]}${state === "done" && reason && reason !== "end_turn" ? `: ${reason}` : ""}`;
  return <span class="status">{text}</span>;
}

/** Seconds since it began, while it is on its way, and a bar that moves; with a button that stops it, unless the view has its own. */
export function Progress({ run, stop = true }: { run: Run | undefined; stop?: boolean }) {
  const now = useSignal(performance.now());
  const open = run !== undefined && (run.state.value === "waiting" || run.state.value === "running");
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => (now.value = performance.now()), 200); // ms: five times a second is smooth enough
    return () => clearInterval(timer);
  }, [open]);
  if (!open) return null;
  return (
    <div class="progress">
      <progress aria-label="Waiting for the answer" />
      <span class="quiet" aria-hidden="true">
        {(Math.max(0, now.value - run.started) / 1000).toFixed(1)} s
      </span>
      {stop && (
        <button type="button" class="secondary stop" onClick={() => run.stop()}>
          Stop
        </button>
      )}
    </div>
  );
}
