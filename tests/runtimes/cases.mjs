// Runs the files of tests/cases through the npm package and says whether each verdict is the right one. It needs
// nothing but fetch and timers, so that Node, workerd and a page run the same code; it never looks into the package.

/** Whether an operation's answer is a stream, and under which name. */
const STREAMS = { ConverseStream: "stream", InvokeModelWithResponseStream: "body" };
// Milliseconds a case may take unless it says otherwise: the slowest wait of an ordinary one is 4 s.
const LIMIT = 15_000;
// Milliseconds until a stopped call has ended, and until the emulator has seen the end of every request: four times
// the goal of 250 ms, as the machine may be busy.
const PROMPT = 1_000;
// Milliseconds between two looks at what the emulator has seen.
const LOOK = 10;

// What does not apply to Node does not apply to these either; a case may except them besides.
const AS_NODE = ["deno", "bun", "node-newest", "edge-runtime", "lambda"];

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const lost = new Map();
const word = (reason) => String(reason?.stack ?? reason);
if (globalThis.process?.on) {
  globalThis.process.on("unhandledRejection", (reason, promise) => lost.set(promise, word(reason)));
} else {
  globalThis.addEventListener("unhandledrejection", ({ reason, promise }) => lost.set(promise, word(reason)));
}
// workerd calls the rejection of every pending read of a body that is cancelled unhandled, whatever handlers it has,
// and takes it back at once. Nowhere else is a rejection that is handled later forgiven.
if ("WebSocketPair" in globalThis) {
  globalThis.addEventListener("rejectionhandled", ({ promise }) => lost.delete(promise));
}

/** Rejections that nobody handled, in whichever host this is, since this module was loaded. */
export const unhandled = () => [...lost.values()];

/** Credentials by the words of a case; `state.calls` counts how often they were asked for. */
function provider(words, emulator, state) {
  const { temporaryCredentials: temporary } = emulator;
  const given = {
    good: () => emulator.credentials,
    temporary: () => temporary,
    expiredToken: () => ({ ...temporary, sessionToken: emulator.expiredSessionToken }),
    fails: () => {
      throw new Error("the provider of this case fails");
    },
    hangs: () => new Promise(() => {}),
    // A minute ago; in two seconds.
    expired: () => ({ ...temporary, expiration: new Date(Date.now() - 60_000) }),
    short: () => ({ ...temporary, expiration: new Date(Date.now() + 2_000) }),
  };
  return async () => given[words[Math.min(state.calls++, words.length - 1)]]();
}

/** How the client of a case authorises itself. */
function identity({ provider: words, credentials, apiKey }, emulator, state) {
  if (apiKey) return { token: emulator.apiKey };
  if (words) return { credentials: provider(words, emulator, state) };
  if (credentials === "temporary") return { credentials: emulator.temporaryCredentials };
  if (credentials === "expiredToken")
    return { credentials: { ...emulator.temporaryCredentials, sessionToken: emulator.expiredSessionToken } };
  return { credentials: emulator.credentials };
}

/** Waits until the call has come to a stage of `stop.at`; answers false if it ended before. */
async function reached(stage, seen, state) {
  while (!state.over) {
    if (stage === "credentials") {
      if (state.calls) return sleep(30).then(() => true);
    } else {
      const { attempts, open } = await seen();
      const [first] = attempts;
      if (first && stage === "sent") return true;
      // 50 ms, for the client to have noticed too.
      if (first && (stage === "waiting" ? !open : first.status)) return sleep(50).then(() => true);
    }
    await sleep(LOOK);
  }
  return false;
}

/** Reads a stream as a case says; `got.events` counts. */
async function read(stream, stop, got, ended) {
  const at = stop?.at.event;
  const count = (event) => {
    got.events += Object.keys(event).length === 1 ? 1 : Number.NaN;
    return got.events === at;
  };
  if (stop?.how === "return" || stop?.how === "dispose") {
    for (;;) {
      const { value, done } = await stream.next();
      if (done) return;
      if (!count(value)) continue;
      ended();
      if (stop.how === "return") await stream.return();
      else await stream[Symbol.asyncDispose]();
      if (!(await stream.next()).done) throw new Error(`there are events after ${stop.how}`);
      return;
    }
  }
  for await (const event of stream) {
    if (!count(event)) continue;
    if (stop.how === "break") {
      ended();
      break;
    }
    if (stop.at.thenMs) setTimeout(ended, stop.at.thenMs);
    else ended();
  }
}

/**
 * @param outcrop the package
 * @param testCase the parsed file
 * @param emulator the emulator's first line
 * @param runtime `node`, `workerd`, `page` or one of AS_NODE
 * @returns `{name, pass, wrong, got, want, ms}`; or `{name, skipped}` where it does not apply
 */
export async function runCase(outcrop, testCase, emulator, runtime) {
  const { name, request, stop } = testCase;
  const skipped =
    testCase.except?.[runtime] ??
    (AS_NODE.includes(runtime) ? testCase.except?.node : undefined) ??
    (stop?.how === "dispose" && !Symbol.asyncDispose ? "there is no Symbol.asyncDispose here" : undefined);
  if (skipped) return { name, skipped };

  const want = testCase.verdict[runtime === "page" ? "page" : "other"];
  const run = `${runtime}-${Math.random().toString(36).slice(2)}`;
  const seen = async () => (await fetch(`${emulator.address}/_seen/${run}`)).json();
  const origin = testCase.endpoint === "refused" ? emulator.nobody : emulator.address;
  const kind = STREAMS[request.operation];
  const method = request.operation[0].toLowerCase() + request.operation.slice(1);
  const state = { calls: 0, over: false };
  const got = kind ? { events: 0 } : {};
  const wrong = [];

  const bedrock = new outcrop.BedrockRuntime({
    region: "us-east-1",
    ...request.options,
    ...identity(request, emulator, state),
    endpoint: `${origin}/case/${name}/${run}`,
  });
  const controller = new AbortController();
  const options = stop?.how === "abort" ? { ...request.call, abortSignal: controller.signal } : request.call;
  let stoppedAt;
  const end = () => {
    stoppedAt = performance.now();
    if (stop.how === "abort") controller.abort();
  };

  const { calls = 0, thenWaitMs = 0 } = request.before ?? {};
  await Promise.allSettled(
    Array.from({ length: calls }, async () => {
      const output = await bedrock[method](request.input, request.call);
      if (kind) for await (const _ of output[kind]);
    }),
  );
  await sleep(thenWaitMs);

  const began = performance.now();
  const judged = async () => {
    const output = await bedrock[method](request.input, options);
    got.attempts = output.$metadata.attempts;
    got.delay = output.$metadata.totalRetryDelay;
    if (kind) await read(output[kind], stop, got, end);
    got.ok = true;
  };
  const failed = (error) => {
    got.error = error.name;
    got.message = error.message;
    got.who = error.who;
    got.attempts = error.$metadata?.attempts;
    got.delay = error.$metadata?.totalRetryDelay;
    if (!(error instanceof outcrop.OutcropError)) wrong.push(`not an OutcropError: ${error.stack}`);
  };
  if (stop?.at === "start") end();
  const call = judged().catch(failed);
  if (stop && stop.at !== "start" && !stop.at.event) {
    reached(stop.at, seen, state)
      .then((yes) => yes && end())
      .catch((error) => wrong.push(`the emulator could not be asked: ${error}`));
  }
  let timer;
  const limit = testCase.limitMs ?? LIMIT;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(wrong.push(`it took longer than ${limit} ms`)), limit);
  });
  await Promise.race([call, late]);
  clearTimeout(timer);
  state.over = true;
  const ms = performance.now() - began;

  if (stop && stoppedAt === undefined) wrong.push("it ended before it could be stopped");
  if (stoppedAt !== undefined && performance.now() - stoppedAt > PROMPT) wrong.push("it went on after it was stopped");
  let report = await seen();
  for (const give = performance.now() + PROMPT; report.open && performance.now() < give; report = await seen()) {
    await sleep(LOOK);
  }
  if (report.open) wrong.push(`${report.open} requests are still open after ${PROMPT} ms`);
  if (report.elsewhere) wrong.push("a redirect was followed");
  got.seen = report.attempts.length;
  got.providerCalls = state.calls;

  const due = { ok: want.ok, error: want.error, events: want.events, attempts: want.attempts };
  due.seen = want.seen ?? want.attempts;
  if (want.seenAtMost) due.seen = Math.min(Math.max(got.seen, want.attempts), want.seenAtMost);
  if (want.providerCalls !== undefined) due.providerCalls = want.providerCalls;
  if (want.who !== undefined) due.who = want.who;
  for (const [member, value] of Object.entries(due)) {
    if (got[member] !== value) wrong.push(`${member}: got ${got[member]}, want ${value}`);
  }
  const { minDelayMs: min, maxDelayMs: max } = want;
  if (min !== undefined && !(got.delay >= min && ms >= min - 5)) wrong.push(`waited ${got.delay} ms, not ${min}`);
  if (max !== undefined && !(got.delay <= max)) wrong.push(`waited ${got.delay} ms, above ${max}`);
  return { name, pass: wrong.length === 0, wrong, got, want, ms };
}

/**
 * All cases, some at a time.
 *
 * @param run makes a result of a case
 */
export async function runCases(cases, run, atOnce = 6) {
  // Those with the longest limits first, so that none of them is alone at the end.
  const waiting = cases.toSorted((one, two) => (two.limitMs ?? LIMIT) - (one.limitMs ?? LIMIT));
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results.push(
        await run(next).catch((error) => ({ name: next.name, wrong: [String(error?.stack ?? error)], got: {}, ms: 0 })),
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results.sort((one, two) => (one.name < two.name ? -1 : 1));
}

/** The verdicts as a person reads them. */
export function table(results) {
  const wide = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map(({ name, skipped, pass, got, wrong, ms }) => {
    if (skipped) return `${name.padEnd(wide)}  does not apply: ${skipped}`;
    const verdict = `${got.error ?? (got.ok ? "ok" : "?")}${got.events === undefined ? "" : `, ${got.events} events`}`;
    const line = `${name.padEnd(wide)}  ${verdict.padEnd(34)} ${String(got.attempts ?? "?").padStart(2)}  ${ms.toFixed(0).padStart(6)} ms`;
    return pass ? line : `${line}  WRONG: ${wrong.join("; ")}${got.message ? ` (${got.message})` : ""}`;
  });
  const ran = results.filter(({ skipped }) => !skipped);
  const head = `${"case".padEnd(wide)}  ${"verdict".padEnd(30)} attempts    time`;
  return [head, ...lines, `${ran.length} cases, ${ran.filter(({ pass }) => pass).length} passed`].join("\n");
}
