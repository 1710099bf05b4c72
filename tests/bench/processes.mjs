// The CPU time of processes that this one has started, and of theirs: Linux tells it, in /proc. Elsewhere the clock's
// time is taken, and the row says so.

import { readdirSync, readFileSync } from "node:fs";

/** Whether there is a CPU time of others to be had. */
export const told = process.platform === "linux";

const parentOf = (pid) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold anything.
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
};

/** Below this process, those whose command line has `text`. */
export function below(text) {
  if (!told) return [];
  const parents = new Map();
  for (const name of readdirSync("/proc")) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(name));
  const ours = (pid) => pid === process.pid || (parents.has(pid) && pid > 1 && ours(parents.get(pid)));
  return [...parents.keys()].filter((pid) => {
    if (pid === process.pid || !ours(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

/** Milliseconds of CPU that each of their threads has taken. What a thread took that has ended is not told any more. */
export function threads(pids) {
  const times = new Map();
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        // Nanoseconds on a CPU, ns of waiting for one, turns.
        times.set(thread, readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0] / 1e6);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return times;
}

/** Milliseconds of CPU that the processes have taken, since then or since they began. */
export const spent = (pids, since = new Map()) =>
  [...threads(pids)].reduce((sum, [thread, time]) => sum + time - (since.get(thread) ?? 0), 0);
