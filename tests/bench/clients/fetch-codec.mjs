// F: the least that one can write oneself: aws4fetch signs, Smithy's codec decodes whole frames, and these lines find
// them in the stream. They are written to be fast: a frame that comes in pieces is put together once. No retries, no
// limits, and an end that comes too early is seen only within a frame.

import { EventStreamCodec } from "@smithy/eventstream-codec";
import { fromUtf8, toUtf8 } from "@smithy/util-utf8";
import { AwsClient } from "aws4fetch";

const codec = new EventStreamCodec(toUtf8, fromUtf8);
const decoder = new TextDecoder();

function event(frame) {
  const { headers, body } = codec.decode(frame);
  const value = JSON.parse(decoder.decode(body));
  if (headers[":message-type"].value !== "event") {
    throw Object.assign(new Error(value.message), { name: headers[":exception-type"]?.value });
  }
  return { [headers[":event-type"].value]: value };
}

export async function* events(body) {
  const reader = body.getReader();
  // Pieces of a frame that is not whole, their length, and the length that is waited for: a frame's begins with 4 bytes
  // that tell it.
  let held = [];
  let length = 0;
  let wanted = 4;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      if (length > 0) throw new Error("the stream ends within a frame");
      return;
    }
    held.push(value);
    length += value.length;
    if (length < wanted) continue;
    let bytes = value;
    if (held.length > 1) {
      bytes = new Uint8Array(length);
      let at = 0;
      for (const piece of held) {
        bytes.set(piece, at);
        at += piece.length;
      }
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    wanted = 4;
    while (length - from >= 4) {
      const frame = view.getUint32(from);
      if (length - from < frame) {
        wanted = frame;
        break;
      }
      yield event(bytes.subarray(from, from + frame));
      from += frame;
    }
    length -= from;
    held = length > 0 ? [bytes.subarray(from)] : [];
  }
}

export function make({ endpoint = "https://bedrock-runtime.us-east-1.amazonaws.com", credentials }) {
  const aws = new AwsClient({ ...credentials, region: "us-east-1", service: "bedrock", retries: 0 });
  const call = async (modelId, operation, text) => {
    const response = await aws.fetch(`${endpoint}/model/${encodeURIComponent(modelId)}/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  };
  return {
    async converse(modelId, text) {
      return (await call(modelId, "converse", text)).json();
    },
    async stream(modelId, text) {
      return events((await call(modelId, "converse-stream", text)).body);
    },
  };
}
