// A user of a Cognito user pool signs in at moto, and the ID token goes with `logins` to moto's identity pools: what
// moto recorded tells which token it saw, at first and at each renewal. moto takes any login and checks no
// signature; ../ministack checks both. Its credentials live 90 s, so moving the host's clock makes them end.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as outcrop from "outcrop";
import * as flows from "../identity/flows.mjs";
import { rust, transports } from "../identity/rust.mjs";
import { tokens } from "../identity/tokens.mjs";
import { moto } from "./moto.mjs";

const region = "us-east-1";
const user = { name: "ada", password: "Granite-1815!" };
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

let address, folder, cognito, made, backEnd, bedrock;

before(async () => {
  cognito = await moto((folder) => ({
    MOTO_ENABLE_RECORDING: "true",
    MOTO_RECORDER_FILEPATH: join(folder, "recorded"),
  }));
  ({ address, folder } = cognito);
  made = await pools();
  backEnd = await tokens({ "/login": signIn });
  // Where the streams go: what they were signed with is told by their headers, and that is all.
  bedrock = await tokens({ "*": atBedrock });
});

after(async () => {
  await Promise.all([backEnd?.stop(), bedrock?.stop(), cognito?.stop()]);
});

async function api(service, target, input) {
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
      // moto reads the region and the service from here and checks nothing.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  assert.ok(response.ok, `${target}: ${text}`);
  return JSON.parse(text);
}

const idp = (name, input) => api("cognito-idp", `AWSCognitoIdentityProviderService.${name}`, input);

async function pools() {
  const { Id: UserPoolId } = (await idp("CreateUserPool", { PoolName: "users" })).UserPool;
  const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const { ClientId } = (await idp("CreateUserPoolClient", { UserPoolId, ClientName: "page", ExplicitAuthFlows }))
    .UserPoolClient;
  await idp("AdminCreateUser", { UserPoolId, Username: user.name, MessageAction: "SUPPRESS" });
  await idp("AdminSetUserPassword", { UserPoolId, Username: user.name, Password: user.password, Permanent: true });
  const loginProvider = `cognito-idp.${region}.amazonaws.com/${UserPoolId}`;
  const { IdentityPoolId } = await api("cognito-identity", "AWSCognitoIdentityService.CreateIdentityPool", {
    IdentityPoolName: "members",
    AllowUnauthenticatedIdentities: false,
    CognitoIdentityProviders: [{ ProviderName: loginProvider, ClientId }],
  });
  return { UserPoolId, ClientId, loginProvider, identityPoolId: IdentityPoolId };
}

const vended = [];
async function signIn() {
  const { AuthenticationResult } = await idp("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: made.ClientId,
    AuthParameters: { USERNAME: user.name, PASSWORD: user.password },
  });
  vended.push(AuthenticationResult.IdToken);
  return AuthenticationResult.IdToken;
}

const signedWith = [];
function atBedrock({ headers }) {
  signedWith.push([/Credential=([^/]+)/.exec(headers.authorization)?.[1], headers["x-amz-security-token"]]);
  // An error that nobody tries again.
  return { status: 400, headers: { "x-amzn-errortype": "ValidationException" }, body: '{"message":"seen"}' };
}

/** What moto saw of its identity pools: name and input, in order. */
async function seen() {
  return (await readFile(join(folder, "recorded"), "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ headers, body, body_encoded }) => ({
      name: headers["X-Amz-Target"]?.split(".")[1],
      signed: "Authorization" in headers,
      body: Buffer.from(body, body_encoded ? "base64" : "utf8").toString(),
    }))
    .filter(({ name }) => name === "GetId" || name === "GetCredentialsForIdentity")
    .map(({ name, signed, body }) => ({ name, signed, input: JSON.parse(body) }));
}

/** The key that moto signs its tokens with; it gives it out under Cognito's own host only. */
const publicKey = () =>
  new Promise((resolve, reject) => {
    const { port, hostname } = new URL(address);
    const path = `/${made.UserPoolId}/.well-known/jwks.json`;
    const headers = { host: `cognito-idp.${region}.amazonaws.com` };
    request({ port, hostname, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.once("end", () => resolve(createPublicKey({ key: JSON.parse(text).keys[0], format: "jwk" })));
    })
      .once("error", reject)
      .end();
  });

/** The package's `Date` for the while of a test, as far ahead as it is told. */
function clock() {
  const Real = Date;
  let offset = 0;
  globalThis.Date = class extends Real {
    constructor(...args) {
      super(...(args.length > 0 ? args : [Real.now() + offset]));
    }
    static now = () => Real.now() + offset;
  };
  return {
    ahead: (seconds) => (offset = seconds * 1000),
    restore: () => (globalThis.Date = Real),
  };
}

const HOSTS = {
  "the npm package": async (settings) => {
    const { ahead, restore } = clock();
    try {
      return await flows.flow(outcrop, settings, ahead);
    } finally {
      restore();
    }
  },
  ...Object.fromEntries(
    transports.map((transport) => [`Rust over ${transport}`, (settings) => rust({ ...settings, transport })]),
  ),
};

for (const [host, run] of Object.entries(HOSTS)) {
  test(`${host}: a user's token goes to Cognito, and a new one at each renewal`, async () => {
    const [vendedBefore, seenBefore, signedBefore] = [vended.length, (await seen()).length, signedWith.length];
    const provider = {
      kind: "pool",
      identityPoolId: made.identityPoolId,
      loginProvider: made.loginProvider,
      loginUrl: `${backEnd.address}/login`,
      service: { region, endpoint: address },
    };
    // Of 90 s: all of it left; the same; three seconds, so that a caller waits for new ones; and ten
    // minutes ahead, by when the clock must be known to be wrong or every new set would be dead on arrival.
    const steps = [0, 10, 87, 600];
    const got = await run({ region, endpoint: bedrock.address, modelId, provider, steps });
    assert.deepEqual(
      got.errors,
      steps.map(() => "ValidationException"),
      JSON.stringify(got),
    );

    const calls = (await seen()).slice(seenBefore);
    const fetched = vended.slice(vendedBefore);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ["GetId", ...Array(3).fill("GetCredentialsForIdentity")],
      "one identity, three sets of credentials",
    );
    assert.ok(calls.every(({ signed }) => !signed));
    const shown = calls.map(({ input }) => input.Logins[made.loginProvider]);
    assert.ok(shown.every((token) => fetched.includes(token)));
    assert.equal(new Set(shown.slice(1)).size, 3, "each renewal has a token of its own");

    const key = await publicKey();
    for (const token of shown) {
      const [head, claims, signature] = token.split(".");
      assert.ok(verify("sha256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url")));
      const { aud, iss, token_use, "cognito:username": name } = JSON.parse(Buffer.from(claims, "base64url").toString());
      assert.deepEqual(
        { aud, iss, token_use, name },
        { aud: made.ClientId, iss: `https://${made.loginProvider}`, token_use: "id", name: user.name },
      );
    }
    assert.deepEqual(
      signedWith.slice(signedBefore),
      steps.map(() => ["TESTACCESSKEY12345", "ABC12345"]),
    );
  });
}
