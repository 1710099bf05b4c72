// One signer in a process of its own: what signing a request with a body of so many bytes costs.

import { pathToFileURL } from "node:url";
import { serve, timed } from "./racer.mjs";

const [bundle, name] = process.argv.slice(2);
// Builds for browsers look for WebCrypto there.
globalThis.self ??= globalThis;
globalThis.window ??= globalThis;

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  // As long as that of a role.
  sessionToken: "x".repeat(900),
};

const { signers, url } = await import(pathToFileURL(bundle).href);

async function ours() {
  const { BedrockRuntime } = await import("outcrop");
  const { signRequest } = await import("outcrop/sign");
  const client = new BedrockRuntime({ region: "us-east-1", credentials });
  const headers = { "content-type": "application/json" };
  return (body) => signRequest(client, { method: "POST", url, headers, body });
}

const sign = name === "outcrop" ? await ours() : signers[name](credentials);

const bodies = new Map();
function bodyOf(bytes, kind) {
  const key = `${bytes} ${kind}`;
  if (!bodies.has(key)) {
    // 62 bytes: what is around the text.
    const text = JSON.stringify({ messages: [{ role: "user", content: [{ text: "a".repeat(bytes - 62) }] }] });
    bodies.set(key, kind === "bytes" ? new TextEncoder().encode(text) : text);
  }
  return bodies.get(key);
}

serve({
  async sign({ bytes, kind, repeat }) {
    const body = bodyOf(bytes, kind);
    return timed(repeat, () => sign(body));
  },
});
