// What is done in a page, a module worker and a service worker alike, with the package imported as files. It holds no
// verdict but those of the cases, and answers `{error}` instead of rejecting.

import * as outcrop from "/outcrop/dist/web.js";
import { runCase, runCases, unhandled } from "/runtimes/cases.mjs";
import { abort, bugWebAssembly, leave, operations, trap } from "/runtimes/checks.mjs";

const tasks = {
  operations: (options) => operations(outcrop, options),
  abort: (options) => abort(outcrop, options),
  leave: (options) => leave(outcrop, options),

  /** On a WebAssembly that can be made to trap; for a place where the package was not used yet. */
  trap: (options) => {
    bugWebAssembly();
    return trap(outcrop, options);
  },

  /** Every case, four at a time: a browser has six connections to a host, and asks the emulator meanwhile. */
  async cases(cases, emulator) {
    const results = await runCases(cases, (testCase) => runCase(outcrop, testCase, emulator, "page"), 4);
    await new Promise((done) => setTimeout(done, 50));
    return { results, unhandled: unhandled(), scope: globalThis.constructor.name };
  },
};

/** `{value}` or `{error}`. */
export async function perform(task, ...given) {
  try {
    return { value: await tasks[task](...given) };
  } catch (error) {
    return { error: `${error?.name}: ${error?.message}\n${error?.stack}` };
  }
}
