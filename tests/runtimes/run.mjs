// Runs the cases that it is handed in the runtime that has loaded it, and prints them as a table; or one of checks.mjs.
// It reads no file and judges no more than cases.mjs does: each runtime's own few lines hand on what it answers.

import { runCase, runCases, table, unhandled } from "./cases.mjs";
import * as checks from "./checks.mjs";

/**
 * @param outcrop the package, as this runtime resolves its name
 * @param runtime the name by which cases except it
 * @param told `{emulator, cases}`, or `{check, args}`
 */
export async function run(outcrop, runtime, { emulator, cases, check, args }) {
  if (check === "trap") checks.bugWebAssembly();
  if (check) return { answer: await { ...checks }[check](outcrop, ...args) };

  // It is to be noticed: else the runtime would hide one of the package's too.
  Promise.reject(new Error("nobody handles this one"));
  // 1 µs: over before a timer is set for it, and some runtimes warn of a time in the past.
  const timeouts = { total: 0.001 };
  const hasty = new outcrop.BedrockRuntime({ region: "us-east-1", credentials: emulator.credentials, timeouts });
  const over = await hasty.converse({ modelId: "m" }).catch(({ name }) => name);
  const results = await runCases(cases, (testCase) => runCase(outcrop, testCase, emulator, runtime));
  // 50 ms: a rejection is told after the turn in which nobody handled it.
  await new Promise((done) => setTimeout(done, 50));
  console.log(table(results));
  return { results, over, unhandled: unhandled() };
}
