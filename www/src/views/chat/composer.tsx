// Where the next message is written: the prompt, the files that go with it, and the buttons. Files come by the picker,
// by dropping them or by pasting.

import { useSignal } from "@preact/signals";
import { bytes } from "../../app/words.js";
import { ErrorBox } from "../../parts/error-box.js";
import { Progress, Status } from "../../parts/progress.js";
import { attach, attachError, attached, detach } from "./attachments.js";
import { Picture } from "./blocks.js";
import { busy, canRetry, counted, countTokens, current, failure, restart, retry, send, turns } from "./conversation.js";
import { prompt } from "./settings.js";
import { pending } from "./tools.js";

function Attached() {
  if (attached.value.length === 0) return null;
  return (
    <ul class="attached" aria-label="Files that go with the message">
      {attached.value.map(({ id, name, size, block }) => (
        <li key={id}>
          {block.image?.source?.bytes && (
            <Picture data={block.image.source.bytes} format={block.image.format ?? "png"} alt="" />
          )}
          <span class="file-name">{name}</span> <span class="quiet">{bytes(size)}</span>
          <button type="button" class="small" onClick={() => detach(id)} aria-label={`Remove ${name}`}>
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Composer() {
  const over = useSignal(false);
  const run = current.value;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    over.value = false;
    void attach(event.dataTransfer?.files ?? []);
  };
  const paste = (event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    void attach(files);
  };
  return (
    <form
      id="composer"
      class={over.value ? "card stack composer over" : "card stack composer"}
      aria-label="Message"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={drop}
    >
      <label for="prompt" class="hidden">
        Prompt
      </label>
      <textarea
        id="prompt"
        rows={3}
        placeholder="Ask something. Files can be dropped or pasted here."
        aria-describedby="keyboard"
        value={prompt.value}
        onInput={({ currentTarget }) => (prompt.value = currentTarget.value)}
        onPaste={paste}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          }
        }}
      />
      <Attached />
      <ErrorBox error={attachError.value} />
      <ErrorBox error={failure.value} />
      <div class="buttons">
        <button id="send" type="submit" disabled={busy()}>
          Send
        </button>
        <button id="stop" type="button" class="secondary" disabled={!busy()} onClick={() => current.value?.stop()}>
          Stop
        </button>
        <label class="button-like">
          <span>Add files</span>
          <input
            id="files"
            type="file"
            multiple
            class="hidden"
            accept="image/png,image/jpeg,image/gif,image/webp,video/*,.pdf,.csv,.doc,.docx,.xls,.xlsx,.html,.txt,.md"
            onChange={({ currentTarget }) => {
              void attach([...(currentTarget.files ?? [])]);
              currentTarget.value = "";
            }}
          />
        </label>
        <button id="count" type="button" class="secondary" disabled={busy()} onClick={() => void countTokens()}>
          Count tokens
        </button>
        <button id="retry" type="button" class="secondary" disabled={!canRetry()} onClick={() => void retry()}>
          Retry
        </button>
        <button
          id="new"
          type="button"
          class="secondary"
          disabled={turns.value.length === 0}
          onClick={() => {
            restart();
            document.getElementById("prompt")?.focus();
          }}
        >
          New conversation
        </button>
      </div>
      <Progress run={run} stop={false} />
      <div class="title">
        <p id="status" role="status" class="quiet">
          {pending.value.length > 0 ? "A tool waits for your result" : <Status run={run} />}
        </p>
        <p id="counted" class="quiet" aria-live="polite">
          {counted.value}
        </p>
        <p id="keyboard" class="quiet">
          <kbd>Ctrl</kbd>+<kbd>Enter</kbd> sends, <kbd>Esc</kbd> stops
        </p>
      </div>
    </form>
  );
}
