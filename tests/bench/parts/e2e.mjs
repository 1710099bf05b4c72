// Streams over localhost: 10,000 events from the first byte of the request to the last event, in Node, workerd and
// Chromium; and what a short one costs above a bare fetch of the same bytes.

import { chromium } from "../../browser/webdriver.mjs";
import { server, worker } from "../hosts.mjs";
import { CLIENTS, client } from "../places.mjs";
import { below, spent, threads, told } from "../processes.mjs";
import { race, racing } from "../racer.mjs";
import { clients } from "./decode.mjs";

const EVENTS = 10_000;
const model = `events-${EVENTS}-chunk-16384`;
// Start, text, and three at the end.
const SHORT = "events-1-chunk-16384";
const NAMES = ["outcrop", "F", "A", "bare"];
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "x".repeat(900) };
// Streams in a sample.
const REPEAT = 5;

const complete = (name, events) => {
  if (name !== "bare" && events !== (EVENTS + 4) * REPEAT) throw new Error(`${name}: ${events} events`);
};

/** Runs one after the other with the CPU time of the processes, or without them the clock's. */
async function sampled(pids, run) {
  const began = performance.now();
  const before = threads(pids);
  await run();
  return (told ? spent(pids, before) : performance.now() - began) / REPEAT;
}

const row = (samples) => ({ unit: told ? "ms" : "ms of the clock", samples });
const of = (sample) => sample;

async function inNode(address, rounds, rows, note) {
  await racing(await clients(NAMES), async (racers) => {
    rows.Node = {
      unit: "ms",
      samples: await race(racers, rounds, { task: "stream", endpoint: address, model, repeat: 3 }),
    };
    note("Node", rows.Node);
    // 50, and four times as many turns: short ones, as the clock's time is what is most disturbed by others.
    const first = { task: "first", endpoint: address, model: SHORT, repeat: 50 };
    const samples = await race(racers, rounds * 4, first, { of });
    for (const [name, figure] of [
      ["to the first event", "wall"],
      ["a short stream", "cpu"],
    ]) {
      const above = (who) => samples[who].map((sample, at) => sample[figure] - samples.bare[at][figure]);
      rows[name] = {
        unit: "ms",
        samples: {
          ...Object.fromEntries(["outcrop", "F", "A"].map((who) => [who, above(who)])),
          bare: samples.bare.map((sample) => sample[figure]),
        },
      };
      note(name, rows[name]);
    }
  });
}

async function inWorkerd(address, rounds, rows, note) {
  const workers = {};
  try {
    for (const name of NAMES) workers[name] = await worker(name);
    const racers = Object.fromEntries(
      NAMES.map((name) => {
        const { pids, ask } = workers[name];
        const run = async () =>
          complete(name, Number(await ask({ endpoint: address, credentials, model, repeat: REPEAT })));
        return [name, { ask: () => sampled(pids, run) }];
      }),
    );
    rows.workerd = row(await race(racers, rounds, {}, { of }));
    note("workerd", rows.workerd);
  } finally {
    for (const { stop } of Object.values(workers)) await stop();
  }
}

async function inChromium(address, rounds, rows, note) {
  for (const name of NAMES) await client(name);
  const browser = await chromium();
  try {
    await browser.goto(`${address}/near/e2e/empty.html`);
    const pids = () => below("--type=renderer");
    const page = async (file, endpoint, credentials, model, repeat) => {
      window.clients ??= {};
      window.clients[file] ??= (await import(file)).make({ endpoint, credentials });
      let events = 0;
      for (let at = 0; at < repeat; at++) {
        for await (const _ of await window.clients[file].stream(model, "Hello")) events += 1;
      }
      return events;
    };
    const racers = Object.fromEntries(
      NAMES.map((name) => {
        const file = `/near/e2e/${CLIENTS[name]}.mjs`;
        const run = async () => complete(name, await browser.run(page, file, address, credentials, model, REPEAT));
        return [name, { ask: () => sampled(pids(), run) }];
      }),
    );
    rows.Chromium = row(await race(racers, rounds, {}, { of }));
    note("Chromium", rows.Chromium);
  } finally {
    await browser.quit();
  }
}

export async function run({ rounds, note }) {
  const rows = {};
  const service = await server();
  try {
    for (const place of [inNode, inWorkerd, inChromium]) await place(service.address, rounds, rows, note);
  } finally {
    service.stop();
  }
  return rows;
}
