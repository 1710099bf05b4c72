// What an answer took: tokens, times, an estimate of the cost, the stream as a picture; and the ways to see more: the
// inspector and the same call as code.

import { costOf, model } from "outcrop/catalog";
import { show } from "../app/address.js";
import type { Run } from "../app/run.js";
import { selected } from "../app/traffic.js";
import { count, milliseconds, money } from "../app/words.js";
import { CopyAsCode } from "./copy-as-code.js";
import { Plot } from "./plot.js";
import { Status } from "./progress.js";

/** Tokens a second from the first piece to the end, undefined while it is not known. */
export function rate(run: Run): number | undefined {
  const [first, whole, tokens] = [run.first.value, run.whole.value, run.usage.value?.outputTokens];
  return first !== undefined && whole !== undefined && tokens && whole > first
    ? tokens / ((whole - first) / 1000)
    : undefined;
}

function cost(run: Run): { text: string; from: string } {
  const usage = run.usage.value;
  const images = run.images.value;
  if (!usage && !images) return { text: "–", from: "" };
  const estimate = costOf(model(run.modelId), { ...usage, ...(images && { images }) });
  if (!estimate) return { text: "no price known", from: "" };
  const { amount, currency, source, date } = estimate;
  return { text: money(amount, currency), from: source ? `Estimate. Price from: ${source} (${date})` : "Estimate." };
}

/** The figures that matter most, in one line. */
export function FigureLine({ run }: { run: Run }) {
  const usage = run.usage.value;
  const perSecond = rate(run);
  const parts = [
    usage && `${count(usage.inputTokens)} → ${count(usage.outputTokens)} tokens`,
    run.first.value !== undefined && `first after ${milliseconds(run.first.value)}`,
    perSecond !== undefined && `${perSecond.toFixed(1)} tokens/s`,
    usage && cost(run).text,
  ].filter(Boolean);
  return (
    <span class="figure-line">
      <Status run={run} /> <span class="quiet">{parts.join(" · ")}</span>
    </span>
  );
}

export function Figures({ run, unit = "characters" }: { run: Run; unit?: string }) {
  const usage = run.usage.value;
  const { text, from } = cost(run);
  const perSecond = rate(run);
  const rows: [string, string, string][] = [
    ["input-tokens", "Input tokens", count(usage?.inputTokens)],
    ["output-tokens", "Output tokens", count(usage?.outputTokens)],
    ["total-tokens", "Total tokens", count(usage?.totalTokens)],
  ];
  if (usage?.cacheReadInputTokens !== undefined) {
    rows.push(["cache-read", "Cache read", count(usage.cacheReadInputTokens)]);
  }
  if (usage?.cacheWriteInputTokens !== undefined) {
    rows.push(["cache-write", "Cache write", count(usage.cacheWriteInputTokens)]);
  }
  rows.push(
    ["first-text", "First piece", milliseconds(run.first.value)],
    ["whole", "Whole answer", milliseconds(run.whole.value)],
    ["service", "At the service", milliseconds(run.latency.value)],
    ["rate", "Tokens a second", perSecond === undefined ? "–" : perSecond.toFixed(1)],
    ["cost", "Cost", text],
  );
  const exchanges = run.exchanges.value;
  const inspect = () => {
    selected.value = exchanges.at(-1)?.id;
    show("inspector");
  };
  return (
    <div class="figures">
      <dl>
        {rows.map(([name, label, value]) => (
          <div key={name} class={`figure ${name}`}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {from && <p class="hint cost-source">{from}</p>}
      <Plot run={run} unit={unit} />
      <div class="buttons">
        {exchanges.length > 0 && (
          <button type="button" class="small inspect" onClick={inspect}>
            Inspect what crossed the wire
          </button>
        )}
        <CopyAsCode run={run} />
      </div>
    </div>
  );
}
