// The types of outcrop/sign and outcrop/event-stream, as an app without the DOM's types sees them: what is taken and
// what is refused. It is compiled and never run.
import { BedrockRuntime } from "outcrop";
import type { HeaderValue, Message, MessageHeaders } from "outcrop/event-stream";
import { decode, EventStreamException, encode, events } from "outcrop/event-stream";
import type { SignedFetchOptions, SignedRequest } from "outcrop/sign";
import { openaiBaseUrl, presignUrl, runtimeUrl, signedFetch, signRequest } from "outcrop/sign";

const bedrock = new BedrockRuntime({ region: "us-east-1", token: "key" });
const options: SignedFetchOptions = {
  service: "execute-api",
  region: "eu-west-1",
  maxAttempts: 1,
  timeouts: { firstByte: 1 },
  origins: ["https://api.example.com"],
  dropHeaders: /^x-/,
  signableHeaders: ["accept"],
};

export async function sign(): Promise<string[]> {
  const signed: SignedRequest = await signRequest(
    bedrock,
    { method: "PUT", url: "https://b.s3.us-east-1.amazonaws.com/k", headers: [["a", "b"]], body: new Uint8Array(1) },
    { service: "s3", signingDate: new Date(0), unsignedPayload: true },
  );
  const headers: Record<string, string> = signed.headers;
  const url: string = await presignUrl(bedrock, signed.url, { expiresIn: 60, method: "PUT", headers: { a: "b" } });
  const send = signedFetch(bedrock, options);
  const answer = await send(url, { method: "POST", body: "{}" });
  return [headers.authorization ?? "", url, await openaiBaseUrl(bedrock), await runtimeUrl(bedrock), `${answer}`];
}

export async function read(body: AsyncIterable<Uint8Array>): Promise<Message | undefined> {
  try {
    for await (const { headers, body: bytes } of events(body)) {
      const known: MessageHeaders = headers;
      const type: HeaderValue | undefined = known[":event-type"];
      if (type === "chunk") return decode(encode({ a: 1, b: 2n, c: { type: "uuid", value: "00" } }, bytes));
    }
  } catch (error) {
    if (error instanceof EventStreamException) return { headers: error.headers, body: error.body };
  }
  return undefined;
}

// @ts-expect-error a client is needed
signedFetch({ region: "us-east-1" });
// @ts-expect-error a URL is needed
signRequest(bedrock, { method: "GET" });
// @ts-expect-error seconds are a number
presignUrl(bedrock, "https://x.amazonaws.com", { expiresIn: "60" });
// @ts-expect-error no such type of header
encode({ a: { type: "float", value: 1 } });
