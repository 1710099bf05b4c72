// `outcrop/sign`: requests to any AWS service, signed with a client's credentials and clock; URLs that carry their
// signature; a `fetch` for other packages. It signs nothing in the clear but for this machine, and knows no service's API.

import type { BedrockRuntimeClient } from "./client.js";
import { endpoint, internals, lifetime, member, own } from "./core.js";
import { isRequest, readBody, sending, settingsOf } from "./sign-fetch.js";
import type { Headers } from "./sign-scheme.js";
import { authorization, isS3, known, now, place, presigned, scheme, sendable, within } from "./sign-scheme.js";
import type {
  HostFetch,
  HostRequest,
  PresignOptions,
  RequestToSign,
  SignedFetchOptions,
  SignedRequest,
  SignRequestOptions,
} from "./sign-types.js";

export type * from "./sign-types.js";

// Seconds: a quarter of an hour, as AWS's presigners have it.
const EXPIRES = 900;

const entries = (headers: RequestToSign["headers"] = {}): Iterable<readonly [string, string]> =>
  Symbol.iterator in headers ? (headers as Iterable<readonly [string, string]>) : Object.entries(headers);

/**
 * The same request with the headers that authorise it: `authorization`, `x-amz-date`, `x-amz-security-token` where the
 * credentials have one, `x-amz-content-sha256` where the service wants it. Headers that prove otherwise who sends it
 * (`authorization`, `x-api-key`) are replaced. The body is read: a stream, and a Request's own, is then in memory.
 *
 * Errors: CredentialsProviderError; OutcropError with the `code` InvalidUrl, InvalidHeader, InvalidService,
 * InvalidRegion, all the caller's.
 */
export function signRequest(
  client: BedrockRuntimeClient,
  request: HostRequest,
  options?: SignRequestOptions,
): Promise<HostRequest>;
export function signRequest(
  client: BedrockRuntimeClient,
  request: RequestToSign,
  options?: SignRequestOptions,
): Promise<SignedRequest>;
export async function signRequest(
  client: BedrockRuntimeClient,
  request: RequestToSign,
  options: SignRequestOptions = {},
): Promise<unknown> {
  const inner = internals(client);
  const the = scheme(inner, options);
  const { signingDate, abortSignal, unsignedPayload } = own(options);
  // No idle limit: no body is read.
  const life = lifetime(abortSignal, 0);
  try {
    if (life._reason) throw life._reason;
    const url = place(request.url, isS3(the._service));
    const read = readBody(request);
    // A small request of plain credentials is signed without waiting for anything.
    const { method, body, type } = read instanceof Promise ? await life._wait(read) : read;
    const given: Headers = sendable(entries(member(request, "headers")));
    if (type && !given.some(([name]) => name === "content-type")) given.push(["content-type", type]);
    const who = known(the, life);
    const identity = who instanceof Promise ? await who : who;
    const parts = { _method: method, _url: url, _headers: given, _body: unsignedPayload ? undefined : body };
    const told = authorization(the, parts, identity, +(signingDate ?? now(inner)), life);
    const added = told instanceof Promise ? await told : told;
    const headers = Object.assign(Object.fromEntries(given), added);
    if (!isRequest(request)) {
      return { method, url: url.href, headers, ...(body.length && { body }) } satisfies SignedRequest;
    }
    const { signal } = request as { signal?: AbortSignal };
    return new Request(url.href, {
      __proto__: null,
      ...settingsOf(request),
      method,
      headers,
      ...(signal && { signal }),
      ...(body.length && { body }),
    } as object);
  } finally {
    life._end();
  }
}

/**
 * The URL with its signature in the query: whoever has it may use it for that long, with that method and those headers.
 *
 * Errors: as `signRequest`, and OutcropError with the `code` InvalidExpires. An API key cannot presign.
 */
export async function presignUrl(
  client: BedrockRuntimeClient,
  url: string | { readonly href: string },
  options: PresignOptions = {},
): Promise<string> {
  const inner = internals(client);
  const { expiresIn = EXPIRES, headers, signingDate, abortSignal, unsignedPayload, method, body: given } = own(options);
  const the = scheme(inner, options, true);
  return within(abortSignal, async (life) => {
    const { method: _method, body } = await life._wait(readBody({ method: method ?? "GET", body: given }));
    const parts = {
      _method,
      _url: place(url, isS3(the._service)),
      _headers: sendable(entries(headers)),
      _body: unsignedPayload || isS3(the._service) ? undefined : body,
    };
    return presigned(the, parts, await known(the, life), +(signingDate ?? now(inner)), expiresIn, life);
  });
}

/**
 * A `fetch` that signs: to be given to packages that take one (`new OpenAI({ fetch: signedFetch(bedrock) })`).
 *
 * Each attempt is signed anew with the client's credentials and corrected clock; failed ones are repeated as the
 * client's own calls are (`maxAttempts`, `retryMode`, quota), while nothing was delivered. A package's own retries come
 * on top: switch one of the two off. What the service says is an answer, errors too; its body streams untouched.
 * It rejects as `fetch` does: with the signal's reason, or the host's own TypeError when no answer came; with a
 * TimeoutError, a CredentialsProviderError or another OutcropError when it did not come so far.
 */
export function signedFetch(client: BedrockRuntimeClient, options: SignedFetchOptions = {}): HostFetch {
  const inner = internals(client);
  return ((input: unknown, init?: object) => sending(inner, own(options), input, init)) as HostFetch;
}

/**
 * Where bedrock-runtime answers in the client's region, without a slash at its end: its FIPS or dual-stack host, or the
 * client's own endpoint.
 */
export async function runtimeUrl(client: BedrockRuntimeClient): Promise<string> {
  return endpoint("bedrock-runtime", internals(client)._options);
}

/** Where it answers as OpenAI does (Chat Completions and Responses): the `baseURL` of the package `openai`. */
export const openaiBaseUrl = async (client: BedrockRuntimeClient): Promise<string> =>
  `${await runtimeUrl(client)}/openai/v1`;
