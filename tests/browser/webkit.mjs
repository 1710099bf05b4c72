// WebKit (WebKitGTK's own small browser) as a Session, over WebKitWebDriver, on a display that nobody sees: it has no
// headless mode. It refuses to use a display of the user's.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { overHttp, Session } from "./webdriver.mjs";

// Milliseconds until the driver answers: a tenth of a second, but on a busy machine.
const START = 20_000;

/** WEBKITDRIVER and XVFB name the programs. */
export async function webkit() {
  const home = await mkdtemp(join(tmpdir(), "outcrop-webkit-"));
  const started = [];
  const start = (program, args, options) => {
    const child = spawn(program, args, options);
    let failure;
    const ended = new Promise((resolve) => child.once("error", resolve).once("exit", resolve)).then((how) => {
      failure = new Error(`${program} ended: ${how?.message ?? how}`);
    });
    started.push({ child, ended });
    return { child, ended, failure: () => failure };
  };
  const killAll = () => {
    for (const { child } of started) child.kill();
  };
  process.once("exit", killAll);
  const end = async () => {
    // The driver before its display.
    for (const { child, ended } of started.toReversed()) {
      child.kill();
      await ended;
    }
    process.off("exit", killAll);
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    // It chooses a number that is free and says it.
    const display = start(
      process.env.XVFB ?? "Xvfb",
      ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    const number = await Promise.race([
      new Promise((resolve) => createInterface(display.child.stdout).once("line", resolve)),
      display.ended.then(() => Promise.reject(display.failure())),
    ]);
    const port = await freePort();
    const { WAYLAND_DISPLAY: _, ...environment } = process.env;
    const driver = start(process.env.WEBKITDRIVER ?? "WebKitWebDriver", [`--port=${port}`], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...environment, DISPLAY: `:${number}`, HOME: home, XDG_RUNTIME_DIR: home, GDK_BACKEND: "x11" },
    });
    const address = `http://127.0.0.1:${port}`;
    await answers(`${address}/status`, driver.failure);
    return await Session.open(overHttp(address), end, {});
  } catch (error) {
    await end();
    throw error;
  }
}

/** A port that is free now; the driver can be told one, and does not say which it took. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Waits for an answer of the driver, unless there is a `failure()`. */
async function answers(url, failure) {
  for (const deadline = Date.now() + START; ; ) {
    if (failure()) throw failure();
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`WebKitWebDriver does not answer after ${START} ms`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
