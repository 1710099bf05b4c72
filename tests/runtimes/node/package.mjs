// What is in the tarball, which file each runtime gets, that each entry works, and that the types need nothing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { app, client, collect, file, files, messages, modelId, outcrop, place, root } from "./context.mjs";

const manifest = JSON.parse(readFileSync(join(app, "node_modules/outcrop/package.json"), "utf8"));

test("the tarball holds the package and nothing else", () => {
  for (const path of files)
    assert.match(path, /^(package\.json|README\.md|LICENSE.*|dist\/([a-z]+\/)*[a-z0-9-]+\.(js|d\.ts|wasm))$/);
  for (const path of ["LICENSE-APACHE", "LICENSE-MIT", "README.md"]) assert.ok(files.includes(path), path);
  const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));
  for (const path of targets(manifest.exports)) assert.ok(files.includes(path.slice(2)), path);
  for (const path of files.filter((path) => path.endsWith(".js"))) {
    const source = readFileSync(join(app, "node_modules/outcrop", path), "utf8").replace(/`[^`]*`/g, "");
    for (const [, name] of source.matchAll(/\b(?:import|export)\b[^"'`;]*?from\s*"([^"]*)"/g)) {
      const known = ["outcrop", "./core.js", "./outcrop.wasm", "./outcrop.wasm?module", "node:fs/promises"];
      assert.ok(known.includes(name), name);
    }
    // Later than at its start an entry loads only what is the runtime's or the package's own.
    assert.ok(!/\bimport\s*\((?!"(node:[a-z/]+|outcrop\/[a-z-]+)"\))/.test(source), path);
  }
});

test("no runtime dependency, no side effects, conditions in order", () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.sideEffects, false);
  assert.deepEqual(Object.keys(manifest.exports["."]), [
    "types",
    "workerd",
    "edge-light",
    "browser",
    "deno",
    "node",
    "default",
  ]);
});

test("each condition leads to its entry", () => {
  const resolved = (...conditions) =>
    execFileSync(
      process.execPath,
      [
        ...conditions.map((name) => `--conditions=${name}`),
        "--input-type=module",
        "-e",
        'console.log(import.meta.resolve("outcrop"))',
      ],
      {
        cwd: app,
        encoding: "utf8",
      },
    )
      .trim()
      .split("/")
      .at(-1);
  assert.equal(resolved(), "node.js");
  assert.equal(resolved("browser"), "web.js");
  assert.equal(resolved("workerd"), "workerd.js");
  assert.equal(resolved("edge-light"), "edge-light.js");
  assert.equal(resolved("deno"), "web.js");
});

test("importing starts nothing", () => {
  // In a process of its own, where nothing else fetches or compiles.
  const entries = Object.values(manifest.exports).map((entry) => entry.default ?? entry);
  const own = ["./dist/node.js", ...entries.filter((path) => path.endsWith(".js"))];
  assert.ok(own.length >= 12, `${own}`);
  const script = `
    const refuse = () => { throw new Error("started"); };
    globalThis.fetch = refuse;
    Object.assign(WebAssembly, { compile: refuse, Instance: refuse });
    for (const url of ${JSON.stringify(own.map((path) => file(path.slice(2))))}) await import(url);
    console.log("nothing");`;
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.equal(told, "nothing\n");
});

const converses = async (from, options) => {
  const { endpoint } = place("/pace/0");
  const bedrock = client(endpoint, options, from);
  assert.equal((await bedrock.converse({ modelId, messages })).stopReason, "end_turn");
  assert.equal((await collect((await bedrock.converseStream({ modelId, messages })).stream)).length, 20);
};

test("./inline works without a file beside it", async () => converses(await import(file("dist/inline.js"))));

test("./slim takes a module, or a promise of one, and keeps one instance for it", async (t) => {
  const slim = await import(file("dist/slim.js"));
  const module = await WebAssembly.compile(readFileSync(join(app, "node_modules/outcrop/dist/outcrop.wasm")));
  const made = t.mock.method(WebAssembly, "Instance");
  await converses(slim, { module });
  await converses(slim, { module });
  // Of this module: other parts of the suite, which load meanwhile, make instances of their own.
  assert.equal(made.mock.calls.filter((call) => call.arguments[0] === module).length, 1);
  await converses(slim, { module: Promise.resolve(module) });
  const bad = client("http://127.0.0.1:1", { module: {} }, slim);
  await assert.rejects(bad.converse({ modelId, messages }), { name: "NetworkError" });
});

test("the entries for hosts that import the module", async () => {
  // What workerd and Vercel's runtime make of the import.
  const hooks = `import { readFile } from "node:fs/promises";
    export async function load(url, context, next) {
      if (!/\\.wasm(\\?module)?$/.test(url)) return next(url, context);
      const bytes = (await readFile(new URL(url))).toString("base64");
      return { format: "module", shortCircuit: true, source:
        \`export default new WebAssembly.Module(Buffer.from("\${bytes}", "base64"))\` };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
  for (const entry of ["workerd", "edge-light"]) await converses(await import(file(`dist/${entry}.js`)));
});

test("clients of all entries throw the same classes", async () => {
  const inline = await import(file("dist/inline.js"));
  assert.equal(inline.OutcropError, outcrop.OutcropError);
  assert.equal(inline.TruncatedStreamError.prototype.name, "TruncatedStreamError");
});

test("the types need only ES2022, and fit AWS's shapes", () => {
  const source = `
import { AbortError, BedrockRuntime, BedrockRuntimeServiceException, TruncatedStreamError, preload } from "outcrop";
import { cognitoOpenIdToken, createCredentialChain, fromCognitoIdentity, fromCognitoIdentityPool, fromEnv, fromEnvToken, fromWebToken } from "outcrop";
import type { AwsCredentials, AwsCredentialsProvider, ConverseStreamEvent, IdentityCredentials, Limiter, Logger, Message, Timeouts } from "outcrop";
import { adaptive, fallback, limit } from "outcrop/flow";
import { fromCognitoIdentityPool as slimPool } from "outcrop/slim";
import { BedrockRuntime as Slim } from "outcrop/slim";
import { BedrockRuntime as Inline } from "outcrop/inline";
const credentials: AwsCredentials = { accessKeyId: "a", secretAccessKey: "b", expiration: new Date() };
const bedrock = new BedrockRuntime({ region: "us-east-1", credentials: async () => credentials, maxAttempts: undefined });
new Slim({ module: {}, region: "us-east-1" });
new Inline({ region: "us-east-1", token: async () => "key" });
const logins = { issuer: "token", other: async () => "token", third: () => "token" };
const cache = new Map<string, string>();
const pool = fromCognitoIdentityPool({
  identityPoolId: "us-east-1:p",
  logins,
  cache: { getItem: (key) => cache.get(key), setItem: (key, value) => cache.set(key, value), removeItem: async (key) => cache.delete(key) },
  clientConfig: { region: "us-east-1", maxAttempts: 1, timeouts: { total: 1 } },
});
const told: Promise<IdentityCredentials> = pool();
const own: AwsCredentialsProvider = async () => credentials;
const chain = createCredentialChain(fromEnv({ AWS_ACCESS_KEY_ID: "a" }), fromEnv(), fromCognitoIdentity({ identityId: "i" }), pool, own);
const role = fromWebToken({ roleArn: "r", webIdentityToken: cognitoOpenIdToken({ identityPoolId: "p" }), durationSeconds: 900 });
const timeouts: Timeouts = { total: 1, firstByte: Infinity, idle: undefined };
const logger: Logger = { warn: (name, attributes) => void [name.length, attributes["error.type"]] };
const own2: Limiter = { before: () => {}, after: ({ throttled, retried }) => void [throttled, retried] };
for (const credentials of [pool, chain, role, own]) new BedrockRuntime({ region: "r", credentials, timeouts, logger, retryMode: limit(2) });
new BedrockRuntime({ region: "r", token: fromEnvToken(), retryMode: "standard" });
bedrock.converse({ modelId: "m" }, { token: "t", timeouts, logger, retryMode: adaptive(), maxAttempts: 2, credentials: role });
bedrock.converse({ modelId: "m" }, { retryMode: own2 });
slimPool({ module: {}, identityPoolId: "p" });
const answer = fallback(["us-east-1", "us-west-2"], { when: (error) => !!error })((region) => bedrock.converse({ modelId: "m" }, { region }));
void [told, answer];
// @ts-expect-error the module is needed
slimPool({ identityPoolId: "p" });
// @ts-expect-error adaptive mode is an object of outcrop/flow
new BedrockRuntime({ region: "r", retryMode: "adaptive" });
// @ts-expect-error a pool is needed
fromCognitoIdentityPool({ identityId: "i" });
const messages: Message[] = [{ role: "user", content: [{ text: "Hi" }, { image: { format: "png", source: { bytes: new Uint8Array() } } }] }];
export async function run(): Promise<void> {
  await preload();
  const answer = await bedrock.converse({ modelId: "m", messages }, { requestTimeout: 1, headers: { a: "b" } });
  const text: string | undefined = answer.output?.message?.content?.[0]?.text;
  const { stream } = await bedrock.converseStream({ modelId: "m", messages });
  for await (const event of stream) {
    const one: ConverseStreamEvent = event;
    const delta: string | undefined = one.contentBlockDelta?.delta?.text;
    void delta;
  }
  await stream.return();
  const { body } = await bedrock.invokeModel({ modelId: "m", body: { a: 1 } });
  const length: number = body.length + body.transformToString().length;
  const value = body.json<{ a: number }>().a;
  for await (const { chunk } of (await bedrock.invokeModelWithResponseStream({ modelId: "m", body: "{}" })).body) {
    const bytes: Uint8Array | undefined = chunk?.bytes;
    void bytes;
  }
  void [text, length, value];
}
export function handle(error: unknown): unknown {
  if (error instanceof TruncatedStreamError) return [error.events, error.bytesReceived, error.stopReason, error.who];
  if (error instanceof BedrockRuntimeServiceException) return [error.name, error.$fault, error.$metadata.requestId, error.$retryable];
  return error instanceof AbortError;
}
// @ts-expect-error a region is needed
new BedrockRuntime({});
// @ts-expect-error no such member
bedrock.converse({ modelId: "m", message: [] });
`;
  const folder = join(app, "types");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "app.mts"), source);
  const check = (module, moduleResolution, lib) => {
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          types: [],
          target: "ES2022",
          lib,
          module,
          moduleResolution,
        },
        files: ["app.mts"],
      }),
    );
    const tsc = join(root, "bindings/node_modules/typescript/bin/tsc");
    try {
      execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    } catch (error) {
      assert.fail(`${moduleResolution}: ${error.stdout}`);
    }
  };
  check("NodeNext", "NodeNext", ["ES2022"]);
  check("ESNext", "bundler", ["ES2022"]);
  check("ESNext", "bundler", ["ES2022", "DOM"]);
});

test("the hosts' own fetch, AbortSignal and Response fit the types", () => {
  const source = `
import { BedrockRuntime } from "outcrop";
const bedrock = new BedrockRuntime({ region: "us-east-1", fetch });
new BedrockRuntime({ region: "us-east-1", fetch: (url, init) => fetch(url, init) });
bedrock.converse({ modelId: "m" }, { abortSignal: AbortSignal.timeout(5) });
new BedrockRuntime({ region: "us-east-1", logger: console });
import { fromCognitoIdentityPool } from "outcrop";
fromCognitoIdentityPool({ identityPoolId: "p", cache: localStorage, clientConfig: { fetch, logger: console } });
`;
  const folder = join(app, "dom");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "app.mts"), source);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        types: [],
        target: "ES2022",
        lib: ["ES2022", "DOM"],
        module: "NodeNext",
        skipLibCheck: false,
      },
      files: ["app.mts"],
    }),
  );
  try {
    execFileSync(process.execPath, [join(root, "bindings/node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
    });
  } catch (error) {
    assert.fail(error.stdout);
  }
});

test("the wasm imports nothing", async () => {
  const module = await WebAssembly.compile(readFileSync(join(app, "node_modules/outcrop/dist/outcrop.wasm")));
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test("nothing in the package names the machine it was built on", () => {
  for (const path of files.filter((path) => /\.(js|wasm)$/.test(path))) {
    const bytes = readFileSync(join(app, "node_modules/outcrop", path), "latin1");
    for (const folder of [root, process.env.HOME].filter(Boolean))
      assert.ok(!bytes.includes(`${folder}/`), `${path}: ${folder}`);
  }
});
