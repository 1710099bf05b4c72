// The message that a stream's events make up, as Converse would have answered it. It judges nothing: input that is not
// JSON stays the text that came.
import type {
  Citation,
  ContentBlock,
  ConverseStreamEvent,
  ConverseStreamMetadataEvent,
  DocumentType,
  ImageBlock,
  Message,
  MessageStopEvent,
  ToolResultContentBlock,
  ToolUseBlock,
} from "./types/index.js";

/** A block that is being written. */
interface Draft {
  text?: string;
  toolUse?: Omit<ToolUseBlock, "input"> & { input: string };
  toolResult?: { content: ToolResultContentBlock[] } & Record<string, any>;
  reasoning?: { text?: string; signature?: string; redacted?: Uint8Array };
  citations?: Citation[];
  image?: ImageBlock;
  /** A kind that is not known yet, as it came. */
  other?: Record<string, unknown>;
}

export interface Gathering {
  add(event: ConverseStreamEvent): void;
  /** All that has come so far. */
  message(): Message;
  readonly stop: MessageStopEvent | undefined;
  readonly metadata: ConverseStreamMetadataEvent | undefined;
}

function joined(one: Uint8Array | undefined, other: Uint8Array): Uint8Array {
  if (!one) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** The input of a call: nothing at all is no argument. */
function inputOf(text: string): DocumentType {
  try {
    return text.trim() ? JSON.parse(text) : {};
  } catch {
    return text;
  }
}

function block({ text, toolUse, toolResult, reasoning, citations, image, other }: Draft): ContentBlock {
  if (toolUse) return { toolUse: { ...toolUse, input: inputOf(toolUse.input) } };
  if (toolResult) return { toolResult: toolResult as { content: ToolResultContentBlock[]; toolUseId: string } };
  if (image) return { image };
  if (reasoning?.redacted) return { reasoningContent: { redactedContent: reasoning.redacted } };
  if (reasoning) {
    const { text = "", signature } = reasoning;
    return { reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } } };
  }
  if (citations) return { citationsContent: { content: text === undefined ? [] : [{ text }], citations } };
  return text === undefined ? ((other ?? {}) as ContentBlock) : { text };
}

export function gathering(): Gathering {
  const drafts: Draft[] = [];
  let role: Message["role"] = "assistant";
  let stop: MessageStopEvent | undefined;
  let metadata: ConverseStreamMetadataEvent | undefined;
  const at = (index: number | undefined): Draft => (drafts[index ?? 0] ??= {});

  return {
    add(event) {
      if (event.messageStart) role = event.messageStart.role ?? role;
      else if (event.messageStop) stop = event.messageStop;
      else if (event.metadata) metadata = event.metadata;
      else if (event.contentBlockStart) {
        const { start, contentBlockIndex } = event.contentBlockStart;
        const draft = at(contentBlockIndex);
        if (start?.toolUse) draft.toolUse = { ...start.toolUse, input: "" };
        else if (start?.toolResult) draft.toolResult = { ...start.toolResult, content: [] };
        else if (start?.image) draft.image = { format: start.image.format, source: {} };
        else draft.other = { ...start };
      } else if (event.contentBlockDelta) {
        const { delta, contentBlockIndex } = event.contentBlockDelta;
        const draft = at(contentBlockIndex);
        if (delta?.text !== undefined) draft.text = (draft.text ?? "") + delta.text;
        else if (delta?.toolUse) {
          draft.toolUse ??= { toolUseId: undefined, name: undefined, input: "" };
          draft.toolUse.input += delta.toolUse.input ?? "";
        } else if (delta?.toolResult) {
          const { content } = (draft.toolResult ??= { content: [] });
          for (const piece of delta.toolResult) {
            const last = content.at(-1);
            if (piece.text !== undefined && last?.text !== undefined)
              content[content.length - 1] = { text: last.text + piece.text };
            else content.push(piece as ToolResultContentBlock);
          }
        } else if (delta?.reasoningContent) {
          const { text, signature, redactedContent } = delta.reasoningContent;
          const reasoning = (draft.reasoning ??= {});
          if (text !== undefined) reasoning.text = (reasoning.text ?? "") + text;
          if (signature !== undefined) reasoning.signature = (reasoning.signature ?? "") + signature;
          if (redactedContent) reasoning.redacted = joined(reasoning.redacted, redactedContent);
        } else if (delta?.citation) (draft.citations ??= []).push(delta.citation as Citation);
        else if (delta?.image) draft.image = { format: undefined, source: {}, ...draft.image, ...delta.image };
        else draft.other = { ...draft.other, ...delta };
      }
    },
    // Without the numbers that never came.
    message: () => ({ role, content: drafts.filter(Boolean).map(block) }),
    get stop() {
      return stop;
    },
    get metadata() {
      return metadata;
    },
  };
}
