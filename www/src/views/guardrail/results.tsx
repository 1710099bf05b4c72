// What came of a check: the outcome first, then what is to be said instead, what was found and what it used.

import type { ComponentChildren } from "preact";
import { show } from "../../app/address.js";
import { selected } from "../../app/traffic.js";
import { milliseconds } from "../../app/words.js";
import { CopyAsCode } from "../../parts/copy-as-code.js";
import { Scroll } from "../../parts/scroll.js";
import type { Outcome } from "./checking.js";
import { findings, used } from "./findings.js";
import { label } from "./kinds.js";

type Applied = Extract<Outcome, { mode: "apply" }>;
type Checked = Extract<Outcome, { mode: "checks" }>;

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="stack">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Usage({ rows, unit }: { rows: [label: string, units: number][]; unit: string }) {
  return (
    <Part title="Used">
      {rows.length === 0 ? (
        <p class="quiet">Nothing that is billed</p>
      ) : (
        <dl class="usage" id="guardrail-usage">
          {rows.map(([name, units]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {units} {unit}
                {units === 1 ? "" : "s"}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Part>
  );
}

function Applied({ answer }: Applied) {
  const found = findings(answer);
  const coverage = answer.guardrailCoverage;
  return (
    <>
      <div class={answer.action === "NONE" ? "verdict passed" : "verdict intervened"} id="guardrail-verdict">
        <p class="verdict-name">{answer.action === "NONE" ? "Nothing to object to" : "The guardrail intervened"}</p>
        {answer.actionReason && <p>{answer.actionReason}</p>}
      </div>
      {(answer.outputs ?? []).length > 0 && (
        <Part title="What is said instead">
          {answer.outputs?.map(({ text }, index) => (
            <blockquote key={index} class="output">
              {text}
            </blockquote>
          ))}
        </Part>
      )}
      <Part title="Found">
        {found.length === 0 ? (
          <p class="quiet">Nothing</p>
        ) : (
          <Scroll name="scroll" label="What was found">
            <table class="found" id="guardrail-found">
              <thead>
                <tr>
                  <th scope="col" class="cell">
                    Policy
                  </th>
                  <th scope="col" class="cell">
                    What
                  </th>
                  <th scope="col" class="cell">
                    By
                  </th>
                  <th scope="col" class="cell">
                    Done
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.map((one, index) => (
                  <tr key={index} class={one.detected ? "" : "quiet"}>
                    <th scope="row" class="cell">
                      {one.policy}
                    </th>
                    <td class="cell">{one.what}</td>
                    <td class="cell by">{one.detected ? one.how : `${one.how} not found`}</td>
                    <td class={one.action === "none" ? "cell" : "cell acted"}>{one.action}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Part>
      <Usage rows={used(answer.usage)} unit="unit" />
      {coverage && (
        <p class="quiet">
          Looked at {coverage.textCharacters?.guarded ?? 0} of {coverage.textCharacters?.total ?? 0} characters
          {coverage.images && ` and ${coverage.images.guarded ?? 0} of ${coverage.images.total ?? 0} images`}.
        </p>
      )}
    </>
  );
}

function Scores({
  title,
  entries,
}: {
  title: string;
  entries: readonly { category: string | undefined; severityScore: number | undefined }[];
}) {
  return (
    <Part title={title}>
      <dl class="scores">
        {entries.map(({ category = "", severityScore = 0 }) => (
          <div key={category} class={severityScore > 0.5 ? "high" : ""}>
            <dt id={`guardrail-score-${category}`}>{label(category)}</dt>
            <dd>
              <meter
                min={0}
                max={1}
                high={0.5}
                optimum={0}
                value={severityScore}
                aria-labelledby={`guardrail-score-${category}`}
              />
              <span class="score">{severityScore.toFixed(2)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

/** The text with what was found marked in it. Offsets count characters, not halves of them. */
function Marked({ text, places }: { text: string; places: readonly { from: number; to: number; what: string }[] }) {
  const characters = [...text];
  const sorted = [...places].sort((a, b) => a.from - b.from);
  const pieces: ComponentChildren[] = [];
  let at = 0;
  for (const { from, to, what } of sorted) {
    if (from < at) continue;
    pieces.push(characters.slice(at, from).join(""));
    pieces.push(
      <mark key={from}>
        {characters.slice(from, to).join("")} <span class="what">{what}</span>
      </mark>,
    );
    at = to;
  }
  return (
    <p class="marked" id="guardrail-marked">
      {pieces}
      {characters.slice(at).join("")}
    </p>
  );
}

function Checked({ answer, text }: Checked) {
  const { contentFilter, promptAttack, sensitiveInformation } = answer.results ?? {};
  const scored = [...(contentFilter?.results ?? []), ...(promptAttack?.results ?? [])];
  const high = scored.filter(({ severityScore = 0 }) => severityScore > 0.5);
  const personal = sensitiveInformation?.results ?? [];
  const found = high.length + personal.length;
  const usage = Object.entries(answer.usage ?? {}).flatMap(([name, one]): [string, number][] =>
    one ? [[name.replace(/([A-Z])/g, " $1").toLowerCase(), one.textUnits ?? 0]] : [],
  );
  return (
    <>
      <div class={found === 0 ? "verdict passed" : "verdict intervened"} id="guardrail-verdict">
        <p class="verdict-name">
          {found === 0
            ? "Nothing found"
            : [
                ...high.map(({ category = "" }) => label(category)),
                ...(personal.length ? [`${personal.length} × personal data`] : []),
              ].join(", ")}
        </p>
      </div>
      {contentFilter && <Scores title="Content" entries={contentFilter.results ?? []} />}
      {promptAttack && <Scores title="Attacks on the prompt" entries={promptAttack.results ?? []} />}
      {sensitiveInformation && (
        <Part title="Personal data">
          {personal.length === 0 ? (
            <p class="quiet">Nothing</p>
          ) : (
            <>
              <Marked
                text={text}
                places={personal.map(({ beginOffset = 0, endOffset = 0, type = "", confidenceScore = 0 }) => ({
                  from: beginOffset,
                  to: endOffset,
                  what: `${label(type)}, ${Math.round(confidenceScore * 100)} %`,
                }))}
              />
              {sensitiveInformation.truncated && <p class="note">There is more than is told.</p>}
            </>
          )}
        </Part>
      )}
      <Usage rows={usage} unit="text unit" />
    </>
  );
}

export function Results({ of }: { of: Outcome }) {
  const { run } = of;
  return (
    <div class="stack verdicts" id="guardrail-result">
      {of.mode === "apply" ? <Applied {...of} /> : <Checked {...of} />}
      <p class="quiet">
        {milliseconds(run.whole.value)}
        {run.latency.value !== undefined && `, ${milliseconds(run.latency.value)} of them at the guardrail`}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="small inspect"
          onClick={() => {
            selected.value = run.exchanges.value.at(-1)?.id;
            show("inspector");
          }}
        >
          Inspect what crossed the wire
        </button>
        <CopyAsCode run={run} />
      </div>
    </div>
  );
}
