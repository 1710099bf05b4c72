// What these tests share: an emulator, the package as npm delivers it (`cargo xtask test ecosystem` unpacks it into the
// root's node_modules), and clients of both. It starts nothing but the emulator.
import { after } from "node:test";
import * as outcrop from "outcrop";
import { emulator as start } from "../../browser/programs.mjs";

export { outcrop };
export const emulator = await start();
after(() => emulator.stop());

export const MODEL = "openai.gpt-oss-20b-1:0";
export const CLAUDE = "anthropic.claude-3-haiku-20240307-v1:0";
export const messages = [{ role: "user", content: "Hello" }];

let runs = 0;
/** A place at the emulator under a name of its own: `/pace/1` before it, `case` instead of a plain run. */
export function place({ prefix = "", name } = {}) {
  const run = `fetch-${++runs}`;
  const endpoint = `${emulator.address}${prefix}${name ? `/case/${name}/` : "/run/"}${run}`;
  return {
    endpoint,
    seen: () => emulator.seen(run),
    /** Attempts, once so many have ended, their headers by name. */
    async ended(count = 1) {
      const attempts = await emulator.ended(run, count);
      return attempts.map((attempt) => ({ ...attempt, headers: Object.fromEntries(attempt.headers) }));
    },
  };
}

/** A client for that endpoint, unless told otherwise with temporary credentials. */
export const client = (endpoint, options = {}) =>
  new outcrop.BedrockRuntime({
    region: "us-east-1",
    credentials: emulator.temporaryCredentials,
    endpoint,
    ...options,
  });

/** All of an async iterable. */
export async function collect(iterable) {
  const all = [];
  for await (const one of iterable) all.push(one);
  return all;
}

/** A fetch that shows no Date, as a page sees an answer across origins. */
export const dateless = async (url, init) => {
  const response = await fetch(url, init);
  const headers = new Headers(response.headers);
  headers.delete("date");
  return new Response(response.body, { status: response.status, headers });
};
