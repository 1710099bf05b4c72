// The inspector: every exchange of this page with a service, with its frames decoded. What proves who sends is not in it.

import { view } from "../app/address.js";
import { clear, type Exchange, exchanges, selected } from "../app/traffic.js";
import { bytes, milliseconds } from "../app/words.js";
import { Detail } from "./inspector/detail.js";

/** The last two parts of the path say which operation of which model. */
const short = (url: string): string => {
  const { pathname, host } = new URL(url);
  const parts = pathname.split("/").filter(Boolean);
  return decodeURIComponent(parts.slice(-2).join(" / ")) || host;
};

function Row({ exchange }: { exchange: Exchange }) {
  void exchanges.value;
  const { id, method, url, status, ended, bytes: size, kind } = exchange;
  return (
    <li>
      <button
        type="button"
        class="exchange"
        aria-current={selected.value === id ? "true" : undefined}
        onClick={() => (selected.value = id)}
      >
        <span class={status !== undefined && status < 400 ? "state" : "state wrong"}>{status ?? "…"}</span>
        <span class="what">{short(url)}</span>
        <span class="quiet">
          {kind === "websocket" ? "WebSocket" : method}, {bytes(size)},{" "}
          {ended === undefined ? "on its way" : milliseconds(ended)}
        </span>
      </button>
    </li>
  );
}

export default function Inspector() {
  // While it is not shown nothing is decoded.
  return view.value === "inspector" ? <Shown /> : null;
}

function Shown() {
  const list = exchanges.value;
  const shown = list.find(({ id }) => id === selected.value) ?? list.at(-1);
  return (
    <div class="inspector">
      <section class="card stack" aria-labelledby="inspector-title">
        <div class="title">
          <h2 id="inspector-title">What crossed the wire</h2>
          <button type="button" class="small" disabled={list.length === 0} onClick={clear}>
            Clear
          </button>
        </div>
        {list.length === 0 ? (
          <p class="quiet">
            Nothing yet. Ask something in another view: each request and each answer is shown here, byte by byte.
          </p>
        ) : (
          <ul class="exchanges">
            {[...list].reverse().map((exchange) => (
              <Row key={exchange.id} exchange={exchange} />
            ))}
          </ul>
        )}
        <p class="hint">In this page's memory only. Signatures, tokens and keys are cut out before anything is kept.</p>
      </section>
      {shown && (
        <section class="card" aria-label="The chosen exchange">
          <Detail key={shown.id} exchange={shown} />
        </section>
      )}
    </div>
  );
}
