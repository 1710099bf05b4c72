// Credentials for a web identity token, from STS. Its answers are XML, of which a scanner reads elements and plain text:
// a DTD, another entity than XML's five, a comment, CDATA, a processing instruction or a second element of the same
// name makes it refuse the whole.
import type { ProviderProperties } from "./credentials.js";
import { AnswerError } from "./errors.js";
import type { Wasm } from "./host.js";
import type { IdentityConfig, IdentityProvider } from "./identity.js";
import { source } from "./identity.js";
import { own } from "./own.js";

/** A role to assume with a token of OpenID Connect: STS's AssumeRoleWithWebIdentity. */
export interface WebTokenOptions {
  /** The role, whose trust policy names the token's issuer. */
  roleArn: string;
  /** A token, or what gets one at each renewal: `cognitoOpenIdToken(…)` is one. */
  webIdentityToken: string | (() => Promise<string> | string);
  /** In CloudTrail's log; one with the time in it unless given. */
  roleSessionName?: string | undefined;
  /** The OAuth 2.0 provider's host, for tokens that are no OpenID Connect tokens. */
  providerId?: string | undefined;
  /** Managed policies that narrow what the role may, in this session. */
  policyArns?: { arn?: string | undefined }[] | undefined;
  /** A policy as JSON that narrows what the role may, in this session. */
  policy?: string | undefined;
  /** Seconds, 900 to the role's own limit; STS's default (3,600) unless given. */
  durationSeconds?: number | undefined;
  /** Without a region it is the one of the client that asks, else us-east-1. */
  clientConfig?: IdentityConfig | undefined;
}

// Elements within elements: STS's answers have 4.
const DEEPEST = 16;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** A document's one element as an object of its elements, each an object or a text. */
export function scan(document: string): any {
  const text = document.replace(/^\uFEFF?<\?xml( [\w-]+=("[\w.-]+"|'[\w.-]+'))* ?\?>/, "");
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+=(?:"[^"<&]*"|'[^'<&]*'))*)\s*(\/?)>|[^<]+/y;
  const root = own<Record<string, any>>();
  const open: { _name: string; _value: Record<string, any>; _text: string }[] = [
    { _name: "", _value: root, _text: "" },
  ];
  const refuse = (): never => {
    throw new AnswerError("the answer is not plain XML", "aws");
  };
  while (token.lastIndex < text.length) {
    const [all, closing, name, attributes, empty] = token.exec(text) ?? refuse();
    const top = open.at(-1)!;
    if (!name) {
      top._text += all;
      continue;
    }
    if (!closing) {
      if (Object.hasOwn(top._value, name) || open.length > DEEPEST) refuse();
      open.push({ _name: name, _value: own(), _text: "" });
    }
    if (closing || empty) {
      const { _name, _value, _text } = open.pop()!;
      if (_name !== name || (closing && (attributes || empty)) || !open.length) refuse();
      const within = Object.keys(_value).length;
      // Text beside elements is white space only; in a text, nothing is left of the markup.
      if (within ? _text.trim() : _text.includes("]]>")) refuse();
      const plain = _text.replace(/&(?:(lt|gt|amp|quot|apos);)?/g, (_, entity) => ENTITIES[entity] ?? refuse());
      open.at(-1)!._value[name] = within ? _value : plain;
    }
  }
  // Characters that XML has not (1.0, section 2.2), or discourages.
  if (/[^\t\n\r -~\xA0-\uFFFD]/.test(document)) refuse();
  const [found, ...more] = Object.values(root);
  if (open.length > 1 || open[0]!._text.trim() || found !== Object(found) || more.length) refuse();
  return found;
}

/** What the driver reads in JSON: an error's code and message, or the result's members. */
function parse(text: string): unknown {
  const { AssumeRoleWithWebIdentityResult: result, Error: error } = scan(text);
  return error ? { code: error.Code, message: error.Message } : result;
}

export function webToken(given: WebTokenOptions, wasm: Wasm): IdentityProvider {
  const options = own(given);
  const { policyArns = [], webIdentityToken } = options;
  const from = source(wasm, "STS", "application/x-www-form-urlencoded", options.clientConfig, "us-east-1", parse);
  return async (properties?: ProviderProperties) => {
    const form = new URLSearchParams({ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15" });
    const members: Record<string, string | number | undefined> = {
      RoleArn: options.roleArn,
      RoleSessionName: options.roleSessionName ?? `outcrop-${Date.now()}`,
      WebIdentityToken: typeof webIdentityToken === "function" ? await webIdentityToken() : webIdentityToken,
      ProviderId: options.providerId,
      Policy: options.policy,
      DurationSeconds: options.durationSeconds,
    };
    for (const [at, policy] of policyArns.entries()) members[`PolicyArns.member.${at + 1}.arn`] = own(policy).arn;
    for (const [name, value] of Object.entries(members)) if (value != null) form.set(name, `${value}`);
    const region = own(options.clientConfig).region ?? (await properties?.callerClientConfig?.region?.());
    return from._set(
      await from._ask(
        "AssumeRoleWithWebIdentity sts POST / query xml",
        // Not sent, but told by no error.
        { body: `${form}`, Logins: [members.WebIdentityToken] },
        { region },
      ),
    );
  };
}
