// Loads browser extensions from their folders into a Chromium and a Firefox of their own, and opens a page of each. It
// refuses to guess an address: Chromium derives an unpacked extension's from its folder, Firefox is told one.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firefox } from "../browser/firefox.mjs";
import { chromium } from "../browser/webdriver.mjs";

const files = ["background.js", "page.html", "page.js", "../ask.mjs"];

/** The extension with the package's files in it, `dist/<name>` in the app's folder; its manifest as `change` leaves it. */
export function assembled(folder, name, change = () => {}) {
  const place = join(folder, "dist", name);
  mkdirSync(place, { recursive: true });
  for (const file of files) cpSync(join(folder, file), join(place, file.replace("../", "")));
  cpSync(join(folder, "node_modules/outcrop/dist"), join(place, "outcrop"), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  change(manifest);
  writeFileSync(join(place, "manifest.json"), JSON.stringify(manifest));
  return place;
}

/** Chromium with these extensions; answers the browser and each one's page, `page.html` or another one. */
export async function inChromium(...folders) {
  return chromiumWith("page.html", ...folders);
}

export async function chromiumWith(page, ...folders) {
  // Chromium takes the flag as long as the feature that would ignore it is off; Google's own Chrome never does.
  const off = "--disable-features=DisableLoadExtensionCommandLineSwitch";
  const browser = await chromium(`--load-extension=${folders.join()}`, off);
  return { browser, pages: folders.map((folder) => `chrome-extension://${idOf(folder)}/${page}`) };
}

/** The first 128 bits of the SHA-256 of an extension's folder, in the letters a to p. */
function idOf(folder) {
  const hex = createHash("sha256").update(folder).digest("hex").slice(0, 32);
  return [...hex].map((digit) => "abcdefghijklmnop"[Number.parseInt(digit, 16)]).join("");
}

/** Firefox with this extension; likewise. Only with system access may Marionette open an extension's page. */
export async function inFirefox(folder, page = "page.html") {
  const { id } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).browser_specific_settings.gecko;
  const host = randomUUID();
  const uuids = { "extensions.webextensions.uuids": JSON.stringify({ [id]: host }) };
  const browser = await firefox(uuids, "--remote-allow-system-access");
  try {
    assert.equal(await browser.install(folder), id);
  } catch (error) {
    await browser.quit();
    throw error;
  }
  return { browser, pages: [`moz-extension://${host}/${page}`] };
}

/** Asks in the extension's background and in its page; both answers. */
export async function asked(browser, page, options) {
  await browser.goto(page);
  const there = () => browser.run(() => typeof (globalThis.wrappedJSObject ?? globalThis).ask === "function");
  await browser.until("the extension is there", there);
  return {
    background: await browser.run((given) => globalThis.background(given), options("background")),
    page: await browser.run((given) => globalThis.ask(given), options("page")),
  };
}
