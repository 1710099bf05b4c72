// Starts ministack with its signature check on and speaks to it as its root, whose key is `test` and whose
// signature it does not check. It leaves no process and no folder behind.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../browser/programs.mjs";

export const region = "us-east-1";
/** The one account that ministack knows unasked. */
export const account = "000000000000";

/** `{address, iam, sts, cloudformation, json, stop}`; PYTHON names the Python that has it. */
export async function ministack() {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), "outcrop-ministack-"));
  let output = "";
  const child = spawn(process.env.PYTHON ?? "python3", ["-m", "ministack"], {
    cwd: folder,
    env: { ...process.env, BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port), AUTH: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    if (child.exitCode === null && child.kill()) await new Promise((resolve) => child.once("exit", resolve));
    await rm(folder, { recursive: true, force: true });
  };
  // 30 s: it loads ninety services on a machine that may be busy.
  const deadline = Date.now() + 30_000;
  for (;;) {
    const health = await fetch(`${address}/_ministack/health`).catch(() => undefined);
    if (health?.ok) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`ministack does not listen:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const query = (service, Version) => (parameters) =>
    asRoot(address, service, {}, new URLSearchParams({ Version, ...parameters }), parameters.Action);
  return {
    address,
    iam: query("iam", "2010-05-08"),
    sts: query("sts", "2011-06-15"),
    cloudformation: query("cloudformation", "2010-05-15"),
    /** A call of a JSON API, `AWSCognitoIdentityService.GetId`. */
    json: async (service, target, input) =>
      JSON.parse(
        await asRoot(
          address,
          service,
          { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
          JSON.stringify(input),
          target,
        ),
      ),
    stop,
  };
}

async function asRoot(address, service, headers, body, name) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const response = await fetch(address, {
    method: "POST",
    headers: {
      ...headers,
      "x-amz-date": date,
      authorization:
        `AWS4-HMAC-SHA256 Credential=test/${date.slice(0, 8)}/${region}/${service}/aws4_request, ` +
        `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body,
  });
  const text = await response.text();
  assert.ok(response.ok, `${name}: ${text}`);
  return text;
}

/** The text of an element of an XML answer. */
export const member = (xml, name) => {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml);
  assert.ok(found, `ministack's answer has no ${name}: ${xml}`);
  return found[1];
};

/** A policy document of one statement. */
export const policy = (statement) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
