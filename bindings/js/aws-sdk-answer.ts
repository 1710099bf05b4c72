// Answers as AWS's client gives them: a member that the service sends as null is not there. In free JSON null is a
// value, and stays. Members that the model does not know stay too, which AWS's client drops.
import type { EventStream } from "./types/index.js";

// The members of answers that are free JSON, wherever they are (service model 2023-09-30): toolUse.input,
// toolResult's json, and what a model adds of its own.
const FREE = /^(input|json|additionalModelResponseFields)$/;

function clear(value: unknown): void {
  // Bytes, times and streams have no members of the service's.
  if (Array.isArray(value)) value.forEach(clear);
  else if (Object.prototype.toString.call(value) === "[object Object]") {
    const members = value as Record<string, unknown>;
    for (const [name, member] of Object.entries(members)) {
      if (FREE.test(name)) continue;
      if (member === null) delete members[name];
      else clear(member);
    }
  }
}

function cleared(events: EventStream<unknown>): EventStream<unknown> {
  const own = events.next;
  events.next = async () => {
    const step = await own.call(events);
    clear(step.value);
    return step;
  };
  return events;
}

/** That answer without nulls; of a stream, its events as they come. */
export function withoutNulls<Output extends object>(output: Output): Output {
  for (const name of ["stream", "body"] as const) {
    const events = (output as Record<string, unknown>)[name];
    if (events && typeof (events as EventStream<unknown>).next === "function") cleared(events as EventStream<unknown>);
  }
  clear(output);
  return output;
}
