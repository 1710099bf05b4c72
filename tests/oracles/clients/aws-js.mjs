// AWS's JavaScript client, unmodified, as a user of the emulator: it must be content with every answer.
// Tests nothing of outcrop itself. Usage: node aws-js.mjs http://127.0.0.1:PORT

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  BedrockClient,
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  paginateListInferenceProfiles,
} from "@aws-sdk/client-bedrock";
import {
  ApplyGuardrailCommand,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  GetAsyncInvokeCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  paginateListAsyncInvokes,
  StartAsyncInvokeCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const address = process.argv[2];
const known = await (await fetch(`${address}/_known`)).json();
const run = `aws-js-${randomUUID()}`;

const claude = "anthropic.claude-3-haiku-20240307-v1:0";
const arn = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Hello, Grüße" }] }];
const text = "You said: Hello, Grüße This answer comes from a Bedrock on localhost, one word at a time.";
const body = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 99,
  messages: [{ role: "user", content: "Hello, Grüße" }],
});

/** Calls `use` with a client and closes it, so that no socket outlives its check. */
async function withClient(options, use) {
  const { prefix = `/pace/0/run/${run}`, credentials, Client = BedrockRuntimeClient, ...rest } = options;
  const client = new Client({
    region: "eu-central-1",
    endpoint: address + prefix,
    credentials: { ...known.credentials, ...credentials },
    maxAttempts: 1,
    // The emulator speaks HTTP/1.1; the client's own default is HTTP/2.
    requestHandler: new NodeHttpHandler(),
    ...rest,
  });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** Runs `use` while this process believes its clock to be off by so many milliseconds. */
async function withClockOffBy(offset, use) {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) {
      super(...(given.length ? given : [Right.now() + offset]));
    }
    static now() {
      return Right.now() + offset;
    }
  };
  try {
    return await use();
  } finally {
    globalThis.Date = Right;
  }
}

const say = (client, modelId = claude) => client.send(new ConverseCommand({ modelId, messages }));

async function refused(options, name, pattern = /./) {
  await withClient(options, (client) =>
    assert.rejects(say(client), (error) => {
      assert.equal(error.name, name);
      assert.match(error.message, pattern);
      assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
      return true;
    }),
  );
}

const checks = {
  converse: () =>
    withClient({}, async (client) => {
      for (const model of [claude, arn]) {
        const answer = await say(client, model);
        assert.deepEqual(answer.output.message.content, [{ text }]);
        assert.equal(answer.stopReason, "end_turn");
        assert.match(answer.$metadata.requestId, /^[0-9a-f-]{36}$/);
      }
    }),

  converseStream: () =>
    withClient({}, async (client) => {
      for (const modelId of [claude, arn]) {
        const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }));
        const events = [];
        for await (const event of stream) events.push(event);
        const kinds = events.map((event) => Object.keys(event)[0]);
        assert.equal(kinds[0], "messageStart");
        assert.deepEqual(kinds.slice(-2), ["messageStop", "metadata"]);
        const said = events.map((event) => event.contentBlockDelta?.delta.text ?? "").join("");
        assert.equal(said, text);
        assert.equal(events.at(-1).metadata.usage.outputTokens, text.split(" ").length);
      }
    }),

  converseWithATool: () =>
    withClient({}, async (client) => {
      const prompt = "use the tool get_weather";
      const inputSchema = { json: { type: "object", properties: { city: { type: "string" } } } };
      const { stream } = await client.send(
        new ConverseStreamCommand({
          modelId: claude,
          messages: [{ role: "user", content: [{ text: prompt }] }],
          toolConfig: { tools: [{ toolSpec: { name: "get_weather", inputSchema } }] },
        }),
      );
      let input = "";
      let stop;
      for await (const event of stream) {
        input += event.contentBlockDelta?.delta.toolUse?.input ?? "";
        stop = event.messageStop?.stopReason ?? stop;
      }
      assert.deepEqual(JSON.parse(input), { city: prompt });
      assert.equal(stop, "tool_use");
    }),

  invokeModel: () =>
    withClient({}, async (client) => {
      for (const modelId of [claude, arn]) {
        const answer = await client.send(new InvokeModelCommand({ modelId, body }));
        assert.equal(answer.contentType, "application/json");
        const { content } = JSON.parse(answer.body.transformToString());
        assert.deepEqual(content, [{ type: "text", text }]);
      }
    }),

  invokeModelWithResponseStream: () =>
    withClient({}, async (client) => {
      for (const modelId of [claude, arn]) {
        const command = new InvokeModelWithResponseStreamCommand({ modelId, body, trace: "ENABLED" });
        const answer = await client.send(command);
        assert.equal(answer.contentType, "application/json");
        const chunks = [];
        for await (const event of answer.body) {
          chunks.push(JSON.parse(new TextDecoder().decode(event.chunk.bytes)));
        }
        assert.equal(chunks.map((chunk) => chunk.delta?.text ?? "").join(""), text);
        assert.ok(chunks.at(-1)["amazon-bedrock-invocationMetrics"]);
      }
    }),

  temporaryCredentials: () =>
    withClient({ credentials: known.temporaryCredentials }, async (client) => {
      assert.equal((await say(client)).stopReason, "end_turn");
    }),

  apiKey: () =>
    withClient({ token: { token: known.apiKey }, authSchemePreference: ["httpBearerAuth"] }, async (client) => {
      assert.equal((await say(client)).stopReason, "end_turn");
    }),

  wrongCredentials: async () => {
    const mismatch = /does not match the signature you provided/;
    await refused({ credentials: { secretAccessKey: "x".repeat(40) } }, "InvalidSignatureException", mismatch);
    await refused({ credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE" } }, "UnrecognizedClientException");
    const expired = { ...known.temporaryCredentials, sessionToken: known.expiredSessionToken };
    await refused({ credentials: expired }, "ExpiredTokenException", /is expired/);
  },

  wrongClock: async () => {
    const hour = 3_600_000;
    const time = String.raw`\d{8}T\d{6}Z`;
    const late = new RegExp(`^Signature expired: ${time} is now earlier than ${time} \\(${time} - 5 min\\.\\)$`);
    const early = new RegExp(
      `^Signature not yet current: ${time} is still later than ${time} \\(${time} \\+ 5 min\\.\\)$`,
    );
    for (const [offset, pattern] of [
      [-hour, late],
      [hour, early],
    ]) {
      await withClockOffBy(offset, async () => {
        await refused({}, "InvalidSignatureException", pattern);
        // It learns the time from the Date header and is let in the second time.
        await withClient({ maxAttempts: 3 }, async (client) => {
          assert.equal((await say(client)).$metadata.attempts, 2);
        });
      });
    }
  },

  errors: async () => {
    await withClient({}, (client) =>
      assert.rejects(client.send(new ConverseCommand({ modelId: claude, messages: [] })), {
        name: "ValidationException",
        message: /must start with a user message/,
      }),
    );
    for (const [name, attempts] of [
      ["throttled-once", 2],
      ["reset-once", 2],
    ]) {
      await withClient({ prefix: `/case/${name}/${run}`, maxAttempts: 3 }, async (client) => {
        const answer = await say(client);
        assert.equal(answer.$metadata.attempts, attempts, name);
      });
    }
  },

  exceptionInAStream: () =>
    withClient({ prefix: `/pace/0/case/stream-throttled-midway/${run}` }, async (client) => {
      const { stream } = await client.send(new ConverseStreamCommand({ modelId: claude, messages }));
      let seen = 0;
      await assert.rejects(
        async () => {
          for await (const _ of stream) seen += 1;
        },
        { name: "ThrottlingException" },
      );
      assert.equal(seen, 4);
    }),

  countTokens: () =>
    withClient({}, async (client) => {
      const count = async (modelId, input) =>
        (await client.send(new CountTokensCommand({ modelId, input }))).inputTokens;
      assert.equal(await count(claude, { converse: { messages } }), 2);
      assert.equal(await count(arn, { invokeModel: { body: new TextEncoder().encode(body) } }), 2);
    }),

  guardrails: () =>
    withClient({}, async (client) => {
      const apply = (content) =>
        client.send(
          new ApplyGuardrailCommand({ guardrailIdentifier: "g1", guardrailVersion: "1", source: "INPUT", content }),
        );
      const image = { image: { format: "png", source: { bytes: new Uint8Array([0, 1, 255]) } } };
      assert.equal((await apply([{ text: { text: "Hello" } }, image])).action, "NONE");
      const blocked = await apply([{ text: { text: "forbidden" } }]);
      assert.equal(blocked.action, "GUARDRAIL_INTERVENED");
      assert.equal(blocked.assessments[0].wordPolicy.customWords[0].match, "forbidden");
      const { results, usage } = await client.send(
        new InvokeGuardrailChecksCommand({
          messages: [{ role: "user", content: [{ text: "Mail a@example.com" }] }],
          checks: {
            promptAttack: { categories: [{ category: "JAILBREAK" }] },
            sensitiveInformation: { entities: [{ type: "EMAIL" }] },
          },
        }),
      );
      assert.equal(results.sensitiveInformation.results[0].beginOffset, 5);
      assert.equal(usage.promptAttack.textUnits, 1);
      assert.equal(results.contentFilter, undefined);
    }),

  asyncInvoke: () =>
    withClient({ prefix: `/run/${run}-async` }, async (client) => {
      const arns = [];
      for (const seconds of [0, 1, 2, 3, 4]) {
        const command = new StartAsyncInvokeCommand({
          modelId: "amazon.nova-reel-v1:0",
          modelInput: { seconds, said: seconds === 4 ? "fail this" : null },
          outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://some-bucket" } },
        });
        arns.push((await client.send(command)).invocationArn);
      }
      const got = [];
      for (const _ of [1, 2]) got.push(await client.send(new GetAsyncInvokeCommand({ invocationArn: arns[4] })));
      assert.deepEqual(
        got.map(({ status }) => status),
        ["InProgress", "Failed"],
      );
      assert.match(got[1].failureMessage, /asked for/);
      assert.equal(got[1].submitTime.toISOString(), "2025-01-02T03:08:05.000Z");
      assert.equal(got[1].endTime.getTime() - got[1].submitTime.getTime(), 42_500);
      const pages = [];
      const filters = { submitTimeAfter: new Date("2025-01-02T03:04:05Z"), sortOrder: "Ascending" };
      for await (const page of paginateListAsyncInvokes({ client, pageSize: 3 }, filters)) {
        pages.push(page.asyncInvokeSummaries.map(({ invocationArn }) => invocationArn));
      }
      assert.deepEqual(pages, [arns.slice(1, 4), arns.slice(4)]);
    }),

  controlPlane: () =>
    withClient({ Client: BedrockClient }, async (client) => {
      const list = async (filters) => (await client.send(new ListFoundationModelsCommand(filters))).modelSummaries;
      assert.equal((await list({})).length, 13);
      assert.equal((await list({ byProvider: "Meta" }))[0].modelName, "Llama 3.1 8B Instruct");
      const of = await client.send(new GetFoundationModelCommand({ modelIdentifier: "anthropic.claude-v2:1" }));
      assert.equal(of.modelDetails.modelLifecycle.legacyTime.toISOString(), "2025-01-21T08:00:00.500Z");
      const available = await client.send(new GetFoundationModelAvailabilityCommand({ modelId: claude }));
      assert.equal(available.authorizationStatus, "AUTHORIZED");
      const profiles = [];
      for await (const page of paginateListInferenceProfiles(
        { client, pageSize: 4 },
        { typeEquals: "SYSTEM_DEFINED" },
      )) {
        profiles.push(...page.inferenceProfileSummaries);
      }
      assert.equal(profiles.length, 9);
      const identifier = { inferenceProfileIdentifier: profiles[8].inferenceProfileArn };
      const profile = await client.send(new GetInferenceProfileCommand(identifier));
      assert.deepEqual(profile.models, profiles[8].models);
      await assert.rejects(client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: "none" })), {
        name: "ResourceNotFoundException",
      });
    }),

  everythingWasSigned: async () => {
    const seen = await (await fetch(`${address}/_seen/${run}`)).json();
    assert.equal(seen.open, 0);
    const good = seen.attempts.filter((attempt) => attempt.status === 200);
    assert.ok(good.length >= 12, `${good.length} good attempts`);
    assert.ok(good.every(({ signature }) => signature === "ok" || signature === "bearer"));
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.name}: ${error.message}`);
  }
}
console.log(`aws-js: ${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
