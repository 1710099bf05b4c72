// Compiles code that uses the package, as a user's project does: the declarations stand in node_modules/outcrop behind
// package.json's exports, and nothing but `lib: ["ES2022"]` is there. Each file here that ends in .ts is such code.

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import newer from "typescript";
import oldest from "typescript-oldest";
import { recordedLines, complaints as unfit } from "./families.mjs";

const run = promisify(execFile);

/** Runs a TypeScript's own command; what it finds, or nothing. */
async function tsc(folder, ...options) {
  try {
    await run(process.execPath, [join(folder, "bin/tsc"), "--pretty", "false", ...options]);
    return "";
  } catch (error) {
    return `${error.stdout}${error.stderr}`.trim() || error.message;
  }
}

/** Complaints, and how many checks there were. */
export async function compiles(root) {
  const place = mkdtempSync(join(tmpdir(), "outcrop-types-"));
  try {
    return await compiled(root, place);
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function compiled(root, place) {
  const packed = join(place, "node_modules/outcrop");
  mkdirSync(packed, { recursive: true });
  copyFileSync(join(root, "bindings/package.json"), join(packed, "package.json"));
  const versions = {
    newest: join(root, "bindings/node_modules/typescript"),
    "of before": join(root, "tests/facts/node_modules/typescript"),
    oldest: join(root, "tests/facts/node_modules/typescript-oldest"),
  };
  const emitted = await tsc(versions.newest, "-p", join(root, "bindings/js"), "--outDir", join(packed, "dist"));
  if (emitted) return { complaints: [emitted], checks: 1 };

  const users = readdirSync(join(root, "tests/facts")).filter((file) => file.endsWith(".ts"));
  for (const file of users) copyFileSync(join(root, "tests/facts", file), join(place, file));
  const { exports } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((name) => exports[name].types);
  const text = entries.map((name, at) => `export * as entry${at} from "${name.replace(".", "outcrop")}";\n`);
  writeFileSync(join(place, "every-entry.ts"), text.join(""));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  const complaints = [];
  let checks = 0;
  const projects = { bundler: { module: "ESNext" }, node16: { module: "Node16" } };
  for (const [moduleResolution, { module }] of Object.entries(projects)) {
    const project = join(place, `tsconfig.${moduleResolution}.json`);
    const compilerOptions = {
      target: "ES2022",
      module,
      moduleResolution,
      lib: ["ES2022"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(project, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    for (const [name, folder] of Object.entries(versions)) {
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const found = await tsc(folder, "-p", project);
      checks++;
      if (found) complaints.push(`TypeScript ${version} (${name}, ${moduleResolution}): ${found}`);
      else console.log(`TypeScript ${version} (${moduleResolution}): ${entries.length} entries, ${users.join(", ")}`);
    }
  }
  return { complaints, checks };
}

/** The recorded bodies, answers and chunks of InvokeModel fit the types that follow from their models' ids. */
export function recordings() {
  const recorded = recordedLines();
  if (!recorded.length) {
    console.log("2 skipped: no ../shared/vectors");
    return { complaints: [], checks: 0 };
  }
  // One that does not fit goes with them: else nothing would show that they are compiled.
  const wrong = ["wrong", 'export const wrong: ModelBody<"amazon.titan-tg1-large"> = { prompt: "" };'];
  const complaints = [];
  for (const ts of [newer, oldest]) {
    const options = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2022.d.ts"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    const found = unfit(ts, options, [...recorded, wrong]);
    const real = found.filter(([what]) => what !== "wrong");
    complaints.push(...real.map(([what, complaint]) => `TypeScript ${ts.version}: ${what}: ${complaint}`));
    if (real.length === found.length) complaints.push(`TypeScript ${ts.version} takes a body that does not fit`);
  }
  console.log(`${recorded.length} recorded forms of bodies, answers and chunks compared with their types`);
  return { complaints, checks: 2 * (recorded.length + 1) };
}
