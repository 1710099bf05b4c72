// Speech: a conversation with Nova Sonic by microphone, audio file or text: both sides' words, the voice as it comes, how
// loud each side is, and what it used.

import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { kind } from "../app/connection.js";
import { bytes, count, milliseconds } from "../app/words.js";
import { Copy } from "../parts/copy.js";
import { ErrorBox } from "../parts/error-box.js";
import { Choice, TextArea, TextField } from "../parts/fields.js";
import { Figures } from "../parts/figures.js";
import { ModelPicker } from "../parts/model-picker.js";
import { Progress } from "../parts/progress.js";
import { Slider } from "../parts/slider.js";
import { ViewTitle } from "../parts/view-title.js";
import { javascript } from "./speech/code.js";
import { voices } from "./speech/events.js";
import type { Session } from "./speech/session.js";
import { deaf } from "./speech/sound.js";
import {
  end,
  hush,
  listening,
  model,
  play,
  ranges,
  session,
  system,
  talk,
  text,
  type,
  voice,
  wrong,
} from "./speech/talking.js";

/** A quiet voice is some hundredths: the root makes it seen. */
const seen = (level: number): number => Math.min(1, Math.sqrt(level));

/** It moves thirty times a second, so that it reads the number and not the view around it. */
function Level({ id, label, level }: { id: string; label: string; level: Signal<number> | undefined }) {
  const shown = seen(level?.value ?? 0);
  return (
    <div class="level">
      <label for={id}>{label}</label>
      <meter id={id} min={0} max={1} value={shown}>
        {Math.round(shown * 100)} %
      </meter>
    </div>
  );
}

function Transcript({ of }: { of: Session | undefined }) {
  const lines = of?.lines.value ?? [];
  return (
    <ol class="transcript" id="speech-transcript" aria-live="polite" aria-label="Transcript">
      {lines.length === 0 && <li class="quiet">What both sides say is written here.</li>}
      {lines.map((line) => (
        <li key={line.id} class={line.role === "USER" ? "utterance user" : "utterance assistant"}>
          <span class="who">{line.role === "USER" ? "You" : "Model"}</span>
          <span class={line.planned ? "words planned" : "words"}>{line.text}</span>
          {line.interrupted && <span class="quiet"> (interrupted)</span>}
        </li>
      ))}
    </ol>
  );
}

function Sounds({ of }: { of: Session }) {
  const tokens = of.tokens.value;
  return (
    <dl class="usage" id="speech-usage">
      <div>
        <dt>Sound sent</dt>
        <dd>{bytes(of.sent.value)}</dd>
      </div>
      <div>
        <dt>Voice that came</dt>
        <dd>{bytes(of.came.value)}</dd>
      </div>
      <div>
        <dt>Voice played</dt>
        <dd id="speech-played" data-bytes={of.played.value}>
          {bytes(of.played.value)}
        </dd>
      </div>
      {tokens && (
        <>
          <div>
            <dt>Speech tokens</dt>
            <dd>
              {count(tokens.speechIn)} in, {count(tokens.speechOut)} out
            </dd>
          </div>
          <div>
            <dt>Text tokens</dt>
            <dd>
              {count(tokens.textIn)} in, {count(tokens.textOut)} out
            </dd>
          </div>
        </>
      )}
    </dl>
  );
}

/** In words, for the live region. */
function told(now: Session | undefined): string {
  if (!now) return "";
  const { run } = now;
  if (!run.open) {
    if (run.state.value === "done") return `Ended after ${milliseconds(run.whole.value)}`;
    return run.state.value === "stopped" ? "Stopped" : "Failed";
  }
  if (now.ending.value) return "Ending…";
  return now.talking.value ? "Listening…" : "Connected";
}

/** What was said last, for the code: a sound has no words to repeat. */
const lastTyped = (now: Session): string =>
  now.lines.value.findLast(({ role, text }) => role === "USER" && text.trim() !== "")?.text ?? "Hello";

function Settings() {
  return (
    <aside class="card stack" aria-label="Settings of speech">
      <ModelPicker id="speech-model" purpose="speech" value={model} />
      <Choice id="speech-voice" label="Voice" value={voice} options={voices} />
      <TextArea id="speech-system" label="System prompt" value={system} />
      {ranges.map(({ range, value }) => (
        <Slider key={range.name} id={`speech-${range.name.toLowerCase()}`} range={range} value={value} />
      ))}
      <p class="hint">They hold from the next conversation on. Typed turns want Nova 2 Sonic.</p>
    </aside>
  );
}

export default function Speech() {
  const now = session.value;
  const open = now?.run.open ?? false;
  const key = kind.value === "api-key";
  const why = deaf();
  // A page that is left must not listen on.
  useEffect(() => {
    const leave = () => void hush();
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, []);
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="speech-title">
        <ViewTitle view="speech" title="Speech" status={told(now)} />
        {key && (
          <p class="note alarming" id="speech-key">
            A Bedrock API key cannot sign the pieces of a conversation. Choose temporary keys or Cognito under the
            connection.
          </p>
        )}
        {why && <p class="note">{why} An audio file or typed text works all the same.</p>}
        <div class="buttons">
          {listening.value ? (
            <button type="button" id="speech-hush" onClick={() => void hush()}>
              Done talking
            </button>
          ) : (
            <button
              type="button"
              id="speech-talk"
              disabled={key || why !== undefined || (now?.ending.value === true && open)}
              onClick={() => void talk()}
            >
              Talk
            </button>
          )}
          {open && (
            <button
              type="button"
              class="secondary"
              id="speech-end"
              disabled={now?.ending.value}
              onClick={() => void end()}
            >
              End the conversation
            </button>
          )}
        </div>
        <form
          class="typed"
          onSubmit={(event) => {
            event.preventDefault();
            type();
          }}
        >
          <TextField id="speech-text" label="Or type what you say" value={text} />
          <button type="submit" class="secondary" id="speech-type" disabled={key}>
            Say it
          </button>
        </form>
        <div class="field">
          <label for="speech-file">Or say an audio file</label>
          <input
            id="speech-file"
            type="file"
            accept="audio/*"
            disabled={key || listening.value}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              if (file) void play(file);
              currentTarget.value = "";
            }}
          />
        </div>
        <div class="levels">
          <Level id="speech-level" label="You" level={now?.level} />
          <Level id="speech-voice-level" label="Model" level={now?.voiceLevel} />
        </div>
        <Progress run={now?.run} />
        <ErrorBox error={wrong.value ?? now?.run.error.value} />
        <Transcript of={now} />
        {now && <Sounds of={now} />}
        {now && !open && <Figures run={now.run} unit="bytes of voice" />}
        {now && !open && (
          <div class="buttons">
            <Copy text={() => javascript(now.run.modelId, now.settings, lastTyped(now))} label="Copy as JavaScript" />
          </div>
        )}
      </section>
      <Settings />
    </div>
  );
}
