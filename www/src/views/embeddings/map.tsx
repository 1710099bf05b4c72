// The texts as points of a plane: near each other where their vectors are. Its text and the table beside it say the same.

import { Scroll } from "../../parts/scroll.js";
import type { Entry } from "./embedding.js";
import { type Plane, pairs } from "./geometry.js";

// Units of the picture's own: it scales to its place.
const WIDTH = 360;
const HEIGHT = 260;
const MARGIN = 28;
// Nearer ones have their numbers written on each other.
const TOGETHER = 16;

interface Place {
  x: number;
  y: number;
}

/** The numbers of the points, those that lie on each other as one text: `3, 4`. */
function labels(places: readonly Place[]): (Place & { text: string })[] {
  const made: (Place & { text: string })[] = [];
  for (const [index, place] of places.entries()) {
    const near = made.find(({ x, y }) => Math.hypot(x - place.x, y - place.y) < TOGETHER);
    if (near) near.text += `, ${index + 1}`;
    else made.push({ ...place, text: `${index + 1}` });
  }
  return made;
}

export function Plane2D({
  entries,
  plane,
  matrix,
}: {
  entries: readonly Entry[];
  plane: Plane;
  matrix: readonly (readonly number[])[];
}) {
  const { points, shown } = plane;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, low] = [Math.min(...xs), Math.min(...ys)];
  // One scale for both: a distance is a distance.
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - low, 1e-9);
  const scale = Math.min((WIDTH - 2 * MARGIN) / span, (HEIGHT - 2 * MARGIN) / span);
  const across = WIDTH / 2 - ((left + Math.max(...xs)) / 2) * scale;
  const down = HEIGHT / 2 + ((low + Math.max(...ys)) / 2) * scale;
  const places = points.map(({ x, y }) => ({ x: across + x * scale, y: down - y * scale }));
  const sorted = pairs(matrix);
  const [most, least] = [sorted[0], sorted.at(-1)];
  const name = (index: number) => `${index + 1} (${entries[index]?.name ?? ""})`;
  const words =
    most && least
      ? `Most alike are ${name(most.a)} and ${name(most.b)}, ${most.likeness.toFixed(2)}; least alike are ` +
        `${name(least.a)} and ${name(least.b)}, ${least.likeness.toFixed(2)}.`
      : "";
  const part = `${Math.round(shown * 100)} % of what differs`;
  return (
    <figure class="map">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${entries.length} texts as points. ${words}`}>
        {places.map(({ x, y }, index) => (
          <circle key={index} cx={x.toFixed(1)} cy={y.toFixed(1)} r="6">
            <title>{name(index)}</title>
          </circle>
        ))}
        {labels(places).map(({ x, y, text }) => (
          <text key={text} x={x.toFixed(1)} y={(y - 11).toFixed(1)}>
            {text}
          </text>
        ))}
      </svg>
      <figcaption>
        {words} The plane shows {part}.
      </figcaption>
      <details>
        <summary>The points as a table</summary>
        <Scroll name="scroll" label="The points as a table">
          <table class="points">
            <thead>
              <tr>
                <th scope="col">Text</th>
                <th scope="col">Across</th>
                <th scope="col">Up</th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ x, y }, index) => (
                <tr key={index}>
                  <th scope="row" class="name">
                    {index + 1} {entries[index]?.name}
                  </th>
                  <td>{x.toFixed(3)}</td>
                  <td>{y.toFixed(3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </figure>
  );
}
