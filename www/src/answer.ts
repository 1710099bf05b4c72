// One question to Bedrock: streams the answer onto the page and measures it. It keeps no conversation:
// each question stands alone.

import { BedrockRuntime } from "outcrop";
import { options } from "./connection.js";
import { page } from "./elements.js";
import * as errors from "./errors.js";

const milliseconds = (value: number) => `${Math.round(value).toLocaleString()} ms`;
const tokens = (value: number | undefined) => value?.toLocaleString() ?? "–";

function clear(): void {
  errors.hide();
  page.answer.textContent = "";
  page.reasoning.textContent = "";
  page.reasoningPart.hidden = true;
  for (const figure of [
    page.inputTokens,
    page.outputTokens,
    page.totalTokens,
    page.firstText,
    page.whole,
    page.service,
  ]) {
    figure.textContent = "–";
  }
}

/** Adds text and keeps the end in view, unless the reader has scrolled up. */
function append(to: HTMLElement, text: string): void {
  const atEnd = to.scrollHeight - to.scrollTop - to.clientHeight < 40; // px: about a line and a half
  to.append(text);
  if (atEnd) to.scrollTop = to.scrollHeight;
}

/** Asks, and returns when the answer has ended, whichever way. Never throws. */
export async function ask(modelId: string, prompt: string, abortSignal: AbortSignal): Promise<void> {
  clear();
  page.answer.setAttribute("aria-busy", "true");
  page.status.textContent = "Waiting for the first word…";
  const started = performance.now();
  try {
    const bedrock = new BedrockRuntime(options());
    const { stream } = await bedrock.converseStream(
      { modelId, messages: [{ role: "user", content: [{ text: prompt }] }] },
      { abortSignal },
    );
    let waiting = true;
    let stopReason: string | undefined;
    for await (const event of stream) {
      const delta = event.contentBlockDelta?.delta;
      if (waiting && (delta?.text || delta?.reasoningContent?.text)) {
        waiting = false;
        page.firstText.textContent = milliseconds(performance.now() - started);
        page.status.textContent = "Streaming…";
      }
      if (delta?.text) append(page.answer, delta.text);
      if (delta?.reasoningContent?.text) {
        page.reasoningPart.hidden = false;
        append(page.reasoning, delta.reasoningContent.text);
      }
      stopReason = event.messageStop?.stopReason ?? stopReason;
      if (event.metadata) {
        const { usage, metrics } = event.metadata;
        page.inputTokens.textContent = tokens(usage?.inputTokens);
        page.outputTokens.textContent = tokens(usage?.outputTokens);
        page.totalTokens.textContent = tokens(usage?.totalTokens);
        if (metrics?.latencyMs !== undefined) page.service.textContent = milliseconds(metrics.latencyMs);
      }
    }
    page.status.textContent = stopReason === "end_turn" || stopReason === undefined ? "Done" : `Done: ${stopReason}`;
  } catch (error) {
    if (abortSignal.aborted) {
      page.status.textContent = "Stopped";
    } else {
      page.status.textContent = "Failed";
      errors.show(error);
    }
  } finally {
    page.whole.textContent = milliseconds(performance.now() - started);
    page.answer.setAttribute("aria-busy", "false");
  }
}
