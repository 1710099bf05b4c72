// The endpoint rules' own tests, as botocore carries them, through the npm package: where a call goes under each
// setting. No case is left out in silence: what the package cannot express is listed with its reason. Reads
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

/** Why a case cannot be put to the package; nothing if it can. */
function inexpressible({ service, params }) {
  if (service === "bedrock") return "the package has no control plane";
  if (params?.UseGlobalEndpoint && !params.Endpoint)
    return "the package has no legacy setting for STS: every region has its own endpoint";
  if (params?.Region) return undefined;
  if (service === "bedrock-runtime" && params?.Endpoint) return "a request is signed for a region, wherever it goes";
  if (service !== "bedrock-runtime" && !params?.Endpoint)
    return "a provider always has a region: its pool's, or for STS us-east-1 as in AWS's own";
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
    const why = inexpressible(one);
    if (why) {
      counts.listed[why] = (counts.listed[why] ?? 0) + 1;
      continue;
    }
    const got = await resolve(one).catch((thrown) => thrown);
    if (endpoint && got === endpoint.url) counts.urls++;
    // Refused for the same reason: the region, or the variant that another's endpoint does not have.
    else if (error && got instanceof Error && /region|useFipsEndpoint/i.test(words(got))) counts.refusals++;
    else wrong.push(`${name}: ${endpoint?.url ?? error}, got ${got instanceof Error ? words(got) : got}`);
  }
  t.diagnostic(`${counts.urls} URLs and ${counts.refusals} refusals of ${cases.length} cases`);
  for (const [why, count] of Object.entries(counts.listed)) t.diagnostic(`${count} not expressible: ${why}`);
  assert.deepEqual(wrong, []);
  const listed = Object.values(counts.listed).reduce((sum, count) => sum + count, 0);
  assert.equal(counts.urls + counts.refusals + listed, 146);
  // 16 of bedrock-runtime, 30 of cognito-identity, 45 of sts; with an endpoint of the caller's own 1, 2 and 4.
  assert.deepEqual([counts.urls, counts.refusals], [98, 7]);
});
