// A registry on this machine that has one package, the packed one: Deno and Bun add it from there by its name, as a user
// does. It sends on who asks for another, and takes none.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/** Serves the tarball of the package that `manifest` describes; `others` has the other packages. Answers `{address, stop}`. */
export async function registry(tarball, manifest, others) {
  const bytes = readFileSync(tarball);
  const { name, version } = manifest;
  const file = `/${name}/-/${name}-${version}.tgz`;
  let address;
  const about = () => ({
    name,
    "dist-tags": { latest: version },
    // Long ago: some clients wait for a version to be old.
    time: { [version]: "2020-01-01T00:00:00.000Z" },
    versions: {
      [version]: {
        ...manifest,
        dist: {
          tarball: address + file,
          integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
          shasum: createHash("sha1").update(bytes).digest("hex"),
        },
      },
    },
  });
  const server = createServer(({ url }, response) => {
    if (url === file) return response.end(bytes);
    if (url === `/${name}`) return response.setHeader("content-type", "application/json").end(JSON.stringify(about()));
    response.writeHead(302, { location: new URL(url.slice(1), others).href }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${server.address().port}`;
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { address, stop };
}
