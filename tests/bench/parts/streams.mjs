// Many streams at once in one process and one instance: what each holds while all are open, and what stays.

import { racing } from "../racer.mjs";
import { clients } from "./decode.mjs";

// 700 bytes: nearly every piece ends within a frame, so that each stream holds the start of one.
const STREAM = { task: "streams", events: 100, chunk: 700 };
const MANY = 1_000;
// Bytes: an event whose decoding takes more than the 32 MiB above which an instance is given up.
const LARGE = 20_971_520;

export async function run({ rounds, note }) {
  const rows = {};
  await racing(await clients(["outcrop", "F", "A"]), async (racers) => {
    const held = {};
    const wasm = [];
    const left = [];
    for (const name in racers) {
      held[name] = [];
      for (let round = 0; round < rounds; round++) {
        const first = await racers[name].ask({ ...STREAM, count: MANY });
        held[name].push((first.open.heap - first.idle.heap) / MANY);
        if (name !== "outcrop") continue;
        wasm.push(first.open.wasm / MANY);
        await racers[name].ask({ ...STREAM, count: MANY });
        const { ended } = await racers[name].ask({ ...STREAM, count: MANY });
        left.push(ended.wasm - first.ended.wasm);
      }
    }
    rows["wasm memory of one of 1,000"] = { unit: "bytes", samples: { outcrop: wasm } };
    rows["wasm memory after two thousand more"] = { unit: "bytes", samples: { outcrop: left } };
    rows["memory of one of 1,000"] = { unit: "bytes", samples: held };
    const { grown, fresh, instances, kept } = await racers.outcrop.ask({ task: "retire", bytes: LARGE });
    if (instances < 1) throw new Error(`the instance was not given up at ${grown} bytes of memory`);
    rows["wasm memory of a retired instance"] = {
      unit: "bytes",
      samples: { outcrop: [kept ? grown : 0], grown: [grown], fresh: [fresh] },
    };
  });
  for (const name in rows) note(name, rows[name]);
  return rows;
}
