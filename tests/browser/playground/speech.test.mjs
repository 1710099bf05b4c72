// Speech, spoken in Chromium and Firefox with their own fake microphones: both sides' words, the voice that is played, the
// stop that closes the socket. What was said and heard the emulator tells, which checked every chunk's signature.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { root } from "../programs.mjs";
import { playground } from "./page.mjs";

// Bytes of the emulator's tone: 150 ms for a word, 24,000 samples of 2 bytes a second.
const toneOf = (words) => (words * 24_000 * 2 * 150) / 1000;

async function begin(page, path) {
  await page.open("#speech");
  await page.until("the view is there", () => page.exists("#speech-text"));
  await page.connect(path);
}

const status = (page, wanted) =>
  page.until(`the status is ${wanted}`, async () => wanted.test(await page.text("#speech-status")));

const lines = (page) =>
  page.browser.run(() =>
    [...document.querySelectorAll("#speech-transcript .utterance")].map((one) => [
      one.querySelector(".who").textContent,
      one.querySelector(".words").textContent,
      one.querySelector(".words").classList.contains("planned"),
    ]),
  );

const played = (page) => page.browser.run(() => Number(document.querySelector("#speech-played")?.dataset.bytes));

/** As a person does: browsers play no sound before they were clicked. */
async function say(page, text) {
  await page.set("#speech-text", text);
  await page.browser.click("#speech-type");
}

const suite = (page) => {
  test("typed turns are answered in words and with a voice, in one conversation", async () => {
    await begin(page, "/pace/2/run/typed");
    await say(page, "Hello rock");
    await page.until("the first is answered", async () => (await lines(page)).length === 2);
    await page.until("its voice is played", async () => (await played(page)) === toneOf(2));
    await say(page, "How old are you");
    await page.until("the second is played", async () => (await played(page)) === toneOf(2) + toneOf(4));
    await page.until("nothing is only planned", async () => (await lines(page)).every(([, , planned]) => !planned));
    assert.deepEqual(await lines(page), [
      ["You", "Hello rock", false],
      ["Model", "You said: Hello rock", false],
      ["You", "How old are you", false],
      ["Model", "You said: How old are you", false],
    ]);
    await page.browser.click("#speech-end");
    await status(page, /^Ended after /);
    const [{ duplex, signature, responseEnded, path }, ...more] = await page.bedrock.ended("typed");
    assert.deepEqual(more, [], "one conversation");
    assert.match(path, /amazon\.nova-2-sonic-v1%3A0\/invoke-with-bidirectional-stream-websocket/);
    assert.deepEqual([signature, responseEnded, duplex.halfClosed, duplex.refused], ["ok", "complete", true, null]);
    assert.deepEqual(duplex.soundBytes, [0, toneOf(6)]);
    assert.match(await page.text("#speech-usage"), /Text tokens6 in, 10 out/);
    assert.equal(await page.text(".view-speech .figure.input-tokens dd"), "6");
    await page.quiet();
  });

  test("the same as JavaScript runs in Node, and is answered the same", async () => {
    await begin(page, "/pace/2/run/as-code");
    await page.browser.run(() => {
      Object.defineProperty(navigator, "clipboard", {
        configurable: true,
        value: { writeText: async (text) => (document.documentElement.dataset.copied = text) },
      });
    });
    const text = 'Say "granite" in `ticks` with $' + "{a} and a \\ backslash";
    await say(page, text);
    await page.until("it is answered", async () => (await lines(page)).length === 2);
    await page.browser.click("#speech-end");
    await status(page, /^Ended after /);
    await page.press(".view-speech .buttons > .copy");
    await page.until("it is copied", () => page.browser.run(() => "copied" in document.documentElement.dataset));
    const code = await page.browser.run(() => document.documentElement.dataset.copied);
    const { accessKeyId, secretAccessKey, sessionToken } = page.bedrock.temporaryCredentials;
    for (const secret of [accessKeyId, secretAccessKey, sessionToken]) assert.ok(!code.includes(secret), "a secret");
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const flags = ["--experimental-websocket", "--input-type=module", "--eval", code];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: root, env });
    const said = `ASSISTANT: You said: ${text}\n`;
    assert.equal(stdout, `USER: ${text}\n${said}${said}${toneOf(text.split(" ").length)} bytes of voice\n`);
    const [first, second] = await page.bedrock.ended("as-code", 2);
    assert.deepEqual([second.signature, second.responseEnded], ["ok", "complete"]);
    assert.deepEqual(second.duplex.soundBytes, first.duplex.soundBytes);
    await page.quiet();
  });

  test("the microphone is heard, and its echo comes back as it was", async () => {
    await begin(page, "/pace/2/run/microphone");
    await page.browser.click("#speech-talk");
    await status(page, /^Listening…$/);
    await page.until("the level moves", () =>
      page.browser.run(() => document.querySelector("#speech-level").value > 0.02),
    );
    // Two seconds: 16,000 samples of 2 bytes each. The turn begins with the first sound in them.
    await page.until("two seconds were heard", async () => {
      const [attempt] = (await page.bedrock.seen("microphone")).attempts;
      return attempt?.duplex.soundBytes?.[0] > 64_000;
    });
    await page.browser.click("#speech-hush");
    await page.until("it is answered", async () => (await lines(page)).length === 2 && !(await lines(page))[1][2]);
    const [[, asked], [, answered]] = await lines(page);
    const [, seconds, percent] = /^(\d+\.\d) seconds of sound, (\d+) percent loud$/.exec(asked);
    assert.ok(Number(seconds) >= 1 && Number(percent) > 2, asked);
    assert.equal(answered, `I heard ${asked}.`);
    await page.browser.click("#speech-end");
    await status(page, /^Ended after /);
    const [{ duplex, signature }] = await page.bedrock.ended("microphone");
    const [heard, spoken] = duplex.soundBytes;
    assert.equal(signature, "ok");
    // Quiet before the first sound is no part of the turn; an echo at 24 kHz has half as much again.
    assert.ok(spoken <= heard * 1.5 && spoken >= Number(seconds) * 48_000, JSON.stringify(duplex.soundBytes));
    await page.until("all of it was played", async () => (await played(page)) === spoken);
    assert.match(await page.text("#speech-usage"), /Speech tokens[1-9]\d* in, [1-9]\d* out/);
    await page.quiet();
  });

  test("stop closes the socket and the microphone", async () => {
    await begin(page, "/pace/2/run/stopped");
    await page.browser.click("#speech-talk");
    await status(page, /^Listening…$/);
    await page.browser.click(".view-speech .progress .stop");
    await status(page, /^Stopped$/);
    const [{ duplex, responseEnded }] = await page.bedrock.ended("stopped");
    assert.deepEqual([responseEnded, duplex.closeCode], ["client closed", 4000]);
    await page.until("it does not listen", () => page.exists("#speech-talk"));
    await page.quiet();
  });

  test("an audio file is said as fast as someone speaks", async () => {
    await begin(page, "/pace/2/run/file");
    // A second of a tone at 44,100 Hz, half as loud as can be, in two channels: a WAV as recorders write it.
    await page.browser.click("#speech-title");
    await page.browser.run(() => {
      const [rate, channels] = [44_100, 2];
      const data = new DataView(new ArrayBuffer(44 + rate * channels * 2));
      const text = (at, letters) => {
        for (const [index, one] of [...letters].entries()) data.setUint8(at + index, one.charCodeAt(0));
      };
      text(0, "RIFF");
      data.setUint32(4, data.byteLength - 8, true);
      text(8, "WAVEfmt ");
      data.setUint32(16, 16, true);
      data.setUint16(20, 1, true);
      data.setUint16(22, channels, true);
      data.setUint32(24, rate, true);
      data.setUint32(28, rate * channels * 2, true);
      data.setUint16(32, channels * 2, true);
      data.setUint16(34, 16, true);
      text(36, "data");
      data.setUint32(40, data.byteLength - 44, true);
      for (let index = 0; index < rate; index++) {
        const sample = Math.sin((2 * Math.PI * 440 * index) / rate) * 16_384;
        data.setInt16(44 + index * 4, sample, true);
        data.setInt16(46 + index * 4, sample, true);
      }
      const given = new DataTransfer();
      given.items.add(new File([data], "tone.wav", { type: "audio/wav" }));
      const field = document.querySelector("#speech-file");
      field.files = given.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.until("it is answered", async () => (await lines(page)).length === 2);
    const [[, asked]] = await lines(page);
    assert.match(asked, /^(0\.9|1\.0) seconds of sound, (49|50|51) percent loud$/);
    await page.browser.click("#speech-end");
    await status(page, /^Ended after /);
    const [{ duplex, started, ended }] = await page.bedrock.ended("file");
    assert.ok(Math.abs(duplex.soundBytes[0] - 32_000) < 1_100, `${duplex.soundBytes[0]} bytes of a second at 16 kHz`);
    assert.ok(ended - started > 900, `a second was said in ${ended - started} ms`);
    await page.quiet();
  });

  test("a voice that is interrupted falls silent, and the transcript says so", async () => {
    await begin(page, "/pace/2/run/interrupted");
    const text = "interrupt yourself when you have said the half of these ten words";
    await say(page, text);
    await page.until("it is told", async () => (await page.text("#speech-transcript")).includes("(interrupted)"));
    await page.browser.click("#speech-end");
    await status(page, /^Ended after /);
    const [{ duplex }] = await page.bedrock.ended("interrupted");
    const whole = toneOf(text.split(" ").length);
    assert.ok(duplex.soundBytes[1] < 0.6 * whole, `${duplex.soundBytes[1]} of ${whole}`);
    assert.ok((await played(page)) < whole / 2);
    await page.quiet();
  });

  test("what breaks in the middle is an error, after what came before", async () => {
    await begin(page, "/fault/exception-modelStreamErrorException/pace/2/run/broken");
    await say(page, "Hello");
    await status(page, /^Failed$/);
    assert.match(await page.text(".view-speech .error"), /ModelStreamErrorException/);
    assert.equal((await page.bedrock.ended("broken")).length, 1);
    await page.quiet();
  });

  test("API keys and a forbidden microphone are explained", async () => {
    await begin(page, "/run/explained");
    await page.browser.run(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await page.browser.click("#speech-talk");
    await page.until("it is told", async () =>
      (await page.text(".view-speech .error")).includes("The browser did not let this page use the microphone"),
    );
    await page.openConnection();
    await page.press("input[name=kind][value=api-key]");
    await page.set("#api-key", page.bedrock.apiKey);
    await page.closeConnection();
    await page.until("it is told", async () => (await page.text("#speech-key")).includes("cannot sign"));
    for (const button of ["#speech-talk", "#speech-type"]) assert.equal(await page.browser.enabled(button), false);
    assert.deepEqual((await page.bedrock.seen("explained")).attempts, []);
    await page.quiet();
  });
};

playground(suite, {
  names: ["Chromium"],
  flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
});
// Firefox takes preferences where Chromium takes flags; without a sound device it plays only to a pretended one.
playground(suite, {
  names: ["Firefox"],
  flags: [
    {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.cubeb.force_mock_context": true,
    },
  ],
});
