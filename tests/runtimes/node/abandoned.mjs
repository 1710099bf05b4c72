// Streams that are dropped without being left: their requests end once the iterator is collected, and never while
// somebody waits for an event. In a process of its own, which can be told to collect.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { app, emulator, place } from "./context.mjs";

const run = promisify(execFile);
const before = (without) => `
  const { BedrockRuntime } = await import("outcrop");
  const [endpoint, credentials] = process.argv.slice(1);
  // Node's own fetch needs it, when it is first used.
  ${without ? "await (await fetch(endpoint)).text(); delete globalThis.FinalizationRegistry;" : ""}
  const bedrock = new BedrockRuntime({ region: "us-east-1", endpoint, credentials: JSON.parse(credentials) });
  const input = { modelId: "anthropic.claude-3-haiku-20240307-v1:0", messages: [{ role: "user", content: [{ text: "Hi" }] }] };
  const open = async () => (await bedrock.converseStream(input)).stream;
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const collecting = async (ms) => { for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) gc(); };
`;
/** Runs that code in a process with a collector that can be called; answers what it printed, read as JSON. */
async function inProcess(endpoint, code, without = false) {
  const { stdout } = await run(
    process.execPath,
    [
      "--expose-gc",
      "--input-type=module",
      "-e",
      before(without) + code,
      endpoint,
      JSON.stringify(emulator.credentials),
    ],
    { cwd: app },
  );
  return JSON.parse(stdout);
}

test("ten streams that nobody holds end, unread and half read, and those that are held go on", async () => {
  // Words for 60 s: the ends that are seen are not the streams' own.
  const at = place("/words/600/pace/100");
  const told = await inProcess(
    at.endpoint,
    `
    const held = await open();
    await (async () => {
      for (let number = 0; number < 10; number++) {
        const stream = await open();
        for (let event = 0; event < number % 3; event++) await stream.next();
      }
    })();
    await collecting(1_000);
    const { open: left } = await (await fetch(endpoint.replace("/words/600/pace/100/run/", "/_seen/"))).json();
    const alive = !(await held.next()).done;
    await held.return();
    console.log(JSON.stringify({ left, alive }));
    `,
  );
  assert.deepEqual(told, { left: 1, alive: true });
  const { attempts } = await at.until(({ open }) => open === 0);
  assert.equal(attempts.filter(({ responseEnded }) => responseEnded === "client closed").length, 11);
});

test("an iterator that is collected never cuts a read short that somebody waits for", async () => {
  const { endpoint } = place("/words/3/pace/400");
  const told = await inProcess(
    endpoint,
    `
    const answers = [];
    // Nothing but the pending promise is kept.
    const next = async () => (await open()).next();
    const second = async () => { const stream = await open(); await stream.next(); return stream.next(); };
    const all = (async () => { const stream = await open(); const reads = [stream.next(), stream.next(), stream.next()]; return Promise.all(reads); })();
    const waiting = [next(), second()];
    await collecting(600);
    for (const read of waiting) answers.push((await read).done);
    for (const { done } of await all) answers.push(done);
    console.log(JSON.stringify(answers));
    process.exit();
    `,
  );
  assert.deepEqual(told, [false, false, false, false, false]);
});

test("a loop over a stream that nothing else holds reads to its end", async () => {
  const { endpoint } = place("/words/30/pace/20");
  const told = await inProcess(
    endpoint,
    `
    let events = 0;
    const timer = setInterval(gc, 10);
    for await (const event of (await bedrock.converseStream(input)).stream) events += Object.keys(event).length;
    clearInterval(timer);
    console.log(events);
    `,
  );
  assert.ok(told > 20, `${told}`);
});

test("of streams that were left, aborted or cut nothing is kept", async () => {
  const { endpoint } = place("/words/30/pace/2");
  const told = await inProcess(
    endpoint,
    `
    // As an app has it: what stops the stream is called on what has the stream.
    class Chat {
      #controller = new AbortController();
      async begin() { this.stream = (await bedrock.converseStream(input, { abortSignal: this.#controller.signal })).stream; }
      async leave() { for await (const event of this.stream) break; }
      async stop() { await this.stream.next(); this.#controller.abort(); await this.stream.next().catch(() => {}); }
      async drain() { for await (const event of this.stream); }
    }
    const chats = [];
    for (const way of ["leave", "stop", "drain"]) {
      for (let number = 0; number < 10; number++) {
        const chat = new Chat();
        await chat.begin();
        chats.push([way, new WeakRef(chat), new WeakRef(chat.stream)]);
        await chat[way]();
      }
    }
    await collecting(1_000);
    const kept = {};
    for (const [way, ...refs] of chats) kept[way] = (kept[way] ?? 0) + refs.filter((ref) => ref.deref()).length;
    console.log(JSON.stringify(kept));
    `,
  );
  // The last one of each may still lie on the stack.
  for (const way of ["leave", "stop", "drain"]) assert.ok(told[way] <= 2, JSON.stringify(told));
});

test("a host without FinalizationRegistry reads and leaves as usual", async () => {
  const at = place("/words/60/pace/20");
  const told = await inProcess(
    at.endpoint,
    `
    let events = 0;
    for await (const event of await open()) if (++events === 3) break;
    console.log(JSON.stringify([events, typeof FinalizationRegistry]));
    `,
    true,
  );
  assert.deepEqual(told, [3, "undefined"]);
  await at.until(({ open }) => open === 0);
});
