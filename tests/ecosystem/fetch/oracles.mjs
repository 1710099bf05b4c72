// `signRequest` and `presignUrl` against signers that are not ours: @smithy/signature-v4 and aws4fetch on random
// requests, and the three editions of the public SigV4 suite. A case that a URL parser or a fetch cannot send is counted.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import { presignUrl, signRequest } from "outcrop/sign";
import { root } from "../../browser/programs.mjs";
import { client, outcrop } from "./context.mjs";

// Requests of each kind a run; OUTCROP_SIGN_SEED repeats a run.
const COUNT = 200;
const SEED = Number(process.env.OUTCROP_SIGN_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from a seed (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Requests as a fetch can send them. */
function generator(seed) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const many = (most, make) => Array.from({ length: Math.floor(next() * (most + 1)) }, make);
  const CHARS = [..."aZ09-_.~:@!$&'()*,;=+ %/?#éü漢🙂\"<>[]{}|^`\\"];
  const text = (most) => many(most, () => pick(CHARS)).join("");
  return (s3) => {
    const service = s3 ? "s3" : pick(["bedrock", "lambda", "execute-api", "dynamodb"]);
    const region = pick(["us-east-1", "eu-central-1", "ap-southeast-2"]);
    // Each encoded as an app does it, or left to the URL parser; S3's always encoded, as AWS's own clients do.
    const strict = (all) =>
      encodeURIComponent(all).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const segment = () => {
      const all = `x${text(6)}`;
      // Of `%2F` they do not say the same: aws4fetch reads a slash, Smithy nothing.
      if (s3) return strict(all.replaceAll("/", ""));
      return next() < 0.5 ? encodeURIComponent(all) : all.replace(/[%/?#\\]/g, "");
    };
    const path = `/${many(4, segment).join(s3 ? "/" : pick(["/", "/", "//"]))}${pick(["", "", "/"])}`;
    const names = new Set(many(4, () => `k${text(3)}`));
    const query = [...names].flatMap((name) => many(s3 ? 1 : 2, () => [name, text(6)]));
    const how = pick([encodeURIComponent, (value) => new URLSearchParams([["", value]]).toString().slice(1)]);
    const search = query.map(([name, value]) => `${how(name)}${value ? "=" : pick(["", "="])}${how(value)}`).join("&");
    const port = pick(["", "", ":8443", ":443"]);
    const method = pick(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]);
    const headers = Object.fromEntries(
      many(4, () => [`${pick(["x-amz-meta-", "x-custom-", "accept-"])}${Math.floor(next() * 99)}`, text(8)]).map(
        ([name, value]) => [name, `${pick(["", " ", "a  "])}${value.replace(/[^ -~]/g, "")}`],
      ),
    );
    const body = method === "GET" || method === "HEAD" ? undefined : text(200) || undefined;
    if (body) headers["content-type"] = pick(["application/json", "text/plain; charset=utf-8"]);
    const temporary = next() < 0.5;
    return {
      service,
      region,
      method,
      url: `https://host-${Math.floor(next() * 99)}.example.com${port}${path}${search ? `?${search}` : ""}`,
      headers,
      body,
      date: new Date(Math.floor(1.4e12 + next() * 6e11)),
      credentials: {
        accessKeyId: `AKID${Math.floor(next() * 1e9)}`,
        secretAccessKey: `secret/+${next()}`,
        ...(temporary && { sessionToken: `token/+=${next()}!'()*` }),
      },
    };
  };
}

const bedrock = client("http://127.0.0.1:1");

const ours = async (request, more = {}) => {
  const { service, region, method, url, headers, body, date: signingDate, credentials } = request;
  const signableHeaders = Object.keys(headers);
  const options = { service, region, credentials, signingDate, signableHeaders, ...more };
  return signRequest(bedrock, { method, url, headers, body }, options);
};

/** As Smithy has a request: the query decoded, the path as it is sent. */
function smithyRequest({ method, url, headers, body }) {
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
  const query = Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
  const { port: shown } = new URL(`${protocol}//${hostname}${port && `:${port}`}`);
  return {
    method,
    protocol,
    hostname,
    ...(shown && { port: Number(shown) }),
    path: pathname,
    query,
    headers: { ...headers, host },
    ...(body && { body }),
  };
}

const smithy = ({ service, region, credentials }) =>
  new SignatureV4({
    service,
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  });

const signature = (text) => /(?:Signature=)([\da-f]{64})$/.exec(text)?.[1];

for (const s3 of [false, true]) {
  const name = s3 ? "S3" : "other services";
  test(`${COUNT} requests to ${name} are signed as @smithy/signature-v4 signs them`, async (t) => {
    t.diagnostic(`OUTCROP_SIGN_SEED=${SEED}`);
    const make = generator(SEED + (s3 ? 1 : 0));
    for (let count = 0; count < COUNT; count++) {
      const request = make(s3);
      const told = await ours(request);
      const due = await smithy(request).sign(smithyRequest(request), { signingDate: request.date });
      assert.equal(told.headers.authorization, due.headers.authorization, JSON.stringify(request));
      assert.equal(told.headers["x-amz-content-sha256"], due.headers["x-amz-content-sha256"]);
      assert.equal(told.headers["x-amz-date"], due.headers["x-amz-date"]);
      assert.equal(told.headers["x-amz-security-token"], due.headers["x-amz-security-token"]);
    }
  });

  test(`${COUNT} requests to ${name} are signed as aws4fetch signs them, in headers and in the URL`, async () => {
    const make = generator(SEED + (s3 ? 3 : 2));
    for (let count = 0; count < COUNT; count++) {
      const request = make(s3);
      const { service, region, method, url, headers, body, date, credentials } = request;
      const datetime = date.toISOString().replace(/[:-]|\.\d{3}/g, "");
      const common = { ...credentials, service, region, datetime, method, headers, body, allHeaders: true };
      const told = await ours(request, s3 ? { unsignedPayload: true } : {});
      const due = await new AwsV4Signer({ ...common, url }).sign();
      assert.equal(told.headers.authorization, due.headers.get("authorization"), JSON.stringify(request));

      const expiresIn = 1 + (count % 604_800);
      const presigned = await presignUrl(bedrock, url, {
        ...{ service, region, credentials, signingDate: date, expiresIn, method, headers, body },
      });
      const given = new URL(url);
      given.searchParams.set("X-Amz-Expires", `${expiresIn}`);
      const signed = await new AwsV4Signer({ ...common, url: given.href, signQuery: true }).sign();
      assert.equal(signature(presigned), signed.url.searchParams.get("X-Amz-Signature"), JSON.stringify(request));
      const sorted = (url) => [...new URL(url).searchParams].map(String).sort();
      assert.deepEqual(sorted(presigned), sorted(signed.url.href));
    }
  });
}

test(`${COUNT} URLs are presigned as @smithy/signature-v4 presigns them`, async () => {
  const make = generator(SEED + 4);
  for (let count = 0; count < COUNT; count++) {
    const request = make(false);
    for (const name in request.headers) if (name.startsWith("x-amz-")) delete request.headers[name];
    const { service, region, method, url, headers, body, date: signingDate, credentials } = request;
    const about = { service, region, credentials, signingDate, method, headers, body };
    const told = await presignUrl(bedrock, url, { ...about, expiresIn: 60 });
    const due = await smithy(request).presign(smithyRequest(request), { signingDate, expiresIn: 60 });
    assert.equal(signature(told), due.query["X-Amz-Signature"], JSON.stringify(request));
  }
});

/** Why a case of the suites is none for a fetch, or nothing. */
function unfit({ context, request, header }, url) {
  if (!context || !header?.signature) return "it has no signature";
  if (context.omit_session_token) return "its token is not signed";
  const names = request.headers.map(([name]) => name.toLowerCase());
  if (new Set(names).size < names.length) return "it has a header twice";
  if (request.headers.some(([, value]) => /\n/.test(value))) return "it has a folded header";
  if (names.includes("content-length")) return "it signs content-length";
  const path = request.target.split("?")[0];
  if (/\/\.{1,2}(\/|$)/.test(path) && !context.normalize) return "its path has dot segments that a URL cannot have";
  if (/\/\//.test(url.pathname) && context.normalize) return "its path is encoded once and has doubled slashes";
  return "";
}

test("the public SigV4 suites", async (t) => {
  const folder = `${root}../shared/vectors/sigv4`;
  if (!existsSync(folder)) return t.diagnostic("112 skipped: no ../shared/vectors");
  let [headers, queries] = [0, 0];
  const left = {};
  for (const source of ["aws-c-auth", "smithy-rs", "botocore"]) {
    for (const given of JSON.parse(readFileSync(`${folder}/${source}.json`, "utf8"))) {
      const { name, context, request } = given;
      const host = request.headers.find(([name]) => name.toLowerCase() === "host")?.[1];
      const url = new URL(`https://${host}${request.target}`);
      const why = unfit(given, url);
      if (why) {
        left[why] = [...(left[why] ?? []), `${source}/${name}`];
        continue;
      }
      const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = context.credentials;
      const sent = /^X-Amz-Security-Token:(.*)$/im.exec(given.header.signed_request ?? "")?.[1];
      const sessionToken = token ?? context.credentials.session_token ?? sent;
      const list = request.headers.filter(([name]) => name.toLowerCase() !== "host");
      const options = {
        service: context.service,
        region: context.region,
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
        signingDate: new Date(
          context.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
        ),
        // The suites' paths are encoded once.
        uriEscapePath: false,
      };
      const { method } = request;
      const body = request.body_hex ? Buffer.from(request.body_hex, "hex") : request.body_text || undefined;
      const told = await signRequest(
        bedrock,
        { method, url: url.href, headers: list, body },
        { ...options, applyChecksum: context.sign_body, signableHeaders: list.map(([name]) => name) },
      );
      // botocore's copy has one signature that is of the same request without its token (crate/tests/sigv4_suite.rs).
      if (source !== "botocore" || !sessionToken) {
        assert.equal(signature(told.headers.authorization), given.header.signature, `${source}/${name}`);
        headers++;
      }
      if (given.query?.signature && !context.sign_body) {
        const expiresIn = context.expiration_in_seconds;
        const query = list.filter(([name]) => name.toLowerCase() !== "x-amz-date");
        const presigned = await presignUrl(bedrock, url.href, { ...options, method, headers: query, body, expiresIn });
        assert.equal(signature(presigned), given.query.signature, `${source}/${name}`);
        queries++;
      }
    }
  }
  for (const [why, names] of Object.entries(left))
    t.diagnostic(`${names.length} not sent: ${why}: ${names.join(", ")}`);
  t.diagnostic(`${headers} signed in headers, ${queries} in the URL`);
  assert.ok(headers >= 70 && queries >= 45, `${headers} and ${queries}`);
});

test("what cannot be signed is refused, with its name", async () => {
  const url = "https://a.example.com/";
  const refused = (request, options, code) =>
    assert.rejects(signRequest(bedrock, request, options), (error) => {
      assert.ok(error instanceof outcrop.OutcropError);
      assert.equal(error.who, "caller");
      assert.equal(error.code, code);
      assert.doesNotMatch(`${error.message}`, /s3cr3t/);
      return true;
    });
  await refused({ url: "/relative" }, {}, "InvalidUrl");
  await refused({ url: "ftp://a/" }, {}, "InvalidUrl");
  await refused({ url: "https://user:s3cr3t@a.example.com/" }, {}, "InvalidUrl");
  await refused({ url: `${url}%ff` }, { service: "s3" }, "InvalidUrl");
  await refused({ url, headers: { a: "s3cr3t\n" } }, {}, "InvalidHeader");
  await refused({ url, headers: { "a b": "s3cr3t" } }, {}, "InvalidHeader");
  await refused({ url, headers: { "x-amz-meta": "s3cr3té" } }, {}, "InvalidHeader");
  await refused({ url }, { service: "bed/rock" }, "InvalidService");
  await refused({ url }, { region: "x@evil:443/#" }, "InvalidRegion");
  await refused({ url }, { signingDate: new Date(Number.NaN) }, "InvalidDate");
  await refused({ url, body: { a: 1 } }, {}, undefined);
  for (const expiresIn of [0, 604_801, 1.5, "60"]) {
    await assert.rejects(presignUrl(bedrock, url, { expiresIn }), { code: "InvalidExpires", who: "caller" });
  }
  const keyed = new outcrop.BedrockRuntime({ region: "us-east-1", token: "s3cr3t" });
  await assert.rejects(presignUrl(keyed, url), { name: "CredentialsProviderError" });
  await assert.rejects(signRequest(keyed, { url }, { service: "s3" }), { name: "CredentialsProviderError" });
});
