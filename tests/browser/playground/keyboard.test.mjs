// The playground by keys alone, in Chromium and Firefox: the way to the view, the connection's dialog, a question, and the
// switch of views.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keys } from "../webdriver.mjs";
import { playground } from "./page.mjs";

const TAB = "\uE004";

playground((page) => {
  const focused = () =>
    page.browser.run(() => {
      const { activeElement: one } = document;
      return one.id || one.textContent.trim().slice(0, 40) || one.tagName;
    });
  /** Types into what has the focus. */
  const type = async (text) => {
    await page.browser.run(() => {
      for (const old of document.querySelectorAll("[data-has-focus]")) delete old.dataset.hasFocus;
      document.activeElement.dataset.hasFocus = "";
    });
    await page.browser.press("[data-has-focus]", text);
  };

  test("the first key leads past the navigation, and what has the focus is seen", async () => {
    // Without credentials it opens with the form for them; from the page's top then.
    await page.connect("/run/none");
    await page.browser.run(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    await type(TAB);
    assert.equal(await focused(), "Skip to the chat");
    const outline = () => page.browser.run(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(await outline(), "solid");
    await type(keys.enter);
    assert.equal(await focused(), "main");
    await type(TAB);
    // Where there is no room beside the conversation, the settings stand above it, closed.
    const wide = await page.browser.run(() => matchMedia("(min-width: 64rem)").matches);
    assert.equal(await focused(), wide ? "log" : "Nova Lite Model, parameters, tools");
    assert.equal(await outline(), "solid");
  });

  test("the dialog takes the focus, Escape closes it and gives the focus back", async () => {
    await page.openConnection();
    await page.browser.press("#region", keys.escape);
    await page.until("it is closed", async () => !(await page.exists("dialog[open]")));
    await page.browser.run(() => document.querySelector("#connection-button").focus());
    await type(keys.enter);
    await page.until("the region has the focus", async () => (await focused()) === "region");
    await type(keys.escape);
    await page.until("the button has it again", async () => (await focused()) === "connection-button");
  });

  test("keys are pasted as a block", async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = page.bedrock.temporaryCredentials;
    const block = `export AWS_ACCESS_KEY_ID="${accessKeyId}"
export AWS_SECRET_ACCESS_KEY="${secretAccessKey}"
export AWS_SESSION_TOKEN="${sessionToken}"`;
    const blocks = [
      block,
      JSON.stringify({
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
      }),
      `[profile]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
    ];
    for (const text of blocks) {
      await page.openConnection();
      await page.set("#endpoint", `${page.bedrock.address}/pace/0/run/pasted`);
      for (const field of ["#access-key-id", "#secret-access-key", "#session-token"]) await page.set(field, "");
      await page.script("/in-page/paste-text.js", { text, into: "#access-key-id" });
      await page.closeConnection();
      await page.ask("Hello");
    }
    const attempts = await page.bedrock.ended("pasted", 3);
    assert.deepEqual(
      attempts.map(({ signature }) => signature),
      ["ok", "ok", "ok"],
    );
  });

  test("a question is asked, stopped and asked again without a pointer, and its end is announced", async () => {
    await page.connect("/words/300/pace/10/run/keys");
    await page.browser.run(() => document.querySelector("#prompt").focus());
    await type("Hello");
    await type(keys.control + keys.enter);
    await page.until("it streams", async () => (await page.text("#status")) === "Streaming…");
    await type(keys.escape);
    await page.status("Stopped");
    assert.equal(await page.browser.run(() => document.querySelector("#status").getAttribute("role")), "status");
    // The answer itself is no live region: word by word it would drown all else.
    assert.equal(await page.exists("#log [aria-live=polite]:not(button *), #log[aria-live]"), false);
    assert.equal(await page.browser.run(() => document.querySelector("nav a[aria-current=page]").textContent), "Chat");
    await page.browser.run(() => document.querySelector("nav.views a[href='#inspector']").focus());
    await type(keys.enter);
    await page.until("the inspector is shown", () => page.exists(".view-inspector:not([hidden]) .exchange"));
    assert.match(await page.browser.run(() => document.title), /^Inspector/);
  });
});
