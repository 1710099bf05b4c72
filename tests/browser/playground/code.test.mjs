// An answer's figures and the same call as code, in Chromium and Firefox. What the page wrote is run: the JavaScript in Node,
// curl by its own SigV4, against the emulator, which checks every signature. Rust is read by rustfmt.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { root } from "../programs.mjs";
import { playground } from "./page.mjs";

const run = promisify(execFile);
const haiku = "anthropic.claude-3-haiku-20240307-v1:0";

playground((page) => {
  /** The call as code, as the dialog shows it. */
  const code = async (language) => {
    if (!(await page.exists(".code-dialog[open]"))) {
      await page.browser.run(() => {
        const last = [...document.querySelectorAll(".answer-figures")].at(-1);
        last.open = true;
        last.querySelector(".as-code").click();
      });
    }
    await page.until("the dialog is open", () => page.exists(".code-dialog[open]"));
    await page.press(`.code-dialog[open] input[value=${language}]`);
    const mark = { javascript: /^import/, rust: /^\/\/ Cargo/, curl: /^(# Needs curl|curl)/ }[language];
    await page.until(`it is ${language}`, async () => mark.test(await page.text(".code-text pre")));
    return page.text(".code-text pre");
  };
  const environment = () => {
    const { accessKeyId, secretAccessKey, sessionToken } = page.bedrock.temporaryCredentials;
    return {
      ...process.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_BEARER_TOKEN_BEDROCK: page.bedrock.apiKey,
    };
  };
  const secrets = () => [...Object.values(page.bedrock.temporaryCredentials), page.bedrock.apiKey];

  test("the cost is estimated with its source and date, or said to be unknown", async () => {
    await page.connect("/words/1000/pace/0/run/cost");
    await page.model(haiku);
    await page.ask("Hello");
    // 1,000 tokens out at 0.00125 USD for 1,000, and one in at 0.00025.
    assert.equal(await page.text(".figure.cost dd"), "0.00125 USD");
    assert.match(await page.text(".cost-source"), /Overview of Amazon Bedrock's models and prices.* \(2024-06-21\)/);
    await page.model("amazon.nova-lite-v1:0");
    await page.ask("Hello");
    assert.equal((await page.all(".figure.cost dd")).at(-1), "no price known");
  });

  test("the stream is drawn over time, and its text says the same", async () => {
    await page.connect("/words/20/pace/10/run/plot");
    await page.ask("Hello");
    const { label, steps } = await page.browser.run(() => ({
      label: document.querySelector(".plot svg").getAttribute("aria-label"),
      steps: document.querySelector(".plot path").getAttribute("d").split("V").length - 1,
    }));
    assert.match(label, /^Stream over time: \d+ characters in \d+ pieces over [\d,]+ ms; the first after \d+ ms/);
    assert.ok(steps >= 20, `${steps} steps`);
    assert.equal(`Stream over time: ${await page.text(".plot figcaption")}`, label);
  });

  test("the JavaScript runs and asks the same", async () => {
    await page.connect("/words/12/pace/0/run/as-javascript");
    await page.set("#system", 'Say "granite" in one `line`.');
    await page.set("#temperature", "0.4");
    await page.ask('It\'s a "test" with $HOME, `ticks` and a \\ backslash');
    const text = await code("javascript");
    for (const secret of secrets()) assert.ok(!text.includes(secret), "a credential is in the code");
    const child = run(process.execPath, ["--input-type=module", "--eval", text], { cwd: root, env: environment() });
    const { stdout } = await child;
    assert.match(stdout, /^You said: It's a "test" with \$HOME, `ticks` and a \\ backslash/);
    const [first, second] = await page.bedrock.ended("as-javascript", 2);
    assert.equal(second.signature, "ok");
    assert.equal(second.bodySha256, first.bodySha256);
    assert.equal(second.path, first.path);
  });

  test("curl signs by itself and asks the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outcrop-curl-"));
    try {
      await page.connect("/words/12/pace/0/run/before-curl");
      await page.model(haiku);
      await page.ask("Hello");
      assert.match(await code("curl"), /^# Needs curl 8\.9 or newer/);
      await page.press(".code-dialog[open] .close");
      // An id without a colon, which every curl that has SigV4 signs rightly.
      await page.model("anthropic.claude-v2");
      await page.connect("/words/12/pace/0/run/as-curl");
      await page.press("#new");
      await page.ask('It\'s a "test" with $HOME and `ticks`');
      const text = await code("curl");
      for (const secret of secrets()) assert.ok(!text.includes(secret), "a credential is in the code");
      await run("sh", ["-c", text], { cwd: folder, env: environment() });
      const [first, second] = await page.bedrock.ended("as-curl", 2);
      assert.equal(second.signature, "ok", second.reason);
      assert.equal(second.bodySha256, first.bodySha256);
      assert.ok((await readFile(join(folder, "answer.eventstream"))).includes("messageStop"));

      // With an API key.
      await page.press(".code-dialog[open] .close");
      await page.openConnection();
      await page.press("input[name=kind][value=api-key]");
      await page.until("the field is there", () => page.exists("#api-key"));
      await page.set("#api-key", page.bedrock.apiKey);
      await page.closeConnection();
      await page.ask("Again");
      const bearer = await code("curl");
      for (const secret of secrets()) assert.ok(!bearer.includes(secret), "a credential is in the code");
      await run("sh", ["-c", bearer], { cwd: folder, env: environment() });
      assert.equal((await page.bedrock.ended("as-curl", 4)).at(-1).signature, "bearer");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("the Rust is Rust", async () => {
    await page.connect("/words/12/pace/0/run/as-rust");
    await page.ask('A raw "# string');
    const text = await code("rust");
    for (const secret of secrets()) assert.ok(!text.includes(secret), "a credential is in the code");
    assert.match(text, /use outcrop::types::ConverseStreamInput;/);
    const rustfmt = spawn("rustfmt", ["--edition", "2024", "--emit", "stdout"], { stdio: ["pipe", "ignore", "pipe"] });
    let wrong = "";
    rustfmt.stderr.on("data", (more) => (wrong += more));
    rustfmt.stdin.end(text);
    const status = await new Promise((resolve, reject) => rustfmt.once("error", reject).once("close", resolve));
    assert.equal(status, 0, wrong);
    const { messages } = JSON.parse(/from_str\(\s*r(#+)"([\s\S]*?)"\1,/.exec(text)[2]);
    assert.deepEqual(messages, [{ role: "user", content: [{ text: 'A raw "# string' }] }]);
  });
});
