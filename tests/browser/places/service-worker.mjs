// Does a task of tasks.mjs in a service worker that is a module, and answers on the port that comes with it. It
// handles no fetch, and asks to live until the answer is out.

import { perform } from "/tasks.mjs";

addEventListener("message", (event) =>
  event.waitUntil(perform(...event.data).then((answer) => event.ports[0].postMessage(answer))),
);
