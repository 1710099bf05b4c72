// The README's JavaScript, run: as it stands there but for where it is sent and with which credentials.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { app, emulator, place, root } from "./context.mjs";
import { id, serving, set } from "./services.mjs";

const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);

/** Runs a block after those replacements, each of which must find something. */
async function run(block, name, replacements) {
  let code = block;
  for (const [from, to] of replacements) {
    const before = code;
    code = before.replace(from, to);
    assert.notEqual(code, before, `${from} is in the block`);
  }
  const file = join(app, name);
  writeFileSync(file, code);
  return import(pathToFileURL(file));
}

const region = 'region: "us-east-1",';
const here = () => [region, `region: "us-east-1", endpoint: ${JSON.stringify(place().endpoint)},`];
/** The block that has this in it. */
const withText = (text) => {
  const found = blocks.filter((block) => block.includes(text));
  assert.equal(found.length, 1, `one block has ${text}`);
  return found[0];
};
globalThis.credentials = emulator.temporaryCredentials;

// One needs the package `openai`: tests/ecosystem/fetch runs it.
test("the README has six blocks of JavaScript", () => assert.equal(blocks.length, 6));

test("the README's ten lines", async () => {
  const { endpoint } = place("/pace/1");
  globalThis.said = [];
  await run(blocks[0], "readme.mjs", [
    [/credentials: \{[^}]*\}/, `credentials: ${JSON.stringify(emulator.temporaryCredentials)}`],
    [region, `region: "us-east-1", endpoint: ${JSON.stringify(endpoint)},`],
    ["console.log", "globalThis.said.push"],
  ]);
  assert.match(globalThis.said.join(""), /^You said: Hello/);
  assert.ok(globalThis.said.length > 5, "it came in pieces");
});

test("the README's identity pool", async () => {
  const { asked, clientConfig } = await serving(id(), set());
  const kept = new Map();
  globalThis.currentIdToken = () => "header.claims.signature";
  globalThis.readmeStorage = { getItem: (key) => kept.get(key), setItem: (key, value) => kept.set(key, value) };
  const { answer } = await run(blocks[1], "readme-cognito.mjs", [
    ["fromCognitoIdentityPool({", `$&clientConfig: ${JSON.stringify(clientConfig)},`],
    here(),
    ["globalThis.localStorage", "globalThis.readmeStorage"],
    ["const answer", "export const answer"],
  ]);
  assert.match(answer.output.message.content[0].text, /^You said: Hello/);
  assert.deepEqual(
    asked.map(({ target }) => target),
    ["GetId", "GetCredentialsForIdentity"],
  );
  assert.deepEqual(Object.values(asked[1].body.Logins), ["header.claims.signature"]);
});

test("the README's whole API", async () => {
  globalThis.said = [];
  await run(withText("paginateListAsyncInvokes"), "readme-api.mjs", [
    here(),
    [/console\.log/g, "globalThis.said.push"],
  ]);
  const [text, stopReason, usage, ...rest] = globalThis.said;
  assert.match(text, /^You said: Hello/);
  assert.equal(stopReason, "FINISH");
  assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0);
  assert.ok(rest.at(-1).includes("amazon.titan-text-express-v1"), rest.at(-1).join());
});

test("the README's one text", async () => {
  globalThis.said = [];
  const { respond } = await run(withText("toResponse"), "readme-models.mjs", [
    here(),
    [/console\.log/g, "globalThis.said.push"],
    ["const respond", "export const respond"],
  ]);
  const text = await (await respond()).text();
  assert.match(text, /^event: messageStart\n/);
  assert.match(text, /event: end\n/);
  const cost = globalThis.said.pop();
  const message = globalThis.said.pop();
  const [llama, ...pieces] = globalThis.said;
  assert.match(llama, /^You said: .*granite/s);
  assert.equal(pieces.join(""), message.content[0].text);
  assert.ok(cost.amount > 0);
});

test("the README's tools", async () => {
  // The emulator's model uses a tool when it is asked to by name, and says what it was told.
  const { message, messages, usage, value } = await run(withText("runTools"), "readme-tools.mjs", [
    here(),
    ["How warm is it in Oslo?", "please use the tool weather"],
    ["A person, please", "please use the tool answer"],
    [/required: \["name"\]/, 'properties: { city: { type: "string" } }, required: ["city"]'],
    [/const \{/g, "export const {"],
  ]);
  assert.equal(message.role, "assistant");
  assert.equal(messages.length, 4);
  assert.ok(usage.totalTokens > 0);
  assert.equal(value.city, "please use the tool answer");
});
