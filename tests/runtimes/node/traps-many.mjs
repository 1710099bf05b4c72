// Forces traps by the thousand in whichever host imports it, and counts what came of them: calls that failed as they
// should, next calls that worked, promises that never settled. It asserts nothing and needs nothing of Node's.

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];
// What the wasm's one export is to do: its first argument's lowest three bits are 1 for a signature, more for a stream.
const KINDS = ["sign", "decode"];
// Milliseconds after which a promise counts as pending: what it waits for takes a few.
const PENDING = 20_000;

/**
 * Puts itself between every copy of the package in this realm and its wasm, from the next instance on. A trap is the
 * real thing: an out-of-bounds read, by a pointer near the end of the address space.
 */
export function meddle() {
  const { Instance } = WebAssembly;
  const labels = new WeakMap();
  const state = {
    /** Whose module is instantiated next, for the first time. */
    label: undefined,
    /** `{label, kind, times}`: the calls of that kind that are to trap. */
    armed: undefined,
    /** Traps by kind, instances by label, and calls of an instance that had trapped. */
    traps: {},
    made: {},
    late: 0,
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct(_, [module, ...more]) {
      if (!labels.has(module)) labels.set(module, state.label);
      const label = labels.get(module);
      state.made[label] = (state.made[label] ?? 0) + 1;
      const { exports } = new Instance(module, ...more);
      let trapped = false;
      const run = (what, pointer, length) => {
        const kind = KINDS[+((what & 7) > 1)];
        if (trapped) state.late += 1;
        const { armed } = state;
        if (!armed || armed.kind !== kind || armed.label !== label || armed.times === 0) {
          return exports.run(what, pointer, length);
        }
        armed.times -= 1;
        trapped = true;
        state.traps[kind] = (state.traps[kind] ?? 0) + 1;
        // Out of bounds of any memory that there is, whatever is read.
        return exports.run(what, 0xffff_ff00, length);
      };
      return { exports: { ...exports, run } };
    },
  });
  return state;
}

/** A fetch whose answers come in pieces of that many bytes, each when it is asked for. */
const pieces = (size) => async (url, init) => {
  const response = await fetch(url, init);
  const bytes = new Uint8Array(await response.arrayBuffer());
  let at = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: response.status, headers: response.headers });
};

/** Counts the promises that the package gives out, and those that settle. */
function ledger() {
  const counts = { given: 0, settled: 0 };
  const kept = (promise) => {
    counts.given += 1;
    const settle = () => {
      counts.settled += 1;
    };
    promise.then(settle, settle);
    return promise;
  };
  return { counts, kept };
}

/** The promise's outcome, as `{value}` or `{error}`; one that stays pending becomes an error too. */
async function outcome(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("still pending")), PENDING);
  });
  try {
    return { value: await Promise.race([promise, late]) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * So many rounds, a kind of trap after the other: a call traps twice, which is what it takes to fail it, and the next
 * call is made. Around every tenth of them a stream is open that has no part in it. `state` is of `meddle`, from before
 * the package was first used.
 */
export async function storm({ BedrockRuntime }, options, rounds, state) {
  const { counts, kept } = ledger();
  const bedrock = new BedrockRuntime(options);
  // A stream that the wasm is asked about many times.
  const slow = new BedrockRuntime({ ...options, fetch: pieces(100) });
  const told = { rejected: 0, next: 0, whole: 0, beside: 0, wrong: [] };
  const wrong = (round, what, error) => told.wrong.push(`round ${round}: ${what}: ${error?.stack ?? error}`);

  const read = async (stream, upTo = Infinity) => {
    let text = "";
    for (let events = 0; events < upTo; events++) {
      const { done, value } = await kept(stream.next());
      if (done) return text;
      text += value.contentBlockDelta?.delta.text ?? "";
    }
    return text;
  };
  const converse = async (client) =>
    (await kept(client.converse({ modelId, messages }))).output.message.content[0].text;
  const open = async (client = bedrock) => (await kept(client.converseStream({ modelId, messages }))).stream;
  // What each kind is reached by. A stream traps while it begins, or, each second time, in its middle.
  const reach = {
    sign: () => converse(bedrock),
    decode: async (arm, round) => {
      if (round % 4 < 2) {
        arm();
        return open();
      }
      const stream = await open(slow);
      await read(stream, 2);
      arm();
      return read(stream);
    },
  };
  const due = await read(await open());

  for (let round = 0; round < rounds; round++) {
    const kind = KINDS[round % KINDS.length];
    const arm = () => {
      state.armed = { kind, times: 2 };
    };
    const beside = round % 10 === 0 && (await open(slow));
    const start = beside && (await read(beside, 3));
    if (kind !== "decode") arm();
    const { value, error } = await outcome(reach[kind](arm, round));
    const trapped = error?.name === "OutcropError" && error.cause instanceof WebAssembly.RuntimeError;
    if (trapped && state.armed.times === 0) told.rejected += 1;
    else wrong(round, `a trap in ${kind} was ${value}`, error);
    state.armed = undefined;

    const next = await outcome(round % 16 === 0 ? open().then((stream) => read(stream)) : converse(bedrock));
    if (next.value === due) told.next += 1;
    else wrong(round, `the next call after ${kind}`, next.error ?? next.value);
    if (!beside) continue;
    told.beside += 1;
    const rest = await outcome(read(beside));
    if (start + rest.value === due) told.whole += 1;
    else wrong(round, `the stream beside ${kind}`, rest.error ?? start + rest.value);
  }
  // A trap that comes once is not noticed but by who counts: the call is made again.
  state.armed = { kind: "sign", times: 1 };
  told.unnoticed = (await converse(bedrock)) === due && state.armed.times === 0;
  // What is settled by then has told so.
  await new Promise((done) => setTimeout(done, 50));
  const { traps, late, made } = state;
  return { ...told, traps, late, made: Object.values(made)[0], pending: counts.given - counts.settled, ...counts };
}

/**
 * What lives on the heap after a collection: objects of that class, and how many of them are pending promises. `post`
 * sends a command of the Chrome DevTools protocol.
 */
export async function heap(post, name) {
  const objectGroup = "heap";
  const { result: prototype } = await post("Runtime.evaluate", { expression: `${name}.prototype`, objectGroup });
  const { objects } = await post("Runtime.queryObjects", { prototypeObjectId: prototype.objectId, objectGroup });
  const properties = async (objectId) => post("Runtime.getProperties", { objectId, ownProperties: true });
  const { result } = await properties(objects.objectId);
  const found = result.filter(({ value }) => value?.objectId).map(({ value }) => value.objectId);
  let pending = 0;
  if (name === "Promise") {
    for (const objectId of found) {
      const { internalProperties = [] } = await properties(objectId);
      const state = internalProperties.find(({ name }) => name === "[[PromiseState]]");
      if (state?.value.value === "pending") pending += 1;
    }
  }
  await post("Runtime.releaseObjectGroup", { objectGroup });
  return { objects: found.length, pending };
}

/** What of the package may be left: pending promises and instances; the least of three looks, a second apart. */
export async function left(post) {
  const looks = [];
  for (let look = 0; look < 3; look++) {
    await new Promise((done) => setTimeout(done, 1_000));
    const { pending } = await heap(post, "Promise");
    const { objects: instances } = await heap(post, "WebAssembly.Instance");
    looks.push({ pending, instances });
  }
  const least = (key) => Math.min(...looks.map((look) => look[key]));
  return { pending: least("pending"), instances: least("instances") };
}
