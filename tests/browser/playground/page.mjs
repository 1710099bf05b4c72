// What the playground's tests share: the emulator, the page served as the demo serves it, a browser, and the page's own
// words for what a person does. It starts both browsers, one after the other, and skips neither.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe } from "node:test";
import { firefox } from "../firefox.mjs";
import { emulator, server } from "../programs.mjs";
import { chromium } from "../webdriver.mjs";

const browsers = { Chromium: chromium, Firefox: firefox };

/**
 * Runs a suite in Chromium and in Firefox, or in those that are named; `suite(page)` declares its tests. The emulator
 * gets `emulator` as its arguments, and Chromium `flags`.
 */
export function playground(suite, { names = Object.keys(browsers), ...more } = {}) {
  for (const name of names) {
    describe(name, () => {
      const page = new Page(name, more);
      before(() => page.start());
      after(() => page.stop());
      beforeEach(() => page.open());
      suite(page);
    });
  }
}

export class Page {
  /** The emulator, the file server, the browser. */
  bedrock;
  files;
  browser;

  constructor(name, { emulator = [], flags = [] } = {}) {
    this.name = name;
    this.wanted = { emulator, flags };
  }

  async start() {
    // One after the other, so that what has started is stopped if the next fails.
    this.bedrock = await emulator(...this.wanted.emulator);
    this.files = await server({
      "/": "www/dist",
      "/in-page": "tests/browser/playground/in-page",
    });
    this.browser = await browsers[this.name](...this.wanted.flags);
  }

  stop() {
    return Promise.all([this.browser?.quit(), this.files?.stop(), this.bedrock?.stop()]);
  }

  /** The page anew: nothing of the test before is in it. */
  async open(hash = "") {
    await this.browser.goto("about:blank");
    await this.browser.goto(`${this.files.address}/${hash}`);
    await this.ready();
  }

  async ready() {
    await this.browser.until("the page is ready", () =>
      this.browser.run(() => document.documentElement.dataset.ready === "true"),
    );
    await this.browser.until("the view is there", () =>
      this.browser.run(() => document.querySelector(".view:not([hidden])") !== null),
    );
  }

  /** Puts a text into a field at once; `browser.fill` types it. */
  set(selector, value) {
    return this.browser.run(
      (selector, value) => {
        const field = document.querySelector(selector);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      },
      selector,
      value,
    );
  }

  /** Runs a script of this machine in the page's own scope, as its policy allows, with data for it. */
  script(path, data = {}) {
    return this.browser.run(
      (path, data) =>
        new Promise((resolve, reject) => {
          const script = Object.assign(document.createElement("script"), { src: path });
          for (const [name, value] of Object.entries(data)) script.dataset[name] = value;
          script.onload = () => resolve(true);
          script.onerror = () => reject(new Error(`${path} did not load`));
          document.head.append(script);
        }),
      path,
      data,
    );
  }

  /** Clicks without a pointer, so that it is not in the way what lies above. */
  press(selector) {
    return this.browser.run((selector) => {
      const found = document.querySelector(selector);
      if (!found) throw new Error(`there is no ${selector}`);
      found.click();
    }, selector);
  }

  /** What stands in the page, shown or not. */
  text(selector) {
    return this.browser.run((selector) => document.querySelector(selector)?.textContent ?? "", selector);
  }

  all(selector) {
    return this.browser.run(
      (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent),
      selector,
    );
  }

  exists(selector) {
    return this.browser.run((selector) => document.querySelector(selector) !== null, selector);
  }

  until(what, condition, milliseconds) {
    return this.browser.until(what, condition, milliseconds);
  }

  async openConnection() {
    if (await this.exists("dialog[open] #connection")) return;
    await this.press("#connection-button");
    await this.until("the form is open", () => this.exists("dialog[open] #connection"));
  }

  async closeConnection() {
    await this.press("#connection button[type=submit]");
    await this.until("the form is closed", async () => !(await this.exists("dialog[open]")));
  }

  /** Connects to a path of the emulator with its temporary keys, with changes. */
  async connect(path, changes = {}) {
    const { accessKeyId, secretAccessKey, sessionToken } = { ...this.bedrock.temporaryCredentials, ...changes };
    await this.openConnection();
    await this.press("input[name=kind][value=keys]");
    await this.until("the fields are there", () => this.exists("#access-key-id"));
    await this.set("#endpoint", this.bedrock.address + path);
    await this.set("#access-key-id", accessKeyId);
    await this.set("#secret-access-key", secretAccessKey);
    await this.set("#session-token", sessionToken);
    await this.closeConnection();
  }

  /** Waits for the chat's status. */
  status(wanted) {
    return this.until(`the status is ${wanted}`, async () => (await this.text("#status")) === wanted);
  }

  /** Asks in the chat and waits for the end. */
  async ask(prompt, wanted = "Done") {
    await this.set("#prompt", prompt);
    await this.press("#send");
    await this.status(wanted);
  }

  /** Chooses a model by its id, listed or not. */
  async model(id, picker = "model") {
    const listed = await this.browser.run(
      (picker, id) => [...document.getElementById(picker).options].some(({ value }) => value === id),
      picker,
      id,
    );
    await this.set(`#${picker}`, listed ? id : "another");
    if (!listed) {
      await this.until("the field for another model is there", () => this.exists(`#${picker}-typed`));
      await this.set(`#${picker}-typed`, id);
    }
  }

  /** The body of the newest request, or of one before it, as the page's inspector has it; then back to the chat. */
  async sent(before = 0) {
    await this.press("nav.views a[href='#inspector']");
    const row = `.exchanges li:nth-child(${before + 1}) .exchange`;
    await this.until("the inspector shows the exchange", () => this.exists(row));
    await this.press(row);
    await this.until("the request is shown", () => this.exists(`${row}[aria-current]`));
    const body = JSON.parse(await this.text(".request-body .json"));
    await this.press("nav.views a[href='#chat']");
    await this.until("the chat is shown", () => this.exists(".view-chat:not([hidden])"));
    return body;
  }

  /** Console lines that nobody provoked (Chromium: Firefox's driver hands out none). */
  async complaints(...provoked) {
    if (this.name !== "Chromium") return [];
    const lines = await this.browser.log();
    return lines
      .filter(({ level }) => level === "SEVERE" || level === "WARNING")
      .map(({ message }) => message)
      .filter((message) => !provoked.some((part) => message.includes(part)));
  }

  async quiet(...provoked) {
    assert.deepEqual(await this.complaints(...provoked), []);
  }
}
