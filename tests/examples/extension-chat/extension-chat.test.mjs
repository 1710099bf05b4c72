// The extension of this folder, loaded unpacked into Chromium and Firefox, against the emulator: the selection comes from
// the background, keys stay in memory, words appear as they come, and who stops or closes the panel ends the request. In
// Chromium the background's own listener is told of the click, as the menu is the browser's and no test can open it; in
// Firefox, which has no way to do that, the text is put where the background would put it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { accessible } from "../../browser/axe.mjs";
import { from } from "../../packages/context.mjs";
import { chromiumWith, inFirefox } from "../../packages/extension.mjs";
import * as context from "../context.mjs";

const { limit } = context;
const run = (name, path = "") => `example-extension-${name}${path}`;

let bedrock, dist, endpoints;
before(async () => {
  bedrock = await context.shared();
  dist = join(context.scratch("extension"), "dist");
  endpoints = ["chrome", "firefox"].flatMap((name) => [
    `${bedrock.address}/words/60/pace/30/run/${run(name)}`,
    `${bedrock.address}/case/stream-cut-before-metadata/${run(name)}-cut`,
  ]);
  build(endpoints);
});

function build(addresses, place = dist) {
  const program = join(context.here, "extension-chat/build.mjs");
  execFileSync(process.execPath, [program, ...addresses], { env: { ...process.env, DIST: place }, stdio: "pipe" });
}

test("extension-chat: the manifests ask for little, and their policies name Bedrock alone", () => {
  const place = join(context.scratch("extension"), "dist");
  build([], place);
  for (const [name, permissions] of [
    ["chrome", ["contextMenus", "storage", "sidePanel"]],
    ["firefox", ["contextMenus", "storage"]],
  ]) {
    const manifest = JSON.parse(readFileSync(join(place, name, "manifest.json"), "utf8"));
    assert.deepEqual(manifest.permissions, permissions);
    assert.deepEqual([manifest.host_permissions, manifest.content_scripts], [undefined, undefined]);
    assert.equal(
      manifest.content_security_policy.extension_pages,
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
        "connect-src 'self' https://bedrock-runtime.us-east-1.amazonaws.com; base-uri 'none'; form-action 'none'",
    );
    // What the manifest names is there.
    const { background, side_panel, sidebar_action } = manifest;
    const panel = side_panel?.default_path ?? sidebar_action.default_panel;
    for (const file of [background.service_worker ?? background.scripts[0], panel])
      assert.ok(existsSync(join(place, name, file)), file);
  }
  assert.throws(() => build(["http://example.org"], place), /is not https/);
});

for (const [name, open] of [
  ["chrome", () => chromiumWith("panel.html", join(dist, "chrome"))],
  ["firefox", () => inFirefox(join(dist, "firefox"), "panel.html")],
]) {
  describe(`extension-chat in ${name}`, () => {
    let browser, panel;
    before(async () => {
      ({
        browser,
        pages: [panel],
      } = await open());
      await load();
    });
    after(() => browser?.quit());

    async function load() {
      await browser.goto(panel);
      await browser.until("the panel is ready", () => browser.run(() => document.body.dataset.ready === "true"));
    }

    /** Types into fields of the panel and sends their form. */
    const send = (values) =>
      browser.run((given) => {
        const element = (id) => document.getElementById(id);
        for (const [id, value] of Object.entries(given)) element(id).value = value;
        element(Object.keys(given)[0]).form.requestSubmit();
      }, values);
    const click = (id) => browser.run((given) => document.getElementById(given).click(), id);
    const shown = () =>
      browser.run(() => {
        const answer = [...document.querySelectorAll("#conversation .assistant")].at(-1);
        return {
          text: answer?.textContent ?? "",
          busy: answer?.getAttribute("aria-busy") === "true",
          trouble: document.querySelector("#trouble").textContent,
          selection: document.querySelector("#selection").textContent,
        };
      });
    async function ended() {
      let now;
      await browser.until("the answer has ended", async () => !(now = await shown()).busy);
      return now;
    }
    const begun = () => browser.until("words", async () => /\w/.test((await shown()).text));

    /** Somebody chooses the entry of the menu. */
    async function choose(text) {
      if (name === "chrome") await inBackground(browser, panel, text);
      else
        await browser.run((given) => {
          const { storage } = (globalThis.wrappedJSObject ?? globalThis).browser;
          const value = JSON.stringify({ selection: { text: given, at: Date.now() } });
          return storage.session.set((globalThis.wrappedJSObject ?? globalThis).JSON.parse(value));
        }, text);
      await browser.until("the selection is shown", async () => (await shown()).selection === text);
    }

    test("without a key it says so, and asks nobody", limit, async () => {
      assert.equal(await browser.run(() => document.querySelector("#settings").open), true);
      await send({ question: "What is it?" });
      await browser.until("it says so", async () => (await shown()).trouble.includes("Give a key first"));
    });

    test("a selection and a question: the words come as they are written", limit, async () => {
      await send({ endpoint: endpoints.find((one) => one.endsWith(run(name))), "api-key": bedrock.apiKey });
      await browser.until("the key was kept", () => browser.run(() => !document.querySelector("#settings").open));
      assert.equal(await browser.run(() => document.querySelector("#api-key").value), "");
      await choose("Granite is an igneous rock.");
      await send({ question: "Where is granite found?" });
      await begun();
      const early = (await shown()).text;
      const { text, trouble } = await ended();
      assert.deepEqual([trouble, text.startsWith(early), text.length > early.length], ["", true, true]);
      assert.match(text, /granite/i);
      const [{ signature, bodyBytes }] = await bedrock.ended(run(name));
      assert.equal(signature, "bearer");
      assert.ok(bodyBytes > "Granite is an igneous rock.".length + 200, "the selection went along");
    });

    test("another selection ends the answer and begins anew; Stop ends it too", limit, async () => {
      await send({ question: "Tell me more" });
      await begun();
      await choose("Basalt is another.");
      assert.equal((await shown()).text, "");
      await send({ question: "And this?" });
      await begun();
      await click("stop");
      assert.equal((await ended()).trouble, "");
      if (name === "chrome") await accessible(browser);
      assert.deepEqual(await context.ends(run(name), 3), ["complete", "client closed", "client closed"]);
    });

    test("closing the panel ends the request; the key is still in memory, and on no disk", limit, async () => {
      await send({ question: "Hello" });
      await begun();
      await browser.goto("about:blank");
      assert.equal((await context.ends(run(name), 4)).at(-1), "client closed");
      await load();
      assert.equal(await browser.run(() => document.querySelector("#settings").open), false);
      const keptNowhere = () =>
        browser.run(async () => {
          const page = globalThis.wrappedJSObject ?? globalThis;
          const all = await (page.browser ?? page.chrome).storage.local.get();
          return [Object.keys(all).length, page.localStorage.length];
        });
      assert.deepEqual(await keptNowhere(), [0, 0]);
    });

    test("temporary credentials sign; an answer that was cut off is not shown as a whole one", limit, async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
      await send({
        endpoint: endpoints.find((one) => one.endsWith(`${run(name)}-cut`)),
        "access-key-id": accessKeyId,
        "secret-access-key": secretAccessKey,
        "session-token": sessionToken,
      });
      await browser.until("the key was kept", () => browser.run(() => !document.querySelector("#settings").open));
      await send({ question: "Hello" });
      await begun();
      const { text, trouble } = await ended();
      assert.ok(text.length > 0);
      assert.match(trouble, /ended between two of its events/);
      assert.equal((await bedrock.ended(`${run(name)}-cut`))[0].signature, "ok");
      // Forgotten, it asks nobody.
      await click("forget");
      await send({ question: "Hello" });
      await browser.until("it says so", async () => (await shown()).trouble.includes("Give a key first"));
    });
  });
}

/** Tells the listener in the extension's service worker, by Chromium's DevTools, that the menu's entry was chosen. */
async function inBackground(browser, panel, selectionText) {
  // A message wakes it, if it sleeps; nobody answers.
  await browser.run(() => chrome.runtime.sendMessage({}).catch(() => {}));
  // The entry is there: the background has made it.
  await browser.run(() => chrome.contextMenus.update("ask", {}));
  const targets = await (await fetch(`http://${browser.debugger}/json/list`)).json();
  const worker = targets.find(
    ({ type, url }) => type === "service_worker" && url.startsWith(panel.replace("panel.html", "")),
  );
  assert.ok(worker, JSON.stringify(targets));
  const { WebSocket } = from(context.here, "ws");
  const socket = new WebSocket(worker.webSocketDebuggerUrl);
  await once(socket, "open");
  const click = JSON.stringify({ menuItemId: "ask", selectionText });
  const expression = `chrome.contextMenus.onClicked.dispatch(${click}, { windowId: 1 })`;
  const answer = await new Promise((resolve) => {
    // Events come too.
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      if (message.id === 1) resolve(message);
    });
    socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } }));
  });
  socket.close();
  assert.equal(answer.error ?? answer.result.exceptionDetails, undefined, JSON.stringify(answer));
}
