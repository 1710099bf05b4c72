// What axe says of a page in Chromium as it is, whatever the page's policy, and whether it scrolls sideways. It opens no
// page and changes nothing in one; axe-core is that of www.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./programs.mjs";

const source = () => readFileSync(join(root, "www/node_modules/axe-core/axe.min.js"), "utf8");

/** The violations that axe finds, and how many rules the page passed. */
export async function axe(browser) {
  if (!(await browser.run(() => "axe" in globalThis))) await browser.run(`function () { ${source()} }`);
  return browser.run(async () => {
    // Colours may be on their way from light to dark.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    for (const moving of document.getAnimations())
      if (Number.isFinite(moving.effect.getComputedTiming().endTime)) moving.finish();
    const { violations, passes } = await globalThis.axe.run(document);
    return {
      passes: passes.length,
      violations: violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.slice(0, 5).map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
      })),
    };
  });
}

/** How wide the page is, and whether that is wider than the window. */
export const sideways = (browser) =>
  browser.run(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    return { scrolls: scrollWidth > clientWidth, clientWidth, scrollWidth };
  });

/** The page as it is now, on a narrow and a wide screen, light and dark: axe says nothing, and it does not scroll sideways. */
export async function accessible(browser) {
  for (const [width, height] of [
    [360, 740],
    [1440, 900],
  ]) {
    for (const dark of [false, true]) {
      await browser.screen(width, height, { dark });
      const { passes, violations } = await axe(browser);
      assert.deepEqual(violations, [], `${width} px, dark: ${dark}`);
      assert.ok(passes > 10, `${passes} rules passed`);
      assert.deepEqual((await sideways(browser)).scrolls, false, `${width} px`);
    }
  }
  await browser.cdp("Emulation.clearDeviceMetricsOverride");
  await browser.cdp("Emulation.setEmulatedMedia", { features: [] });
}
