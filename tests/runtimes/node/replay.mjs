// Every recorded exchange of the four operations, replayed by the emulator and compared with the recording: nothing
// refused, nothing lost. What is expected comes from the records alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { client, emulator, recordings } from "./context.mjs";

const METHODS = {
  Converse: "converse",
  ConverseStream: "converseStream",
  InvokeModel: "invokeModel",
  InvokeModelWithResponseStream: "invokeModelWithResponseStream",
};
const records = recordings
  .flatMap((file) => readFileSync(file, "utf8").split("\n"))
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .filter(({ operation }) => operation in METHODS);

/** The bytes that a record gives as JSON, text or base64. */
function bodyBytes(body) {
  if (body == null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if ("text" in body) return Buffer.from(body.text);
  if ("base64" in body) return Buffer.from(body.base64, "base64");
  return Buffer.from(JSON.stringify(body.json));
}

/** A recorded payload without the padding, which the package drops. */
function unpadded(payload) {
  const { p, ...rest } = typeof payload === "string" ? JSON.parse(payload) : payload;
  return rest;
}

/** Bytes as base64, so that both sides compare as JSON. */
const plain = (value) =>
  JSON.parse(
    JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? Buffer.from(item).toString("base64") : item)),
  );

const upper = (name) => name[0].toUpperCase() + name.slice(1);

if (!records.length) {
  test("recorded exchanges", { skip: "1 skipped: no ../shared/vectors" }, () => {});
}

for (const record of records) {
  test(`replay ${record.id}`, async () => {
    const { operation, request, response } = record;
    const key = createHash("sha256").update(record.id).digest("hex").slice(0, 16);
    const modelId = decodeURIComponent(/\/model\/(.+)\/[a-z-]+$/.exec(request.uri)[1]);
    const bedrock = client(`${emulator.address}/pace/0/replay/${key}/node`, { maxAttempts: 1 });
    const input = operation.startsWith("Invoke")
      ? { modelId, body: bodyBytes(request.body) }
      : { modelId, ...(request.body?.json ?? JSON.parse(bodyBytes(request.body).toString())) };
    const call = bedrock[METHODS[operation]](input);

    if (response.status !== 200) {
      const error = await call.then(
        () => assert.fail("an error is due"),
        (error) => error,
      );
      const body = JSON.parse(bodyBytes(response.body).toString());
      const type = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "x-amzn-errortype")?.[1];
      assert.equal(error.constructor.prototype.name, "BedrockRuntimeServiceException");
      assert.equal(error.message, body.message ?? body.Message);
      assert.equal(error.$metadata.httpStatusCode, response.status);
      if (type) assert.equal(error.name, type.split(":")[0].split("#").at(-1));
      return;
    }
    const output = await call;
    if (operation === "Converse") {
      const { $metadata, ...rest } = output;
      assert.equal($metadata.httpStatusCode, 200);
      assert.deepEqual(plain(rest), JSON.parse(bodyBytes(response.body).toString()));
    } else if (operation === "InvokeModel") {
      const bytes = bodyBytes(response.body);
      // A body recorded as JSON has lost its spelling, numbers' above all.
      if (response.body?.json === undefined) assert.deepEqual(Buffer.from(output.body), bytes);
      if (bytes.length) assert.deepEqual(output.body.json(), JSON.parse(bytes.toString()));
    } else {
      const good = response.events.filter(({ message_type }) => message_type === "event");
      const bad = response.events.find(({ message_type }) => message_type !== "event");
      const events = [];
      let error;
      try {
        for await (const event of output.stream ?? output.body) events.push(event);
      } catch (failure) {
        error = failure;
      }
      assert.deepEqual(
        plain(events),
        good.map(({ event_type, payload }) => ({ [event_type]: unpadded(payload) })),
      );
      for (const [at, { chunk }] of events.entries()) {
        if (chunk) assert.ok(chunk.bytes instanceof Uint8Array, `event ${at}`);
      }
      if (bad) assert.equal(error?.name, upper(bad.exception_type ?? bad.event_type));
      else assert.equal(error, undefined);
    }
  });
}
