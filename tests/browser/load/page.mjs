// Gives the page `task`: one of tasks.mjs in the page itself, or, if asked for `in worker`, in a module worker that ends
// afterwards. What fails becomes `{error}`; it never rejects.

import { perform } from "./tasks.mjs";

globalThis.task = perform;

globalThis.taskInWorker = (...given) => {
  const worker = new Worker("./worker.mjs", { type: "module" });
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: `the worker did not start: ${message}` });
    worker.postMessage(given);
  }).finally(() => worker.terminate());
};
