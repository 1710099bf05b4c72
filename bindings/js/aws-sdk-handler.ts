// AWS's request handlers (NodeHttpHandler, FetchHttpHandler, a library's own) as the client's fetch. It changes nothing
// of a request: it has been signed by then.
import { member, own } from "./core.js";
import type { BodyLike, Fetch, ReaderLike } from "./host.js";

/** What AWS's clients send with. */
export interface RequestHandler {
  /** Sends a request, as AWS's handlers do. */
  handle(request: any, options?: any): Promise<{ response: any }>;
  /** Closes what it holds open. */
  destroy?(): void;
  readonly metadata?: { readonly handlerProtocol?: string };
}

/** A body as this package reads it: AWS's handlers answer with web streams, Node's streams, blobs or bytes. */
function readable(body: any): BodyLike | null {
  if (body == null || typeof body.getReader === "function") return body ?? null;
  if (typeof body.stream === "function") return body.stream();
  const iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array> =
    typeof body === "string" || ArrayBuffer.isView(body)
      ? [typeof body === "string" ? new TextEncoder().encode(body) : (body as Uint8Array)].values()
      : body[Symbol.asyncIterator]();
  const reader: ReaderLike = {
    async read() {
      const { done = false, value } = await iterator.next();
      return { done, value: done ? undefined : value };
    },
    async cancel() {
      body.destroy?.();
      await iterator.return?.();
    },
  };
  return { getReader: () => reader };
}

/** A fetch that sends with that handler. */
export function fetchThrough(handler: RequestHandler): Fetch {
  return async (target, { method, headers, body, signal }) => {
    const url = new URL(target);
    const query: Record<string, string | string[]> = own();
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length > 1 ? values : values[0]!;
    }
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port && { port: +url.port }),
      path: url.pathname,
      query,
      headers: { ...headers },
      body,
    };
    const { response } = await handler.handle(request, { abortSignal: signal });
    const named = own(
      Object.fromEntries(
        Object.entries(member(response, "headers") ?? {}).map(([name, value]) => [name.toLowerCase(), `${value}`]),
      ),
    );
    return {
      status: response.statusCode,
      headers: { get: (name) => named[name.toLowerCase()] ?? null },
      body: readable(response.body),
      // Asked for only where there is no body.
      text: async () => "",
      arrayBuffer: async () => new ArrayBuffer(0),
    };
  };
}
