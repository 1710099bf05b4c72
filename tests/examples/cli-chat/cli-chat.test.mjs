// The program of this folder, as `cargo xtask test examples` built it, against the emulator: through pipes, and in a
// terminal of its own (Python's pty), where Ctrl-C is a key. Nothing is skipped.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { emulator, root } from "../../browser/programs.mjs";

const program = process.env.OUTCROP_CHAT ?? join(root, "target/examples/target/debug/chat");
const limit = { timeout: 30_000 };
const run = "example-cli-chat";
// Runs a program in a terminal, and hands its own input and output through.
const TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

let bedrock, folder;
before(async () => {
  bedrock = await emulator();
  folder = mkdtempSync(join(tmpdir(), "outcrop-chat-"));
});
const started = [];
after(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await bedrock?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The program with nothing in its environment but this. */
function chat(path, { args = [], variables, terminal = false } = {}) {
  const { accessKeyId, secretAccessKey, sessionToken } = bedrock.temporaryCredentials;
  const keys = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  const env = {
    PATH: process.env.PATH,
    TERM: "xterm",
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.address + path,
    ...(variables ?? keys),
  };
  const command = terminal ? [process.env.PYTHON ?? "python3", "-c", TERMINAL, program] : [program];
  const child = spawn(command[0], [...command.slice(1), ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  started.push(child);
  const told = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (told.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (told.err += text));
  const closed = once(child, "close");
  return {
    child,
    told,
    type: (text) => child.stdin.write(text),
    /** Waits until the output (or the rest) says this. */
    async until(what, of = "out") {
      const deadline = Date.now() + 10_000;
      while (!what.test(told[of])) {
        assert.ok(Date.now() < deadline, `not ${what}: ${JSON.stringify(told)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** When it has ended: the status, and what it told. */
    async left() {
      const [status, signal] = await closed;
      return { status: status ?? signal, ...told };
    },
    /** The same, with nothing more to read. */
    ended() {
      child.stdin.end();
      return this.left();
    },
  };
}

const seen = async (name = run) => (await bedrock.seen(name)).attempts;

describe("cli-chat", () => {
  test("words come as they are written; the conversation goes on; each answer's cost is told", limit, async () => {
    const one = chat(`/words/40/pace/20/run/${run}`);
    one.type("Where is granite found?\n");
    await one.until(/\w+ \w+/);
    assert.equal((await bedrock.seen(run)).open, 1, "it is still being written");
    one.type("And basalt?\n/cost\n");
    const { status, out, err } = await one.ended();
    assert.equal(status, 0, err);
    const answers = out.trim().split("\n");
    assert.deepEqual([answers.length, /granite/.test(answers[0]), /basalt/.test(answers[1])], [2, true, true], out);
    const [first, second] = await bedrock.ended(run, 2);
    assert.deepEqual([first.signature, second.signature], ["ok", "ok"]);
    assert.ok(second.bodyBytes > first.bodyBytes + answers[0].length, "the first question and answer go along");
    // Claude 3 Haiku's prices in the catalog: 0.25 and 1.25 USD for a million tokens.
    const costs = [...err.matchAll(/\[(\d+) tokens in, (\d+) out: ([\d.]+) USD, prices of 2024-06-21\]/g)];
    assert.equal(costs.length, 2, err);
    let sum = 0;
    for (const [, input, output, cost] of costs) {
      const right = (input * 0.25 + output * 1.25) / 1e6;
      assert.ok(Math.abs(right - cost) < 1e-6, `${right} ${cost}`);
      sum += right;
    }
    const [, all] = /2 answers: ([\d.]+) USD\n/.exec(err);
    assert.ok(Math.abs(sum - all) < 2e-6, `${sum} ${all}`);
  });

  test("commands: model, system prompt, a new beginning; a slip is never sent", limit, async () => {
    const name = `${run}-commands`;
    const one = chat(`/words/5/pace/1/run/${name}`, { args: ["--input-price", "0.001", "--output-price", "0.002"] });
    const lines = [
      "/help",
      "/modle x",
      "/model",
      "Hello",
      "/model amazon.nova-micro-v1:0",
      "/system Answer in Latin.",
      "Hello",
      "/clear",
      "/system",
      "Hello",
      "/quit",
      "never asked",
    ];
    one.type(`${lines.join("\n")}\n`);
    const { status, err } = await one.ended();
    assert.equal(status, 0, err);
    for (const said of [/\/clear +begins/, /no command \/modle; \/help names them/, /^anthropic\.claude-3-haiku/m])
      assert.match(err, said);
    assert.doesNotMatch(err, /prices of/);
    const attempts = await bedrock.ended(name, 3);
    assert.equal(attempts.length, 3);
    const models = attempts.map(({ path }) => decodeURIComponent(path).split("/").at(-2));
    assert.deepEqual(models, ["anthropic.claude-3-haiku-20240307-v1:0", ...Array(2).fill("amazon.nova-micro-v1:0")]);
    const [bare, more, again] = attempts.map(({ bodyBytes }) => bodyBytes);
    assert.equal(bare, again, "nothing of the conversation or the system prompt is left");
    assert.ok(more > bare + "Answer in Latin.".length);
  });

  test("Ctrl-C's signal stops the answer, and the next question is asked", limit, async () => {
    const name = `${run}-stopped`;
    const one = chat(`/words/100/pace/50/run/${name}`);
    one.type("Tell me about schist\n");
    await one.until(/\w+ \w+/);
    one.child.kill("SIGINT");
    await one.until(/\[stopped\]/, "err");
    assert.equal((await bedrock.ended(name))[0].responseEnded, "client closed");
    one.type("And gneiss?\n");
    await one.until(/\n\w+ \w+/);
    one.child.kill("SIGINT");
    // Where no answer is on its way, it ends the program.
    await one.until(/\[stopped\]\n\[stopped\]/, "err");
    one.child.kill("SIGINT");
    // Before its input ends, which would end it too.
    assert.equal((await one.left()).status, 130);
    assert.equal((await bedrock.ended(name, 2))[1].responseEnded, "client closed");
  });

  test("in a terminal: a prompt, Ctrl-C as a key, a history, Ctrl-D", limit, async () => {
    const name = `${run}-terminal`;
    const history = join(folder, "history");
    const one = chat(`/words/100/pace/30/run/${name}`, { args: ["--history", history], terminal: true });
    await one.until(/> /);
    one.type("Where is granite found?\r");
    await one.until(/granite found\?[\s\S]*\w+ \w+ \w+/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    one.type("\x03");
    await one.until(/\[stopped\]/);
    assert.equal((await bedrock.ended(name))[0].responseEnded, "client closed");
    // At the prompt it is a word of advice.
    one.type("\x03");
    await one.until(/Ctrl-D ends\.[\s\S]*Ctrl-D ends\./);
    // The arrow key brings the question back.
    one.type("\x1b[A\r");
    await one.until(/\[stopped\][\s\S]*granite found\?[\s\S]*\w+ \w+/);
    await one.until(/tokens in/);
    one.type("\x04");
    const { status } = await one.ended();
    assert.equal(status, 0);
    const attempts = await bedrock.ended(name, 2);
    assert.equal(attempts[1].responseEnded, "complete");
    assert.match(readFileSync(history, "utf8"), /Where is granite found\?/);
  });

  for (const [name, words, part] of [
    ["stream-cut-before-metadata", /The answer is not whole\. TruncatedStreamError: .+ Look at the network/, true],
    ["access-denied", /^AccessDeniedException: .+ Enable the model/, false],
    ["throttled-always", /^ThrottlingException: .+ Wait a little/, false],
  ]) {
    test(`${name}: an error with a cure, and a status`, limit, async () => {
      const { status, out, err } = await chat(`/case/${name}/${run}-${name}`, { args: ["Hello"] }).ended();
      assert.equal(status, 1);
      assert.match(err, words);
      assert.equal(out.length > 0, part, out);
      assert.doesNotMatch(err, /tokens in/);
    });
  }

  test("one question and the end; with an API key", limit, async () => {
    const name = `${run}-one`;
    const variables = { AWS_BEARER_TOKEN_BEDROCK: bedrock.apiKey };
    const { status, out } = await chat(`/words/20/pace/1/run/${name}`, { args: ["Hello"], variables }).ended();
    assert.equal(status, 0);
    assert.ok(out.endsWith("\n") && out.length > 20);
    assert.deepEqual(
      (await bedrock.ended(name)).map(({ signature }) => signature),
      ["bearer"],
    );
  });

  test("without credentials, and with wrong ones, it says what to do and shows none", limit, async () => {
    const none = await chat(`/run/${run}-none`, { args: ["Hello"], variables: {} }).ended();
    assert.deepEqual([none.status, none.out], [1, ""]);
    assert.match(none.err, /set AWS_BEARER_TOKEN_BEDROCK .* AWS_SECRET_ACCESS_KEY/);
    assert.equal((await seen(`${run}-none`)).length, 0);
    const secret = "wrong-secret-of-forty-characters-aaaaaaa";
    const { accessKeyId } = bedrock.credentials;
    const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret };
    const wrong = await chat(`/run/${run}-wrong`, { args: ["Hello"], variables }).ended();
    assert.equal(wrong.status, 1);
    assert.match(wrong.err, /InvalidSignatureException.*credentials in the environment/s);
    assert.ok(!wrong.err.includes(secret) && !wrong.out.includes(secret));
  });

  test("options that are wrong are refused", limit, async () => {
    for (const args of [["--max-tokens", "0"], ["--input-price", "-1"], ["--nothing"]])
      assert.equal((await chat(`/run/${run}-options`, { args }).ended()).status, 2, args.join(" "));
  });
});
