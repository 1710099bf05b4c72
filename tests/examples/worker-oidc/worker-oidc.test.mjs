// The Worker of this folder under `wrangler dev`, whose tokens an STS takes: the signature is checked by jose against what
// the Worker publishes and by Node's own crypto, the role's trust and its policy by ministack, which made both from
// template.yml. Bedrock is ministack, to see what the role may do, and then the emulator, to see how it streams. ministack
// has no AWS::IAM::OIDCProvider in CloudFormation: of it only cfn-lint speaks. Nothing is skipped.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { tokens } from "../../oracles/identity/tokens.mjs";
import { account, ministack } from "../../oracles/ministack/ministack.mjs";
import { from, listening } from "../../packages/context.mjs";
import * as context from "../context.mjs";
import { allowsOnly, created, linted, policies } from "../stack.mjs";

const { ask, asked, limit, refusal } = context;
const run = "example-worker-oidc";
const chosen = "anthropic.claude-3-haiku-20240307-v1:0";
const other = "amazon.nova-micro-v1:0";
const models = `arn:aws:bedrock:us-east-1::foundation-model/${chosen}`;
const host = "chat-oidc.example.workers.dev";
const issuer = `https://${host}`;

describe("worker-oidc", () => {
  let aws, bedrock, sts, template, role, key, jose;
  /** The Worker's address, as STS would find it by its issuer; the tokens that STS saw; whose credentials it gives. */
  let address, vended, own;
  /** Keys that STS remembers from before, instead of those that the Worker publishes. */
  let stale;
  const newKey = () =>
    execFileSync(process.execPath, [join(context.here, "worker-oidc/key.mjs")], { encoding: "utf8" }).trim();
  before(async () => {
    bedrock = await context.shared();
    jose = from(context.here, "jose");
    aws = await ministack();
    template = await linted("worker-oidc/template.yml");
    const made = structuredClone(template);
    // The provider, which ministack does not make: the ARN that IAM would give it.
    const trust = made.Resources.Role.Properties.AssumeRolePolicyDocument;
    const [text] = Object.values(trust);
    const arn = `arn:aws:iam::${account}:oidc-provider/${host}`;
    made.Resources.Role.Properties.AssumeRolePolicyDocument = { "Fn::Sub": text.replace("${" + "Provider}", arn) };
    const parameters = { Issuer: host, Models: models };
    ({ RoleArn: role } = await created(aws, "chat-oidc", made, parameters, ["AWS::IAM::OIDCProvider"]));
    key = newKey();
    vended = [];
    sts = await tokens({ "*": assume });
  });
  after(() => Promise.all([sts?.stop(), aws?.stop()]));

  /** As STS does: the token by the issuer's published keys, the trust of the role, then credentials. */
  async function assume({ body }) {
    const form = new URLSearchParams(body);
    const token = form.get("WebIdentityToken");
    // Whatever name the Worker goes by, here it is found on this machine.
    const at = async (url) => (await fetch(address + new URL(url).pathname)).json();
    try {
      const { jwks_uri, issuer: named } = await at(`${issuer}/.well-known/openid-configuration`);
      const keys = stale ? { keys: stale } : await at(jwks_uri);
      const known = await jose.jwtVerify(token, jose.createLocalJWKSet(keys), {
        issuer: named,
        audience: "sts.amazonaws.com",
        algorithms: ["RS256"],
        maxTokenAge: "1m",
      });
      vended.push({ ...known, token, keys, form });
    } catch {
      const error = "<Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>no</Message></Error>";
      return { status: 400, headers: { "content-type": "text/xml" }, body: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const answer = await fetch(aws.address, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", host: "sts.us-east-1.amazonaws.com" },
      body,
    });
    let text = await answer.text();
    // The emulator knows keys of its own only.
    for (const [name, value] of own ?? [])
      text = text.replace(new RegExp(`<${name}>[^<]*`), `<${name}>${value.replaceAll("&", "&amp;")}`);
    return { status: answer.status, headers: { "content-type": "text/xml" }, body: text };
  }

  /** The Worker with these variables beside its own. */
  async function worker(variables) {
    const given = { ISSUER: issuer, ROLE_ARN: role, OIDC_KEY: key, AWS_ENDPOINT_URL_STS: sts.address, ...variables };
    const file = context.variables("worker-oidc", given);
    address = await listening(context.here, context.dev("worker-oidc", "--env-file", file));
  }
  const atMinistack = (more) => worker({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: aws.address, ...more });
  const client = (number) => ({ headers: { "cf-connecting-ip": `192.0.2.${number}` } });

  test("the template's role: chosen models by tokens of this issuer alone", async () => {
    const documents = await policies(aws, role.split("/").at(-1));
    allowsOnly(documents, ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], [models]);
    const [{ Principal, Action, Condition }, ...more] = documents.trust.Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(Principal, { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` });
    assert.equal(Action, "sts:AssumeRoleWithWebIdentity");
    const wanted = { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: "chat" };
    assert.deepEqual(Condition, { StringEquals: wanted });
    const { Provider, Role } = template.Resources;
    assert.deepEqual(Provider.Properties, {
      Url: { "Fn::Sub": "https://${" + "Issuer}" },
      ClientIdList: ["sts.amazonaws.com"],
    });
    assert.equal(Role.Properties.MaxSessionDuration, 3600);
    // A role for all models is not to be had by the parameter.
    const allowed = new RegExp(`^(?:${template.Parameters.Models.AllowedPattern})$`);
    assert.match(models, allowed);
    for (const wide of ["*", "arn:aws:bedrock:*::foundation-model/*", "arn:aws:s3:::bucket"])
      assert.doesNotMatch(wide, allowed);
  });

  test("a token that STS can check becomes a role, and the role may ask the chosen model", limit, async () => {
    await atMinistack();
    const answer = await ask(address, "Hello");
    assert.match(await answer.text(), /ministack.*\nevent: end\ndata: \{\}\n\n$/s);
    const [{ payload, protectedHeader, token, keys, form }] = vended;
    assert.deepEqual([payload.iss, payload.aud, payload.sub], [issuer, "sts.amazonaws.com", "chat"]);
    assert.equal(payload.exp - payload.iat, 300);
    assert.equal(form.get("RoleArn"), role);
    // The same by other code, and nothing of the private half is published.
    const [published, ...more] = keys.keys;
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(published).sort(), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.equal(published.kid, protectedHeader.kid);
    const [head, claims, signature] = token.split(".");
    const parts = [Buffer.from(`${head}.${claims}`), createPublicKey({ key: published, format: "jwk" })];
    assert.ok(verify("sha256", ...parts, Buffer.from(signature, "base64url")));
    // Fetched once for many questions.
    await (await ask(address, "Hello again")).text();
    assert.equal(vended.length, 1);
  });

  test("another model, another role, another issuer, another key: refused, with a status", limit, async () => {
    await atMinistack({ MODEL_ID: other });
    assert.deepEqual(await refusal(ask(address, "Hello")), [502, "AccessDeniedException"]);
    // By the trust of the role: no such role, and another issuer, whose token is right in itself.
    for (const variables of [
      { ROLE_ARN: role.replace(/[^/]+$/, "nobody") },
      { ISSUER: "https://somebody.example.org" },
    ]) {
      await atMinistack(variables);
      assert.deepEqual(await refusal(ask(address, "Hello")), [502, "AccessDenied"]);
    }
    // It publishes one key and signs with another, as after a change that STS has not seen yet.
    const had = vended.length;
    await atMinistack();
    stale = (await (await fetch(`${address}/.well-known/jwks.json`)).json()).keys;
    await atMinistack({ OIDC_KEY: newKey() });
    assert.deepEqual(await refusal(ask(address, "Hello")), [502, "InvalidIdentityToken"]);
    stale = undefined;
    await atMinistack({ OIDC_KEY: "{" });
    assert.equal((await refusal(ask(address, "Hello")))[0], 502);
    assert.equal(vended.length, had);
  });

  test("the page shows the words as they come; who leaves ends the request", limit, async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
    own = [
      ["AccessKeyId", accessKeyId],
      ["SecretAccessKey", secretAccessKey],
      ["SessionToken", sessionToken],
    ];
    await worker({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `${bedrock.address}/words/60/pace/30/run/${run}` });
    await context.opened(address);
    assert.match(await context.growing("Where is granite found?"), /granite/);
    assert.deepEqual(await context.complaints(), []);
    await asked("Tell me more");
    await (await context.page()).goto("about:blank");
    assert.deepEqual(await context.ends(run, 2), ["complete", "client closed"]);
  });

  test("it signs for nobody, refuses what it is not made for, and limits each client", limit, async () => {
    const had = vended.length;
    assert.equal((await ask(address, " ", client(3))).status, 400);
    assert.equal((await fetch(`${address}/token`)).status, 404);
    const statuses = [];
    for (let at = 0; at < 11; at++) {
      const answer = await ask(address, "Hello", client(2));
      statuses.push(answer.status);
      await answer.body.cancel();
    }
    assert.deepEqual(statuses, [...Array(10).fill(200), 429]);
    assert.equal(vended.length, had);
  });
});
