// How every view looks and what axe says of it: at 360 and 1440 px, light and dark, in Chromium. Pictures and figures go
// to target/playground; a violation or a page that scrolls sideways is a failure.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { axe, sideways } from "../axe.mjs";
import { root } from "../programs.mjs";
import { playground } from "./page.mjs";
import { studio } from "./studio.mjs";

const folder = join(root, "target/playground");
const figures = [];

// What a person has done when they look; a view without an entry is looked at as it opens.
const prepare = {
  ...studio,
  async chat(page) {
    await page.connect("/pace/2/run/look");
    await page.press("#tool-clock");
    await page.ask("# Granite\n\n- **igneous**\n- `hard`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nlet rock;\n```");
    await page.ask("use the tool clock");
    await page.set("#prompt", "And what of basalt?");
    await page.press("#count");
    await page.until("it was counted", async () => (await page.text("#counted")).includes("input tokens"));
  },
  async compare(page) {
    await page.connect("/words/30/pace/2/run/look");
    await page.set("#compare-prompt", "What is granite?");
    await page.press("#compare-send");
    await page.until("all have answered", async () => (await page.all(".side .figure.rate")).length === 2);
    await page.until("the summary is there", () => page.exists(".summary table"));
  },
  async inspector(page) {
    await page.connect("/words/10/pace/2/run/look");
    await page.press("nav.views a[href='#chat']");
    await page.until("the chat is there", () => page.exists("#prompt"));
    await page.ask("Hello");
    await page.press("nav.views a[href='#inspector']");
    await page.until("there is a frame", () => page.exists(".frame summary"));
    await page.press(".frames li:nth-child(2) summary");
    await page.press(".chunks summary");
    await page.until("the frame is open", () => page.exists(".frame-headers"));
  },
};

playground(
  (page) => {
    for (const width of [360, 1440]) {
      for (const dark of [false, true]) {
        const theme = dark ? "dark" : "light";
        test(`${width} px, ${theme}: axe says nothing of any view, and none scrolls sideways`, async (t) => {
          await mkdir(join(folder, "screens"), { recursive: true });
          await page.browser.screen(width, width === 360 ? 740 : 900, { dark });
          await page.open();
          const views = await page.browser.run(() =>
            [...document.querySelectorAll("nav.views a")].map((link) => link.hash.slice(1)),
          );
          const look = async (name) => {
            await page.until("nothing is loading", async () => !(await page.text("main")).includes("Loading…"));
            const { passes, violations } = await axe(page.browser);
            const { scrolls, scrollWidth } = await sideways(page.browser);
            figures.push({ view: name, width, theme, passes, violations: violations.length, scrollWidth });
            const picture = await page.browser.screenshot(true);
            await writeFile(join(folder, "screens", `${name}-${width}-${theme}.png`), picture);
            assert.deepEqual(violations, [], `${name} at ${width} px, ${theme}`);
            assert.equal(scrolls, false, `${name} is ${scrollWidth} px wide`);
            t.diagnostic(`${name}: ${passes} rules passed`);
          };
          for (const view of views) {
            await page.open(`#${view}`);
            await prepare[view]?.(page);
            await look(view);
            // And with all that can be opened open, so that axe sees it.
            const opened = await page.browser.run(() => {
              const closed = [...document.querySelectorAll("main .view:not([hidden]) details:not([open])")];
              for (const one of closed) one.open = true;
              return closed.length;
            });
            if (opened > 0) await look(`${view}-open`);
          }
          await page.open("#guardrail");
          await prepare.checks(page);
          await look("guardrail-checks");
          await page.open("#chat");
          // What opens over the views or in them: the start, a tool's form, a call that waits, code, an error.
          await page.connect("/pace/2/run/look");
          await look("chat-start");
          await page.press("#tool-new");
          await page.until("the form is there", () => page.exists("#tool-name"));
          await page.set("#tool-name", "weather");
          await page.browser.run(() => {
            for (const one of document.querySelectorAll(".view-chat aside details")) one.open = true;
          });
          await look("tool-form");
          await page.press("#tool-save");
          await page.set("#prompt", "use the tool weather");
          await page.press("#send");
          await page.until("its result is asked for", () => page.exists(".pending textarea"));
          await look("tool-call");
          await page.press(".pending .send-result");
          await page.status("Done");
          await page.browser.run(() => {
            const last = [...document.querySelectorAll(".answer-figures")].at(-1);
            last.open = true;
            last.querySelector(".as-code").click();
          });
          await page.until("the code is there", async () => (await page.text(".code-text")).includes("import"));
          await look("code");
          await page.press(".code-dialog[open] .close");
          await page.connect("/run/look", { secretAccessKey: "wrong" });
          await page.ask("Hello", "Failed");
          await look("error");
          await page.openConnection();
          for (const kind of ["cognito", "api-key", "keys"]) {
            await page.press(`input[name=kind][value=${kind}]`);
            await look(`connection-${kind}`);
          }
        });
      }
    }
    after(() => writeFile(join(folder, "axe.json"), `${JSON.stringify(figures, null, 2)}\n`));
  },
  { names: ["Chromium"], flags: ["--hide-scrollbars"] },
);
