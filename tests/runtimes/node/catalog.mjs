// `outcrop/catalog`: its data are the file that Rust has too, and the facts; costs are those that a pencil finds; and a
// bundle has of it what it uses.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { app, file, recordings, root } from "./context.mjs";

const catalog = await import(file("dist/catalog.js"));
const { costOf, currency, estimateCost, estimateTokens, model, models, sources } = catalog;
const { textOf } = await import(file("dist/models.js"));
const data = JSON.parse(readFileSync(join(root, "crate/src/catalog/models.json"), "utf8"));
const FACTS = join(root, "../shared/facts/models-2024.json");
const facts = existsSync(FACTS) ? JSON.parse(readFileSync(FACTS, "utf8")) : undefined;
const skip = facts ? false : "1 skipped: no ../shared/facts";
const cents = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found}, ${expected} expected`);

test("the catalog is the file, an export for each provider", () => {
  const { currency: unit, sources: keys, ...providers } = data;
  assert.equal(currency, unit);
  assert.deepEqual(sources, keys);
  for (const [name, list] of Object.entries(providers)) {
    assert.deepEqual(catalog[name], list, `the export ${name}`);
    assert.equal(models[name], catalog[name]);
  }
  assert.deepEqual(Object.keys(models), Object.keys(providers).sort());
  assert.deepEqual(
    [...models],
    Object.keys(models).flatMap((name) => providers[name]),
  );
  for (const { source, sourceOf, prices, parameters, lifecycle } of models) {
    const named = [source, ...Object.values(sourceOf ?? {}), lifecycle?.source];
    for (const entry of [...Object.values(prices ?? {}), parameters ?? []].flat()) named.push(entry.source);
    for (const key of named) assert.ok(key === undefined || sources[key]?.date, `a source called ${key}`);
  }
});

test("the catalog has what the facts have", { skip }, () => {
  for (const fact of facts.models) {
    const found = model(fact.id);
    assert.equal(found?.id, fact.id);
    assert.equal(found.provider, fact.provider);
    assert.equal(found.contextTokens, fact.maxTokens);
    const { input, output } = fact.onDemandPer1000Tokens ?? {};
    const price = found.prices?.onDemand?.find(({ source }) => sources[source].date === facts.asOf);
    assert.equal(price?.input, input);
    assert.equal(price?.output, output ?? undefined);
    const hourly = fact.provisionedThroughputPerHour;
    const provisioned = found.prices?.provisioned?.find(({ custom }) => !custom);
    if (hourly) {
      assert.equal(provisioned.noCommitment, hourly.noCommitment ?? undefined);
      assert.equal(provisioned.oneMonth, hourly["1month"]);
      assert.equal(provisioned.sixMonths, hourly["6months"]);
    }
    for (const name of ["trainPer1000Tokens", "storePerMonth"]) {
      if (fact.customization) assert.equal(found.prices.customization[0][name], fact.customization[name]);
    }
  }
  for (const id of facts.listedIds.ids) assert.equal(model(id)?.id, id);
  // A conflict is kept as two dated entries.
  const large = model("mistral.mistral-large-2402-v1:0").prices.onDemand;
  assert.deepEqual(
    large.map(({ source, input, output }) => [sources[source].date, input, output]),
    [
      ["2024-06-21", 0.004, 0.012],
      ["2024-04-17", 0.008, 0.024],
    ],
  );
});

test("model: by id, profile, ARN and version", () => {
  for (const { id } of models) {
    assert.equal(model(id).id, id);
    for (const prefix of ["us.", "eu.", "apac.", "global.", "us-gov."]) assert.equal(model(prefix + id).id, id);
    assert.equal(model(`arn:aws:bedrock:us-east-1::foundation-model/${id}`).id, id);
    assert.equal(model(`arn:aws:bedrock:us-east-1:1:inference-profile/us.${id}`).id, id);
  }
  for (const [asked, id] of [
    ["amazon.titan-text-express-v1:0:8k", "amazon.titan-text-express-v1"],
    ["amazon.titan-embed-text-v2", "amazon.titan-embed-text-v2:0"],
    ["anthropic.claude-3-haiku-20240307-v1:0:200k", "anthropic.claude-3-haiku-20240307-v1:0"],
    ["anthropic.claude-v2:1:200k", "anthropic.claude-v2:1"],
    ["anthropic.claude-v2:0:100k", "anthropic.claude-v2"],
    ["cohere.embed-english-v3:0:512", "cohere.embed-english-v3"],
    ["amazon.nova-pro-v1:0:300k", "amazon.nova-pro-v1:0"],
    [
      "arn:aws:bedrock:us-east-1:1:custom-model/amazon.titan-text-lite-v1:0:4k/abcdef012345",
      "amazon.titan-text-lite-v1",
    ],
  ]) {
    assert.equal(model(asked)?.id, id, asked);
  }
  for (const unknown of [
    "",
    "x",
    "anthropic.claude-v2:2",
    "us.",
    "amazon.nova",
    "arn:aws:bedrock:us-east-1:1:prompt/X",
  ]) {
    assert.equal(model(unknown), undefined, unknown);
  }
});

test("estimateCost, by a pencil", () => {
  const haiku = estimateCost("us.anthropic.claude-3-haiku-20240307-v1:0", { inputTokens: 10_000, outputTokens: 1_000 });
  cents(haiku.amount, 10 * 0.00025 + 0.00125);
  assert.equal(haiku.currency, "USD");
  assert.equal(haiku.date, "2024-06-21");
  assert.match(haiku.source, /2024-06-21/);
  // The caller's prices.
  const own = estimateCost("anthropic.claude-3-haiku-20240307-v1:0", { inputTokens: 2_000 }, { input: 1 });
  assert.deepEqual(own, { amount: 2, currency: "USD" });
  assert.deepEqual(estimateCost("nobody.knows", { outputTokens: 500 }, { output: 2 }), { amount: 1, currency: "USD" });
  // What is not known is not guessed, and a part is not told.
  assert.equal(estimateCost("nobody.knows", { inputTokens: 1 }), undefined);
  assert.equal(estimateCost("anthropic.claude-v2", { inputTokens: 1, cacheReadInputTokens: 1 }), undefined);
  assert.equal(estimateCost("amazon.titan-embed-text-v1", { inputTokens: 1, outputTokens: 1 }), undefined);
  cents(
    estimateCost("anthropic.claude-v2", { inputTokens: 0, cacheReadInputTokens: 500 }, { cacheRead: 1 }).amount,
    0.5,
  );
  assert.deepEqual(estimateCost("anthropic.claude-v2", {}), { amount: 0, currency: "USD" });
  // Images.
  const image = (id, images) => estimateCost(id, { images })?.amount;
  cents(image("amazon.titan-image-generator-v1", { count: 3, size: "512x512" }), 0.024);
  cents(image("amazon.titan-image-generator-v1", { count: 1, size: "1024x1024", quality: "premium" }), 0.012);
  cents(image("stability.stable-diffusion-xl-v0", { count: 1, size: "512x512" }), 0.018);
  cents(image("stability.stable-diffusion-xl-v0", { count: 1, size: "512x768", quality: "premium" }), 0.072);
  cents(image("stability.stable-diffusion-xl-v1", { count: 2, size: "1024x1024" }), 0.08);
  for (const images of [{ count: 1 }, { count: 1, size: "7x7" }, { count: 1, size: "512x512", quality: "x" }]) {
    assert.equal(image("amazon.titan-image-generator-v1", images), undefined);
  }
  cents(estimateCost("x", { images: { count: 3 } }, { image: 0.1 }).amount, 0.3);
  for (const wrong of [
    { inputTokens: -1 },
    { outputTokens: Number.NaN },
    { inputTokens: "9" },
    { images: { count: 1 / 0 } },
  ]) {
    assert.throws(() => estimateCost("anthropic.claude-v2", wrong), RangeError);
  }
  assert.throws(() => estimateCost("anthropic.claude-v2", {}, { input: -1 }), RangeError);
  assert.equal(costOf(undefined, { inputTokens: 1 }), undefined);
  cents(
    costOf(
      catalog.meta.find(({ id }) => id.includes("llama2-13b")),
      { inputTokens: 1_000 },
    ).amount,
    0.00075,
  );
});

test("estimateTokens: one for each character", () => {
  assert.equal(estimateTokens(""), 0);
  assert.equal(estimateTokens("Hello"), 5);
  assert.equal(estimateTokens("日本語🦀é"), 5);
});

test("what recorded calls cost, from their own usage and the facts' prices", {
  skip: skip || (recordings.length ? false : "1 skipped: no ../shared/vectors"),
}, () => {
  let costs = 0;
  const lines = recordings.flatMap((path) => readFileSync(path, "utf8").split("\n")).filter(Boolean);
  for (const { operation, model: id, response } of lines.map((line) => JSON.parse(line))) {
    if (!/^(Converse|InvokeModel)$/.test(operation) || response.status !== 200) continue;
    const fact = facts.models.find((fact) => id.endsWith(fact.id));
    const { usage } = textOf(id, response.body.json);
    const prices = fact?.onDemandPer1000Tokens;
    if (!prices || !usage) continue;
    const found = estimateCost(id, usage);
    cents(
      found.amount,
      ((usage.inputTokens ?? 0) * prices.input + (usage.outputTokens ?? 0) * (prices.output ?? 0)) / 1000,
    );
    costs++;
  }
  // 70 of the recorded calls are of such models.
  assert.ok(costs > 60, `${costs} costs`);
});

test("a bundle has of the catalog what it uses, and the package's main entry nothing", () => {
  const { buildSync } = createRequire(join(root, "bindings/"))("esbuild");
  const entry = join(app, "shaken.mjs");
  const bundled = (text) => {
    writeFileSync(entry, text);
    const [{ text: code }] = buildSync({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      conditions: ["browser"],
      external: ["*.wasm"],
      write: false,
    }).outputFiles;
    rmSync(entry);
    return code;
  };
  const only = (name) => bundled(`import { ${name} } from "outcrop/catalog"; console.log(${name});`);
  // 1,000 bytes: nothing of the data.
  assert.ok(only("estimateTokens").length < 1_000);
  const one = only("anthropic");
  assert.match(one, /anthropic\.claude-3-haiku/);
  assert.doesNotMatch(one, /meta\.llama|amazon\.titan/);
  assert.doesNotMatch(only("costOf"), /anthropic\.claude-3-haiku/);
  const main = bundled('import { BedrockRuntime } from "outcrop"; console.log(new BedrockRuntime({ region: "x" }));');
  assert.doesNotMatch(main, /claude|llama|titan|invocationLatency|inputTextTokenCount/);
});
