// A WebDriver client, as much of it as the tests use, over fetch to a driver that it starts itself. It
// waits for nothing longer than it is told, and leaves no process and no profile behind.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

// The key under which the protocol wraps an element.
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Ctrl, Escape and Enter, as the protocol spells them. */
export const keys = { control: "\uE009", escape: "\uE00C", enter: "\uE007" };

// No sandbox: as root there is none. The rest keeps Chromium from talking to anyone but the page under test.
const chromiumFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium; CHROMIUM and CHROMEDRIVER name the programs. More flags by their names. */
export async function chromium(...flags) {
  const profile = await mkdtemp(join(tmpdir(), "outcrop-chromium-"));
  const driver = spawn(process.env.CHROMEDRIVER ?? "chromedriver", ["--port=0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = async () => {
    if (driver.exitCode === null && driver.kill()) await new Promise((resolve) => driver.once("exit", resolve));
    // A browser that is still writing its last files makes the first tries fail.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  process.once("exit", () => driver.kill());
  try {
    const port = await new Promise((resolve, reject) => {
      driver.once("error", reject).once("exit", (code) => reject(new Error(`chromedriver ended with ${code}`)));
      createInterface(driver.stdout).on("line", (line) => {
        const found = /started successfully on port (\d+)/.exec(line);
        if (found) resolve(found[1]);
      });
    });
    return await Session.open(overHttp(`http://127.0.0.1:${port}`), end, {
      browserName: "chrome",
      "goog:chromeOptions": {
        args: [...chromiumFlags, ...flags, `--user-data-dir=${profile}`],
        ...(process.env.CHROMIUM && { binary: process.env.CHROMIUM }),
      },
      "goog:loggingPrefs": { browser: "ALL" },
    });
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * A driver that is spoken to over HTTP, as the standard says: `POST /session` with capabilities opens the session,
 * every other path is one of that session.
 */
export function overHttp(driver) {
  let base = driver;
  return async (method, path, body) => {
    const answer = await command(method, base + path, body);
    if (path === "/session") base += `/session/${answer.sessionId}`;
    return answer;
  };
}

/** One browser with one window. Elements are named by CSS selectors and found anew each time. */
export class Session {
  #do;
  #end;
  /** As the driver tells them. */
  name;
  version;

  /** @param send a driver, as of `overHttp`; @param end leaves nothing of it behind */
  static async open(send, end, capabilities) {
    const session = new Session();
    session.#do = send;
    session.#end = end;
    const opened = await send("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    session.name = opened.capabilities.browserName;
    session.version = opened.capabilities.browserVersion;
    // A script that waits for a whole answer must not be cut by the driver's 30 s.
    await send("POST", "/timeouts", { script: 120_000 });
    return session;
  }

  async quit() {
    try {
      await this.#do("DELETE", "");
    } finally {
      await this.#end();
    }
  }

  /** Installs the extension that lies in a folder, until the browser ends (Firefox). */
  install(path) {
    return this.#do("POST", "/moz/addon/install", { path, temporary: true });
  }

  goto(url) {
    return this.#do("POST", "/url", { url });
  }

  async #find(selector) {
    const found = await this.#do("POST", "/element", { using: "css selector", value: selector });
    return `/element/${found[ELEMENT]}`;
  }

  async click(selector) {
    await this.#do("POST", `${await this.#find(selector)}/click`, {});
  }

  /** The text that a person sees, or "" for what is hidden. */
  async text(selector) {
    return this.#do("GET", `${await this.#find(selector)}/text`);
  }

  async displayed(selector) {
    return this.#do("GET", `${await this.#find(selector)}/displayed`);
  }

  async enabled(selector) {
    return this.#do("GET", `${await this.#find(selector)}/enabled`);
  }

  /** Empties a field and types into it. */
  async fill(selector, text) {
    const element = await this.#find(selector);
    await this.#do("POST", `${element}/clear`, {});
    if (text !== "") await this.#do("POST", `${element}/value`, { text });
  }

  /** Types without emptying; for keys. */
  async press(selector, text) {
    await this.#do("POST", `${await this.#find(selector)}/value`, { text });
  }

  /** Runs a function in the page and answers what it returns or promises. It sees its arguments only. */
  async run(body, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${body})(...[...arguments].slice(0, -1))).then(
        (value) => done({ value }),
        (error) => done({ error: String(error?.stack ?? error) }));`;
    const answer = await this.#do("POST", "/execute/async", { script, args });
    if (answer.error !== undefined) throw new Error(`in the page: ${answer.error}`);
    return answer.value;
  }

  /** Waits until `condition()` is true; else fails with what it said last. */
  async until(what, condition, milliseconds = 15_000) {
    const deadline = Date.now() + milliseconds;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`after ${milliseconds} ms still not: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** What the browser wrote to its console since the last call (Chromium). */
  log() {
    return this.#do("POST", "/se/log", { type: "browser" });
  }

  /** A command of the Chrome DevTools protocol (Chromium). */
  cdp(cmd, params = {}) {
    return this.#do("POST", "/goog/cdp/execute", { cmd, params });
  }

  /** The window as if it were a screen of this size, however small (Chromium). */
  async screen(width, height, { dark = false } = {}) {
    await this.cdp("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await this.cdp("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
  }

  /** A PNG of the window; `whole` of all that can be scrolled to (Chromium). */
  async screenshot(whole = false) {
    if (whole) {
      const { data } = await this.cdp("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(data, "base64");
    }
    return Buffer.from(await this.#do("GET", "/screenshot"), "base64");
  }
}

async function command(method, url, body) {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
