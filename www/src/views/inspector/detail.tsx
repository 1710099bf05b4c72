// One exchange whole: its request, its answer's head, what came and when, the frames, the bytes.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Exchange, exchanges } from "../../app/traffic.js";
import { bytes, milliseconds } from "../../app/words.js";
import { Pre } from "../../parts/scroll.js";
import { dump, type Frame, framesOf, inner, joined, jsonOf } from "./frames.js";

/** Frames, chunks and bytes that are shown at once; more when asked: pages with 10,000 rows are slow. */
const ROWS = 100;
const BYTES = 4096;

function Headers({ headers, label }: { headers: readonly [string, string][]; label: string }) {
  if (headers.length === 0) return <p class="hint">None.</p>;
  return (
    <dl class="headers" aria-label={label}>
      {headers.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A body as JSON where it is some, else as bytes. */
function Body({ data, label }: { data: Uint8Array; label: string }) {
  const json = useMemo(() => jsonOf(data), [data]);
  const most = useSignal(BYTES);
  if (json && data.length <= 262_144) return <Pre text={JSON.stringify(json.outer, null, 2)} label={label} />;
  return (
    <>
      <Pre text={dump(data.subarray(0, most.value))} label={label} name="hex" />
      {data.length > most.value && (
        <button type="button" class="small" onClick={() => (most.value *= 4)}>
          More of the {bytes(data.length)}
        </button>
      )}
    </>
  );
}

const crc = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
const kindOf = ({ headers }: Frame): string =>
  headers
    .find(({ name }) => /^:(event|exception)-type$|^:error-code$|^:chunk-signature$/.test(name))
    ?.value.slice(0, 40) ?? "message";

function FrameParts({ frame }: { frame: Frame }) {
  const json = jsonOf(frame.payload);
  const carried = inner(frame);
  return (
    <>
      <dl class="headers">
        <div>
          <dt>Offset</dt>
          <dd>{frame.offset.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Total length</dt>
          <dd>{frame.length.toLocaleString()} bytes</dd>
        </div>
        <div>
          <dt>Headers length</dt>
          <dd>{frame.headersLength.toLocaleString()} bytes</dd>
        </div>
        <div>
          <dt>Prelude CRC</dt>
          <dd>{crc(frame.preludeChecksum)}</dd>
        </div>
        <div>
          <dt>Message CRC</dt>
          <dd>{crc(frame.messageChecksum)}</dd>
        </div>
        <div>
          <dt>Checksums</dt>
          <dd class={frame.wrong ? "wrong" : "right"}>{frame.wrong ?? "both right"}</dd>
        </div>
      </dl>
      <table class="frame-headers">
        <caption>Headers</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {frame.headers.map(({ name, type, value }, index) => (
            <tr key={index}>
              <td>
                <code>{name}</code>
              </td>
              <td>{type}</td>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {carried ? (
        <>
          <p class="hint">The payload is a message of its own:</p>
          <FrameParts frame={carried} />
        </>
      ) : json ? (
        <>
          <Pre text={JSON.stringify(json.outer, null, 2)} label="Payload" />
          {json.inner !== undefined && (
            <>
              <p class="hint">Inside its base64:</p>
              <Pre text={JSON.stringify(json.inner, null, 2)} label="Payload, decoded" />
            </>
          )}
        </>
      ) : (
        frame.payload.length > 0 && <Pre text={dump(frame.payload.subarray(0, BYTES))} label="Payload" name="hex" />
      )}
      <details>
        <summary>Bytes of the frame</summary>
        <Pre text={dump(frame.bytes.subarray(0, BYTES))} label="Bytes of the frame" name="hex" />
      </details>
    </>
  );
}

function FrameRow({ frame, number }: { frame: Frame; number: number }) {
  const open = useSignal(false);
  return (
    <li>
      <details class="frame" onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
        <summary>
          <span class="frame-number">{number}</span> <code>{kindOf(frame)}</code>{" "}
          <span class="quiet">
            {frame.way === "out" ? "sent, " : ""}
            {bytes(frame.length)} at {milliseconds(frame.at)}
          </span>
          {frame.wrong && <strong class="wrong"> damaged</strong>}
        </summary>
        {open.value && <FrameParts frame={frame} />}
      </details>
    </li>
  );
}

function Frames({ exchange }: { exchange: Exchange }) {
  void exchanges.value;
  const most = useSignal(ROWS);
  const size = exchange.chunks.length;
  const { frames, rest } = useMemo(() => {
    const [came, went] = [framesOf(exchange.chunks, "in"), framesOf(exchange.chunks, "out")];
    return { frames: [...came.frames, ...went.frames].sort((a, b) => a.at - b.at), rest: came.rest };
  }, [exchange, size]);
  return (
    <section aria-labelledby="frames-title">
      <h3 id="frames-title">
        Frames <span class="quiet">({frames.length.toLocaleString()})</span>
      </h3>
      <ol class="frames">
        {frames.slice(0, most.value).map((frame, index) => (
          <FrameRow key={`${frame.way}${frame.offset}`} frame={frame} number={index + 1} />
        ))}
      </ol>
      {frames.length > most.value && (
        <button type="button" class="small" onClick={() => (most.value += ROWS)}>
          {Math.min(ROWS, frames.length - most.value)} more
        </button>
      )}
      {rest.length > 0 && (
        <p class="note">
          {bytes(rest.length)} at the end are no whole frame
          {exchange.ended === undefined ? " yet" : ": the stream was cut"}.
        </p>
      )}
    </section>
  );
}

function Chunks({ exchange }: { exchange: Exchange }) {
  void exchanges.value;
  const most = useSignal(ROWS);
  return (
    <details class="chunks">
      <summary>
        Chunks, as the browser handed them over <span class="quiet">({exchange.chunks.length.toLocaleString()})</span>
      </summary>
      <table>
        <caption class="hidden">Chunks</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Since the one before</th>
            <th scope="col">Bytes</th>
            {exchange.kind === "websocket" && <th scope="col">Way</th>}
          </tr>
        </thead>
        <tbody>
          {exchange.chunks.slice(0, most.value).map((chunk, index, all) => (
            <tr key={index}>
              <td>{chunk.at.toFixed(1)} ms</td>
              <td>{(chunk.at - (all[index - 1]?.at ?? exchange.head ?? 0)).toFixed(1)} ms</td>
              <td>{chunk.bytes.length.toLocaleString()}</td>
              {exchange.kind === "websocket" && <td>{chunk.way === "out" ? "sent" : "received"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {exchange.chunks.length > most.value && (
        <button type="button" class="small" onClick={() => (most.value += ROWS)}>
          More
        </button>
      )}
    </details>
  );
}

export function Detail({ exchange }: { exchange: Exchange }) {
  void exchanges.value;
  const type = exchange.responseHeaders.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const stream = exchange.kind === "websocket" || type.includes("eventstream");
  const size = exchange.chunks.length;
  const answer = useMemo(
    () => joined(exchange.chunks.filter(({ way }) => way === "in").map((chunk) => chunk.bytes)),
    [exchange, size],
  );
  return (
    <div class="stack">
      <h2 class="url">
        {exchange.method} <code>{exchange.url}</code>
      </h2>
      <p class="quiet">
        {exchange.status ?? "no answer yet"}; head after {milliseconds(exchange.head)}, end after{" "}
        {milliseconds(exchange.ended)}; {bytes(exchange.bytes)}; {exchange.outcome || "on its way"}
      </p>
      {exchange.withheld && <p class="note">{exchange.withheld}</p>}
      {exchange.kind === "http" && (
        <>
          <details>
            <summary>Request headers</summary>
            <Headers headers={exchange.requestHeaders} label="Request headers" />
          </details>
          {exchange.requestBody && exchange.requestBody.length > 0 && (
            <details class="request-body">
              <summary>
                Request body <span class="quiet">({bytes(exchange.requestBody.length)})</span>
              </summary>
              <Body data={exchange.requestBody} label="Request body" />
            </details>
          )}
          <details>
            <summary>Response headers</summary>
            <p class="hint">Those that the service lets a page read.</p>
            <Headers headers={exchange.responseHeaders} label="Response headers" />
          </details>
        </>
      )}
      {stream ? (
        <Frames exchange={exchange} />
      ) : (
        answer.length > 0 && (
          <section aria-labelledby="body-title">
            <h3 id="body-title">Response body</h3>
            <Body data={answer} label="Response body" />
          </section>
        )
      )}
      {size > 0 && <Chunks exchange={exchange} />}
      {answer.length > 0 && (
        <details class="raw">
          <summary>
            Raw bytes <span class="quiet">({bytes(answer.length)})</span>
          </summary>
          <RawBytes data={answer} />
        </details>
      )}
    </div>
  );
}

function RawBytes({ data }: { data: Uint8Array }) {
  const most = useSignal(BYTES);
  return (
    <>
      <Pre text={dump(data.subarray(0, most.value))} label="Raw bytes" name="hex" />
      {data.length > most.value && (
        <button type="button" class="small" onClick={() => (most.value *= 4)}>
          More of the {bytes(data.length)}
        </button>
      )}
    </>
  );
}
