// The REST-JSON 1 suites of botocore and of Smithy through the npm package: what it sends for a case's input and makes
// of a case's answer. `cases.json` chooses the cases and has the operations' lines; `tests/restjson.rs` does the same
// with the Rust bindings and sees to it that no case is missing from the choice.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BedrockRuntime } from "outcrop";

// The driver is no entry: the lines of its operations are made up for the suites.
const { call, internals } = await import(new URL("./core.js", import.meta.resolve("outcrop")).href);

const ENDPOINT = "https://endpoint.example";
const chosen = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));
const folder = new URL("../../../../shared/vectors/restjson/", import.meta.url);
const skip = existsSync(folder) ? false : "152 skipped: no ../shared/vectors";
// Cases that are run, of both suites.
const RUN = { requests: 80, errors: 26, answers: 10, times: 16, documents: 12, blobs: 2, different: 6 };

/** The cases of a group, whichever way their suite writes them. */
function group(name) {
  const kind = /^(requests|different)$/.test(name) ? "request" : "response";
  const found = Object.keys(chosen.cases).flatMap((suite) => {
    const all = JSON.parse(readFileSync(new URL(`${suite}.json`, folder), "utf8"));
    return chosen.cases[suite][name].map((id) => {
      const one = all.find((one) => one.id === id && one.kind === kind && one.appliesTo !== "server");
      assert.ok(one, `${suite} has no ${kind} ${id}`);
      const http = one.http ?? { requestUri: one.operation_http?.uri, method: one.operation_http?.method };
      const { status_code = one.code, headers = one.headers ?? {}, body = one.body ?? "" } = one.response ?? {};
      return {
        about: `${suite} ${id}`,
        id,
        line: chosen.operations.find(
          (line) => line.split(" ").slice(2, 4).join(" ") === `${http.method} ${http.requestUri}`,
        ),
        params: one.params ?? one.result,
        error: one.errorCode ?? one.shape,
        wanted: one.expected ?? one,
        answer: { status: status_code, headers, body },
      };
    });
  });
  assert.equal(found.length, RUN[name], name);
  return found;
}

let sent;
/** A client whose requests all get this answer. */
const client = ({ status, headers, body }) =>
  new BedrockRuntime({
    region: "us-east-1",
    endpoint: ENDPOINT,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    maxAttempts: 1,
    fetch: async (url, init) => {
      sent = { url: String(url), ...init };
      return new Response(body, { status, headers });
    },
  });
const REFUSED = { status: 400, headers: { "x-amzn-errortype": "Refused" }, body: "{}" };

const split = (uri) => {
  const [path, query = ""] = uri.split("?");
  return [path, query.split("&").filter(Boolean).sort()];
};

/** A case's input as the package takes it: a time as a Date, a payload of bytes as `body`. */
function input({ line, params }) {
  const [, , , , payload, , ...bindings] = line.split(" ");
  const bound = [...line.matchAll(/\{(\w+)\}/g)].map(([, label]) => label);
  bound.push(...bindings.map((binding) => binding.split(/[:=]/)[1]));
  const made = {};
  for (const [name, value] of Object.entries(params ?? {})) {
    // A map in the query that says the same as the named members.
    if (name === "queryParamsMapOfStringList") continue;
    if (/timestamp$/i.test(name)) made[name] = new Date(value * 1000);
    else if (line.startsWith("JsonBlobs ")) made[name] = new TextEncoder().encode(value);
    else made[payload === "blob" && !bound.includes(name) ? "body" : name] = value;
  }
  return made;
}

/** Sends a case's input; what it gets is a refusal. */
async function send(one) {
  await assert.rejects(call(internals(client(REFUSED)), one.line, input(one)), { name: "Refused" }, one.about);
  const { url, method, headers, body } = sent;
  assert.equal(method, one.line.split(" ")[2], one.about);
  return {
    url: url.slice(ENDPOINT.length),
    headers: new Headers(headers),
    body: body ? new TextDecoder().decode(body) : "",
  };
}

test("requests are what the suites say", { skip }, async () => {
  for (const one of group("requests")) {
    const { about, line, wanted } = one;
    const { url, headers, body } = await send(one);
    const [path, query] = split(wanted.uri);
    assert.deepEqual(split(url), [path, [...query, ...(wanted.queryParams ?? [])].sort()], about);
    for (const [name, value] of Object.entries(wanted.headers ?? {})) assert.equal(headers.get(name), value, about);
    for (const name of wanted.forbidHeaders ?? []) assert.equal(headers.get(name), null, about);
    if (line.split(" ")[4] === "json") assert.deepEqual(JSON.parse(body), JSON.parse(wanted.body), about);
    else assert.equal(body, wanted.body ?? "", about);
  }
});

test("differences: see DIFFERENCES.md", { skip }, async () => {
  for (const one of group("different")) {
    const { headers } = await send(one);
    // Unlike the Rust client, which refuses it, the package sends an empty header.
    if (one.id === "RestJsonNullAndEmptyHeaders")
      assert.deepEqual([headers.get("x-a"), headers.get("x-b")], [null, ""]);
    else assert.equal(headers.get("content-type"), "application/json", one.about);
  }
});

test("errors have the names that the suites say", { skip }, async () => {
  for (const { about, id, error, answer } of group("errors")) {
    await assert.rejects(client(answer).converse({ modelId: "m" }), (thrown) => {
      assert.equal(thrown.name, error, about);
      assert.equal(thrown.$metadata.httpStatusCode, answer.status, about);
      if (id === "RestJsonInvalidGreetingError") assert.equal(thrown.message, "Hi");
      return true;
    });
  }
});

test("answers give headers and bytes", { skip }, async () => {
  for (const { about, line, params, answer } of group("answers")) {
    // Only with a body of bytes do the package's operations have members in headers.
    const bytes = line.replace(/ json( |$)/, " blob$1");
    const { $metadata: _, body, ...read } = await call(internals(client(answer)), bytes, {});
    if (line === bytes && body.length) read.blob = new TextDecoder().decode(body);
    const wanted = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ""));
    assert.deepEqual(read, wanted, about);
  }
});

test("documents are read as the suites say", { skip }, async () => {
  for (const { about, params, answer } of group("documents")) {
    // In the place of a document that Bedrock has.
    const body = `{"additionalModelResponseFields":${answer.body}}`;
    const output = await client({ ...answer, body }).converse({ modelId: "m" });
    assert.deepEqual(output.additionalModelResponseFields, params, about);
  }
});

test("blobs are read as the suites say", { skip }, async () => {
  for (const { about, params, answer } of group("blobs")) {
    const block = { reasoningContent: { redactedContent: JSON.parse(answer.body).data } };
    const body = JSON.stringify({ output: { message: { content: [block] } } });
    const { output } = await client({ ...answer, body }).converse({ modelId: "m" });
    const bytes = output.message.content[0].reasoningContent.redactedContent;
    assert.ok(bytes instanceof Uint8Array, about);
    assert.equal(new TextDecoder().decode(bytes), params.data, about);
  }
});

test("times are read as the suites say", { skip }, async () => {
  for (const { about, params, answer } of group("times")) {
    const [time] = Object.values(JSON.parse(answer.body));
    const bedrock = client({ ...answer, body: JSON.stringify({ submitTime: time }) });
    const { submitTime } = await bedrock.getAsyncInvoke({ invocationArn: "arn" });
    assert.ok(submitTime instanceof Date, about);
    assert.equal(submitTime.getTime(), Math.round(Object.values(params)[0] * 1000), about);
  }
});
