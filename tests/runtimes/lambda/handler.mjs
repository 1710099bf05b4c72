// Functions of AWS Lambda that stream, with what Lambda gives a function: the global `awslambda`, and credentials in the
// environment.

import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as outcrop from "outcrop";
import { texts, toResponse } from "outcrop/models";

// Made once, for all invocations: as a function should.
const bedrock = {};
let invocations = 0;

const ask = (endpoint) => {
  bedrock[endpoint] ??= new outcrop.BedrockRuntime({
    region: process.env.AWS_REGION,
    credentials: outcrop.fromEnv(),
    endpoint,
  });
  return bedrock[endpoint].converseStream({
    modelId: "anthropic.claude-3-haiku-20240307-v1:0",
    messages: [{ role: "user", content: [{ text: "Tell me about granite" }] }],
  });
};

/** The text of an answer, as it comes; without an endpoint, what the function knows of itself. */
export const words = awslambda.streamifyResponse(async ({ endpoint }, responseStream) => {
  invocations += 1;
  if (!endpoint) return void responseStream.end(JSON.stringify({ invocations, process: process.pid }));
  responseStream.setContentType("text/plain;charset=utf-8");
  for await (const text of texts(await ask(endpoint))) {
    // As full as it should be: until what waits has been sent.
    if (!responseStream.write(text)) await once(responseStream, "drain");
  }
  responseStream.end();
});

/** The same by what AWS advises. */
export const piped = awslambda.streamifyResponse(async ({ endpoint }, responseStream) => {
  responseStream.setContentType("text/plain;charset=utf-8");
  await pipeline(Readable.from(texts(await ask(endpoint))), responseStream);
});

/** Its events for a page, with a status and headers of an HTTP answer, as a function URL takes them. */
export const events = awslambda.streamifyResponse(async ({ endpoint }, responseStream) => {
  const { status, headers, body } = toResponse(await ask(endpoint));
  const out = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: status,
    headers: Object.fromEntries(headers),
  });
  await pipeline(Readable.fromWeb(body), out);
});
