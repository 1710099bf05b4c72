// Lambda's Runtime API on this machine, and a function in AWS's own client of it: invocations go in, answers come out,
// streamed ones as they come. It keeps to AWS's description of the API and refuses whatever that does not name.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { json, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const { platform, arch } = process;
const nodes = [`node-${platform === "win32" ? "win" : platform}-${arch}`, `node-bin-${platform}-${arch}`];
const exe = platform === "win32" ? ".exe" : "";

/** The Node of Lambda's newest runtime, and AWS's client in it. */
function programs() {
  const node = [
    process.env.NODE_LAMBDA,
    ...nodes.map((name) => join(folder, `node_modules/${name}/bin/node${exe}`)),
  ].find((path) => path && existsSync(path));
  if (!node) throw new Error("lambda has no Node for this machine: npm ci there, or NODE_LAMBDA names one");
  const require = createRequire(import.meta.url);
  const client = dirname(require.resolve("aws-lambda-ric"));
  return { node, client, version: require(join(client, "package.json")).version };
}

/**
 * Starts a function: `handler` is `file.name` in this folder, `environment` what AWS would set there besides.
 *
 * `invoke(event)` answers `{body, mode, type, pieces, error}`: the whole text, the headers that say how it came, its
 * pieces with their times, and what the function said went wrong, or that it broke off its answer.
 */
export async function lambda(handler, environment = {}) {
  const { node, client, version } = programs();
  const invocations = [];
  const open = new Map();
  let next;
  let broken;
  const fail = (error) => {
    broken = error;
    for (const { failed } of open.values()) failed(error);
    open.clear();
  };
  const give = () => {
    if (!next || !invocations.length) return;
    const { id, event } = invocations.shift();
    // 60 s: more than any invocation of these tests takes.
    const deadline = Date.now() + 60_000;
    next.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(deadline),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:outcrop",
      "lambda-runtime-trace-id": "Root=1-5e1b4151-43a0913a12345678",
    });
    next.end(JSON.stringify(event));
    next = undefined;
  };

  const server = createServer(async (request, response) => {
    const [, id, what] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(request.url) ?? [];
    if (request.method === "GET" && request.url === "/2018-06-01/runtime/invocation/next") {
      next = response;
      return give();
    }
    if (request.url === "/2018-06-01/runtime/init/error") fail(new Error(`init: ${await text(request)}`));
    const waiting = open.get(id);
    if (!waiting) return response.writeHead(404).end();
    const { headers } = request;
    const mode = headers["lambda-runtime-function-response-mode"];
    const answer = { mode, type: headers["content-type"], pieces: [], body: "" };
    if (what === "error") answer.error = await json(request);
    else {
      const words = new TextDecoder();
      try {
        for await (const piece of request) {
          answer.pieces.push({ at: Date.now(), text: words.decode(piece, { stream: true }) });
        }
      } catch (error) {
        // A function's pipeline() that failed: Lambda breaks the answer off too.
        answer.error = { errorType: "Aborted", errorMessage: String(error) };
      }
      answer.body = answer.pieces.map(({ text }) => text).join("");
      // How a streamed answer that has begun says that it is not whole.
      const { "lambda-runtime-function-error-body": told } = request.trailers;
      if (told) answer.error = JSON.parse(Buffer.from(told, "base64").toString());
    }
    open.delete(id);
    waiting.done(answer);
    response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

  // Its native part, which does the same over libcurl, is there only where it was built.
  const native = existsSync(join(client, "rapid-client.node"));
  const child = spawn(
    node,
    [...(native ? [] : ["--import", new URL("without-native.mjs", import.meta.url).href]), join(client, "index.mjs")],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      // No other variable of this process: a function has none of them.
      env: {
        PATH: process.env.PATH,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.address().port}`,
        ...(!native && { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true" }),
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: handler,
        AWS_REGION: "us-east-1",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_FUNCTION_NAME: "outcrop",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        // MB, which AWS's client asks to be told.
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/outcrop",
        AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]outcrop",
        ...environment,
      },
    },
  );
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (some) => (said[stream] += some));
  const ended = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
  child.once("error", fail);
  child.once("close", (code, signal) => {
    // 500 ms: an answer that it broke off is seen to be by then.
    const late = () => open.size && fail(new Error(`the function ended with ${code ?? signal}: ${said.stderr}`));
    setTimeout(late, 500);
  });

  let count = 0;
  return {
    native,
    version,
    said,
    /** Promises how it ended. */
    ended,
    invoke: (event) =>
      new Promise((done, failed) => {
        if (broken) return failed(broken);
        const id = `8476a536-e9f4-11e8-9739-${String(++count).padStart(12, "0")}`;
        open.set(id, { done, failed });
        invocations.push({ id, event });
        give();
      }),
    async stop() {
      child.kill("SIGKILL");
      await ended;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
