// What the answers of InvokeModel say of themselves beside their bodies: the service's own time and its count of input
// tokens, which stand in headers. It reads no body.

import type { Run } from "../../app/run.js";

/** The sum of a header's numbers over a run's answers; undefined where none has it. */
function sum(run: Run, name: string): number | undefined {
  let found: number | undefined;
  for (const { responseHeaders } of run.exchanges.value) {
    const text = responseHeaders.find(([one]) => one.toLowerCase() === `x-amzn-bedrock-${name}`)?.[1];
    const number = Number(text);
    if (text !== undefined && Number.isFinite(number)) found = (found ?? 0) + number;
  }
  return found;
}

/** Input tokens, where the service tells them to pages. */
export const inputTokens = (run: Run): number | undefined => sum(run, "input-token-count");

/** Sets the run's time at the service. */
export function noteLatency(run: Run): void {
  run.latency.value = sum(run, "invocation-latency");
}
