// Signers as a browser gets them, each a function of a body that answers the signed headers. Bundled before it is run.

import { Sha256 as PureSha256 } from "@aws-crypto/sha256-js";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";

const host = "bedrock-runtime.us-east-1.amazonaws.com";
const path = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse";
const scope = { region: "us-east-1", service: "bedrock" };

const smithy = (sha256) => (credentials) => {
  const signer = new SignatureV4({ ...scope, credentials, sha256, applyChecksum: true });
  return (body) =>
    signer.sign({
      method: "POST",
      protocol: "https:",
      hostname: host,
      path,
      query: {},
      headers: { host, "content-type": "application/json" },
      body,
    });
};

export const signers = {
  // As AWS's client for browsers is configured.
  A: smithy(Sha256),
  smithy: smithy(PureSha256),
  // With a cache of keys, as its AwsClient has one.
  aws4fetch(credentials) {
    const cache = new Map();
    const headers = { "content-type": "application/json" };
    const url = `https://${host}${path}`;
    return (body) => new AwsV4Signer({ ...credentials, ...scope, cache, url, method: "POST", headers, body }).sign();
  },
  // The least that hashing a body with the host's own means can cost.
  digest() {
    const encoder = new TextEncoder();
    return (body) => crypto.subtle.digest("SHA-256", typeof body === "string" ? encoder.encode(body) : body);
  },
};

export const url = `https://${host}${path}`;
