// What a soak must show, from the figures of either host, and the rows that say so; it measures nothing itself.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "../browser/programs.mjs";

// Bytes that the heap may grow by in 100,000 streams: a MiB, 10 bytes of a stream.
const SLOPE = 1_048_576;
export const PER = 100_000;

/** The slope of a straight line through `[x, y]` points, by least squares. */
export function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  let [over, under] = [0, 0];
  for (const point of points) {
    over += (point[0] - x) * (point[1] - y);
    under += (point[0] - x) ** 2;
  }
  return over / under;
}

/** Numbers of which `streams` are streams: each tenth is a call that does not stream. */
export const numbers = (streams) => Math.ceil((streams * 10) / 9);

/**
 * `samples` are `{streams, heap, pages}` after each batch, collected before; the first `warm` of them are those in which
 * a host compiles and fills its caches. With fewer than `least` streams the heap's slope is noise, and not judged.
 */
export function judge({ samples, warm, least, counts, wrong, unhandled, left }) {
  const after = samples.slice(warm);
  const grows = slope(after.map(({ streams, heap }) => [streams, heap])) * PER;
  const pages = [...new Set(after.map(({ pages }) => pages.join()))];
  console.log(
    `JavaScript's heap: ${(grows / SLOPE).toFixed(3)} MiB more for each 100,000 streams, of ${after.length} samples`,
  );
  console.log(`the wasm's memory: ${pages.join(", then ")} pages, ${samples.at(-1).pages.length} instance(s)`);
  console.log(`left: ${JSON.stringify(left)}`);
  for (const [name, many] of Object.entries(counts.by).sort()) console.log(`${many}`.padStart(9), name);
  for (const one of wrong) console.error("wrong:", one);
  assert.deepEqual(wrong, [], "outcomes that no fault demands");
  assert.deepEqual(unhandled, [], "unhandled rejections");
  assert.equal(samples.at(-1).pages.length, 1, "instances");
  assert.equal(pages.length, 1, "the wasm's memory grew after the warm-up");
  if (counts.streams < least) console.log(`not judged: the heap, as ${least} streams are needed for that`);
  else assert.ok(grows <= SLOPE, `the heap grows by ${grows} bytes in ${PER} streams`);
  assert.equal(counts.given, counts.settled, "promises that are pending");
  for (const [what, many] of Object.entries(left)) assert.equal(many, 0, what);
  return { grows, pages: Number(pages[0]) };
}

/** Writes rows to where the trust table is made from. */
export function report(name, rows) {
  const folder =
    process.env.OUTCROP_TRUST ?? join(resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target")), "trust");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(rows, undefined, 1)}\n`);
}

/** The rows of one host. */
export function rows(host, { counts, seed, command, seconds, grows, pages, samples, warm, extra }) {
  const { streams, plain, sockets, events, given } = counts;
  const own = { part: "soak", against: "", findings: 0, seed, command, seconds };
  const date = new Date().toISOString().slice(0, 10);
  const first = `${samples[warm].streams} streams`;
  const note =
    `one instance; ${sockets} streams and calls over loopback sockets, ${streams + plain - sockets} through the option fetch; ` +
    `${plain} of them calls that do not stream; ${events} events; ${pages} wasm pages from ${first} on; ` +
    `heap ${(grows / SLOPE).toFixed(3)} MiB per 100,000 streams, ${samples.length - warm} samples; ${extra}`;
  return [
    { ...own, what: `${host}: streams with random faults`, count: streams, unit: "streams", date, note },
    {
      ...own,
      what: `${host}: over sockets`,
      count: sockets,
      unit: "streams and calls",
      date,
      note: "0 open at the end",
    },
    { ...own, what: `${host}: promises given`, count: given, unit: "promises", date, note: "each settled" },
  ];
}
