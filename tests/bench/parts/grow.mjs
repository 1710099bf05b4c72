// How cost grows: decoding with the number of events, signing with the length of the body, streams with their number.

import { race, racing } from "../racer.mjs";
import { clients } from "./decode.mjs";
import { signers } from "./sign.mjs";

const EVENTS = [1_000, 10_000, 100_000, 1_000_000];
// 1 KB to 20 MB, each about four times the one before.
const BODIES = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 5_242_880, 20_971_520];
const STREAMS = [1, 10, 100, 1_000];

export async function run({ rounds, note }) {
  const rows = {};
  const keep = (name, unit, x, samples) => {
    rows[name] = { unit, x, samples };
    note(name, rows[name]);
  };
  // Three rounds at most, one of the longest: these are for the eye.
  const few = Math.min(rounds, 3);

  await racing(await clients(["outcrop", "F", "A", "bare"]), async ({ A, ...racers }) => {
    for (const events of EVENTS) {
      // A takes half a minute of CPU for a million.
      const those = events > 100_000 ? racers : { ...racers, A };
      const task = { task: "decode", events, chunk: 16_384, repeat: Math.max(1, 20_000 / events) };
      keep(
        `events ${events}`,
        "ms",
        events,
        await race(those, ...(events > 10_000 ? [1, task, { warm: false }] : [few, task])),
      );
    }
    for (const count of STREAMS) {
      const { bare, ...those } = { ...racers, A };
      const task = { task: "streams", events: 100, chunk: 700, count };
      const samples = await race(those, few, task, { of: (sample) => sample });
      const each = (of) => Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, list.map(of)]));
      keep(
        `streams ${count}, CPU`,
        "ms",
        count,
        each(({ cpu }) => cpu),
      );
      keep(`streams ${count}, memory`, "KiB", count, {
        ...each(({ idle, open }) => Math.max(0, open.heap - idle.heap) / 1024),
        "outcrop, its wasm": samples.outcrop.map(({ open }) => open.wasm / 1024),
      });
    }
  });

  await racing(await signers(), async (racers) => {
    for (const bytes of BODIES) {
      const task = { task: "sign", bytes, kind: "bytes", repeat: Math.max(1, Math.min(500, 5_242_880 / bytes)) };
      keep(`bodies ${bytes}`, "ms", bytes, await race(racers, few, task));
    }
  });
  return rows;
}
