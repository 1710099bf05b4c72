// `node worker-host.mjs MODULE`: asks the worker that MODULE exports one question, as a page would, with the process's
// environment as its bindings, and prints what it answers. A status of 400 and above is a failure.
import { pathToFileURL } from "node:url";

const { default: worker } = await import(pathToFileURL(process.argv[2]));
const request = new Request("https://worker.example/chat", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ text: "Hello" }),
});
const waiting = [];
const response = await worker.fetch(request, process.env, { waitUntil: (promise) => waiting.push(promise) });
console.log(await response.text());
await Promise.all(waiting);
if (!response.ok) throw new Error(`HTTP ${response.status}`);
