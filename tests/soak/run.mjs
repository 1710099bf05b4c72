// Opens the streams of a soak in whichever host imports it, and judges each outcome by what its fault demands. It keeps no
// stream, asserts nothing and needs nothing of Node's: what was wrong is in what it answers.

import { ANSWER, plan, RESET, SILENCE } from "./faults.mjs";

const modelId = (number) => `soak.${number}`;
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];
const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 50, messages };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// Milliseconds after which a promise counts as one that hangs: what the slowest waits for takes two seconds. A machine
// that is busy with other things has its time too.
const HANGS = 60_000;

/** An event as text, as pool.mjs has it. */
const told = (event) => (event.chunk ? event.chunk.bytes.transformToString() : JSON.stringify(event));

/**
 * Watches every instance that is made from now on: how many, and the pages (64 KiB each) of their memories. From before
 * the package is first used.
 */
export function watch() {
  const { Instance } = WebAssembly;
  const memories = [];
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, given) {
      const instance = new Instance(...given);
      memories.push(instance.exports.memory);
      return instance;
    },
  });
  return () => memories.map(({ buffer }) => buffer.byteLength / 65_536);
}

/** A soak in this host: its clients, what it has counted so far, and what it had open. */
export class Soak {
  /** `where`: `{seed, sockets, address}`. */
  constructor({ BedrockRuntime }, where, pool) {
    this.where = where;
    this.pool = pool;
    this.make = (over) =>
      new BedrockRuntime({
        region: "us-east-1",
        endpoint: where.address,
        credentials: { accessKeyId: "ASIASOAK", secretAccessKey: "secret", sessionToken: "token" },
        ...(over === "memory" && { fetch: this.pretend }),
      });
    this.clients = { socket: this.make("socket"), memory: this.make("memory") };
    // One signal for many calls, as an app has it: what listens to it must not stay.
    this.signal = new AbortController().signal;
    // What each number is while it runs, and the attempts that a pretended answer was asked for.
    this.plans = new Map();
    this.attempts = new Map();
    this.counts = { streams: 0, plain: 0, sockets: 0, events: 0, given: 0, settled: 0, by: {} };
    this.wrong = [];
    // Numbers of the pretended answers whose bodies are neither ended nor cancelled.
    this.open = new Set();
  }

  /** A promise of the package's, counted. */
  kept(promise) {
    this.counts.given += 1;
    const settle = () => {
      this.counts.settled += 1;
    };
    promise.then(settle, settle);
    return promise;
  }

  /** `fetch` without a network: the same scripts as the server has. */
  pretend = async (url, { headers, signal }) => {
    const number = Number(/\/model\/soak\.(\d+)\//.exec(url)[1]);
    const { answers, heeds } = this.plans.get(number);
    const attempt = this.attempts.get(number) ?? 0;
    if (attempt + 1 < answers.length) this.attempts.set(number, attempt + 1);
    else this.attempts.delete(number);
    if (!/^AWS4-HMAC-SHA256 Credential=ASIASOAK\//.test(headers.authorization)) throw new Error("not signed");
    const answer = answers[attempt];
    const aborted = () => new DOMException("aborted", "AbortError");
    if (heeds && signal.aborted) throw aborted();
    if (answer.before === RESET) throw new TypeError("refused");
    if (answer.before) {
      await new Promise((done) => signal.addEventListener("abort", done));
      if (answer.before === SILENCE) throw aborted();
      await sleep(answer.before);
    }

    let at = 0;
    let over = false;
    let stop;
    this.open.add(number);
    const end = () => {
      this.open.delete(number);
      over = true;
      if (stop) signal.removeEventListener("abort", stop);
      stop = undefined;
    };
    const stream = new ReadableStream(
      {
        start(controller) {
          if (!heeds) return;
          stop = () => {
            end();
            controller.error(aborted());
          };
          signal.addEventListener("abort", stop);
        },
        async pull(controller) {
          for (;;) {
            const step = answer.steps[at++];
            if (over) return;
            if (step === undefined) {
              end();
              return controller.close();
            }
            if (step === SILENCE) return new Promise(() => {});
            if (step === RESET) {
              end();
              return controller.error(new TypeError("reset"));
            }
            if (typeof step === "number") await sleep(step);
            else if (step.length) return controller.enqueue(step.slice());
          }
        },
        cancel: end,
      },
      { highWaterMark: 0 },
    );
    return new Response(stream, { status: answer.status, headers: answer.headers });
  };

  /** One stream or call, to whatever end: `{verdict, events, error}`. */
  async one(own) {
    const { kind, way, options, after, wait } = own;
    const events = [];
    const controller = /^(early|calling|abort|reading)$/.test(way) ? new AbortController() : undefined;
    const abortSignal = controller?.signal ?? (own.shared ? this.signal : undefined);
    const given = abortSignal ? { ...options, abortSignal } : options;
    // What a retry is paid with belongs to the client: whoever counts on one has its own.
    const client = own.fresh || options.maxAttempts > 1 ? this.make(own.over) : this.clients[own.over];
    const input = { modelId: modelId(own.number), ...(kind[0] === "i" ? { body } : { messages }) };
    const mine = new Error("mine");
    let meta;
    try {
      if (way === "early") controller.abort();
      const calling = this.kept(client[kind](input, given));
      if (way === "calling") setTimeout(() => controller.abort(), wait);
      const output = await calling;
      meta = output.$metadata;
      if (kind === "converse") {
        const { $metadata: _, ...rest } = output;
        return { verdict: JSON.stringify(rest) === ANSWER ? "done" : "another answer", events, meta };
      }
      const stream = output.stream ?? output.body;
      const next = async () => {
        const { done, value } = await this.kept(stream.next());
        if (!done) events.push(told(value));
        return done;
      };
      if (way === "break" || way === "throw") {
        for await (const event of stream) {
          events.push(told(event));
          if (events.length < after) continue;
          if (way === "throw") throw mine;
          return { verdict: "left", events, meta };
        }
        return { verdict: "done", events, meta };
      }
      if (way === "readers") {
        const reader = async () => {
          while (!(await next()));
        };
        const outcomes = await Promise.allSettled([reader(), reader(), reader()]);
        const failed = outcomes.filter(({ status }) => status === "rejected");
        if (failed.length > 1) return { verdict: "several readers had an error", events, meta };
        if (failed.length) throw failed[0].reason;
        return { verdict: "done", events, meta };
      }
      if (/^(return|unread|pending|forget|abort|reading)$/.test(way)) {
        while (events.length < after) if (await next()) return { verdict: "done", events, meta };
        if (way === "forget") {
          // Nobody waits for this one, but it must come to an end.
          if (own.pending) this.kept(stream.next()).catch(() => {});
          return { verdict: "left", events, meta };
        }
        if (way === "pending") {
          const reads = [next(), next(), next()];
          if (wait) await sleep(wait);
          await this.kept(stream.return());
          const outcomes = await Promise.allSettled(reads);
          const failed = outcomes.find(({ status }) => status === "rejected");
          if (failed) throw failed.reason;
          return { verdict: "left", events, meta };
        }
        if (way === "abort") controller.abort();
        else if (way === "reading") setTimeout(() => controller.abort(), wait);
        else {
          const { done, value } = await this.kept(stream.return());
          if (!done || value !== undefined) return { verdict: "return() went on", events, meta };
          return { verdict: (await next()) ? "left" : "an event after return()", events, meta };
        }
      }
      while (!(await next()));
      // The end stays the end.
      return { verdict: (await next()) ? "done" : "an event after the end", events, meta };
    } catch (error) {
      return { verdict: error === mine ? "left" : (error?.name ?? `${error}`), events, error, meta };
    }
  }

  /** What is wrong with an outcome, or nothing. */
  judge({ number, due, answers, options }, { verdict, events, error, meta }) {
    for (const [at, text] of events.entries()) {
      if (text !== due.all[at]) return `event ${at} of ${events.length} is ${text}`;
    }
    if (due.ends.includes(verdict)) {
      if (due.exact ? events.length !== due.events : events.length > due.events) return `${events.length} events`;
      if (verdict === "done" && events.length !== due.whole) return "a short answer without an error";
    } else if (!due.may.includes(verdict)) return "another verdict";
    else if (events.length < due.least || events.length > due.most) return `${events.length} events`;
    if (/^(TruncatedStream|EventStream)Error$/.test(verdict) && error.events !== events.length) {
      return `the error says ${error.events} events`;
    }
    const told = (error?.$metadata ?? meta)?.attempts;
    if (told > options.maxAttempts || (verdict === "done" && told !== answers.length)) return `${told} attempts`;
    if (this.attempts.has(number) && !due.may.includes(verdict)) return "an attempt was not made";
    this.attempts.delete(number);
  }

  /** Stream number so and so, counted and judged. */
  async stream(own) {
    let timer;
    this.plans.set(own.number, own);
    const late = new Promise((done) => {
      timer = setTimeout(() => done({ verdict: "still pending", events: [] }), HANGS);
    });
    const outcome = await Promise.race([this.one(own), late]);
    clearTimeout(timer);
    this.plans.delete(own.number);
    const { counts } = this;
    if (own.kind === "converse") counts.plain += 1;
    else counts.streams += 1;
    if (own.over === "socket") counts.sockets += 1;
    counts.events += outcome.events.length;
    const name = `${own.kind === "converse" ? "converse, " : ""}${own.fault}: ${outcome.verdict}`;
    counts.by[name] = (counts.by[name] ?? 0) + 1;
    const wrong = this.judge(own, outcome);
    if (!wrong) return;
    const { number, over, kind, fault, way, after, due } = own;
    const why = { wrong, verdict: outcome.verdict, events: outcome.events.length, error: `${outcome.error?.stack}` };
    this.wrong.push({ number, over, kind, fault, way, after, ends: due.ends, may: due.may, due: due.events, ...why });
  }

  /**
   * Those from `from` up to `to`, so many of each kind at once. `collect` is called for those that were forgotten over
   * sockets, as a host has few of them for an address.
   */
  async batch(from, to, { memory, socket, collect }) {
    const lanes = { memory: [], socket: [], forgotten: [] };
    for (let number = from; number < to; number++) {
      const own = plan(this.where, number, this.pool);
      lanes[own.over === "socket" && own.way === "forget" ? "forgotten" : own.over].push(own);
    }
    const work = async (list) => {
      for (let own; (own = list.pop()); ) await this.stream(own);
    };
    const lane = (list, many) => Array.from({ length: many }, () => work(list));
    await Promise.all([...lane(lanes.memory, memory), ...lane(lanes.socket, socket)]);
    for (const [at, own] of lanes.forgotten.entries()) {
      await this.stream(own);
      if (at % 4 === 3) await collect();
    }
    await collect();
  }
}
