// AWS's JavaScript client, unmodified, in conversation with the emulator: its Node build over HTTP/2, its browser build
// over a WebSocket. Tests nothing of outcrop itself. Usage: node bidirectional.mjs http://127.0.0.1:PORT
//
// Run by itself it begins a second Node with the switch that gives Node 20 a global WebSocket, and bundles the browser
// build with the esbuild of bindings/.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const [address, browserBuild] = process.argv.slice(2);
const known = await (await fetch(`${address}/_known`)).json();

if (!browserBuild) {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-aws-browser-"));
  try {
    const { buildSync } = createRequire(new URL("../../../bindings/package.json", import.meta.url))("esbuild");
    const outfile = join(folder, "client.mjs");
    buildSync({
      stdin: { contents: 'export * from "@aws-sdk/client-bedrock-runtime";', resolveDir: here },
      bundle: true,
      platform: "browser",
      format: "esm",
      logLevel: "error",
      outfile,
    });
    const arguments_ = ["--experimental-websocket", fileURLToPath(import.meta.url), address, outfile];
    execFileSync(process.execPath, arguments_, { stdio: "inherit" });
  } catch (error) {
    if (error.status == null) throw error;
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  const forms = {
    http2: await import("@aws-sdk/client-bedrock-runtime"),
    websocket: await import(pathToFileURL(browserBuild).href),
  };
  let failed = 0;
  let passed = 0;
  for (const [form, aws] of Object.entries(forms)) {
    for (const [name, check] of Object.entries(checks(form, aws))) {
      try {
        await check();
        passed += 1;
        console.log(`ok      ${form} ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${form} ${name}: ${error?.name}: ${error?.message}`);
      }
    }
  }
  console.log(`aws-js in conversation: ${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

function checks(form, { BedrockRuntimeClient, InvokeModelWithBidirectionalStreamCommand }) {
  const modelId = "amazon.nova-sonic-v1:0";
  const bytes = (text) => new TextEncoder().encode(text);
  const read = (event) => JSON.parse(new TextDecoder().decode(event.chunk.bytes));

  /** A client for the emulator's path behind `prefix`. */
  function client(prefix, credentials = known.credentials) {
    const made = new BedrockRuntimeClient({
      region: "eu-central-1",
      endpoint: address + prefix,
      credentials,
      maxAttempts: 1,
    });
    // It takes wss: for granted, and with it a host without a port, which it leaves out of what it signs. The emulator
    // has no certificate and a port of its own.
    const plain = (next) => (args) => {
      const { request } = args;
      if (request.protocol === "wss:") {
        request.protocol = "ws:";
        request.headers.host = new URL(address).host;
      }
      return next(args);
    };
    made.middlewareStack.add(plain, { step: "build", priority: "low", name: "plain" });
    return made;
  }

  /** Says so many things, each when the one before was answered; what came, and what the emulator saw. */
  async function talk({ count = 5, fault = "", credentials }) {
    const run = `aws-${form}-${randomUUID()}`;
    const aws = client(`/pace/0${fault && `/fault/${fault}`}/run/${run}`, credentials);
    const order = [];
    let answered = () => {};
    const body = async function* () {
      for (let number = 1; number <= count; number++) {
        const answer = new Promise((resolve) => {
          answered = resolve;
        });
        order.push(`say ${number}`);
        yield { chunk: { bytes: bytes(`part ${number}, Grüße`) } };
        await answer;
      }
    };
    const events = [];
    let error;
    try {
      const output = await aws.send(new InvokeModelWithBidirectionalStreamCommand({ modelId, body: body() }));
      for await (const event of output.body) {
        events.push(read(event));
        if (events.at(-1).number) order.push(`hear ${events.at(-1).number}`);
        answered();
      }
    } catch (caught) {
      error = caught;
    }
    answered();
    aws.destroy();
    // ms: until the emulator has seen the end of it.
    for (let waited = 0; waited < 2000; waited += 20) {
      const seen = await (await fetch(`${address}/_seen/${run}`)).json();
      if (!seen.open && seen.attempts.length) return { events, error, order, seen: seen.attempts[0] };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("the emulator has not seen the end");
  }

  return {
    conversation: async () => {
      for (const credentials of [known.credentials, known.temporaryCredentials]) {
        const { events, error, order, seen } = await talk({ credentials });
        assert.ifError(error);
        const due = [1, 2, 3, 4, 5].map((number) => ({ number, heard: `part ${number}, Grüße` }));
        // Over a WebSocket AWS's client closes as soon as it has nothing to say, and hears no more.
        if (form === "http2") due.push({ done: true, chunks: 5 });
        assert.deepEqual(events, due);
        assert.deepEqual(
          order,
          [1, 2, 3, 4, 5].flatMap((number) => [`say ${number}`, `hear ${number}`]),
        );
        assert.equal(seen.signature, "ok");
        assert.equal(seen.duplex.form, form);
        assert.equal(seen.duplex.chunks, 5);
        assert.equal(seen.duplex.halfClosed, true);
        assert.equal(seen.duplex.refused, null);
      }
    },

    threeHundred: async () => {
      const { events, error, seen } = await talk({ count: 300 });
      assert.ifError(error);
      assert.equal(events.filter((event) => event.number).length, 300);
      assert.equal(seen.duplex.chunks, 300);
    },

    exception: async () => {
      const { events, error } = await talk({ fault: "exception-modelStreamErrorException" });
      assert.equal(events.length, 2);
      assert.equal(error.name, "ModelStreamErrorException");
      assert.equal(error.message, "the script says so");
    },

    aChunkRefused: async () => {
      const { events, seen } = await talk({ fault: "chunk-3" });
      assert.equal(events.length, 2);
      assert.equal(seen.duplex.refused[0], 3);
    },

    wrongSecret: async () => {
      const { error, seen } = await talk({ fault: "secret" });
      assert.ok(error);
      if (form === "http2") assert.equal(error.name, "InvalidSignatureException");
      assert.equal(seen.signature, "bad");
    },
  };
}
