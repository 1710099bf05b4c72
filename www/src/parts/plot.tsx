// A small picture of a stream over time: how much had come at each moment. Its text says the same.

import type { Run } from "../app/run.js";
import { milliseconds } from "../app/words.js";

// Units of the picture's own: it scales to its place.
const WIDTH = 240;
const HEIGHT = 48;

export function Plot({ run, unit = "characters" }: { run: Run; unit?: string }) {
  const samples = run.samples.value;
  const last = samples.at(-1);
  if (!last || samples.length < 2) return null;
  const end = run.whole.value ?? last.at;
  const x = (at: number) => ((at / end) * WIDTH).toFixed(1);
  const y = (amount: number) => (HEIGHT - (amount / Math.max(1, last.amount)) * (HEIGHT - 4) - 2).toFixed(1);
  // As steps: between two pieces nothing comes. Not more of them than can be seen.
  const every = Math.ceil(samples.length / 400);
  const seen = samples.filter((_, index) => index % every === 0 || index === samples.length - 1);
  const line = seen.map(({ at, amount }) => `H${x(at)}V${y(amount)}`).join("");
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? 0));
  const longest = Math.max(...gaps);
  const text =
    `${last.amount.toLocaleString()} ${unit} in ${samples.length.toLocaleString()} pieces over ${milliseconds(end)}; ` +
    `the first after ${milliseconds(run.first.value)}, the longest pause ${milliseconds(longest)}.`;
  return (
    <figure class="plot">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Stream over time: ${text}`}
      >
        <path d={`M0 ${HEIGHT - 2}${line}H${x(end)}`} />
      </svg>
      <figcaption>{text}</figcaption>
    </figure>
  );
}
