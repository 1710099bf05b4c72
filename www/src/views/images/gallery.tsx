// The pictures that came, each with its size, its seed and a way to keep it. A picture's alternative text is what was
// asked for: nobody has looked at it.

import { useSignal } from "@preact/signals";
import { bytes } from "../../app/words.js";
import { Figures } from "../../parts/figures.js";
import { type Made, made, type Shown, seed } from "./making.js";

function Picture({ of, shown, number }: { of: Made; shown: Shown; number: number }) {
  const size = useSignal("");
  const name = `${
    of.text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 40)
      .replace(/^-|-$/g, "") || "image"
  }-${number}.png`;
  return (
    <figure class="shot">
      <img
        src={shown.url}
        alt={`${of.text} (image ${number} of ${of.wanted})`}
        onLoad={({ currentTarget }) => {
          size.value = `${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} px`;
        }}
      />
      <figcaption>
        <p class="quiet about">
          {size.value && `${size.value}, `}
          {bytes(shown.bytes)}
          {shown.seed !== undefined && `, seed ${shown.seed}`}
        </p>
        {shown.filtered && <p class="note">Filtered: {shown.filtered}</p>}
        <div class="buttons">
          <a class="small-link" href={shown.url} download={name} aria-label={`Download image ${number}: ${of.text}`}>
            Download
          </a>
          {shown.seed !== undefined && (
            <button
              type="button"
              class="small"
              aria-label={`Use this seed again: ${shown.seed}`}
              onClick={() => (seed.value = String(shown.seed))}
            >
              Use this seed
            </button>
          )}
        </div>
      </figcaption>
    </figure>
  );
}

export function Gallery() {
  return (
    <>
      {made.value.map((one, index) => (
        <article key={one.id} class="made stack" aria-labelledby={`images-made-${one.id}`}>
          <h3 id={`images-made-${one.id}`}>{one.text}</h3>
          {one.pictures.length > 0 && (
            <div class="gallery">
              {one.pictures.map((shown, number) => (
                <Picture key={shown.url} of={one} shown={shown} number={number + 1} />
              ))}
            </div>
          )}
          {one.run.open && one.wanted > one.pictures.length && (
            <p class="quiet">
              {one.pictures.length} of {one.wanted} so far
            </p>
          )}
          {!one.run.open && (
            <details open={index === 0}>
              <summary>Time and cost</summary>
              <Figures run={one.run} unit="bytes" />
            </details>
          )}
        </article>
      ))}
    </>
  );
}
