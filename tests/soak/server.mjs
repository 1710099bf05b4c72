// The service of a soak on loopback: each answer by the script that its number has, and what is open now. It serves the
// page's files too, checks no signature and keeps nothing of a request that has ended.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { plan, RESET, SILENCE } from "./faults.mjs";
import { pool, written } from "./pool.mjs";

const [seed, sockets] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = { soak: "tests/soak", outcrop: "node_modules/outcrop" };
const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm" };
const own = pool();
const attempts = new Map();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
let open = 0;
// Connections; a browser opens one more than it needs, ahead, and never sends a byte over it.
const connections = new Set();
let served = 0;

async function answer(number, response) {
  const { answers } = plan({ seed, sockets }, number, own);
  const attempt = attempts.get(number) ?? 0;
  // Of one whose caller gave up in between the number stays: they are few, and so are numbers' bytes.
  if (attempt + 1 < answers.length) attempts.set(number, attempt + 1);
  else attempts.delete(number);
  const { status, headers, steps, before } = answers[attempt];
  if (before === RESET) return response.socket.destroy();
  if (before) return;
  response.writeHead(status, headers);
  response.flushHeaders();
  const gone = once(response, "close");
  for (const step of steps) {
    if (step === SILENCE || response.destroyed) return;
    if (typeof step === "number") await sleep(step);
    else if (step === RESET) {
      // Not before all that was written has left.
      await new Promise((done) => response.write("", done));
      response.socket?.destroy();
      return;
    } else if (step.length) {
      // One that does not read on is one that has gone.
      const more = response.write(step);
      if (!more) await Promise.race([once(response, "drain"), gone]);
    }
  }
  response.end();
}

const server = createServer(async (request, response) => {
  request.resume();
  const [, number] = /^\/model\/soak\.(\d+)\//.exec(request.url) ?? [];
  if (number) {
    open += 1;
    served += 1;
    response.once("close", () => {
      open -= 1;
    });
    await answer(Number(number), response);
    return;
  }
  const [, folder, path] = /^\/(\w+)\/([\w./-]+)$/.exec(request.url) ?? [];
  const type = TYPES[extname(path ?? "")];
  if (request.url === "/") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end('<!doctype html><link rel="icon" href="data:,"><script type="module" src="/soak/page.mjs"></script>');
  } else if (path === "pool.json") {
    response.writeHead(200, { "content-type": "application/json" }).end(written(own));
  } else if (FOLDERS[folder] && type && !path.includes("..")) {
    const bytes = await readFile(join(root, FOLDERS[folder], path)).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, { "content-type": type }).end(bytes);
  } else response.writeHead(404).end();
});
server.on("connection", (socket) => {
  connections.add(socket);
  socket.once("close", () => connections.delete(socket));
  // What a reset leaves behind is nobody's.
  socket.on("error", () => {});
});
// Milliseconds that an idle connection is kept: more than between two streams, less than whoever waits for its end has.
server.keepAliveTimeout = 2_000;
server.listen(0, "127.0.0.1", () => process.send({ address: `http://127.0.0.1:${server.address().port}` }));
// Whoever started it asks what is open.
process.on("message", () => {
  const used = [...connections].filter(({ bytesRead }) => bytesRead);
  process.send({ open, served, connections: used.length });
});
process.on("disconnect", () => process.exit(0));
