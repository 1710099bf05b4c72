// What the address says: the view, and the settings that a link may share. It takes settings by name, and no name that
// sounds like a secret; an endpoint in a link is offered to the reader and never used unasked.

import { effect, type Signal, signal } from "@preact/signals";

/** Characters of one setting that go into the address: longer ones make links that programs cut. */
const LONGEST = 2000;
// ms after the last change: Safari takes no more than 100 changes in 30 s.
const QUIET = 300;
// A name must not sound like these, and no value may look like an access key or an API key.
const SECRET_NAME = /secret|password|credential|session|api-?key|access-?key|^token$|login/i;
const SECRET_VALUE = /\b(A[KS]IA[A-Z0-9]{16}|ABSK[\w+/=]{20,}|bedrock-api-key-[\w+/=]{10,})/;

interface Entry {
  signal: Signal<string>;
  initial: string;
}

const entries = new Map<string, Entry>();
const count = signal(0);
/** Values of the address that no setting has taken yet: views register theirs when they are loaded. */
let waiting = new Map<string, string>();

/** The name of the view that is shown. */
export const view = signal("chat");

function read(): { view: string; values: Map<string, string> | undefined } {
  const hash = location.hash.slice(1);
  const at = hash.indexOf("?");
  return {
    view: (at < 0 ? hash : hash.slice(0, at)) || "chat",
    values: at < 0 ? undefined : new Map(new URLSearchParams(hash.slice(at + 1))),
  };
}

/**
 * A setting that links share, by its name in the address: `inAddress("images.size", "512x512")`. Absent from the address
 * while it has its initial value.
 *
 * @throws Error for a name that sounds like a secret, or is taken
 */
export function inAddress(name: string, initial = ""): Signal<string> {
  if (SECRET_NAME.test(name)) throw new Error(`${name} sounds like a secret, which has no place in an address`);
  if (entries.has(name)) throw new Error(`two settings are called ${name}`);
  const made = signal(waiting.get(name) ?? initial);
  waiting.delete(name);
  entries.set(name, { signal: made, initial });
  count.value++;
  return made;
}

/** The address as it is to be now. */
export function address(): string {
  const query = new URLSearchParams();
  for (const [name, { signal, initial }] of entries) {
    const { value } = signal;
    if (value !== initial && value.length <= LONGEST && !SECRET_VALUE.test(value)) query.set(name, value);
  }
  for (const [name, value] of waiting) query.set(name, value);
  return `#${view.value}${query.size ? `?${query}` : ""}`;
}

function apply(): void {
  const now = read();
  view.value = now.view;
  if (!now.values) return;
  waiting = new Map([...now.values].filter(([name]) => !SECRET_NAME.test(name) && !entries.has(name)));
  for (const [name, { signal, initial }] of entries) signal.value = now.values.get(name) ?? initial;
}

/** Shows another view. */
export function show(name: string): void {
  if (view.peek() !== name) location.hash = name;
}

/** Reads the address, and from then on keeps it. */
export function start(): void {
  apply();
  addEventListener("hashchange", apply);
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    void count.value;
    const wanted = address();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.hash !== wanted) history.replaceState(null, "", wanted);
    }, QUIET);
  });
}
