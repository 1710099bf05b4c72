// Where requests go and who they are from, in Chromium and Firefox: the kinds of credentials, what is stored, what stands
// in the address, what an error says, and the page's own policy.

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root, server } from "../programs.mjs";
import { playground } from "./page.mjs";

/** Cognito's two operations of the enhanced flow, in the shapes of its documentation; the keys are the emulator's. */
async function identityPools({ accessKeyId, secretAccessKey, sessionToken }) {
  const asked = [];
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (request.method === "OPTIONS") return response.end();
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      const target = request.headers["x-amz-target"];
      const text = `${Buffer.concat(pieces)}`;
      if (!target) {
        const form = Object.fromEntries(new URLSearchParams(text));
        asked.push({ target: form.Action, body: form });
        response.setHeader("content-type", "text/xml");
        response.end(
          `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(Date.now() + 900_000).toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
        );
        return;
      }
      const body = JSON.parse(text);
      asked.push({ target, body });
      const id = "us-east-1:11111111-2222-3333-4444-555555555555";
      const Credentials = {
        AccessKeyId: accessKeyId,
        SecretKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: Date.now() / 1000 + 3600,
      };
      const answers = {
        GetId: { IdentityId: id },
        GetOpenIdToken: { IdentityId: id, Token: "a.web.token" },
        GetCredentialsForIdentity: { IdentityId: id, Credentials },
      };
      const answer = answers[target.split(".")[1]];
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    address: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

playground((page) => {
  const stored = () =>
    page.browser.run(() => ({
      session: { ...sessionStorage },
      local: { ...localStorage },
      cookies: document.cookie,
    }));
  const nothing = { session: {}, local: {}, cookies: "" };
  const hash = () => page.browser.run(() => location.hash);
  const secrets = () => {
    const { secretAccessKey, sessionToken, accessKeyId } = page.bedrock.temporaryCredentials;
    return [accessKeyId, secretAccessKey, sessionToken, page.bedrock.apiKey];
  };
  const kind = async (name, field) => {
    await page.openConnection();
    await page.press(`input[name=kind][value=${name}]`);
    await page.until("its fields are there", () => page.exists(field));
  };

  test("an API key is enough", async () => {
    await page.connect("/pace/0/run/api-key");
    await kind("api-key", "#api-key");
    await page.set("#api-key", page.bedrock.apiKey);
    await page.closeConnection();
    await page.ask("Hello");
    assert.equal((await page.bedrock.ended("api-key"))[0].signature, "bearer");
    await page.quiet();
  });

  test("an identity pool gives credentials, once, to a guest and to who has a login", async () => {
    const cognito = await identityPools(page.bedrock.temporaryCredentials);
    try {
      await page.connect("/pace/0/run/cognito");
      await kind("cognito", "#identity-pool-id");
      await page.set("#identity-pool-id", "us-east-1:00000000-1111-2222-3333-444444444444");
      await page.set("#identity-endpoint", cognito.address);
      await page.closeConnection();
      await page.ask("Hello");
      await page.ask("Again");
      const attempts = await page.bedrock.ended("cognito", 2);
      assert.deepEqual(
        attempts.map(({ signature }) => signature),
        ["ok", "ok"],
      );
      assert.deepEqual(cognito.asked, [
        {
          target: "AWSCognitoIdentityService.GetId",
          body: { IdentityPoolId: "us-east-1:00000000-1111-2222-3333-444444444444" },
        },
        {
          target: "AWSCognitoIdentityService.GetCredentialsForIdentity",
          body: { IdentityId: "us-east-1:11111111-2222-3333-4444-555555555555" },
        },
      ]);
      await page.openConnection();
      assert.match(await page.text("#connection"), /Credentials until .+; they renew themselves/);
      await page.set("#login-provider", "accounts.example.com");
      await page.set("#login-token", "a.login.token");
      await page.closeConnection();
      await page.ask("As somebody");
      assert.deepEqual(cognito.asked.at(-1).body.Logins, { "accounts.example.com": "a.login.token" });

      // The inspector has these exchanges, without what is in them.
      await page.press("nav.views a[href='#inspector']");
      await page.until("they are listed", async () => (await page.all(".exchange")).length > 4);
      const rows = await page.all(".exchange");
      const number = rows.findIndex((row) => row.includes("127.0.0.1"));
      await page.press(`.exchanges li:nth-child(${number + 1}) .exchange`);
      await page.until("it is shown", async () => (await page.text(".inspector .note")).includes("hold credentials"));
      const text = await page.text("body");
      for (const secret of [...secrets(), "a.login.token"]) assert.ok(!text.includes(secret), "a secret is shown");
      assert.deepEqual(await stored(), nothing);
      await page.quiet();
    } finally {
      await cognito.stop();
    }
  });

  test("a guest takes the basic flow: the pool's token, and the role's credentials from STS", async () => {
    const cognito = await identityPools(page.bedrock.temporaryCredentials);
    try {
      await page.connect("/pace/0/run/basic");
      await kind("cognito", "#identity-pool-id");
      await page.set("#identity-pool-id", "us-east-1:00000000-1111-2222-3333-444444444444");
      await page.set("#identity-endpoint", cognito.address);
      await page.set("#sts-endpoint", cognito.address);
      await page.set("#role-arn", "guests");
      await page.closeConnection();
      await page.ask("Hello", "Failed");
      assert.match(await page.text("body"), /A role's ARN looks like arn:aws:iam::123456789012:role\/name/);
      assert.deepEqual(cognito.asked, []);
      await page.openConnection();
      await page.set("#role-arn", "arn:aws:iam::123456789012:role/guests");
      await page.closeConnection();
      await page.ask("Hello");
      assert.equal((await page.bedrock.ended("basic"))[0].signature, "ok");
      assert.deepEqual(
        cognito.asked.map(({ target }) => target),
        ["AWSCognitoIdentityService.GetId", "AWSCognitoIdentityService.GetOpenIdToken", "AssumeRoleWithWebIdentity"],
      );
      const { RoleArn, WebIdentityToken, DurationSeconds } = cognito.asked[2].body;
      assert.deepEqual(
        [RoleArn, WebIdentityToken, DurationSeconds],
        ["arn:aws:iam::123456789012:role/guests", "a.web.token", "900"],
      );
      await page.quiet();
    } finally {
      await page.openConnection();
      await page.set("#role-arn", "");
      await page.closeConnection();
      await cognito.stop();
    }
  });

  test("nothing is stored unless asked; asked, it is in the tab's storage, comes back, and can be forgotten", async () => {
    await page.connect("/pace/0/run/remember");
    await page.ask("Hello");
    assert.deepEqual(await stored(), nothing);
    await page.openConnection();
    await page.press("#remember");
    await page.until("it is stored", async () => Object.keys((await stored()).session).length === 1);
    const { session, local, cookies } = await stored();
    assert.equal(JSON.parse(Object.values(session)[0]).accessKeyId, page.bedrock.temporaryCredentials.accessKeyId);
    assert.deepEqual([local, cookies], [{}, ""]);

    // The page again, in the same tab.
    await page.open("#chat");
    await page.ask("Still here");
    assert.equal((await page.bedrock.ended("remember", 2)).at(-1).signature, "ok");

    await page.openConnection();
    await page.press("#connection button.secondary");
    await page.until("it is forgotten", async () => Object.keys((await stored()).session).length === 0);
    assert.equal(await page.browser.run(() => document.querySelector("#access-key-id").value), "");
  });

  test("the address has the view and the settings, a link brings them back, and no secret is ever in it", async () => {
    await page.connect("/pace/0/run/address");
    await kind("api-key", "#api-key");
    await page.set("#api-key", page.bedrock.apiKey);
    await kind("cognito", "#login-token");
    await page.set("#login-token", "a.login.token");
    await kind("keys", "#access-key-id");
    await page.set("#region", "eu-central-1");
    await page.closeConnection();
    await page.model("mistral.mistral-large-2402-v1:0");
    await page.set("#temperature", "0.25");
    await page.set("#system", "Be brief & clear");
    await page.set("#prompt", "What is 100 % granite?");
    await page.press("#tool-clock");
    await page.until("the address has it", async () => (await hash()).includes("tools=clock"));
    const address = await hash();
    for (const secret of [...secrets(), "a.login.token"]) {
      assert.ok(!decodeURIComponent(address).includes(secret), `a secret is in ${address}`);
    }
    const { region, endpoint, ...rest } = Object.fromEntries(new URLSearchParams(address.split("?")[1]));
    assert.deepEqual(rest, {
      model: "mistral.mistral-large-2402-v1:0",
      temperature: "0.25",
      system: "Be brief & clear",
      prompt: "What is 100 % granite?",
      tools: "clock",
    });
    assert.equal(region, "eu-central-1");
    assert.ok(endpoint.startsWith(page.bedrock.address));

    await page.open(address);
    const value = (id) => page.browser.run((id) => document.getElementById(id).value, id);
    assert.equal(await value("model"), "mistral.mistral-large-2402-v1:0");
    assert.equal(await value("temperature"), "0.25");
    assert.equal(await value("prompt"), "What is 100 % granite?");
    assert.equal(await page.browser.run(() => document.querySelector("#tool-clock").checked), true);
    // Another view of the same link.
    await page.press("nav.views a[href='#compare']");
    await page.until("the address follows", async () => /^#compare\?/.test(await hash()));
    // What looks like a key is no prompt to share.
    await page.set("#prompt", `Why is ${page.bedrock.temporaryCredentials.accessKeyId} refused?`);
    await page.until("it is not in the address", async () => !(await hash()).includes("prompt="));
    // A secret in a link is not taken, and does not stay.
    await page.open("#chat?secretAccessKey=hidden-thing&model=amazon.nova-pro-v1:0");
    await page.until("it is gone", async () => !(await hash()).includes("hidden-thing"));
    assert.equal(await value("model"), "amazon.nova-pro-v1:0");
  });

  test("an endpoint in a link is used when the reader says so, not before", async () => {
    const place = encodeURIComponent(`${page.bedrock.address}/pace/0/run/offered`);
    await page.open(`#chat?endpoint=${place}`);
    assert.match(await page.text(".offer"), /This link asks to send requests to http:\/\/127\.0\.0\.1/);
    await page.openConnection();
    assert.equal(await page.browser.run(() => document.querySelector("#endpoint").value), "");
    const { accessKeyId, secretAccessKey, sessionToken } = page.bedrock.temporaryCredentials;
    await page.press("input[name=kind][value=keys]");
    await page.set("#access-key-id", accessKeyId);
    await page.set("#secret-access-key", secretAccessKey);
    await page.set("#session-token", sessionToken);
    await page.closeConnection();
    await page.press(".use-endpoint");
    await page.until("it is not asked again", async () => !(await page.exists(".offer")));
    await page.ask("Hello");
    assert.equal((await page.bedrock.ended("offered"))[0].signature, "ok");

    await page.open(`#chat?endpoint=${place}`);
    await page.press(".keep-endpoint");
    await page.until("the link's is gone", async () => !(await hash()).includes("endpoint="));
    assert.match(await page.text("#connection-button"), /AWS, us-east-1/);
  });

  test("what a server puts beside the page as defaults is used, and nothing is asked for", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outcrop-defaults-"));
    let files;
    try {
      await cp(join(root, "www/dist"), folder, { recursive: true });
      const defaults = {
        region: "eu-west-1",
        endpoint: `${page.bedrock.address}/pace/0/run/defaults`,
        credentials: page.bedrock.temporaryCredentials,
      };
      await writeFile(join(folder, "defaults.json"), JSON.stringify(defaults));
      files = await server({ "/": folder });
      await page.browser.goto(`${files.address}/`);
      await page.ready();
      assert.equal(await page.exists("dialog[open]"), false);
      await page.press(".start .example");
      await page.until("it is the prompt", () =>
        page.browser.run(() => document.querySelector("#prompt").value !== ""),
      );
      await page.press("#send");
      await page.status("Done");
      const [attempt] = await page.bedrock.ended("defaults");
      assert.equal(attempt.signature, "ok");
      assert.match(Object.fromEntries(attempt.headers).authorization, /\/eu-west-1\/bedrock\//);
    } finally {
      await files?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a wrong key is an error that says what to do, and the page is not stuck", async () => {
    await page.connect("/run/wrong-key", { secretAccessKey: "not-the-secret" });
    await page.ask("Hello", "Failed");
    assert.equal(await page.text("#log .error-name"), "InvalidSignatureException");
    assert.match(await page.text("#log .error-message"), /signature/);
    assert.match(await page.text("#log .error-advice"), /secret access key/);
    assert.match(await page.text("#log .error-request"), /Request \S+/);
    assert.doesNotMatch(await page.text("body"), /not-the-secret/);
    await page.quiet("status of 403");
    await page.connect("/pace/0/run/right-key");
    await page.press("#retry");
    await page.status("Done");
    assert.equal(await page.exists("#log .error"), false);
  });

  test("what is missing in the form is asked for, the field has the focus, and nothing is sent", async () => {
    await page.connect("/run/nothing-sent", { accessKeyId: "" });
    await page.ask("Hello", "Failed");
    assert.equal(await page.text("#log .error-message"), "The access key ID is missing.");
    await page.press("#log .error button");
    await page.until("the field has the focus", () =>
      page.browser.run(() => document.activeElement.id === "access-key-id"),
    );
    await page.closeConnection();
    await page.connect("/run/nothing-sent");
    await page.openConnection();
    await page.set("#region", "us east 1");
    await page.closeConnection();
    await page.press("#retry");
    await page.until("the region is refused", async () => /a region is/.test(await page.text("#log .error-message")));
    await page.press("#log .error button");
    await page.until("the field has the focus", () => page.browser.run(() => document.activeElement.id === "region"));
    assert.deepEqual((await page.bedrock.seen("nothing-sent")).attempts, []);
  });

  test("an endpoint that the policy forbids is named as that", async () => {
    await page.connect("/run/forbidden");
    await page.openConnection();
    await page.set("#endpoint", "https://bedrock.example");
    await page.closeConnection();
    await page.ask("Hello", "Failed");
    assert.equal(await page.text("#log .error-name"), "NetworkError");
    assert.match(await page.text("#log .error-advice"), /connect-src/);
    // This also shows that the log sees violations.
    if (page.name === "Chromium") assert.notDeepEqual(await page.complaints(), []);
  });

  test("a long-lived key is warned of", async () => {
    const alarming = () => page.browser.run(() => document.querySelector("#warning").classList.contains("alarming"));
    await page.openConnection();
    await page.set("#access-key-id", page.bedrock.temporaryCredentials.accessKeyId);
    assert.equal(await alarming(), false);
    await page.set("#access-key-id", page.bedrock.credentials.accessKeyId);
    await page.until("it warns", alarming);
  });

  test("the page's policy refuses inline scripts and eval, by header and by meta element alike", async () => {
    const header = (await fetch(`${page.files.address}/`)).headers.get("content-security-policy");
    const meta = await page.browser.run(
      () => document.querySelector("meta[http-equiv=Content-Security-Policy]").content,
    );
    assert.equal(header, `${meta}; frame-ancestors 'none'`);
    assert.match(meta, /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src /);
    assert.doesNotMatch(meta, /unsafe-inline|'unsafe-eval'|nonce-|sha256-| \* /);
    // In the page's own scope: a driver's scripts are not held to the page's policy.
    await page.script("/in-page/policy.js");
    await page.until("both were tried", () => page.browser.run(() => document.body.dataset.evaluated !== undefined));
    assert.deepEqual(await page.browser.run(() => ({ ...document.body.dataset })), {
      inline: "refused",
      evaluated: "EvalError",
    });
  });

  test("light, dark or the system's: the switch holds over the system", async () => {
    const ground = () => page.browser.run(() => getComputedStyle(document.body).backgroundColor);
    await page.set("#theme", "dark");
    await page.until("it is dark", async () => (await ground()) === "rgb(23, 20, 19)");
    await page.set("#theme", "light");
    await page.until("it is light", async () => (await ground()) === "rgb(246, 242, 237)");
  });
});
