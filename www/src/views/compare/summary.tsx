// The figures of the answers that have ended, in one table.

import { costOf, model } from "outcrop/catalog";
import { nameOf } from "../../app/models.js";
import { count, milliseconds, money } from "../../app/words.js";
import { rate } from "../../parts/figures.js";
import { Scroll } from "../../parts/scroll.js";
import type { Side } from "../compare.js";

export function Summary({ sides }: { sides: readonly Side[] }) {
  const runs = sides.flatMap(({ run }) => (run.value && !run.value.open && run.value.usage.value ? [run.value] : []));
  if (runs.length < 2) return null;
  return (
    <section class="card summary" aria-labelledby="summary-title">
      <h3 id="summary-title">Side by side</h3>
      <Scroll name="scroll" label="Figures of all models">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">First piece</th>
              <th scope="col">Whole answer</th>
              <th scope="col">Tokens a second</th>
              <th scope="col">Output tokens</th>
              <th scope="col">Cost</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run, index) => {
              const estimate = costOf(model(run.modelId), run.usage.value ?? {});
              return (
                <tr key={index}>
                  <th scope="row">{nameOf(run.modelId)}</th>
                  <td>{milliseconds(run.first.value)}</td>
                  <td>{milliseconds(run.whole.value)}</td>
                  <td>{rate(run)?.toFixed(1) ?? "–"}</td>
                  <td>{count(run.usage.value?.outputTokens)}</td>
                  <td>{estimate ? money(estimate.amount, estimate.currency) : "no price known"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
