// One call, of Bedrock or of the services that give credentials for it: sign, send, judge, wait, again. The verdicts
// are of tries.ts; this loop does the waiting and the talking. Every attempt is signed anew, a failed one is closed.

import { bind } from "./bind.js";
import type { Marks } from "./body.js";
import { Blob, blobBytes, jsonBytes, kind, revive, start, unbroken, whole } from "./body.js";
import type { Identity } from "./credentials.js";
import { checked, current, workerd } from "./credentials.js";
import { endpoint } from "./endpoint.js";
import { AnswerError, CredentialsProviderError, EventStreamError, NetworkError, OutcropError } from "./errors.js";
import type { RequestLike, ResponseLike } from "./host.js";
import type { Engine } from "./instance.js";
import { clock, lifetime, noop, quietly } from "./lifetime.js";
import type { CallOptions, ClientOptions, Limiter } from "./options.js";
import { member, own } from "./own.js";
import { again, authorise, DIGEST_ABOVE, scoped, tidied } from "./signature.js";
import { events, iterator } from "./stream.js";
import { Failed, tries } from "./tries.js";
import type { ResponseMetadata } from "./types/index.js";

// Bytes of an error's body that are read: AWS's are below 1 KB, a proxy's page may be long.
export const ERROR_BODY = 65_536;
// Bytes of an answer of the wrong kind that an error shows.
const SHOWN = 200;
// ms. An hour: AWS's advice for models that think long. And 5 minutes of silence, as AWS's clients allow.
export const FIRST_BYTE = 3_600_000;
const IDLE = 300_000;

/** A client's settings and what it remembers between calls. */
export interface Client {
  readonly _options: ClientOptions;
  readonly _engine: Engine;
  /** As logs call the service. */
  readonly _service?: string;
  /** The type of its requests' bodies, where it is not JSON's. */
  readonly _type?: string;
  /** Reads a text that is not JSON. */
  readonly _parse?: ((text: string) => any) | undefined;
  _quota?: number | undefined;
  /** Milliseconds by which the host's clock is wrong. */
  _offset?: number | undefined;
}

/**
 * Makes the call. Whatever it throws says how often was tried; whatever was open is closed by then.
 *
 * `operation` is its line (crate/src/operation.rs says how it is written): what no method calls is in no app.
 */
export const call = (...all: Parameters<typeof made>): Promise<any> =>
  made(...all).catch((cause) => {
    throw cause instanceof OutcropError
      ? cause
      : new OutcropError("what was given cannot be used", "caller", { cause });
  });

async function made(
  client: Client,
  operation: string,
  input: any,
  marks: Marks = {},
  options: CallOptions = {},
): Promise<any> {
  const [name, service, method, path, payload, due, ...bindings] = operation.split(" ") as [
    ...(readonly [string, string, string, string, string, string]),
    ...string[],
  ];
  const given: CallOptions = own(Object.fromEntries(Object.entries(options).filter(([, value]) => value != null)));
  const settings = own({ ...client._options, ...given } as ClientOptions & CallOptions);
  const { logger, retryMode } = settings;
  const { total, firstByte, idle } = own({ ...client._options.timeouts, ...given.timeouts });
  // A call's own credentials come before the client's API key.
  if (given.credentials && !given.token) settings.token = undefined;
  const about: Record<string, unknown> = {
    "rpc.system.name": "aws-api",
    "rpc.method": `${client._service ?? "BedrockRuntime"}/${name}`,
    "gen_ai.request.model": input?.modelId,
  };
  const life = lifetime(settings.abortSignal, idle ?? IDLE);
  const log = (level: "debug" | "warn", name: string, more: Record<string, unknown>) =>
    logger &&
    quietly(() => {
      const attributes = { ...about, ...more };
      for (const key in attributes) attributes[key] ?? delete attributes[key];
      return logger[level]?.(`outcrop.${name}`, attributes);
    });
  const logEnd = (name: string, since: number, error: any) => {
    const { attempts, httpStatusCode, requestId } = life._meta;
    log("debug", name, {
      "http.request.resend_count": attempts && attempts - 1,
      "http.response.status_code": httpStatusCode,
      "aws.request_id": requestId,
      "error.type": error?.name,
      "outcrop.duration_ms": clock() - since,
    });
  };
  const began = clock();
  // The attempt that has begun and not ended, and how to tell the limiter that let one pass of its end.
  let since = 0;
  let after: Limiter["after"] | undefined;
  const attempted = (error: any, retried: boolean, streaming?: boolean) => {
    if (since) logEnd("attempt.ended", since, error);
    since = 0;
    if (streaming) return;
    quietly(() => after?.({ throttled: !!error?.$retryable?.throttling, retried }));
    after = undefined;
  };
  life._onend = (reason) => {
    attempted(reason, false);
    logEnd("call.ended", began, reason);
  };

  try {
    life._limit("total", total, true);
    life._limit("requestTimeout", settings.requestTimeout, true);
    return await attempts();
  } catch (error) {
    life._end(error);
    // It may be frozen.
    if (error instanceof OutcropError)
      quietly(() => ((error as { $metadata?: ResponseMetadata }).$metadata ??= life._meta));
    throw error;
  }

  async function attempts(): Promise<any> {
    const engine = client._engine;
    if (input !== Object(input)) throw new OutcropError("the input is not an object", "caller");
    if (typeof retryMode === "string" && retryMode !== "standard") {
      throw new OutcropError(`retryMode: import { ${retryMode} } from "outcrop/flow" and call it`, "caller");
    }
    await life._wait(engine.load());

    const type = payload === "none" ? undefined : (client._type ?? "application/json");
    const { _target, _headers, _rest } = bind(path, bindings, input, type);
    const url = new URL(endpoint(service, settings) + _target);
    about["server.address"] = url.hostname;
    const streaming = /^(converse|invoke)$/.test(due);
    // Signed; the others give credentials.
    const bedrock = service.startsWith("bedrock");
    const body = payload === "json" ? jsonBytes(_rest) : blobBytes(type && _rest.body);
    const send = settings.fetch ?? fetch;
    let identity: unknown = settings.token || settings.credentials;
    // Deno asks the user whether the environment may be read, who may say no.
    if (!identity) quietly(() => (identity = member(member(globalThis, "process")?.env, "AWS_BEARER_TOKEN_BEDROCK")));
    const bearer = identity !== settings.credentials;
    let hash: Uint8Array | undefined;

    const headers = (known: Identity | undefined, now: number): Record<string, string> => {
      const headers: Record<string, string> = own();
      const signed = own(_headers);
      for (const [name, value] of Object.entries(settings.headers ?? {})) {
        const lower = name.toLowerCase();
        // A fetch that does not drop them fails, and would be tried again.
        if (/^(host|keep-alive|upgrade|expect|transfer-encoding|content-length)$/.test(lower)) {
          throw new OutcropError(`the header ${lower} is the host's own`, "caller");
        }
        // Of these two only our own are sent; a tracer changes the third on the way, so it is not signed.
        if (/^x-amz-(date|security-token)$/.test(lower)) continue;
        (/^x-amz(?!n-trace-id$)/.test(lower) ? signed : headers)[lower] = value;
      }
      Object.assign(headers, signed);
      for (const [name, value] of Object.entries(headers)) {
        // Checked here, as the host's error would show the value.
        if (!/^[\t -~]*$/.test(value) || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
          throw new OutcropError(`the header ${name} has a character that it cannot have`, "caller");
        }
      }
      if (known && bearer) {
        headers.authorization = `Bearer ${checked(known.token, "the API key")}`;
      } else if (known) {
        // Of an endpoint of the caller's own too the query is what was prepared: sorted and encoded.
        const line = `${method}\n${again(url.pathname)}\n${url.search.slice(1)}`;
        const scope = scoped(known, settings.region, "bedrock", now);
        const own = tidied(Object.entries(signed));
        Object.assign(headers, authorise(engine, scope, line, own, url.host, hash ?? body, hash));
      }
      return headers;
    };

    /** The answer of a successful attempt, in AWS's shape. */
    const answer = async (response: ResponseLike): Promise<unknown> => {
      const type = response.headers.get("content-type") ?? "";
      // Never of an answer that has credentials in it. A long word at the end may be the beginning of a token.
      const wrong = (due: string, text: string) =>
        `the answer is not ${due} but ${type || "of no type"}${
          bedrock
            ? `, and begins: ${life
                ._plain(text)
                .slice(0, SHOWN)
                .replace(/[^ -~]+|[^ "<>]{9,}$/g, " ")}`
            : ""
        }`;
      const output: Record<string, unknown> = { $metadata: life._meta };
      if (!streaming) {
        life._limit("firstByte");
        const bytes = await whole(response, life);
        if (due !== "blob") {
          const text = new TextDecoder().decode(bytes);
          let value;
          try {
            value = (client._parse ?? JSON.parse)(text);
            revive(value, marks);
          } catch {
            value = undefined;
          }
          if (kind(value) !== "Object") {
            unbroken(response, bytes);
            throw new AnswerError(wrong(due.toUpperCase(), text), "aws");
          }
          // An operation that AWS does not know, in an answer of 200; a page may not see the header that says so.
          if (member(member(value, "Output"), "__type")) throw new Failed(200, "", value.Output);
          return Object.assign(value, output);
        }
        unbroken(response, bytes);
        output.body = new Blob(bytes.buffer);
      }
      for (const binding of bindings) {
        const [header, member] = binding.slice(2).split("=") as [string, string];
        const value = binding[0] === "o" && response.headers.get(header);
        if (typeof value === "string") output[member] = value;
      }
      if (streaming) {
        if (!/^application\/vnd\.amazon\.eventstream\b/i.test(type)) {
          throw new EventStreamError(wrong("an event stream", await start(response, life, ERROR_BODY)), "aws", {
            events: 0,
          });
        }
        const stream = events(engine, due, response, marks, life);
        await stream._begin();
        life._limit("firstByte");
        life._limit("requestTimeout");
        output[due === "converse" ? "stream" : "body"] = iterator(stream);
      }
      return output;
    };

    /** What AWS says about a failure: the header names it, else the body. */
    const refusal = async (response: ResponseLike, type: string | null) => {
      let body: unknown;
      const text = await start(response, life, ERROR_BODY);
      try {
        body = (client._parse ?? JSON.parse)(text);
      } catch {
        // Not JSON (a proxy's page) or cut short: the status and the headers say enough.
      }
      const message = response.headers.get("x-amzn-errormessage");
      return new Failed(response.status, type, { message, ...(body as object) });
    };

    const tried = tries(client, life, log, settings.maxAttempts, identity);

    for (;;) {
      const meta = tried._begin();
      const signal = life._attempt();
      if (retryMode && retryMode !== "standard") {
        const passed = () => {
          after = (attempt) => retryMode.after(attempt, signal);
          // Too late: the call has ended meanwhile.
          if (life._reason) attempted(life._reason, false);
        };
        await life._wait(Promise.resolve(retryMode.before(signal)).then(passed));
      }
      let known: Identity | undefined;
      // The user's, where credentials are asked for.
      life._tokens = Object.values(input.Logins ?? {});
      if (bedrock) {
        if (!identity) throw new CredentialsProviderError("no credentials and no token were given", "caller");
        known = await current(identity, settings.region, life, log);
        life._tokens = [known.sessionToken, known.token];
        // Not there on a page without https.
        if (!bearer && !hash && body.length > DIGEST_ABOVE && globalThis.crypto?.subtle) {
          hash = new Uint8Array(await life._wait(crypto.subtle.digest("SHA-256", body)));
        }
      }
      const init: RequestLike = own({
        method,
        headers: headers(known, tried._now()),
        // A redirect is never followed: the signature is for this host only. (workerd has no "error".)
        redirect: "manual",
        signal,
      });
      if (body.length) init.body = body;
      // workerd has no cookies, and refuses to be told so. (Request itself is not asked: to look at it costs Node 40 ms.)
      if (!workerd()) Object.assign(init, { cache: "no-store", credentials: "omit" });

      since = clock();
      tried._send();
      life._limit("firstByte", firstByte ?? FIRST_BYTE);
      let sending: Promise<ResponseLike> | undefined;
      let response: ResponseLike | undefined;
      let failed: unknown;
      try {
        sending = send(url.href, init);
        response = await life._wait(sending);
        const { status, headers } = response;
        meta.httpStatusCode = status;
        const id = headers.get("x-amzn-requestid");
        if (id) meta.requestId = id;
        // A redirect, which a page sees as the status 0.
        if (!status || (status > 299 && status < 400)) {
          throw new NetworkError(`${url.host} answered with a redirect, which is not followed`, "caller");
        }
        const type = headers.get("x-amzn-errortype");
        if (status < 200 || status > 299 || type) throw await refusal(response, type);
        const output = await answer(response);
        tried._succeed();
        attempted(undefined, false, streaming);
        if (!streaming) life._end();
        return output;
      } catch (error) {
        failed = error;
      }
      life._close();
      // Of an answer that comes after all, or is a redirect, from a fetch that heeds no signal.
      Promise.resolve(sending)
        .then((late) => late?.body?.getReader().cancel())
        .catch(noop);
      if (life._reason) throw life._reason;
      if (!(failed instanceof OutcropError || failed instanceof Failed)) {
        const message = life._plain(`no answer from ${url.host}: ${(failed as Error)?.message}`);
        failed = new NetworkError(message, "network", { cause: failed });
      }
      if (failed instanceof OutcropError) {
        if (failed.who !== "network") throw failed;
        failed = new Failed(undefined, "", {}, failed);
      }
      const verdict = tried._judge(failed as Failed, response?.headers);
      attempted(verdict._error, !!verdict._action);
      if (!verdict._action) throw verdict._error;
      await tried._again(verdict, known);
    }
  }
}
