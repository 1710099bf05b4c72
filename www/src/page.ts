// Wires the form to the question. Nothing runs before the reader asks but loading the package, so that
// the first answer does not wait for it.

import { preload } from "outcrop";
import { ask } from "./answer.js";
import * as connection from "./connection.js";
import { page } from "./elements.js";
import * as errors from "./errors.js";
import { another, fill } from "./models.js";

let running: AbortController | undefined;

async function send(): Promise<void> {
  if (running) return;
  const free = page.model.value === another;
  const modelId = free ? page.otherModel.value.trim() : page.model.value;
  if (modelId === "") {
    page.otherModel.focus();
    return;
  }
  running = new AbortController();
  page.send.disabled = true;
  page.stop.disabled = false;
  await ask(modelId, page.prompt.value, running.signal);
  running = undefined;
  page.send.disabled = false;
  page.stop.disabled = true;
}

page.form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
page.form.addEventListener("input", connection.show);
page.stop.addEventListener("click", () => running?.abort());
page.model.addEventListener("change", () => {
  page.otherModelPart.hidden = page.model.value !== another;
  if (!page.otherModelPart.hidden) page.otherModel.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") running?.abort();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) page.form.requestSubmit();
});

fill(page.model);
page.send.disabled = true;
Promise.all([connection.start(), preload()]).then(
  () => (page.send.disabled = false),
  (error: unknown) => errors.show(error),
);
