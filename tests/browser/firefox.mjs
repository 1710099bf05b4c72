// A headless Firefox as a Session, over Marionette: the commands of WebDriver on a local socket, which Firefox itself
// answers and geckodriver only translates. So neither geckodriver (on no package registry but as source, three minutes
// of building) nor a WebSocket (Node 20 has none, and WebDriver BiDi needs one) is wanted. It knows the commands that
// the tests send to Firefox and refuses every other.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "./webdriver.mjs";

// What differs from a user's: any free port, told in a file of the profile; and no word to anyone but the page under
// test. The rest Marionette sets itself (remote.prefs.recommended).
const preferences = {
  "marionette.port": 0,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.enabled": false,
};
// Milliseconds until Firefox listens: a first start on a busy machine takes 10 s.
const START = 60_000;
// Milliseconds until it has ended of itself; then it is killed.
const LEAVE = 10_000;

const names = {
  "POST /session": "WebDriver:NewSession",
  "POST /timeouts": "WebDriver:SetTimeouts",
  "POST /url": "WebDriver:Navigate",
  "POST /execute/async": "WebDriver:ExecuteAsyncScript",
  "POST /moz/addon/install": "Addon:Install",
  "POST /element": "WebDriver:FindElement",
  "POST /window/rect": "WebDriver:SetWindowRect",
  "GET /screenshot": "WebDriver:TakeScreenshot",
  "DELETE ": "Marionette:Quit",
};
// What is asked of one element: `/element/ID/click`.
const ofElements = {
  "POST click": "WebDriver:ElementClick",
  "POST clear": "WebDriver:ElementClear",
  "POST value": "WebDriver:ElementSendKeys",
  "GET text": "WebDriver:GetElementText",
  "GET displayed": "WebDriver:IsElementDisplayed",
  "GET enabled": "WebDriver:IsElementEnabled",
};

/** FIREFOX names the program. More preferences by their names, and more flags. */
export async function firefox(more = {}, ...flags) {
  const profile = await mkdtemp(join(tmpdir(), "outcrop-firefox-"));
  const lines = Object.entries({ ...preferences, ...more }).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, "user.js"), lines.join("\n"));
  // HOME too: root's Firefox refuses another's, and what it keeps beside the profile goes with it.
  const browser = spawn(
    process.env.FIREFOX ?? "firefox",
    ["--headless", "--marionette", "--no-remote", ...flags, "--profile", profile],
    { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, HOME: profile } },
  );
  const exit = new Promise((resolve) => browser.once("error", resolve).once("exit", resolve));
  const kill = () => browser.kill("SIGKILL");
  process.once("exit", kill);
  let socket;
  const end = async () => {
    socket?.destroy();
    const late = setTimeout(kill, socket ? LEAVE : 0);
    await exit;
    clearTimeout(late);
    process.off("exit", kill);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    let ended;
    exit.then((how) => {
      ended = new Error(`Firefox ended: ${how?.message ?? how}`);
    });
    const port = await listening(join(profile, "MarionetteActivePort"), () => ended);
    socket = connect({ port, host: "127.0.0.1" });
    return await Session.open(overMarionette(socket), end, {});
  } catch (error) {
    await end();
    throw error;
  }
}

/** The port, once Firefox has written it, unless it has `ended()`. */
async function listening(file, ended) {
  for (const deadline = Date.now() + START; Date.now() < deadline; ) {
    if (ended()) throw ended();
    const port = Number(await readFile(file, "utf8").catch(() => 0));
    if (port) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Firefox does not listen after ${START} ms`);
}

/**
 * A message is its length in bytes, a colon and JSON: first Firefox's greeting, then `[0, id, command, parameters]` to
 * it and `[1, id, error, result]` from it.
 */
function overMarionette(socket) {
  const waiting = new Map();
  let last = 0;
  let bytes = Buffer.alloc(0);
  const hear = ([, id, error, result]) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve(result?.value === undefined ? result : result.value);
  };
  socket.on("data", (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const colon = bytes.indexOf(":");
      const stop = colon + 1 + Number(bytes.subarray(0, Math.max(colon, 0)));
      if (colon < 0 || bytes.length < stop) return;
      const message = JSON.parse(bytes.subarray(colon + 1, stop));
      bytes = bytes.subarray(stop);
      if (Array.isArray(message)) hear(message);
    }
  });
  const lost = (error) => {
    for (const { reject } of waiting.values()) reject(error ?? new Error("Firefox closed the connection"));
    waiting.clear();
  };
  socket.on("error", lost).on("close", () => lost());
  return (method, path, body) => {
    const [, id, what] = /^\/element\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    const name = id ? ofElements[`${method} ${what}`] : names[`${method} ${path}`];
    if (!name) throw new Error(`Firefox is not asked for ${method} ${path} here`);
    last += 1;
    // A session's capabilities come without the wrapper that HTTP has; a script runs beside the page, in a scope of
    // its own that sees the page's objects.
    const given =
      name === "WebDriver:NewSession"
        ? body.capabilities.alwaysMatch
        : name === "Marionette:Quit"
          ? { flags: ["eForceQuit"] }
          : name === "WebDriver:TakeScreenshot"
            ? { full: false }
            : { ...body, ...(id && { id }) };
    const message = JSON.stringify([0, last, name, given]);
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error("Firefox closed the connection"));
      waiting.set(last, { resolve, reject });
      socket.write(`${Buffer.byteLength(message)}:${message}`);
    });
  };
}
