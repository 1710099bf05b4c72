// One process for each contender, so that none is measured with the compiled code and the garbage of another; they
// take turns, so that what the machine does besides falls on all of them alike.

import { fork } from "node:child_process";
import { join } from "node:path";
import { here } from "./places.mjs";

/** Starts `program` of this folder; `ask` sends it a task and answers what it measured. */
export function racer(program, ...args) {
  const child = fork(join(here, program), args, {
    execArgv: ["--expose-gc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const name = args.join(" ");
  let settle;
  child.on("message", ({ value, error }) =>
    error ? settle.reject(new Error(`${name}: ${error}`)) : settle.resolve(value),
  );
  child.on("exit", (code) => settle?.reject(new Error(`${name} ended with ${code}`)));
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        child.send(task);
      }),
    stop: () => child.disconnect(),
  };
}

/** What a process of `racer` does with its tasks. */
export function serve(tasks) {
  process.on("message", async ({ task, ...how }) => {
    try {
      process.send({ value: await tasks[task](how) });
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) });
    }
  });
  process.on("disconnect", () => process.exit(0));
}

/** Milliseconds of CPU, of all threads, and of the clock, for one of `repeat` runs. */
export async function timed(repeat, run) {
  globalThis.gc();
  const before = process.cpuUsage();
  const began = performance.now();
  for (let at = 0; at < repeat; at++) await run();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1000 / repeat, wall: (performance.now() - began) / repeat };
}

/**
 * In each of `rounds` each contender does the task once, after one that does not count (unless not `warm`); a contender
 * in `once` is measured in the first round only, as it is slow. Answers each one's samples, ms of CPU.
 */
export async function race(racers, rounds, task, { once = [], of = (sample) => sample.cpu, warm = true } = {}) {
  const samples = Object.fromEntries(Object.keys(racers).map((name) => [name, []]));
  for (const name in racers) if (warm && !once.includes(name)) await racers[name].ask(task);
  for (let round = 0; round < rounds; round++) {
    for (const name in racers) {
      if (round > 0 && once.includes(name)) continue;
      samples[name].push(of(await racers[name].ask(task)));
    }
  }
  return samples;
}

/** `run` with those racers; they end with it. */
export async function racing(racers, run) {
  try {
    return await run(racers);
  } finally {
    for (const { stop } of Object.values(racers)) stop();
  }
}
