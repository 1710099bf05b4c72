// Serves the package at as many addresses as a test asks for, each with its own policy, its own way to serve the wasm
// and its own count of who asked for it. It serves this repository's files to this machine, and lists nothing.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { root } from "./programs.mjs";

const types = {
  ".html": "text/html;charset=utf-8",
  ".js": "text/javascript;charset=utf-8",
  ".mjs": "text/javascript;charset=utf-8",
  ".wasm": "application/wasm",
};
// Below a place; the package twice, as two pages' scripts may bring it from two addresses.
const folders = {
  outcrop: "node_modules/outcrop",
  other: "node_modules/outcrop",
  runtimes: "tests/runtimes",
  "": "tests/browser/load",
};

/** What a place may do instead of serving the wasm: each gets the response and the file's bytes. */
const ways = {
  reset: (response) => response.destroy(),
  missing: (response) => response.writeHead(404, { "content-type": "text/plain" }).end("gone"),
  // As a server of a single page answers for what it has not.
  page: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"),
  short(response, bytes) {
    response.writeHead(200, { "content-type": "application/wasm", "content-length": bytes.length });
    response.write(bytes.subarray(0, 1_000), () => response.destroy());
  },
};

/** The site, `{address, place, stop}`. */
export async function site() {
  const places = [];
  const server = createServer(async (request, response) => {
    const [, number, ...path] = new URL(request.url, "http://site").pathname.split("/");
    const place = places[number];
    const [first, ...rest] = path.length > 1 ? path : ["", ...path];
    const folder = folders[first];
    const name = normalize(rest.join("/") || "index.html");
    if (!place || folder === undefined || name.startsWith(`..${sep}`)) {
      response.writeHead(404, { "content-type": "text/plain" }).end();
      return;
    }
    const type = types[extname(name)];
    const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
    if (type) headers["content-type"] = type;
    if (place.policy) headers["content-security-policy"] = place.policy;
    if (place.cors) headers["access-control-allow-origin"] = "*";
    if (place.isolated) {
      headers["cross-origin-opener-policy"] = "same-origin";
      headers["cross-origin-embedder-policy"] = "require-corp";
    }
    const bytes = await readFile(join(root, folder, name)).catch(() => undefined);
    if (!bytes) {
      response.writeHead(404, headers).end();
      return;
    }
    if (extname(name) === ".wasm") {
      place.asked += 1;
      await place.held;
      if (place.way) {
        ways[place.way](response, bytes);
        return;
      }
      if (place.type !== undefined) headers["content-type"] = place.type;
      if (place.type === "") delete headers["content-type"];
    }
    response.writeHead(200, headers).end(bytes);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${server.address().port}`;
  return {
    address,
    /**
     * A place of its own, to be changed at any time: `policy`, `isolated`, `cors` for every file; for the wasm `type`,
     * `way` (one of `ways`) and `held`, a promise to be waited for. `asked` counts the requests for the wasm.
     */
    place(settings = {}) {
      const place = { asked: 0, ...settings, address: `${address}/${places.length}` };
      places.push(place);
      return place;
    },
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
