// The endpoint rules' own tests, as botocore carries them, through the npm package: where a call goes under each
// setting. No case is left out in silence: where the package differs is listed with the reason, and held to. Reads
// ../shared/vectors in place; skipped without it. Nothing is sent: `fetch` is the test's own.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BedrockRuntime, fromCognitoIdentityPool, fromWebToken } from "outcrop";
import { root } from "../../browser/programs.mjs";

const file = join(root, "../shared/vectors/endpoints/botocore/cases.json");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };

/** How each service is called once, with these settings. */
const CALLS = {
  "bedrock-runtime": (settings) =>
    new BedrockRuntime({ ...settings, credentials }).converse({ modelId: "m", messages: [] }),
  // The region is the client's; a pool's id begins with one too, which is not asked then.
  "cognito-identity": ({ region, ...more }) =>
    fromCognitoIdentityPool({
      identityPoolId: `${region ?? "nowhere"}:12345678-1234-1234-1234-123456789012`,
      clientConfig: { region, ...more },
    })(),
  sts: (settings) =>
    fromWebToken({
      roleArn: "arn:aws:iam::123456789012:role/r",
      roleSessionName: "granite",
      webIdentityToken: "token",
      clientConfig: settings,
    })(),
};

/**
 * Where the package differs on purpose: why, and what it does instead, a URL or words of its refusal. Nothing if it
 * must do as the rules say; no `instead` where it has no such call at all.
 */
function difference({ service, params }) {
  if (service === "bedrock") return { why: "the package has no control plane" };
  if (params?.UseGlobalEndpoint && !params.Endpoint) {
    const instead = params.Region === "aws-global" ? "sts" : `sts.${params.Region}`;
    return { why: "every region has its own STS, no legacy setting", instead: `https://${instead}.amazonaws.com` };
  }
  if (params?.Region) return undefined;
  if (service === "bedrock-runtime" && params?.Endpoint)
    return { why: "a request is signed for a region, wherever it goes", instead: /region/i };
  if (service === "sts" && !params?.Endpoint)
    return {
      why: "STS has a default region, as in AWS's own providers",
      instead: "https://sts.us-east-1.amazonaws.com",
    };
  if (service === "cognito-identity" && !params?.Endpoint)
    return { why: "a pool's id begins with its region", instead: "https://cognito-identity.nowhere.amazonaws.com" };
  return undefined;
}

/** The origin and base path that the call goes to; throws what the package throws. */
async function resolve({ service, params }) {
  let asked;
  const fetch = async (url) => {
    asked ??= String(url);
    return new Response("{}", { status: 400, headers: { "x-amzn-errortype": "ValidationException" } });
  };
  const settings = {
    region: params?.Region,
    endpoint: params?.Endpoint,
    useFipsEndpoint: params?.UseFIPS,
    useDualstackEndpoint: params?.UseDualStack,
    fetch,
    maxAttempts: 1,
  };
  try {
    await CALLS[service](settings);
  } catch (error) {
    if (!asked) throw error;
  }
  return asked.replace(/\/(model\/m\/converse)?$/, "");
}

/** The first words of the errors down the chain. */
const words = (error) => {
  const said = [];
  for (let at = error; at && said.length < 10; at = at.cause) said.push(`${at.name}: ${at.message}`);
  return said.join("; ");
};

test("every case of the endpoint rules", {
  skip: !existsSync(file) && "146 skipped: no ../shared/vectors",
}, async (t) => {
  const cases = JSON.parse(readFileSync(file, "utf8"));
  const counts = { urls: 0, refusals: 0, listed: {} };
  const wrong = [];
  for (const one of cases) {
    const name = `${one.service} ${one.n}`;
    const { endpoint, error } = one.expect;
    const own = difference(one);
    if (own) counts.listed[own.why] = (counts.listed[own.why] ?? 0) + 1;
    if (own && !own.instead) continue;
    const got = await resolve(one).then(
      (url) => ({ url }),
      (thrown) => ({ refused: words(thrown) }),
    );
    const due = own?.instead ?? endpoint?.url ?? /region|useFipsEndpoint/i;
    // Refused for the same reason: the region, or the variant that another's endpoint does not have.
    const right = typeof due === "string" ? got.url === due : got.refused !== undefined && due.test(got.refused);
    if (!right) wrong.push(`${name}: ${due} (${error ?? endpoint.url}), got ${JSON.stringify(got)}`);
    else if (!own) counts[endpoint ? "urls" : "refusals"]++;
  }
  t.diagnostic(`${counts.urls} URLs and ${counts.refusals} refusals of ${cases.length} cases`);
  for (const [why, count] of Object.entries(counts.listed)) t.diagnostic(`${count} differ: ${why}`);
  assert.deepEqual(wrong, []);
  const listed = Object.values(counts.listed).reduce((sum, count) => sum + count, 0);
  assert.equal(counts.urls + counts.refusals + listed, 146);
  // 16 of bedrock-runtime, 30 of cognito-identity, 45 of sts; with an endpoint of the caller's own 1, 2 and 4.
  assert.deepEqual([counts.urls, counts.refusals], [98, 7]);
});
