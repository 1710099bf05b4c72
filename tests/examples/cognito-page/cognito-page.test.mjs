// The stack of template.yml at ministack, and the page of this folder, built from its outputs, in Chromium under the policy
// that the template gives it. ministack vends what Cognito and STS would, checks each signature and lets each role call only
// what its policies say; the emulator then shows how the page streams and stops. ministack does not know AWS::Budgets in
// CloudFormation: of that only cfn-lint speaks, and this test lays the policy that stops as the budget would. Nor does it
// lay Cognito's own policy over guests, which is why the page takes the basic flow. Nothing is skipped.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { accessible } from "../../browser/axe.mjs";
import { tokens } from "../../oracles/identity/tokens.mjs";
import { ministack, region } from "../../oracles/ministack/ministack.mjs";
import * as context from "../context.mjs";
import { allowsOnly, created, linted, policies } from "../stack.mjs";

const { asked, limit } = context;
const run = "example-cognito-page";
const arn = (model) => `arn:aws:bedrock:us-east-1::foundation-model/${model}`;
const [forGuests, forMembers] = ["amazon.nova-micro-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"];
const calls = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
const budgets = ["AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction"];
const parameters = { Email: "ada@example.org", GuestModels: arn(forGuests), MemberModels: arn(forMembers) };

/** Builds the page from outputs; answers the status and what it said. */
async function build(outputs, dist) {
  const told = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const child = spawn(process.execPath, [join(context.here, "cognito-page/build.mjs")], {
    env: { ...process.env, DIST: dist },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(typeof outputs === "string" ? outputs : JSON.stringify(told));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
  const [status] = await once(child, "close");
  return { status, text };
}

/** What CloudFront would serve: the folder, with the policy in a header. */
async function cloudFront(folder, policy) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
  const server = createServer(({ url }, response) => {
    const name = url === "/" ? "index.html" : url.slice(1);
    try {
      const bytes = readFileSync(join(folder, name));
      const type = types[extname(name)] ?? "application/json";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy() }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.atEnd(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

describe("cognito-page", () => {
  let aws, bedrock, template, outputs, dist, address, keys;
  /** Where the page's Bedrock is now. */
  let model;
  before(async () => {
    bedrock = await context.shared();
    aws = await ministack();
    template = await linted("cognito-page/template.yml");
    outputs = await created(aws, "chat", template, parameters, budgets);
    dist = join(context.scratch("cognito-page"), "dist");
    const { status, text } = await build(outputs, dist);
    assert.equal(status, 0, text);
    // As STS, but with the keys that the emulator knows.
    keys = await tokens({ "*": vend });
    address = await cloudFront(dist, policy);
  });
  after(() => Promise.all([keys?.stop(), aws?.stop()]));

  /** The template's policy, with this machine's addresses for AWS's. */
  function policy() {
    const { ResponseHeadersPolicyConfig: made } = template.Resources.Headers.Properties;
    const text = made.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy["Fn::Sub"];
    const services = text.match(/https:\/\/[^ ;]+/g);
    assert.equal(services.length, 4);
    const here = [aws.address, keys.address, bedrock.address].join(" ");
    return services.reduce((all, one, at) => all.replace(one, at === 0 ? here : ""), text);
  }

  const forms = [];
  async function vend({ body, headers }) {
    forms.push(new URLSearchParams(body));
    const type = { "content-type": headers["content-type"] };
    const answer = await fetch(aws.address, { method: "POST", headers: type, body });
    const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
    const text = (await answer.text())
      .replace(/<AccessKeyId>[^<]*/, `<AccessKeyId>${accessKeyId}`)
      .replace(/<SecretAccessKey>[^<]*/, `<SecretAccessKey>${secretAccessKey}`)
      .replace(/<SessionToken>[^<]*/, `<SessionToken>${sessionToken}`);
    return { status: answer.status, headers: { "content-type": "text/xml" }, body: text };
  }

  /** Opens the page with these changes of what its build wrote, and services on this machine. */
  async function open({ bedrock: there = aws.address, sts = aws.address, ...changes } = {}) {
    model ??= readFileSync(join(dist, "config.json"), "utf8");
    const endpoints = { cognito: aws.address, users: aws.address, sts, bedrock: there };
    const { guest, member, ...config } = JSON.parse(model);
    const settings = {
      ...config,
      guest: { ...guest, ...changes.guest },
      member: { ...member, ...changes.member },
      endpoints,
    };
    writeFileSync(join(dist, "config.json"), JSON.stringify(settings));
    const chromium = await context.opened(address);
    await chromium.until("the page knows who asks", () => chromium.enabled("#ask"));
    return chromium;
  }

  async function enter(chromium, name, password) {
    await chromium.fill("#name", name);
    await chromium.fill("#password", password);
    await chromium.click("#enter");
  }

  const answer = async (question) => {
    await asked(question);
    return context.settled();
  };

  test("each role may ask its chosen models and nothing else, and trusts its own kind of user", async () => {
    for (const [output, arns, kind] of [
      ["GuestRole", [arn(forGuests)], "unauthenticated"],
      ["MemberRole", [arn(forMembers)], "authenticated"],
    ]) {
      const { StackResourceDetail: found } = await resource(output);
      const documents = await policies(aws, found);
      allowsOnly(documents, calls, arns);
      const [{ Effect, Principal, Action, Condition }, ...more] = documents.trust.Statement;
      assert.deepEqual(more, []);
      assert.deepEqual([Effect, Action], ["Allow", "sts:AssumeRoleWithWebIdentity"]);
      assert.deepEqual(Principal, { Federated: "cognito-identity.amazonaws.com" });
      assert.deepEqual(Condition, {
        StringEquals: { "cognito-identity.amazonaws.com:aud": outputs.IdentityPoolId },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": kind },
      });
      assert.equal(template.Resources[output].Properties.MaxSessionDuration, 3600);
    }
    for (const name of ["GuestModels", "MemberModels"]) {
      const allowed = new RegExp(`^(?:${template.Parameters[name].AllowedPattern})$`);
      assert.match(arn(forGuests), allowed);
      for (const wide of ["*", arn("*"), "arn:aws:s3:::bucket"]) assert.doesNotMatch(wide, allowed);
    }
    // Nobody signs up by themselves.
    const { UserPool, Budget, BudgetAction } = template.Resources;
    assert.equal(UserPool.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly, true);
    // The budget lays the policy that stops on both roles, by itself, when all of it is spent.
    assert.deepEqual(Budget.Properties.Budget.BudgetLimit, { Amount: { Ref: "MonthlyLimit" }, Unit: "USD" });
    const { ApprovalModel, ActionThreshold, Definition } = BudgetAction.Properties;
    assert.deepEqual([ApprovalModel, ActionThreshold], ["AUTOMATIC", { Type: "PERCENTAGE", Value: 100 }]);
    const { PolicyArn, Roles } = Definition.IamActionDefinition;
    assert.deepEqual(PolicyArn, { Ref: "Stop" });
    assert.deepEqual(Roles["Fn::If"][1], [{ Ref: "GuestRole" }, { Ref: "MemberRole" }]);
  });

  /** A resource of the stack by its name in the template: its physical name. */
  async function resource(LogicalResourceId) {
    const Action = "DescribeStackResource";
    const xml = await aws.cloudformation({ Action, StackName: "chat", LogicalResourceId });
    const [, found] = /<PhysicalResourceId>([^<]+)</.exec(xml);
    return { StackResourceDetail: found };
  }

  test("a guest asks the guests' model, signed with what STS gave for Cognito's token", limit, async () => {
    const chromium = await open();
    assert.equal(await chromium.text("#who"), `Guest, asking ${forGuests}`);
    const { text, trouble } = await answer("Hello");
    assert.deepEqual([/ministack/.test(text), trouble], [true, ""]);
    assert.deepEqual(await context.complaints(), []);
  });

  test("a guest who asks the members' model is refused", limit, async () => {
    await open({ guest: { modelId: forMembers } });
    const { text, trouble } = await answer("Hello");
    assert.equal(text, "");
    assert.notEqual(trouble, "");
    await (await context.page()).log();
    // ministack's refusals carry no CORS header, so the page sees no answer at all: the same in Node.
    const { BedrockRuntime } = await import("outcrop");
    const { guest } = await import("./src/credentials.js");
    const { region, identityPoolId, guest: role } = JSON.parse(model);
    const endpoints = { cognito: aws.address, sts: aws.address };
    const credentials = guest({ region, identityPoolId, guest: role, endpoints });
    const client = new BedrockRuntime({ region, endpoint: aws.address, credentials });
    const messages = [{ role: "user", content: [{ text: "Hello" }] }];
    for (const modelId of [forMembers, "mistral.mistral-7b-instruct-v0:2"])
      await assert.rejects(client.converseStream({ modelId, messages }), { name: "AccessDeniedException" });
    let last;
    for await (const event of (await client.converseStream({ modelId: forGuests, messages })).stream) last = event;
    assert.ok(last.metadata);
  });

  test("a user chooses a password, signs in and asks the members' model", limit, async () => {
    const idp = (name, input) => aws.json("cognito-idp", `AWSCognitoIdentityProviderService.${name}`, input);
    const user = { UserPoolId: outputs.UserPoolId, Username: "ada" };
    const [first, own] = ["Granite-1815-first!", "Granite-1815-own!"];
    await idp("AdminCreateUser", { ...user, MessageAction: "SUPPRESS", TemporaryPassword: first });
    const chromium = await open();
    await enter(chromium, "ada", "Basalt-1815-wrong!");
    await chromium.until("the wrong password is refused", async () =>
      /password/i.test(await chromium.text("#trouble")),
    );
    await enter(chromium, "ada", first);
    await chromium.until("a new password is asked for", () => chromium.displayed("#new-password"));
    await accessible(chromium);
    await chromium.fill("#new-password", own);
    await chromium.click("#enter");
    const member = `ada, asking ${forMembers}`;
    await chromium.until("the user is in", async () => (await chromium.text("#who")) === member);
    const { text, trouble } = await answer("Hello");
    assert.deepEqual([/ministack/.test(text), trouble], [true, ""]);
    // No token and no credential is kept by the browser.
    assert.deepEqual(await chromium.run(() => [localStorage.length, sessionStorage.length, document.cookie]), [
      0,
      0,
      "",
    ]);
    await chromium.log();
    // A member may not ask what only guests may.
    await open({ member: { modelId: forGuests } });
    await enter(chromium, "ada", own);
    await chromium.until("the user is in again", async () => /^ada/.test(await chromium.text("#who")));
    assert.equal((await answer("Hello")).text, "");
    await chromium.log();
  });

  test("it streams; Stop and leaving end the request", limit, async () => {
    const chromium = await open({ bedrock: `${bedrock.address}/words/60/pace/30/run/${run}`, sts: keys.address });
    assert.match(await context.growing("Where is granite found?"), /granite/);
    await asked("And basalt?");
    await chromium.click("#stop");
    assert.equal((await context.settled()).trouble, "");
    await accessible(chromium);
    assert.deepEqual(await context.ends(run, 2), ["complete", "client closed"]);
    await asked("And gneiss?");
    await chromium.goto("about:blank");
    assert.equal((await context.ends(run, 3)).at(-1), "client closed");
    assert.deepEqual(await context.complaints(), []);
    // STS was asked once, for the shortest session, by who has no key yet.
    const [form, ...more] = forms;
    assert.deepEqual(more, []);
    assert.deepEqual([form.get("DurationSeconds"), form.get("RoleArn")], ["900", outputs.GuestRole]);
  });

  test("an answer that was cut off is not shown as a whole one", limit, async () => {
    const there = `${bedrock.address}/case/stream-cut-before-metadata/${run}-cut`;
    await open({ bedrock: there, sts: keys.address });
    const { text, trouble } = await answer("Hello");
    assert.ok(text.length > 0);
    assert.match(trouble, /ended between two of its events/);
  });

  test("the policy of the budget stops a guest whose credentials are still good", limit, async () => {
    await open();
    assert.match((await answer("Hello")).text, /ministack/);
    const [{ StackResourceDetail: RoleName }, { StackResourceDetail: PolicyArn }] = [
      await resource("GuestRole"),
      await resource("Stop"),
    ];
    await aws.iam({ Action: "AttachRolePolicy", RoleName, PolicyArn });
    const { text, trouble } = await answer("Hello again");
    assert.equal(text, "");
    assert.notEqual(trouble, "");
    await aws.iam({ Action: "DetachRolePolicy", RoleName, PolicyArn });
    assert.match((await answer("Once more")).text, /ministack/);
  });

  test("without users there is no pool of them, and no form to sign in", limit, async () => {
    const alone = await created(aws, "guests", template, { ...parameters, SignIn: "no" }, budgets);
    assert.deepEqual(
      ["UserPoolClientId", "LoginProvider", "MemberModels"].filter((name) => name in alone),
      [],
    );
    const { status, text } = await build(alone, dist);
    assert.equal(status, 0, text);
    const { endpoints: _, ...config } = JSON.parse(readFileSync(join(dist, "config.json"), "utf8"));
    assert.equal(config.member, undefined);
    config.endpoints = { cognito: aws.address, sts: aws.address, bedrock: aws.address };
    writeFileSync(join(dist, "config.json"), JSON.stringify(config));
    const chromium = await context.opened(address);
    await chromium.until("the page knows who asks", () => chromium.enabled("#ask"));
    assert.equal(await chromium.displayed("#sign-in"), false);
    assert.match((await answer("Hello")).text, /ministack/);
    assert.equal(config.region, region);
  });

  test("outputs of another stack are refused, and nothing is written", async () => {
    const place = join(context.scratch("cognito-page"), "dist");
    for (const [given, why] of [
      [{ Other: "x" }, /no output Region/],
      ["no JSON", /describe-stacks/],
    ]) {
      const { status, text } = await build(given, place);
      assert.notEqual(status, 0);
      assert.match(text, why);
    }
    assert.throws(() => readFileSync(join(place, "config.json")));
  });
});
