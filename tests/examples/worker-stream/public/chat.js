// The page's script: sends the conversation to /chat and shows the answer's words as they come. Stop, a new question and
// leaving the page end the request; what came of an answer stays, and beside it why it is not all.

import { events } from "./answer.js";

const element = (id) => document.getElementById(id);
const [form, question, stop, trouble] = ["form", "question", "stop", "trouble"].map(element);
let messages = [];
let running;

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
  const asked = [...messages, { role: "user", text }];
  paragraph("user", text);
  const shown = paragraph("assistant", "");
  shown.setAttribute("aria-busy", "true");
  try {
    const response = await fetch("chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: asked }),
      signal: mine.signal,
    });
    for await (const { data } of events(response)) shown.append(data.delta?.text ?? "");
  } catch (error) {
    // Who stopped it knows.
    if (!mine.signal.aborted) trouble.textContent = error.message;
  }
  // What came goes into the conversation, also of half an answer; a question without an answer does not.
  if (shown.textContent !== "") messages = [...asked, { role: "assistant", text: shown.textContent }];
  shown.setAttribute("aria-busy", "false");
  if (running === mine) stop.disabled = true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text === "") return;
  question.value = "";
  ask(text);
});
stop.addEventListener("click", () => running?.abort());
// A page that is left is not gone: the browser keeps it for the way back, with what it is fetching.
addEventListener("pagehide", () => running?.abort());
