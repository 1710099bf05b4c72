// The page's script: asks a model from the browser, as a guest or as a user who has signed in, with credentials that
// Cognito gives for minutes and that never leave the page's memory. Stop, a new question and leaving the page end the
// request; what came of an answer stays, and beside it why it is not all.

import { BedrockRuntime } from "outcrop";
import { guest, member } from "./credentials.js";
import { signIn } from "./sign-in.js";

const element = (id) => document.getElementById(id);
const [question, stop, trouble, who] = ["question", "stop", "trouble", "who"].map(element);
/** Tokens of one answer. The page keeps to it; who takes the guest's credentials elsewhere need not. */
const MAX_TOKENS = 1000;

const config = await (await fetch("config.json")).json();
let messages = [];
let running;
let bedrock, modelId;

/** Asks as this one from now on. */
function be(name, credentials, model) {
  running?.abort();
  bedrock = new BedrockRuntime({ region: config.region, endpoint: config.endpoints?.bedrock, credentials });
  modelId = model;
  who.textContent = `${name}, asking ${model}`;
}

/** A new paragraph of the conversation. */
function paragraph(role, text) {
  const made = document.createElement("p");
  made.className = role;
  made.textContent = text;
  element("conversation").append(made);
  return made;
}

async function ask(text) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  stop.disabled = false;
  trouble.textContent = "";
  const asked = [...messages, { role: "user", content: [{ text }] }];
  paragraph("user", text);
  const shown = paragraph("assistant", "");
  shown.setAttribute("aria-busy", "true");
  try {
    const { stream } = await bedrock.converseStream(
      { modelId, messages: asked, inferenceConfig: { maxTokens: MAX_TOKENS } },
      { abortSignal: mine.signal },
    );
    for await (const event of stream) shown.append(event.contentBlockDelta?.delta.text ?? "");
  } catch (error) {
    // Who stopped it knows.
    if (!mine.signal.aborted) trouble.textContent = error.message;
  }
  // What came goes into the conversation, also of half an answer; a question without an answer does not.
  if (shown.textContent !== "") messages = [...asked, { role: "assistant", content: [{ text: shown.textContent }] }];
  shown.setAttribute("aria-busy", "false");
  if (running === mine) stop.disabled = true;
}

/** Runs what a form asks for instead of sending it. */
function on(form, run) {
  element(form).addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
}

on("form", () => {
  const text = question.value.trim();
  if (text === "") return;
  question.value = "";
  ask(text);
});
on("sign-in", async () => {
  const [name, password, wanted] = ["name", "password", "new-password"].map((id) => element(id).value);
  trouble.textContent = "";
  try {
    const session = await signIn(config, name, password, wanted);
    if (session === "new password") {
      element("new").hidden = false;
      trouble.textContent = "Choose a password of your own.";
      return;
    }
    be(name, member(config, session), config.member.modelId);
    element("sign-in").hidden = true;
  } catch (error) {
    trouble.textContent = error.message;
  } finally {
    if (element("new").hidden) element("password").value = "";
  }
});
stop.addEventListener("click", () => running?.abort());
// A page that is left is not gone: the browser keeps it for the way back, with what it is fetching.
addEventListener("pagehide", () => running?.abort());

be("Guest", guest(config), config.guest.modelId);
element("sign-in").hidden = !config.member;
element("ask").disabled = false;
