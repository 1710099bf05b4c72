// An answer that is on its way: blocks put together from the events of a stream, as far as they have come.

import type { ContentBlock, ConverseStreamEvent } from "outcrop";

/** A block so far. */
export interface LiveBlock {
  text: string;
  reasoning: string;
  tool: { toolUseId: string; name: string; input: string } | undefined;
}

export class Live {
  readonly #blocks = new Map<number, LiveBlock>();

  #block(index = 0): LiveBlock {
    const block = this.#blocks.get(index) ?? { text: "", reasoning: "", tool: undefined };
    this.#blocks.set(index, block);
    return block;
  }

  /** Takes an event, and answers how many characters came with it. */
  add({ contentBlockStart, contentBlockDelta }: ConverseStreamEvent): number {
    if (contentBlockStart) {
      const { toolUse } = contentBlockStart.start ?? {};
      if (toolUse) {
        const { toolUseId = "", name = "" } = toolUse;
        this.#block(contentBlockStart.contentBlockIndex).tool = { toolUseId, name, input: "" };
      }
      return 0;
    }
    const delta = contentBlockDelta?.delta;
    if (!delta) return 0;
    const block = this.#block(contentBlockDelta.contentBlockIndex);
    const [text, reasoning, input] = [delta.text ?? "", delta.reasoningContent?.text ?? "", delta.toolUse?.input ?? ""];
    block.text += text;
    block.reasoning += reasoning;
    if (block.tool) block.tool.input += input;
    return text.length + reasoning.length + input.length;
  }

  get blocks(): LiveBlock[] {
    return [...this.#blocks].sort(([one], [other]) => one - other).map(([, block]) => block);
  }

  /** What can be kept of an answer that was cut: its text. A call or a thought that is not whole is none. */
  get kept(): ContentBlock[] {
    return this.blocks.flatMap(({ text }) => (text.trim() ? [{ text }] : []));
  }
}
