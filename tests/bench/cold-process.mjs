// One cold start: from before the import to the client's first signed request. Tells it as JSON and ends.

import { pathToFileURL } from "node:url";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const told = () => {
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - began }), () =>
    process.exit(0),
  );
  return new Promise(() => {});
};
globalThis.fetch = told;
// Node loads its fetch at the first look at any part of it, which costs more than all the rest.
if (process.argv[3] === "loaded") Request.prototype;

const before = process.cpuUsage();
const began = performance.now();
const { make } = await import(pathToFileURL(process.argv[2]).href);
await make({ credentials }).converse("anthropic.claude-3-haiku-20240307-v1:0", "Hello");
throw new Error("nothing was sent");
