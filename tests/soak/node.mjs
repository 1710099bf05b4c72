// A soak in Node: so many streams through one instance of the packed package, with a server in another process for those
// that go over sockets. It ends with an error when an outcome is not what its fault demands, or something is left.
//
// node --expose-gc tests/soak/node.mjs [--streams N] [--sockets SHARE] [--seed S] [--from NUMBER]

import { setMaxListeners } from "node:events";
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { left } from "../runtimes/node/traps-many.mjs";
import { judge, numbers, report, rows } from "./judged.mjs";
import { pool } from "./pool.mjs";
import { Soak, watch } from "./run.mjs";
import { service } from "./service.mjs";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "20000" },
    sockets: { type: "string", default: "0.21" },
    seed: { type: "string", default: "24301" },
    from: { type: "string", default: "0" },
  },
});
const [streams, sockets, seed, from] = ["streams", "sockets", "seed", "from"].map((name) => Number(values[name]));
// At once: enough that those who wait cost no time, few enough that a process has the files for it.
const LANES = { memory: 96, socket: 32 };
// Samples, and those that come before V8 has compiled and undici has its connections.
const SAMPLES = 40;
// Fewer streams than this tell nothing of the heap.
const LEAST = 20_000;
const WARM = 14;
// A soak that is shorter than so many streams must see 10 bytes of a stream through what V8 does meanwhile: it is told to
// compile once and to keep it, so that the heap is level to 20 kB (100 kB otherwise, and the first 50,000 streams rise).
const SHORT = 200_000;
// Milliseconds within which what has ended is gone: a connection that nobody uses is kept for two seconds.
const GONE = 15_000;

if (streams < SHORT) {
  for (const flag of ["opt", "sparkplug", "flush-bytecode", "lazy-feedback-allocation"])
    setFlagsFromString(`--no-${flag}`);
}
const pages = watch();
const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(String(reason?.stack ?? reason)));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// Finalizers run between two turns.
const collect = async () => {
  gc();
  await sleep(5);
};
const session = new Session();
session.connect();
const post = (...command) => session.post(...command);

const server = await service(seed, sockets);
const { address } = server;
const began = Date.now();
const cpu = process.cpuUsage();
const soak = new Soak(await import("outcrop"), { seed, sockets, address }, pool());
const lanes = { ...LANES, collect };
// Node warns of more than ten listeners: here many calls at once have the same signal.
setMaxListeners(0, soak.signal);

const all = numbers(streams);
const samples = [];
let before;
for (let sample = 0, at = from; sample < SAMPLES; sample++) {
  const to = from + Math.round((all * (sample + 1)) / SAMPLES);
  // Not so many at a time that the list of them is what is measured.
  for (; at < to; at = Math.min(at + 5_000, to)) await soak.batch(at, Math.min(at + 5_000, to), lanes);
  for (let round = 0; round < 4; round++) await collect();
  const { heapUsed: heap, external } = process.memoryUsage();
  samples.push({ streams: soak.counts.streams, heap, external, pages: pages() });
  if (sample === WARM - 1) before = await left(post);
  const [mib, at_] = [heap / 1_048_576, (Date.now() - began) / 1_000];
  console.log(`${soak.counts.streams} streams, ${mib.toFixed(3)} MiB, ${at_.toFixed(0)} s, ${soak.wrong.length} wrong`);
}
const seconds = Math.round((Date.now() - began) / 100) / 10;
const { user, system } = process.cpuUsage(cpu);
const after = await left(post);

// What the server has open, and its connections once nobody uses them.
const told = await server.left(collect);
await server.stop();
const busy = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate|HTTP/.test(name));
for (const give = Date.now() + GONE; busy().length && Date.now() < give; ) {
  await new Promise((done) => setImmediate(done));
}

const { counts, wrong } = soak;
const figures = {
  samples,
  warm: WARM,
  least: LEAST,
  counts,
  wrong: wrong.slice(0, 20),
  unhandled,
  left: {
    "requests open at the server": told.open,
    "connections open at the server": told.connections,
    "bodies of the option fetch that are open": soak.open.size,
    "sockets and timers of this process": busy().length,
    "promises pending on the heap, more than after the warm-up": Math.max(0, after.pending - before.pending),
    "instances on the heap, more than after the warm-up": Math.max(0, after.instances - before.instances),
  },
};
const verdict = judge(figures);
console.log(
  `${seconds} s, ${Math.round((user + system) / 1e6)} s of CPU in this process; ${told.served} requests over sockets`,
);
report(
  "soak-node",
  rows(`Node ${process.versions.node.split(".")[0]}`, {
    ...verdict,
    counts,
    samples,
    warm: WARM,
    seed: `0x${seed.toString(16)}`,
    seconds,
    command: `cargo xtask soak --streams ${streams} --seed ${seed}`,
    extra: `${told.served} requests at the server, 0 open; ${after.pending} promises pending on the heap, ${before.pending} after the warm-up`,
  }),
);
