// `textOf`, `textOfChunk` and `collect` of outcrop/models, and `text_of` of the Rust crate, against what the recorded
// answers say by `recorded_text.py`'s table, which has nothing of either. OUTCROP_TEXTS is the Rust program that
// tells. A recording without a text (a tool's call) has no texts or an empty one: both are right.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { collect, textOf, textOfChunk } from "outcrop/models";

// Good answers in the recordings of five sources: another number means that the table left some out.
const ANSWERS = 232;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = here("../../../../shared/vectors/recorded/");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
const skip = files.length ? false : `${ANSWERS} skipped: no ../shared/vectors`;
const lines = skip
  ? ""
  : execFileSync(
      process.env.PYTHON ?? "python3",
      [here("recorded_text.py"), ...files.sort().map((name) => folder + name)],
      {
        encoding: "utf8",
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
        // All recordings are 4 MB.
        maxBuffer: 64 * 1024 * 1024,
        // The table of counts.
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
const records = lines
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));

const COUNTS = ["inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens"];

/** As outcrop tells it, with nothing for what is not told. A Converse answer's usage may have more than these. */
const told = ({ texts, stopReason, reasoning, usage }) => ({
  texts: texts.length === 1 && texts[0] === "" ? [] : texts,
  stopReason: stopReason ?? null,
  reasoning: reasoning ?? "",
  usage: Object.fromEntries(Object.entries(usage ?? {}).filter(([name]) => COUNTS.includes(name))),
});

/** Chunks put together by hand. */
function folded(model, chunks) {
  const whole = { texts: [], usage: {} };
  for (const chunk of chunks) {
    const { text, index, reasoning, stopReason } = textOfChunk(model, chunk);
    if (text || whole.texts[index] !== undefined) whole.texts[index] = (whole.texts[index] ?? "") + text;
    if (reasoning) whole.reasoning = (whole.reasoning ?? "") + reasoning;
    if (stopReason && index === 0) whole.stopReason = stopReason;
  }
  whole.texts = [...whole.texts].map((text) => text ?? "");
  return whole;
}

const encoder = new TextEncoder();

/** A stream as the client gives it. */
async function* streamed({ operation, chunks }) {
  if (operation === "ConverseStream") yield* chunks;
  else for (const chunk of chunks) yield { chunk: { bytes: encoder.encode(JSON.stringify(chunk)) } };
}

test("the npm package tells the text of every recorded answer", { skip }, async () => {
  const counts = {};
  for (const record of records) {
    const { id, family, model, answer, chunks, expected } = record;
    if (answer) {
      const forms = [answer, encoder.encode(JSON.stringify(answer))];
      for (const form of forms) {
        const whole = textOf(model, form);
        assert.deepEqual(told(whole), told(expected), id);
        assert.equal(whole.text, expected.texts[0] ?? "", id);
      }
    } else {
      const collected = await collect(streamed(record));
      assert.deepEqual(told(collected), told(expected), id);
      const { usage: _, ...rest } = told(folded(model, chunks));
      const { usage: __, ...wanted } = told(expected);
      assert.deepEqual(rest, wanted, id);
    }
    counts[family] = (counts[family] ?? 0) + 1;
  }
  assert.equal(records.length, ANSWERS);
  console.log(`npm: ${JSON.stringify(counts)}`);
});

/** Values of JSON, where `null` is absent. */
function present(value) {
  if (Array.isArray(value)) return value.map(present);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, present(member)]));
}

test("the Rust crate tells the text of every recorded answer, and its shapes lose nothing", { skip }, () => {
  const counts = {};
  const { status, stdout, stderr } = spawnSync(process.env.OUTCROP_TEXTS, [], {
    input: lines,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  const answers = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  assert.equal(answers.length, records.length);
  for (const [at, { id, family, answer, chunks, expected }] of records.entries()) {
    const ours = answers[at];
    assert.equal(ours.id, id);
    assert.deepEqual(told(ours.told), told(expected), id);
    assert.equal(ours.told.text, expected.texts[0] ?? "", id);
    if (ours.pieces) {
      for (const [index, text] of expected.texts.entries()) {
        const pieces = ours.pieces.filter(([of]) => of === index).map(([, piece]) => piece);
        assert.equal(pieces.join(""), text, id);
      }
    }
    // Here numbers are compared as JavaScript reads them: to the last bit.
    assert.deepEqual(present(ours.kept), present(answer ?? chunks), id);
    counts[family] = (counts[family] ?? 0) + 1;
  }
  console.log(`Rust: ${JSON.stringify(counts)}`);
});
