// A guest of a Cognito identity pool, in Chromium and Firefox: moto's pool vends credentials to the page itself, and what the
// page signs with them is what reaches the endpoint. The emulator knows moto's keys not, and says so: connection.test.mjs
// has the way to an answer.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { moto } from "../../oracles/moto/moto.mjs";
import { playground } from "./page.mjs";

let address, cognito, pool;

before(async () => {
  cognito = await moto();
  address = cognito.address;
  const made = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityService.CreateIdentityPool",
      // moto reads the region and the service from here and checks nothing.
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ IdentityPoolName: "guests", AllowUnauthenticatedIdentities: true }),
  });
  pool = (await made.json()).IdentityPoolId;
});
after(() => cognito?.stop());

playground((page) => {
  test("credentials come from the pool, and the request is signed with them", async () => {
    await page.connect("/run/vended");
    await page.openConnection();
    await page.press("input[name=kind][value=cognito]");
    await page.until("the fields are there", () => page.exists("#identity-pool-id"));
    await page.set("#identity-pool-id", pool);
    await page.set("#identity-endpoint", address);
    await page.closeConnection();
    await page.ask("Hello", "Failed");
    assert.match(await page.text("#log .error-name"), /^(UnrecognizedClientException|InvalidSignatureException)$/);
    const [attempt] = await page.bedrock.ended("vended");
    const headers = Object.fromEntries(attempt.headers);
    const key = /Credential=([^/]+)\/\d+\/us-east-1\/bedrock\//.exec(headers.authorization)?.[1];
    // What moto gives everybody.
    assert.match(key ?? "", /^TESTACCESSKEY/);
    assert.notEqual(key, page.bedrock.temporaryCredentials.accessKeyId);
    assert.ok(headers["x-amz-security-token"], "the session token goes along");
    await page.openConnection();
    assert.match(await page.text("#connection"), /Credentials until .+; they renew themselves/);
    // An id that is none is said before anything is asked.
    await page.set("#identity-pool-id", "not a pool");
    await page.closeConnection();
    await page.press("#retry");
    await page.until("it is said", async () => /a region, a colon and a UUID/.test(await page.text("#log .error")));
  });
});
