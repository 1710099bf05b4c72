// Conversations as users write them, and mistakes that the types must refuse. It is compiled and never run.

import type { BedrockRuntime, InvokeModelWithBidirectionalStreamInputEvent } from "outcrop";
import type { SocketLike } from "outcrop/bidirectional";
import { invokeModelWithBidirectionalStream } from "outcrop/bidirectional";

declare const bedrock: BedrockRuntime;
declare const microphone: AsyncIterable<Uint8Array>;
declare const words: AsyncIterable<{ chunk: { bytes: string } }>;
declare const OwnSocket: new (url: string) => SocketLike;

async function* events(): AsyncGenerator<InvokeModelWithBidirectionalStreamInputEvent> {
  for await (const bytes of microphone) yield { chunk: { bytes } };
}

export async function talk(): Promise<number> {
  const { body, $metadata } = await invokeModelWithBidirectionalStream(
    bedrock,
    { modelId: "amazon.nova-sonic-v1:0", body: events() },
    { connectionTimeout: 5000, WebSocket: OwnSocket, timeouts: { idle: 60_000 }, maxAttempts: 2, region: "us-east-1" },
  );
  let length = $metadata.attempts ?? 0;
  for await (const event of body) {
    if (event.chunk) length += event.chunk.bytes?.length ?? 0;
    // Exceptions are thrown.
    event.modelStreamErrorException satisfies undefined;
  }
  await body.return();
  return length;
}

// @ts-expect-error: a body is wanted
invokeModelWithBidirectionalStream(bedrock, { modelId: "m" });
// @ts-expect-error: bytes, not their text
invokeModelWithBidirectionalStream(bedrock, { modelId: "m", body: words });
// @ts-expect-error: an API key signs no chunks
invokeModelWithBidirectionalStream(bedrock, { modelId: "m", body: events() }, { token: "key" });
// @ts-expect-error: what is sent is not a list
invokeModelWithBidirectionalStream(bedrock, { modelId: "m", body: [{ chunk: {} }] });
