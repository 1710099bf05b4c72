// Puts the page together in `dist`: its script by esbuild, the package's wasm beside it, and `config.json` out of the
// stack's outputs, which it reads from standard input as `aws cloudformation describe-stacks --query "Stacks[0].Outputs"`
// tells them. It refuses outputs that are not of template.yml. What it writes holds no secret.

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.DIST ?? join(here, "dist");

/** What the page must know of the stack. */
function config(told) {
  const outputs = Object.fromEntries(told.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name) => {
    if (!outputs[name]) throw new Error(`the stack has no output ${name}: is it made from template.yml?`);
    return outputs[name];
  };
  // The page asks the first model of each list, by what stands last in its ARN.
  const model = (name) => output(name).split(",")[0].split("/").at(-1);
  return {
    region: output("Region"),
    identityPoolId: output("IdentityPoolId"),
    guest: { roleArn: output("GuestRole"), modelId: model("GuestModels") },
    ...(outputs.UserPoolClientId && {
      member: {
        clientId: output("UserPoolClientId"),
        loginProvider: output("LoginProvider"),
        modelId: model("MemberModels"),
      },
    }),
  };
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(
      'give it the outputs: aws cloudformation describe-stacks … --query "Stacks[0].Outputs" --output json',
    );
  }
}

const settings = config(parsed(await text(process.stdin)));
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: [join(here, "src/main.js")],
  outfile: join(dist, "main.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
});
// The script looks for it beside itself; esbuild leaves it where it is.
cpSync(fileURLToPath(import.meta.resolve("outcrop/outcrop.wasm")), join(dist, "outcrop.wasm"));
for (const file of ["index.html", "chat.css"]) cpSync(join(here, "src", file), join(dist, file));
writeFileSync(join(dist, "config.json"), `${JSON.stringify(settings, null, 2)}\n`);
console.log(`${dist}: for ${settings.region}, guests ask ${settings.guest.modelId}`);
