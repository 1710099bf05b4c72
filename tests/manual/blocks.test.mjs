// Every block of code that the pages here show, run: JavaScript against the emulator, which checks each signature, and
// with its types; TypeScript too; Rust's compile in the check `rust`, JSON, TOML, YAML and HTML parse, commands are held
// against those there are. What is not run stands in listed.json with its reason. The table is target/docs/blocks.md.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseFragment } from "parse5";
import { parse as toml } from "smol-toml";
import { parseAllDocuments } from "yaml";
import { emulator } from "../browser/programs.mjs";
import { report } from "./blocks-report.mjs";
import { checkLinks } from "./links.mjs";
import { blocks, files, read, root, target } from "./pages.mjs";
import { problems } from "./shell.mjs";
import { identity } from "./stand-in.mjs";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const place = join(target, "docs/blocks");
const listed = JSON.parse(readFileSync(join(here, "listed.json"), "utf8"));
// ms that a block may take: most need a few hundred, on a machine that does five other things.
const PATIENCE = 30_000;
// Blocks at a time: each is a process, which mostly waits for the others' processors.
const AT_ONCE = 4;

/** Words after a fence, and what they are called in the table. */
const LANGUAGES = {
  javascript: "js",
  typescript: "ts",
  bash: "sh",
  shell: "sh",
  console: "sh",
  yml: "yaml",
  svg: "html",
};
const language = (name) => LANGUAGES[name] ?? name;

const all = [...files(".md"), ...files(".rs").filter((file) => file.startsWith("crate/src/"))].flatMap((file) =>
  blocks(file).map((block) => ({
    ...block,
    // In a comment of Rust, and on a page that is one, a block without a word, or with a word of rustdoc's own, is Rust.
    language:
      /^crate\/src\//.test(file) && /^(|no_run|should_panic|compile_fail|ignore|edition\d+)$/.test(block.language)
        ? "rust"
        : language(block.language),
  })),
);
const name = ({ file, line }) => `${file}:${line}`;
const own = (kind) => (block) => block.language === kind && !listing(block);
/** The row of listed.json that speaks of a block. */
const listing = (block) =>
  listed.find(
    (row) =>
      row.file === block.file &&
      row.language === block.language &&
      !(row.except && block.code.startsWith(row.except)) &&
      (row.begins === undefined || block.code.startsWith(row.begins)),
  );

let bedrock, cognito;
before(async () => {
  bedrock = await emulator();
  cognito = await identity(bedrock.temporaryCredentials);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, "node_modules/@aws-sdk"), { recursive: true });
  // What blocks import: the packed package, and packages of others that tests here install.
  const packages = {
    outcrop: "node_modules/outcrop",
    ws: "tests/runtimes/workerd/node_modules/ws",
    openai: "tests/ecosystem/fetch/node_modules/openai",
    ai: "tests/ecosystem/fetch/node_modules/ai",
    aws4fetch: "tests/ecosystem/fetch/node_modules/aws4fetch",
    "@ai-sdk": "tests/ecosystem/fetch/node_modules/@ai-sdk",
    "@anthropic-ai": "tests/ecosystem/fetch/node_modules/@anthropic-ai",
    "@aws-sdk/client-bedrock-runtime": "tests/ecosystem/aws-sdk/node_modules/@aws-sdk/client-bedrock-runtime",
  };
  for (const [from, to] of Object.entries(packages)) {
    assert.ok(existsSync(join(root, to)), `${to} is there: the check \`blocks\` installs it`);
    symlinkSync(join(root, to), join(place, "node_modules", from), "dir");
  }
});
after(async () => {
  cognito?.stop();
  await bedrock?.stop();
});

/** The program of a block: what it goes on from, and it. */
function program(block) {
  if (!block.said.continues) return block.code;
  const earlier = all.filter(
    (other) => other.file === block.file && other.line < block.line && other.language === block.language,
  );
  const from = earlier.at(-1);
  assert.ok(from, `${name(block)} goes on from nothing`);
  return `${program(from)}\n${block.code}`;
}

const file = (block, ending) => join(place, `${basename(block.file, ".md")}-${block.line}.${ending}`);

/** A program as it stands but for where it is sent and with which credentials. */
function sentHere(code, endpoint) {
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  // README's blocks are given credentials that the reader has.
  const given = /credentials \}/.test(code) && !/const credentials/.test(code);
  const credentials = `const credentials = ${JSON.stringify(bedrock.temporaryCredentials)};\n`;
  const clientConfig = `clientConfig: ${JSON.stringify({ endpoint: cognito.endpoint })},`;
  return (given ? credentials + code : code)
    .replace(/region: "us-east-1",?/g, `region: "us-east-1", endpoint: ${JSON.stringify(endpoint)},`)
    .replaceAll("https://bedrock-runtime.us-east-1.amazonaws.com", endpoint)
    .replace(/(fromCognitoIdentityPool|fromCognitoIdentity|cognitoOpenIdToken|fromWebToken)\(\{/g, `$&${clientConfig}`)
    .replace(/accessKeyId: "ASIA…"/g, `accessKeyId: ${JSON.stringify(accessKeyId)}`)
    .replace(/secretAccessKey: "…"/g, `secretAccessKey: ${JSON.stringify(secretAccessKey)}`)
    .replace(/sessionToken: "…"/g, `sessionToken: ${JSON.stringify(sessionToken)}`);
}

async function runs(block) {
  const { prints = [], prefix = "", offline, host, token } = block.said;
  const named = `${basename(block.file, ".md")}-${block.line}`;
  // A case's script is run by its own name, and its runs by theirs.
  const endpoint = `${bedrock.address}${prefix}${prefix.startsWith("/case/") ? "" : "/run"}/${named}`;
  let code = sentHere(program(block), endpoint);
  if (block.language === "ts") {
    const { transform } = await import(new URL("../../bindings/node_modules/esbuild/lib/main.js", import.meta.url));
    ({ code } = await transform(code, { loader: "ts", format: "esm", target: "es2022" }));
  }
  const at = file(block, "run.mjs");
  writeFileSync(at, code);
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  const environment = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    ...(token
      ? { AWS_BEARER_TOKEN_BEDROCK: bedrock.apiKey }
      : { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken }),
  };
  const script = host === "worker" ? [join(here, "worker-host.mjs"), at] : [at];
  const hosting = host === "page" ? ["--import", join(here, "page-host.mjs")] : [];
  const { stdout } = await run(process.execPath, ["--no-warnings", ...hosting, ...script], {
    cwd: place,
    env: environment,
    timeout: PATIENCE,
  });
  for (const due of [prints].flat()) assert.ok(stdout.includes(due), `${name(block)} prints ${due}, not\n${stdout}`);
  const { attempts } = await bedrock.seen(named);
  // One request at least, and each signed as it should be: a block that asks nobody says so.
  if (!offline) assert.ok(attempts.length > 0, `${name(block)} sent nothing`);
  for (const { signature, reason } of attempts) assert.match(signature, /^(ok|bearer)$/, `${name(block)}: ${reason}`);
}

for (const kind of ["js", "ts"]) {
  describe(`${kind} runs`, { concurrency: AT_ONCE }, () => {
    for (const block of all.filter(own(kind))) test(name(block), () => runs(block));
  });
}

test("js and ts: the types hold, under the newest TypeScript", async () => {
  // What hosts have and the DOM's types do not say.
  const host = [
    "declare const process: any;",
    "declare const Deno: any;",
    "declare const credentials: { accessKeyId: string; secretAccessKey: string };",
    'declare module "node:fs/promises";',
    'declare module "node:http";',
    'declare module "ws";',
    "declare function currentIdToken(): Promise<string>;",
  ];
  writeFileSync(join(place, "host.d.ts"), host.join("\n"));
  const of = (kind) => all.filter((block) => block.language === kind && (!listing(block) || listing(block).typed));
  for (const block of of("js")) writeFileSync(file(block, "mjs"), `${program(block)}\nexport {};\n`);
  for (const block of of("ts")) writeFileSync(file(block, "mts"), `${program(block)}\nexport {};\n`);
  const settings = (kind, more) => ({
    compilerOptions: {
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "bundler",
      lib: ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable", "ESNext.Disposable"],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      // A block that goes on from another is in a file with it.
      ...more,
    },
    files: ["host.d.ts", ...of(kind === "mjs" ? "js" : "ts").map((block) => basename(file(block, kind)))],
  });
  // In JavaScript no type can be written beside a parameter, nor an empty list's.
  const loose = {
    allowJs: true,
    checkJs: true,
    noImplicitAny: false,
    strictNullChecks: false,
    useUnknownInCatchVariables: false,
  };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify(settings("mjs", loose)));
  writeFileSync(join(place, "tsconfig.ts.json"), JSON.stringify(settings("mts", {})));
  const tsc = join(root, "bindings/node_modules/.bin/tsc");
  for (const project of ["tsconfig.json", "tsconfig.ts.json"]) {
    const told = await run(tsc, ["-p", join(place, project)], { cwd: place }).catch((error) => error);
    assert.equal(`${told.stdout}${told.stderr}`, "");
  }
});

test("rust: each page with such a block is one whose blocks cargo compiles", () => {
  const compiled = ["crate/src/lib.rs", "crate/src/manual/mod.rs", "tests/oracles/src/manual.rs"].flatMap((lib) =>
    [...read(lib).matchAll(/"((?:\.\.\/)?[^"]+\.md)"/g)].map(([, path]) =>
      // From the folder that the file is in.
      posix.join(posix.dirname(lib), path).replace("crate/README.md", "README.md"),
    ),
  );
  for (const block of all.filter((block) => block.language === "rust")) {
    assert.ok(!block.info.includes("ignore") && !block.info.includes("compile_fail"), `${name(block)} is not compiled`);
    if (block.file.endsWith(".md")) assert.ok(compiled.includes(block.file), `${block.file} is in no lib.rs`);
  }
  assert.ok(compiled.includes("README.md"));
});

test("sh: what is asked for is there", () => {
  const wrong = all.filter(own("sh")).flatMap((block) => problems(block.code).map((what) => `${name(block)}: ${what}`));
  assert.deepEqual(wrong, []);
  // That it sees what is wrong.
  assert.equal(
    problems("cargo xtask tset\ncargo xtask test nothing\ncargo add outcrop --features nothing\nrm -r .").length,
    4,
  );
});

test("json, toml, yaml, html: parses", () => {
  const wrong = [];
  const html = (text) =>
    parseFragment(text, {
      // A fragment needs no doctype.
      onParseError: ({ code, startLine }) => wrong.push(`line ${startLine}: ${code}`),
    });
  const yaml = (text) => {
    for (const { errors } of parseAllDocuments(text)) wrong.push(...errors.map(({ message }) => message));
  };
  const readers = { json: JSON.parse, toml, yaml, html };
  for (const block of all) {
    if (!readers[block.language] || listing(block)) continue;
    try {
      readers[block.language](block.code.replace(/^<!doctype html>\n/i, ""));
    } catch (error) {
      wrong.push(`${name(block)}: ${error.message}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("every block is run, compiled, parsed or held against what there is, or listed with a reason", () => {
  const known = ["js", "ts", "rust", "sh", "json", "toml", "yaml", "html", "text"];
  for (const block of all) {
    assert.ok(known.includes(block.language) || listing(block), `${name(block)}: what is \`${block.language}\`?`);
  }
  for (const row of listed) {
    assert.ok(row.reason?.length > 20, `${row.file}: a reason`);
    assert.ok(
      all.some((block) => listing(block) === row),
      `${row.file} has no such block: ${row.begins}`,
    );
    for (const by of row.by ?? []) assert.ok(existsSync(join(root, by)), `there is no ${by}`);
  }
});

test("links: each file and each heading is there", () => checkLinks());

test("the table", () => {
  const text = report(all, listing, checkLinks());
  mkdirSync(join(target, "docs"), { recursive: true });
  writeFileSync(join(target, "docs/blocks.md"), text);
  console.log(text);
});
