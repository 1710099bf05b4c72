// A process that runs every case, and what else may fail, with canaries for secrets and everything logged to its console.
// It looks at all that comes out of the package; its own output is for who started it to look at.
//
// node secrets-process.mjs PACKAGE EMULATOR REPORT: the package's folder, the emulator's first line, the file for what
// was found. With OUTCROP_PLANT set it lets one secret out, to show that it is found.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { runCase, runCases } from "../cases.mjs";
import { allCases } from "../verdicts.mjs";
import { search } from "./secrets-search.mjs";

const [folder, line, report] = process.argv.slice(2);
const emulator = JSON.parse(line);
const load = (name) => import(`${folder}/dist/${name}.js`);
const outcrop = await load("node");
const { signedFetch, signRequest, presignUrl } = await load("sign");
const { invokeModelWithBidirectionalStream } = await load("bidirectional");
const { toResponse } = await load("models");
const sdk = await load("aws-sdk");

// As long as real ones, with what URLs and JSON write otherwise; no part of one is in another.
const long = (name, length = 40) =>
  Array.from({ length }, (_, at) => `${name}+${(at * 7919 + 104_729) % 99_991}/`).join("canary") + "==";
const own = {
  secretAccessKey: "Canary/Of+The/Secret+Access/Key012345678",
  sessionToken: long("IQoJb3JpZ2luSession"),
  apiKey: long("ABSKQmVkcm9ja0FQSUtleS", 5),
  webToken: long("eyJhbGciOiWeb"),
  openIdToken: long("eyJhbGOpenId"),
  login: long("eyJhbGciLogin"),
  vendedSecret: "Vended/Canary+Of+The/SecretKey0123456789",
  vendedToken: long("FwoGZXIvYXdzVended"),
};
const secrets = {
  ...own,
  "the emulator's secret": emulator.credentials.secretAccessKey,
  "its temporary secret": emulator.temporaryCredentials.secretAccessKey,
  "its session token": emulator.temporaryCredentials.sessionToken,
  "its expired token": emulator.expiredSessionToken,
  "its API key": emulator.apiKey,
  "a header": "canary-Of-A-Header-0123456789",
  "a signed header": "canary-Of-A-Signed-Header-0123456789",
  // The emulator says it again in its answers.
  "a prompt": "canary-Of-A-Prompt-0123456789",
};
const watch = search(secrets, ["secretAccessKey", "the emulator's secret", "its temporary secret", "vendedSecret"]);
const counts = { clients: 0, errors: 0, answers: 0, logged: 0 };

/** Logs everything there is to its console, and looks at it. */
const logger = Object.fromEntries(
  ["trace", "debug", "info", "log", "warn", "error"].map((level) => [
    level,
    (...told) => {
      counts.logged++;
      watch.look(told, `logger.${level}`);
      console[level === "trace" ? "debug" : level](...told);
    },
  ]),
);
/** Looks at what was thrown, whoever caught it. */
const failed = (error, where) => {
  counts.errors++;
  watch.look(error, `the error of ${where}`);
  console.error(where, error);
  return error;
};
const answered = (output, where) => {
  counts.answers++;
  watch.look(output?.$metadata, `$metadata of ${where}`);
  return output;
};

const headers = { "x-canary": secrets["a header"], "x-amz-canary": secrets["a signed header"] };
/** Whoever reads it is told what it tells, and so are we. */
function watched(stream, where) {
  const through = (promise) =>
    promise.catch((error) => {
      throw failed(error, where);
    });
  watch.look(stream, `the stream of ${where}`);
  return {
    next: () => through(stream.next()),
    return: () => through(stream.return()),
    [Symbol.asyncDispose ?? Symbol()]: () => through(stream[Symbol.asyncDispose]()),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
class Watched extends outcrop.BedrockRuntime {
  constructor(options) {
    super({ ...options, logger });
    counts.clients++;
    watch.look(this, "a client");
  }
}
for (const method of ["converse", "converseStream", "invokeModel", "invokeModelWithResponseStream"]) {
  Watched.prototype[method] = async function (input, options) {
    const call = outcrop.BedrockRuntime.prototype[method];
    const output = await call.call(this, input, { ...options, headers }).catch((error) => {
      throw failed(error, method);
    });
    answered(output, method);
    const kind = { converseStream: "stream", invokeModelWithResponseStream: "body" }[method];
    return kind ? { ...output, [kind]: watched(output[kind], method) } : output;
  };
}
const told = (input) => JSON.parse(JSON.stringify(input).replaceAll("Hello", `Hello,${secrets["a prompt"]}`));

// Every case, with the canaries in its headers and its prompt. Twelve at once: they wait, most of the time.
const cases = allCases(process.env.OUTCROP_PLANT ? "^max-attempts-one$" : "").map((testCase) => {
  const input = told(testCase.request.input);
  return { ...testCase, request: { ...testCase.request, input } };
});
const results = await runCases(
  cases,
  (testCase) => runCase({ ...outcrop, BedrockRuntime: Watched }, testCase, emulator, "node"),
  12,
);
const wrong = results.filter(({ skipped, pass }) => !skipped && !pass).map(({ name, wrong }) => `${name}: ${wrong}`);
const ran = results.filter(({ skipped }) => !skipped).length;

// What AWS's words repeat. The answers are the test's; each tells all that it was sent.
const credentials = { accessKeyId: "ASIACANARY", secretAccessKey: own.secretAccessKey, sessionToken: own.sessionToken };
const input = told({
  modelId: "anthropic.claude-3-haiku-20240307-v1:0",
  messages: [{ role: "user", content: [{ text: "Hello" }] }],
});
const heard = (init) =>
  Object.entries(init.headers)
    .map(([name, value]) => `${name}:${value}`)
    .join("\n");
const tokens = (init) =>
  heard(init)
    .split("\n")
    .filter((line) => /token|authorization/.test(line))
    .join("\n");
const canonical = (init) => `The Canonical String for this request should have been 'POST\n/\n\n${tokens(init)}'`;
const json = (body, status = 403, more = {}) => new Response(JSON.stringify(body), { status, headers: more });
const frame = (await load("event-stream")).encode;
const echoes = {
  "a message": (init) => json({ message: canonical(init) }, 403, { "x-amzn-errortype": "InvalidSignatureException" }),
  "a Message": (init) => json({ Message: canonical(init) }),
  "a header's message": (init) =>
    new Response("{}", { status: 400, headers: { "x-amzn-errormessage": tokens(init).replaceAll("\n", " ") } }),
  "the model's message": (init) =>
    json({ message: "m", originalMessage: canonical(init), resourceName: tokens(init) }, 424),
  "a page": (init) => new Response(`<pre>${tokens(init)}</pre>`, { headers: { "content-type": "text/html" } }),
  "a page that begins with it": (init) => new Response(tokens(init).slice(tokens(init).indexOf(" ") + 1)),
  "what breaks off": (init) => new Response(`<pre>${tokens(init).slice(0, 160)}`),
  "an exception in a stream": (init) =>
    new Response(
      frame(
        { ":message-type": "exception", ":exception-type": "validationException" },
        new TextEncoder().encode(JSON.stringify({ message: canonical(init) })),
      ),
      { headers: { "content-type": "application/vnd.amazon.eventstream" } },
    ),
  "an error in a stream": (init) =>
    new Response(
      frame({ ":message-type": "error", ":error-code": "x", ":error-message": tokens(init) }, new Uint8Array()),
      {
        headers: { "content-type": "application/vnd.amazon.eventstream" },
      },
    ),
  "a redirect": (init) =>
    new Response(null, { status: 307, headers: { location: `https://a.b/?${encodeURIComponent(tokens(init))}` } }),
  "a network's error": (init) => {
    throw new TypeError(`fetch failed for ${tokens(init)}`);
  },
};
let echoed = 0;
const shows = async (where, run) => {
  const error = await run().then(
    () => undefined,
    (error) => error,
  );
  if (!error) throw new Error(`${where}: no error`);
  // A host's error is the host's: what it holds is looked at elsewhere.
  if (where.endsWith("a network's error")) delete error.cause;
  failed(error, where);
  echoed++;
};
for (const [how, echo] of Object.entries(echoes)) {
  const fetch = async (_, init) => echo(init);
  const identities = {
    credentials: { credentials },
    "a provider": { credentials: async () => credentials },
    "an API key": { token: own.apiKey },
    "a key's provider": { token: async () => ({ token: own.apiKey }) },
  };
  for (const [who, identity] of Object.entries(identities)) {
    const options = { region: "us-east-1", maxAttempts: 1, fetch, logger, ...identity };
    for (const method of ["converse", "converseStream"]) {
      const bedrock = new outcrop.BedrockRuntime(options);
      await shows(`${method}, ${who}, ${how}`, async () => {
        const { stream } = await bedrock[method](input, { headers });
        // Its status says nothing: what is no JSON, or no stream, does.
        if (stream) for await (const _ of stream);
        else throw await bedrock[method](input);
      });
    }
  }
  // AWS's client in shape, and what a server's page is told of a stream that fails.
  const client = new sdk.BedrockRuntimeClient({ region: "us-east-1", maxAttempts: 1, credentials, fetch, logger });
  watch.look(client, "AWS's client");
  await shows(`AWS's client, ${how}`, () => client.send(new sdk.ConverseCommand(input)));
}
const failing = new outcrop.BedrockRuntime({
  region: "us-east-1",
  credentials,
  maxAttempts: 1,
  logger,
  fetch: async (_, init) => {
    const start = frame(
      { ":message-type": "event", ":event-type": "messageStart", ":content-type": "application/json" },
      new TextEncoder().encode('{"role":"assistant"}'),
    );
    const end = new Uint8Array(await echoes["an exception in a stream"](init).arrayBuffer());
    return new Response(Buffer.concat([start, end]), {
      headers: { "content-type": "application/vnd.amazon.eventstream" },
    });
  },
});
const events = await toResponse((await failing.converseStream(input)).stream).text();
watch.text(events, "a stream for a page");
if (!/event: error/.test(events)) throw new Error("the page is told of no error");

// Those who give credentials: what they vend, what they refuse, what is none.
const vended = { AccessKeyId: "ASIAVENDED", SecretKey: own.vendedSecret, SessionToken: own.vendedToken };
const refusals = {
  "a refusal": (body) => json({ message: `Value '${body}' failed to satisfy constraint` }, 400),
  "a refusal in XML": (body) =>
    new Response(
      `<ErrorResponse><Error><Code>ValidationError</Code><Message>Value '${body.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}' failed</Message></Error></ErrorResponse>`,
      { status: 400 },
    ),
  "no expiration": () => json({ IdentityId: "us-east-1:1", Token: own.openIdToken, Credentials: vended }, 200),
  "half a set": () => json({ IdentityId: "us-east-1:1", Credentials: { ...vended, AccessKeyId: 1 } }, 200),
  "no JSON": () => new Response(`${JSON.stringify({ IdentityId: "us-east-1:1", Credentials: vended }).slice(0, -2)}!`),
  "XML cut short": () =>
    new Response(
      `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>${own.vendedSecret}</SecretAccessKey><SessionToken>${own.vendedToken}</SessionToken>`,
    ),
};
for (const [how, refuse] of Object.entries(refusals)) {
  const clientConfig = {
    maxAttempts: 1,
    logger,
    // The token as the service reads it, out of a form or of JSON.
    fetch: async (_, { body }) => {
      const text = new TextDecoder().decode(body);
      return refuse(text.startsWith("{") ? text : decodeURIComponent(text));
    },
  };
  const pool = { identityPoolId: "us-east-1:1-2", clientConfig };
  const role = { roleArn: "arn:aws:iam::1:role/a", clientConfig };
  const providers = {
    "a pool": outcrop.fromCognitoIdentityPool(pool),
    "a user": outcrop.fromCognitoIdentityPool({ ...pool, logins: { issuer: async () => own.login } }),
    "a web token": outcrop.fromWebToken({ ...role, webIdentityToken: own.webToken }),
    "the basic flow": outcrop.fromWebToken({ ...role, webIdentityToken: outcrop.cognitoOpenIdToken(pool) }),
  };
  for (const [who, provider] of Object.entries(providers)) {
    const bedrock = new outcrop.BedrockRuntime({ region: "us-east-1", credentials: provider, logger });
    await shows(`${who}, ${how}`, () => bedrock.converse(input));
    watch.look(provider, `the provider of ${who}`);
  }
}

// Nobody answers, and what answers is no HTTP: undici's own errors and their causes.
const server = createServer((request) => request.socket.end("no HTTP\r\n\r\n")).listen(0, "127.0.0.1");
await once(server, "listening");
const places = [emulator.nobody, `http://127.0.0.1:${server.address().port}`, "http://no-such-host.localhost:1"];
for (const endpoint of places) {
  for (const identity of [{ credentials }, { token: own.apiKey }]) {
    const options = { region: "us-east-1", endpoint, maxAttempts: 1, logger, ...identity };
    const bedrock = new outcrop.BedrockRuntime(options);
    await shows(`converse to ${endpoint}`, () => bedrock.converse(input, { headers }));
    const send = signedFetch(bedrock, { origins: [endpoint] });
    await shows(`signedFetch to ${endpoint}`, () => send(`${endpoint}/openai/v1/models`, { headers }));
  }
}
server.close();

// What cannot be signed or sent.
const bedrock = new outcrop.BedrockRuntime({ region: "us-east-1", credentials, logger, maxAttempts: 1 });
const withKey = new outcrop.BedrockRuntime({ region: "us-east-1", token: own.apiKey, logger, maxAttempts: 1 });
const query = `https://a.b/?X-Amz-Security-Token=${encodeURIComponent(own.sessionToken)}`;
const mistakes = {
  "a URL with a password": () => signRequest(bedrock, { url: `https://user:${own.apiKey.replaceAll("/", "")}@a.b/` }),
  "a URL in the clear": () => presignUrl(bedrock, query.replace("https", "http")),
  "a place that nobody named": () => signedFetch(withKey)(query),
  "a bad header": () => signRequest(bedrock, { url: "https://a.b/", headers: { "x-a": `${own.sessionToken}\n` } }),
  "a bad header of a call": () => bedrock.converse(input, { headers: { "x-a": `${own.sessionToken}\u{1f600}` } }),
  "a bad secret": () =>
    bedrock.converse(input, { credentials: { ...credentials, secretAccessKey: `${own.secretAccessKey} ` } }),
  "a bad token": () =>
    bedrock.converse(input, { credentials: { ...credentials, sessionToken: `${own.sessionToken}\n` } }),
  "a bad key": () => withKey.converse(input, { token: `${own.apiKey}\n` }),
  "expired credentials": () => bedrock.converse(input, { credentials: { ...credentials, expiration: new Date(0) } }),
  "a provider of nothing": () =>
    bedrock.converse(input, { credentials: async () => ({ ...credentials, accessKeyId: "" }) }),
  "a circle": () =>
    bedrock.converse({
      ...input,
      toolConfig: Object.assign(
        {},
        {
          get self() {
            return this;
          },
        },
      ),
    }),
  "an endpoint with a password": () =>
    bedrock.converse(input, { endpoint: `https://u:${own.apiKey.replaceAll("/", "")}@a.b` }),
  "a late date": () => presignUrl(bedrock, query, { expiresIn: 0 }),
};
for (const [how, run] of Object.entries(mistakes)) await shows(how, run);

// A WebSocket's address carries a signature and the token; hosts put it into their errors in all these ways.
const sockets = {
  "a constructor that refuses it": class {
    constructor(url) {
      throw new SyntaxError(`Failed to construct 'WebSocket': The URL '${url}' is refused`);
    }
  },
  "an error that names it": class extends EventTarget {
    constructor(url) {
      super();
      const error = Object.assign(new Error(`connect to ${url} failed`), {
        url,
        request: { path: new URL(url).search },
      });
      error.cause = new Error(url);
      queueMicrotask(() => this.dispatchEvent(Object.assign(new Event("error"), { message: `no ${url}`, error })));
    }
    close() {}
  },
  "a reason that names it": class extends EventTarget {
    constructor(url) {
      super();
      queueMicrotask(() =>
        this.dispatchEvent(Object.assign(new Event("close"), { code: 1011, reason: `bad: ${url}` })),
      );
    }
    close() {}
  },
};
for (const [how, WebSocket] of Object.entries(sockets)) {
  for (const endpoint of [emulator.nobody, undefined]) {
    // AWS is asked for the reason, and says all that it was sent.
    const fetch = async (url) =>
      json({ message: `The Canonical String should have been 'GET\n/\n${new URL(url).search}'` });
    const speaking = new outcrop.BedrockRuntime({
      region: "us-east-1",
      endpoint,
      credentials,
      maxAttempts: 1,
      logger,
      fetch,
    });
    const body = (async function* () {})();
    const spoken = { modelId: "amazon.nova-sonic-v1:0", body };
    await shows(`a WebSocket: ${how}`, () => invokeModelWithBidirectionalStream(speaking, spoken, { WebSocket }));
  }
}

// A trap in the middle of a signature.
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(_, given) {
    const { exports } = new Instance(...given);
    return { exports: { ...exports, run: (what, _, length) => exports.run(what, 0xffff_ff00, length) } };
  },
});
const trapped = await import(`${folder}/dist/node.js?secrets`);
await shows("a trap", () => new trapped.BedrockRuntime({ region: "us-east-1", credentials, logger }).converse(input));
WebAssembly.Instance = Instance;

if (process.env.OUTCROP_PLANT) console.log({ planted: own[process.env.OUTCROP_PLANT] });
const outcome = { cases: ran, wrong, echoed, counts: { ...counts, ...watch.counts }, found: watch.found() };
writeFileSync(report, JSON.stringify({ ...outcome, secrets }));
process.exit(0);
