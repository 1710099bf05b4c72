// What the checks of checks.mjs must have answered, in whichever host they ran.

import assert from "node:assert/strict";

/** The answer of `operations` and the attempts that the emulator saw. */
export function operations(answer, attempts, signature = "ok") {
  for (const operation of ["Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"]) {
    assert.match(answer[operation], /granite/, operation);
  }
  assert.ok(answer.usage.outputTokens > 0);
  assert.ok(answer.metrics.outputTokenCount > 0);
  assert.ok(
    answer.requestIds.every((id) => id),
    "x-amzn-RequestId can be read",
  );
  assert.deepEqual(
    attempts.map((attempt) => attempt.signature),
    Array(4).fill(signature),
  );
}

/** The answer of `abort` or `leave`, and the one attempt. Says how long the emulator did not know. */
export function ended(result, [attempt, ...more], error) {
  assert.deepEqual(more, []);
  assert.equal(result.error, error);
  // It was five when the end was asked for; a few may have been on their way.
  assert.ok(result.events >= 5 && result.events < 20, `${result.events} events were delivered`);
  assert.equal(attempt.responseEnded, "client closed");
  return `${(attempt.ended - result.at).toFixed(1)} ms until the emulator saw it`;
}

/** The answer of `trap`. */
export function trapped({ streams, fired, next }) {
  assert.equal(fired, true, "a call was made to trap");
  const failed = streams.filter(({ error }) => error !== "none");
  const whole = streams.filter(({ error }) => error === "none");
  assert.equal(failed.length, 1, JSON.stringify(streams));
  const [{ error, who, cause, events }] = failed;
  assert.deepEqual({ error, who, cause }, { error: "OutcropError", who: "outcrop", cause: "RuntimeError" });
  assert.ok(events >= 5 && events < whole[0].events, `${events} events came before the trap`);
  assert.equal(whole[0].text, whole[1].text);
  assert.match(whole[0].text, /granite/);
  assert.match(next, /granite/);
}
