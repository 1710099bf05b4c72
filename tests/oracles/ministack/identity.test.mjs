// Credentials from ministack's own Cognito and STS, then ConverseStream signed with what they vended, which it
// checks: from the npm package in Node and in Chromium, and from the Rust crate over each of its native transports.
// It knows no customRoleArn and no session policy; ../identity/shapes.test.mjs sees that these are sent.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import * as outcrop from "outcrop";
import { root, server } from "../../browser/programs.mjs";
import { chromium } from "../../browser/webdriver.mjs";
import * as flows from "../identity/flows.mjs";
import { rust, transports } from "../identity/rust.mjs";
import { tokens } from "../identity/tokens.mjs";
import { account, member, ministack, policy, region } from "./ministack.mjs";

// What a guest may call, and what a member may: each role is allowed one of them, so that an answer tells which
// role was given.
const forGuests = "amazon.nova-micro-v1:0";
const forMembers = "anthropic.claude-3-haiku-20240307-v1:0";
const user = { name: "ada", password: "Granite-1815!" };

// The file that a page gets when it imports the package.
const { exports } = JSON.parse(readFileSync(`${root}/node_modules/outcrop/package.json`, "utf8"));
const entry = exports["."].browser.replace(/^\./, "/outcrop");

let aws, backEnd, made, files, browser;

before(async () => {
  aws = await ministack();
  made = await pools();
  backEnd = await tokens({
    "/login": signIn,
    // The last character of a signature holds unused bits; the tenth from the end does not.
    "/forged": async () =>
      (await signIn()).replace(/(.)(.{9})$/, (_, letter, end) => (letter === "A" ? "B" : "A") + end),
  });
  files = await server({
    "/": "tests/browser/page",
    "/outcrop": "node_modules/outcrop",
    "/identity": "tests/oracles/identity",
  });
  browser = await chromium();
  await browser.goto(`${files.address}/`);
});

after(() => Promise.all([browser?.quit(), files?.stop(), backEnd?.stop(), aws?.stop()]));

/** A user pool with one user, an identity pool that trusts it, and the roles of both kinds of guest. */
async function pools() {
  const idp = (name, input) => aws.json("cognito-idp", `AWSCognitoIdentityProviderService.${name}`, input);
  const identity = (name, input) => aws.json("cognito-identity", `AWSCognitoIdentityService.${name}`, input);
  const { Id: UserPoolId } = (await idp("CreateUserPool", { PoolName: "users" })).UserPool;
  const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const { ClientId } = (await idp("CreateUserPoolClient", { UserPoolId, ClientName: "page", ExplicitAuthFlows }))
    .UserPoolClient;
  await idp("AdminCreateUser", { UserPoolId, Username: user.name, MessageAction: "SUPPRESS" });
  const secret = { UserPoolId, Username: user.name, Password: user.password, Permanent: true };
  await idp("AdminSetUserPassword", secret);
  const loginProvider = `cognito-idp.${region}.amazonaws.com/${UserPoolId}`;
  const { IdentityPoolId: identityPoolId } = await identity("CreateIdentityPool", {
    IdentityPoolName: "guests",
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
    CognitoIdentityProviders: [{ ProviderName: loginProvider, ClientId }],
  });
  // Cognito's own identities for the pool's roles, the user pool itself for the third.
  const pool = { StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId } };
  const trusting = (Federated, Condition) =>
    policy({ Effect: "Allow", Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity", Condition });
  const byCognito = trusting("cognito-identity.amazonaws.com", pool);
  const byUsers = trusting(`arn:aws:iam::${account}:oidc-provider/${loginProvider}`, {
    StringEquals: { [`${loginProvider}:aud`]: ClientId },
  });
  const role = async (RoleName, trust, model) => {
    const xml = await aws.iam({ Action: "CreateRole", RoleName, AssumeRolePolicyDocument: trust });
    const Resource = `arn:aws:bedrock:*::foundation-model/${model}`;
    const PolicyDocument = policy({ Effect: "Allow", Action: "bedrock:*", Resource });
    await aws.iam({ Action: "PutRolePolicy", RoleName, PolicyName: "bedrock", PolicyDocument });
    return member(xml, "Arn");
  };
  const guest = await role("guest", byCognito, forGuests);
  const memberRole = await role("member", byCognito, forMembers);
  const web = await role("web", byUsers, forMembers);
  await identity("SetIdentityPoolRoles", {
    IdentityPoolId: identityPoolId,
    Roles: { unauthenticated: guest, authenticated: memberRole },
  });
  return { ClientId, identityPoolId, loginProvider, guest, member: memberRole, web };
}

/** The user's ID token, as a page gets it from its sign-in. */
async function signIn() {
  const { AuthenticationResult } = await aws.json("cognito-idp", "AWSCognitoIdentityProviderService.InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: made.ClientId,
    AuthParameters: { USERNAME: user.name, PASSWORD: user.password },
  });
  return AuthenticationResult.IdToken;
}

const login = (path = "/login") => ({ loginProvider: made.loginProvider, loginUrl: backEnd.address + path });
const service = () => ({ region, endpoint: aws.address });
const pool = (more) => ({ identityPoolId: made.identityPoolId, service: service(), ...more });
const roleSessionName = "granite";

/** What each flow is given, and which model it may call; or the error that ends it. */
const FLOWS = {
  "a guest, enhanced flow": [() => ({ kind: "pool", ...pool() }), forGuests],
  "a member, enhanced flow": [() => ({ kind: "pool", ...pool(login()) }), forMembers],
  "a guest, basic flow": [() => ({ kind: "basic", roleArn: made.guest, roleSessionName, ...pool() }), forGuests],
  "a member, basic flow": [
    () => ({ kind: "basic", roleArn: made.member, roleSessionName, ...pool(login()) }),
    forMembers,
  ],
  "a web identity token": [
    () => ({
      kind: "web",
      roleArn: made.web,
      roleSessionName,
      tokenUrl: `${backEnd.address}/login`,
      service: service(),
    }),
    forMembers,
  ],
};

const REFUSALS = {
  "a guest who wants a member's model": [
    () => ({ kind: "pool", ...pool() }),
    forMembers,
    "AccessDeniedException",
    /role\/guest/,
  ],
  "a member's token that was forged": [
    () => ({ kind: "pool", ...pool(login("/forged")) }),
    forMembers,
    "CredentialsProviderError",
    /NotAuthorizedException/,
  ],
  "a pool that is not there": [
    () => ({ kind: "pool", ...pool(), identityPoolId: `${region}:00000000-0000-0000-0000-000000000000` }),
    forGuests,
    "CredentialsProviderError",
    /ResourceNotFoundException/,
  ],
  "a role that does not trust the token": [
    () => ({
      kind: "web",
      roleArn: made.guest,
      roleSessionName,
      tokenUrl: `${backEnd.address}/login`,
      service: service(),
    }),
    forGuests,
    "CredentialsProviderError",
    /AccessDenied/,
  ],
};

/** Every stream of the flow was answered, and the last one came whole. */
function answered(got) {
  assert.deepEqual(got.errors, [], JSON.stringify(got));
  assert.match(got.text, /ministack/);
  assert.equal(got.last, "metadata");
}

/** Where the flows run. */
const HOSTS = {
  "the npm package in Node": (settings) => flows.flow(outcrop, settings),
  "the npm package in Chromium": (settings) =>
    browser.run(
      async (entry, settings) => {
        const { flow } = await import("/identity/flows.mjs");
        return flow(await import(entry), settings);
      },
      entry,
      settings,
    ),
  ...Object.fromEntries(
    transports.map((transport) => [`Rust over ${transport}`, (settings) => rust({ ...settings, transport })]),
  ),
};

for (const [host, run] of Object.entries(HOSTS)) {
  describe(host, () => {
    const settings = (provider, modelId) => ({ region, endpoint: aws.address, modelId, provider });

    for (const [name, [given, modelId]] of Object.entries(FLOWS)) {
      test(`${name}: what was vended signs a stream that is accepted`, async () => {
        const got = await run(settings(given(), modelId));
        answered(got);
      });
    }

    for (const [name, [given, modelId, error, says]] of Object.entries(REFUSALS)) {
      test(`${name}: ${error}`, async () => {
        const got = await run(settings(given(), modelId));
        // What ministack refuses for want of a permission carries no CORS header, so a page sees no answer at all.
        // (All else of it answers any origin, so nothing stands between it and the page.)
        if (host.endsWith("Chromium") && error === "AccessDeniedException")
          return assert.deepEqual(got.errors, ["NetworkError"]);
        assert.deepEqual(got.errors, [error], JSON.stringify(got));
        assert.match(got.causes[0], says);
      });
    }

    test("an identity that is cached and no longer known is asked for anew", async () => {
      // ministack gives credentials, but no token, to identities that it does not know.
      const key = `aws:cognito-identity-credentials:${made.identityPoolId}:ANONYMOUS`;
      const cached = { [key]: `${region}:11111111-1111-1111-1111-111111111111` };
      const provider = { kind: "basic", roleArn: made.guest, roleSessionName, ...pool({ cached }) };
      const got = await run(settings(provider, forGuests));
      answered(got);
    });

    test("the login is asked for once for two streams", async () => {
      const before = backEnd.asked["/login"] ?? 0;
      const got = await run({ ...settings({ kind: "pool", ...pool(login()) }, forMembers), steps: [0, 0] });
      answered(got);
      assert.ok((backEnd.asked["/login"] ?? 0) - before <= 2, "at most for GetId and for GetCredentialsForIdentity");
    });
  });
}

test("AWS's own client signs with what our provider gives", async () => {
  // Found from the folder that it is installed in.
  const require = createRequire(new URL("../clients/package.json", import.meta.url));
  const { BedrockRuntimeClient, ConverseCommand } = require("@aws-sdk/client-bedrock-runtime");
  const { NodeHttpHandler } = require("@smithy/node-http-handler");
  const credentials = flows.provider(outcrop, { kind: "pool", ...pool(login()) });
  // HTTP/1: ministack cannot check what was signed for HTTP/2, which this client would speak otherwise.
  const requestHandler = new NodeHttpHandler();
  const client = new BedrockRuntimeClient({ region, endpoint: aws.address, credentials, requestHandler });
  const messages = [{ role: "user", content: [{ text: "Hello" }] }];
  const { output } = await client.send(new ConverseCommand({ modelId: forMembers, messages }));
  assert.match(output.message.content[0].text, /ministack/);
});
