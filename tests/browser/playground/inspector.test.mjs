// The inspector and the errors of streams, in Chromium and Firefox: what crossed the wire, byte by byte, and how a stream that
// went wrong looks. The frames are aws-smithy-eventstream's; the emulator damages them on request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

const show = async (page) => {
  await page.press("nav.views a[href='#inspector']");
  await page.until("an exchange is shown", () => page.exists(".inspector .url"));
};

playground(
  (page) => {
    test("the frames of a stream are decoded, with their checksums, headers, payloads and times", async () => {
      await page.connect("/words/10/pace/10/run/frames");
      await page.ask("Hello");
      await page.press(".turn .inspect");
      await page.until("the inspector is there", () => page.exists(".frames li"));
      const kinds = (await page.all(".frame summary code")).join(" ");
      assert.equal(kinds, `messageStart ${"contentBlockDelta ".repeat(10)}contentBlockStop messageStop metadata`);
      assert.match(await page.text("#frames-title"), /\(14\)/);
      await page.press(".frames li:nth-child(2) summary");
      await page.until("it is open", () => page.exists(".frame-headers"));
      const facts = Object.fromEntries(
        await page.browser.run(() =>
          [...document.querySelectorAll(".frame .headers > div")].map(({ children }) => [
            children[0].textContent,
            children[1].textContent,
          ]),
        ),
      );
      assert.equal(facts.Checksums, "both right");
      assert.match(facts["Prelude CRC"], /^0x[0-9a-f]{8}$/);
      assert.match(facts["Message CRC"], /^0x[0-9a-f]{8}$/);
      assert.deepEqual(
        await page.browser.run(() =>
          [...document.querySelectorAll(".frame-headers tbody tr")].map(({ children }) =>
            [...children].map(({ textContent }) => textContent),
          ),
        ),
        [
          [":event-type", "string", "contentBlockDelta"],
          [":content-type", "string", "application/json"],
          [":message-type", "string", "event"],
        ],
      );
      assert.equal(JSON.parse(await page.text(".frame .json pre")).delta.text, "You");

      // The bytes: the frame's length stands first in them, and the whole is as long as the emulator sent.
      const dump = await page.text(".frame details .hex pre");
      const length = Number(facts["Total length"].replace(/\D/g, ""));
      assert.ok(
        dump.startsWith(
          `000000  ${length
            .toString(16)
            .padStart(8, "0")
            .replace(/..(?!$)/g, "$& ")}`,
        ),
        dump.slice(0, 60),
      );
      const [attempt] = await page.bedrock.ended("frames");
      const bytes = await page.browser.run(() =>
        [...document.querySelectorAll(".chunks tbody td:nth-child(3)")]
          .map(({ textContent }) => Number(textContent.replace(/\D/g, "")))
          .reduce((sum, size) => sum + size, 0),
      );
      assert.equal(bytes, attempt.bytesSent);
      const times = await page.browser.run(() =>
        [...document.querySelectorAll(".chunks tbody td:nth-child(1)")].map(({ textContent }) =>
          parseFloat(textContent),
        ),
      );
      assert.ok(times.at(-1) - times[0] > 60, `${times[0]} to ${times.at(-1)} ms`);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
      await page.quiet();
    });

    test("what proves who sends is cut out, of keys and of API keys", async () => {
      await page.connect("/pace/0/run/redacted");
      await page.ask("Hello");
      await show(page);
      const headers = await page.text(".inspector");
      assert.match(headers, /AWS4-HMAC-SHA256 Credential=‹redacted›\/\d{8}\/us-east-1\/bedrock\/aws4_request/);
      assert.match(headers, /Signature=‹redacted›/);
      assert.match(headers, /x-amz-security-token‹redacted›/);
      await page.openConnection();
      await page.press("input[name=kind][value=api-key]");
      await page.until("the field is there", () => page.exists("#api-key"));
      await page.set("#api-key", page.bedrock.apiKey);
      await page.closeConnection();
      await page.press("nav.views a[href='#chat']");
      await page.ask("Hello");
      await show(page);
      await page.press(".exchanges li:nth-child(1) .exchange");
      await page.until("it is the bearer's", async () => /Bearer ‹redacted›/.test(await page.text(".inspector")));
      const all = await page.browser.run(() => document.documentElement.outerHTML);
      for (const secret of Object.values(page.bedrock.temporaryCredentials).slice(1)) {
        assert.ok(!all.includes(secret), "a secret is in the page");
      }
      // Nothing is kept once it is cleared.
      await page.press(".inspector .title button");
      await page.until("it is empty", async () => /Nothing yet/.test(await page.text(".inspector")));
    });

    test("a stream cut short keeps its text, and says that it was cut", async () => {
      await page.connect("/case/cut/cut");
      await page.ask("Hello", "Failed");
      assert.equal(await page.text("#log .error-name"), "TruncatedStreamError");
      assert.match(await page.text("#log .error-advice"), /Ask again/);
      assert.match(await page.text(".turn.assistant .cut"), /did not come to its end/);
      assert.match(await page.text(".turn.assistant .markdown"), /You said/);
    });

    test("a damaged frame is an error in the chat, and marked in the inspector", async () => {
      await page.connect("/case/damaged/damaged");
      await page.ask("Hello", "Failed");
      assert.equal(await page.text("#log .error-name"), "EventStreamError");
      await show(page);
      assert.match((await page.all(".frame summary"))[3], /damaged/);
      assert.equal((await page.all(".frame summary .wrong")).length, 1);
    });

    test("each attempt is there when the service throttles, and the error says what to do", async () => {
      await page.connect("/case/throttled/throttled");
      await page.set("#prompt", "Hello");
      await page.press("#send");
      // Two pauses between three attempts.
      await page.until("it has failed", async () => (await page.text("#status")) === "Failed", 60_000);
      assert.equal(await page.text("#log .error-name"), "ThrottlingException");
      assert.match(await page.text("#log .error-advice"), /Wait a minute/);
      await show(page);
      assert.equal((await page.all(".exchange .state")).join(), "429,429,429");
      assert.match(await page.text("[aria-labelledby=body-title] .json"), /Too many requests/);
    });

    test("a model that the account may not use is said so", async () => {
      await page.connect("/case/denied/denied");
      await page.ask("Hello", "Failed");
      assert.equal(await page.text("#log .error-name"), "AccessDeniedException");
      assert.match(await page.text("#log .error-advice"), /enable the model in this region/);
    });
  },
  { emulator: ["--cases", "tests/browser/playground/cases"] },
);
