// Each way of stopping a stream that JavaScript has, through the npm package, in whichever host: one stream is begun
// and stopped, and the moment of the stop is told. Whether and when the request ended is the emulator's to say.

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];

/** Unix milliseconds, as fine as the host tells them. In workerd the clock stands still between two events. */
const now = () => {
  const fine = performance.timeOrigin + performance.now();
  // Hosts whose performance.now() begins elsewhere are told by the whole milliseconds.
  return Math.abs(fine - Date.now()) < 1_000 ? fine : Date.now();
};

/** 3 events: the stream is in its middle. */
const FEW = 3;

const few = async (stream) => {
  for (let at = 0; at < FEW; at++) {
    const { done } = await stream.next();
    if (done) throw new Error("the stream has ended before it was stopped");
  }
};

/** A task of its own, as a click would be; 1 ms, so that the next read is pending. */
const later = () => new Promise((resolve) => setTimeout(resolve, 1));

const WAYS = {
  async abort(open) {
    const controller = new AbortController();
    const stream = await open({ abortSignal: controller.signal });
    await few(stream);
    const read = stream.next().catch(() => {});
    await later();
    const at = now();
    controller.abort();
    await read;
    return at;
  },

  async "abort before the first event"(open) {
    const controller = new AbortController();
    const call = open({ abortSignal: controller.signal }).then(
      () => "answered",
      () => "stopped",
    );
    // 100 ms: the request has arrived and the service is silent.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const at = now();
    controller.abort();
    if ((await call) === "answered") throw new Error("the call was answered before it was stopped");
    return at;
  },

  async break(open) {
    let events = 0;
    let at;
    for await (const _ of await open()) {
      events += 1;
      if (events < FEW) continue;
      at = now();
      break;
    }
    return at;
  },

  async "return()"(open) {
    const stream = await open();
    await few(stream);
    const read = stream.next();
    await later();
    const at = now();
    await stream.return();
    await read;
    return at;
  },

  async "Symbol.asyncDispose"(open) {
    const stream = await open();
    await few(stream);
    const at = now();
    await stream[Symbol.asyncDispose]();
    return at;
  },

  // Nothing is stopped and nothing kept. `collect` is the host's garbage collector; it is asked again and again, for
  // as long as `goesOn` says that the request is still there.
  async "abandoned and collected"(open, { collect, goesOn }) {
    await (async () => few(await open()))();
    await later();
    const at = now();
    while (await goesOn()) collect();
    return at;
  },
};

/** The ways that this host has. */
export const ways = (collects) =>
  Object.keys(WAYS).filter(
    (way) =>
      (way !== "Symbol.asyncDispose" || Symbol.asyncDispose !== undefined) &&
      (way !== "abandoned and collected" || collects),
  );

/** Begins a stream at `endpoint` and stops it: the moment of the stop, in Unix milliseconds. */
export function stop({ BedrockRuntime }, way, { endpoint, credentials }, host) {
  const bedrock = new BedrockRuntime({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  return WAYS[way](async (options) => (await bedrock.converseStream({ modelId, messages }, options)).stream, host);
}
