// Signs again with @smithy/signature-v4 and with `outcrop/sign` what outcrop's crate has signed, and says how often the
// three agree. Reads JSON lines; it takes nothing of outcrop's crate but those lines. The last line it prints is
// `N passed, N failed`.

import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { BedrockRuntime } from "outcrop";
import { presignUrl, signRequest } from "outcrop/sign";

const require = createRequire(new URL("../clients/package.json", import.meta.url));
const { SignatureV4 } = require("@smithy/signature-v4");
const { version } = require("@smithy/signature-v4/package.json");

// Failures shown in full; the rest are only counted.
const SHOWN = 5;

/** SHA-256 and HMAC as Smithy's signer takes them: the host's own. */
class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  }
  update(bytes) {
    this.hash.update(bytes);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

const credentials = ({ accessKeyId, secretAccessKey, sessionToken }) => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken && { sessionToken }),
});

const signer = (line) =>
  new SignatureV4({
    credentials: credentials(line),
    region: line.region,
    service: line.service,
    sha256: Sha256,
    applyChecksum: line.payload === "checksum",
  });

/** A query as Smithy has it: each name with its values, not encoded. */
function parameters(query) {
  const list = {};
  for (const part of query ? query.split("&") : []) {
    const [name, value = null] = part.split("=").map(decodeURIComponent);
    // As its URL parser tells a name alone.
    if (value === null) list[name] = value;
    else if (name in list) list[name].push(value);
    else list[name] = [value];
  }
  return list;
}

function smithyRequest(line, url) {
  const headers = Object.fromEntries(line.headers);
  headers.host = url.host;
  if (line.payload === "unsigned") headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
  const body = line.body ? Buffer.from(line.body, "hex") : undefined;
  return {
    method: line.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: line.path || "/",
    query: parameters(line.query),
    headers,
    body,
  };
}

const queryOf = (url) => url.slice(url.indexOf("?") + 1);

/** What a query says, each part encoded as URLs have it. */
function told(query) {
  const encoded = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const part = (name, value) => `${encoded(name)}=${encoded(value)}`;
  return Object.entries(query)
    .flatMap(([name, values]) => [values].flat().map((value) => part(name, value)))
    .sort()
    .join("&");
}

const bedrock = new BedrockRuntime({
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "unused" },
});

/** Differences between headers that were added, by name. */
function differing(due, found) {
  const wrong = due.find(([name, value]) => found[name] !== value);
  return wrong && `${wrong[0]}: ${found[wrong[0]]}, not ${wrong[1]}`;
}

async function bySmithy(line) {
  const signingDate = new Date(line.seconds * 1000);
  const { headers } = await signer(line).sign(smithyRequest(line, new URL(line.url)), { signingDate });
  return differing(line.added, headers);
}

async function byPackage(line) {
  const signed = await signRequest(
    bedrock,
    {
      method: line.method,
      url: line.url,
      headers: line.headers,
      body: line.body ? Buffer.from(line.body, "hex") : undefined,
    },
    {
      service: line.service,
      region: line.region,
      credentials: credentials(line),
      signingDate: new Date(line.seconds * 1000),
      signableHeaders: line.headers.map(([name]) => name),
      applyChecksum: line.payload === "checksum",
      unsignedPayload: line.payload === "unsigned",
    },
  );
  return differing(line.added, signed.headers);
}

async function sign(line) {
  const theirs = await bySmithy(line);
  if (theirs) return `@smithy/signature-v4: ${theirs}`;
  const ours = await byPackage(line);
  return ours && `outcrop/sign: ${ours}`;
}

async function presign(line) {
  const url = new URL(line.url);
  const signingDate = new Date(line.seconds * 1000);
  const request = smithyRequest(line, url);
  const unhoistableHeaders = new Set(Object.keys(request.headers).map((name) => name.toLowerCase()));
  const options = { signingDate, expiresIn: line.expires, unhoistableHeaders };
  const { query } = await signer(line).presign(request, options);
  const due = told(parameters(queryOf(line.presigned)));
  if (told(query) !== due) return `@smithy/signature-v4: ${told(query)}, not ${due}`;
  const presigned = await presignUrl(bedrock, line.url, {
    method: line.method,
    body: line.body ? Buffer.from(line.body, "hex") : undefined,
    headers: line.headers,
    service: line.service,
    region: line.region,
    credentials: credentials(line),
    signingDate,
    expiresIn: line.expires,
  });
  const ours = told(parameters(queryOf(presigned)));
  return ours === due ? undefined : `outcrop/sign: ${ours}, not ${due}`;
}

/** A chunk of an event stream; the package makes such within its sockets only. */
async function chunk(line) {
  const signingDate = new Date(line.seconds * 1000);
  const message = {
    headers: { ":date": { type: "timestamp", value: signingDate } },
    body: Buffer.from(line.body, "hex"),
  };
  const signed = await signer(line).sign({ message, priorSignature: line.prior }, { signingDate });
  return signed.signature === line.signature ? undefined : `@smithy/signature-v4: ${signed.signature}`;
}

/** A known difference: it passes as long as those that are named sign as the crate, and no other does. */
async function difference(line) {
  for (const [name, by] of [
    ["@smithy/signature-v4", bySmithy],
    ["outcrop/sign", byPackage],
  ]) {
    // What is refused is not signed alike.
    const wrong = await by(line).catch((error) => error);
    if (!wrong !== line.alike.includes(name)) return `${name}: ${wrong ?? "no longer different"}`;
  }
  return undefined;
}

const CHECKS = { sign, presign, chunk, difference };
const counts = {};
let passed = 0;
let failed = 0;
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text);
  let wrong;
  try {
    wrong = await CHECKS[line.check](line);
  } catch (error) {
    wrong = `${error.stack}`;
  }
  counts[line.check] = (counts[line.check] ?? 0) + 1;
  if (wrong === undefined) passed++;
  else if (++failed <= SHOWN) console.log(`${wrong}\n  in ${text.slice(0, 3000)}`);
}
console.log(`@smithy/signature-v4 ${version} and outcrop/sign: ${JSON.stringify(counts)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
