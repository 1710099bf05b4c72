// Canaries for secrets through every case and whatever else may fail, at the highest log level: nothing of them comes
// out. Most of it happens in secrets-process.mjs, whose whole output is looked at here. That what is looked for would be
// found is shown first.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { client, emulator, file, messages, modelId, outcrop, root } from "./context.mjs";
import { search } from "./secrets-search.mjs";

const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const program = fileURLToPath(new URL("secrets-process.mjs", import.meta.url));

/** What the process found, and all that it wrote. */
async function run(environment = {}) {
  const report = join(target, "node-tests/secrets.json");
  // 64 MiB: it logs everything.
  const options = { maxBuffer: 2 ** 26, env: { ...process.env, ...environment } };
  const output = await new Promise((done, lost) => {
    execFile(process.execPath, [program, file(""), JSON.stringify(emulator), report], options, (error, out, err) =>
      error ? lost(new Error(`${error.message.slice(-2_000)}`)) : done(out + err),
    );
  });
  return { output, ...JSON.parse(readFileSync(report, "utf8")) };
}

test("secrets: what is looked for is found, in each form and in each place", () => {
  const secret = "Canary/Of+The/Secret+Access/Key012345678";
  const own = search({ secret }, ["secret"]);
  assert.ok(own.wanted.length > 40);
  for (const [name, form] of own.wanted) {
    // Hidden in each place where an error or a log may have it.
    const error = new Error("plain");
    Object.defineProperty(error, "hidden", { value: `..${form}..` });
    class Getter {
      get value() {
        return form;
      }
    }
    const inside = Object.assign(new Error("plain"), { cause: { list: [new Map([["a", { deep: form }]])] } });
    const places = [
      form,
      new Error(form),
      error,
      inside,
      new Getter(),
      { [form]: 1 },
      Symbol(form),
      [Buffer.from(form, "latin1")],
    ];
    for (const [at, place] of places.entries()) {
      own.forget();
      own.look(place, "a place");
      assert.ok(
        own.found().some((found) => found.startsWith(`${name} in`)),
        `${name}, place ${at}: ${inspect(place)}`,
      );
    }
  }
  own.forget();
  own.look(Object.assign(new Error("plain"), { cause: [{}], $metadata: { attempts: 1 } }), "a plain error");
  assert.deepEqual(own.found(), []);
});

test("secrets: none through every case, every error and every log", async (t) => {
  const began = performance.now();
  const { output, cases, wrong, echoed, counts, found, secrets } = await run();
  // The verdicts are judged by cases.mjs: here more run at once, and times may be other ones.
  assert.ok(wrong.length * 4 < cases, `${wrong}`);
  assert.deepEqual(found, []);
  const written = search(secrets);
  written.text(output, "the output");
  assert.deepEqual(written.found(), []);
  assert.ok(
    cases >= 45 && echoed > 100 && counts.logged > 500 && counts.errors > 200,
    JSON.stringify({ cases, echoed, counts }),
  );
  assert.ok(output.length > 100_000 && output.includes("outcrop.call.retried"), "it logs");
  t.diagnostic(
    `${cases} cases, ${echoed} other failures, ${counts.places} values and ${output.length} bytes of output`,
  );
  const place = process.env.OUTCROP_TRUST ?? join(target, "trust");
  mkdirSync(place, { recursive: true });
  const row = {
    part: "secrets",
    against: "",
    findings: 0,
    seed: "",
    command: "cargo xtask test node",
    seconds: Math.round(performance.now() - began) / 1000,
    date: new Date().toISOString().slice(0, 10),
  };
  const rows = [
    { ...row, what: "cases of the npm package, canaries for all secrets", count: cases, unit: "cases" },
    { ...row, what: "errors, logs, $metadata and clients of the npm package", count: counts.places, unit: "values" },
  ];
  const note = `${written.wanted.length} forms looked for in ${counts.texts} texts and ${output.length} bytes of output`;
  writeFileSync(join(place, "secrets-node.json"), JSON.stringify(rows.map((row) => ({ ...row, note }))));
});

test("secrets: one that a process lets out is found", async () => {
  const { output, secrets } = await run({ OUTCROP_PLANT: "vendedToken" });
  const written = search(secrets);
  written.text(output, "the output");
  assert.ok(written.found().includes("vendedToken, itself in the output"), `${written.found()}`);
});

test("secrets: a session token that AWS's words repeat is cut out", async () => {
  const sessionToken = "IQoJb3JpZ2luX2VjEHQaCXVzLWVhc3QtMSJHMEUCIQD/+canary==";
  const message = `The security token included in the request is invalid: ${sessionToken}`;
  const fetch = async () => new Response(JSON.stringify({ message }), { status: 403 });
  const credentials = { accessKeyId: "ASIACANARY", secretAccessKey: "secret", sessionToken };
  const error = await client("http://127.0.0.1:1", { fetch, credentials })
    .converse({ modelId, messages })
    .catch((error) => error);
  assert.equal(error.message, "The security token included in the request is invalid: …");
  assert.ok(error instanceof outcrop.BedrockRuntimeServiceException);
});

test("secrets: the presigned address of a WebSocket is in none of its errors", async () => {
  const { invokeModelWithBidirectionalStream } = await import(file("dist/bidirectional.js"));
  class WebSocket {
    constructor(url) {
      throw new SyntaxError(`The URL '${url}' is invalid.`);
    }
  }
  const bedrock = client(emulator.nobody, { credentials: emulator.temporaryCredentials });
  const error = await invokeModelWithBidirectionalStream(
    bedrock,
    { modelId: "amazon.nova-sonic-v1:0", body: (async function* () {})() },
    { WebSocket },
  ).catch((error) => error);
  assert.equal(error.cause.name, "SyntaxError");
  assert.match(error.cause.message, /^The URL 'ws:.*websocket\?…' is invalid\.$/);
  const shown = inspect(error, { showHidden: true, depth: Infinity });
  for (const part of ["X-Amz-", emulator.temporaryCredentials.sessionToken]) assert.ok(!shown.includes(part), shown);
});
