// What has grown, drawn by Vega-Lite: one SVG for each kind of growth.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { target } from "./places.mjs";
import { median } from "./rows.mjs";

const PLOTS = {
  events: { of: /^events \d+$/, title: "Decoding, 16 KB chunks", x: "events", y: "ms of CPU" },
  bodies: { of: /^bodies \d+$/, title: "Signing", x: "bytes of the body", y: "ms of CPU" },
  "streams-cpu": { of: /^streams \d+, CPU$/, title: "Streams at once, 100 events each", x: "streams", y: "ms of CPU" },
  "streams-memory": { of: /^streams \d+, memory$/, title: "Memory while all are open", x: "streams", y: "KiB" },
};

/** Writes them and answers their files' names. */
export async function plots(rows) {
  const files = [];
  for (const [name, { of, title, x, y }] of Object.entries(PLOTS)) {
    const values = Object.entries(rows)
      .filter(([row]) => of.test(row))
      .flatMap(([, { x, samples }]) => Object.entries(samples).map(([who, list]) => ({ who, x, y: median(list) })))
      // A logarithm has no nothing.
      .filter(({ y }) => y > 0);
    const scale = { type: "log" };
    const plot = compile({
      data: { values },
      title,
      width: 420,
      height: 300,
      background: "white",
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "x", type: "quantitative", scale, title: x, axis: { format: "~s", tickCount: 5 } },
        y: { field: "y", type: "quantitative", scale, title: y, axis: { format: "~g", tickCount: 6 } },
        color: { field: "who", type: "nominal", title: null, sort: ["outcrop"] },
      },
    });
    const view = new View(parse(plot.spec), { renderer: "none" });
    writeFileSync(join(target, `${name}.svg`), await view.toSVG());
    view.finalize();
    files.push(`${name}.svg`);
  }
  return files;
}
