// What conversations must come to, in whichever host they were held (conversation.mjs): both directions at once, their
// ends, and what goes wrong. The emulator has checked every chunk's signature with aws-sigv4.

import assert from "node:assert/strict";

const heard = (number) => ({ number, heard: `part ${number}, Grüße` });
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

/**
 * `hold(path, script, more)` holds one in that host; `ended(run)` is what the emulator saw of it. `host`: what differs,
 * `waits` when a socket tells how much waits to be sent, `reasons` when it is told why it could not be opened.
 */
export function conversations(host, hold, ended) {
  let runs = 0;
  /** One that goes wrong in this way, or does not. */
  const one = async (fault, script, more, attempts) => {
    const run = `${host.name}-conversation-${++runs}`;
    const prefix = fault ? `/fault/${fault}` : "";
    const result = await hold(`/pace/0${prefix}/run/${run}`, script, more);
    const seen = attempts === 0 ? [] : await ended(run, attempts);
    return { ...result, seen };
  };
  const whole = ({ error, events, seen }, count) => {
    assert.equal(error, null);
    assert.deepEqual(events, [...upTo(count).map(heard), { done: true, chunks: count }]);
    const { duplex, signature, responseEnded } = seen.at(-1);
    assert.deepEqual([signature, responseEnded], ["ok", "complete"]);
    assert.deepEqual([duplex.form, duplex.chunks, duplex.halfClosed], ["websocket", count, true]);
    assert.equal(duplex.refused, null);
  };

  return {
    "each part is answered before the next is said, and half of it ends before the other": async () => {
      const result = await one("", { lockstep: true });
      whole(result, 5);
      assert.deepEqual(
        result.order.slice(0, 10),
        upTo(5).flatMap((number) => [`say ${number}`, `hear ${number}`]),
      );
      assert.deepEqual([result.metadata.httpStatusCode, result.metadata.attempts], [101, 1]);
      const [{ headers, path }] = result.seen;
      assert.match(path, /X-Amz-Expires=60&.*X-Amz-SignedHeaders=host&/);
      assert.ok(!headers.some(([name]) => name === "authorization" || name.startsWith("x-amz")));
    },

    "a thousand each way": async () => whole(await one("", { count: 1000 }), 1000),

    "frames in pieces, and as texts": async () => {
      whole(await one("split"), 5);
      whole(await one("text"), 5);
    },

    "leaving the loop closes with 1000, and what is said ends": async () => {
      const result = await one("", { endless: true, leaveAfter: 2 });
      assert.equal(result.error, null);
      assert.equal(result.returned, true);
      const [attempt] = result.seen;
      assert.deepEqual([attempt.responseEnded, attempt.duplex.closeCode], ["client closed", 1000]);
      assert.ok(attempt.ended - result.at < 250, `${attempt.ended - result.at} ms until the emulator saw it`);
    },

    "an abort closes with 4000, and what is said ends": async () => {
      const result = await one("", { endless: true, abortAfter: 2 });
      assert.deepEqual([result.error.name, result.error.cause, result.returned], ["AbortError", "enough", true]);
      const [attempt] = result.seen;
      assert.deepEqual([attempt.responseEnded, attempt.duplex.closeCode], ["client closed", 4000]);
      assert.ok(attempt.ended - result.at < 250, `${attempt.ended - result.at} ms until the emulator saw it`);
    },

    "before anything is read it can be left and aborted too": async () => {
      const left = await one("", { endless: true, leaveAfter: 0 });
      assert.deepEqual([left.error, left.heard, left.returned], [null, 0, true]);
      assert.equal(left.seen[0].duplex.closeCode, 1000);
      const aborted = await one("", { endless: true, abortAfter: 0 });
      assert.deepEqual([aborted.error.name, aborted.heard, aborted.returned], ["AbortError", 0, true]);
      assert.equal(aborted.seen[0].duplex.closeCode, 4000);
    },

    "a body that throws ends it, with its own error as the cause": async () => {
      const { error, seen } = await one("", { count: 2, fails: true });
      assert.deepEqual([error.name, error.who, error.cause], ["OutcropError", "caller", "the microphone is gone"]);
      assert.deepEqual([seen[0].duplex.closeCode, seen[0].duplex.halfClosed], [4000, false]);
    },

    "what breaks in the middle is an error, after what came before": async () => {
      for (const [fault, name] of [
        ["cut", "TruncatedStreamError"],
        ["reset", "TruncatedStreamError"],
        ["close-1011", "TruncatedStreamError"],
        ["corrupt", "EventStreamError"],
        ["error", "InternalFailure"],
        ["exception-modelStreamErrorException", "ModelStreamErrorException"],
        ["exception-throttlingException", "ThrottlingException"],
        ["exception-modelTimeoutException", "ModelTimeoutException"],
        ["chunk-3", "InvalidSignatureException"],
      ]) {
        const { error, events, seen } = await one(fault);
        assert.deepEqual(events, [heard(1), heard(2)], fault);
        assert.equal(error?.name, name, fault);
        assert.equal(seen.length, 1, `${fault}: nothing is said twice`);
        if (name === "TruncatedStreamError") assert.equal(error.events, 2);
        if (name === "ModelStreamErrorException") assert.equal(error.originalStatusCode, 424);
        if (name === "ThrottlingException") assert.deepEqual(error.retryable, { throttling: true });
      }
    },

    "the service may end it first": async () => {
      const result = await one("early-end", { count: 3, endless: true });
      assert.deepEqual([result.error, result.heard, result.returned], [null, 2, true]);
    },

    "silence is a time limit's": async () => {
      const { error, events, seen } = await one("silence", {}, { timeouts: { idle: 300 } });
      assert.deepEqual([error.name, events.length], ["TimeoutError", 2]);
      assert.equal(seen[0].duplex.closeCode, 4000);
    },

    "what does not open in time is tried again, and told": async () => {
      const { error, said } = await one("no-answer", {}, { connectionTimeout: 150, maxAttempts: 2 });
      assert.deepEqual([error.name, error.who, error.attempts, said], ["TimeoutError", "network", 2, 0]);
    },

    refusals: async () => {
      for (const [fault, name, attempts] of [
        ["secret", "InvalidSignatureException", 1],
        ["throttled-99", "ThrottlingException", 3],
        ["unavailable-99", "ServiceUnavailableException", 3],
      ]) {
        const { error, said } = await one(fault, {}, {}, 0);
        assert.deepEqual([error.name, error.attempts, said], [name, attempts, 0], fault);
      }
    },

    "what is refused at first is opened again": async () => {
      // Each attempt and the question why, where the host does not tell: two requests.
      for (const fault of [`throttled-${host.reasons ? 1 : 2}`, "clock-7200", "clock--7200"]) {
        const result = await one(fault, {});
        whole(result, 5);
        assert.equal(result.metadata.attempts, 2, fault);
      }
    },

    "what is not read by the service is not said, where the host tells how much waits": async () => {
      // 12 MiB; the kernel's buffers take some.
      const result = await one("stall-4000", { count: 24, size: 524_288, settles: true });
      assert.deepEqual([result.error, result.heard], [null, 25]);
      if (host.waits) assert.ok(result.saidBefore < 20, `${result.saidBefore} of 24 were said while nobody read`);
    },

    "20,000 events that nobody reads for a while are kept": async () => {
      const result = await one("flood-20000", { count: 1, size: 10, pauseMs: 300 });
      assert.deepEqual([result.error, result.heard], [null, 20_001]);
    },

    "bad input is the caller's": async () => {
      const { error } = await one("", { noCredentials: true }, {}, 0);
      assert.deepEqual([error.name, error.who], ["CredentialsProviderError", "caller"]);
    },
  };
}
