// Request bodies, byte by byte as the emulator received them, and the hash that was signed for them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { client, modelId, place } from "./context.mjs";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const json = '{"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[{"role":"user","content":"Grüße"}]}';
const bytes = new TextEncoder().encode(json);
const around = new Uint8Array([1, 2, ...bytes, 3]);

const kinds = {
  "an object": JSON.parse(json),
  "a string": json,
  "a Uint8Array": bytes,
  "a Uint8Array in a larger buffer": around.subarray(2, -1),
  "a DataView": new DataView(around.buffer, 2, bytes.length),
  "an ArrayBuffer": bytes.buffer,
  "a Buffer": Buffer.from(json),
  "an ArrayBuffer of another realm": (await import("node:vm")).runInNewContext("new Uint8Array(bytes).buffer", {
    bytes: [...bytes],
  }),
};
for (const [kind, body] of Object.entries(kinds)) {
  test(`InvokeModel takes ${kind}`, async () => {
    const { endpoint, seen } = place();
    await client(endpoint).invokeModel({ modelId, body });
    const [attempt] = (await seen()).attempts;
    assert.equal(attempt.bodySha256, sha256(json));
    assert.equal(attempt.signature, "ok");
  });
}

test("bytes in JSON become base64, and nothing else changes", async () => {
  const { endpoint, seen } = place();
  const odd = new Uint8Array(100_001).map((_, at) => at * 7);
  const base64 = Buffer.from(odd).toString("base64");
  const day = new Date(0);
  const content = (data) => [
    { image: { format: "png", source: { bytes: data } } },
    {
      toolUse: {
        toolUseId: "t",
        name: "n",
        input: { when: day, own: { toJSON: () => "said" }, none: null, ключ: "\u0001" },
      },
    },
  ];
  for (const data of [odd, Buffer.from(odd), odd.buffer, new DataView(odd.buffer)]) {
    await client(endpoint)
      .converse({ modelId, messages: [{ role: "user", content: content(data) }] })
      .catch((error) => {
        assert.equal(error.name, "ValidationException");
      });
    const attempt = (await seen()).attempts.at(-1);
    assert.equal(
      attempt.bodySha256,
      sha256(JSON.stringify({ messages: [{ role: "user", content: content(base64) }] })),
    );
    assert.equal(attempt.signature, "ok");
  }
});

test("an input with __proto__ stays what it is", async () => {
  const { endpoint, seen } = place();
  const input = JSON.parse(
    `{"modelId":"${modelId}","__proto__":{"polluted":true},"messages":[{"role":"user","content":[{"text":"Hi"}]}]}`,
  );
  await client(endpoint)
    .converse(input)
    .catch((error) => assert.equal(error.name, "ValidationException"));
  assert.equal({}.polluted, undefined);
  const [attempt] = (await seen()).attempts;
  assert.equal(
    attempt.bodySha256,
    sha256('{"__proto__":{"polluted":true},"messages":[{"role":"user","content":[{"text":"Hi"}]}]}'),
  );
});

// Above 8,192 bytes the hash is WebCrypto's, unless there is none.
for (const length of [0, 1, 8_192, 8_193, 5_000_000]) {
  for (const subtle of [true, false]) {
    test(`${length} bytes are hashed and signed ${subtle ? "with" : "without"} WebCrypto`, async (t) => {
      const { endpoint, seen } = place();
      if (!subtle) t.mock.getter(crypto, "subtle", () => undefined);
      const body = new Uint8Array(length).fill(32);
      await client(endpoint)
        .invokeModel({ modelId, body })
        .catch((error) => assert.equal(error.name, "ValidationException"));
      const [attempt] = (await seen()).attempts;
      assert.equal(attempt.bodyBytes, length);
      assert.equal(attempt.bodySha256, sha256(body));
      assert.equal(attempt.signature, "ok");
    });
  }
}

test("an answer's blobs are bytes, but not in free JSON", async () => {
  const { endpoint } = place();
  const answer = {
    output: {
      message: {
        role: "assistant",
        content: [
          { image: { format: "png", source: { bytes: "AAEC" } } },
          { toolUse: { toolUseId: "t", name: "n", input: { image: { source: { bytes: "AAEC" } } } } },
          { reasoningContent: { redactedContent: "/w==" } },
          null,
        ],
      },
    },
    stopReason: "end_turn",
  };
  const fetch = async () => new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  const { output } = await client(endpoint, { fetch }).converse({ modelId, messages: [] });
  const [image, tool, reasoning] = output.message.content;
  assert.deepEqual(image.image.source.bytes, new Uint8Array([0, 1, 2]));
  assert.equal(tool.toolUse.input.image.source.bytes, "AAEC");
  assert.deepEqual(reasoning.reasoningContent.redactedContent, new Uint8Array([255]));
});
