// Signing: `outcrop/sign` beside other signers, and what a client's own signature adds to its call.

import { bundle, forNode } from "../places.mjs";
import { race, racer, racing } from "../racer.mjs";

const BODIES = {
  "1 KB": { bytes: 1024, kind: "string", repeat: 2_000 },
  "1 MB": { bytes: 1_048_576, kind: "bytes", repeat: 20 },
  "20 MB": { bytes: 20_971_520, kind: "bytes", repeat: 2 },
};

export async function signers() {
  const file = await bundle("signers.mjs", "signers");
  const names = ["outcrop", "A", "smithy", "aws4fetch", "digest"];
  return Object.fromEntries(names.map((name) => [name, racer("sign-process.mjs", file, name)]));
}

/** Means of so many in a row. */
const means = (list, count) =>
  Array.from({ length: list.length / count }, (_, at) => {
    return list.slice(at * count, (at + 1) * count).reduce((sum, sample) => sum + sample, 0) / count;
  });

const less = (samples, others) => samples.map((sample, at) => sample - others[at]);

export async function run({ rounds, only, note }) {
  const rows = {};
  await racing(await signers(), async (racers) => {
    for (const [size, body] of Object.entries(BODIES)) {
      // What is within the client is compared with this one.
      if (!size.includes(only) && size !== "1 KB") continue;
      rows[size] = { unit: "ms", samples: await race(racers, rounds, { task: "sign", ...body }) };
      note(size, rows[size]);
    }
  });
  const names = ["outcrop", "F", "A"];
  const callers = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, racer("client-process.mjs", await forNode(name))])),
  );
  await racing(callers, async (racers) => {
    // Three turns make a sample: of two figures that differ by a third, what else the machine does must be the same. Not
    // shorter ones: see decode.mjs.
    const call = { task: "call", bytes: 1024, repeat: 1_000 };
    const TURNS = 3;
    // The same process: a call differs from itself in nothing but the signature.
    const keyed = { ask: (task) => racers.outcrop.ask({ ...task, token: true }) };
    const turns = await race({ ...racers, "with an API key": keyed }, rounds * TURNS, call);
    const samples = Object.fromEntries(Object.entries(turns).map(([name, list]) => [name, means(list, TURNS)]));
    rows["a call of 1 KB, answered at once"] = { unit: "ms", samples };
    note("a call of 1 KB, answered at once", rows["a call of 1 KB, answered at once"]);
    const own = {
      outcrop: less(samples.outcrop, samples["with an API key"]),
      A: rows["1 KB"].samples.A,
      smithy: rows["1 KB"].samples.smithy,
    };
    rows["1 KB, within the client"] = { unit: "ms", samples: own };
    note("1 KB, within the client", rows["1 KB, within the client"]);
  });
  return rows;
}
