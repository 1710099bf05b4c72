// The CloudFormation templates of the examples: linted by AWS's cfn-lint, made into stacks by ministack, and what their
// policies allow, as far as a page's or a Worker's role needs it. ministack refuses a template with a type that it does
// not know, so a test says which are left out, and of these only the lint is known. (moto's CloudFormation
// has nothing of Cognito, and moto checks no signature and no policy.)

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { member } from "../oracles/ministack/ministack.mjs";
import { here } from "./context.mjs";

const execute = promisify(execFile);
const python = (...args) => execute(process.env.PYTHON ?? "python3", args);

/** Nothing is to be said of the template; answers it as JSON. */
export async function linted(file) {
  const path = join(here, file);
  // Information too, in every region that outcrop is of use in.
  const { stdout } = await python("-m", "cfnlint", "--include-checks", "I", "--regions", "us-east-1", "--", path).catch(
    (error) => error,
  );
  assert.equal(stdout, "", `cfn-lint: ${stdout}`);
  return JSON.parse((await python(join(here, "template.py"), path)).stdout);
}

/** The stack of a template at ministack, without resources of types that it does not know; answers its outputs. */
export async function created(aws, StackName, template, parameters, unknown = []) {
  const left = Object.entries(template.Resources).filter(([, { Type }]) => unknown.includes(Type));
  assert.equal(new Set(left.map(([, { Type }]) => Type)).size, unknown.length, "each type left out is in the template");
  const known = withName(JSON.stringify(template));
  for (const [name] of left) delete known.Resources[name];
  const given = Object.entries(parameters).flatMap(([key, value], at) => [
    [`Parameters.member.${at + 1}.ParameterKey`, key],
    [`Parameters.member.${at + 1}.ParameterValue`, value],
  ]);
  const { cloudformation } = aws;
  await cloudformation({
    Action: "CreateStack",
    StackName,
    TemplateBody: JSON.stringify(known),
    "Capabilities.member.1": "CAPABILITY_IAM",
    ...Object.fromEntries(given),
  });
  let told;
  // 20 s: a stack of ten resources takes one.
  for (const deadline = Date.now() + 20_000; ; ) {
    told = await cloudformation({ Action: "DescribeStacks", StackName });
    const status = member(told, "StackStatus");
    if (status === "CREATE_COMPLETE") break;
    assert.ok(Date.now() < deadline && status === "CREATE_IN_PROGRESS", told);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const outputs = told.matchAll(/<OutputKey>([^<]+)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g);
  return Object.fromEntries([...outputs].map(([, key, value]) => [key, value]));
}

/** The documents of a role's own policies, and of its trust, as IAM has them. */
export async function policies(aws, RoleName) {
  const of = (xml, name) => {
    const document = JSON.parse(decodeURIComponent(member(xml, name)).replaceAll("&quot;", '"'));
    return withoutName(JSON.stringify(document));
  };
  const names = await aws.iam({ Action: "ListRolePolicies", RoleName });
  const own = [...names.matchAll(/<member>([^<]+)<\/member>/g)].map(async ([, PolicyName]) =>
    of(await aws.iam({ Action: "GetRolePolicy", RoleName, PolicyName }), "PolicyDocument"),
  );
  const role = await aws.iam({ Action: "GetRole", RoleName });
  return { trust: of(role, "AssumeRolePolicyDocument"), own: await Promise.all(own) };
}

// ministack asks for an action of the operation's own name, which AWS does not have: there ConverseStream needs
// InvokeModelWithResponseStream. So its stack has that name too, and who reads the policies does not see it.
const [ofAws, ofMinistack] = ["bedrock:InvokeModelWithResponseStream", "bedrock:ConverseStream"];
const withName = (text) => JSON.parse(text.replaceAll(`"${ofAws}"`, `"${ofAws}","${ofMinistack}"`));
const withoutName = (text) => JSON.parse(text.replaceAll(`,"${ofMinistack}"`, ""));

const list = (one) => (Array.isArray(one) ? one : [one]);

/** Every statement allows actions of these on ARNs of these; and each of both is there. */
export function allowsOnly({ own }, actions, arns) {
  const statements = own.flatMap(({ Statement }) => list(Statement));
  for (const { Effect, NotAction, NotResource } of statements)
    assert.deepEqual([Effect, NotAction, NotResource], ["Allow", undefined, undefined]);
  const all = (name) => [...new Set(statements.flatMap((statement) => list(statement[name])))].sort();
  assert.deepEqual(all("Action"), [...actions].sort());
  assert.deepEqual(all("Resource"), [...arns].sort());
}
