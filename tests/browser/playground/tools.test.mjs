// Tools in the chat, in Chromium and Firefox: those that run in the page, and one that the reader defines and answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground } from "./page.mjs";

playground((page) => {
  const results = async () =>
    (await page.sent()).messages.at(-1).content.map(({ toolResult }) => ({
      status: toolResult.status,
      content: toolResult.content,
    }));

  test("the clock runs in the page, and the model gets what it says", async () => {
    await page.connect("/pace/0/run/clock");
    await page.press("#tool-clock");
    await page.ask("use the tool clock");
    assert.match((await page.all(".turn"))[1], /Calls clock/);
    const [{ status, content }] = await results();
    assert.equal(status, "success");
    const { utc } = content[0].json;
    assert.ok(Math.abs(Date.parse(utc) - Date.now()) < 60_000, utc);
    const body = await page.sent(1);
    assert.deepEqual(
      body.toolConfig.tools.map(({ toolSpec }) => toolSpec.name),
      ["clock"],
    );
    // Both steps are in the figures.
    assert.equal((await page.bedrock.ended("clock", 2)).length, 2);
    await page.quiet();
  });

  test("what a tool cannot do is told to the model as an error, and shown as one", async () => {
    await page.connect("/pace/0/run/calculator");
    await page.press("#tool-calculator");
    // The emulator fills in the prompt for every text: no expression.
    await page.ask("use the tool calculator");
    assert.match(await page.text(".tool-result.failed"), /Error: "use" is not expected here/);
    assert.deepEqual(
      (await results()).map(({ status }) => status),
      ["error"],
    );
  });

  test("a tool is defined in the page, called by the model, and answered by the reader", async () => {
    await page.connect("/pace/0/run/own-tool");
    await page.press("#tool-new");
    await page.until("the form is there", () => page.exists("#tool-name"));
    await page.set("#tool-name", "no spaces, please");
    await page.press("#tool-save");
    await page.until("the name is refused", async () => /letters, digits/.test(await page.text(".tool-form .error")));
    await page.set("#tool-name", "weather");
    await page.set("#tool-description", "The weather of a city");
    await page.set("#tool-schema", "{ not JSON");
    await page.press("#tool-save");
    await page.until("the schema is refused", async () => /not JSON/.test(await page.text(".tool-form .error")));
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    await page.set("#tool-schema", JSON.stringify(schema));
    await page.press("#tool-save");
    await page.until("it is listed", async () => (await page.text(".own-tool")).includes("weather"));

    await page.set("#prompt", "use the tool weather");
    await page.press("#send");
    await page.until("its result is asked for", () => page.exists(".pending textarea"));
    assert.equal(await page.text("#status"), "A tool waits for your result");
    assert.match(await page.text(".pending"), /weather with \{"city":"use the tool weather"\}/);
    await page.set(".pending textarea", '{"degrees": 21}');
    await page.press(".pending .send-result");
    await page.status("Done");
    assert.deepEqual(await results(), [{ status: "success", content: [{ json: { degrees: 21 } }] }]);
    assert.deepEqual((await page.sent()).toolConfig.tools, [
      { toolSpec: { name: "weather", description: "The weather of a city", inputSchema: { json: schema } } },
    ]);

    // As an error, and as text.
    await page.set("#prompt", "use the tool weather");
    await page.press("#send");
    await page.until("its result is asked for", () => page.exists(".pending textarea"));
    await page.set(".pending textarea", "No such city");
    await page.press(".pending .send-error");
    await page.status("Done");
    assert.deepEqual(await results(), [{ status: "error", content: [{ text: "No such city" }] }]);

    // Nobody must answer: Stop ends the wait too.
    await page.set("#prompt", "use the tool weather");
    await page.press("#send");
    await page.until("its result is asked for", () => page.exists(".pending textarea"));
    await page.press("#stop");
    await page.status("Stopped");
    assert.equal(await page.exists(".pending"), false);
    // What is said next has a result for that call, which the service wants.
    await page.ask("Then without it");
    const last = (await page.sent()).messages.at(-1);
    assert.equal(last.role, "user");
    assert.deepEqual(last.content[0].toolResult.content, [{ text: "This call was stopped." }]);
    assert.deepEqual(last.content[1], { text: "Then without it" });

    // A call goes with its result.
    const before = (await page.all(".turn")).length;
    await page.press(".turn.tool .delete");
    await page.until("both are gone", async () => (await page.all(".turn")).length === before - 2);
    await page.quiet();
  });
});
