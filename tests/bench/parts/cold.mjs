// Cold starts: import, construct, first signed request, each time in a new process, worker or page.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "../../browser/webdriver.mjs";
import { server, worker } from "../hosts.mjs";
import { bundle, CLIENTS, forNode, here } from "../places.mjs";
import { spent, told } from "../processes.mjs";
import { race } from "../racer.mjs";
import { median } from "../rows.mjs";

const of = (sample) => sample;
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };

/** The middle of three: a start is short, and a scheduler's whim is as long. */
async function middle(run) {
  return median([await run(), await run(), await run()]);
}

async function inNode(rounds, fetch) {
  const racers = {};
  for (const name of ["outcrop", "F", "A", "V"]) {
    const file = await forNode(name);
    const start = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(here, "cold-process.mjs"), file, fetch]);
      return JSON.parse(stdout).cpu;
    };
    racers[name] = { ask: () => middle(start) };
  }
  return { unit: "ms", samples: await race(racers, rounds, {}, { of }) };
}

/**
 * A worker's share of its process's time up to the first answers of all, less that of a worker that signs nothing and
 * does the same. Ten in a process, so that the process's own start, which is longer than theirs, does not drown them.
 */
async function inWorkerd(address, rounds) {
  const COUNT = 10;
  const racers = {};
  for (const name of ["bare", "outcrop", "F", "A"]) {
    const start = async () => {
      const began = performance.now();
      const { pids, ask, stop } = await worker(name, COUNT);
      try {
        for (let at = 0; at < COUNT; at++) await ask({ endpoint: address, credentials }, at);
        return (told ? spent(pids) : performance.now() - began) / COUNT;
      } finally {
        await stop();
      }
    };
    racers[name] = { ask: start };
  }
  const { bare, ...samples } = await race(racers, rounds, {}, { of });
  for (const name in samples) samples[name] = samples[name].map((sample, at) => sample - bare[at]);
  return { unit: told ? "ms" : "ms of the clock", samples: { ...samples, bare } };
}

async function inChromium(address, rounds, place) {
  const browser = await chromium();
  const racers = {};
  let loads = 0;
  try {
    for (const [name, page = "page.html"] of [["outcrop"], ["preloaded", "preloads.html"], ["F"], ["A"]]) {
      const file = CLIENTS[name] ?? CLIENTS.outcrop;
      await bundle(`clients/${file}.mjs`, file);
      const start = async () => {
        await browser.goto(`${address}/${place}/${++loads}/${page}#${file}`);
        await browser.until(`${name} has signed`, () => browser.run(() => window.told !== undefined));
        return browser.run(() => window.told);
      };
      racers[name] = { ask: () => middle(start) };
    }
    return { unit: "ms", samples: await race(racers, rounds, {}, { of }) };
  } finally {
    await browser.quit();
  }
}

export async function run({ rounds, note }) {
  const rows = {};
  const service = await server();
  const { address } = service;
  try {
    const places = {
      Node: () => inNode(rounds, ""),
      "Node, fetch loaded": () => inNode(rounds, "loaded"),
      workerd: () => inWorkerd(address, rounds),
      "Chromium, local": () => inChromium(address, rounds, "near"),
      "Chromium, throttled": () => inChromium(address, rounds, "far"),
    };
    for (const [place, measure] of Object.entries(places)) {
      const { unit, samples } = await measure();
      const { preloaded, ...others } = samples;
      rows[place] = { unit, samples: others };
      note(place, rows[place]);
      if (!preloaded) continue;
      const page = `${place}, wasm preloaded`;
      rows[page] = { unit, samples: { ...others, outcrop: preloaded } };
      note(page, rows[page]);
    }
  } finally {
    service.stop();
  }
  return rows;
}
