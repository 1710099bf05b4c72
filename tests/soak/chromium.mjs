// The same soak in a page of headless Chromium, through one instance; some of the streams go over the browser's own
// sockets to the page's origin. What is left is asked of the browser from outside, and of the server.
//
// node tests/soak/chromium.mjs [--streams N] [--sockets SHARE] [--seed S]

import { parseArgs } from "node:util";
import { chromium } from "../browser/webdriver.mjs";
import { left } from "../runtimes/node/traps-many.mjs";
import { judge, numbers, report, rows } from "./judged.mjs";
import { service } from "./service.mjs";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "20000" },
    sockets: { type: "string", default: "0.1" },
    seed: { type: "string", default: "24301" },
  },
});
const [streams, sockets, seed] = ["streams", "sockets", "seed"].map((name) => Number(values[name]));
// At once. Chromium has six connections to an address, and the test asks over one of its own.
const LANES = { memory: 96, socket: 5 };
const SAMPLES = 15;
// Fewer streams than this tell nothing of the heap: what V8 keeps for itself is 20 kB more after some thousands, which is
// a megabyte in 100,000 where only 3,000 are looked at.
const LEAST = 20_000;
const WARM = 6;
// As in Node: what V8 does meanwhile must not be taken for a leak where few streams are looked at.
const SHORT = 50_000;
const STEADY = ["opt", "sparkplug", "lazy-feedback-allocation"].map((flag) => `--no-${flag}`);
// Numbers in a script, which a driver waits two minutes for.
const TURN = 1_000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const server = await service(seed, sockets);
const { address } = server;
const began = Date.now();
const flags = ["--expose-gc", ...(streams < SHORT ? STEADY : [])];
const browser = await chromium(`--js-flags=${flags.join(" ")}`);
try {
  await browser.goto(`${address}/`);
  await browser.until("the page is ready", () => browser.run(() => window.ready === true));
  await browser.run((where) => window.begin(where), { seed, sockets, address });
  const post = (...command) => browser.cdp(...command);
  const state = async () => JSON.parse(await browser.run(() => window.state()));

  const all = numbers(streams);
  const samples = [];
  let before;
  for (let sample = 0, at = 0; sample < SAMPLES; sample++) {
    const to = Math.round((all * (sample + 1)) / SAMPLES);
    for (; at < to; at = Math.min(at + TURN, to)) {
      await browser.run((...given) => window.batch(...given), at, Math.min(at + TURN, to), LANES);
    }
    // Twice, and a turn between them: of what is collected some is let go by what runs then.
    for (let round = 0; round < 3; round++) {
      await browser.cdp("HeapProfiler.collectGarbage");
      await sleep(20);
    }
    const { usedSize: heap } = await browser.cdp("Runtime.getHeapUsage");
    const [done, wrong, ...pages] = (await browser.run(() => window.sample())).split(",").map(Number);
    samples.push({ streams: done, heap, pages });
    if (sample === WARM - 1) before = await left(post);
    const [mib, seconds] = [heap / 1_048_576, (Date.now() - began) / 1_000];
    console.log(`${done} streams, ${mib.toFixed(3)} MiB, ${seconds.toFixed(0)} s, ${wrong} wrong`);
  }
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  const after = await left(post);
  const { wrong, unhandled, pages: _, open, ...counts } = await state();
  const log = await browser.log();
  // The page asks for nothing more, and its connections go when nobody uses them.
  const told = await server.left();
  const verdict = judge({
    samples,
    warm: WARM,
    least: LEAST,
    counts,
    wrong,
    unhandled,
    left: {
      "requests open at the server": told.open,
      "connections open at the server": told.connections,
      "bodies of the option fetch that are open": open,
      "promises pending on the heap, more than after the warm-up": Math.max(0, after.pending - before.pending),
      "instances on the heap, more than one": after.instances - 1,
      "errors of scripts in the console": log.filter(({ source }) => source === "javascript").length,
    },
  });
  console.log(`${seconds} s; ${told.served} requests over sockets`);
  report(
    "soak-chromium",
    rows(`Chromium ${browser.version.split(".")[0]}, a page`, {
      ...verdict,
      counts,
      samples,
      warm: WARM,
      seed: `0x${seed.toString(16)}`,
      seconds,
      command: `cargo xtask soak --chromium ${streams} --seed ${seed}`,
      extra: `${told.served} requests at the server, 0 open; ${after.pending} promises pending on the heap, ${before.pending} after the warm-up`,
    }),
  );
} finally {
  await browser.quit();
  await server.stop();
}
