// What `tests/models/told.json` says that both languages tell of the same bodies, streams, prompts, ids and costs: this
// is the package's half, `crate/tests/models_told.rs` Rust's. It calls nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { file } from "./context.mjs";

const { collect, textOf, ...prompts } = await import(file("dist/models.js"));
const { estimateCost, model } = await import(file("dist/catalog.js"));
const told = JSON.parse(readFileSync(new URL("../../models/told.json", import.meta.url), "utf8"));

const FORM = ["texts", "reasoning", "stopReason", "usage", "metrics"];
const form = (generated) => {
  const there = FORM.filter((name) => generated[name] !== undefined).map((name) => [name, generated[name]]);
  assert.equal(generated.text, generated.texts[0] ?? "");
  return Object.fromEntries(there);
};
const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
for (const list of ["answers", "streams", "prompts", "ids", "costs"]) assert.ok(told[list].length, list);

for (const { name, model: id, body, told: expected } of told.answers) {
  test(`told of an answer: ${name}`, () => {
    assert.deepEqual(form(textOf(id, body)), expected);
    assert.deepEqual(form(textOf(id, bytes(body))), expected);
  });
}

for (const { name, chunks, told: expected } of told.streams) {
  test(`told of a stream: ${name}`, async () => {
    async function* stream() {
      for (const chunk of chunks) yield { chunk: { bytes: bytes(chunk) } };
    }
    assert.deepEqual(form(await collect(stream())), expected);
  });
}

for (const { name, turns, refused, ...expected } of told.prompts) {
  test(`told of a prompt: ${name}`, () => {
    for (const family of ["claudeText", "llama2", "llama3", "mistral", "deepseek"]) {
      if (refused) assert.throws(() => prompts[family](turns), { who: "caller" });
      else assert.equal(prompts[family](turns), expected[family], family);
    }
  });
}

test("told of ids and costs", () => {
  for (const [id, expected] of told.ids) assert.equal(model(id)?.id ?? null, expected, id);
  for (const { model: id, quantity, rates, amount, date } of told.costs) {
    const estimate = estimateCost(id, quantity, rates);
    const at = JSON.stringify({ id, quantity, rates, estimate });
    assert.equal(estimate === undefined, amount === undefined, at);
    assert.ok(Math.abs((estimate?.amount ?? 0) - (amount ?? 0)) < 1e-12, at);
    assert.equal(estimate?.date, date, at);
  }
});
