// The content of a turn, block by block: text, reasoning apart, images, documents, calls of tools and their results.
// What it has no picture for it shows as JSON.

import type { ContentBlock, ToolResultContentBlock } from "outcrop";
import { useEffect, useMemo } from "preact/hooks";
import { bytes } from "../../app/words.js";
import { Markdown } from "../../parts/markdown.js";
import { Pre } from "../../parts/scroll.js";
import type { LiveBlock } from "./live.js";

const json = (value: unknown): string =>
  JSON.stringify(value, (_, member) => (member instanceof Uint8Array ? bytes(member.length) : member), 2);

export function Json({ value, label }: { value: unknown; label: string }) {
  return <Pre text={json(value)} label={label} />;
}

export function Reasoning({ text, open }: { text: string; open: boolean }) {
  return (
    <details class="reasoning" open={open}>
      <summary>Reasoning</summary>
      <div class="reasoning-text">{text}</div>
    </details>
  );
}

/** Bytes as a picture, from an address of the page's own memory. */
export function Picture({ data, format, alt }: { data: Uint8Array; format: string; alt: string }) {
  const url = useMemo(
    () => URL.createObjectURL(new Blob([data as Uint8Array<ArrayBuffer>], { type: `image/${format}` })),
    [data],
  );
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img class="picture" src={url} alt={alt} />;
}

function Result({ block }: { block: ToolResultContentBlock }) {
  if (block.text !== undefined) return <Pre text={block.text} label="Result" name="wrapped" />;
  return <Json value={block.json ?? block} label="Result" />;
}

export function Block({ block, plain }: { block: ContentBlock; plain: boolean }) {
  if (block.text !== undefined) return plain ? <p class="said">{block.text}</p> : <Markdown text={block.text} />;
  if (block.reasoningContent) {
    const { reasoningText } = block.reasoningContent;
    return <Reasoning text={reasoningText?.text ?? "The model keeps this reasoning to itself."} open={false} />;
  }
  if (block.toolUse) {
    const { name = "", input } = block.toolUse;
    return (
      <div class="tool-call">
        <p class="tool-name">
          Calls <code>{name}</code>
        </p>
        <Json value={input ?? {}} label={`Input of ${name}`} />
      </div>
    );
  }
  if (block.toolResult) {
    const { content = [], status } = block.toolResult;
    return (
      <div class={status === "error" ? "tool-result failed" : "tool-result"}>
        {status === "error" && <p class="tool-name">An error, which the model was told</p>}
        {content.map((one, index) => (
          <Result key={index} block={one} />
        ))}
      </div>
    );
  }
  if (block.image) {
    const { format = "png", source } = block.image;
    return source?.bytes ? (
      <Picture data={source.bytes} format={format} alt="Attached" />
    ) : (
      <Json value={block} label="Image" />
    );
  }
  const file = block.document ?? block.video;
  if (file) {
    const size = file.source?.bytes?.length;
    const name = "name" in file ? file.name : "video";
    return (
      <p class="file">
        {name} <span class="quiet">{`${file.format}${size === undefined ? "" : `, ${bytes(size)}`}`}</span>
      </p>
    );
  }
  return <Json value={block} label="Content" />;
}

/** A block that is still coming. */
export function Coming({ block, last }: { block: LiveBlock; last: boolean }) {
  return (
    <>
      {block.reasoning && <Reasoning text={block.reasoning} open={last} />}
      {block.text && <Markdown text={block.text} />}
      {block.tool && (
        <div class="tool-call">
          <p class="tool-name">
            Calls <code>{block.tool.name}</code>
          </p>
          <Pre text={block.tool.input} label="Input, as it comes" name="wrapped" />
        </div>
      )}
    </>
  );
}
