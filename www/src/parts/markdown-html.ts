// Markdown as HTML, by `marked` and cleaned by DOMPurify. Nothing of it runs, and nothing of it is loaded: no
// images, no styles, no forms; links open elsewhere and tell nobody where they come from.

import DOMPurify from "dompurify";
import { Marked } from "marked";

/** Headings of an answer begin below the turn's own, which is an h3. */
const HIGHEST = 4;

const purify = DOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  // What may scroll must be reached by keys.
  if (node.tagName === "PRE" || node.tagName === "TABLE") node.setAttribute("tabindex", "0");
});

/** HTML that models write into tables and formulas; without attributes it does nothing. All other HTML is shown as text. */
const HARMLESS = /^<\/?(br|sub|sup|kbd|b|i|u)\s*\/?>$/i;
const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: { html: ({ text }) => (HARMLESS.test(text.trim()) ? text : escaped(text)) },
});

/** Markdown as clean HTML. */
export function html(text: string): string {
  const tokens = marked.lexer(text);
  let top = 6;
  marked.walkTokens(tokens, (token) => {
    if (token.type === "heading") top = Math.min(top, token.depth);
  });
  marked.walkTokens(tokens, (token) => {
    if (token.type === "heading") token.depth = Math.min(6, token.depth - top + HIGHEST);
  });
  return purify.sanitize(marked.parser(tokens), {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      "img",
      "picture",
      "source",
      "video",
      "audio",
      "style",
      "form",
      "input",
      "button",
      "select",
      "textarea",
    ],
    FORBID_ATTR: ["style", "class", "id", "name"],
  });
}
