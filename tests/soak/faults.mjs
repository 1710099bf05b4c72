// What one stream of a soak is, by its number and the seed: the answer that is sent, what goes wrong with it, what its
// caller does, and how it may end. It sends nothing and knows no host: the server, the pretended fetch and whoever
// judges the outcome all ask here, so that no word need pass between them.

// A seed and a number are 32 bits each; the constants are those of the generators that they are named after.
function random(seed, number) {
  // splitmix32, to part numbers that stand next to each other.
  let state = (seed ^ Math.imul(number, 0x9e3779b9)) >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    /** From 0 up to, and without, `end`. */
    below: (end) => Math.floor((next() / 4_294_967_296) * end),
    chance: (share) => next() / 4_294_967_296 < share,
    pick: (list) => list[Math.floor((next() / 4_294_967_296) * list.length)],
  };
}

/** What a step of an answer may be besides bytes and milliseconds. */
export const RESET = "reset";
export const SILENCE = "silence";

// Shares of 100 streams. What is rare is still thousands in a whole soak.
const FAULTS = weighted({
  whole: 22,
  cut: 14,
  reset: 9,
  garbage: 6,
  damaged: 7,
  exception: 7,
  again: 5,
  refused: 4,
  page: 2,
  silence: 6,
  mute: 2,
  unreachable: 1,
  redirect: 1,
  promise: 4,
});
const PLAIN = weighted({ whole: 40, cut: 10, garbage: 10, again: 10, refused: 15, silence: 5, reset: 10 });
const WAYS = weighted({
  drain: 46,
  readers: 6,
  break: 8,
  return: 5,
  throw: 3,
  unread: 3,
  pending: 4,
  early: 2,
  calling: 4,
  abort: 10,
  reading: 5,
  forget: 4,
});

function weighted(weights) {
  const whole = Object.values(weights).reduce((sum, weight) => sum + weight);
  return (random) => {
    let left = (random.below(1_000_000) / 1_000_000) * whole;
    for (const name in weights) if ((left -= weights[name]) < 0) return name;
    return Object.keys(weights)[0];
  };
}

// Milliseconds: of the silence that a caller bears, short enough that thousands of them fit into a soak.
const IDLE = [20, 40];
// Milliseconds after its signal's abort: then a fetch that heeds none has an answer after all.
const LATE = 5;

// One of so many streams has a large event; the first does, so that what the wasm's memory needs is there from then on.
const LARGE = 500;

const joined = (parts) => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
const STREAM = { "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": "soak" };
const JSONS = { "content-type": "application/json" };
const utf8 = (text) => new TextEncoder().encode(text);

/** What Converse answers. */
export const ANSWER = JSON.stringify({
  output: { message: { role: "assistant", content: [{ text: "granite" }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
});

/** Refusals: status, name, whether in the header or in the body. */
const REFUSALS = [
  [400, "ValidationException"],
  [403, "AccessDeniedException"],
  [404, "ResourceNotFoundException"],
  [424, "ModelErrorException"],
  [429, "ServiceQuotaExceededException"],
  [500, "InternalServerException"],
  [503, "ServiceUnavailableException"],
];
/** Failures that a second attempt mends; those that wait long are the fewest. */
const PASSING = ["busy", "busy", "busy", "inside", "empty", "within", "slow"];

/** How the bytes are parted. */
function pieces(bytes, random, over) {
  const kind = random.below(100);
  if (kind < 60) return [bytes];
  const parts = [];
  // Single bytes are a system call each.
  const size = kind < (over === "socket" ? 61 : 64) ? 1 : 1 + random.below(200);
  for (let at = 0; at < bytes.length; at += size) {
    parts.push(bytes.subarray(at, at + size));
    if (size > 30 && random.chance(0.05)) parts.push(1 + random.below(3));
  }
  return parts;
}

/**
 * Stream number `number`. `sockets` is the share that goes over real ones.
 *
 * `{number, over, kind, fault, way, heeds, options, answers, due}`: `over` is `socket` or `memory`; `kind` the operation;
 * `answers` the script of each attempt, `{status, headers, steps, before}`; `due` what may come of it: `ends`, the
 * names of its verdicts when it is read to its end, after `events` of the events of `all` (or, where it is not `exact`, up to
 * so many); `may`, those when its caller ends it, after `least` to `most` events; `whole` is how many a whole answer has.
 */
export function plan({ seed, sockets }, number, pool) {
  const r = random(seed, number);
  const over = r.chance(sockets) ? "socket" : "memory";
  // A fetch that heeds its signal, as all real ones do, or not.
  const heeds = over === "socket" || r.chance(0.5);
  const own = {
    number,
    over,
    heeds,
    options: { maxAttempts: 1 },
    after: 0,
    wait: 0,
    shared: r.chance(0.3),
    fresh: r.chance(0.2),
  };
  return number % 10 === 9 ? plain(own, r) : streamed(own, r, pool);
}

function plain(own, r) {
  const fault = PLAIN(r);
  const way = r.chance(0.1) ? r.pick(["early", "calling"]) : "drain";
  const good = { status: 200, headers: JSONS, steps: pieces(utf8(ANSWER), r, own.over) };
  const at = r.below(ANSWER.length);
  const start = utf8(ANSWER.slice(0, at));
  const length = { ...JSONS, "content-length": `${ANSWER.length}` };
  let answers = [good];
  let ends = ["done"];
  if (fault === "cut") {
    // A server that ends a body before its content-length closes the connection.
    const end = own.over === "socket" ? [RESET] : [];
    answers = [{ status: 200, headers: length, steps: [start, ...end] }];
    ends = ["NetworkError"];
  } else if (fault === "reset") {
    answers = [{ status: 200, headers: JSONS, steps: [start, RESET] }];
    ends = ["NetworkError"];
  } else if (fault === "garbage") {
    answers = [{ status: 200, headers: JSONS, steps: [start] }];
    ends = ["AnswerError"];
  } else if (fault === "silence") {
    answers = [{ status: 200, headers: JSONS, steps: [start, SILENCE] }];
    own.options.timeouts = { idle: r.pick(IDLE) };
    ends = ["TimeoutError"];
  } else if (fault === "refused") {
    const [status, name] = r.pick(REFUSALS);
    answers = [refusal(status, name, r.chance(0.5))];
    ends = [name];
  } else if (fault === "again") {
    answers = [refusal(503, "ServiceUnavailableException", true), good];
    own.options.maxAttempts = 2;
  }
  own.wait = r.below(4);
  const due = { ends, exact: true, events: 0, all: [], whole: 0, may: [], least: 0, most: 0 };
  if (way !== "drain") due.may = ["AbortError"];
  if (way === "early") due.ends = [];
  return { ...own, kind: "converse", fault, way, answers, due };
}

const refusal = (status, name, inHeader) => ({
  status,
  headers: inHeader ? { ...JSONS, "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/` } : JSONS,
  steps: [utf8(JSON.stringify(inHeader ? { message: "no" } : { __type: `com.amazon#${name}`, message: "no" }))],
});

function streamed(own, r, pool) {
  const { over } = own;
  const kind = r.pick(["converseStream", "invokeModelWithResponseStream"]);
  const family = kind === "converseStream" ? "converse" : "invoke";
  let fault = own.number % LARGE === 0 ? "large" : FAULTS(r);
  const way = WAYS(r);
  // A stream that is forgotten is one that would go on; of some not even the last read is waited for.
  if (way === "forget") fault = "silence";
  own.pending = way === "forget" && r.chance(0.2);
  const { frames, told } = fault === "large" ? pool.large[family] : r.pick(pool.answers[family]);
  const all = joined(frames);
  // So many frames are whole before what goes wrong.
  let good = r.below(frames.length);
  const before = joined(frames.slice(0, good));
  // When what is wrong has been seen nothing more is waited for: a server that says no more must see the end.
  const after = r.chance(0.5) ? [SILENCE] : [];
  const stream = (bytes, end = []) => ({ status: 200, headers: STREAM, steps: [...pieces(bytes, r, over), ...end] });
  const wholes = (cut) => {
    let count = 0;
    for (let from = 0; count < frames.length && (from += frames[count].length) <= cut; count++);
    return count;
  };

  let answers;
  // How the stream ends where it is read to its end, and whether all events before that are sure to be delivered.
  let verdicts;
  let exact = true;
  switch (fault) {
    case "whole":
    case "large":
      answers = [stream(all)];
      good = frames.length;
      verdicts = ["done"];
      break;
    case "cut": {
      const cut = r.below(all.length);
      good = wholes(cut);
      answers = [stream(all.subarray(0, cut))];
      verdicts = ["TruncatedStreamError"];
      break;
    }
    case "reset": {
      // After the last byte too: then all has come.
      const cut = r.below(all.length + 1);
      good = wholes(cut);
      answers = [stream(all.subarray(0, cut), [RESET])];
      verdicts = cut === all.length ? ["done"] : ["TruncatedStreamError"];
      // A host drops what it had not handed out when the connection breaks.
      if (over === "socket") {
        exact = false;
        verdicts = [...verdicts, "TruncatedStreamError", "NetworkError"];
      }
      break;
    }
    case "garbage": {
      const noise = new Uint8Array(16 + r.below(100)).map(() => r.below(256));
      // No length that a frame has, and no checksum of it.
      noise[0] = 255;
      answers = [stream(joined([before, noise]), after)];
      verdicts = ["EventStreamError"];
      break;
    }
    case "damaged": {
      const frame = frames[good].slice();
      frame[r.below(frame.length)] ^= 1 << r.below(8);
      answers = [stream(joined([before, frame, ...frames.slice(good + 1)]), after)];
      verdicts = ["EventStreamError"];
      break;
    }
    case "exception": {
      const name = r.pick(Object.keys(pool.exceptions));
      answers = [stream(joined([before, pool.exceptions[name]]), after)];
      verdicts = [name[0].toUpperCase() + name.slice(1)];
      break;
    }
    case "again": {
      const passing = r.pick(PASSING);
      const first = {
        busy: refusal(503, "ServiceUnavailableException", r.chance(0.5)),
        inside: stream(pool.exceptions.serviceUnavailableException),
        empty: stream(new Uint8Array()),
        within: stream(frames[0].subarray(0, r.below(frames[0].length))),
        slow: { ...refusal(429, "ThrottlingException", true) },
      }[passing];
      answers = [first, stream(all)];
      good = frames.length;
      own.options.maxAttempts = 2;
      verdicts = ["done"];
      break;
    }
    case "refused": {
      const [status, name] = r.pick(REFUSALS);
      answers = [refusal(status, name, r.chance(0.5))];
      good = 0;
      verdicts = [name];
      break;
    }
    case "page":
      answers = [
        { status: 200, headers: { "content-type": "text/html" }, steps: [utf8("<!doctype html>no"), ...after] },
      ];
      // Its beginning is shown: five seconds are waited for 200 bytes of it, which a soak has not.
      answers[0].steps = answers[0].steps.filter((step) => step !== SILENCE);
      good = 0;
      verdicts = ["EventStreamError"];
      break;
    case "silence":
      if (way === "forget" && good === 0) good = 1;
      answers = [stream(joined(frames.slice(0, good)), [SILENCE])];
      verdicts = ["TimeoutError"];
      // Where the machine itself is busy for so long, it is a silence too.
      exact = over === "memory";
      break;
    case "mute":
      answers = [{ status: 200, headers: STREAM, steps: [], before: own.heeds ? SILENCE : LATE }];
      own.options.timeouts = { firstByte: r.pick(IDLE) };
      good = 0;
      verdicts = ["TimeoutError"];
      break;
    case "unreachable":
      answers = [{ status: 200, headers: STREAM, steps: [], before: RESET }];
      good = 0;
      verdicts = ["NetworkError"];
      break;
    case "redirect":
      answers = [{ status: 307, headers: { location: "/elsewhere" }, steps: [] }];
      good = 0;
      verdicts = ["NetworkError"];
      break;
    case "promise": {
      const refused = r.chance(0.7);
      const prelude = refused ? r.pick(pool.promises.refused) : pool.promises.kept;
      answers = [stream(joined([before, prelude]), refused ? after : [utf8("x".repeat(r.below(300)))])];
      verdicts = [refused ? "EventStreamError" : "TruncatedStreamError"];
      break;
    }
  }
  if (fault === "silence" && (way !== "forget" || own.pending)) own.options.timeouts = { idle: r.pick(IDLE) };
  // After so many events the caller does what it does; `break` and `throw` come with one, in a loop.
  own.after = way === "unread" ? 0 : Math.max(r.below(5), /^(break|throw)$/.test(way) ? 1 : 0);
  if (way === "forget") own.after = Math.min(own.after, good);
  const due = {
    ends: verdicts,
    exact,
    events: good,
    all: told.slice(0, good),
    whole: told.length,
    may: [],
    least: 0,
    most: good,
  };
  if (/^(early|calling|abort|reading)$/.test(way)) {
    own.wait = r.below(4);
    due.may = ["AbortError"];
    if (way === "early") due.ends = [];
    if (/^(abort|reading)$/.test(way)) due.least = Math.min(own.after, exact ? good : 0);
  } else if (/^(break|return|throw|unread|forget|pending)$/.test(way)) {
    // Without a first event there is no stream to leave.
    if (good > 0 && own.after <= good) due.may = ["left"];
    due.least = due.most = own.after;
    // Of the reads that were pending some had an event.
    if (way === "pending") due.most = good;
    else if (due.may.length && exact) due.ends = [];
  }
  return { ...own, kind, fault, way, answers, due };
}
