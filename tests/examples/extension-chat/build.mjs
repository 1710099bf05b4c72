// Puts the extension together in `dist/chrome` and `dist/firefox`: its files, the package's beside them, and a manifest for
// each browser, whose policy lets it talk to the addresses of its command line and to nothing else. Without any: Bedrock in
// us-east-1. It refuses an address that is not https, but for this machine's own.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.DIST ?? join(here, "dist");
const given = process.argv.slice(2);
const endpoints = given.length > 0 ? given : ["https://bedrock-runtime.us-east-1.amazonaws.com"];

const origins = endpoints.map((endpoint) => {
  const { protocol, hostname, origin } = new URL(endpoint);
  if (protocol !== "https:" && hostname !== "127.0.0.1") throw new Error(`${endpoint} is not https`);
  return origin;
});

/** What differs: Chrome has a side panel, Firefox a sidebar. */
const browsers = {
  chrome(manifest) {
    manifest.permissions.push("sidePanel");
    manifest.side_panel = { default_path: "panel.html" };
    delete manifest.background.scripts;
    delete manifest.browser_specific_settings;
  },
  firefox(manifest) {
    manifest.sidebar_action = { default_title: "Ask a model", default_panel: "panel.html" };
    delete manifest.background.service_worker;
    delete manifest.minimum_chrome_version;
  },
};

for (const [name, change] of Object.entries(browsers)) {
  const place = join(dist, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  cpSync(join(here, "src"), place, { recursive: true });
  cpSync(dirname(fileURLToPath(import.meta.resolve("outcrop/outcrop.wasm"))), join(place, "outcrop"), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
  const manifest = JSON.parse(readFileSync(join(here, "src/manifest.json"), "utf8"));
  change(manifest);
  manifest.content_security_policy.extension_pages = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    `connect-src 'self' ${[...new Set(origins)].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  writeFileSync(join(place, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(place, "endpoints.json"), `${JSON.stringify(endpoints)}\n`);
}
console.log(`${dist}: for ${origins.join(" ")}`);
