// A worker whose requests share all that they can: clients, a module, credentials, a limit, a stream. Each path begins
// something and says how far it came; what its request leaves behind is for the next one to trip over.

import { limit } from "./dist/flow.js";
import module from "./dist/outcrop.wasm";
import { BedrockRuntime as Slim } from "./dist/slim.js";
import { BedrockRuntime } from "./dist/workerd.js";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const messages = [{ role: "user", content: [{ text: "Tell me about granite" }] }];
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Made outside of any request, where workerd allows no I/O: the module is loaded there.
const unused = new BedrockRuntime({
  region: "us-east-1",
  credentials: { accessKeyId: "none", secretAccessKey: "none" },
});
const imported = import("./dist/outcrop.wasm").then(({ default: module }) => module);
/** What requests share, by a name of the test's. */
const shared = new Map();
const share = (name, make) => {
  if (!shared.has(name)) shared.set(name, make());
  return shared.get(name);
};
const fresh = (Client, options) => new Client(options);

const paths = {
  /** A call with a client that is shared. */
  async call({ name, options, call }) {
    const client = share(name, () => fresh(BedrockRuntime, options));
    return (await client.converse({ modelId, messages }, call)).output.message.content[0].text;
  },

  /** The client that was made before the first request. */
  async global({ options }) {
    const { endpoint, credentials } = options;
    return (await unused.converse({ modelId, messages }, { endpoint, credentials })).output.message.content[0].text;
  },

  /** The same with a module whose promise is the first request's own, and takes a while. */
  async slim({ name, options, loading, call }) {
    const client = share(name, () => {
      const promised = sleep(loading).then(() => module);
      return fresh(Slim, { ...options, module: promised });
    });
    return (await client.converse({ modelId, messages }, call)).output.message.content[0].text;
  },

  /** The same with a promise that is no request's. */
  async imported({ name, options }) {
    const client = share(name, () => fresh(Slim, { ...options, module: imported }));
    return (await client.converse({ modelId, messages })).output.message.content[0].text;
  },

  /** The same with credentials that the first request asks for, which takes a while. */
  async provided({ name, options, asking }) {
    const client = share(name, () => {
      let asked = 0;
      const credentials = async () => {
        asked += 1;
        if (asked === 1) await sleep(asking);
        return options.credentials;
      };
      return fresh(BedrockRuntime, { ...options, credentials });
    });
    return (await client.converse({ modelId, messages })).output.message.content[0].text;
  },

  /** A stream with a client that lets one call pass at a time; as many events as asked are read. */
  async limited({ name, options, events, call }) {
    const client = share(name, () => fresh(BedrockRuntime, { ...options, retryMode: limit(1) }));
    const { stream } = await client.converseStream({ modelId, messages }, call);
    let read = 0;
    for await (const _ of stream) {
      read += 1;
      if (read === events) await sleep(60_000);
    }
    return `${read}`;
  },

  /** Answers with a stream open, of which it has read an event; it is shared. */
  async kept({ name, options }) {
    const client = share(name, () => fresh(BedrockRuntime, options));
    const { stream } = await client.converseStream({ modelId, messages });
    await stream.next();
    shared.set(`${name} stream`, stream);
    return "kept";
  },

  /** The next event of another request's stream, which workerd forbids. */
  async foreign({ name }) {
    const { done, value } = await shared.get(`${name} stream`).next();
    return JSON.stringify({ done, value });
  },

  /** A stream's words as the answer's body. */
  async stream({ name, options }) {
    const client = share(name, () => fresh(BedrockRuntime, options));
    const { stream } = await client.converseStream({ modelId, messages });
    const encoder = new TextEncoder();
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await stream.next();
        if (done) return controller.close();
        controller.enqueue(encoder.encode(value.contentBlockDelta?.delta.text ?? ""));
      },
      cancel: () => stream.return(),
    });
  },
};

export default {
  async fetch(request) {
    const path = new URL(request.url).pathname.slice(1);
    try {
      const { leave, ...given } = await request.json();
      const answer = paths[path](given);
      if (leave === undefined) return new Response(await answer);
      // The handler returns while that goes on, and then nothing of it does.
      answer.catch(() => {});
      await sleep(leave);
      return new Response("left");
    } catch ({ name, who, message }) {
      return Response.json({ name, who, message }, { status: 500 });
    }
  },
};
