// Compare: one prompt to two, three or four models at once, each with its own figures and its own stop.

import { effect, type Signal, signal, useSignal } from "@preact/signals";
import type { ConverseStreamInput } from "outcrop";
import { inAddress } from "../app/address.js";
import { client } from "../app/connection.js";
import { FormError } from "../app/errors.js";
import { nameOf } from "../app/models.js";
import { converseRanges, type Range } from "../app/parameters.js";
import { Run } from "../app/run.js";
import { Copy } from "../parts/copy.js";
import { ErrorBox } from "../parts/error-box.js";
import { TextArea } from "../parts/fields.js";
import { Figures } from "../parts/figures.js";
import { Markdown } from "../parts/markdown.js";
import { ModelPicker } from "../parts/model-picker.js";
import { Progress, Status } from "../parts/progress.js";
import { numberOf, Slider } from "../parts/slider.js";
import { Reasoning } from "./chat/blocks.js";
import { Summary } from "./compare/summary.js";

/** As many as fit beside each other, and as a browser opens connections to one host over HTTP/1.1 with room to spare. */
const MOST = 4;
/** ms between two pictures of an answer that comes. */
const PACE = 50;

const models = inAddress("compare.models", "amazon.nova-lite-v1:0,amazon.nova-micro-v1:0");
const prompt = inAddress("compare.prompt");
const system = inAddress("compare.system");
const temperature = inAddress("compare.temperature");
const maxTokens = inAddress("compare.maxTokens");

export interface Side {
  id: number;
  model: Signal<string>;
  run: Signal<Run | undefined>;
  text: Signal<string>;
  reasoning: Signal<string>;
}

let last = 0;
const side = (model: string): Side => ({
  id: ++last,
  model: signal(model),
  run: signal(undefined),
  text: signal(""),
  reasoning: signal(""),
});
const sides = signal<readonly Side[]>([]);
const listed = (): string => sides.value.map(({ model }) => model.value).join(",");

// The address and the sides say the same: a link that is opened makes them, and a choice changes the address.
effect(() => {
  const wanted = models.value.split(",").slice(0, MOST);
  if (
    sides
      .peek()
      .map(({ model }) => model.peek())
      .join(",") !== wanted.join(",")
  )
    sides.value = wanted.map(side);
});
effect(() => {
  models.value = listed();
});

/** What all take: the ranges that Converse has for any model. */
const ranges = (): Record<string, Range | undefined> =>
  Object.fromEntries(converseRanges("").map((range) => [range.name, range]));

function input(modelId: string): ConverseStreamInput {
  if (!prompt.value.trim()) throw new FormError("The prompt is empty.");
  if (!modelId.trim()) throw new FormError("The model's ID is missing.");
  const known = ranges();
  const config: Record<string, number> = {};
  for (const [name, value] of Object.entries({ temperature: temperature.value, maxTokens: maxTokens.value })) {
    const range = known[name];
    const number = range && numberOf(range, value);
    if (number !== undefined) config[name] = number;
  }
  return {
    modelId: modelId.trim(),
    messages: [{ role: "user", content: [{ text: prompt.value }] }],
    ...(system.value.trim() && { system: [{ text: system.value }] }),
    ...(Object.keys(config).length && { inferenceConfig: config }),
  };
}

async function ask({ model, run: shown, text, reasoning }: Side): Promise<void> {
  const run = new Run(model.value.trim());
  shown.value = run;
  text.value = "";
  reasoning.value = "";
  let [said, thought] = ["", ""];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    text.value = said;
    reasoning.value = thought;
  };
  await run.until(async () => {
    const asked = input(model.value);
    run.asked.value = { operation: "converseStream", input: asked };
    const { stream } = await client(run.told).converseStream(asked, { abortSignal: run.abortSignal });
    for await (const { contentBlockDelta, messageStop, metadata } of stream) {
      const delta = contentBlockDelta?.delta;
      const [more, thinks] = [delta?.text ?? "", delta?.reasoningContent?.text ?? ""];
      said += more;
      thought += thinks;
      run.came(more.length + thinks.length);
      if (messageStop) run.stopReason.value = messageStop.stopReason;
      if (metadata) {
        run.usage.value = metadata.usage;
        run.latency.value = metadata.metrics?.latencyMs;
      }
      timer ??= setTimeout(tell, PACE);
    }
  });
  clearTimeout(timer);
  tell();
}

function Panel({ one, number }: { one: Side; number: number }) {
  const run = one.run.value;
  const remove = () => {
    run?.stop();
    sides.value = sides.value.filter((other) => other !== one);
  };
  return (
    <section class="card stack side" aria-labelledby={`side-${number}`}>
      <div class="title">
        <h3 id={`side-${number}`}>
          {number}: {nameOf(one.model.value)}
        </h3>
        {sides.value.length > 2 && (
          <button type="button" class="small" onClick={remove}>
            Remove<span class="hidden"> model {number}</span>
          </button>
        )}
      </div>
      <ModelPicker id={`compare-model-${number}`} label={`Model ${number}`} purpose="text" value={one.model} />
      <p class="quiet" role="status">
        <Status run={run} />
      </p>
      <Progress run={run} />
      {one.reasoning.value && <Reasoning text={one.reasoning.value} open={false} />}
      <div class="side-answer" aria-busy={run?.open ?? false}>
        {one.text.value && <Markdown text={one.text.value} />}
      </div>
      <ErrorBox error={run?.error.value} />
      {run && !run.open && one.text.value && <Copy text={() => one.text.value} label="Copy the answer" />}
      {run && <Figures run={run} />}
    </section>
  );
}

export default function Compare() {
  const error = useSignal<unknown>(undefined);
  const list = sides.value;
  const open = list.some(({ run }) => run.value?.open);
  const known = ranges();
  const send = () => {
    error.value = undefined;
    if (!prompt.value.trim()) {
      error.value = new FormError("The prompt is empty.");
      document.getElementById("compare-prompt")?.focus();
      return;
    }
    for (const one of list) void ask(one);
  };
  return (
    <div class="stack compare">
      <form
        class="card stack"
        aria-labelledby="compare-title"
        onSubmit={(event) => {
          event.preventDefault();
          if (!open) send();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !open) {
            event.preventDefault();
            send();
          }
        }}
      >
        <h2 id="compare-title">Compare models on one prompt</h2>
        <TextArea id="compare-prompt" label="Prompt" rows={3} value={prompt} />
        <details>
          <summary>System prompt and parameters</summary>
          <div class="pair">
            <TextArea id="compare-system" label="System prompt" rows={2} value={system} />
            {known.temperature && <Slider id="compare-temperature" range={known.temperature} value={temperature} />}
            {known.maxTokens && <Slider id="compare-maxTokens" range={known.maxTokens} value={maxTokens} />}
          </div>
        </details>
        <ErrorBox error={error.value} />
        <div class="buttons">
          <button id="compare-send" type="submit" disabled={open}>
            Ask {list.length === 2 ? "both" : `all ${list.length}`}
          </button>
          <button
            id="compare-stop"
            type="button"
            class="secondary"
            disabled={!open}
            onClick={() => {
              for (const { run } of list) run.value?.stop();
            }}
          >
            Stop all
          </button>
          <button
            id="compare-add"
            type="button"
            class="secondary"
            disabled={list.length >= MOST}
            onClick={() => (sides.value = [...list, side("anthropic.claude-3-haiku-20240307-v1:0")])}
          >
            Add a model
          </button>
        </div>
      </form>
      <Summary sides={list} />
      <div class={`sides of-${list.length}`}>
        {list.map((one, index) => (
          <Panel key={one.id} one={one} number={index + 1} />
        ))}
      </div>
    </div>
  );
}
