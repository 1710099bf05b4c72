// A guest of a Cognito identity pool, in Chromium and Firefox: moto's pool vends credentials to the page itself, and what the
// page signs with them is what reaches the endpoint. The emulator knows moto's keys not, and says so: connection.test.mjs
// has the way to an answer.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { playground } from "./page.mjs";

let address, folder, moto, pool;
let output = "";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "outcrop-moto-"));
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  moto = spawn(process.env.PYTHON ?? "python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", `${port}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.once("exit", () => moto.kill("SIGKILL"));
  for (const stream of [moto.stdout, moto.stderr]) stream.on("data", (text) => (output += text));
  // 30 s: it is Python, on a machine that may be busy.
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await fetch(`${address}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) break;
    if (moto.exitCode !== null || Date.now() > deadline) throw new Error(`moto does not listen:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const made = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityService.CreateIdentityPool",
      // moto reads the region and the service from here and checks nothing.
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ IdentityPoolName: "guests", AllowUnauthenticatedIdentities: true }),
  });
  pool = (await made.json()).IdentityPoolId;
});
after(async () => {
  if (moto?.exitCode === null && moto.kill()) await new Promise((resolve) => moto.once("exit", resolve));
  if (folder) await rm(folder, { recursive: true, force: true });
});

playground((page) => {
  test("credentials come from the pool, and the request is signed with them", async () => {
    await page.connect("/run/vended");
    await page.openConnection();
    await page.press("input[name=kind][value=cognito]");
    await page.until("the fields are there", () => page.exists("#identity-pool-id"));
    await page.set("#identity-pool-id", pool);
    await page.set("#identity-endpoint", address);
    await page.closeConnection();
    await page.ask("Hello", "Failed");
    assert.match(await page.text("#log .error-name"), /^(UnrecognizedClientException|InvalidSignatureException)$/);
    const [attempt] = await page.bedrock.ended("vended");
    const headers = Object.fromEntries(attempt.headers);
    const key = /Credential=([^/]+)\/\d+\/us-east-1\/bedrock\//.exec(headers.authorization)?.[1];
    // What moto gives everybody.
    assert.match(key ?? "", /^TESTACCESSKEY/);
    assert.notEqual(key, page.bedrock.temporaryCredentials.accessKeyId);
    assert.ok(headers["x-amz-security-token"], "the session token goes along");
    await page.openConnection();
    assert.match(await page.text("#connection"), /Credentials until .+; they renew themselves/);
    // An id that is none is said before anything is asked.
    await page.set("#identity-pool-id", "not a pool");
    await page.closeConnection();
    await page.press("#retry");
    await page.until("it is said", async () => /a region, a colon and a UUID/.test(await page.text("#log .error")));
  });
});
