// Decoding through each client: from a body that is there, in pieces of one size or another, to objects.

import { forNode } from "../places.mjs";
import { race, racer, racing } from "../racer.mjs";

// How often in a sample: hundreds of ms of CPU. Before each sample the heap is collected, and with what is collected V8
// drops what it had compiled for it, of the host's streams too: of a short sample that is the half, of everyone's.
const WAYS = {
  "16 KB chunks": { events: 10_000, chunk: 16_384, repeat: 12 },
  "one event a chunk": { events: 10_000, chunk: "event", repeat: 12 },
  "one chunk": { events: 10_000, repeat: 12 },
  "one chunk, half the events": { events: 5_000, repeat: 12 },
  "one event of 2 MB in 1 KB pieces": { bytes: 2_097_152, chunk: 1024, repeat: 12 },
  "one event of 1 MB in 1 KB pieces": { bytes: 1_048_576, chunk: 1024, repeat: 12 },
  // A tenth of the events: a stream of single bytes costs more than what is in it.
  "1,000 events in 1-byte chunks": { events: 1_000, chunk: 1, repeat: 2 },
};

export const clients = async (names) =>
  Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, racer("client-process.mjs", await forNode(name))])),
  );

export async function run({ rounds, only, note }) {
  return racing(await clients(["outcrop", "F", "A", "V", "bare"]), async ({ V, ...racers }) => {
    const rows = {};
    for (const [way, task] of Object.entries(WAYS)) {
      if (!way.includes(only)) continue;
      // V takes seconds for some: once, and not where it would take longer than all others together.
      const all = task.chunk === 1 ? racers : { ...racers, V };
      const exact = new Set(["outcrop", "F", "A"]);
      const tasked = Object.fromEntries(
        Object.entries(all).map(([name, { ask }]) => [
          name,
          { ask: (task) => ask({ ...task, exact: exact.has(name), ...(name === "V" && { repeat: 1 }) }) },
        ]),
      );
      rows[way] = { unit: "ms", samples: await race(tasked, rounds, { task: "decode", ...task }, { once: ["V"] }) };
      note(way, rows[way]);
    }
    return rows;
  });
}
