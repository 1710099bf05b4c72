// Chat: a conversation with a model, with files, tools and reasoning, and each answer's figures.

import { useEffect, useRef } from "preact/hooks";
import { nameOf } from "../app/models.js";
import { wide } from "../app/wide.js";
import { ErrorBox } from "../parts/error-box.js";
import { warm } from "../parts/markdown.js";
import { Coming } from "./chat/blocks.js";
import { Composer } from "./chat/composer.js";
import { busy, current, live, turns } from "./chat/conversation.js";
import { Panel } from "./chat/panel.js";
import { prompt } from "./chat/settings.js";
import { PendingCall } from "./chat/tool-editor.js";
import { pending } from "./chat/tools.js";
import { TurnView } from "./chat/turn.js";

const examples = [
  "What is an outcrop? Answer in two sentences.",
  "Write a haiku about granite, and say what makes it one.",
  "Compare basalt and granite in a table.",
];

function Start() {
  return (
    <div class="start">
      <p>Nothing was said yet. Begin with one of these, or with your own words:</p>
      <div class="buttons">
        {examples.map((example) => (
          <button
            key={example}
            type="button"
            class="secondary example"
            onClick={() => {
              prompt.value = example;
              document.getElementById("prompt")?.focus();
            }}
          >
            {example}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The answer that is on its way. */
function Answering() {
  const run = current.value;
  if (!run?.open || pending.value.length > 0) return null;
  const blocks = live.value?.blocks ?? [];
  return (
    <article class="turn assistant coming" aria-busy="true" aria-label="The answer, as it comes">
      <div class="turn-head">
        <h3>{nameOf(run.modelId)}</h3>
      </div>
      <div class="turn-content" id="answer">
        {blocks.map((block, index) => (
          <Coming key={index} block={block} last={index === blocks.length - 1} />
        ))}
        <span class="caret" aria-hidden="true" />
      </div>
    </article>
  );
}

/** Whether the reader is at the end: then what comes is kept in view. */
const atEnd = (element: HTMLElement): boolean => element.scrollHeight - element.scrollTop - element.clientHeight < 60; // px: some two lines

export default function Chat() {
  const log = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  const top = useRef(0);
  const said = turns.value;
  useEffect(() => {
    const { current: element } = log;
    const inner = element?.firstElementChild;
    if (!element || !inner) return;
    // Whatever grows: an answer that comes, figures that are filled in, a picture that was loaded.
    const observer = new ResizeObserver(() => {
      if (follow.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(inner);
    // By now the view is drawn: the first answer need not wait for this.
    warm();
    return () => observer.disconnect();
  }, []);
  const run = current.value;
  return (
    <div class="columns">
      {!wide.value && <Panel />}
      <section class="stack conversation" aria-labelledby="chat-title">
        <h2 id="chat-title" class="hidden">
          Chat
        </h2>
        <section
          class="card log"
          id="log"
          ref={log}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long conversation scrolls, and keys must reach what scrolls
          tabIndex={0}
          aria-label="Conversation"
          onScroll={({ currentTarget }) => {
            // What grew since is not the reader's doing: only who scrolls up wants to stay there.
            if (atEnd(currentTarget)) follow.current = true;
            else if (currentTarget.scrollTop < top.current) follow.current = false;
            top.current = currentTarget.scrollTop;
          }}
        >
          <div class="said-so-far">
            {said.length === 0 && !busy() && <Start />}
            {said.map((turn, index) => (
              <TurnView key={turn.id} turn={turn} number={index + 1} />
            ))}
            <Answering />
            {pending.value.map((call) => (
              <PendingCall key={call.toolUse.toolUseId} call={call} />
            ))}
            {run && <ErrorBox error={run.error.value} />}
          </div>
        </section>
        <Composer />
      </section>
      {wide.value && <Panel />}
    </div>
  );
}
