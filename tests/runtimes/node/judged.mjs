// The package's verdicts on attempts that failed, against the table that the crate is held to as well. Nothing is sent:
// `fetch` is the test's own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { client, messages, modelId } from "./context.mjs";

const table = readFileSync(new URL("../../../crate/tests/verdicts.txt", import.meta.url), "utf8");
const rows = table.split("\n").filter((line) => line && !/^( |#)/.test(line));
// ms by which two readings of the clock differ here at most, with an HTTP date's whole seconds.
const NEAR = 3_000;

for (const row of rows) {
  const [status, type, code, __type, message, date, after, name, fault, kind, next] = row
    .split("|")
    .map((column) => column.trim());
  test(`judged: ${row}`, async () => {
    const headers = { date: new Date(Date.now() + date * 1000).toUTCString() };
    if (type) headers["x-amzn-errortype"] = type;
    if (after) headers["retry-after"] = after;
    const answer = () => new Response(JSON.stringify({ code, __type, message }), { status: +status, headers });
    const stop = new AbortController();
    const told = [];
    const warn = (event, attributes) => {
      if (event !== "outcrop.call.retried") return;
      told.push(attributes);
      stop.abort();
    };
    const credentials = async () => ({ accessKeyId: "AKID", secretAccessKey: "secret" });
    const bedrock = client("http://127.0.0.1:1", { credentials, fetch: async () => answer(), logger: { warn } });
    const error = await bedrock.converse({ modelId, messages }, { abortSignal: stop.signal }).then(
      () => assert.fail(),
      (error) => error,
    );
    // What is shown of an error that is final, by a client that may not try again.
    const once = client("http://127.0.0.1:1", { fetch: async () => answer(), maxAttempts: 1 });
    const [wanted, least, most] = next.split(" ");
    if (wanted === "stop" || wanted === "retry") {
      const last = await once.converse({ modelId, messages }).then(
        () => assert.fail(),
        (error) => error,
      );
      const shown = kind === "final" ? undefined : { throttling: kind === "throttling" };
      assert.deepEqual([last.name, last.$fault, last.$retryable], [name, fault, shown]);
      assert.equal(last.message, message || `HTTP ${status}`);
    }
    const [{ "error.type": named, "outcrop.retry.reason": reason, "outcrop.delay_ms": delay } = {}] = told;
    if (wanted === "stop") {
      assert.deepEqual(told, []);
      assert.equal(error.name, name);
      return;
    }
    assert.equal(named, name);
    assert.equal(reason, wanted === "retry" ? "error" : wanted);
    if (wanted === "retry") assert.ok(delay >= least && delay <= most, `${delay}`);
    if (wanted !== "skew") return;
    // The next attempt is dated by the corrected clock.
    const seen = [];
    const skewed = client("http://127.0.0.1:1", {
      fetch: async (_, { headers }) => (seen.push(headers["x-amz-date"]), answer()),
      maxAttempts: 1,
    });
    await skewed.converse({ modelId, messages }).catch(() => {});
    const at = (text) => Date.parse(text.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
    assert.equal(seen.length, 2);
    assert.ok(Math.abs(at(seen[1]) - at(seen[0]) - least) < NEAR, `${seen}`);
  });
}

test("the table of verdicts has rows of every kind", () => {
  for (const kind of ["stop", "retry", "renew", "skew"]) {
    assert.ok(rows.filter((row) => new RegExp(`\\| ${kind}( |$)`).test(row)).length > 2, kind);
  }
});
