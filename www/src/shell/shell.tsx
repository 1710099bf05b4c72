// What stands around every view: the name, the views, the connection, the theme. It loads a view when it is shown, and
// keeps those that were, so that nothing is lost on the way.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import * as address from "../app/address.js";
import * as connection from "../app/connection.js";
import { running } from "../app/run.js";
import { theme } from "../app/theme.js";
import { ErrorBox } from "../parts/error-box.js";
import { type View, views } from "../views/index.js";
import { ConnectionForm, OfferedEndpoint } from "./connection-form.js";

const loaded = signal<ReadonlyMap<string, ComponentType>>(new Map());
const failure = signal<unknown>(undefined);

const current = (): View => views.find(({ name }) => name === address.view.value) ?? (views[0] as View);

async function load(view: View): Promise<void> {
  if (loaded.value.has(view.name)) return;
  try {
    const { default: component } = await view.load();
    loaded.value = new Map([...loaded.value, [view.name, component]]);
    failure.value = undefined;
  } catch (error) {
    failure.value = error;
  }
}

const themes = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** No link: the address is the views'. */
const skip = (): void => document.getElementById("main")?.focus();

export function Shell() {
  const view = current();
  useEffect(() => {
    document.title = `${view.label} · outcrop playground`;
    void load(view);
  }, [view]);
  const here = loaded.value.has(view.name);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the {view.label.toLowerCase()}
      </button>
      <header class="top">
        <img src="icon.svg" alt="" width="32" height="32" />
        <div class="name">
          <h1>outcrop</h1>
          <p>Amazon Bedrock, signed and streamed by this page. No server in between.</p>
        </div>
        <button
          type="button"
          id="connection-button"
          class={connection.ready() ? "secondary" : "secondary wanted"}
          aria-haspopup="dialog"
          onClick={() => (connection.open.value = true)}
        >
          <span>Connection</span> <span class="where quiet">{connection.where()}</span>
        </button>
        <label class="theme">
          <span class="hidden">Theme</span>
          <select id="theme" value={theme.value} onChange={({ currentTarget }) => (theme.value = currentTarget.value)}>
            {themes.map(([value, label]) => (
              <option key={value} value={value} selected={value === theme.value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </header>
      <nav class="views" aria-label="Views">
        <ul>
          {views.map(({ name, label }) => (
            <li key={name}>
              <a href={`#${name}`} aria-current={name === view.name ? "page" : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        <OfferedEndpoint />
        <ErrorBox error={failure.value} />
        {!here && failure.value === undefined && <p class="quiet">Loading…</p>}
        {[...loaded.value].map(([name, Component]) => (
          <div key={name} class={`view view-${name}`} hidden={name !== view.name}>
            <Component />
          </div>
        ))}
      </main>
      <footer>
        <p>
          What Bedrock bills, it bills to the account of these credentials. Stop ends the request itself, so the model
          stops too. <kbd>Esc</kbd> stops{running.value.length > 1 ? ` all ${running.value.length}` : ""}.
        </p>
      </footer>
      <ConnectionForm />
    </>
  );
}
