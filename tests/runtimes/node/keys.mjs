// The signing key that the WebAssembly keeps from one signature to the next: it serves its own secret, day, region and
// service, and no other. What is due is computed with Node's own crypto, anew each time.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { file, outcrop } from "./context.mjs";

const { signRequest } = await import(file("dist/sign.js"));
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

function due({ secret, region, service, date, token }) {
  const scope = [date.slice(0, 8), region, service, "aws4_request"];
  const names = token ? "host;x-amz-date;x-amz-security-token" : "host;x-amz-date";
  const headers = `host:a.b\nx-amz-date:${date}\n${token ? `x-amz-security-token:${token}\n` : ""}`;
  const canonical = ["GET", "/", "", headers, names, sha256("")].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(canonical)].join("\n");
  return hmac(scope.reduce(hmac, `AWS4${secret}`), text).toString("hex");
}

test("a kept key signs for its own secret, day, region and service only", async () => {
  const orders = [];
  // Longer and shorter than a block of the hash, and one that begins as another ends.
  for (const secret of ["short", "s".repeat(41), "s".repeat(60), "s".repeat(61), "s".repeat(200)])
    for (const region of ["us-east-1", "eu-west-1"])
      for (const service of ["bedrock", "execute-api"])
        for (const date of ["20260101T235959Z", "20260102T000000Z"])
          for (const token of [undefined, "a-token"]) orders.push({ secret, region, service, date, token });
  // Each after each of its neighbours, and after itself.
  for (const order of [...orders, ...[...orders].reverse()].flatMap((order) => [order, order])) {
    const { secret, region, service, date, token } = order;
    const credentials = { accessKeyId: "AKID", secretAccessKey: secret, ...(token && { sessionToken: token }) };
    const client = new outcrop.BedrockRuntime({ region, credentials });
    const iso = date.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
    const signed = await signRequest(client, { url: "https://a.b/" }, { service, signingDate: new Date(iso) });
    assert.equal(signed.headers.authorization.split("Signature=")[1], due(order), JSON.stringify(order));
  }
});
