// Cold starts: import, construct, first signed request, each time in a new process, worker or page.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "../../browser/webdriver.mjs";
import { server, worker } from "../hosts.mjs";
import { CLIENTS, client, forNode, here } from "../places.mjs";
import { spent, told } from "../processes.mjs";
import { race } from "../racer.mjs";
import { median } from "../rows.mjs";

const of = (sample) => sample;
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };

/** The middle of three: a start is short, and a scheduler's whim is as long. */
async function middle(run) {
  return median([await run(), await run(), await run()]);
}

async function inNode(rounds) {
  const racers = {};
  for (const name of ["outcrop", "F", "A", "V"]) {
    const file = await forNode(name);
    const start = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(here, "cold-process.mjs"), file]);
      return JSON.parse(stdout).cpu;
    };
    racers[name] = { ask: () => middle(start) };
  }
  return { unit: "ms", samples: await race(racers, rounds, {}, { of }) };
}

/** The whole process's time up to its first answer, less that of a worker that signs nothing and does the same. */
async function inWorkerd(address, rounds) {
  const racers = {};
  for (const name of ["bare", "outcrop", "F", "A"]) {
    const start = async () => {
      const began = performance.now();
      const { pids, ask, stop } = await worker(name);
      try {
        await ask({ endpoint: address, credentials });
        return told ? spent(pids) : performance.now() - began;
      } finally {
        await stop();
      }
    };
    racers[name] = { ask: () => middle(start) };
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
    for (const name of ["outcrop", "F", "A"]) {
      await client(name);
      const start = async () => {
        await browser.goto(`${address}/${place}/${++loads}/page.html#${CLIENTS[name]}`);
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
      Node: () => inNode(rounds),
      workerd: () => inWorkerd(address, rounds),
      "Chromium, local": () => inChromium(address, rounds, "near"),
      "Chromium, throttled": () => inChromium(address, rounds, "far"),
    };
    for (const [place, measure] of Object.entries(places)) {
      rows[place] = await measure();
      note(place, rows[place]);
    }
  } finally {
    service.stop();
  }
  return rows;
}
