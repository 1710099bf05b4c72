// The unmodified package `openai` in a Chromium page: credentials from a Cognito identity pool, our fetch, the emulator
// on another origin behind a strict preflight.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root, server } from "../../browser/programs.mjs";
import { chromium } from "../../browser/webdriver.mjs";
import { emulator, place } from "./context.mjs";

/** A Cognito that gives the emulator's temporary credentials to every guest, and keeps what it was asked. */
async function cognito() {
  const asked = [];
  const { accessKeyId, secretAccessKey, sessionToken } = emulator.temporaryCredentials;
  const IdentityId = "us-east-1:00000000-0000-0000-0000-00000000000a";
  const answers = {
    GetId: () => ({ IdentityId }),
    GetCredentialsForIdentity: () => ({
      IdentityId,
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretKey: secretAccessKey,
        SessionToken: sessionToken,
        // Seconds: an hour from now.
        Expiration: Date.now() / 1000 + 3_600,
      },
    }),
  };
  const listening = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "content-type, x-amz-target");
    request.resume();
    if (request.method === "OPTIONS") return response.end();
    const name = `${request.headers["x-amz-target"]}`.replace("AWSCognitoIdentityService.", "");
    asked.push(name);
    response.writeHead(answers[name] ? 200 : 400).end(JSON.stringify(answers[name]?.() ?? {}));
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  const stop = () => {
    listening.closeAllConnections();
    listening.close();
  };
  return { asked, stop, address: `http://127.0.0.1:${listening.address().port}` };
}

let pool, folder, files, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "outcrop-openai-"));
  await build({
    entryPoints: [fileURLToPath(new URL("page/app.js", import.meta.url))],
    outfile: join(folder, "app.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  await copyFile(join(root, "node_modules/outcrop/dist/outcrop.wasm"), join(folder, "outcrop.wasm"));
  pool = await cognito();
  files = await server({ "/": "tests/browser/page", "/app": folder });
  browser = await chromium();
});
after(async () => {
  await Promise.all([browser?.quit(), files?.stop(), pool?.stop()]);
  await rm(folder, { recursive: true, force: true });
});
// A new page each time: nothing is loaded or kept.
beforeEach(() => browser.goto(`${files.address}/`));

const run = (name, endpoint) =>
  browser.run(
    async (name, endpoint, cognito) => (await import("/app/app.js"))[name](endpoint, cognito),
    name,
    endpoint,
    pool.address,
  );

async function nothingLogged() {
  const lines = (await browser.log()).filter(({ level }) => level === "SEVERE" || level === "WARNING");
  assert.deepEqual(lines, []);
}

test("openai in a page: chat completions and responses, whole and streamed, as a Cognito guest", async () => {
  const at = place({ prefix: "/pace/0" });
  const before = pool.asked.length;
  const texts = await run("all", at.endpoint);
  assert.ok(texts[0].startsWith("You said: Hello"));
  assert.deepEqual(new Set(texts).size, 1);
  const attempts = await at.ended(4);
  assert.equal(attempts.length, 4);
  for (const { signature, headers } of attempts) {
    assert.equal(signature, "ok");
    assert.equal(headers["x-amz-security-token"], emulator.temporaryCredentials.sessionToken);
  }
  assert.deepEqual(pool.asked.slice(before), ["GetId", "GetCredentialsForIdentity"]);
  // No preflight asked for more than AWS allows.
  const { preflights } = await at.seen();
  for (const { asked, allowed } of preflights) {
    assert.ok(allowed, asked);
    assert.doesNotMatch(asked, /stainless|api-key|user-agent/);
  }
  await nothingLogged();
});

test("openai in a page: a wrong clock is corrected though CORS hides the date; 503 is tried again", async () => {
  for (const name of ["clock-behind-date-hidden", "clock-ahead-date-hidden", "unavailable-once"]) {
    const at = place({ name });
    assert.ok((await run("once", at.endpoint)).startsWith("You said: Hello"), name);
    assert.equal((await at.ended(2)).length, 2, name);
  }
});

test("openai in a page: an abort ends the request, a refusal is the package's error", async () => {
  const at = place({ prefix: "/words/1000/pace/10" });
  assert.equal(await run("stopped", at.endpoint), 3);
  assert.equal((await at.ended())[0].responseEnded, "client closed");
  assert.match(await run("refused", place().endpoint), /^true 400 .*you must provide a model parameter/);
});
