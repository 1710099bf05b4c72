// Prompts of models that take one text: turns in the marks that each family was trained on. The turns' texts go in as
// they are: text that holds such marks itself is not changed, so don't give it to these as a user's turn unchecked.
import { OutcropError } from "./core.js";

/** A turn of the conversation. The system's, if any, comes first; then user and assistant take turns. */
export interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** One user's turn, or the whole conversation. */
export type Conversation = string | readonly Turn[];

/** The system's text, and the turns from the first user's on. */
function read(conversation: Conversation): { system: string | undefined; turns: readonly Turn[] } {
  const all: readonly Turn[] =
    typeof conversation === "string" ? [{ role: "user", content: conversation }] : conversation;
  const system = all[0]?.role === "system" ? all[0].content : undefined;
  const turns = system === undefined ? all : all.slice(1);
  turns.forEach(({ role, content }, at) => {
    if (role !== (at % 2 ? "assistant" : "user") || typeof content !== "string") {
      throw new OutcropError(
        `turn ${at} must be the ${at % 2 ? "assistant" : "user"}'s, with a text as its content`,
        "caller",
      );
    }
  });
  if (!turns.length) throw new OutcropError("a prompt needs a user's turn", "caller");
  return { system, turns };
}

/**
 * For Claude v1, v2 and Instant: `"\n\nHuman: …\n\nAssistant:"`, the system's text before it. An assistant's turn at the
 * end is what the model goes on from. Source: AWS's user guide (Anthropic Claude Text Completions API).
 */
export function claudeText(conversation: Conversation): string {
  const { system, turns } = read(conversation);
  const said = turns.map(({ role, content }) => `\n\n${role === "user" ? "Human" : "Assistant"}: ${content}`);
  return (system ?? "") + said.join("") + (turns.length % 2 ? "\n\nAssistant:" : "");
}

/**
 * For Llama 2 Chat: `<s>[INST] … [/INST]`. An assistant's turn at the end is what the model goes on from.
 * Source: Meta's model card for Llama 2.
 */
export function llama2(conversation: Conversation): string {
  const { system, turns } = read(conversation);
  const last = turns.length - 1;
  const head = system === undefined ? "" : `<<SYS>>\n${system}\n<</SYS>>\n\n`;
  return turns
    .map(({ role, content }, at) =>
      role === "user" ? `<s>[INST] ${at ? "" : head}${content} [/INST]` : ` ${content}${at === last ? "" : " </s>"}`,
    )
    .join("");
}

/**
 * For Llama 3 and later: `<|begin_of_text|><|start_header_id|>user<|end_header_id|>…`. An assistant's turn at the end is
 * what the model goes on from. Source: Meta's model card for Llama 3, and recordings.
 */
export function llama3(conversation: Conversation): string {
  const { system, turns } = read(conversation);
  const head = (role: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  const last = turns.length - 1;
  const said = turns.map(
    ({ role, content }, at) => head(role) + content + (role === "assistant" && at === last ? "" : "<|eot_id|>"),
  );
  return (
    "<|begin_of_text|>" +
    (system === undefined ? "" : `${head("system")}${system}<|eot_id|>`) +
    said.join("") +
    (turns.length % 2 ? head("assistant") : "")
  );
}

/**
 * For Mistral 7B, Mixtral, Small and Large: `<s>[INST] … [/INST]`. The system's text goes before the first user's, as
 * these models have no mark for it. An assistant's turn at the end is what the model goes on from. Source: AWS's user guide (Mistral AI text completion).
 */
export function mistral(conversation: Conversation): string {
  const { system, turns } = read(conversation);
  const head = system === undefined ? "" : `${system}\n\n`;
  const last = turns.length - 1;
  const said = turns.map(({ role, content }, at) =>
    role === "user" ? `[INST] ${at ? "" : head}${content} [/INST]` : ` ${content}${at === last ? "" : "</s>"}`,
  );
  return `<s>${said.join("")}`;
}

/**
 * For DeepSeek R1, whose answer then begins with its reasoning. Source: AWS's user guide (DeepSeek models).
 */
export function deepseek(conversation: Conversation): string {
  const { system, turns } = read(conversation);
  const last = turns.length - 1;
  const said = turns.map(({ role, content }, at) =>
    role === "user" ? `<｜User｜>${content}` : `<｜Assistant｜>${content}${at === last ? "" : "<｜end▁of▁sentence｜>"}`,
  );
  return `<｜begin▁of▁sentence｜>${system ?? ""}${said.join("")}${turns.length % 2 ? "<｜Assistant｜><think>\n" : ""}`;
}
