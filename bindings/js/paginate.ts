// Goes through the pages of an answer, one call a page, as AWS's paginators do. It asks for no page before it is wanted.
import type { CallOptions } from "./options.js";
import { member, own } from "./own.js";

/** How to go through the pages, in AWS's shape. */
export interface PaginationConfiguration<Client> {
  client: Client;
  /** Items a page, unless the input says so. */
  pageSize?: number | undefined;
  /** The `nextToken` to begin with. */
  startingToken?: string | undefined;
  /** Whether to end when the service tells the token that it was given. */
  stopOnSameToken?: boolean | undefined;
}

interface Paged {
  nextToken?: string | undefined;
}

export async function* paginate<Input extends Paged & { maxResults?: number | undefined }, Output extends Paged>(
  ask: (input: Input, options?: CallOptions) => Promise<Output>,
  config: Omit<PaginationConfiguration<unknown>, "client">,
  given: Input,
  options?: CallOptions,
): AsyncGenerator<Output, undefined> {
  const { pageSize, startingToken, stopOnSameToken } = own(config);
  const input = own(given);
  const maxResults = input.maxResults ?? pageSize;
  let nextToken = startingToken ?? input.nextToken;
  for (;;) {
    const page = await ask({ ...input, maxResults, nextToken }, options);
    yield page;
    const next = member(page, "nextToken");
    if (!next || (stopOnSameToken && next === nextToken)) return;
    nextToken = next;
  }
}
