// Cognito's and STS's providers where the service or the host misbehaves; stand-ins of AWS show the good ways
// (tests/oracles). A small server here answers what it is told and keeps what it was asked.
//
// It is long because each provider meets the same misbehaviour.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { app, client, emulator, file, messages, modelId, outcrop, place } from "./context.mjs";
import { ID, id, secrets, serving, set } from "./services.mjs";

const {
  cognitoOpenIdToken,
  createCredentialChain,
  fromCognitoIdentity,
  fromCognitoIdentityPool,
  fromEnv,
  fromEnvToken,
  fromWebToken,
} = outcrop;
const input = { modelId, messages };
const fails = (promise) =>
  promise.then(
    () => assert.fail("an error is due"),
    (error) => error,
  );
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const POOL = "eu-west-1:00000000-0000-0000-0000-000000000001";
const OTHER = "eu-west-1:00000000-0000-0000-0000-00000000000b";
const refusal = (name, status = 400) => ({ status, body: { __type: name, message: "no" } });

test("a guest: GetId, GetCredentialsForIdentity, a signed call; the id is kept, the credentials are not", async () => {
  const { asked, clientConfig } = await serving(id(), set());
  const credentials = fromCognitoIdentityPool({ identityPoolId: POOL, accountId: "123456789012", clientConfig });
  const { endpoint, seen } = place();
  const bedrock = client(endpoint, { credentials });
  await bedrock.converse(input);
  await bedrock.converse(input);
  assert.deepEqual(
    asked.map(({ target, body }) => [target, body]),
    [
      ["GetId", { IdentityPoolId: POOL, AccountId: "123456789012" }],
      ["GetCredentialsForIdentity", { IdentityId: ID }],
    ],
  );
  for (const { headers } of asked) {
    assert.equal(headers["content-type"], "application/x-amz-json-1.1");
    assert.equal(headers.authorization, undefined);
    assert.equal(headers["x-amz-date"], undefined);
  }
  assert.ok((await seen()).attempts.every(({ signature }) => signature === "ok"));
  const told = await credentials();
  assert.deepEqual(Object.keys(told).sort(), [
    "accessKeyId",
    "expiration",
    "identityId",
    "secretAccessKey",
    "sessionToken",
  ]);
  assert.equal(told.identityId, ID);
  assert.ok(told.expiration instanceof Date && Math.abs(told.expiration - Date.now() - 3_600_000) < 5_000);
  assert.deepEqual(asked.map(({ target }) => target).slice(2), ["GetCredentialsForIdentity"]);
});

test("the region is the id's, unless told; and the endpoint follows it", async () => {
  const hosts = [];
  const fetch = async (url) => (hosts.push(new URL(url).host), Response.json(set().body));
  await fromCognitoIdentity({ identityId: ID, clientConfig: { fetch } })();
  await fromCognitoIdentity({ identityId: ID, clientConfig: { fetch, region: "us-west-2", useFipsEndpoint: true } })();
  const xml = async (url) => (hosts.push(new URL(url).host), new Response(assumed()));
  await fromWebToken({ roleArn: ROLE, webIdentityToken: "t", clientConfig: { fetch: xml, region: "eu-west-1" } })();
  const unbound = fromWebToken({ roleArn: ROLE, webIdentityToken: "t", clientConfig: { fetch: xml } });
  await client(place().endpoint, { region: "ap-south-1", credentials: unbound }).converse(input);
  await unbound({ callerClientConfig: { region: async () => "eu-north-1" } });
  assert.deepEqual(hosts, [
    "cognito-identity.eu-west-1.amazonaws.com",
    "cognito-identity-fips.us-west-2.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    "sts.ap-south-1.amazonaws.com",
    "sts.eu-north-1.amazonaws.com",
  ]);
  for (const bad of [undefined, "", "no-colon", "eu-west-1:"]) {
    assert.throws(() => fromCognitoIdentityPool({ identityPoolId: bad }), { name: "CredentialsProviderError" });
  }
});

test("logins are values or functions, called anew at each renewal; the custom role goes along", async () => {
  const { asked, clientConfig } = await serving(id(), set());
  let calls = 0;
  const credentials = fromCognitoIdentityPool({
    identityPoolId: POOL,
    customRoleArn: "arn:aws:iam::123456789012:role/x",
    logins: { fixed: "token", sync: () => `sync${++calls}`, "a.b/c": async () => `async${calls}` },
    clientConfig,
  });
  await credentials();
  await credentials();
  assert.deepEqual(
    asked.map(({ target, body }) => [target, body.Logins, body.CustomRoleArn]),
    [
      ["GetId", { fixed: "token", sync: "sync1", "a.b/c": "async1" }, undefined],
      [
        "GetCredentialsForIdentity",
        { fixed: "token", sync: "sync1", "a.b/c": "async1" },
        "arn:aws:iam::123456789012:role/x",
      ],
      [
        "GetCredentialsForIdentity",
        { fixed: "token", sync: "sync2", "a.b/c": "async2" },
        "arn:aws:iam::123456789012:role/x",
      ],
    ],
  );
  const cause = new Error("signed out");
  const broken = fromCognitoIdentityPool({
    identityPoolId: POOL,
    logins: { x: () => Promise.reject(cause) },
    clientConfig,
  });
  assert.equal(await fails(broken()), cause);
  const error = await fails(client(place().endpoint, { credentials: broken }).converse(input));
  assert.equal(error.name, "CredentialsProviderError");
  assert.equal(error.cause, cause);
});

test("throttled, unavailable and broken answers are tried again", async () => {
  const { asked, clientConfig } = await serving(
    refusal("TooManyRequestsException", 429),
    id(),
    { status: 503, body: "<html>" },
    refusal("InternalErrorException", 500),
    set(),
  );
  const { identityId } = await fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig })();
  assert.equal(identityId, ID);
  assert.deepEqual(
    asked.map(({ target }) => target),
    ["GetId", "GetId", "GetCredentialsForIdentity", "GetCredentialsForIdentity", "GetCredentialsForIdentity"],
  );
  const always = await serving(refusal("TooManyRequestsException", 429));
  const error = await fails(
    fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig: { ...always.clientConfig, maxAttempts: 2 } })(),
  );
  assert.equal(error.name, "TooManyRequestsException");
  assert.equal(error.$metadata.attempts, 2);
  const refused = await serving(refusal("NotAuthorizedException"));
  const denied = await fails(fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig: refused.clientConfig })());
  assert.equal(denied.name, "NotAuthorizedException");
  assert.equal(refused.asked.length, 1);
});

test("a service that hangs is given up after its time", async () => {
  const { asked, clientConfig } = await serving({ status: "hang" });
  const credentials = fromCognitoIdentityPool({
    identityPoolId: POOL,
    clientConfig: { ...clientConfig, timeouts: { firstByte: 40 } },
  });
  const error = await fails(credentials());
  assert.equal(error.name, "TimeoutError");
  assert.equal(asked.length, 3);
});

const KEY = `aws:cognito-identity-credentials:${POOL}`;
const storages = {
  sync: (map) => ({
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  }),
  async: (map) => ({
    getItem: async (key) => (await sleep(5), map.get(key)),
    setItem: async (key, value) => (await sleep(5), void map.set(key, value)),
    removeItem: async (key) => (await sleep(5), void map.delete(key)),
  }),
};
for (const [kind, storage] of Object.entries(storages)) {
  test(`the identity id is cached (${kind}), by pool and user, and dropped when the pool does not know it`, async () => {
    const map = new Map();
    const cache = storage(map);
    const first = await serving(id(), set());
    await fromCognitoIdentityPool({ identityPoolId: POOL, cache, clientConfig: first.clientConfig })();
    assert.deepEqual([...map], [[`${KEY}:ANONYMOUS`, ID]]);

    const second = await serving(set());
    await fromCognitoIdentityPool({ identityPoolId: POOL, cache, clientConfig: second.clientConfig })();
    assert.deepEqual(
      second.asked.map(({ target }) => target),
      ["GetCredentialsForIdentity"],
    );

    const third = await serving(refusal("ResourceNotFoundException"), id(OTHER), set(OTHER));
    const credentials = fromCognitoIdentityPool({ identityPoolId: POOL, cache, clientConfig: third.clientConfig });
    assert.equal((await credentials()).identityId, OTHER);
    assert.deepEqual(
      third.asked.map(({ target, body }) => [target, body.IdentityId]),
      [
        ["GetCredentialsForIdentity", ID],
        ["GetId", undefined],
        ["GetCredentialsForIdentity", OTHER],
      ],
    );
    assert.deepEqual([...map], [[`${KEY}:ANONYMOUS`, OTHER]]);

    const logins = { x: "token" };
    const named = await serving(id(), set());
    const options = { identityPoolId: POOL, cache, logins, clientConfig: named.clientConfig };
    await fromCognitoIdentityPool({ ...options, userIdentifier: "me" })();
    assert.equal(map.get(`${KEY}:me`), ID);
    map.clear();
    await fromCognitoIdentityPool(options)();
    assert.equal(map.size, 0, "whose it is is not known");
  });
}

test("a storage that fails, or holds something else, is no storage", async () => {
  const throwing = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const rejecting = () => Promise.reject(new Error("no"));
  for (const fail of [throwing, rejecting]) {
    const { clientConfig } = await serving(id(), set());
    const cache = { getItem: fail, setItem: fail, removeItem: fail };
    assert.equal((await fromCognitoIdentityPool({ identityPoolId: POOL, cache, clientConfig })()).identityId, ID);
  }
  for (const odd of ["", "undefined", 7, {}, "<x>", "a:b\nc"]) {
    const { asked, clientConfig } = await serving(id(), set());
    const cache = { getItem: () => odd, setItem: () => {}, removeItem: () => {} };
    await fromCognitoIdentityPool({ identityPoolId: POOL, cache, clientConfig })();
    assert.equal(asked[0].target, "GetId", `${odd}`);
  }
});

test("an id that Cognito has just given and does not know is an error, not a circle", async () => {
  const { asked, clientConfig } = await serving(id(), refusal("ResourceNotFoundException"));
  const error = await fails(fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig })());
  assert.equal(error.name, "ResourceNotFoundException");
  assert.equal(asked.length, 2);
  const given = await serving(refusal("ResourceNotFoundException"));
  await fails(fromCognitoIdentity({ identityId: ID, clientConfig: given.clientConfig })());
  assert.equal(given.asked.length, 1);
});

test("answers without credentials, without an id, or that are no JSON, are typed errors without what came", async () => {
  const answers = [
    {},
    { body: {} },
    { body: { IdentityId: 7 } },
    { body: "not JSON SECRETPART" },
    { body: "[]" },
    { body: { IdentityId: ID, Credentials: null } },
  ];
  for (const answer of answers) {
    const { clientConfig } = await serving(answer);
    const error = await fails(fromCognitoIdentityPool({ identityPoolId: POOL, clientConfig })());
    assert.ok(error instanceof outcrop.OutcropError, inspect(error));
    assert.ok(!inspect(error).includes("SECRETPART"));
  }
  for (const member of ["AccessKeyId", "SecretKey", "SessionToken"]) {
    for (const value of [undefined, null, 7, "", "line\nbreak"]) {
      const answer = set();
      answer.body.Credentials[member] = value;
      const { clientConfig } = await serving(answer);
      const error = await fails(fromCognitoIdentity({ identityId: ID, clientConfig })());
      assert.equal(error.name, "CredentialsProviderError", `${member} ${value}`);
    }
  }
  for (const end of [undefined, null, "soon", {}]) {
    const { clientConfig } = await serving(set(ID, end === undefined ? null : end));
    const credentials = fromCognitoIdentity({ identityId: ID, clientConfig });
    const error = await fails(client(place().endpoint, { credentials }).converse(input));
    assert.equal(error.name, "CredentialsProviderError", `${end}`);
  }
});

test("where the host's clock is wrong, expiration is told in the host's clock", async () => {
  for (const hours of [2, -2]) {
    const service = Date.now() + hours * 3_600_000;
    const { clientConfig } = await serving({
      ...set(ID, service / 1000 + 3_600),
      headers: { date: new Date(service).toUTCString() },
    });
    const { expiration } = await fromCognitoIdentity({ identityId: ID, clientConfig })();
    const left = expiration - Date.now();
    assert.ok(Math.abs(left - 3_600_000) < 5_000, `${left}`);
  }
});

const ROLE = "arn:aws:iam::123456789012:role/web";
const assumed = (credentials = "", tail = "") => `<?xml version="1.0" encoding="UTF-8"?>
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>a&amp;b &lt;&gt;&quot;&apos;</SubjectFromWebIdentityToken>
    <AssumedRoleUser><Arn>x</Arn><AssumedRoleId>y</AssumedRoleId></AssumedRoleUser>
    <PackedPolicySize>6</PackedPolicySize><SourceIdentity/>
    ${
      credentials ||
      `<Credentials>
      <SessionToken>${secrets.sessionToken}</SessionToken>
      <SecretAccessKey>${secrets.secretAccessKey}</SecretAccessKey>
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
      <AccessKeyId>${secrets.accessKeyId}</AccessKeyId>
    </Credentials>`
    }
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>${tail}`;
const xml = (body, status = 200) => ({ status, body, headers: { "content-type": "text/xml" } });

test("AssumeRoleWithWebIdentity: the form, the answer, a signed call; the token is asked for anew each time", async () => {
  const { asked, clientConfig } = await serving(() => xml(assumed()));
  let tokens = 0;
  const credentials = fromWebToken({
    roleArn: ROLE,
    webIdentityToken: async () => `token ${++tokens}&é`,
    roleSessionName: "me",
    providerId: "www.amazon.com",
    policyArns: [{ arn: "arn:one" }, { arn: "arn:two" }],
    policy: '{"a":"&="}',
    durationSeconds: 900,
    clientConfig,
  });
  const { endpoint, seen } = place();
  await client(endpoint, { credentials }).converse(input);
  assert.equal((await seen()).attempts[0].signature, "ok");
  const told = await credentials();
  assert.deepEqual(Object.keys(told), ["accessKeyId", "secretAccessKey", "sessionToken", "expiration"]);
  assert.ok(Math.abs(told.expiration - Date.now() - 3_600_000) < 5_000);
  assert.deepEqual(Object.fromEntries(asked[1].body), {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: ROLE,
    RoleSessionName: "me",
    WebIdentityToken: "token 2&é",
    ProviderId: "www.amazon.com",
    "PolicyArns.member.1.arn": "arn:one",
    "PolicyArns.member.2.arn": "arn:two",
    Policy: '{"a":"&="}',
    DurationSeconds: "900",
  });
  assert.equal(asked[0].headers["content-type"], "application/x-www-form-urlencoded");
  assert.equal(asked[0].headers.authorization, undefined);
});

test("the basic flow: an open id token, then the role", async () => {
  const cognito = await serving(id(), { body: { IdentityId: ID, Token: "open-id-token" } });
  const sts = await serving(() => xml(assumed()));
  const credentials = fromWebToken({
    roleArn: ROLE,
    webIdentityToken: cognitoOpenIdToken({ identityPoolId: POOL, clientConfig: cognito.clientConfig }),
    clientConfig: sts.clientConfig,
  });
  await client(place().endpoint, { credentials }).converse(input);
  assert.deepEqual(
    cognito.asked.map(({ target }) => target),
    ["GetId", "GetOpenIdToken"],
  );
  assert.equal(sts.asked[0].body.get("WebIdentityToken"), "open-id-token");
  assert.match(sts.asked[0].body.get("RoleSessionName"), /^[\w+=,.@-]{2,64}$/);
});

test("STS's errors have their names; what is worth it is tried again", async () => {
  const error = (code, message = "said &amp; done") =>
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>id</RequestId></ErrorResponse>`;
  const provider = (clientConfig) => fromWebToken({ roleArn: ROLE, webIdentityToken: "SECRETTOKEN", clientConfig });
  for (const code of ["ExpiredTokenException", "InvalidIdentityToken", "IDPRejectedClaim"]) {
    const { asked, clientConfig } = await serving(xml(error(code), 400));
    const failed = await fails(provider(clientConfig)());
    assert.equal(failed.name, code);
    assert.equal(failed.message, "said & done");
    assert.equal(asked.length, 1, code);
    assert.ok(!inspect(failed).includes("SECRETTOKEN"));
  }
  const { asked, clientConfig } = await serving(xml(error("Throttling"), 400), xml("<html>busy", 503), () =>
    xml(assumed()),
  );
  await provider(clientConfig)();
  assert.equal(asked.length, 3);
});

test("XML that is more than elements and text is refused, and not shown", async () => {
  const good = assumed();
  const inner = good.slice(good.indexOf("<Credentials>"), good.indexOf("</Credentials>") + 14);
  const hostile = {
    "a DTD": good.replace("?>", '?><!DOCTYPE a [<!ENTITY x "y">]>'),
    "an external entity": good.replace("?>", '?><!DOCTYPE a SYSTEM "file:///etc/passwd">'),
    "an unknown entity": good.replace("a&amp;b", "&x;"),
    "a character reference": good.replace("a&amp;b", "&#97;"),
    "an entity of JavaScript's": good.replace("a&amp;b", "&constructor;"),
    "a bare &": good.replace("a&amp;b", "a & b"),
    "an entity without its end": good.replace("a&amp;b", "&amp b"),
    "a character that XML has not": good.replace("a&amp;b", "a\uFFFEb"),
    "a control": good.replace("a&amp;b", "a\u0085b"),
    CDATA: good.replace("a&amp;b", "<![CDATA[x]]>"),
    "the end of a CDATA": good.replace("a&amp;b", "]]>"),
    "a comment": good.replace("<Credentials>", "<!-- x --><Credentials>"),
    "a processing instruction": good.replace("<Credentials>", "<?x y?><Credentials>"),
    "a second set": good.replace(inner, inner + inner),
    "a second key": good.replace("<AccessKeyId>", "<AccessKeyId>OTHER</AccessKeyId><AccessKeyId>"),
    "text between elements": good.replace("<Credentials>", "text<Credentials>"),
    "an element in a key": good.replace("<AccessKeyId>", "<AccessKeyId><b>x</b>"),
    "a tag that is not closed": good.replace("</AssumedRoleUser>", ""),
    "a tag closed twice": good.replace("</AssumedRoleUser>", "</AssumedRoleUser></AssumedRoleUser>"),
    "a closing tag with an attribute": good.replace("</AccessKeyId>", '</AccessKeyId a="b">'),
    "an attribute with <": good.replace("<Credentials>", '<Credentials a="<">'),
    "an attribute without quotes": good.replace("<Credentials>", "<Credentials a=b>"),
    "a prefix": good.replaceAll("Credentials>", "x:Credentials>"),
    "a prototype": good.replaceAll("Credentials>", "__proto__>"),
    "a constructor": good.replaceAll("Credentials>", "constructor>"),
    "something behind the end": `${good}x`,
    "a second root": good + good.slice(good.indexOf("\n")),
    "a declaration in the middle": good.replace("<Credentials>", '<?xml version="1.0"?><Credentials>'),
    "cut short": good.slice(0, -10),
    nothing: "",
    "only text": "text",
    "too deep": `${"<a>".repeat(100)}${"</a>".repeat(100)}`,
    "another answer": "<GetCallerIdentityResponse><a>b</a></GetCallerIdentityResponse>",
    JSON: '{"Credentials":{}}',
  };
  const started = performance.now();
  for (const [what, body] of Object.entries(hostile)) {
    const { clientConfig } = await serving(xml(body));
    const error = await fromWebToken({ roleArn: ROLE, webIdentityToken: "t", clientConfig })().catch((error) => error);
    assert.ok(
      error instanceof outcrop.AnswerError || error instanceof outcrop.CredentialsProviderError,
      `${what}: ${inspect(error)}`,
    );
    assert.ok(!inspect(error).includes(secrets.secretAccessKey), what);
  }
  // Each is refused at once: 1,000,000 characters of attributes take no longer than they are long.
  const long = good.replace("<Credentials>", `<Credentials ${'a="b" '.repeat(160_000)}!>`);
  const { clientConfig } = await serving(xml(long));
  await fails(fromWebToken({ roleArn: ROLE, webIdentityToken: "t", clientConfig })());
  assert.ok(performance.now() - started < 5_000);
  const spaced = await serving(xml(`\uFEFF${good.replace("<Credentials>", "<Credentials\n a='b' >")}\n`));
  await fromWebToken({ roleArn: ROLE, webIdentityToken: "t", clientConfig: spaced.clientConfig })();
});

test("a chain asks one after the other; an error that says so ends it", async () => {
  const told = { accessKeyId: "A", secretAccessKey: "S" };
  const asked = [];
  const failing = (name, more) => async () => {
    asked.push(name);
    throw Object.assign(new Error(name), more);
  };
  assert.equal(await createCredentialChain(failing("one"), failing("two"), async () => told, failing("four"))(), told);
  assert.deepEqual(asked, ["one", "two"]);
  const error = await fails(createCredentialChain(failing("a"), failing("b", { tryNextLink: false }), failing("c"))());
  assert.equal(error.name, "CredentialsProviderError");
  assert.deepEqual(
    error.cause.errors.map(({ message }) => message),
    ["a", "b"],
  );
  assert.equal((await fails(createCredentialChain()())).name, "CredentialsProviderError");
});

test("an environment: the host's, or a worker's; read anew, and only what it says", async (t) => {
  const bindings = { AWS_ACCESS_KEY_ID: secrets.accessKeyId, AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey };
  assert.deepEqual(await fromEnv(bindings)(), {
    accessKeyId: secrets.accessKeyId,
    secretAccessKey: secrets.secretAccessKey,
  });
  const full = { ...bindings, AWS_SESSION_TOKEN: "t", AWS_CREDENTIAL_EXPIRATION: "2030-01-01T00:00:00Z" };
  assert.deepEqual(await fromEnv(full)(), {
    accessKeyId: secrets.accessKeyId,
    secretAccessKey: secrets.secretAccessKey,
    sessionToken: "t",
    expiration: new Date("2030-01-01"),
  });
  for (const odd of [
    {},
    { ...bindings, AWS_ACCESS_KEY_ID: "" },
    { ...bindings, AWS_SECRET_ACCESS_KEY: { get() {} } },
  ]) {
    assert.equal((await fails(fromEnv(odd)())).name, "CredentialsProviderError");
    assert.equal((await fails(fromEnvToken(odd)())).name, "CredentialsProviderError");
  }
  const saved = { ...process.env };
  t.after(() => (process.env = saved));
  const { endpoint, seen } = place();
  Object.assign(process.env, bindings, { AWS_SESSION_TOKEN: secrets.sessionToken });
  await client(endpoint, { credentials: fromEnv() }).converse(input);
  await client(endpoint, {
    credentials: undefined,
    token: fromEnvToken({ AWS_BEARER_TOKEN_BEDROCK: emulator.apiKey }),
  }).converse(input);
  delete process.env.AWS_BEARER_TOKEN_BEDROCK;
  assert.equal(
    (await fails(client(endpoint, { credentials: undefined }).converse(input))).name,
    "CredentialsProviderError",
  );
  process.env.AWS_BEARER_TOKEN_BEDROCK = emulator.apiKey;
  await client(endpoint, { credentials: undefined }).converse(input);
  // What the caller gives comes first.
  await client(endpoint).converse(input);
  assert.deepEqual(
    (await seen()).attempts.map(({ signature }) => signature),
    ["ok", "bearer", "bearer", "ok"],
  );
});

test("the providers of ./slim take the module", async () => {
  const slim = await import(file("dist/slim.js"));
  const module = await WebAssembly.compile(readFileSync(join(app, "node_modules/outcrop/dist/outcrop.wasm")));
  const { clientConfig } = await serving(id(), set());
  const credentials = slim.fromCognitoIdentityPool({ module, identityPoolId: POOL, clientConfig });
  await client(place().endpoint, { module, credentials }, slim).converse(input);
  assert.equal((await slim.fromCognitoIdentity({ module, identityId: ID, clientConfig })()).identityId, ID);
  const sts = await serving(() => xml(assumed()));
  const token = slim.cognitoOpenIdToken({
    module,
    identityId: ID,
    clientConfig: (await serving({ body: { Token: "x" } })).clientConfig,
  });
  await slim.fromWebToken({ module, roleArn: ROLE, webIdentityToken: token, clientConfig: sts.clientConfig })();
  assert.equal(sts.asked[0].body.get("WebIdentityToken"), "x");
});
