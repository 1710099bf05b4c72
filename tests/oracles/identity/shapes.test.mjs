// What the providers send to Cognito and STS, against what botocore sends for the same call: target, content type,
// JSON members, form parameters, and no signature. The service's answers are made up here; ministack and moto,
// beside this folder, give real ones.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as outcrop from "outcrop";
import * as flows from "./flows.mjs";
import { rust, transports } from "./rust.mjs";
import { tokens } from "./tokens.mjs";

const region = "us-east-1";
const identityPoolId = `${region}:12345678-1234-1234-1234-123456789012`;
const identityId = `${region}:aaaaaaaa-1234-1234-1234-123456789012`;
const roleArn = "arn:aws:iam::123456789012:role/page";
// Every character that a form, JSON or XML may take for its own.
const odd = "a+b/c=&d%e f\"g\\h<i>j'k~";
// A session token is a header's value, so it has no blank.
const vended = odd.replaceAll(" ", "");
const loginProvider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc";
const Logins = { [loginProvider]: odd };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const arns = ["arn:aws:iam::aws:policy/One", "arn:aws:iam::aws:policy/Two"];

const ANSWERS = {
  GetId: () => ({ IdentityId: identityId }),
  GetOpenIdToken: () => ({ IdentityId: identityId, Token: odd }),
  GetCredentialsForIdentity: () => ({
    IdentityId: identityId,
    Credentials: {
      AccessKeyId: "ASIAEXAMPLE",
      SecretKey: "secret",
      SessionToken: vended,
      // An hour, and as AWS writes it: with a fraction.
      Expiration: Math.floor(Date.now() / 1000) + 3600.5,
    },
  }),
};
const xml = () => `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>amzn1.account.AF6</SubjectFromWebIdentityToken>
    <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/page/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <SessionToken>a+b/c=&amp;d&lt;</SessionToken>
      <SecretAccessKey>secret</SecretAccessKey>
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`;

let recorder, bedrockSaw;
let sent = [];

before(async () => {
  recorder = await tokens({
    "/token": () => odd,
    "/": (request) => {
      sent.push(request);
      const target = request.headers["x-amz-target"]?.split(".")[1];
      if (target)
        return {
          headers: { "content-type": "application/x-amz-json-1.1" },
          body: JSON.stringify(ANSWERS[target]()),
        };
      return { headers: { "content-type": "text/xml" }, body: xml() };
    },
    // Bedrock, where the vended keys go: what it was signed with is all that matters here.
    "*": ({ headers }) => {
      bedrockSaw = headers;
      return { status: 400, headers: { "x-amzn-errortype": "ValidationException" }, body: '{"message":"enough"}' };
    },
  });
});
after(() => recorder?.stop());

/** A request, as far as it must be the same whoever sends it. */
function essence({ method, path, headers, body }) {
  // A form is ASCII whatever charset is named: botocore says utf-8, a browser UTF-8, AWS's JavaScript client nothing.
  const type = headers["content-type"].replace(/(x-www-form-urlencoded);\s*charset=utf-8$/i, "$1");
  const form = type === "application/x-www-form-urlencoded";
  return {
    method,
    path,
    target: headers["x-amz-target"],
    type,
    signed: "authorization" in headers || "x-amz-date" in headers,
    content: form ? [...new URLSearchParams(body)].sort() : JSON.parse(body),
  };
}

async function botocore(calls) {
  sent = [];
  const script = fileURLToPath(new URL("botocore_calls.py", import.meta.url));
  const child = spawn(process.env.PYTHON ?? "python3", [script], {
    // Names of files that are not there: nothing of this machine's own settings is read.
    env: {
      ...process.env,
      AWS_CONFIG_FILE: "none",
      AWS_SHARED_CREDENTIALS_FILE: "none",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.end(JSON.stringify({ endpoint: `${recorder.address}/`, calls }));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  assert.equal(code, 0, "botocore made its calls");
  return sent.map(essence);
}

const WHO = {
  GetId: (more) => ["GetId", { IdentityPoolId: identityPoolId, ...more }],
  GetCredentialsForIdentity: (more) => ["GetCredentialsForIdentity", { IdentityId: identityId, ...more }],
  GetOpenIdToken: (more) => ["GetOpenIdToken", { IdentityId: identityId, ...more }],
  Assume: (more) => [
    "AssumeRoleWithWebIdentity",
    { RoleArn: roleArn, RoleSessionName: "granite", WebIdentityToken: odd, ...more },
  ],
};

/** Our settings, and botocore's calls with the same meaning. */
const CASES = {
  "a guest": [() => ({ kind: "pool", identityPoolId }), [WHO.GetId(), WHO.GetCredentialsForIdentity()]],
  "a member with an account and a role of choice": [
    () => ({
      kind: "pool",
      identityPoolId,
      accountId: "123456789012",
      customRoleArn: roleArn,
      loginProvider,
      loginUrl: `${recorder.address}/token`,
    }),
    [
      WHO.GetId({ AccountId: "123456789012", Logins }),
      WHO.GetCredentialsForIdentity({ CustomRoleArn: roleArn, Logins }),
    ],
  ],
  "an identity that is known": [
    () => ({
      kind: "identity",
      identityId,
      customRoleArn: roleArn,
      loginProvider,
      loginUrl: `${recorder.address}/token`,
    }),
    [WHO.GetCredentialsForIdentity({ CustomRoleArn: roleArn, Logins })],
  ],
  "the basic flow": [
    () => ({
      kind: "basic",
      identityPoolId,
      roleArn,
      roleSessionName: "granite",
      loginProvider,
      loginUrl: `${recorder.address}/token`,
    }),
    [WHO.GetId({ Logins }), WHO.GetOpenIdToken({ Logins }), WHO.Assume()],
  ],
  "a web identity token": [
    () => ({ kind: "web", roleArn, roleSessionName: "granite", tokenUrl: `${recorder.address}/token` }),
    [WHO.Assume()],
  ],
  "a web identity token with all that can be said": [
    () => ({
      kind: "web",
      roleArn,
      roleSessionName: "granite",
      tokenUrl: `${recorder.address}/token`,
      providerId: "www.amazon.com",
      policyArns: arns.map((arn) => ({ arn })),
      policy,
      durationSeconds: 900,
    }),
    [
      WHO.Assume({
        ProviderId: "www.amazon.com",
        PolicyArns: arns.map((arn) => ({ arn })),
        Policy: policy,
        DurationSeconds: 900,
      }),
    ],
  ],
};

const HOSTS = {
  "the npm package": (settings) => flows.flow(outcrop, settings),
  ...Object.fromEntries(
    transports.map((transport) => [`Rust over ${transport}`, (settings) => rust({ ...settings, transport })]),
  ),
};

for (const [name, [given, calls]] of Object.entries(CASES)) {
  for (const [host, run] of Object.entries(HOSTS)) {
    test(`${name}: ${host} sends what botocore sends`, async () => {
      const theirs = await botocore(calls);
      assert.equal(theirs.length, calls.length);
      const form = sent.find(({ headers }) => !headers["x-amz-target"]);
      if (form) assert.match(form.headers["content-type"], /; charset=utf-8$/);
      sent = [];
      bedrockSaw = undefined;
      const service = { region, endpoint: recorder.address };
      const provider = { ...given(), service };
      const got = await run({ region, endpoint: `${recorder.address}/bedrock`, modelId: "m", provider });
      assert.deepEqual(got.errors, ["ValidationException"], JSON.stringify(got));
      assert.deepEqual(sent.map(essence), theirs);
      const own = sent.find(({ headers }) => !headers["x-amz-target"]);
      if (own) assert.equal(own.headers["content-type"], "application/x-www-form-urlencoded");
      // And what came back is what Bedrock's request was signed with.
      assert.match(bedrockSaw.authorization, /Credential=ASIAEXAMPLE\//);
      const fromSts = calls.at(-1)[0] === "AssumeRoleWithWebIdentity";
      const token = fromSts ? "a+b/c=&d<" : vended;
      assert.equal(bedrockSaw["x-amz-security-token"], token);
    });
  }
}

test("a provider is what the AWS SDK takes for one", async () => {
  const service = { region, endpoint: recorder.address };
  const members = ["accessKeyId", "expiration", "secretAccessKey", "sessionToken"];
  const pool = await flows.shape(outcrop, { kind: "pool", identityPoolId, service });
  assert.deepEqual(
    { ...pool, secondsLeft: Math.round(pool.secondsLeft / 100) },
    {
      members: [...members, "identityId"].sort(),
      secrets: true,
      secondsLeft: 36,
      identityId,
    },
  );
  const web = await flows.shape(outcrop, { kind: "web", roleArn, tokenUrl: `${recorder.address}/token`, service });
  assert.deepEqual(
    web.members.filter((name) => name !== "identityId"),
    members,
  );
  assert.equal(Math.round(web.secondsLeft / 100), 36);
});
