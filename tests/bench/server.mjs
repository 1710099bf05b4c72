// The service for what is measured over localhost: answers of so many events in pieces of so many bytes, and the
// clients' bundles, also as if from far away. It checks no signature: that costs what is not to be measured.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { answer, cut, joined } from "./frames.mjs";
import { target } from "./places.mjs";

// Far away: 40 ms there and back, and 10 Mbit/s: a phone with a fair network.
const ROUND_TRIP = 40;
const BYTES_PER_MS = 1_250;

const TYPES = { mjs: "text/javascript", wasm: "application/wasm", html: "text/html" };
// Imports, constructs, and tells the moment of the first signed request; what the client asks for besides is let pass.
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
const own = fetch;
const began = performance.now();
globalThis.fetch = async (input, init) => {
  if (!String(input.url ?? input).includes("/model/")) return own(input, init);
  window.told ??= performance.now() - began;
  return new Response("{}", { headers: { "content-type": "application/json" } });
};
const { make } = await import("./" + location.hash.slice(1) + ".mjs");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
await make({ credentials }).converse("m", "Hello").catch(() => {});
</script>`;

const PAGES = {
  "page.html": PAGE,
  // The wasm is asked for with the script, not after it.
  "preloads.html": PAGE.replace("<script", '<link rel="preload" href="outcrop.wasm" as="fetch" crossorigin><script'),
  "empty.html": '<!doctype html><link rel="icon" href="data:,">',
};

const compressed = new Map();
function file(name) {
  const path = join(target, "bundles/browser", name);
  if (!compressed.has(name) && existsSync(path)) compressed.set(name, brotliCompressSync(readFileSync(path)));
  return PAGES[name] ? brotliCompressSync(PAGES[name]) : compressed.get(name);
}

const answers = new Map();
function pieces(model) {
  if (!answers.has(model)) {
    const [, events, chunk] = /^events-(\d+)-chunk-(\d+)$/.exec(model) ?? [];
    answers.set(model, events && cut(joined(answer(Number(events))), Number(chunk)));
  }
  return answers.get(model);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function serve(request, response) {
  for await (const _ of request);
  const url = new URL(request.url, "http://localhost");
  // As often as a page is loaded, each time at another address: nothing comes from the browser's cache.
  const bundle = /^\/(near|far)\/[^/]+\/([\w.-]+)$/.exec(url.pathname);
  if (bundle) {
    const [, place, name] = bundle;
    const bytes = file(name);
    if (!bytes) return response.writeHead(404).end();
    if (place === "far") await pause(ROUND_TRIP + bytes.length / BYTES_PER_MS);
    response.writeHead(200, {
      "content-type": TYPES[name.split(".").at(-1)],
      "content-encoding": "br",
      "cache-control": "no-store",
    });
    return response.end(bytes);
  }
  const [, model, operation] = /^\/model\/([^/]+)\/([\w-]+)$/.exec(url.pathname) ?? [];
  if (operation === "converse") {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(
      '{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}',
    );
  }
  const body = operation === "converse-stream" && pieces(decodeURIComponent(model));
  if (!body) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": "bench" });
  for (const piece of body) if (!response.write(piece)) await new Promise((resolve) => response.once("drain", resolve));
  return response.end();
}

const server = createServer((request, response) => {
  serve(request, response).catch((error) => response.destroy(error));
});
// 10 minutes: a connection waits for its client's next turn. Node's 5 s would close it just when it comes.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => process.send({ value: `http://127.0.0.1:${server.address().port}` }));
process.on("disconnect", () => process.exit(0));
