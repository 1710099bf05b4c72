// Gives the page `ask`: a task of tasks.mjs in the page itself, in a new module worker or in a new service worker. A
// task that fails, or a worker that cannot start, becomes `{error}`; it never rejects.

import { perform } from "/tasks.mjs";

let scopes = 0;

/** The answer to a task of a port's other end; `broken` rejects if that end dies. */
const answer = (post, given, broken) => {
  const { port1, port2 } = new MessageChannel();
  const told = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  post(given, [port2]);
  return Promise.race([told, broken]);
};

const places = {
  page: perform,

  async worker(...given) {
    const worker = new Worker("/worker.mjs", { type: "module" });
    const broken = new Promise((_, reject) => {
      worker.onerror = (event) => reject(new Error(`the worker did not start: ${event.message}`));
    });
    try {
      return await answer((...message) => worker.postMessage(...message), given, broken);
    } finally {
      worker.terminate();
    }
  },

  async "service worker"(...given) {
    scopes += 1;
    // A scope of its own makes it a new one. The page is not in it, and need not be.
    const options = { type: "module", scope: `/scope-${scopes}/` };
    const registration = await navigator.serviceWorker.register("/service-worker.mjs", options);
    try {
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      const broken = new Promise((resolve, reject) => {
        const look = () => {
          if (worker.state === "activated") resolve();
          if (worker.state === "redundant") reject(new Error("the service worker did not start"));
        };
        worker.addEventListener("statechange", look);
        look();
      });
      await broken;
      return await answer((...message) => worker.postMessage(...message), given, new Promise(() => {}));
    } finally {
      await registration.unregister();
    }
  },
};

globalThis.ask = (place, ...given) =>
  places[place](...given).catch((error) => ({ error: String(error?.stack ?? error) }));
