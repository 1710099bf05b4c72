// What the tests in this folder share: the package as npm packs and installs it, and an emulator of their own. It
// builds nothing: `cargo xtask build` and `cargo build --profile checked -p outcrop-emulator` come first.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(root, "target"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** The recorded exchanges, read in place; none where they are not. */
const vectors = join(root, "../shared/vectors/recorded");
export const recordings = existsSync(vectors)
  ? readdirSync(vectors)
      .filter((file) => file.endsWith(".jsonl"))
      .map((file) => join(vectors, file))
  : [];

/** The package, packed and installed as a user has it. */
export const app = join(target, "node-tests");
rmSync(app, { recursive: true, force: true });
mkdirSync(app, { recursive: true });
const run = (args, cwd) => execFileSync(npm, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const [packed] = JSON.parse(run(["pack", "--json", "--pack-destination", app], join(root, "bindings")));
/** Paths in the tarball. */
export const files = packed.files.map(({ path }) => path);
writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
run(["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", join(app, packed.filename)], app);

/** A file of the installed package, for import(); with a query it is a module of its own. */
export const file = (path, query = "") => pathToFileURL(join(app, "node_modules/outcrop", path)).href + query;
export const outcrop = await import(file("dist/node.js"));

const binary = process.env.OUTCROP_EMULATOR ?? join(target, "checked/outcrop-emulator");
if (!existsSync(binary)) {
  throw new Error(
    `no emulator at ${binary}: cargo build --profile checked -p outcrop-emulator, or set OUTCROP_EMULATOR`,
  );
}
const child = spawn(binary, ["--until-stdin-closes", ...(recordings.length ? ["--replay", ...recordings] : [])], {
  cwd: root,
  stdio: ["pipe", "pipe", "inherit"],
});
/** The emulator's first line: its address and the credentials it knows. */
export const emulator = JSON.parse(
  await new Promise((done, failed) => {
    createInterface({ input: child.stdout }).once("line", done);
    child.once("exit", (code) => failed(new Error(`the emulator ended with ${code}`)));
  }),
);
export const stopEmulator = () => child.stdin.end();

let runs = 0;
/** A place at the emulator under a name of its own, and what is seen there. */
export function place(prefix = "") {
  const name = `node-${++runs}`;
  const seen = async () => await (await fetch(`${emulator.address}/_seen/${name}`)).json();
  return {
    endpoint: `${emulator.address}${prefix}/run/${name}`,
    seen,
    /** What is seen once that is so. 5,000 ms: a request that has ended is seen within a few. */
    async until(condition) {
      for (const give = Date.now() + 5_000; ; ) {
        const state = await seen();
        if (condition(state)) return state;
        if (Date.now() > give) throw new Error(`not seen: ${JSON.stringify(state)}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    },
  };
}

export const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
export const messages = [{ role: "user", content: [{ text: "Hello" }] }];
/** What Claude takes in its own JSON. */
export const claude = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 50,
  messages: [{ role: "user", content: "Hello" }],
};

/** A client for that endpoint with the emulator's credentials, unless told otherwise. */
export const client = (endpoint, options = {}, from = outcrop) =>
  new from.BedrockRuntime({ region: "us-east-1", credentials: emulator.credentials, endpoint, ...options });

export const text = (events) => events.map((event) => event.contentBlockDelta?.delta.text ?? "").join("");

export async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}
