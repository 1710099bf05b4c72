// From an operation's line (crate/src/operation.rs says how it is written, and does the same natively) and its input to
// path, query and headers, and what is left for the body. It sends nothing and signs nothing.
import { kind } from "./body.js";
import { OutcropError } from "./errors.js";
import { own } from "./own.js";

const encoder = /* @__PURE__ */ new TextEncoder();

/** Percent-encoded but for RFC 3986's unreserved characters, as SigV4's canonical form has it. */
const encode = (text: string): string =>
  text.replace(/[^\w.~-]+/g, (found) =>
    // Two digits each, as 256 has three.
    [...encoder.encode(found)].map((byte) => `%${(256 + byte).toString(16).slice(1).toUpperCase()}`).join(""),
  );

export interface Bound {
  /** Path and query, to stand behind an endpoint. */
  _target: string;
  _headers: Record<string, string>;
  /** The members that are not bound. */
  _rest: Record<string, unknown>;
}

export function bind(path: string, bindings: readonly string[], input: object, type: string | undefined): Bound {
  const rest = own(input) as Record<string, unknown>;
  const headers: Record<string, string> = own(type ? { "content-type": type } : {});
  const query: string[] = [];
  const refuse = (message: string): never => {
    throw new OutcropError(message, "caller", { code: "InvalidInput" });
  };
  const take = (member: string): string | undefined => {
    const value = rest[member];
    delete rest[member];
    if (value == null) return;
    const text =
      kind(value) === "Date"
        ? // As botocore writes it: no fraction of a second, or six digits. Of a time that is none there is nothing.
          (value as Date).toJSON()?.replace("Z", "000Z").replace(".000000", "")
        : /^(st|nu|bo)/.test(typeof value)
          ? `${value}`
          : undefined;
    // Longer than any URL or header may be; encoding a text as long as a host can have it would end the program.
    return text == null || text[65_535] ? refuse(`${member} is a short text, a number or a time`) : text;
  };
  const target = path.replace(/\{(\w+)\}/g, (_, label) => {
    const value = take(label) ?? "";
    // `.` and `..` need no encoding, and every URL parser takes them out of the path; U+0000 ends texts elsewhere.
    return /^\.{0,2}$|\0/.test(value) ? refuse(`${label} must be given`) : encode(value);
  });
  for (const binding of bindings) {
    const [way, member, name] = binding.split(/[:=]/) as [string, string, string];
    const value = way === "o" ? undefined : take(member);
    if (value === undefined) continue;
    if (way === "q") query.push(`${name}=${encode(value)}`);
    else headers[name] = value;
  }
  return { _target: target + (query.length ? "?" : "") + query.join("&"), _headers: headers, _rest: rest };
}
