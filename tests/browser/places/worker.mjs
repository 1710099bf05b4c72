// Does a task of tasks.mjs in a worker that is a module, and answers on the port that comes with it.

import { perform } from "/tasks.mjs";

addEventListener("message", async ({ data, ports }) => ports[0].postMessage(await perform(...data)));
