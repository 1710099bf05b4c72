// The likeness of each text to each other, as a table whose cells are coloured. The numbers say the same as the colours.

import { Scroll } from "../../parts/scroll.js";
import type { Entry } from "./embedding.js";

/** Colours differ where likenesses do: the least alike of the pairs has none, equals have all. */
function share(likeness: number, least: number): number {
  return least >= 1 ? 1 : Math.max(0, (likeness - least) / (1 - least));
}

/**
 * How much of the strong colour a cell has. Between 45 and 85 % neither text on it has a contrast of 4.5:1, in light or in
 * dark: the upper half begins above that.
 */
const colour = (share: number): number => (share > 0.5 ? 85 + (share - 0.5) * 30 : share * 90);

export function HeatMap({ entries, matrix }: { entries: readonly Entry[]; matrix: readonly (readonly number[])[] }) {
  const least = Math.min(...matrix.flat());
  return (
    <Scroll name="scroll" label="Likeness of each text to each other">
      <table class="heat" id="embeddings-heat">
        <caption class="hidden">Cosine of the angle between two texts' vectors: 1 is the same direction</caption>
        <thead>
          <tr>
            <th scope="col">Text</th>
            {entries.map(({ name }, index) => (
              <th key={index} scope="col" title={name}>
                {index + 1}
                <span class="hidden">: {name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map(({ name }, row) => (
            <tr key={row}>
              <th scope="row" class="name">
                <span class="number">{row + 1}</span> {name}
              </th>
              {matrix[row]?.map((likeness, column) => (
                <td
                  key={column}
                  style={{ "--share": `${Math.round(colour(share(likeness, least)))}%` }}
                  class={share(likeness, least) > 0.5 ? "near" : ""}
                >
                  {likeness.toFixed(2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
