// A conversation over a WebSocket, in whichever host this is loaded: what was said and heard, in which order, and how
// it ended, as JSON. It judges nothing; conversations.mjs does.

const modelId = "amazon.nova-sonic-v1:0";
const read = (event) => JSON.parse(new TextDecoder().decode(event.chunk.bytes));
const later = (ms) => new Promise((done) => setTimeout(done, ms));

const told = (error) => ({
  name: error.name,
  who: error.who,
  message: error.message,
  code: error.code,
  events: error.events,
  attempts: error.$metadata?.attempts,
  retryable: error.$retryable,
  originalStatusCode: error.originalStatusCode,
  cause: error.cause?.message ?? (error.cause && String(error.cause)),
});

/**
 * `count` things are said, each when the one before was answered (`lockstep`) or as fast as they are asked for. Then the
 * body ends, or waits for ever (`endless`), or throws (`fails`). What is heard is read to its end, or until `leaveAfter`
 * events, or until an abort after `abortAfter` events. `size`: bytes of each thing said. `pauseMs`: nothing is read
 * before; `settles`: before nothing more is asked for.
 */
export async function converse(outcrop, bidirectional, options, script = {}, more = {}) {
  const { count = 5, lockstep, endless, fails, leaveAfter, abortAfter, size, pauseMs, settles } = script;
  const order = [];
  let said = 0;
  let returned = false;
  let answered = () => {};
  async function* body() {
    try {
      for (let number = 1; number <= count; number++) {
        const answer = new Promise((done) => {
          answered = done;
        });
        said = number;
        if (lockstep) order.push(`say ${number}`);
        const text = `part ${number}, Grüße`;
        yield { chunk: { bytes: size ? new Uint8Array(size).fill(120) : new TextEncoder().encode(text) } };
        if (lockstep) await answer;
      }
      if (fails) throw new RangeError("the microphone is gone");
      if (endless) await new Promise(() => {});
    } finally {
      returned = true;
    }
  }
  // Its `return()` is seen even while its `next()` waits, which a generator's own is not.
  const generator = body();
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => generator.next(),
      return: async () => {
        returned = true;
        return { done: true };
      },
    }),
  };
  const events = [];
  let heard = 0;
  let error;
  let metadata;
  let saidBefore;
  let at;
  const controller = new AbortController();
  try {
    const client = new outcrop.BedrockRuntime(options);
    const input = { modelId, body: source };
    const answer = await bidirectional.invokeModelWithBidirectionalStream(client, input, {
      abortSignal: controller.signal,
      ...more,
    });
    metadata = answer.$metadata;
    if (pauseMs) await later(pauseMs);
    // ms: so long nothing more was asked for.
    for (let before = -1; settles && before !== said; await later(500)) before = said;
    saidBefore = said;
    if (leaveAfter === 0) await answer.body.return();
    if (abortAfter === 0) controller.abort(new Error("enough"));
    for await (const event of answer.body) {
      heard++;
      if (events.length < 2000) events.push(size ? heard : read(event));
      if (lockstep) order.push(`hear ${heard}`);
      answered();
      at = Date.now();
      if (heard === leaveAfter) break;
      if (heard === abortAfter) controller.abort(new Error("enough"));
    }
  } catch (caught) {
    error = caught;
  }
  answered();
  // ms: what was told to end has ended by then.
  await later(20);
  return { events, heard, said, saidBefore, order, error: error ? told(error) : null, metadata, returned, at };
}
