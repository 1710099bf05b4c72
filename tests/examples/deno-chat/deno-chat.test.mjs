// The server of this folder under `deno serve`, as its task has it, with the package from a registry on this machine, and
// its page in Chromium, against the emulator: it streams, stops when nobody listens, limits each address, and takes no half
// answer for a whole one. Nothing is skipped.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { deno } from "../../packages/programs.mjs";
import * as context from "../context.mjs";

const { ask, asked, limit, refusal } = context;
const run = "example-deno-chat";

describe("deno-chat", () => {
  let address, bedrock, folder, environment;
  before(async () => {
    bedrock = await context.shared();
    const place = context.scratch("deno-chat");
    // A copy, as Deno writes a lock file beside deno.json.
    folder = join(place, "app");
    cpSync(join(context.here, "deno-chat"), folder, { recursive: true });
    const cache = join(place, "cache");
    environment = { NPM_CONFIG_REGISTRY: await context.ownRegistry(), DENO_DIR: cache, NO_COLOR: "1" };
    address = await serve(`/words/60/pace/30/run/${run}`);
  });

  /** Starts it with the flags of its task; answers its address. */
  async function serve(path) {
    const { tasks } = JSON.parse(readFileSync(join(folder, "deno.json"), "utf8"));
    const [program, ...flags] = tasks.serve.split(" ");
    assert.equal(program, "deno");
    // A free port of the system's.
    const args = [...flags.slice(0, -1), "--port=0", "--no-prompt", flags.at(-1)];
    const env = { PATH: process.env.PATH, HOME: folder, ...environment, ...context.leading(path) };
    const child = spawn(deno(), args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    context.atEnd(() => child.kill() && ended);
    let told = "";
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data) => {
          told += data;
          // The whole number, as text may come in pieces.
          const found = /Listening on (http:\/\/127\.0\.0\.1:\d+)\D/.exec(told)?.slice(1);
          if (found) resolve(found[0]);
        });
      ended.then((code) => reject(new Error(`deno ended with ${code}: ${told}`)));
    });
  }

  test("the page shows the words as they come, and asks on with the conversation", limit, async () => {
    const chromium = await context.opened(address);
    assert.match(await context.growing("Where is granite found?"), /granite/);
    await asked("And basalt?", /basalt/);
    await chromium.click("#stop");
    const { text, trouble } = await context.settled();
    assert.equal(trouble, "");
    assert.deepEqual(await context.ends(run, 2), ["complete", "client closed"]);
    const [first, second] = (await bedrock.seen(run)).attempts;
    assert.ok(second.bodyBytes > 2 * first.bodyBytes, "the second question brings the first and its answer");
    // 200 ms are six words of the emulator's.
    await new Promise((done) => setTimeout(done, 200));
    assert.equal((await context.shown()).text, text);
    const policy = (await fetch(address)).headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'.*script-src 'self'/);
    assert.deepEqual(await context.complaints(), []);
  });

  test("leaving the page ends the request to the model", limit, async () => {
    await asked("Hello");
    await (await context.page()).goto("about:blank");
    assert.equal((await context.ends(run, 3)).at(-1), "client closed");
  });

  test("what it is not made for is refused, and nothing is asked", limit, async () => {
    for (const [answer, status] of [
      [fetch(`${address}/main.js`), 404],
      [fetch(`${address}/..%2fmain.js`), 404],
      [fetch(`${address}/chat`), 405],
      [ask(address, "Hello", { headers: { "content-type": "text/plain" } }), 415],
      [ask(address, "", { body: "{" }), 400],
      [ask(address, " "), 400],
      [ask(address, "a".repeat(20_001)), 413],
    ])
      assert.equal((await refusal(answer))[0], status);
    assert.equal((await bedrock.seen(run)).attempts.length, 3);
  });

  test("an address may ask ten times a minute", limit, async () => {
    const statuses = [];
    // At most twice ten, if a minute ends meanwhile: then the count begins anew.
    while (!statuses.includes(429) && statuses.length <= 20) {
      const answer = await ask(address, "Hello");
      statuses.push(answer.status);
      if (answer.status === 429) assert.equal(answer.headers.get("retry-after"), "60");
      await answer.body.cancel();
    }
    assert.equal(statuses.at(-1), 429);
    assert.deepEqual(new Set(statuses.slice(0, -1)), new Set([200]));
  });

  test(
    "an answer that was cut off ends with an error; what fails before the first word is a status",
    limit,
    async () => {
      const cut = await ask(await serve(`/case/stream-cut-before-metadata/${run}-cut`), "Hello");
      assert.equal(cut.status, 200);
      const text = await cut.text();
      assert.match(text, /\nevent: error\ndata: \{"name":"TruncatedStreamError"[^\n]*\n\n$/);
      assert.doesNotMatch(text, /event: end/);
      const denied = await serve(`/case/access-denied/${run}-denied`);
      assert.deepEqual(await refusal(ask(denied, "Hello")), [502, "AccessDeniedException"]);
    },
  );
});
